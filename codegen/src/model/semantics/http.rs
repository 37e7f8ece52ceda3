//! Checks HTTP bindings: URI patterns, the members that are bound to a part of a message, and operations that a server
//! could not tell apart.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    diagnostic::{Part, Report},
    model::{Member, Model, Operation, Shape, ShapeId, ShapeKind},
};

const HTTP: &str = "smithy.api#http";
const LABEL: &str = "smithy.api#httpLabel";
const HEADER: &str = "smithy.api#httpHeader";
const QUERY: &str = "smithy.api#httpQuery";
const QUERY_PARAMS: &str = "smithy.api#httpQueryParams";
const PREFIX_HEADERS: &str = "smithy.api#httpPrefixHeaders";
const PAYLOAD: &str = "smithy.api#httpPayload";
const RESPONSE_CODE: &str = "smithy.api#httpResponseCode";

/// The traits that bind a member to a part of a request.
const IN_REQUESTS: &[&str] = &[HEADER, LABEL, PAYLOAD, PREFIX_HEADERS, QUERY, QUERY_PARAMS];

/// The traits that bind a member to a part of a response.
const IN_RESPONSES: &[&str] = &[HEADER, PAYLOAD, PREFIX_HEADERS, RESPONSE_CODE];

/// The types of values that are one string in a URI or header.
const SCALARS: &[&str] = &[
    "boolean",
    "byte",
    "short",
    "integer",
    "long",
    "float",
    "double",
    "bigInteger",
    "bigDecimal",
    "string",
    "enum",
    "intEnum",
    "timestamp",
];

