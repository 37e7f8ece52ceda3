//! Parses an IDL file by recursive descent.
//!
//! Each function stops at the first problem that it finds. The parser then continues with the next statement, which
//! starts at the beginning of a line.

mod nodes;
mod shapes;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    lexer::{Gap, Kind, Problem, Range, Token, Tokens},
    syntax::{Apply, Control, File, Name, Node, NodeValue, Trait},
};
use crate::model::{Version, shape::is_type_name};

/// The result of parsing a part of a file.
type Parsed<T> = Result<T, Box<Problem>>;

/// Parses a file. Returns its syntax tree, and all syntax errors in the order of their positions.
pub(super) fn parse(text: &str) -> (File<'_>, Vec<Problem>) {
    let tokens = Tokens::new(text);
    let mut parser = Parser {
        tokens,
        at: 0,
        open: Vec::new(),
        control: Control::default(),
        uses: BTreeMap::new(),
        problems: Vec::new(),
    };
    let file = parser.file();
    (file, parser.problems)
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    /// The index of the next token.
    at: usize,
    /// The brackets that are still open.
    open: Vec<Token>,
    control: Control<'a>,
    /// The IDs in `use` statements, by the names of the shapes.
    uses: BTreeMap<&'a str, Name<'a>>,
    problems: Vec<Problem>,
}

