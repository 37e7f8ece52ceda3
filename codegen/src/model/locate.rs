//! Finds the lines and columns of problems.
//!
//! A model does not store positions, so that models without problems load faster. If there are problems, the files are
//! read again to find the positions.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::idl;
use crate::{
    Source,
    diagnostic::{Diagnostic, Part, Position, Report, Span},
};

/// The ID under which the references of unnamed lists and maps are stored.
pub(super) const UNNAMED: &str = "";

/// The positions of the shapes and members in a file, and of their parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Spans(BTreeMap<(String, Option<Part>), Span>);

impl Spans {
    /// Adds the position of a shape or member.
    pub(super) fn insert(&mut self, id: impl Into<String>, span: Span) {
        self.0.insert((id.into(), None), span);
    }

    /// Adds the position of a shape or member, unless a position is already known.
    pub(super) fn insert_first(&mut self, id: impl Into<String>, span: Span) {
        self.0.entry((id.into(), None)).or_insert(span);
    }

    /// Adds the position of a part. The names of traits are spelled as in the file.
    pub(super) fn insert_part(&mut self, id: impl Into<String>, part: Part, span: Span) {
        self.0.entry((id.into(), Some(part))).or_insert(span);
    }

    /// Returns the position of a part of a shape or member. If that position is not known, returns the position of the
    /// member or, failing that, of the shape.
    fn find(&self, id: &str, part: Option<&Part>) -> Option<Span> {
        let get = |id: &str, part: Option<Part>| self.0.get(&(id.to_owned(), part)).copied();
        // In the IDL, the names of traits and shapes usually have no namespace.
        let named = |name: &str, part: &dyn Fn(String) -> Part| {
            let simple = name.rsplit('#').next().unwrap_or(name);
            get(id, Some(part(name.to_owned()))).or_else(|| get(id, Some(part(simple.to_owned()))))
        };
        let value = |name: &str| named(name, &Part::Value).or_else(|| named(name, &Part::Trait));
        let part = match part {
            None => None,
            Some(Part::Target) => get(id, Some(Part::Target)),
            Some(Part::Trait(name)) => named(name, &Part::Trait),
            Some(Part::Applied(name)) => named(name, &Part::Applied).or_else(|| named(name, &Part::Trait)),
            Some(Part::Property(name)) => get(id, Some(Part::Property(name.clone()))),
            Some(Part::Value(name)) => value(name),
            Some(Part::Element { name, path }) => {
                let element = |name| Part::Element { name, path: path.clone() };
                named(name, &element).or_else(|| value(name))
            }
            Some(Part::Key { name, path }) => {
                let key = |name| Part::Key { name, path: path.clone() };
                named(name, &key).or_else(|| value(name))
            }
            Some(Part::Reference(name)) => named(name, &Part::Reference).or_else(|| {
                let simple = name.rsplit('#').next().unwrap_or(name);
                get(UNNAMED, Some(Part::Reference(simple.to_owned())))
            }),
        };
        part.or_else(|| get(id, None)).or_else(|| get(shape_of(id), None))
    }
}

/// Adds positions to the problems in a report.
pub(crate) fn locate(sources: &[Source], report: &mut Report) {
    for source in sources {
        let in_file =
            |problem: &&mut Diagnostic| problem.file.as_deref() == Some(&source.name) && problem.position.is_none();
        let mut problems: Vec<&mut Diagnostic> = report.diagnostics.iter_mut().filter(in_file).collect();
        let inside: BTreeSet<String> = problems.iter().filter_map(|problem| problem.part.as_ref()?.inside()).collect();
        let reported: Vec<&str> = problems.iter().filter_map(|problem| problem.shape.as_deref()).collect();
        let shapes: BTreeSet<String> = reported.into_iter().map(|id| shape_of(id).to_owned()).collect();
        let mut spans = None;
        for problem in &mut problems {
            if let (None, Some(shape)) = (problem.span, &problem.shape) {
                let spans = spans.get_or_insert_with(|| spans_of(source, &shapes, &inside));
                problem.span = spans.find(shape, problem.part.as_ref());
            }
        }
        let positions = positions(&source.text, problems.iter().filter_map(|problem| problem.span));
        for problem in problems {
            let position = |at| positions.get(&at).copied();
            problem.position = problem.span.and_then(|span| position(span.start));
            problem.end = problem.span.and_then(|span| position(span.end));
        }
    }
}

