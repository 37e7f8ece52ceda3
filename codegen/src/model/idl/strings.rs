//! Finds the ends of strings and text blocks, checks their syntax, and decodes their values.

use std::borrow::Cow;

use super::lexer::{Problem, Range};

/// Returns the index of the closing quotes of the string whose contents start at `at`, or `None` if the string is not
/// closed.
pub(super) fn end(text: &str, mut at: usize, quotes: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' if bytes.get(at..)?.starts_with(quotes.as_bytes()) => return Some(at),
            _ => at += 1,
        }
    }
}

/// Returns the first problem in a string or text block.
pub(super) fn check(text: &str, start: usize, end: usize, is_block: bool) -> Option<Problem> {
    let content = text.get(start..end)?;
    let problem = |at: Range, message: &str, help: &str| Some(Problem::new(at, message, Some(help.to_owned())));
    if is_block {
        let blank = content.trim_start_matches([' ', '\t']);
        let opening = Range { start: start - 3, end: start };
        if content.is_empty() {
            return problem(opening, "the text block is empty", "use `\"\"` for an empty string");
        }
        if !blank.starts_with(['\n', '\r']) {
            return problem(
                opening,
                "the text block has no line break after the opening quotes",
                "start its contents on the next line",
            );
        }
    }
    let bytes = content.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found;
        let range = |length: usize| {
            let length = content.get(at..).unwrap_or_default().chars().take(length).map(char::len_utf8).sum::<usize>();
            Range { start: start + at, end: start + at + length }
        };
        at += match bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'\n' | b'\r') => 2,
            Some(b'u') if is_unpaired(content, at + 2) => {
                let help = "expected two escapes that form a surrogate pair, such as `\\uD83D\\uDE00`";
                return problem(range(6), "unpaired surrogate", help);
            }
            Some(b'u') if unit(content, at + 2).is_some() => 2 + unicode(content.get(at + 2..)?).1,
            Some(b'u') => {
                let help = "expected four hexadecimal digits after `\\u`";
                return problem(range(6), "invalid Unicode escape", help);
            }
            _ => {
                let help = "expected `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t`, `\\uXXXX` or a line break; \
                            write a backslash as `\\\\`";
                return problem(range(2), "invalid escape", help);
            }
        };
    }
    None
}

/// Returns the value of a string, given the contents between its quotes.
pub(super) fn value(content: &str) -> Cow<'_, str> {
    unescape(normalize(content))
}

/// Returns the value of a text block, given the contents between its quotes. The indentation that all lines share is
/// removed.
pub(super) fn block(content: &str) -> String {
    let content = normalize(content);
    let lines: Vec<&str> = content.split('\n').skip(1).collect();
    let last = lines.len().saturating_sub(1);
    let indentation = |(index, line): (usize, &&str)| {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        (spaces < line.len() || index == last).then_some(spaces)
    };
    let common = lines.iter().enumerate().filter_map(indentation).min().unwrap_or(0);
    let lines: Vec<&str> =
        lines.iter().map(|line| line.get(common..).unwrap_or_default().trim_end_matches(' ')).collect();
    unescape(Cow::Owned(lines.join("\n"))).into_owned()
}

/// Replaces all line breaks with `\n`.
fn normalize(content: &str) -> Cow<'_, str> {
    if content.contains('\r') {
        Cow::Owned(content.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(content)
    }
}

fn unescape(content: Cow<'_, str>) -> Cow<'_, str> {
    if !content.contains('\\') {
        return content;
    }
    let mut out = String::with_capacity(content.len());
    let mut rest = &*content;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let escape = after.chars().next().unwrap_or_default();
        rest = after.get(escape.len_utf8()..).unwrap_or_default();
        match escape {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (character, length) = unicode(rest);
                out.push(character);
                rest = rest.get(length..).unwrap_or_default();
            }
            // An escaped line break is not part of the string.
            '\n' => {}
            same => out.push(same),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes the Unicode escape whose digits are at the start of a string. Returns the character and the length of the
/// escape. Two escapes may form a surrogate pair.
fn unicode(digits: &str) -> (char, usize) {
    let Some(first) = unit(digits, 0) else { return (char::REPLACEMENT_CHARACTER, 0) };
    if let Some(character) = char::from_u32(first) {
        return (character, 4);
    }
    let second = digits.get(4..6).filter(|escape| *escape == "\\u").and_then(|_| unit(digits, 6));
    let pair = second.filter(|low| first < 0xdc00 && (0xdc00..0xe000).contains(low));
    match pair.and_then(|low| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00))) {
        Some(character) => (character, 10),
        None => (char::REPLACEMENT_CHARACTER, 4),
    }
}

/// Returns whether the Unicode escape whose digits start at `at` is half of a surrogate pair without the other half.
fn is_unpaired(content: &str, at: usize) -> bool {
    let is_surrogate = unit(content, at).is_some_and(|unit| char::from_u32(unit).is_none());
    is_surrogate && content.get(at..).is_some_and(|digits| unicode(digits).1 == 4)
}

/// Returns the value of the four hexadecimal digits at `at`, or `None` if there are fewer.
fn unit(content: &str, at: usize) -> Option<u32> {
    let digits = content.get(at..at + 4)?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced() {
        assert_eq!(value(r#"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"#), "\"\\/\u{8}\u{c}\n\r\té😀");
        assert_eq!(value("a\\\r\nb\r\nc"), "ab\nc");
        assert_eq!(value(r"\uD83D!"), "\u{fffd}!");
    }

    #[test]
    fn text_blocks_lose_the_indentation_that_their_lines_have_in_common() {
        assert_eq!(block("\n    Foo\n        Baz\n\n  \n    Bar  \n    "), "Foo\n    Baz\n\n\nBar\n");
        assert_eq!(block("\n        Foo\n    "), "    Foo\n");
        assert_eq!(block("\n    Foo\n            "), "Foo\n");
        assert_eq!(block("\n  <p>Hi\\n  bar</p> \\\n  \\\"\"\"x"), "<p>Hi\n  bar</p> \"\"\"x");
        assert_eq!(block("\n"), "");
    }

    #[test]
    fn problems_have_the_correct_position() {
        let found =
            |text: &str, is_block| check(text, 3, text.len(), is_block).map(|found| (found.at.start, found.message));
        assert_eq!(found("\"\"\"a\\n\\uaaat", false), Some((6, "invalid Unicode escape".to_owned())));
        assert_eq!(found("\"\"\"a\\é", false), Some((4, "invalid escape".to_owned())));
        assert_eq!(found("\"\"\"\\uD83D\\uDE00\\u00e9\\uFFFD", false), None);
        for unpaired in ["\"\"\"a\\uD83D", "\"\"\"a\\uDE00", "\"\"\"a\\uD83D\\u0041"] {
            assert_eq!(found(unpaired, false), Some((4, "unpaired surrogate".to_owned())));
        }
        assert_eq!(found("\"\"\"", true), Some((0, "the text block is empty".to_owned())));
        assert_eq!(found("\"\"\"  \n\\t", true), None);
    }
}
