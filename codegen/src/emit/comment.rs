//! The text of doc comments, which is stored separately from the tokens of a file.
//!
//! Text in tokens is escaped when it is emitted, parsed twice by syn, and unescaped by prettyplease. For documentation,
//! this would take a quarter of the generator's time. Instead, the tokens contain an attribute with a number, such as
//! `#[comment17]`. No other attribute has a name of this form, so [`Comments::line`] can recognize these attributes in
//! the formatted file, and replace them.

use std::cell::RefCell;

use proc_macro2::{Ident, Span, TokenStream};

/// The name of the attributes that replace comments, without the number.
const ATTRIBUTE: &str = "comment";

/// The maximum number of characters in a line of text, not including the slashes and their indentation.
const WIDTH: usize = 96;

thread_local! {
    /// The comments of the file that the current thread emits.
    static COMMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The comments of a file, by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comments(Vec<String>);

/// The tokens of a file, with its comments.
#[derive(Clone)]
pub(crate) struct FileTokens {
    pub(crate) tokens: TokenStream,
    pub(crate) comments: Comments,
}

impl FileTokens {
    /// Emits a file. Returns `None` if `emit` returns `None`.
    pub(super) fn of(emit: impl FnOnce() -> Option<TokenStream>) -> Option<Self> {
        COMMENTS.take();
        let tokens = emit()?;
        Some(Self { tokens, comments: Comments(COMMENTS.take()) })
    }
}

/// Returns the name of the attribute that replaces these lines of documentation, such as `comment17` for
/// `#[comment17]`.
pub(super) fn comment(text: impl Into<String>) -> Ident {
    COMMENTS.with_borrow_mut(|comments| {
        comments.push(text.into());
        Ident::new(&format!("{ATTRIBUTE}{}", comments.len() - 1), Span::call_site())
    })
}

impl Comments {
    /// Replaces every comment with the result of a function.
    pub(super) fn map(self, replace: impl FnMut(String) -> String) -> Self {
        Self(self.0.into_iter().map(replace).collect())
    }

    /// Adds a line of a formatted file. If the line is the attribute that replaces a comment, the comment is added
    /// instead.
    pub(crate) fn line(&self, line: &str, out: &mut String) {
        let Some((indent, slashes, text)) = self.find(line) else {
            out.push_str(line);
            out.push('\n');
            return;
        };
        let slashes = format!("{indent}{slashes}");
        if text.lines().any(|line| line.len() > WIDTH && line.chars().count() > WIDTH) {
            push_wrapped(text, &slashes, out);
        } else {
            // An empty comment also becomes a line, but `lines` yields nothing for it.
            text.lines().chain(text.is_empty().then_some("")).for_each(|line| push(line, &slashes, 0, out));
        }
    }

    /// If a line is the attribute that replaces a comment, returns the line's indentation, `///` or `//!`, and the text
    /// of the comment.
    fn find<'a>(&'a self, line: &'a str) -> Option<(&'a str, &'static str, &'a str)> {
        let start = line.find(|c| c != ' ')?;
        let (indent, attribute) = line.split_at(start);
        let (slashes, attribute) = match attribute.strip_prefix('#')?.strip_prefix('!') {
            Some(inner) => ("//!", inner),
            None => ("///", &attribute[1..]),
        };
        let number = attribute.strip_prefix('[')?.strip_prefix(ATTRIBUTE)?.strip_suffix(']')?;
        Some((indent, slashes, self.0.get(number.parse::<usize>().ok()?)?))
    }
}

/// Adds a line of a comment, with spaces between the slashes and the text.
fn push(text: &str, slashes: &str, indent: usize, out: &mut String) {
    let end = out.len() + slashes.len();
    out.push_str(slashes);
    out.extend(std::iter::repeat_n(' ', 1 + indent));
    if text.is_ascii() && !text.contains('\r') {
        out.push_str(text);
    } else {
        out.extend(text.split(is_refused));
    }
    out.truncate(out.trim_end_matches(' ').len().max(end));
    out.push('\n');
}

/// Adds the lines of a comment. Wraps those paragraphs and list items to at most [`WIDTH`] characters that start at the
/// margin. All others come from the model's documentation, whose lines are already wrapped.
fn push_wrapped(text: &str, slashes: &str, out: &mut String) {
    // The backticks that opened the current code block.
    let mut fence: Option<&str> = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let backticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if backticks == open => fence = None,
            None if backticks.len() >= 3 => fence = Some(backticks),
            _ => {}
        }
        let is_block = line.is_empty() || backticks.len() >= 3 || line.starts_with([' ', '#', '|', '<', '>']);
        if fence.is_some() || is_block {
            push(line, slashes, 0, out);
            continue;
        }
        let indent = content_start(line);
        let mut paragraph = line.to_owned();
        // A backslash at the end of a line is a line break.
        while !paragraph.ends_with('\\')
            && let Some(line) = lines.next_if(|line| continues(line, indent))
        {
            paragraph.push(' ');
            paragraph.push_str(&line[indent..]);
        }
        push_paragraph(&paragraph, slashes, out);
    }
}