/// Returns the ID of a shape from its own ID or that of one of its members.
fn shape_of(id: &str) -> &str {
    id.split_once('$').map_or(id, |(shape, _)| shape)
}

/// Returns the positions of the shapes and members in a file, and of their parts. For files in the JSON AST, positions
/// inside a shape are included only for the shapes in `shapes`, and positions inside the values of traits only for the
/// traits in `inside`.
fn spans_of(source: &Source, shapes: &BTreeSet<String>, inside: &BTreeSet<String>) -> Spans {
    if idl::is_idl(&source.name) { idl::spans(&source.text) } else { json(&source.text, shapes, inside) }
}

/// Returns the lines and columns at which spans start and end, by byte offset. Reads the text only once, since a file
/// that consists of a single line may have many problems.
pub(super) fn positions(text: &str, spans: impl Iterator<Item = Span>) -> BTreeMap<usize, Position> {
    let start = Position { line: 1, column: 1 };
    let mut positions: BTreeMap<usize, Position> =
        spans.flat_map(|span| [span.start, span.end]).map(|at| (at, start)).collect();
    let (mut before, mut here) = (0, start);
    for (at, position) in &mut positions {
        for character in text.get(before..*at).unwrap_or_default().chars() {
            match character {
                '\n' => here = Position { line: here.line + 1, column: 1 },
                // Editors do not show the byte order mark at the start of a file.
                '\u{feff}' => {}
                _ => here.column += 1,
            }
        }
        (before, *position) = (*at, here);
    }
    positions
}

/// An object or list in the JSON AST whose end has not been reached.
struct Open<'a> {
    /// The key of this object or list. In a list, the key is an index, such as `[0]`. The top-level object has an empty
    /// key.
    key: Cow<'a, str>,
    start: usize,
    /// The number of elements so far, if this is a list.
    elements: Option<usize>,
}

/// Returns the positions of the shapes and members in a file in the JSON AST, by ID.
fn json(text: &str, shapes: &BTreeSet<String>, inside: &BTreeSet<String>) -> Spans {
    let mut spans = Spans::default();
    let mut path: Vec<Open<'_>> = Vec::new();
    let (mut key, mut at) = (Cow::Borrowed(""), 0);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'{' | b'[' => {
                let key = take_key(&mut path, &mut key);
                let is_shape = matches!(path.as_slice(), [_, top] if top.key == "shapes");
                if is_shape && !shapes.contains(shape_of(&key)) {
                    at = value_end(bytes, at);
                    continue;
                }
                path.push(Open { key, start, elements: (*byte == b'[').then_some(0) });
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                if let Some(open) = path.pop() {
                    let span = Span { start: open.start, end: at };
                    value(&path, &open.key, "", span, &mut spans);
                    element(&path, &open.key, inside, |name, path| Part::Element { name, path }, span, &mut spans);
                }
            }
            b'"' => {
                at = string_end(bytes, at + 1);
                let span = Span { start, end: at };
                if text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(':')) {
                    key = string(text.get(start..at).unwrap_or_default());
                    name(&path, &key, span, &mut spans);
                    element(&path, &key, inside, |name, path| Part::Key { name, path }, span, &mut spans);
                } else {
                    let text = text.get(start..at).unwrap_or_default();
                    let key = take_key(&mut path, &mut key);
                    value(&path, &key, text, span, &mut spans);
                    element(&path, &key, inside, |name, path| Part::Element { name, path }, span, &mut spans);
                }
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                let length =
                    bytes.iter().skip(at).take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
                at += length.count();
                let (key, span) = (take_key(&mut path, &mut key), Span { start, end: at });
                value(&path, &key, "", span, &mut spans);
                element(&path, &key, inside, |name, path| Part::Element { name, path }, span, &mut spans);
            }
            _ => at += 1,
        }
    }
    spans
}

/// Returns the key of the value at the current position: the key that precedes it or, in a list, its index.
fn take_key<'a>(path: &mut [Open<'_>], key: &mut Cow<'a, str>) -> Cow<'a, str> {
    match path.last_mut().and_then(|open| open.elements.as_mut()) {
        Some(elements) => {
            *elements += 1;
            Cow::Owned(format!("[{}]", *elements - 1))
        }
        None => std::mem::take(key),
    }
}

