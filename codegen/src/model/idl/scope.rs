//! Resolves the names in a file, and converts its values and traits.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::{Map, Value};

use super::{
    lexer::Range,
    span,
    syntax::{Body, File, Message, Name, Node, NodeValue, Object, Trait},
};
use crate::{
    diagnostic::Diagnostic,
    model::{KNOWN_TRAITS, ShapeId, ShapeKind, Traits, Version, is_known_trait, merge::Merge},
    number,
};

/// The IDs of the shapes that IDL files define, and whether each shape is a list.
pub(super) type Declared = BTreeMap<String, bool>;

/// Returns the shapes that files define.
pub(super) fn declared<'a>(files: impl Iterator<Item = &'a File<'a>>) -> Declared {
    let mut declared = Declared::new();
    for file in files {
        let namespace = file.namespace.as_ref().map_or("", |name| &name.text);
        for shape in &file.shapes {
            let is_list = matches!(shape.body, Body::List { .. });
            declared.insert(format!("{namespace}#{}", shape.name.text), is_list);
            if let Body::Operation { input, output, .. } = &shape.body {
                for message in [input, output].into_iter().flatten() {
                    if let Message::Inline(shape) = message {
                        declared.insert(format!("{namespace}#{}", shape.name.text), false);
                    }
                }
            }
        }
    }
    declared
}

/// The names that are in scope in a file.
pub(super) struct Scope<'a, 'm> {
    pub(super) file: &'a str,
    pub(super) version: Version,
    pub(super) namespace: &'a str,
    /// The IDs in `use` statements, by the names of the shapes.
    pub(super) uses: BTreeMap<&'a str, &'a str>,
    pub(super) declared: &'a Declared,
    /// The positions of the documentation comments of the shapes and members that have been read.
    pub(super) documented: BTreeSet<usize>,
    pub(super) merge: &'a mut Merge<'m>,
}

/// The ID that a name resolves to.
pub(super) struct Resolved {
    pub(super) id: String,
    /// Whether the name is relative and does not match any shape.
    pub(super) is_unknown: bool,
}

impl Scope<'_, '_> {
    /// Adds an error at a range of the file.
    pub(super) fn error(&mut self, at: Range, message: impl Into<String>) -> &mut Diagnostic {
        self.merge.report.error(message).in_file(self.file).span(span(at))
    }

    /// Resolves a name to a shape in a `use` statement, in the namespace of the file, or in the prelude.
    pub(super) fn resolve(&self, name: &str) -> Resolved {
        if name.contains('#') {
            return Resolved { id: name.to_owned(), is_unknown: false };
        }
        let (shape, member) = name.find('$').map_or((name, ""), |at| name.split_at(at));
        if let Some(used) = self.uses.get(shape) {
            return Resolved { id: format!("{used}{member}"), is_unknown: false };
        }
        let own = format!("{}#{shape}", self.namespace);
        let is_own = self.is_defined(&own);
        let prelude = format!("smithy.api#{shape}");
        if !is_own && (self.is_defined(&prelude) || is_known_trait(&prelude)) {
            return Resolved { id: prelude + member, is_unknown: false };
        }
        Resolved { id: own + member, is_unknown: !is_own }
    }

    fn is_defined(&self, id: &str) -> bool {
        self.declared.contains_key(id) || ShapeId::parse(id).is_some_and(|id| self.merge.model.shapes.contains_key(&id))
    }

    /// Resolves the ID of a shape. Whether the shape exists is checked later.
    pub(super) fn shape_id(&mut self, name: &str, at: Range) -> Option<ShapeId> {
        let parsed = ShapeId::parse(&self.resolve(name).id);
        if parsed.is_none() {
            self.error(at, format!("invalid shape ID `{}`", name.escape_debug()))
                .help("expected `Name` or `namespace#Name`");
        }
        parsed
    }