/// Adds a paragraph as lines of at most [`WIDTH`] characters. Breaks neither inline code nor the text of links. No line
/// starts with a word that Markdown could read as the start of another block.
fn push_paragraph(text: &str, slashes: &str, out: &mut String) {
    let indent = content_start(text);
    let (mut start, mut last_space, mut column) = (0, None, 0);
    // The numbers of backticks that opened the current inline code, and that end at the current position.
    let (mut code, mut run) = (None, 0);
    let (mut in_link, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        if c != '`' && run > 0 {
            code = match code {
                None => Some(run),
                Some(open) => (open != run).then_some(open),
            };
            run = 0;
        }
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '`' => run += 1,
            _ if code.is_some() => {}
            '\\' => escaped = true,
            '[' | ']' => in_link = c == '[',
            ' ' if !in_link && at > indent && !starts_block(&text[at + 1..]) => last_space = Some(at),
            _ => {}
        }
        column += 1;
        if column > WIDTH
            && let Some(space) = last_space.take()
        {
            push(&text[start..space], slashes, if start > 0 { indent } else { 0 }, out);
            start = space + 1;
            column = indent + text[start..at + c.len_utf8()].chars().count();
        }
    }
    push(&text[start..], slashes, if start > 0 { indent } else { 0 }, out);
}

/// Returns whether a line continues a paragraph whose lines start at the column `indent`.
fn continues(line: &str, indent: usize) -> bool {
    let text = line.trim_start_matches(' ');
    line.len() - text.len() == indent && !text.is_empty() && !starts_block(text)
}

/// Returns the column at which the text of a line starts, after the marker of a list item such as `- ` or `1. `.
fn content_start(line: &str) -> usize {
    let (marker, _) = line.split_once(' ').unwrap_or_default();
    let is_marker = matches!(marker, "-" | "*" | "+") || is_number(marker);
    if is_marker { marker.len() + 1 } else { 0 }
}

/// Returns whether Markdown could read a line with this text as the start of a list, heading, quote, table, underline,
/// code block or HTML block.
fn starts_block(text: &str) -> bool {
    match text.as_bytes() {
        [b'-' | b'+' | b'*' | b'#' | b'>' | b'=' | b'|' | b':' | b'<' | b'~' | b' ', ..] | [b'`', b'`', b'`', ..] => {
            true
        }
        [b'0'..=b'9', ..] => is_number(text.split(' ').next().unwrap_or_default()),
        _ => false,
    }
}

/// Returns whether a word is the marker of a numbered list, such as `1.` or `1)`.
fn is_number(word: &str) -> bool {
    word.strip_suffix(['.', ')']).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()))
}

/// Returns whether a character is one that the compiler rejects in comments: a character that changes the direction of
/// text, or that looks like a line break.
fn is_refused(c: char) -> bool {
    matches!(c, '\r' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn formatted(comments: &Comments, lines: &[&str]) -> String {
        let mut out = String::new();
        lines.iter().for_each(|line| comments.line(line, &mut out));
        out
    }

    #[test]
    fn an_attribute_is_replaced_by_the_lines_of_a_comment() {
        let file = FileTokens::of(|| {
            let (first, second) = (comment("A tag.\n\n    key = value  \n"), comment(""));
            Some(quote!(#![#first] #[#second] struct Tag;))
        });
        let FileTokens { tokens, comments } = file.unwrap();
        assert_eq!(tokens.to_string(), quote!(#![comment0] #[comment1] struct Tag;).to_string());
        let lines =
            ["#![comment0]", "    #[comment1]", "    struct Tag;", "#[comment2]", "#[comment]", "/// #[comment0]"];
        let expected = "//! A tag.\n//!\n//!     key = value\n    ///\n    struct Tag;\n#[comment2]\n#[comment]\n\
                        /// #[comment0]\n";
        assert_eq!(formatted(&comments, &lines), expected);
    }

    #[test]
    fn a_file_contains_only_its_own_comments() {
        let file = || {
            let text = comment("one");
            Some(quote!(#text))
        };
        for file in [FileTokens::of(file).unwrap(), FileTokens::of(file).unwrap()] {
            assert_eq!(file.tokens.to_string(), "comment0");
            assert_eq!(formatted(&file.comments, &["#[comment0]", "#[comment1]"]), "/// one\n#[comment1]\n");
        }
    }

    #[test]
    fn long_lines_are_wrapped_outside_of_code_and_links() {
        let (words, link) = (["word"; 18].join(" "), "[the `name` of it](crate::types::Name)");
        let text = format!(
            "- {words} {link} ends.\n\n{words} é é é - 1. `a b` # end\n\n{words} \
             ``a ` b``\n\n```sh\n{words} {words}\n```\n\n# {words} {words}\n> ```\n> {words} {words}\n> ```\n\n\
             - {words}\n  | {words} |\n  {words} {words}"
        );
        let comments = Comments(vec![text]);
        let expected = [
            &format!("- {words}"),
            &format!("  {link} ends."),
            "",
            &format!("{words} é é"),
            "é - 1. `a b` # end",
            "",
            &words,
            "``a ` b``",
            "",
            "```sh",
            &format!("{words} {words}"),
            "```",
            "",
            &format!("# {words} {words}"),
            "> ```",
            &format!("> {words} {words}"),
            "> ```",
            "",
            &format!("- {words}"),
            &format!("  | {words} |"),
            &format!("  {words} {words}"),
        ];
        let expected: String = expected.iter().map(|line| format!("/// {line}").trim_end().to_owned() + "\n").collect();
        assert_eq!(formatted(&comments, &["#[comment0]"]), expected);
    }

    #[test]
    fn characters_that_the_compiler_rejects_are_removed() {
        let comments = Comments(vec!["a\rb\u{202e}c\u{2066}".to_owned()]);
        assert_eq!(formatted(&comments, &["#[comment0]"]), "/// abc\n");
    }
}
