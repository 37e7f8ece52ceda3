//! Reads files in the Smithy IDL, versions 1.0 and 2.x.
//!
//! All files are parsed before any of them is read into the model, since a name may refer to a shape in another file.

mod lexer;
mod parser;
mod read;
mod scope;
mod strings;
mod syntax;

use std::borrow::Cow;

use self::{
    lexer::Range,
    syntax::{Body, File, Member, Message, Name, Node, NodeValue, Shape, Target, Trait},
};
use super::{
    locate::{self, Spans},
    merge::Merge,
};
use crate::{
    Source,
    diagnostic::{Part, Report, Span},
};

/// A parsed file, with its name.
pub(super) struct Parsed<'a> {
    name: &'a str,
    file: File<'a>,
}

/// Returns whether a file is in the Smithy IDL, based on its name.
pub(super) fn is_idl(name: &str) -> bool {
    name.ends_with(".smithy")
}

/// Parses files, and adds their syntax errors to the report.
pub(super) fn parse<'a>(sources: &[&'a Source], report: &mut Report) -> Vec<Parsed<'a>> {
    let parse = |source: &&'a Source| {
        let (file, problems) = parser::parse(&source.text);
        for problem in problems {
            let diagnostic = report.error(problem.message).in_file(&source.name).span(span(problem.at));
            diagnostic.opening = problem.opening.map(span);
            if let Some(help) = problem.help {
                diagnostic.help(help);
            }
        }
        Parsed { name: &source.name, file }
    };
    sources.iter().map(parse).collect()
}

/// Reads parsed files into the model, which already contains the shapes of all files in the JSON AST.
pub(super) fn read(files: &[Parsed<'_>], merge: &mut Merge<'_>) {
    let declared = scope::declared(files.iter().map(|parsed| &parsed.file));
    for parsed in files {
        read::read(parsed.name, &parsed.file, &declared, merge);
    }
}

/// Returns the positions of the shapes and members in a file, by ID.
pub(super) fn spans(text: &str) -> Spans {
    let (file, _) = parser::parse(text);
    let namespace = file.namespace.as_ref().map_or("", |name| &name.text);
    let mut spans = Spans::default();
    for shape in &file.shapes {
        shape_spans(namespace, shape, &mut spans);
    }
    for applied in &file.applied {
        let prefix = if applied.target.text.contains('#') { String::new() } else { format!("{namespace}#") };
        let id = format!("{prefix}{}", applied.target.text);
        spans.insert_first(&*id, span(applied.target.range));
        trait_spans(&id, &applied.traits, &mut spans);
    }
    spans
}

fn shape_spans(namespace: &str, shape: &Shape<'_>, spans: &mut Spans) {
    let id = format!("{namespace}#{}", shape.name.text);
    let (members, assigned): (&[Member<'_>], _) = match &shape.body {
        Body::Enum(members) | Body::IntEnum(members) => (members, "enumValue"),
        Body::Structure(members) | Body::Union(members) | Body::List { members, .. } | Body::Map(members) => {
            (members, "default")
        }
        Body::Operation { input, output, errors } => {
            for message in [input, output].into_iter().flatten() {
                match message {
                    Message::Inline(shape) => shape_spans(namespace, shape, spans),
                    Message::Named(name) => reference_span(&id, name, spans),
                }
            }
            errors.iter().for_each(|name| reference_span(&id, name, spans));
            (&[], "")
        }
        Body::Resource(properties) | Body::Service(properties) => {
            properties.iter().for_each(|(_, node)| node_spans(&id, node, spans));
            (&[], "")
        }
        Body::Simple(_) => (&[], ""),
    };
    shape.resource.iter().chain(&shape.mixins).for_each(|name| reference_span(&id, name, spans));
    for member in members {
        let (owner, id) = (&id, format!("{id}${}", member.name.text));
        trait_spans(&id, &member.traits, spans);
        match &member.target {
            Target::Named(target) => {
                spans.insert_part(&*id, Part::Target, span(target.range));
                reference_span(owner, target, spans);
            }
            target => unnamed_spans(target, spans),
        }
        if let Some(value) = &member.value {
            spans.insert_part(&*id, Part::Value(assigned.to_owned()), span(value.range));
        }
        spans.insert(id, span(member.range));
    }
    trait_spans(&id, &shape.traits, spans);
    spans.insert(id, span(shape.name.range));
}

/// Adds the positions of the references in an unnamed list or map.
fn unnamed_spans(target: &Target<'_>, spans: &mut Spans) {
    match target {
        Target::Named(name) => reference_span(locate::UNNAMED, name, spans),
        Target::List(element) => unnamed_spans(element, spans),
        Target::Map(targets) => targets.iter().for_each(|target| unnamed_spans(target, spans)),
        Target::Elided | Target::Unit => {}
    }
}

fn reference_span(id: &str, name: &Name<'_>, spans: &mut Spans) {
    let simple = name.text.rsplit('#').next().unwrap_or_default().to_owned();
    spans.insert_part(id, Part::Reference(simple), span(name.range));
}

/// Adds the positions of the references in a property of a resource or service.
fn node_spans(id: &str, node: &Node<'_>, spans: &mut Spans) {
    let mut add = |text: &str| {
        let name = Name { text: Cow::Borrowed(text), range: node.range };
        reference_span(id, &name, spans);
    };
    match &node.value {
        NodeValue::Id(text) => add(text),
        NodeValue::String(text) => add(text),
        NodeValue::List(items) => items.iter().for_each(|item| node_spans(id, item, spans)),
        NodeValue::Object(members) => {
            for (key, value) in members {
                reference_span(id, key, spans);
                node_spans(id, value, spans);
            }
        }
        NodeValue::Null | NodeValue::Boolean(_) | NodeValue::Number(_) => {}
    }
}

fn trait_spans(id: &str, traits: &[Trait<'_>], spans: &mut Spans) {
    for applied in traits {
        let name = applied.name.text.rsplit('#').next().unwrap_or_default().to_owned();
        if let Some(value) = &applied.value {
            spans.insert_part(id, Part::Value(name.clone()), span(value.range));
            element_spans(id, &name, "", value, spans);
        }
        spans.insert_part(id, Part::Trait(name), span(applied.name.range));
    }
}

/// Adds the positions of the parts of a trait's value.
fn element_spans(id: &str, name: &str, path: &str, node: &Node<'_>, spans: &mut Spans) {
    let mut add = |key: Option<&Name<'_>>, step: &str, value: &Node<'_>| {
        let (name, path) = (name.to_owned(), locate::join(path.to_owned(), step));
        element_spans(id, &name, &path, value, spans);
        spans.insert_part(id, Part::Element { name: name.clone(), path: path.clone() }, span(value.range));
        if let Some(key) = key {
            spans.insert_part(id, Part::Key { name, path }, span(key.range));
        }
    };
    match &node.value {
        NodeValue::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| add(None, &format!("[{index}]"), item));
        }
        NodeValue::Object(members) => members.iter().for_each(|(key, value)| add(Some(key), &key.text, value)),
        NodeValue::Null | NodeValue::Boolean(_) | NodeValue::Number(_) | NodeValue::String(_) | NodeValue::Id(_) => {}
    }
}

fn span(range: Range) -> Span {
    Span { start: range.start, end: range.end }
}