impl<'a> Parser<'a> {
    fn file(&mut self) -> File<'a> {
        let mut file = File::default();
        let mut keys = BTreeSet::new();
        while self.kind() == Kind::Dollar {
            self.statement(|parser| parser.control(&mut keys));
        }
        while self.is_word("metadata") {
            self.statement(|parser| {
                file.metadata.push(parser.metadata()?);
                Ok(())
            });
        }
        match self.namespace() {
            Ok(namespace) => file.namespace = namespace,
            Err(problem) => self.problems.push(*problem),
        }
        if file.namespace.is_some() {
            while self.is_word("use") {
                self.statement(Self::use_shape);
            }
            while self.kind() != Kind::End {
                self.statement(|parser| parser.shape_or_apply(&mut file));
            }
        }
        file.control = std::mem::take(&mut self.control);
        file.docs = self.tokens.all_docs();
        file.uses = std::mem::take(&mut self.uses).into_values().collect();
        file
    }

    /// Parses a statement. After an error, continues at the next line that could be the start of a statement.
    fn statement(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<()>) {
        let start = self.at;
        let Err(problem) = parse(self) else { return };
        // A statement that fails at the same token as the previous one has the same problem, which is reported only
        // once.
        if self.problems.last() != Some(&*problem) {
            self.problems.push(*problem);
        }
        self.open.clear();
        let is_reported = self.problems.last().is_some_and(|problem| problem.at == self.peek().range);
        // A word that cannot start a statement is skipped, since it would otherwise be reported twice.
        let skipped = usize::from(is_reported && self.kind() == Kind::Identifier && !self.starts_statement());
        self.at = (self.at + skipped).max(start + 1).min(self.tokens.all.len() - 1);
        while self.kind() != Kind::End {
            let can_start = matches!(self.kind(), Kind::Identifier | Kind::At | Kind::Dollar);
            if can_start && self.tokens.starts_line(self.at) {
                return;
            }
            self.at += 1;
        }
    }

    fn control(&mut self, keys: &mut BTreeSet<String>) -> Parsed<()> {
        self.next();
        let key = self.key()?;
        self.on_line(Kind::Colon)?;
        self.same_line("a value")?;
        let range = self.peek().range;
        let value = self.node()?;
        if keys.contains(&*key.text) {
            return problem(
                range,
                format!("the control statement `${}` appears twice", key.text),
                "remove one occurrence",
            );
        }
        match (&*key.text, value.value) {
            ("version", NodeValue::String(version)) => {
                let Some(known) = Version::parse(&version) else {
                    let message = format!("unknown Smithy version `{}`", version.escape_debug());
                    return problem(range, message, Version::EXPECTED);
                };
                (self.control.version, self.control.minor) = known;
            }
            ("operationInputSuffix", NodeValue::String(suffix)) => self.control.input_suffix = suffix,
            ("operationOutputSuffix", NodeValue::String(suffix)) => self.control.output_suffix = suffix,
            ("version" | "operationInputSuffix" | "operationOutputSuffix", _) => {
                return problem(range, format!("invalid value for `${}`", key.text), "expected a string");
            }
            _ => self.control.unknown.push(key.clone()),
        }
        keys.insert(key.text.into_owned());
        self.line_break()
    }

    fn metadata(&mut self) -> Parsed<(Name<'a>, Node<'a>)> {
        self.next();
        self.space()?;
        let key = self.key()?;
        self.on_line(Kind::Equal)?;
        self.same_line("a value")?;
        let value = self.node()?;
        self.line_break()?;
        Ok((key, value))
    }

    fn namespace(&mut self) -> Parsed<Option<Name<'a>>> {
        if self.kind() == Kind::End {
            return Ok(None);
        }
        if !self.is_word("namespace") {
            let mut problem = self.unexpected("`namespace`");
            if problem.help.is_none() {
                problem.help =
                    Some("add a statement such as `namespace example.weather` before shapes and traits".to_owned());
            }
            return Err(problem);
        }
        self.next();
        self.space()?;
        let name = self.dotted()?;
        self.line_break()?;
        Ok(Some(name))
    }

    fn use_shape(&mut self) -> Parsed<()> {
        self.next();
        self.space()?;
        let first = self.dotted()?;
        self.contiguous(Kind::Hash).map_err(|problem| {
            let help = format!("write the absolute ID, such as `example.weather#{}`", first.text);
            problem.or_help(&help)
        })?;
        let last = self.contiguous(Kind::Identifier)?;
        let name = self.name_of(Range { start: first.range.start, end: last.range.end });
        if self.kind() == Kind::Dollar && self.peek().gap == Gap::None {
            return Err(self.problem("`use` cannot refer to a member", "remove the part after `$`"));
        }
        let simple = self.tokens.slice(last.range);
        if let Some(other) = self.uses.get(simple) {
            let message = format!("the name `{simple}` is already used for `{}`", other.text);
            return problem(name.range, message, "write the absolute ID of one of the shapes where it is needed");
        }
        self.uses.insert(simple, name);
        self.line_break()
    }

    fn apply(&mut self, traits: &[Trait<'a>]) -> Parsed<Apply<'a>> {
        if traits.iter().any(|applied| !applied.is_comment) {
            return Err(
                self.problem("unexpected traits before an `apply` statement", "write them after the name of the shape")
            );
        }
        self.next();
        self.separated()?;
        let target = self.shape_id()?;
        self.separated()?;
        let traits = if self.kind() == Kind::At {
            vec![self.applied_trait()?]
        } else if self.kind() == Kind::LeftBrace {
            self.open();
            let mut traits = Vec::new();
            while self.kind() == Kind::At {
                traits.push(self.applied_trait()?);
            }
            self.close(Kind::RightBrace)?;
            traits
        } else {
            return Err(self.unexpected("a trait or `{`"));
        };
        self.line_break()?;
        Ok(Apply { target, traits })
    }

    // The methods below read tokens.

    fn peek(&self) -> Token {
        // The last token is `End`, which is never consumed.
        self.tokens.all.get(self.at).or(self.tokens.all.last()).copied().unwrap_or_default()
    }

    fn kind(&self) -> Kind {
        self.peek().kind
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    /// Returns whether the next token is the given word.
    fn is_word(&self, word: &str) -> bool {
        self.kind() == Kind::Identifier && self.tokens.slice(self.peek().range) == word
    }

    fn expect(&mut self, kind: Kind) -> Parsed<Token> {
        if self.kind() == kind { Ok(self.next()) } else { Err(self.unexpected(kind.describe())) }
    }

    /// Consumes an opening bracket.
    fn open(&mut self) {
        let token = self.next();
        self.open.push(token);
    }

    /// Expects the closing bracket that matches the last open one.
    fn close(&mut self, kind: Kind) -> Parsed<Token> {
        let token = self.expect(kind)?;
        self.open.pop();
        Ok(token)
    }

    /// Expects a token directly after the previous one.
    fn contiguous(&mut self, kind: Kind) -> Parsed<Token> {
        if self.peek().gap != Gap::None {
            return Err(self.unexpected_gap(kind.describe()));
        }
        self.expect(kind)
    }

    /// Expects a token of this kind on the same line as the previous one.
    fn on_line(&mut self, kind: Kind) -> Parsed<Token> {
        self.same_line(kind.describe())?;
        self.expect(kind)
    }

    /// Expects the next token to be on the same line as the previous one.
    fn same_line(&self, expected: &str) -> Parsed<()> {
        if self.peek().gap == Gap::Line { Err(self.unexpected_gap(expected)) } else { Ok(()) }
    }

    /// Expects the next token to be on the same line as the previous one, with a space between them.
    fn space(&self) -> Parsed<()> {
        match self.peek().gap {
            Gap::Space => Ok(()),
            Gap::Line => Err(self.unexpected_gap("a space")),
            Gap::None => Err(self.unexpected("a space")),
        }
    }

    /// Expects whitespace before the next token.
    fn separated(&self) -> Parsed<()> {
        if self.peek().gap == Gap::None { Err(self.unexpected("a space")) } else { Ok(()) }
    }

    /// Expects a line break before the next token.
    fn line_break(&self) -> Parsed<()> {
        let is_over = self.peek().gap == Gap::Line || self.kind() == Kind::End;
        if is_over { Ok(()) } else { Err(self.unexpected("a line break")) }
    }

    /// Returns the position at which the previous token ends.
    fn end_of_last(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.all.get(last));
        last.map_or(0, |token| token.range.end)
    }

    fn name_of(&self, range: Range) -> Name<'a> {
        Name { text: Cow::Borrowed(self.tokens.slice(range)), range }
    }

    // The methods below create problems.

    /// Returns a problem that reports the next token as unexpected.
    fn unexpected(&self, expected: &str) -> Box<Problem> {
        let token = self.peek();
        if let Some(problem) = self.tokens.problem(self.at) {
            return Box::new(problem.clone());
        }
        let found = match token.kind {
            Kind::Identifier | Kind::Number => format!("`{}`", self.tokens.slice(token.range)),
            kind => kind.describe().to_owned(),
        };
        let is_over = token.kind == Kind::End || self.is_in_next_shape() || self.starts_statement();
        // A `:=` after `input` or `output` belongs to the operation, so the structure before it has not been closed.
        let is_over = is_over || (token.kind == Kind::Walrus && self.follows_message());
        // A closing bracket that does not match the innermost open bracket suggests that the latter has not been
        // closed.
        let closes = matches!(token.kind, Kind::RightBrace | Kind::RightBracket | Kind::RightParenthesis);
        let open = self.open.last().filter(|open| is_over || (closes && open.kind.closing() != token.kind));
        let help = open.map(|open| {
            format!("the {} on line {} is not closed", open.kind.describe(), self.tokens.line(open.range.start))
        });
        let help = help.or_else(|| {
            let help = match token.kind {
                Kind::String if expected == Kind::Identifier.describe() => "remove the quotes",
                Kind::LeftParenthesis if token.gap != Gap::None => "remove the space before `(`",
                Kind::Walrus => "only the `input` and `output` of an operation can be defined with `:=`",
                _ if closes && self.open.is_empty() => "remove it (no bracket is open)",
                _ => return None,
            };
            Some(help.to_owned())
        });
        let problem = Problem::new(token.range, format!("expected {expected}, found {found}"), help);
        Box::new(Problem { opening: open.map(|open| open.range), ..problem })
    }

    /// Returns whether the previous token is `input` or `output`.
    fn follows_message(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.all.get(last));
        last.is_some_and(|last| matches!(self.tokens.slice(last.range), "input" | "output"))
    }

    /// Returns whether the next token is the first on its line and can start a statement. Such a token is the `@` of a
    /// trait, the type of a shape, or `apply`.
    fn starts_statement(&self) -> bool {
        let can_start = match self.kind() {
            Kind::At => true,
            Kind::Identifier => is_type_name(self.tokens.slice(self.peek().range)) || self.is_word("apply"),
            _ => false,
        };
        can_start && self.tokens.starts_line(self.at)
    }

    /// Returns whether the next token follows the type of another shape, such as `structure`, at the start of a line.
    fn is_in_next_shape(&self) -> bool {
        self.at.checked_sub(1).is_some_and(|before| {
            let keyword = self.tokens.all.get(before).map(|token| self.tokens.slice(token.range));
            self.tokens.starts_line(before) && keyword.is_some_and(is_type_name)
        })
    }

    /// Returns a problem for unexpected whitespace before the next token.
    fn unexpected_gap(&self, expected: &str) -> Box<Problem> {
        let end = self.end_of_last();
        let rest = self.tokens.text.get(end..).unwrap_or_default();
        let (found, start) = match self.peek().gap {
            Gap::Line => ("a line break", end + rest.len() - rest.trim_start_matches([' ', '\t']).len()),
            Gap::Space | Gap::None => ("a space", end),
        };
        let message = format!("expected {expected}, found {found}");
        Box::new(Problem::new(Range { start, end: start }, message, None))
    }

    /// Returns a problem at the next token.
    fn problem(&self, message: impl Into<String>, help: impl Into<String>) -> Box<Problem> {
        Box::new(Problem::new(self.peek().range, message, Some(help.into())))
    }
}

fn problem<T>(at: Range, message: impl Into<String>, help: impl Into<String>) -> Parsed<T> {
    Err(Box::new(Problem::new(at, message, Some(help.into()))))
}

#[cfg(test)]
mod tests;
