//! Splits an IDL file into tokens.
//!
//! Whitespace is significant in a few places in the grammar, so each token records what separates it from the previous
//! one. Documentation comments are stored separately from the tokens, since they are allowed wherever whitespace is.

use super::strings;

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    Identifier,
    String,
    TextBlock,
    Number,
    Dollar,
    Dot,
    Hash,
    At,
    Colon,
    Walrus,
    Equal,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    LeftParenthesis,
    RightParenthesis,
    #[default]
    End,
    /// Characters that do not form a token. [`Tokens::problem`] describes what is wrong.
    Invalid,
}

impl Kind {
    /// Returns the closing bracket that matches an opening one.
    pub(super) fn closing(self) -> Self {
        match self {
            Self::LeftBrace => Self::RightBrace,
            Self::LeftBracket => Self::RightBracket,
            _ => Self::RightParenthesis,
        }
    }

    /// Returns a description for error messages.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Identifier => "an identifier",
            Self::String => "a string",
            Self::TextBlock => "a text block",
            Self::Number => "a number",
            Self::Dollar => "`$`",
            Self::Dot => "`.`",
            Self::Hash => "`#`",
            Self::At => "`@`",
            Self::Colon => "`:`",
            Self::Walrus => "`:=`",
            Self::Equal => "`=`",
            Self::LeftBrace => "`{`",
            Self::RightBrace => "`}`",
            Self::LeftBracket => "`[`",
            Self::RightBracket => "`]`",
            Self::LeftParenthesis => "`(`",
            Self::RightParenthesis => "`)`",
            Self::End => "the end of the file",
            Self::Invalid => "a token",
        }
    }
}

/// The separator between a token and the previous one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// No separator.
    #[default]
    None,
    /// Spaces, tabs or commas.
    Space,
    /// At least one line break.
    Line,
}

/// A token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range,
    pub(super) gap: Gap,
    /// The number of documentation comments between the start of the file and the token.
    docs: usize,
}

/// The description of an invalid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) at: Range,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The opening bracket or the opening quotes, if the problem is that they are not closed.
    pub(super) opening: Option<Range>,
}

impl Problem {
    pub(super) fn new(at: Range, message: impl Into<String>, help: Option<String>) -> Self {
        Self { at, message: message.into(), help, opening: None }
    }

    /// Sets the suggested fix, unless the problem already has one.
    pub(super) fn or_help(mut self: Box<Self>, help: &str) -> Box<Self> {
        self.help.get_or_insert_with(|| help.to_owned());
        self
    }
}

/// The tokens of a file. The last token is always [`Kind::End`].
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) all: Vec<Token>,
    docs: Vec<Range>,
    problems: Vec<(usize, Problem)>,
    /// The positions of the line breaks.
    line_breaks: Vec<usize>,
}

impl<'a> Tokens<'a> {
    /// Splits a file into tokens.
    pub(super) fn new(text: &'a str) -> Self {
        let mut lexer = Lexer {
            text,
            at: start_of(text),
            gap: Gap::Line,
            out: Self {
                text,
                all: Vec::with_capacity(text.len() / 6),
                docs: Vec::new(),
                problems: Vec::new(),
                line_breaks: text.match_indices('\n').map(|(at, _)| at).collect(),
            },
        };
        while lexer.token() {}
        lexer.out
    }

    /// Returns the text in a range of the file.
    pub(super) fn slice(&self, range: Range) -> &'a str {
        self.text.get(range.start..range.end).unwrap_or_default()
    }

    /// Returns the contents of the documentation comments directly before a token.
    pub(super) fn docs_before(&self, index: usize) -> &[Range] {
        let first = index.checked_sub(1).and_then(|before| self.all.get(before)).map_or(0, |before| before.docs);
        let end = self.all.get(index).map_or(first, |token| token.docs);
        self.docs.get(first..end).unwrap_or_default()
    }

    /// Returns the ranges of all documentation comments. Lines without a token between them form one comment.
    pub(super) fn all_docs(&self) -> Vec<Range> {
        let comments = (0..self.all.len()).filter_map(|index| match self.docs_before(index) {
            [] => None,
            [only] => Some(*only),
            [first, .., last] => Some(Range { start: first.start, end: last.end }),
        });
        comments.collect()
    }

    /// Returns the problem with an invalid token.
    pub(super) fn problem(&self, index: usize) -> Option<&Problem> {
        let found = self.problems.binary_search_by_key(&index, |(token, _)| *token).ok()?;
        self.problems.get(found).map(|(_, problem)| problem)
    }

    /// Returns the line number of a position. The first line is 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.line_breaks.partition_point(|end| *end < at)
    }

    /// Returns whether a token is the first on its line and is not indented.
    pub(super) fn starts_line(&self, index: usize) -> bool {
        let start = self.all.get(index).map_or(0, |token| token.range.start);
        start == start_of(self.text) || self.text.as_bytes().get(start - 1) == Some(&b'\n')
    }
}

/// Returns the position at which the text starts: after the byte order mark, if there is one.
fn start_of(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    gap: Gap,
    out: Tokens<'a>,
}

