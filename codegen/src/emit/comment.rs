//! The text of documentation, which is kept beside the tokens of a file.
//!
//! A literal would be escaped when it is emitted, parsed twice by syn and unescaped by prettyplease, which is a fifth of
//! the generator's work. The tokens contain a number instead: `#[doc = "17"]`. Since other documentation starts with a
//! space, [`Comments::line`] can find the lines of the formatted file to replace.

use std::cell::RefCell;

use proc_macro2::{Literal, TokenStream};

thread_local! {
    /// The comments of the file that this thread emits.
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
    /// Emits a file. Returns `None` if `emit` does.
    pub(super) fn of(emit: impl FnOnce() -> Option<TokenStream>) -> Option<Self> {
        COMMENTS.take();
        let tokens = emit()?;
        Some(Self { tokens, comments: Comments(COMMENTS.take()) })
    }
}

/// Returns the value of a `#[doc = …]`: the number of these lines of documentation.
pub(super) fn comment(text: impl Into<String>) -> Literal {
    COMMENTS.with_borrow_mut(|comments| {
        comments.push(text.into());
        Literal::string(&(comments.len() - 1).to_string())
    })
}

impl Comments {
    /// Replaces each comment.
    pub(super) fn map(self, replace: impl FnMut(String) -> String) -> Self {
        Self(self.0.into_iter().map(replace).collect())
    }

    /// Adds a line of a formatted file. If the line is the number of a comment, adds the comment instead.
    pub(crate) fn line(&self, line: &str, out: &mut String) {
        let Some((start, text)) = self.find(line) else {
            out.push_str(line);
            out.push('\n');
            return;
        };
        // An empty text has no lines.
        for line in text.lines().chain(text.is_empty().then_some("")) {
            let end = out.len() + start.len();
            out.push_str(start);
            out.push(' ');
            out.extend(line.split(is_refused));
            out.truncate(out.trim_end_matches(' ').len().max(end));
            out.push('\n');
        }
    }

    /// Returns the start of a line before the number of a comment, such as `    ///`, and the text of the comment.
    fn find<'a>(&'a self, line: &'a str) -> Option<(&'a str, &'a str)> {
        let number = line.trim_start().strip_prefix("//")?.strip_prefix(['/', '!'])?;
        let text = self.0.get(number.parse::<usize>().ok()?)?;
        Some((&line[..line.len() - number.len()], text))
    }
}

/// Returns whether the compiler rejects a character in comments: it changes the direction of text, or looks like the
/// end of a line.
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
    fn a_number_stands_for_the_lines_of_a_comment() {
        let file = FileTokens::of(|| {
            let (first, second) = (comment("A tag.\n\n    key = value  \n"), comment(""));
            Some(quote!(#![doc = #first] #[doc = #second] struct Tag;))
        });
        let FileTokens { tokens, comments } = file.unwrap();
        assert_eq!(tokens.to_string(), quote!(#![doc = "0"] #[doc = "1"] struct Tag;).to_string());
        let lines = ["//!0", "    ///1", "    struct Tag;", "/// 1", "///2", "// 0"];
        let expected = "//! A tag.\n//!\n//!     key = value\n    ///\n    struct Tag;\n/// 1\n///2\n// 0\n";
        assert_eq!(formatted(&comments, &lines), expected);
    }

    #[test]
    fn a_file_has_only_its_own_comments() {
        let file = || {
            let text = comment("one");
            Some(quote!(#text))
        };
        for file in [FileTokens::of(file).unwrap(), FileTokens::of(file).unwrap()] {
            assert_eq!(file.tokens.to_string(), "\"0\"");
            assert_eq!(formatted(&file.comments, &["///0", "///1"]), "/// one\n///1\n");
        }
    }

    #[test]
    fn characters_that_the_compiler_rejects_are_removed() {
        let comments = Comments(vec!["a\rb\u{202e}c\u{2066}".to_owned()]);
        assert_eq!(formatted(&comments, &["///0"]), "/// abc\n");
    }
}
