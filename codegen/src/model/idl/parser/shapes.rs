//! Parses shapes and their members.

use std::collections::BTreeSet;

use super::{Parsed, Parser, problem};
use crate::model::{
    Simple, Version,
    idl::{
        lexer::{Gap, Kind, Range},
        syntax::{Body, File, Member, Message, Name, Node, Shape, Target, Trait},
    },
    shape::{is_type_name, type_names},
};

/// The kind of a list of members, which determines its syntax.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Members {
    /// The members of a structure, which may have defaults.
    Structure,
    /// The members of a union.
    Union,
    /// The only member of a list, which is named `member`.
    List,
    /// The members of a map: `key` and `value`, in this order.
    Map,
}

impl<'a> Parser<'a> {
    /// Parses a shape or an `apply` statement.
    pub(super) fn shape_or_apply(&mut self, file: &mut File<'a>) -> Parsed<()> {
        let traits = self.traits()?;
        if self.is_word("apply") {
            file.applied.push(self.apply(&traits)?);
            return Ok(());
        }
        if self.kind() != Kind::Identifier {
            return Err(self.unexpected("a shape"));
        }
        let keyword = self.tokens.slice(self.peek().range);
        if !is_type_name(keyword) {
            return Err(self.unknown_type(keyword));
        }
        self.next();
        self.space()?;
        let name = self.shape_name()?;
        let shape = self.shape(keyword, name, traits)?;
        self.line_break()?;
        file.shapes.push(shape);
        Ok(())
    }

    fn unknown_type(&self, keyword: &str) -> Box<super::Problem> {
        let help = match keyword {
            "with" => "write `with` on the same line as the name of the shape".to_owned(),
            "use" => "`use` statements must come after the namespace and before all shapes".to_owned(),
            "metadata" => "`metadata` statements must come before the namespace".to_owned(),
            "namespace" => "a file can have only one namespace".to_owned(),
            _ => {
                let known = type_names();
                let near = crate::diagnostic::did_you_mean(keyword, known);
                near.unwrap_or_else(|| "expected a type such as `structure`, or `apply`".to_owned())
            }
        };
        self.problem(format!("unknown shape type `{keyword}`"), help)
    }