/// A valid URI pattern.
#[derive(Debug, PartialEq, Eq)]
struct UriPattern<'m> {
    segments: Vec<Segment<'m>>,
    /// The constant parameters of the query, by name.
    query: BTreeMap<&'m str, &'m str>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment<'m> {
    Literal(&'m str),
    Label(&'m str),
    GreedyLabel(&'m str),
}

impl<'m> UriPattern<'m> {
    /// Parses a pattern such as `/clusters/{ClusterName}?list`. Returns what was expected otherwise.
    fn parse(uri: &'m str) -> Result<Self, &'static str> {
        let is_visible = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`|#".contains(&byte);
        if !uri.starts_with('/') || !uri.bytes().all(is_visible) {
            return Err("expected a path such as `/clusters/{ClusterName}`, with labels in braces");
        }
        let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
        let segments = path.split('/').skip(1).filter(|segment| path != "/" || !segment.is_empty());
        let segments: Vec<Segment<'_>> = segments.map(Segment::parse).collect::<Result<_, _>>()?;
        if let Some(greedy) = segments.iter().position(|segment| matches!(segment, Segment::GreedyLabel(_)))
            && segments.iter().skip(greedy + 1).any(|segment| !matches!(segment, Segment::Literal(_)))
        {
            return Err("expected no label after the greedy label");
        }
        let mut parameters = BTreeMap::new();
        for parameter in query.into_iter().flat_map(|query| query.split('&')) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if parameter.contains(['{', '}']) {
                return Err("expected labels only in the path");
            }
            if parameters.insert(name, value).is_some() {
                return Err("expected each parameter of the query once");
            }
        }
        Ok(Self { segments, query: parameters })
    }

    fn labels(&self) -> impl Iterator<Item = &'m str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Label(name) | Segment::GreedyLabel(name) => Some(*name),
        })
    }

    /// Returns the pattern with labels that have no names: requests of two operations with the same form are equal.
    fn form(&self) -> String {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(literal) => format!("/{literal}"),
            Segment::Label(_) => "/{}".to_owned(),
            Segment::GreedyLabel(_) => "/{+}".to_owned(),
        });
        let query = self.query.iter().map(|(name, value)| format!("&{name}={value}"));
        segments.chain(query).collect()
    }
}

impl<'m> Segment<'m> {
    fn parse(segment: &'m str) -> Result<Self, &'static str> {
        let Some(inner) = segment.strip_prefix('{') else {
            return match segment {
                "." | ".." => Err("expected no segment `.` or `..`"),
                _ if segment.contains(['{', '}']) => Err("expected each label to be a segment of the path"),
                _ => Ok(Self::Literal(segment)),
            };
        };
        let name = inner.strip_suffix('}').ok_or("expected each label to be a segment of the path")?;
        let (name, segment) = match name.strip_suffix('+') {
            Some(name) => (name, Self::GreedyLabel(name)),
            None => (name, Self::Label(name)),
        };
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_name { Ok(segment) } else { Err("expected the name of a member in braces") }
    }
}

/// Reports HTTP bindings that break a rule of Smithy.
pub(super) fn check(model: &Model, report: &mut Report) {
    for shape in model.shapes.values() {
        match &shape.kind {
            ShapeKind::Operation(one) if shape.traits.has(HTTP) => operation(model, shape, one, report),
            ShapeKind::Structure(members) => structure(model, shape, members, report),
            ShapeKind::Service(service) => conflicts(&model.operations_of(service), report),
            _ => {}
        }
    }
}

/// Checks the trait `http` of an operation, and the bindings of its input and output.
fn operation(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    let string = |key: &str| shape.traits.get(HTTP)?.get(key).and_then(Value::as_str);
    let (method, uri) = (string("method").unwrap_or_default(), string("uri").unwrap_or_default());
    body(model, &operation.input, IN_REQUESTS, report);
    for output in std::iter::once(&operation.output).chain(&operation.errors) {
        body(model, output, IN_RESPONSES, report);
    }
    let mut error = |message: String, help: &str| {
        let problem = report.error(message).in_file(&shape.file).at(&shape.id);
        problem.help(help).part(Part::Value(HTTP.to_owned()));
    };
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        error(format!("invalid HTTP method `{}`", method.escape_debug()), "expected a name such as `POST`");
    }
    if shape.traits.get(HTTP).and_then(|value| value.get("code")).is_some_and(|code| !is_status(code)) {
        error("invalid HTTP status in `code`".to_owned(), "expected an integer from 100 to 999");
    }
    let pattern = match UriPattern::parse(uri) {
        Ok(pattern) => pattern,
        Err(expected) => return error(format!("invalid URI pattern `{}`", uri.escape_debug()), expected),
    };
    let members = model.get(&operation.input).map(|input| input.kind.members()).unwrap_or_default();
    let has_label = |name: &str| members.iter().any(|member| member.name == name && member.traits.has(LABEL));
    let labels: Vec<&str> = pattern.labels().collect();
    for (index, label) in labels.iter().enumerate() {
        if !has_label(label) {
            let message = format!("no member for the label `{label}` of the URI pattern `{uri}`");
            error(message, "add the trait `smithy.api#httpLabel` to a member of the input with this name");
        }
        if labels.iter().take(index).any(|other| other == label) {
            error(format!("duplicate label `{label}` in the URI pattern `{uri}`"), "remove one of them");
        }
    }
    for member in members.iter().filter(|member| member.traits.has(LABEL)) {
        if !labels.contains(&member.name.as_str()) {
            let message = format!("no label for the member `{}` in the URI pattern `{uri}`", member.name);
            error(message, "add the label in braces to the URI pattern, or remove the trait `smithy.api#httpLabel`");
        }
    }
    for member in &members {
        if let Some(name) = member.traits.string(QUERY).filter(|name| pattern.query.contains_key(name)) {
            let message = format!("the query parameter `{name}` of the URI pattern is also that of `{}`", member.name);
            error(message, "remove it from the pattern or from the member");
        }
    }
}

fn is_status(code: &Value) -> bool {
    code.as_u64().is_some_and(|code| (100..=999).contains(&code))
}

/// Reports members that have no place in a message whose body is another member.
fn body(model: &Model, id: &ShapeId, bindings: &[&str], report: &mut Report) {
    let Some(shape) = model.get(id) else { return };
    let members = shape.kind.members();
    let Some(payload) = members.iter().find(|member| member.traits.has(PAYLOAD)) else { return };
    for member in members.iter().filter(|member| !bindings.iter().any(|binding| member.traits.has(binding))) {
        let message = format!("the member has no place in the message, whose body is the member `{}`", payload.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&member.name));
        problem.help(format!("add one of the traits `{}`", bindings.join("`, `")));
    }
}

/// Checks the targets of bound members, and reports names that are bound twice.
fn structure(model: &Model, shape: &Shape, members: &[Member], report: &mut Report) {
    let mut names = BTreeMap::new();
    for member in members {
        let id = shape.id.member(&member.name);
        for (binding, expected) in [
            (LABEL, Target::Scalar),
            (HEADER, Target::Scalars),
            (QUERY, Target::Scalars),
            (QUERY_PARAMS, Target::MapOfStrings { lists: true }),
            (PREFIX_HEADERS, Target::MapOfStrings { lists: false }),
        ] {
            if member.traits.has(binding) && !expected.accepts(model, &member.target) {
                let problem = report.error(format!("the trait `{binding}` does not apply to this member's type"));
                let problem = problem.in_file(&shape.file).at(&id).help(expected.describe());
                problem.part(Part::Trait(binding.to_owned()));
            }
        }
        if member.traits.has(LABEL) && !member.traits.has("smithy.api#required") {
            let problem = report.error("the member is a label of the URI, but not required").in_file(&shape.file);
            problem.at(&id).help("add the trait `smithy.api#required`").part(Part::Trait(LABEL.to_owned()));
        }
        for binding in [HEADER, QUERY] {
            let Some(name) = member.traits.string(binding) else { continue };
            // The names of headers are case-insensitive, unlike those of parameters.
            let key = if binding == HEADER { name.to_ascii_lowercase() } else { name.to_owned() };
            if let Some(first) = names.insert((binding, key), &member.name) {
                let message = format!("the member `{first}` is already bound to `{name}`");
                let problem = report.error(message).in_file(&shape.file).at(&id);
                problem.help("bind it to another name").part(Part::Trait(binding.to_owned()));
            }
        }
    }
}

/// The types that a bound member may target.
#[derive(Clone, Copy)]
enum Target {
    Scalar,
    /// A scalar or a list of scalars.
    Scalars,
    /// A map of strings, or of lists of strings.
    MapOfStrings {
        lists: bool,
    },
}

impl Target {
    fn accepts(self, model: &Model, id: &ShapeId) -> bool {
        let is = |id: &ShapeId, types: &[&str]| {
            // A target that does not exist is reported elsewhere.
            model.get(id).is_none_or(|target| types.contains(&target.kind.type_name()))
        };
        let Some(target) = model.get(id) else { return true };
        match (self, &target.kind) {
            (Self::Scalars, ShapeKind::List(element)) => is(&element.target, SCALARS),
            (Self::Scalar | Self::Scalars, _) => is(id, SCALARS),
            (Self::MapOfStrings { lists }, ShapeKind::Map { value, .. }) => {
                let value = match model.get(&value.target).map(|value| &value.kind) {
                    Some(ShapeKind::List(element)) if lists => &element.target,
                    _ => &value.target,
                };
                is(value, &["string", "enum"])
            }
            // The place of the trait is reported elsewhere.
            (Self::MapOfStrings { .. }, _) => true,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Scalar => "it applies to numbers, booleans, strings and timestamps",
            Self::Scalars => "it applies to numbers, booleans, strings, timestamps, and lists of these",
            Self::MapOfStrings { lists: true } => "it applies to maps of strings and of lists of strings",
            Self::MapOfStrings { lists: false } => "it applies to maps of strings",
        }
    }
}

/// Reports operations of a service whose requests have the same method and URI.
fn conflicts(operations: &[&Shape], report: &mut Report) {
    let mut seen: BTreeMap<(String, String), &Shape> = BTreeMap::new();
    for operation in operations {
        let string = |key: &str| operation.traits.get(HTTP)?.get(key).and_then(Value::as_str);
        let (Some(method), Some(uri)) = (string("method"), string("uri")) else { continue };
        // The host of a request can depend on the operation.
        let host = operation.traits.get("smithy.api#endpoint").and_then(|value| value.get("hostPrefix"));
        let host = host.and_then(Value::as_str).unwrap_or_default();
        let Ok(pattern) = UriPattern::parse(uri) else { continue };
        if let Some(first) = seen.insert((method.to_owned(), format!("{host}{}", pattern.form())), operation) {
            let message = format!("`{method} {uri}` conflicts with the operation `{}`", first.id);
            let problem = report.error(message).in_file(&operation.file).at(&operation.id);
            problem.help("change the method or the URI pattern of one of them").part(Part::Value(HTTP.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_labels_in_the_path() {
        let labels = |uri| UriPattern::parse(uri).map(|pattern| pattern.labels().collect::<Vec<_>>());
        assert_eq!(labels("/"), Ok(vec![]));
        assert_eq!(labels("/a/{b}/{c+}/d?e=f&g"), Ok(vec!["b", "c"]));
        for invalid in [
            "",
            "a",
            "/{",
            "/a}",
            "/{}",
            "/ä",
            "/a b",
            "/a?b={c}",
            "/a#b",
            "/a{b}",
            "/{b}c",
            "/{a+}/{b}",
            "/../a",
            "/a?b&b=1",
        ] {
            assert!(labels(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn the_names_of_labels_do_not_distinguish_requests() {
        let form = |uri| UriPattern::parse(uri).map(|pattern| pattern.form());
        assert_eq!(form("/a/{b}?d&c=1"), form("/a/{x}?c=1&d="));
        assert_ne!(form("/a/{b}"), form("/a/{b+}"));
    }
}
