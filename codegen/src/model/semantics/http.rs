//! Checks HTTP bindings: the URIs of operations, and the members that are bound to the path, the query string, headers
//! or the body.

mod conventions;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    diagnostic::{Part, Report},
    model::{
        Member, Model, Operation, Shape, ShapeId, ShapeKind,
        http::{HEADER, HTTP, LABEL, OF_REQUESTS, OF_RESPONSES, PAYLOAD, PREFIX_HEADERS, QUERY, is_in_header_name},
    },
};

const ENDPOINT: &str = "smithy.api#endpoint";
/// The protocols that require the `http` trait on every operation.
const REQUIRING: &[&str] = &["alloy#simpleRestJson", "aws.protocols#restJson1", "aws.protocols#restXml"];

const STREAMING: &str = "smithy.api#streaming";

const HOST_LABEL: &str = "smithy.api#hostLabel";

/// Reports members of a structure that are bound to an invalid header, that are bound to the same header or query
/// parameter, or whose header starts with the prefix of another member. Also reports members that are bound to a URI
/// label but are not required.
pub(super) fn members(shape: &Shape, report: &mut Report) {
    let ShapeKind::Structure(members) = &shape.kind else { return };
    conventions::headers(shape, report);
    for (member, id) in members.iter().flat_map(|member| [(member, HEADER), (member, PREFIX_HEADERS)]) {
        let Some(name) = member.traits.string(id).filter(|name| !is_in_header_name(name)) else { continue };
        let problem = report.error(format!("invalid header name `{}`", name.escape_debug()));
        problem.in_file(&shape.file).at(shape.id.member(&member.name)).part(Part::Value(id.to_owned()));
        problem.help("expected letters, digits and hyphens, such as `X-Example`");
    }
    for (id, what, ignores_case) in [(HEADER, "header", true), (QUERY, "query parameter", false)] {
        let mut seen: BTreeMap<String, &Member> = BTreeMap::new();
        for member in members {
            let Some(name) = member.traits.string(id) else { continue };
            let key = if ignores_case { name.to_ascii_lowercase() } else { name.to_owned() };
            let Some(first) = seen.insert(key, member) else { continue };
            let message = format!("the {what} `{name}` is already bound to the member `{}`", first.name);
            let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
            problem.help(format!("use another {what}")).part(Part::Value(id.to_owned()));
        }
    }
    let prefixes =
        members.iter().filter_map(|member| Some((member, member.traits.string(PREFIX_HEADERS)?.to_ascii_lowercase())));
    for (prefixed, prefix) in prefixes.filter(|(_, prefix)| !prefix.is_empty()) {
        for member in members {
            let name = member.traits.string(HEADER).unwrap_or_default();
            if name.to_ascii_lowercase().starts_with(&prefix) {
                let message = format!("the header `{name}` starts with the prefix of the member `{}`", prefixed.name);
                let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
                problem.help("use another header or prefix").part(Part::Value(HEADER.to_owned()));
            }
        }
    }
    for member in members.iter().filter(|member| member.traits.has(LABEL)) {
        if !member.traits.has("smithy.api#required") {
            let problem = report.error("a URI label must not be optional");
            let help = "add the trait `smithy.api#required`";
            problem
                .in_file(&shape.file)
                .at(shape.id.member(&member.name))
                .help(help)
                .part(Part::Trait(LABEL.to_owned()));
        }
    }
}

/// Reports operations whose URI is invalid, does not match the labels in the input, or is used by another operation.
/// Also reports structures that have both a payload and other members in the body.
pub(super) fn operations(model: &Model, report: &mut Report) {
    let mut payloads: BTreeMap<&ShapeId, (&[&str], &str)> = BTreeMap::new();
    for shape in model.shapes.values() {
        conventions::error(shape, report);
        let ShapeKind::Operation(operation) = &shape.kind else { continue };
        let Some(http) = shape.traits.get(HTTP) else { continue };
        uri(model, shape, operation, http, report);
        conventions::operation(model, shape, operation, http, report);
        payloads.insert(&operation.input, (OF_REQUESTS, "request"));
        for id in operation.errors.iter().chain([&operation.output]) {
            payloads.entry(id).or_insert((OF_RESPONSES, "response"));
        }
    }
    for (id, (bindings, message)) in payloads {
        payload(model, id, bindings, message, report);
    }
    for (shape, service) in model.services() {
        let operations = model.operations_of(service);
        conflicts(&operations, report);
        missing(shape, &operations, report);
        streams(model, shape, &operations, report);
    }
}

