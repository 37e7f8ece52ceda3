//! Compiles the regular expressions of the `smithy.api#pattern` trait, against which values are checked.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

/// A compiled pattern.
///
/// Nearly all strings that are matched are ASCII. Matching only ASCII characters gives the same result for them, and is
/// compiled in a fraction of the time, since classes such as `\w` and `[^/]` contain many ranges of other characters.
#[derive(Debug)]
pub(super) struct CompiledPattern {
    pattern: String,
    /// The regular expression for ASCII strings, or `None` if the pattern itself is not limited to ASCII.
    ascii: Option<Regex>,
    /// The regular expression for all strings, which is compiled when it is first used.
    unicode: OnceLock<Option<Regex>>,
}

impl CompiledPattern {
    /// Compiles a pattern. Returns `None` if it is not supported.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let ascii = compile(pattern, false);
        let compiled = Self { pattern: pattern.to_owned(), ascii, unicode: OnceLock::new() };
        (compiled.ascii.is_some() || compiled.unicode().is_some()).then_some(compiled)
    }

    /// Returns whether the pattern matches a part of a string.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let ascii = self.ascii.as_ref().filter(|_| text.is_ascii());
        ascii.or_else(|| self.unicode()).is_none_or(|regex| regex.is_match(text.as_bytes()))
    }

    fn unicode(&self) -> Option<&Regex> {
        self.unicode.get_or_init(|| compile(&self.pattern, true)).as_ref()
    }
}

fn compile(pattern: &str, unicode: bool) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(unicode).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_and_other_strings_are_matched() {
        for (pattern, matching, other) in [
            (r"^\w{2}$", ["ab", "äb"], "a-"),
            (r"^[^/]+$", ["ab", "é"], "a/b"),
            (r"^[\p{L}-]+$", ["a-", "ß"], "1"),
            (r"^[a-é]$", ["a", "é"], "A"),
            (r"^.$", ["a", "€"], "\n"),
        ] {
            let compiled = CompiledPattern::new(pattern).expect("the pattern is supported");
            assert!(matching.iter().all(|text| compiled.is_match(text)), "{pattern}");
            assert!(!compiled.is_match(other), "{pattern}");
        }
        assert!(CompiledPattern::new("(?!a)").is_none());
        assert!(CompiledPattern::new("(a{1000}){1000}").is_none());
    }
}