    /// Resolves names to shape IDs.
    pub(super) fn shape_ids(&mut self, names: &[Name<'_>]) -> Vec<ShapeId> {
        names.iter().filter_map(|name| self.shape_id(&name.text, name.range)).collect()
    }

    /// Resolves a value that must be a shape ID.
    pub(super) fn node_id(&mut self, node: &Node<'_>) -> Option<ShapeId> {
        match &node.value {
            NodeValue::Id(id) => self.shape_id(id, node.range),
            NodeValue::String(id) => self.shape_id(id, node.range),
            _ => {
                self.error(node.range, "invalid value").help("expected the ID of a shape");
                None
            }
        }
    }

    /// Converts a value to JSON.
    pub(super) fn value(&mut self, node: &Node<'_>) -> Value {
        match &node.value {
            NodeValue::Null => Value::Null,
            NodeValue::Boolean(value) => Value::Bool(*value),
            NodeValue::Number(number) => match number.parse::<i64>() {
                Ok(integer) if *number != "-0" => integer.into(),
                _ => number::keep(number).and_then(|exact| serde_json::from_str(&exact).ok()).unwrap_or_default(),
            },
            NodeValue::String(string) => Value::String(string.clone().into_owned()),
            NodeValue::Id(id) => {
                let resolved = self.resolve(id);
                if resolved.is_unknown {
                    let help = format!("write \"{id}\" if it is a string, or add a `use` statement if it is a shape");
                    self.error(node.range, format!("`{id}` is not a shape")).help(help);
                }
                Value::String(resolved.id)
            }
            NodeValue::List(items) => items.iter().map(|item| self.value(item)).collect(),
            NodeValue::Object(members) => Value::Object(self.object(members)),
        }
    }

    fn object(&mut self, members: &Object<'_>) -> Map<String, Value> {
        members.iter().map(|(key, value)| (key.text.clone().into_owned(), self.value(value))).collect()
    }

    /// Converts traits to their IDs and values.
    pub(super) fn traits(&mut self, written: &[Trait<'_>]) -> Traits {
        let mut traits = Traits::default();
        self.documented.extend(written.iter().filter(|one| one.is_comment).map(|one| one.name.range.start));
        for one in written {
            let resolved = self.resolve(&one.name.text);
            let meant = if resolved.is_unknown { self.unknown_trait(&one.name) } else { Some(resolved.id) };
            let Some(id) = meant else { continue };
            self.check_version(&id, one.name.range);
            let value = match &one.value {
                Some(node) => self.value(node),
                None if self.is_list(&id) => Value::Array(Vec::new()),
                None => Value::Object(Map::new()),
            };
            if !traits.add(&id, value) {
                let message = format!("the trait `{}` appears twice with different values", one.name.text);
                self.error(one.name.range, message)
                    .help("remove one occurrence (a documentation comment also sets this trait)");
            }
        }
        traits
    }

    /// Reports an unknown trait. Returns the ID of the trait that is meant if only a `use` statement is missing, so
    /// that the trait is applied, and no problems are reported that are only consequences.
    fn unknown_trait(&mut self, name: &Name<'_>) -> Option<String> {
        let text = &name.text;
        let prelude = KNOWN_TRAITS.iter().filter_map(|(id, _)| id.strip_prefix("smithy.api#"));
        let own = format!("{}#", self.namespace);
        let own = self.declared.keys().filter_map(|id| id.strip_prefix(&own));
        let near = self.merge.report.did_you_mean(text, prelude.chain(own).chain(self.uses.keys().copied()));
        let other = KNOWN_TRAITS.iter().find(|(id, _)| id.rsplit('#').next() == Some(&**text));
        let help = match (other, near) {
            (Some((id, _)), _) => Cow::Owned(format!("add `use {id}` after the namespace")),
            (None, Some(near)) => Cow::Owned(near),
            (None, None) => Cow::Borrowed("define the trait, or add a `use` statement for it"),
        };
        self.error(name.range, format!("unknown trait `{text}`")).help(help);
        other.map(|(id, _)| (*id).to_owned())
    }

    /// Returns whether the shape that defines a trait is a list.
    fn is_list(&self, id: &str) -> bool {
        let in_model = || {
            let shape = ShapeId::parse(id).and_then(|id| self.merge.model.get(&id));
            shape.is_some_and(|shape| matches!(shape.kind, ShapeKind::List(_)))
        };
        self.declared.get(id).copied().unwrap_or_else(in_model)
    }

    /// Reports a trait that does not exist in the Smithy version of the file.
    fn check_version(&mut self, id: &str, at: Range) {
        let (wrong, help) = match (self.version, id) {
            (Version::V1, "smithy.api#mixin" | "smithy.api#default") => (
                "requires Smithy 2.0, but the file uses Smithy 1.0",
                "add `$version: \"2.0\"` as the first line of the file",
            ),
            (Version::V2, "smithy.api#box") => {
                ("is not part of Smithy 2.0", "remove it (members without a default are optional)")
            }
            _ => return,
        };
        self.error(at, format!("the trait `{id}` {wrong}")).help(help);
    }
}
