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
    locate::{self, Places},
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
pub(super) fn places(text: &str) -> Places {
    let (file, _) = parser::parse(text);
    let namespace = file.namespace.as_ref().map_or("", |name| &name.text);
    let mut places = Places::default();
    for shape in &file.shapes {
        shape_places(namespace, shape, &mut places);
    }
    for applied in &file.applied {
        let prefix = if applied.target.text.contains('#') { String::new() } else { format!("{namespace}#") };
        let id = format!("{prefix}{}", applied.target.text);
        places.insert_first(&*id, span(applied.target.range));
        trait_places(&id, &applied.traits, &mut places);
    }
    places
}

fn shape_places(namespace: &str, shape: &Shape<'_>, places: &mut Places) {
    let id = format!("{namespace}#{}", shape.name.text);
    let (members, assigned): (&[Member<'_>], _) = match &shape.body {
        Body::Enum(members) | Body::IntEnum(members) => (members, "enumValue"),
        Body::Structure(members) | Body::Union(members) | Body::List { members, .. } | Body::Map(members) => {
            (members, "default")
        }
        Body::Operation { input, output, errors } => {
            for message in [input, output].into_iter().flatten() {
                match message {
                    Message::Inline(shape) => shape_places(namespace, shape, places),
                    Message::Named(name) => reference_place(&id, name, places),
                }
            }
            errors.iter().for_each(|name| reference_place(&id, name, places));
            (&[], "")
        }
        Body::Resource(properties) | Body::Service(properties) => {
            properties.iter().for_each(|(_, node)| node_places(&id, node, places));
            (&[], "")
        }
        Body::Simple(_) => (&[], ""),
    };
    shape.resource.iter().chain(&shape.mixins).for_each(|name| reference_place(&id, name, places));
    for member in members {
        let (owner, id) = (&id, format!("{id}${}", member.name.text));
        trait_places(&id, &member.traits, places);
        match &member.target {
            Target::Named(target) => {
                places.insert_part(&*id, Part::Target, span(target.range));
                reference_place(owner, target, places);
            }
            target => unnamed_places(target, places),
        }
        if let Some(value) = &member.value {
            places.insert_part(&*id, Part::Value(assigned.to_owned()), span(value.range));
        }
        places.insert(id, span(member.range));
    }
    trait_places(&id, &shape.traits, places);
    places.insert(id, span(shape.name.range));
}

/// Adds the positions of the references in an unnamed list or map.
fn unnamed_places(target: &Target<'_>, places: &mut Places) {
    match target {
        Target::Named(name) => reference_place(locate::UNNAMED, name, places),
        Target::List(element) => unnamed_places(element, places),
        Target::Map(targets) => targets.iter().for_each(|target| unnamed_places(target, places)),
        Target::Elided | Target::Unit => {}
    }
}

fn reference_place(id: &str, name: &Name<'_>, places: &mut Places) {
    let simple = name.text.rsplit('#').next().unwrap_or_default().to_owned();
    places.insert_part(id, Part::Reference(simple), span(name.range));
}

/// Adds the positions of the references in a property of a resource or service.
fn node_places(id: &str, node: &Node<'_>, places: &mut Places) {
    let mut add = |text: &str| {
        let name = Name { text: Cow::Borrowed(text), range: node.range };
        reference_place(id, &name, places);
    };
    match &node.value {
        NodeValue::Id(text) => add(text),
        NodeValue::String(text) => add(text),
        NodeValue::List(items) => items.iter().for_each(|item| node_places(id, item, places)),
        NodeValue::Object(members) => {
            for (key, value) in members {
                reference_place(id, key, places);
                node_places(id, value, places);
            }
        }
        NodeValue::Null | NodeValue::Boolean(_) | NodeValue::Number(_) => {}
    }
}

fn trait_places(id: &str, traits: &[Trait<'_>], places: &mut Places) {
    for applied in traits {
        let name = applied.name.text.rsplit('#').next().unwrap_or_default().to_owned();
        if let Some(value) = &applied.value {
            places.insert_part(id, Part::Value(name.clone()), span(value.range));
            element_places(id, &name, "", value, places);
        }
        places.insert_part(id, Part::Trait(name), span(applied.name.range));
    }
}

/// Adds the positions of the parts of a trait's value.
fn element_places(id: &str, name: &str, path: &str, node: &Node<'_>, places: &mut Places) {
    let mut add = |key: Option<&Name<'_>>, step: &str, value: &Node<'_>| {
        let (name, path) = (name.to_owned(), locate::join(path.to_owned(), step));
        element_places(id, &name, &path, value, places);
        places.insert_part(id, Part::Element { name: name.clone(), path: path.clone() }, span(value.range));
        if let Some(key) = key {
            places.insert_part(id, Part::Key { name, path }, span(key.range));
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
