use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    Tokens::new(text).all.iter().map(|token| token.kind).collect()
}

#[test]
fn tokens_record_the_preceding_separator() {
    let tokens = Tokens::new("a:= b,c // comment\n-1.5e+3\"x\"");
    let gaps: Vec<Gap> = tokens.all.iter().map(|token| token.gap).collect();
    use Kind::{End, Identifier, Number, String, Walrus};
    assert_eq!(kinds(tokens.text), [Identifier, Walrus, Identifier, Identifier, Number, String, End]);
    assert_eq!(gaps, [Gap::Line, Gap::None, Gap::Space, Gap::Space, Gap::Line, Gap::None, Gap::None]);
}

#[test]
fn documentation_comments_must_start_a_line() {
    let tokens = Tokens::new("/// One\r\n///  Two\na /// no\n///\nb");
    let docs = |index| tokens.docs_before(index).iter().map(|doc| tokens.slice(*doc)).collect::<Vec<_>>();
    assert_eq!(docs(0), ["One", " Two"]);
    assert_eq!(docs(1), [""]);
}

#[test]
fn invalid_tokens_have_a_description() {
    for (text, message, help) in [
        ("'", "unexpected character '\\''", Some("write strings in double quotes")),
        ("/* a */", "unexpected character '/'", Some("comments start with `//`")),
        (";", "unexpected character ';'", Some("remove it (members and statements end at a line break)")),
        ("é", "unexpected character 'é'", None),
        ("__", "invalid identifier", Some("expected a letter or digit after the underscores")),
        ("1.", "invalid number `1.`", Some("expected a digit after `.`")),
        ("-012", "invalid number `-012`", Some("remove the leading zeros")),
        ("+1", "unexpected character '+'", Some("remove the sign if it is part of a number")),
        ("-", "invalid number `-`", Some("expected a digit after `-`")),
        ("1e+", "invalid number `1e+`", Some("expected a digit after the exponent's sign or `e`")),
        ("\n\"a", "the string is not closed", Some("add \" at the end of the string that starts on line 2")),
    ] {
        let tokens = Tokens::new(text);
        let problem = tokens.problem(0).expect("the first token is invalid");
        assert_eq!((problem.message.as_str(), problem.help.as_deref()), (message, help));
    }
}
