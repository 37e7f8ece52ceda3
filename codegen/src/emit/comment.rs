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
        // An empty comment also becomes a line, but `lines` yields nothing for it.
        for line in text.lines().chain(text.is_empty().then_some("")) {
            let end = out.len() + indent.len() + slashes.len();
            out.push_str(indent);
            out.push_str(slashes);
            out.push(' ');
            if line.is_ascii() && !line.contains('\r') {
                out.push_str(line);
            } else {
                out.extend(line.split(is_refused));
            }
            out.truncate(out.trim_end_matches(' ').len().max(end));
            out.push('\n');
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
    fn characters_that_the_compiler_rejects_are_removed() {
        let comments = Comments(vec!["a\rb\u{202e}c\u{2066}".to_owned()]);
        assert_eq!(formatted(&comments, &["#[comment0]"]), "/// abc\n");
    }
}
