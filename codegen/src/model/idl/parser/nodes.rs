//! Parses names, values and traits.

use std::borrow::Cow;

use super::{Parsed, Parser, problem};
use crate::{
    model::idl::{
        lexer::{Gap, Kind, Range},
        strings,
        syntax::{Name, Node, NodeValue, Object, Trait},
    },
    number,
};

/// The maximum nesting depth of values, which is also the limit of `serde_json`.
const DEEPEST: usize = 127;

impl<'a> Parser<'a> {
    /// Parses identifiers that are separated by dots.
    pub(super) fn dotted(&mut self) -> Parsed<Name<'a>> {
        let first = self.expect(Kind::Identifier)?;
        let mut end = first.range.end;
        while self.follows(Kind::Dot) {
            self.next();
            end = self.contiguous(Kind::Identifier)?.range.end;
        }
        Ok(self.name_of(Range { start: first.range.start, end }))
    }

    /// Parses a shape ID, which may be relative and may refer to a member.
    pub(super) fn shape_id(&mut self) -> Parsed<Name<'a>> {
        let name = self.dotted()?;
        let mut end = name.range.end;
        if self.follows(Kind::Hash) || name.text.contains('.') {
            self.contiguous(Kind::Hash)?;
            end = self.contiguous(Kind::Identifier)?.range.end;
        }
        if self.follows(Kind::Dollar) {
            self.next();
            end = self.contiguous(Kind::Identifier)?.range.end;
        }
        Ok(self.name_of(Range { start: name.range.start, end }))
    }

    /// Returns whether the next token is of this kind and follows the previous one without whitespace.
    fn follows(&self, kind: Kind) -> bool {
        self.kind() == kind && self.peek().gap == Gap::None
    }

    /// Parses the key of an object or statement.
    pub(super) fn key(&mut self) -> Parsed<Name<'a>> {
        let range = self.peek().range;
        match self.kind() {
            Kind::Identifier => {
                self.next();
                Ok(self.name_of(range))
            }
            Kind::String => {
                let text = self.string(range);
                if number::is_reserved(&text) {
                    return Err(self.problem("invalid key \"\\ufdd0\": U+FDD0 is a noncharacter", "rename the key"));
                }
                self.next();
                Ok(Name { text, range })
            }
            _ => Err(self.unexpected("a key")),
        }
    }

    fn string(&self, range: Range) -> Cow<'a, str> {
        strings::value(self.tokens.slice(Range { start: range.start + 1, end: range.end - 1 }))
    }

    /// Parses a value.
    pub(super) fn node(&mut self) -> Parsed<Node<'a>> {
        self.check_depth()?;
        let mut range = self.peek().range;
        let value = match self.kind() {
            Kind::String => {
                self.next();
                NodeValue::String(self.string(range))
            }
            Kind::TextBlock => {
                self.next();
                let content = Range { start: range.start + 3, end: range.end - 3 };
                NodeValue::String(Cow::Owned(strings::block(self.tokens.slice(content))))
            }
            Kind::Number => {
                self.next();
                NodeValue::Number(self.tokens.slice(range))
            }
            Kind::Identifier => {
                let name = self.shape_id()?;
                range = name.range;
                match self.tokens.slice(range) {
                    "true" => NodeValue::Boolean(true),
                    "false" => NodeValue::Boolean(false),
                    "null" => NodeValue::Null,
                    id => NodeValue::Id(id),
                }
            }
            Kind::LeftBrace => {
                self.open();
                let members = self.members_until(Kind::RightBrace)?;
                range.end = self.close(Kind::RightBrace)?.range.end;
                NodeValue::Object(members)
            }
            Kind::LeftBracket => {
                self.open();
                let mut items = Vec::new();
                while self.kind() != Kind::RightBracket {
                    items.push(self.node()?);
                }
                range.end = self.close(Kind::RightBracket)?.range.end;
                NodeValue::List(items)
            }
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { value, range })
    }

    /// Returns an error if brackets are nested too deeply.
    pub(super) fn check_depth(&self) -> Parsed<()> {
        if self.open.len() <= DEEPEST {
            return Ok(());
        }
        Err(self.problem(format!("values are nested more than {DEEPEST} levels deep"), "use fewer levels"))
    }

    /// Parses the members of an object up to its closing bracket.
    fn members_until(&mut self, closing: Kind) -> Parsed<Object<'a>> {
        let mut members: Object<'a> = Vec::new();
        let mut keys = std::collections::BTreeSet::new();
        while self.kind() != closing {
            if !matches!(self.kind(), Kind::Identifier | Kind::String) {
                return Err(self.unexpected(&format!("a key or {}", closing.describe())));
            }
            let key = self.key()?;
            self.expect(Kind::Colon)?;
            let value = self.node()?;
            if !keys.insert(key.text.to_string()) {
                return problem(key.range, format!("the key `{}` appears twice", key.text), "remove one occurrence");
            }
            members.push((key, value));
        }
        Ok(members)
    }

    /// Parses an object that is enclosed in braces.
    pub(super) fn object(&mut self) -> Parsed<Object<'a>> {
        if self.kind() != Kind::LeftBrace {
            return Err(self.unexpected("`{`"));
        }
        self.open();
        let members = self.members_until(Kind::RightBrace)?;
        self.close(Kind::RightBrace)?;
        Ok(members)
    }

    /// Parses the documentation comments and traits before a shape or member.
    pub(super) fn traits(&mut self) -> Parsed<Vec<Trait<'a>>> {
        let mut traits: Vec<Trait<'a>> = self.documentation().into_iter().collect();
        while self.kind() == Kind::At {
            traits.push(self.applied_trait()?);
        }
        Ok(traits)
    }

    fn documentation(&self) -> Option<Trait<'a>> {
        let docs = self.tokens.docs_before(self.at);
        let (first, last) = (docs.first()?, docs.last()?);
        let range = Range { start: first.start, end: last.end };
        let text = match docs {
            [only] => Cow::Borrowed(self.tokens.slice(*only)),
            docs => Cow::Owned(docs.iter().map(|doc| self.tokens.slice(*doc)).collect::<Vec<_>>().join("\n")),
        };
        let name = Name { text: Cow::Borrowed("smithy.api#documentation"), range };
        Some(Trait { name, value: Some(Node { value: NodeValue::String(text), range }), is_comment: true })
    }

    /// Parses a trait.
    pub(super) fn applied_trait(&mut self) -> Parsed<Trait<'a>> {
        self.next();
        let name = self.shape_id()?;
        if !self.follows(Kind::LeftParenthesis) {
            return Ok(Trait { name, value: None, is_comment: false });
        }
        let start = self.peek().range.start;
        self.open();
        let after = self.tokens.all.get(self.at + 1).map(|token| token.kind);
        let is_object = self.kind() == Kind::RightParenthesis
            || (matches!(self.kind(), Kind::Identifier | Kind::String) && after == Some(Kind::Colon));
        let value = if is_object {
            let members = self.members_until(Kind::RightParenthesis)?;
            let range = Range { start, end: self.peek().range.end };
            Node { value: NodeValue::Object(members), range }
        } else {
            self.node()?
        };
        self.close(Kind::RightParenthesis)?;
        Ok(Trait { name, value: Some(value), is_comment: false })
    }
}