    fn shape_name(&mut self) -> Parsed<Name<'a>> {
        let token = self.expect(Kind::Identifier)?;
        let name = self.name_of(token.range);
        if let Some(used) = self.uses.get(&*name.text) {
            let message = format!("the name `{}` is already used for `{}`", name.text, used.text);
            return problem(name.range, message, "rename the shape, or remove the `use` statement");
        }
        Ok(name)
    }

    fn shape(&mut self, keyword: &str, name: Name<'a>, traits: Vec<Trait<'a>>) -> Parsed<Shape<'a>> {
        if keyword == "set" && self.control.version == Version::V2 {
            return problem(
                name.range,
                "`set` shapes require Smithy 1.0",
                "use a `list` with the trait `@uniqueItems`",
            );
        }
        let is_structured = matches!(keyword, "structure" | "union" | "list" | "set" | "map");
        let resource = if is_structured { self.resource()? } else { None };
        let mixins = self.mixins(Gap::Space)?;
        let simple = Simple::ALL.iter().find(|(_, name, _)| *name == keyword);
        let body = match keyword {
            "enum" => Body::Enum(self.enum_members(&name)?),
            "intEnum" => Body::IntEnum(self.enum_members(&name)?),
            "list" | "set" => Body::List { is_set: keyword == "set", members: self.members(Members::List)? },
            "map" => Body::Map(self.members(Members::Map)?),
            "structure" => Body::Structure(self.members(Members::Structure)?),
            "union" => Body::Union(self.members(Members::Union)?),
            "operation" => self.operation(&name)?,
            "resource" => Body::Resource(self.object()?),
            "service" => Body::Service(self.object()?),
            _ => Body::Simple(simple.map_or(Simple::String, |(simple, ..)| *simple)),
        };
        if let Body::Resource(properties) = &body
            && let Some((key, _)) = properties.iter().find(|(key, _)| key.text == "properties")
        {
            self.needs_version_2(key.range, "resource properties")?;
        }
        Ok(Shape { name, traits, resource, mixins, body })
    }

    /// Parses `for` and the ID of a resource, if present.
    fn resource(&mut self) -> Parsed<Option<Name<'a>>> {
        if !self.is_word("for") || self.peek().gap != Gap::Space {
            return Ok(None);
        }
        self.needs_version_2(self.peek().range, "structures with `for`")?;
        self.next();
        self.space()?;
        self.shape_id().map(Some)
    }

    /// Parses `with` and a list of mixins, if present. The separator before `with` must not be larger than `gap`.
    fn mixins(&mut self, gap: Gap) -> Parsed<Vec<Name<'a>>> {
        if !self.is_word("with") || self.peek().gap > gap {
            return Ok(Vec::new());
        }
        self.needs_version_2(self.peek().range, "mixins")?;
        self.next();
        if self.kind() != Kind::LeftBracket {
            return Err(self.unexpected("`[`"));
        }
        self.open();
        if self.kind() == Kind::RightBracket {
            return Err(self.problem("the list of mixins is empty", "add a mixin, or remove `with []`"));
        }
        let mut mixins = vec![self.shape_id()?];
        while self.kind() != Kind::RightBracket {
            self.separated()?;
            mixins.push(self.shape_id()?);
        }
        self.close(Kind::RightBracket)?;
        Ok(mixins)
    }

    fn needs_version_2(&self, at: Range, what: &str) -> Parsed<()> {
        match self.control.version {
            Version::V2 => Ok(()),
            Version::V1 => {
                let help = "add `$version: \"2.0\"` as the first line of the file";
                problem(at, format!("{what} require Smithy 2.0, but the file uses Smithy 1.0"), help)
            }
        }
    }

    fn brace(&mut self) -> Parsed<()> {
        if self.kind() == Kind::LeftBrace {
            self.open();
            return Ok(());
        }
        let mut problem = self.unexpected("`{`");
        if self.is_word("with") && self.peek().gap == Gap::Line {
            problem.help = Some("write `with` on the same line as the name of the shape".to_owned());
        } else if self.is_word("for") {
            problem.help = Some("write `for` before `with`".to_owned());
        }
        Err(problem)
    }

    fn enum_members(&mut self, name: &Name<'a>) -> Parsed<Vec<Member<'a>>> {
        self.needs_version_2(name.range, "enum shapes")?;
        self.brace()?;
        let (mut members, mut names) = (Vec::new(), BTreeSet::new());
        while self.kind() != Kind::RightBrace {
            let traits = self.traits()?;
            if self.is_end_of_members(&traits) {
                break;
            }
            self.check_member(&traits).map_err(|problem| match self.kind() {
                Kind::Colon => problem.or_help("enum members have no target; write `NAME` or `NAME = VALUE`"),
                _ => problem,
            })?;
            let name = self.expect(Kind::Identifier).map(|token| self.name_of(token.range))?;
            check_new(&name, &mut names)?;
            let (range, value) = self.assignment(name.range)?;
            members.push(Member { name, target: Target::Unit, value, traits, range });
        }
        self.close(Kind::RightBrace)?;
        Ok(members)
    }

    fn members(&mut self, kind: Members) -> Parsed<Vec<Member<'a>>> {
        self.brace()?;
        let (mut members, mut names) = (Vec::new(), BTreeSet::new());
        while self.kind() != Kind::RightBrace {
            let traits = self.traits()?;
            if self.is_end_of_members(&traits) {
                break;
            }
            self.check_member(&traits).map_err(|problem| match (self.kind(), kind) {
                (Kind::Equal, Members::Union | Members::List | Members::Map) => {
                    problem.or_help("only structure members can have a default")
                }
                _ => problem,
            })?;
            if kind == Members::Map && self.is_word("key") && !names.is_empty() {
                return Err(self.problem("`key` must precede `value`", "write `key` before `value`"));
            }
            let member = self.member(kind, traits)?;
            check_new(&member.name, &mut names)?;
            members.push(member);
        }
        self.close(Kind::RightBrace)?;
        Ok(members)
    }

    /// Returns whether the list of members ends after these traits. Only documentation comments may precede the end.
    fn is_end_of_members(&self, traits: &[Trait<'a>]) -> bool {
        self.kind() == Kind::RightBrace && traits.iter().all(|applied| applied.is_comment)
    }

    /// Returns an error if the next token cannot start a member.
    fn check_member(&self, traits: &[Trait<'a>]) -> Parsed<()> {
        self.check_closed()?;
        if matches!(self.kind(), Kind::Identifier | Kind::Dollar) {
            return Ok(());
        }
        let problem = self.unexpected(if traits.is_empty() { "a member or `}`" } else { "a member" });
        let is_value = self.kind() == Kind::Equal && self.peek().gap == Gap::Line;
        Err(if is_value { problem.or_help("write the value on the same line as the member") } else { problem })
    }

    /// Returns an error if the next tokens start a shape, which means that the closing brace of the current one is
    /// missing.
    fn check_closed(&self) -> Parsed<()> {
        let after = self.tokens.all.get(self.at + 1);
        let is_shape = self.kind() == Kind::Identifier
            && is_type_name(self.tokens.slice(self.peek().range))
            && after.is_some_and(|token| token.kind == Kind::Identifier && token.gap == Gap::Space);
        if !is_shape || !self.tokens.starts_line(self.at) {
            return Ok(());
        }
        let open = self.open.last().map_or(Range::default(), |open| open.range);
        let mut problem = self.unexpected("a member or `}`");
        problem.help = Some(format!("the `{{` on line {} is not closed", self.tokens.line(open.start)));
        problem.opening = Some(open);
        Err(problem)
    }

    fn member(&mut self, kind: Members, traits: Vec<Trait<'a>>) -> Parsed<Member<'a>> {
        let mut range = self.peek().range;
        let is_elided = self.kind() == Kind::Dollar;
        if is_elided {
            self.needs_version_2(range, "members without a target")?;
            self.next();
        }
        let expected = match kind {
            Members::Structure | Members::Union => None,
            Members::List => Some(&["member"][..]),
            Members::Map => Some(&["key", "value"][..]),
        };
        let is_expected = expected.is_none_or(|names| names.iter().any(|name| self.is_word(name)));
        if !is_expected {
            let names = expected.unwrap_or_default().join("` or `");
            return Err(self.unexpected(&format!("`{names}`")));
        }
        let name = self.expect(Kind::Identifier).map(|token| self.name_of(token.range))?;
        range.end = name.range.end;
        let target = if is_elided {
            Target::Elided
        } else {
            let in_line = matches!(kind, Members::Structure | Members::Union);
            if in_line {
                self.on_line(Kind::Colon)?;
                self.same_line("the target of the member")?;
            } else {
                self.expect(Kind::Colon)?;
            }
            let target = self.target()?;
            range.end = self.end_of_last();
            target
        };
        let mut value = None;
        if kind == Members::Structure {
            if self.kind() == Kind::Equal {
                self.needs_version_2(self.peek().range, "default values")?;
            }
            (range, value) = self.assignment(range)?;
        }
        Ok(Member { name, target, value, traits, range })
    }

    /// Parses the target of a member: a shape or, in version 2.1 and later, a list `[Target]` or a map of the form
    /// `{Target: Target}`.
    fn target(&mut self) -> Parsed<Target<'a>> {
        if !matches!(self.kind(), Kind::LeftBracket | Kind::LeftBrace) {
            return self.shape_id().map(Target::Named);
        }
        if self.control.version == Version::V1 || self.control.minor == 0 {
            let help = "define a list or map shape, or use `$version: \"2.1\"`";
            return Err(self.problem("inline lists and maps require Smithy 2.1", help));
        }
        self.check_depth()?;
        let is_list = self.kind() == Kind::LeftBracket;
        self.open();
        let first = self.target()?;
        if is_list {
            self.close(Kind::RightBracket)?;
            return Ok(Target::List(Box::new(first)));
        }
        self.expect(Kind::Colon)?;
        let value = self.target()?;
        self.close(Kind::RightBrace)?;
        Ok(Target::Map(Box::new([first, value])))
    }

    /// Parses the value that is assigned to a member, if any. Returns the range of the member including the value, and
    /// the value itself.
    fn assignment(&mut self, mut member: Range) -> Parsed<(Range, Option<Node<'a>>)> {
        if self.kind() != Kind::Equal || self.peek().gap == Gap::Line {
            return Ok((member, None));
        }
        self.next();
        self.same_line("a value")?;
        let value = self.node()?;
        member.end = value.range.end;
        self.line_break().map_err(|problem| problem.or_help("start a new line after the value"))?;
        Ok((member, Some(value)))
    }

    fn operation(&mut self, name: &Name<'a>) -> Parsed<Body<'a>> {
        self.brace()?;
        let (mut input, mut output, mut errors) = (None, None, None);
        while self.kind() != Kind::RightBrace {
            let property = self.peek();
            if property.kind != Kind::Identifier {
                return Err(self.unexpected("`input`, `output`, `errors` or `}`"));
            }
            let key = self.tokens.slice(property.range);
            let is_twice = match key {
                "input" => input.is_some(),
                "output" => output.is_some(),
                "errors" => errors.is_some(),
                _ => {
                    self.check_closed()?;
                    let help = "expected `input`, `output` or `errors`";
                    return Err(self.problem(format!("unknown property `{key}` of an operation"), help));
                }
            };
            if is_twice {
                return Err(self.problem(format!("the property `{key}` appears twice"), "remove one occurrence"));
            }
            self.next();
            match key {
                "input" => input = Some(self.message(name, property.range, "input")?),
                "output" => output = Some(self.message(name, property.range, "output")?),
                _ => errors = Some(self.errors()?),
            }
        }
        self.close(Kind::RightBrace)?;
        Ok(Body::Operation { input, output, errors: errors.unwrap_or_default() })
    }

    fn message(&mut self, operation: &Name<'a>, range: Range, role: &'static str) -> Parsed<Message<'a>> {
        if self.kind() != Kind::Walrus {
            self.expect(Kind::Colon)?;
            return Ok(Message::Named(self.shape_id()?));
        }
        self.needs_version_2(range, "structures inside operations")?;
        self.next();
        let mut traits = self.traits()?;
        let suffix = if role == "input" { &self.control.input_suffix } else { &self.control.output_suffix };
        let name = Name { text: format!("{}{suffix}", operation.text).into(), range };
        let id = if role == "input" { "smithy.api#input" } else { "smithy.api#output" };
        if !traits.iter().any(|applied| applied.name.text == role || applied.name.text == id) {
            traits.push(Trait { name: Name { text: id.into(), range }, value: None, is_comment: false });
        }
        let resource = self.resource()?;
        let mixins = self.mixins(Gap::Line)?;
        let body = Body::Structure(self.members(Members::Structure)?);
        Ok(Message::Inline(Box::new(Shape { name, traits, resource, mixins, body })))
    }

    fn errors(&mut self) -> Parsed<Vec<Name<'a>>> {
        self.expect(Kind::Colon)?;
        if self.kind() != Kind::LeftBracket {
            return Err(self.unexpected("`[`"));
        }
        self.open();
        let mut errors = Vec::new();
        while self.kind() != Kind::RightBracket {
            errors.push(self.shape_id()?);
        }
        self.close(Kind::RightBracket)?;
        Ok(errors)
    }
}

/// Returns an error if an earlier member of the shape has the same name.
fn check_new(name: &Name<'_>, names: &mut BTreeSet<String>) -> Parsed<()> {
    if !names.insert(name.text.to_string()) {
        return problem(name.range, format!("the member `{}` appears twice", name.text), "remove one occurrence");
    }
    Ok(())
}
