//! Finds the lines and columns of problems.
//!
//! A model stores no positions. They are found when there are problems, by reading the files again: a model without
//! problems costs nothing.

use std::collections::BTreeMap;

use super::idl;
use crate::{
    Source,
    diagnostic::{Diagnostic, Position, Report, Span},
};

/// Adds positions to the problems of a report.
pub(crate) fn locate(sources: &[Source], report: &mut Report) {
    for source in sources {
        let in_file =
            |problem: &&mut Diagnostic| problem.file.as_deref() == Some(&source.name) && problem.position.is_none();
        let mut problems = report.diagnostics.iter_mut().filter(in_file).peekable();
        if problems.peek().is_none() {
            continue;
        }
        let starts: Vec<usize> =
            std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut places = None;
        for problem in problems {
            if let (None, Some(place)) = (problem.span, &problem.place) {
                let places = places.get_or_insert_with(|| places_of(source));
                let shape = place.split('$').next().unwrap_or_default();
                problem.span = places.get(place).or_else(|| places.get(shape)).copied();
            }
            problem.position = problem.span.map(|span| position(&source.text, &starts, span.start));
        }
    }
}

fn places_of(source: &Source) -> BTreeMap<String, Span> {
    if idl::is_idl(&source.name) { idl::places(&source.text) } else { json(&source.text) }
}

fn position(text: &str, starts: &[usize], at: usize) -> Position {
    let line = starts.partition_point(|start| *start <= at);
    let start = line.checked_sub(1).and_then(|index| starts.get(index)).copied().unwrap_or(0);
    Position { line, column: 1 + text.get(start..at).map_or(0, |before| before.chars().count()) }
}

/// Returns where the shapes and members of a file in the JSON AST are, by their IDs.
fn json(text: &str) -> BTreeMap<String, Span> {
    let mut places = BTreeMap::new();
    // The keys that lead to the current value, with an empty one for each list.
    let mut path: Vec<&str> = Vec::new();
    let (mut key, mut at) = ("", 0);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => path.push(std::mem::take(&mut key)),
            b'}' | b']' => {
                path.pop();
            }
            b'"' => {
                let end = string_end(bytes, at + 1);
                let is_key = text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                if is_key {
                    key = text.get(at + 1..end - 1).unwrap_or_default();
                    if let Some(id) = place(&path, key) {
                        places.insert(id, Span { start: at, end });
                    }
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    places
}

/// Returns the ID of the shape or member that a key in the JSON AST defines.
fn place(path: &[&str], key: &str) -> Option<String> {
    match path {
        ["", "shapes"] => Some(key.to_owned()),
        ["", "shapes", shape, "members"] => Some(format!("{shape}${key}")),
        ["", "shapes", shape] if matches!(key, "member" | "key" | "value") => Some(format!("{shape}${key}")),
        _ => None,
    }
}

/// Returns the position after the string whose contents start at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_members_of_the_json_ast_are_found() {
        let text = r#"{"shapes": {"a#\"B": {"members": {"c": {"target": "a#D"}}, "traits": {"members": {}}},
            "a#E": {"member": {"target": "a#B"}}}, "x": ["{", {"y": 1}]}"#;
        let found: Vec<(String, &str)> =
            json(text).into_iter().map(|(id, span)| (id, &text[span.start..span.end])).collect();
        let expected =
            [("a#E", "\"a#E\""), ("a#E$member", "\"member\""), ("a#\\\"B", "\"a#\\\"B\""), ("a#\\\"B$c", "\"c\"")];
        let mut expected = expected.map(|(id, text)| (id.to_owned(), text));
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn columns_count_characters() {
        let starts = [0, 5];
        assert_eq!(position("é = \nü x", &starts, 8), Position { line: 2, column: 3 });
    }
}