impl Lexer<'_> {
    /// Adds the next token. Returns `false` at the end of the file.
    fn token(&mut self) -> bool {
        self.whitespace();
        let start = self.at;
        let Some(byte) = self.peek(0) else {
            self.push(Kind::End, start);
            return false;
        };
        let kind = match byte {
            b'$' => self.advance(1, Kind::Dollar),
            b'.' => self.advance(1, Kind::Dot),
            b'#' => self.advance(1, Kind::Hash),
            b'@' => self.advance(1, Kind::At),
            b'=' => self.advance(1, Kind::Equal),
            b'{' => self.advance(1, Kind::LeftBrace),
            b'}' => self.advance(1, Kind::RightBrace),
            b'[' => self.advance(1, Kind::LeftBracket),
            b']' => self.advance(1, Kind::RightBracket),
            b'(' => self.advance(1, Kind::LeftParenthesis),
            b')' => self.advance(1, Kind::RightParenthesis),
            b':' if self.peek(1) == Some(b'=') => self.advance(2, Kind::Walrus),
            b':' => self.advance(1, Kind::Colon),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.identifier(),
            _ => {
                let found = self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
                self.at += found.len_utf8();
                let help = match found {
                    '\'' => Some("write strings in double quotes"),
                    '/' => Some("comments start with `//`"),
                    '+' => Some("remove the sign if it is part of a number"),
                    ';' => Some("remove it (members and statements end at a line break)"),
                    _ => None,
                };
                let message = format!("unexpected character {found:?}");
                self.problem(Range { start, end: self.at }, message, help.map(str::to_owned))
            }
        };
        self.push(kind, start);
        true
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn advance(&mut self, length: usize, kind: Kind) -> Kind {
        self.at += length;
        kind
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let range = Range { start, end: self.at };
        self.out.all.push(Token { kind, range, gap: self.gap, docs: self.out.docs.len() });
        self.gap = Gap::None;
    }

    fn problem(&mut self, at: Range, message: impl Into<String>, help: Option<String>) -> Kind {
        self.add(Problem::new(at, message, help))
    }

    fn add(&mut self, problem: Problem) -> Kind {
        self.out.problems.push((self.out.all.len(), problem));
        Kind::Invalid
    }

    /// Skips whitespace, commas and comments.
    fn whitespace(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b',' => self.gap = self.gap.max(Gap::Space),
                b'\n' | b'\r' => self.gap = Gap::Line,
                b'/' if self.peek(1) == Some(b'/') => {
                    self.comment();
                    continue;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
        // A comment is a documentation comment only if nothing precedes it on its line.
        if rest.starts_with("///") && self.gap == Gap::Line {
            let content = start + 3;
            let end = if rest.as_bytes().get(self.at - start - 1) == Some(&b'\r') { self.at - 1 } else { self.at };
            let space = usize::from(self.text.as_bytes().get(content) == Some(&b' ') && content < end);
            self.out.docs.push(Range { start: content + space, end });
        }
        self.gap = Gap::Line;
    }

    fn identifier(&mut self) -> Kind {
        let start = self.at;
        let is_part = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
        while self.peek(0).is_some_and(is_part) {
            self.at += 1;
        }
        let range = Range { start, end: self.at };
        if self.out.slice(range).bytes().all(|byte| byte == b'_') {
            let help = "expected a letter or digit after the underscores".to_owned();
            return self.problem(range, "invalid identifier", Some(help));
        }
        Kind::Identifier
    }

    fn number(&mut self) -> Kind {
        let start = self.at;
        if self.peek(0) == Some(b'-') {
            self.at += 1;
            let follows_name =
                self.gap == Gap::None && self.out.all.last().is_some_and(|last| last.kind == Kind::Identifier);
            if follows_name {
                let help = "names consist of letters, digits and underscores".to_owned();
                return self.problem(Range { start, end: self.at }, "unexpected character '-'", Some(help));
            }
        }
        let mut after = (self.at > start).then_some("`-`");
        if self.peek(0) == Some(b'0') {
            self.at += 1;
            after = None;
            if self.digits() {
                let range = Range { start, end: self.at };
                let message = format!("invalid number `{}`", self.out.slice(range));
                return self.problem(range, message, Some("remove the leading zeros".to_owned()));
            }
        } else if self.digits() {
            after = None;
        }
        if after.is_none() && self.peek(0) == Some(b'.') {
            self.at += 1;
            after = (!self.digits()).then_some("`.`");
        }
        if after.is_none() && matches!(self.peek(0), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(0), Some(b'+' | b'-')) {
                self.at += 1;
            }
            after = (!self.digits()).then_some("the exponent's sign or `e`");
        }
        match after {
            None => Kind::Number,
            Some(after) => {
                let range = Range { start, end: self.at };
                let message = format!("invalid number `{}`", self.out.slice(range));
                self.problem(range, message, Some(format!("expected a digit after {after}")))
            }
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn string(&mut self) -> Kind {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let is_block = rest.starts_with("\"\"\"");
        let (quotes, kind) = if is_block { ("\"\"\"", Kind::TextBlock) } else { ("\"", Kind::String) };
        if !is_block && rest.starts_with("\"\"") {
            return self.advance(2, Kind::String);
        }
        let content = start + quotes.len();
        let Some(end) = strings::end(self.text, content, quotes) else {
            self.at = self.text.len();
            let what = if is_block { "text block" } else { "string" };
            let line = self.out.line(start);
            let help = format!("add {quotes} at the end of the {what} that starts on line {line}");
            let at = Range { start: self.at, end: self.at };
            let problem = Problem::new(at, format!("the {what} is not closed"), Some(help));
            return self.add(Problem { opening: Some(Range { start, end: content }), ..problem });
        };
        self.at = end + quotes.len();
        match strings::check(self.text, content, end, is_block) {
            None => kind,
            Some(problem) => self.problem(problem.at, problem.message, problem.help),
        }
    }
}

#[cfg(test)]
mod tests;