/// Reports operations that lack the `http` trait although a protocol of the service requires it.
fn missing(service: &Shape, operations: &[&Shape], report: &mut Report) {
    let Some(protocol) = REQUIRING.iter().find(|protocol| service.traits.has(protocol)) else { return };
    for shape in operations.iter().filter(|shape| !shape.traits.has(HTTP)) {
        let problem = report.error(format!("the operation has no trait `{HTTP}`, which `{protocol}` requires"));
        problem.in_file(&shape.file).at(&shape.id).help("add the trait with the method and the URI of the operation");
    }
}

/// Reports streams that are not the payload although a protocol of the service sends them in the body.
fn streams(model: &Model, service: &Shape, operations: &[&Shape], report: &mut Report) {
    if !REQUIRING.iter().any(|protocol| service.traits.has(protocol)) {
        return;
    }
    let messages = operations.iter().filter_map(|shape| match &shape.kind {
        ShapeKind::Operation(operation) => Some([&operation.input, &operation.output]),
        _ => None,
    });
    let messages: BTreeSet<&ShapeId> = messages.flatten().collect();
    for shape in messages.into_iter().filter_map(|id| model.get(id)) {
        let is_stream = |member: &Member| model.get(&member.target).is_some_and(|target| target.traits.has(STREAMING));
        for member in shape.kind.members() {
            if is_stream(member) && !member.traits.has(PAYLOAD) {
                let problem = report.error("a stream must be the whole body of the message");
                let help = format!("add the trait `{PAYLOAD}`");
                problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help).part(Part::Target);
            }
        }
    }
}

/// Reports an invalid method or URI of an operation.
fn uri(model: &Model, shape: &Shape, operation: &Operation, http: &Value, report: &mut Report) {
    let string = |key: &str| http.get(key).and_then(Value::as_str).filter(|value| !value.is_empty());
    let mut error = |message: String, help: &str| {
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).help(help);
        problem.part(Part::Value(HTTP.to_owned()));
    };
    // Missing values and values of the wrong type are reported elsewhere.
    let method = string("method");
    if let Some(method) = method.filter(|method| !method.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        error(format!("invalid HTTP method `{}`", method.escape_debug()), "expected a name such as `POST`");
    }
    let Some(uri) = string("uri") else { return };
    let pattern = match Pattern::parse(uri) {
        Ok(pattern) => pattern,
        Err(help) => return error(format!("invalid URI pattern `{}`", uri.escape_debug()), help),
    };
    let members = model.get(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let of_path: Vec<&Member> = members.into_iter().filter(|member| member.traits.has(LABEL)).collect();
    for segment in &pattern.segments {
        let Segment::Label { name, greedy } = *segment else { continue };
        let Some(member) = of_path.iter().find(|member| member.name == name) else {
            let message = format!("no member is bound to the label `{name}` in the URI pattern `{uri}`");
            error(message, "add the trait `smithy.api#httpLabel` to an input member with this name");
            continue;
        };
        let is_text = |target: &Shape| matches!(target.kind.type_name(), "string" | "enum");
        if greedy && model.get(&member.target).is_some_and(|target| !is_text(target)) {
            let message = format!("the label `{name}+` in the URI pattern `{uri}` is not a string");
            error(message, "target a string, or remove the `+`");
        }
    }
    for member in of_path.iter().filter(|member| pattern.labels().all(|label| label != member.name)) {
        let message = format!(
            "the member `{}` is bound to a label, but the URI pattern `{uri}` does not contain it",
            member.name
        );
        error(message, "add the label in braces to the URI pattern, or remove the trait `smithy.api#httpLabel`");
    }
}

/// Reports members that would be part of the body although another member is the payload.
fn payload(model: &Model, id: &ShapeId, bindings: &[&str], message: &str, report: &mut Report) {
    let Some(shape) = model.get(id) else { return };
    let members = shape.kind.members();
    let Some(body) = members.iter().find(|member| member.traits.has(PAYLOAD)) else { return };
    let is_bound = |member: &Member| bindings.iter().any(|id| member.traits.has(id)) || member.traits.has(HOST_LABEL);
    for member in members.iter().filter(|member| !is_bound(member)) {
        let problem =
            report.error(format!("the member is in the body, but the member `{}` is the whole body", body.name));
        let help = format!("bind the member to another part of the {message}, such as a header");
        problem.in_file(&shape.file).at(shape.id.member(&member.name)).help(help);
    }
}

/// Reports operations that have the same method, and whose URIs differ at most in the names of labels.
fn conflicts(operations: &[&Shape], report: &mut Report) {
    let mut seen: BTreeMap<_, &Shape> = BTreeMap::new();
    for shape in operations {
        let Some(http) = shape.traits.get(HTTP) else { continue };
        let string = |key: &str| http.get(key).and_then(Value::as_str).unwrap_or_default();
        let Ok(pattern) = Pattern::parse(string("uri")) else { continue };
        let prefix = shape.traits.get(ENDPOINT).map(Value::to_string);
        let Some(first) = seen.insert((string("method"), pattern.shape(), prefix), shape) else { continue };
        let message = format!("the HTTP method and URI are the same as those of the operation `{}`", first.id);
        let problem = report.error(message).in_file(&shape.file).at(&shape.id);
        problem.help("change the method or the URI of either operation").part(Part::Value(HTTP.to_owned()));
    }
}

