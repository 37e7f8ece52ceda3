//! A scanner for JSON tokens.

use std::borrow::Cow;

use super::plain::plain_len;
use crate::schema::SerdeError;

/// The maximum nesting of lists and objects. Without a limit, a sender could overflow the stack.
const DEEPEST: u32 = 128;

/// A cursor over JSON.
pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: u32,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(json: &'a [u8]) -> Result<Self, SerdeError> {
        // Checking the whole body once is faster than checking each string.
        let text =
            std::str::from_utf8(json).map_err(|error| SerdeError::new(format_args!("not valid UTF-8: {error}")))?;
        Ok(Self { text, bytes: json, at: 0, depth: 0 })
    }

    /// Returns the error for the input at the cursor.
    #[cold]
    #[inline(never)]
    fn error(&self, expected: &str) -> SerdeError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let found = found.map_or_else(|| "the end of the input".to_owned(), |found| format!("{found:?}"));
        SerdeError::new(format_args!("invalid JSON at line {line} column {column}: expected {expected}, found {found}"))
    }

    /// Skips whitespace and returns the next byte, or 0 at the end.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => byte,
            _ => self.peek_after_space(),
        }
    }

    #[inline(never)]
    fn peek_after_space(&mut self) -> u8 {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return byte,
            }
        }
        0
    }

    /// Consumes the next value if it is null. Returns whether it was null.
    #[inline]
    pub(super) fn null(&mut self) -> Result<bool, SerdeError> {
        if self.peek() != b'n' {
            return Ok(false);
        }
        self.word("null").map(|()| true)
    }

    pub(super) fn boolean(&mut self) -> Result<bool, SerdeError> {
        let value = self.peek() == b't';
        self.word(if value { "true" } else { "false" })?;
        Ok(value)
    }

    fn word(&mut self, word: &'static str) -> Result<(), SerdeError> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) {
            return Err(self.error("a value"));
        }
        self.at = end;
        Ok(())
    }

    /// Reads a number according to JSON's grammar.
    pub(super) fn number(&mut self) -> Result<&'a str, SerdeError> {
        self.peek();
        let start = self.at;
        self.take_if(|byte| byte == b'-');
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.error("a digit")),
        }
        if self.take_if(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.take_if(|byte| matches!(byte, b'e' | b'E')) {
            self.take_if(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads an integer of up to 18 digits. Returns `None`, and does not move the cursor, if something else is next.
    pub(super) fn short_integer(&mut self) -> Option<i64> {
        let rest = self.bytes.get(self.at..)?;
        let (negative, digits) = match rest {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let (value, len) = leading_digits(digits, 18)?;
        if matches!(digits.get(len), Some(b'0'..=b'9' | b'.' | b'e' | b'E')) {
            return None;
        }
        self.at += len + usize::from(negative);
        Some(if negative { -value } else { value })
    }

    /// Reads a positive number of up to 10 digits with a fraction of up to 6 digits. Returns its integer part and its
    /// millionths. Returns `None`, and does not move the cursor, if something else is next.
    pub(super) fn short_decimal(&mut self) -> Option<(i64, u32)> {
        let digits = self.bytes.get(self.at..)?;
        let (integer, len) = leading_digits(digits, 10)?;
        let fraction = digits.get(len..)?.strip_prefix(b".")?;
        let (mut millionths, mut places) = (0, 0);
        while let Some(byte @ b'0'..=b'9') = fraction.get(places).filter(|_| places < 6) {
            millionths = millionths * 10 + u32::from(byte - b'0');
            places += 1;
        }
        if places == 0 || matches!(fraction.get(places), Some(b'0'..=b'9' | b'e' | b'E')) {
            return None;
        }
        self.at += len + 1 + places;
        for _ in places..6 {
            millionths *= 10;
        }
        Some((integer, millionths))
    }

    /// Returns the number of bytes before the cursor.
    #[inline]
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Estimates how many more elements a list has after its first `len` elements, which began at `start`. The estimate
    /// is the number of elements of the same size that fit into the rest of the input.
    pub(super) fn estimate(&self, start: usize, len: usize) -> usize {
        if len == 0 {
            return usize::MAX;
        }
        let (read, left) = (self.at.saturating_sub(start), self.bytes.len().saturating_sub(self.at));
        left.saturating_mul(len) / read.max(1) + 1
    }

    fn digits(&mut self) -> Result<(), SerdeError> {
        let start = self.at;
        while self.take_if(|byte| byte.is_ascii_digit()) {}
        if self.at == start { Err(self.error("a digit")) } else { Ok(()) }
    }

    fn take_if(&mut self, is_it: impl FnOnce(u8) -> bool) -> bool {
        let taken = self.bytes.get(self.at).is_some_and(|byte| is_it(*byte));
        self.at += usize::from(taken);
        taken
    }

    /// Reads a string and decodes its escapes. The cursor must not be on whitespace.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        match self.plain_string() {
            Some(string) => Ok(Cow::Borrowed(string)),
            None => self.escaped_string().map(Cow::Owned),
        }
    }

    /// Reads a string without escapes. Returns `None`, and does not move the cursor, if there are escapes or if
    /// something else is next.
    ///
    /// Most strings are read here. The result is returned in registers, unlike the result of [`string`](Self::string).
    #[inline(never)]
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        let Some((b'"', rest)) = self.bytes.get(self.at..)?.split_first() else { return None };
        let len = plain_len(rest);
        if rest.get(len) != Some(&b'"') {
            return None;
        }
        let start = self.at + 1;
        self.at = start + len + 1;
        self.text.get(start..start + len)
    }

    /// Reads a string that may contain escapes.
    #[cold]
    #[inline(never)]
    fn escaped_string(&mut self) -> Result<String, SerdeError> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(self.error("a string"));
        }
        self.at += 1;
        let start = self.at;
        self.plain_characters();
        let mut end = self.at;
        while self.bytes.get(end) == Some(&b'\\') {
            end += 2;
            end += plain_len(self.bytes.get(end..).unwrap_or_default());
        }
        // An escape is longer than the character that it encodes.
        let mut string = String::with_capacity(end - start);
        string.push_str(&self.text[start..self.at]);
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(self.error("a closing quote")),
            }
            let start = self.at;
            self.plain_characters();
            string.push_str(&self.text[start..self.at]);
        }
    }

    /// Moves to the next quote, backslash or control character.
    fn plain_characters(&mut self) {
        self.at += plain_len(self.bytes.get(self.at..).unwrap_or_default());
    }

    /// Reads an escape sequence.
    fn escape(&mut self) -> Result<char, SerdeError> {
        self.at += 1;
        let escaped = match self.bytes.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err(self.error("an escape sequence")),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// Reads the digits of an escape such as `\u1234`, and the second half of a surrogate pair. An unpaired surrogate,
    /// as in a truncated string, becomes a replacement character.
    fn code_point(&mut self) -> Result<char, SerdeError> {
        let first = self.four_digits()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let high = first.wrapping_sub(0xd800);
        let after_first = self.at;
        if high < 0x400 && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            self.at += 2;
            let low = self.four_digits()?.wrapping_sub(0xdc00);
            if let Some(character) = (low < 0x400).then(|| char::from_u32(0x1_0000 + (high << 10) + low)).flatten() {
                return Ok(character);
            }
            self.at = after_first;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, SerdeError> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(value) = value else {
            self.at += self.bytes.iter().skip(self.at).take_while(|byte| byte.is_ascii_hexdigit()).count();
            return Err(self.error("four hexadecimal digits"));
        };
        self.at += 4;
        Ok(value)
    }

    /// Enters the list or object whose bracket is next.
    #[inline]
    pub(super) fn open(&mut self) -> Result<(), SerdeError> {
        if self.depth >= DEEPEST {
            return Err(too_deep());
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Moves past the comma to the next element or member. At the end of the list or object, moves past the bracket and
    /// returns `false`.
    #[inline]
    pub(super) fn next(&mut self, bracket: u8, first: bool) -> Result<bool, SerdeError> {
        let more = self.more(bracket, first)?;
        self.depth -= u32::from(!more);
        Ok(more)
    }

    #[inline]
    fn more(&mut self, bracket: u8, first: bool) -> Result<bool, SerdeError> {
        let next = self.peek();
        if next == bracket {
            self.at += 1;
            return Ok(false);
        }
        if first {
            return Ok(true);
        }
        if next != b',' {
            return Err(self.error(if bracket == b']' { "`,` or `]`" } else { "`,` or `}`" }));
        }
        self.at += 1;
        // A trailing comma is an error.
        if self.peek() == bracket { Err(self.error("a value")) } else { Ok(true) }
    }

    /// Moves past a token if it is next, and returns whether it was next. The cursor must not be on whitespace.
    #[inline]
    pub(super) fn take(&mut self, token: &[u8]) -> bool {
        let taken = self.bytes.get(self.at..).is_some_and(|rest| starts_with(rest, token));
        self.at += if taken { token.len() } else { 0 };
        taken
    }

    /// Reads the name of an object's member and the colon after it. The cursor must not be on whitespace.
    pub(super) fn name(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        let name = self.string()?;
        if self.peek() != b':' {
            return Err(self.error("`:`"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Skips a value. This method is not recursive, since an unknown value may be nested to any depth.
    pub(super) fn skip(&mut self) -> Result<(), SerdeError> {
        // The closing brackets of the lists and objects around the cursor.
        let mut brackets = Vec::new();
        loop {
            let opened = match self.peek() {
                b'[' => Some(b']'),
                b'{' => Some(b'}'),
                _ => None,
            };
            match opened {
                Some(bracket) => {
                    self.at += 1;
                    brackets.push(bracket);
                }
                None => self.skip_simple()?,
            }
            let mut first = opened.is_some();
            loop {
                let Some(&bracket) = brackets.last() else { return Ok(()) };
                if self.more(bracket, first)? {
                    if bracket == b'}' {
                        self.name()?;
                    }
                    break;
                }
                brackets.pop();
                first = false;
            }
        }
    }

    /// Skips a value that is neither a list nor an object.
    fn skip_simple(&mut self) -> Result<(), SerdeError> {
        match self.peek() {
            b'"' => self.string().map(|_| ()),
            b'n' => self.word("null"),
            b't' | b'f' => self.boolean().map(|_| ()),
            b'-' | b'0'..=b'9' => self.number().map(|_| ()),
            _ => Err(self.error("a value")),
        }
    }

    /// Checks that only whitespace is left.
    pub(super) fn finish(&mut self) -> Result<(), SerdeError> {
        self.peek();
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.error("the end of the input")) }
    }

    /// Returns the error for a value that does not have the expected type.
    #[cold]
    #[inline(never)]
    pub(super) fn unexpected(&mut self, expected: &str) -> SerdeError {
        let found = match self.peek() {
            b'"' => "a string",
            b'[' => "a list",
            b'{' => "an object",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            _ => "a number",
        };
        // A malformed value is reported as such.
        self.skip().map_or_else(|error| error, |()| SerdeError::unexpected(found, expected))
    }
}

#[cold]
#[inline(never)]
fn too_deep() -> SerdeError {
    SerdeError::new(format_args!("lists and objects are nested more than {DEEPEST} levels deep"))
}

/// Returns whether the bytes start with a token. Unlike `slice::starts_with`, this function compares short tokens
/// without a function call.
#[inline]
fn starts_with(bytes: &[u8], token: &[u8]) -> bool {
    let Some(start) = bytes.get(..token.len()) else { return false };
    match token.len() {
        8..=16 => start.first_chunk::<8>() == token.first_chunk() && start.last_chunk::<8>() == token.last_chunk(),
        17..=32 => start.first_chunk::<16>() == token.first_chunk() && start.last_chunk::<16>() == token.last_chunk(),
        _ => start == token,
    }
}

/// Reads up to `most` digits at the start, and returns their value and how many there are. Returns `None` if there are
/// none, or if they have a leading zero, which JSON does not allow.
fn leading_digits(bytes: &[u8], most: usize) -> Option<(i64, usize)> {
    let (mut value, mut len) = (0, 0);
    while let Some(byte @ b'0'..=b'9') = bytes.get(len).filter(|_| len < most) {
        value = value * 10 + i64::from(byte - b'0');
        len += 1;
    }
    (len == 1 || len > 1 && bytes[0] != b'0').then_some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_all_lengths_are_compared() {
        let text: Vec<u8> = (0..50).collect();
        for len in 0..50 {
            let token = &text[..len];
            assert!(starts_with(&text, token) && starts_with(token, token));
            assert!(!starts_with(token, &text));
            for at in 0..len {
                let mut other = token.to_vec();
                other[at] = 0xff;
                assert!(!starts_with(&text, &other), "{len}, {at}");
            }
        }
    }
}
