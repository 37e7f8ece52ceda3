//! Tests that check which syntax the parser accepts, and where and how it reports errors.

use super::*;
use crate::model::idl::syntax::{Body, Message, NodeValue, Target};

/// Returns the errors in a file, each in the form `line: message; help`.
fn errors(text: &str) -> Vec<String> {
    let (_, problems) = parse(text);
    let tokens = Tokens::new(text);
    let shown = |problem: &Problem| {
        let line = tokens.line(problem.at.start);
        let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{line}: {}{help}", problem.message)
    };
    problems.iter().map(shown).collect()
}

/// Prepends version 2.0 and a namespace to a file, and returns the errors in the result.
fn shapes(text: &str) -> Vec<String> {
    errors(&format!("$version: \"2.0\"\nnamespace a\n{text}"))
}

#[test]
fn all_statements_are_parsed() {
    let text = r#"// A comment
$version: "2.1"
$operationInputSuffix: "Request"
$unknown: [true]

metadata "a key" = [{name: String, "other": -1.5e3}, null]
metadata b = """
    x"""

namespace com.example

use other.name#Thing
use other.name#mark

/// First
/// second
@mark(a: 1, b: {c: [2,, 3]}) @mark("x")
structure S for R with [M, N$x] {
    /// About a.
    @required
    a: Thing = "x"
    $b
    c: other.name#Thing, d: String
}
apply S$a @mark
apply S { @mark @other.name#mark() }
enum E { A B = "b"
}
operation O {
    errors: [X Y]
    input := @mark with [M] { a: String }
    output: P
}
service V { version: "1", operations: [O] }
resource R { identifiers: { id: String } }
string Text with [M]
map K { key: String, value: Integer }
list L { member: String }
"#;
    let (file, problems) = parse(text);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(file.namespace.map(|name| name.text.into_owned()).as_deref(), Some("com.example"));
    assert_eq!((file.metadata.len(), file.uses.len(), file.shapes.len(), file.applied.len()), (2, 2, 8, 2));
    assert!(matches!(&file.metadata[1].1.value, NodeValue::String(text) if text == "x"));
    let structure = &file.shapes[0];
    assert!(
        matches!(&structure.traits[0].value.as_ref().unwrap().value, NodeValue::String(docs) if docs == "First\nsecond")
    );
    assert_eq!(structure.mixins.iter().map(|name| &*name.text).collect::<Vec<_>>(), ["M", "N$x"]);
    let Body::Structure(members) = &structure.body else { panic!("not a structure") };
    assert_eq!(members.iter().map(|member| &*member.name.text).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(matches!(members[1].target, Target::Elided));
    let Body::Operation { input: Some(Message::Inline(input)), .. } = &file.shapes[2].body else { panic!("no input") };
    assert_eq!(input.name.text, "ORequest");
    assert_eq!(input.traits.iter().map(|one| &*one.name.text).collect::<Vec<_>>(), ["mark", "smithy.api#input"]);
}

#[test]
fn the_parser_continues_after_an_error_with_the_next_statement() {
    let found = shapes("structure A {\n    a String\n}\nstring B C\n@x(\nstructure D {}\nlist E { member: F }\n");
    assert_eq!(
        found,
        [
            "4: expected `:`, found `String`",
            "6: expected a line break, found `C`",
            "8: expected `)`, found `D`; the `(` on line 7 is not closed",
        ]
    );
}

#[test]
fn a_missing_brace_is_reported_where_the_next_shape_starts() {
    let found = shapes("structure A {\n    a: String\n\nstructure B {\n}\nenum C {\n  D\nstring E\nstring F G\n");
    assert_eq!(
        found,
        [
            "6: expected a member or `}`, found `structure`; the `{` on line 3 is not closed",
            "10: expected a member or `}`, found `string`; the `{` on line 8 is not closed",
            "11: expected a line break, found `G`",
        ]
    );
    assert_eq!(
        shapes("union A {"),
        ["3: expected a member or `}`, found the end of the file; the `{` on line 3 is not closed"]
    );
}

#[test]
fn errors_describe_how_to_fix_them() {
    for (text, expected) in [
        ("strin A", "3: unknown shape type `strin`; did you mean `string`?"),
        (
            "use a#B\nstring C\nuse a#D",
            "5: unknown shape type `use`; `use` statements must come after the namespace and before all shapes",
        ),
        (
            "use a#B\nuse c#B",
            "4: the name `B` is already used for `a#B`; write the absolute ID of one of the shapes where it is needed",
        ),
        (
            "use a#B\nstring B",
            "4: the name `B` is already used for `a#B`; rename the shape, or remove the `use` statement",
        ),
        (
            "structure A\n  with [B] {}",
            "4: expected `{`, found `with`; write `with` on the same line as the name of the shape",
        ),
        ("structure A with [B] for C {}", "3: expected `{`, found `for`; write `for` before `with`"),
        (
            "string A\n  with [B]",
            "4: unknown shape type `with`; write `with` on the same line as the name of the shape",
        ),
        ("set A { member: B }", "3: `set` shapes require Smithy 1.0; use a `list` with the trait `@uniqueItems`"),
        ("list A { item: B }", "3: expected `member`, found `item`"),
        ("map A { value: B key: C }", "3: `key` must precede `value`; write `key` before `value`"),
        ("enum A { B B }", "3: the member `B` appears twice; remove one occurrence"),
        ("operation A { in: B }", "3: unknown property `in` of an operation; expected `input`, `output` or `errors`"),
        ("operation A { input: B input: C }", "3: the property `input` appears twice; remove one occurrence"),
        ("@a({b: 1, b: 2})\nstring C", "3: the key `b` appears twice; remove one occurrence"),
        ("@a apply B @c", "3: unexpected traits before an `apply` statement; write them after the name of the shape"),
        ("structure A { b: C = 1 }", "3: expected a line break, found `}`; start a new line after the value"),
        (
            "structure A { b: [C] }",
            "3: inline lists and maps require Smithy 2.1; define a list or map shape, or use `$version: \"2.1\"`",
        ),
        ("structure A { b: \"C\" }", "3: expected an identifier, found a string; remove the quotes"),
        (
            "operation A {\n  input := {\n  output := {}\n}",
            "5: expected `:`, found `:=`; the `{` on line 4 is not closed",
        ),
        (
            "operation A {\n  errors: [B\n@error(\"client\")\nstructure B {}",
            "5: expected an identifier, found `@`; the `[` on line 4 is not closed",
        ),
        ("@a(\"b\"\nstring C", "4: expected `)`, found `string`; the `(` on line 3 is not closed"),
        ("structure A { b:\n  C }", "3: expected the target of the member, found a line break"),
    ] {
        assert_eq!(shapes(text), [expected]);
    }
}

#[test]
fn version_1_has_no_features_of_version_2() {
    for (text, what) in [
        ("structure A with [B] {}", "mixins"),
        ("structure A for B {}", "structures with `for`"),
        ("structure A { $b }", "members without a target"),
        ("structure A { b: C = 1\n}", "default values"),
        ("enum A { B }", "enum shapes"),
        ("operation A { input := {} }", "structures inside operations"),
        ("resource A { properties: {} }", "resource properties"),
    ] {
        let expected = format!(
            "2: {what} require Smithy 2.0, but the file uses Smithy 1.0; add `$version: \"2.0\"` as the first line of \
             the file"
        );
        assert_eq!(errors(&format!("namespace a\n{text}")), [expected]);
    }
    assert_eq!(errors("namespace a\nset A { member: B }"), [""; 0]);
}

#[test]
fn control_statements_are_checked() {
    assert_eq!(errors("$version: \"3\""), ["1: unknown Smithy version `3`; expected `1.0`, `2.0` or `2.1`"]);
    assert_eq!(errors("$version: 2"), ["1: invalid value for `$version`; expected a string"]);
    assert_eq!(errors("$a: 1\n$a: 1"), ["2: the control statement `$a` appears twice; remove one occurrence"]);
    assert_eq!(
        errors("string A"),
        [
            "1: expected `namespace`, found `string`; add a statement such as `namespace example.weather` before shapes and traits"
        ]
    );
}

#[test]
fn both_formats_accept_the_versions_that_smithy_accepts() {
    let accepts = |name: &str, text: String| {
        let source = crate::Source { name: name.to_owned(), text };
        let problems = crate::services(std::slice::from_ref(&source)).err().map(|report| report.to_string());
        problems.is_none_or(|problems| !problems.contains("unknown Smithy version"))
    };
    let versions =
        ["1", "1.0", "2", "2.0", "2.1", "", "1.", "1.00", "1.1", "10.0", "2.", "2.+1", "2.2", "2.0.1", "2x", "3", " 2"];
    for (index, version) in versions.iter().enumerate() {
        let known = index < 5;
        assert_eq!(accepts("a.smithy", format!("$version: \"{version}\"\nnamespace a\n")), known, "{version}");
        assert_eq!(accepts("a.json", format!("{{\"smithy\": \"{version}\"}}")), known, "{version}");
    }
}

#[test]
fn deeply_nested_values_are_rejected() {
    let text = format!("@a({}", "[".repeat(100_000));
    assert_eq!(shapes(&text), ["3: values are nested more than 127 levels deep; use fewer levels"]);
}

/// Checks that every problem with a file has a position in the file.
fn located(text: String) {
    let source = crate::Source { name: "toy.smithy".to_owned(), text };
    let Err(report) = crate::services(std::slice::from_ref(&source)) else { return };
    assert!(report.has_errors());
    for problem in &report.diagnostics {
        let span = problem.span.unwrap_or_else(|| panic!("{problem} has no position in {}", source.text));
        assert!(source.text.get(span.start..span.end).is_some(), "{problem}");
        assert!(problem.position.is_some_and(|position| position.line <= source.text.lines().count() + 1));
    }
}

#[test]
fn damaged_files_cause_errors_in_their_text() {
    let text = include_str!("../../../../../tests/fixtures/idl/pairs/shapes.smithy");
    let tokens = Tokens::new(text);
    for token in &tokens.all {
        located(text[..token.range.start].to_owned());
        located(text[..token.range.end].to_owned());
        for instead in ["", "}", "\n", "é", "\"", "\"\"\"", "x", "@x(", "structure", "$y", "1."] {
            located(format!("{}{instead}{}", &text[..token.range.start], &text[token.range.end..]));
        }
    }
}

#[test]
fn random_changes_cause_errors_in_their_text() {
    let read = |name| std::fs::read_to_string(format!("../tests/fixtures/{name}.smithy")).expect("the fixture exists");
    let names = ["idl/pairs/shapes", "idl/pairs/unnamed", "bad/http", "bad/semantics", "cli/weather"];
    let texts = names.map(read);
    let mut state = 2026_u64;
    // Returns a number below a limit (SplitMix64).
    let mut below = |limit: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).expect("it is below the limit")
    };
    for _ in 0..1500 {
        let mut text = texts[below(texts.len())].clone();
        for _ in 0..=below(4) {
            text = changed(&text, &mut below);
        }
        located(text);
    }
}