/// A URI pattern, such as `/clusters/{ClusterName}?list`.
struct Pattern<'a> {
    segments: Vec<Segment<'a>>,
    /// The literal parameters of the query string.
    query: BTreeSet<(&'a str, &'a str)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Literal(&'a str),
    Label { name: &'a str, greedy: bool },
}

impl<'a> Pattern<'a> {
    /// Parses a pattern. The error describes what is expected.
    fn parse(uri: &'a str) -> Result<Self, &'static str> {
        let is_visible = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`|#".contains(&byte);
        let (path, literals) = match uri.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (uri, None),
        };
        let Some(path) = path.strip_prefix('/').filter(|_| uri.bytes().all(is_visible)) else {
            return Err("expected a path such as `/clusters/{ClusterName}`, with labels in braces");
        };
        let mut segments: Vec<Segment<'_>> = Vec::new();
        for text in path.split('/') {
            let label = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let name = label.unwrap_or(text);
            if text.is_empty() && path.is_empty() {
                break;
            }
            let segment = match label {
                Some(name) => {
                    Segment::Label { name: name.strip_suffix('+').unwrap_or(name), greedy: name.ends_with('+') }
                }
                None => Segment::Literal(text),
            };
            match segment {
                _ if name.contains(['{', '}']) => {
                    return Err("expected a path such as `/clusters/{ClusterName}`, whose labels are whole segments");
                }
                Segment::Label { name: "", .. } => return Err("expected the name of a member in the braces"),
                Segment::Literal("." | "..") => return Err("expected a path without the segments `.` and `..`"),
                Segment::Label { .. }
                    if segments.iter().any(|one| matches!(one, Segment::Label { greedy: true, .. })) =>
                {
                    return Err("no label may follow a label with `+`");
                }
                Segment::Label { name, .. } if segments.iter().any(|one| one.label() == Some(name)) => {
                    return Err("each label may appear only once");
                }
                _ => segments.push(segment),
            }
        }
        // A trailing slash has no meaning.
        if segments.last() == Some(&Segment::Literal("")) {
            segments.pop();
        }
        if segments.contains(&Segment::Literal("")) {
            return Err("expected a path without empty segments");
        }
        let mut query = BTreeSet::new();
        let mut names = BTreeSet::new();
        for parameter in literals.into_iter().flat_map(|literals| literals.split('&')) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if name.is_empty() || parameter.contains(['{', '}', '?']) {
                return Err("expected parameters such as `list` or `type=2` after the `?`, without labels");
            }
            if !names.insert(name) {
                return Err("each query parameter may appear only once");
            }
            query.insert((name, value));
        }
        Ok(Self { segments, query })
    }

    fn labels(&self) -> impl Iterator<Item = &'a str> {
        self.segments.iter().filter_map(|segment| segment.label())
    }

    /// Returns the pattern without the names of its labels. Two patterns with equal results match the same requests.
    fn shape(&self) -> (Vec<Segment<'a>>, BTreeSet<(&'a str, &'a str)>) {
        let unnamed = |segment: &Segment<'a>| match *segment {
            Segment::Label { greedy, .. } => Segment::Label { name: "", greedy },
            literal @ Segment::Literal(_) => literal,
        };
        (self.segments.iter().map(unnamed).collect(), self.query.clone())
    }
}

impl<'a> Segment<'a> {
    fn label(self) -> Option<&'a str> {
        match self {
            Self::Label { name, .. } => Some(name),
            Self::Literal(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_labels_in_the_path() {
        let labels = |uri: &'static str| Pattern::parse(uri).ok().map(|pattern| pattern.labels().collect::<Vec<_>>());
        assert_eq!(labels("/"), Some(vec![]));
        assert_eq!(labels("/a/{b}/{c+}/d?e=f&g"), Some(vec!["b", "c"]));
        for invalid in [
            "",
            "a",
            "/{",
            "/a}",
            "/{}",
            "/{+}",
            "/ä",
            "/a b",
            "/a?b={c}",
            "/a#b",
            "/a{b}",
            "//",
            "/a//b",
            "/../a",
            "/{a+}/{b}",
            "/{a}/{a}",
            "/a?b&b=c",
            "/a?",
            "/a?b?c",
        ] {
            assert_eq!(labels(invalid), None, "{invalid}");
        }
    }
}
