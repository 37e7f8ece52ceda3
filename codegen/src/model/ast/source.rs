//! Parses the JSON of a file, and reports problems with its syntax and with the keys of its objects.

use serde_json::{Map, Value};

use super::{
    json,
    properties::{MODEL, unknown_property},
};
use crate::{
    Source,
    diagnostic::{Position, Report, Span},
    model::locate,
    number,
};

/// Parses a file. If it is not valid JSON, reports an error and returns `None`.
pub(super) fn parse(source: &Source, report: &mut Report) -> Option<Value> {
    let Source { name: file, text: whole } = source;
    if whole.trim().is_empty() {
        report.error("the file is empty").in_file(file).help("expected a Smithy model in the JSON AST");
        return None;
    }
    let text = whole.trim_start_matches('\u{feff}');
    let Some(exact) = number::keep(text) else {
        let message = "invalid string \"\\ufdd0\": U+FDD0 is a noncharacter";
        let problem = report.error(message).in_file(file).help("remove it from the string");
        let found =
            ["\"\u{fdd0}\"", "\"\\ufdd0\""].iter().find_map(|key| Some((whole.to_ascii_lowercase().find(key)?, key)));
        if let Some((start, key)) = found {
            problem.span(Span { start, end: start + key.len() });
        }
        return None;
    };
    let error = match json::parse(&exact) {
        Ok((document, has_duplicates)) => {
            if has_duplicates {
                duplicates(source, report);
            }
            return Some(document);
        }
        // The position of the error must refer to the original text, in which no numbers have been replaced.
        Err(error) => serde_json::from_str::<Value>(text).err().unwrap_or(error),
    };
    let help = "*.json files must contain a model in the JSON AST, and *.smithy files a model in the Smithy IDL";
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let problem = report.error(format!("invalid JSON: {message}")).in_file(file).help(help);
    let Span { start, end } = position(text, &error);
    let mark = whole.len() - text.len();
    problem.span(Span { start: mark + start, end: mark + end });
    None
}

/// Reports keys of the top-level object that Smithy does not define.
pub(super) fn unknown_keys(source: &Source, root: &Value, report: &mut Report) {
    let is_known = |key: &str| ["smithy", "metadata", "shapes"].contains(&key);
    let unknown: Vec<&String> =
        root.as_object().into_iter().flat_map(Map::keys).filter(|key| !is_known(key.as_str())).collect();
    // A file without a version is not in the JSON AST, and is reported separately.
    if unknown.is_empty() || root.get("smithy").is_none() {
        return;
    }
    let keys = json::keys(&source.text).top_level;
    for key in unknown {
        let problem = report.warning(unknown_property(key, "file")).in_file(&source.name).event(MODEL);
        problem.span = keys.get(key.as_str()).copied();
    }
}

/// Reports the keys that an object contains twice.
fn duplicates(source: &Source, report: &mut Report) {
    let found = json::keys(&source.text).duplicates;
    let positions = locate::positions(&source.text, found.iter().map(|(_, first, _)| *first));
    for (key, first, second) in found {
        let Some(Position { line, column }) = positions.get(&first.start) else { continue };
        let help = format!("remove one occurrence; the first is on line {line}, column {column}");
        let problem = report.error(format!("the key `{}` appears twice", key.escape_debug()));
        problem.in_file(&source.name).span(second).help(help);
    }
}

/// Returns the position of a JSON syntax error.
fn position(text: &str, error: &serde_json::Error) -> Span {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let start = (0..=start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Span { start, end: start }
}