/// Changes a file at random: removes, repeats, swaps or replaces tokens, truncates the file, or changes its line
/// breaks.
fn changed(text: &str, below: &mut impl FnMut(usize) -> usize) -> String {
    const INSTEAD: [&str; 22] = [
        "\0",
        "\u{feff}",
        "\r",
        "\r\n",
        "\"\"\"",
        "\"",
        "{",
        "}",
        "(",
        "[",
        "]",
        "@",
        "$",
        "#",
        ":=",
        "=",
        "\"\\uD800\"",
        "1e999",
        "///",
        "apply",
        "use",
        "é",
    ];
    let ranges: Vec<Range> = Tokens::new(text).all.iter().map(|token| token.range).collect();
    let mut token = || ranges[below(ranges.len())];
    let (one, other) = (token(), token());
    let (first, second) = if one.start <= other.start { (one, other) } else { (other, one) };
    let (before, after) = (&text[..first.start], &text[first.end..]);
    match below(7) {
        0 => format!("{before}{after}"),
        1 => format!("{before}{}{0}{after}", &text[first.start..first.end]),
        2 if first.end <= second.start => {
            let (swapped, first) = (&text[second.start..second.end], &text[first.start..first.end]);
            format!("{before}{swapped}{}{first}{}", &text[one.end.min(other.end)..second.start], &text[second.end..])
        }
        3 => before.to_owned(),
        4 => text.replace('\n', "\r\n"),
        5 => format!("{before}{}", &text[second.start..]),
        _ => format!("{before}{}{after}", INSTEAD[below(INSTEAD.len())]),
    }
}

#[test]
fn many_errors_and_statements_take_linear_time() {
    let started = std::time::Instant::now();
    assert_eq!(shapes(&"structure A {\n".repeat(20_000)).len(), 20_000);
    let of = |length: usize, statement: fn(usize) -> String| (0..length).map(statement).collect::<String>();
    assert_eq!(shapes(&of(50_000, |number| format!("use a.b#C{number}\n"))), [""; 0]);
    assert_eq!(errors(&of(50_000, |number| format!("$c{number}: 1\n"))), [""; 0]);
    let undefined = |number| format!(r#","a#B{number}": {{"type": "list", "member": {{"target": "a#Gone"}}}}"#);
    let text = format!(r#"{{"smithy": "2.0", "shapes": {{"a#A": {{"type": "string"}}{}}}}}"#, of(5_000, undefined));
    let report = crate::services(&[crate::Source { name: "one.json".to_owned(), text }])
        .expect_err("the targets are not defined");
    assert_eq!(report.diagnostics.len(), 5_000);
    assert!(report.diagnostics.iter().all(|problem| problem.position.is_some()));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