/// Adds the position of a value or key inside the value of a trait.
fn element(
    path: &[Open<'_>],
    key: &str,
    inside: &BTreeSet<String>,
    part: fn(String, String) -> Part,
    span: Span,
    spans: &mut Spans,
) {
    if inside.is_empty() {
        return;
    }
    let path: Vec<&str> = path.iter().map(|open| &*open.key).collect();
    // The path may contain several keys named `traits`, since a member can have this name.
    for (index, _) in path.iter().enumerate().filter(|(_, key)| **key == "traits") {
        let (before, after) = path.split_at(index);
        let (Some(id), [_, name, steps @ ..]) = (owner(before), after) else { continue };
        if inside.contains(*name) {
            let path = steps.iter().copied().chain([key]).fold(String::new(), join);
            spans.insert_part(id, part((*name).to_owned(), path), span);
        }
    }
}

/// Adds a step to the path of a value: a key, or an index such as `[0]`.
pub(super) fn join(mut path: String, step: &str) -> String {
    if !path.is_empty() && !step.starts_with('[') {
        path.push('.');
    }
    path.push_str(step);
    path
}

/// Adds the position of a key in the JSON AST if the key is the name of a shape, member or trait, or of a property that
/// may be unknown.
fn name(path: &[Open<'_>], key: &str, span: Span, spans: &mut Spans) {
    let path: Vec<&str> = path.iter().map(|open| &*open.key).collect();
    match path.as_slice() {
        ["", "shapes"] => spans.insert(key, span),
        ["", "shapes", shape, "members"] => spans.insert(format!("{shape}${key}"), span),
        ["", "shapes", shape] if is_member(key) => spans.insert(format!("{shape}${key}"), span),
        [before @ .., "traits"] => {
            let Some(id) = owner(before) else { return };
            if matches!(before, ["", "shapes", shape] if shape.contains('$')) {
                spans.insert_part(&*id, Part::Applied(key.to_owned()), span);
            }
            spans.insert_part(id, Part::Trait(key.to_owned()), span);
        }
        ["", "shapes", shape, inside @ ..] if !inside.contains(&"traits") && !is_known_property(key) => {
            let id = owner(&path).unwrap_or_else(|| (*shape).to_owned());
            spans.insert_part(id, Part::Property(key.to_owned()), span);
        }
        _ => {}
    }
}

/// Adds the position of a value in the JSON AST if it is the target of a member or of a reference, or the value of a
/// trait. `target` is the text of the value if it is a string.
fn value(path: &[Open<'_>], key: &str, target: &str, span: Span, spans: &mut Spans) {
    let path: Vec<&str> = match path.last() {
        Some(open) if key == "target" || open.key == "traits" => path.iter().map(|open| &*open.key).collect(),
        _ => return,
    };
    if let (["", "shapes", shape, inside @ ..], "target") = (path.as_slice(), key)
        && !inside.contains(&"traits")
    {
        spans.insert_part(*shape, Part::Reference(string(target).into_owned()), span);
    }
    let (id, part) = match path.as_slice() {
        [before @ .., "traits"] => (owner(before), Part::Value(key.to_owned())),
        path => (owner(path).filter(|id| id.contains('$')), Part::Target),
    };
    if let Some(id) = id {
        spans.insert_part(id, part, span);
    }
}

/// Returns the ID of the shape or member that an object in the JSON AST defines.
fn owner(path: &[&str]) -> Option<String> {
    match path {
        ["", "shapes", shape] => Some((*shape).to_owned()),
        ["", "shapes", shape, "members", member] => Some(format!("{shape}${member}")),
        ["", "shapes", shape, member] if is_member(member) => Some(format!("{shape}${member}")),
        _ => None,
    }
}

/// Returns whether a key is the name of a member of a list or map.
fn is_member(key: &str) -> bool {
    matches!(key, "member" | "key" | "value")
}

/// Returns whether a key is a property of shapes or members that is never reported as unknown.
fn is_known_property(key: &str) -> bool {
    matches!(key, "type" | "traits" | "target")
}

/// Returns the value of a JSON string.
pub(super) fn string(quoted: &str) -> Cow<'_, str> {
    let parsed = quoted.contains('\\').then(|| serde_json::from_str(quoted).ok()).flatten();
    parsed.map_or_else(|| Cow::Borrowed(quoted.trim_matches('"')), Cow::Owned)
}

/// Returns the position after the string whose contents start at `at`.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns the position after the object or list that starts at `at`.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = string_end(bytes, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_members_and_their_parts_are_found_in_the_json_ast() {
        let text = r#"{"shapes": {"a#\"B": {"members": {"c": {"target": "a#D", "traits": {"t#t": [1, {"d": true}], "t#u": -1.5}}},
            "traits": {"members": {"target": "x"}}}, "a#E": {"member": {"target": "a#B"}}}, "x": ["{", {"y": 1}]}"#;
        let Spans(found) =
            json(text, &BTreeSet::from(["a#\"B", "a#E"].map(str::to_owned)), &BTreeSet::from(["t#t".to_owned()]));
        let found: Vec<(String, Option<Part>, &str)> =
            found.into_iter().map(|((id, part), span)| (id, part, &text[span.start..span.end])).collect();
        let of = |id: &str, part: Option<Part>, text| (id.to_owned(), part, text);
        let name = |id: &str| Some(Part::Trait(id.to_owned()));
        let value = |id: &str| Some(Part::Value(id.to_owned()));
        let element = |path: &str| Some(Part::Element { name: "t#t".to_owned(), path: path.to_owned() });
        let key = |path: &str| Some(Part::Key { name: "t#t".to_owned(), path: path.to_owned() });
        let expected = [
            of("a#\"B", None, r#""a#\"B""#),
            of("a#\"B", name("members"), "\"members\""),
            of("a#\"B", value("members"), r#"{"target": "x"}"#),
            of("a#\"B", Some(Part::Reference("a#D".to_owned())), "\"a#D\""),
            of("a#\"B", Some(Part::Property("members".to_owned())), "\"members\""),
            of("a#\"B$c", None, "\"c\""),
            of("a#\"B$c", Some(Part::Target), "\"a#D\""),
            of("a#\"B$c", name("t#t"), "\"t#t\""),
            of("a#\"B$c", name("t#u"), "\"t#u\""),
            of("a#\"B$c", value("t#t"), r#"[1, {"d": true}]"#),
            of("a#\"B$c", value("t#u"), "-1.5"),
            of("a#\"B$c", element("[0]"), "1"),
            of("a#\"B$c", element("[1]"), "{\"d\": true}"),
            of("a#\"B$c", element("[1].d"), "true"),
            of("a#\"B$c", key("[1].d"), "\"d\""),
            of("a#E", None, "\"a#E\""),
            of("a#E", Some(Part::Reference("a#B".to_owned())), "\"a#B\""),
            of("a#E$member", None, "\"member\""),
            of("a#E$member", Some(Part::Target), "\"a#B\""),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn parts_are_found_with_any_line_breaks_and_with_a_byte_order_mark() {
        let text =
            "$version: \"2.0\"\nnamespace a\n\nstructure B {\n\t@documentation(\"é\") @length(\"1\")\n\tc: Strng\n}\n";
        let windows = text.replace('\n', "\r\n");
        for text in [text.to_owned(), windows.clone(), format!("\u{feff}{text}"), format!("\u{feff}{windows}")] {
            let source = Source { name: "b.smithy".to_owned(), text };
            let report = crate::services(std::slice::from_ref(&source)).expect_err("the target is not defined");
            let found: Vec<(usize, usize, &str)> = report
                .diagnostics
                .iter()
                .map(|problem| {
                    let (at, span) = (problem.position.expect("a position"), problem.span.expect("a span"));
                    (at.line, at.column, &source.text[span.start..span.end])
                })
                .collect();
            assert_eq!(found, [(6, 5, "Strng"), (5, 30, "\"1\"")], "{report}");
        }
    }

    #[test]
    fn columns_count_characters() {
        let found = positions("é = \nü x", [Span { start: 0, end: 2 }, Span { start: 5, end: 8 }].into_iter());
        let at = |line, column| Position { line, column };
        assert_eq!(found, [(0, at(1, 1)), (2, at(1, 2)), (5, at(1, 5)), (8, at(2, 2))].into());
    }
}
