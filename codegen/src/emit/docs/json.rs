//! Formats JSON for documentation. Values that fit on a line are written on a single line.

use std::borrow::Cow;

use serde_json::Value;

use crate::{markdown::is_invisible, number::written};

/// The preferred maximum width of a line.
const WIDTH: usize = 92;

/// Formats a JSON value.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    Lined::of(value).write(0, 0, &mut out);
    out
}

/// A value on a single line, and its parts. If that line is too long, the parts are written on several lines.
struct Lined {
    /// The value, with spaces after colons and commas.
    line: String,
    /// The width of the line, in characters.
    width: usize,
    parts: Parts,
}

enum Parts {
    None,
    Elements(Vec<Lined>),
    /// The members of an object, with their quoted names.
    Members(Vec<(String, Lined)>),
}

impl Lined {
    fn of(value: &Value) -> Self {
        let (line, parts) = match value {
            Value::Array(items) => {
                let elements: Vec<Self> = items.iter().map(Self::of).collect();
                let lines: Vec<&str> = elements.iter().map(|element| element.line.as_str()).collect();
                (format!("[{}]", lines.join(", ")), Parts::Elements(elements))
            }
            Value::Object(members) if written(value).is_none() => {
                let members: Vec<_> = members.iter().map(|(name, value)| (quoted(name), Self::of(value))).collect();
                let lines: Vec<String> =
                    members.iter().map(|(name, value)| format!("{name}: {}", value.line)).collect();
                (format!("{{{}}}", lines.join(", ")), Parts::Members(members))
            }
            Value::String(text) => (quoted(text), Parts::None),
            simple => (written(simple).map_or_else(|| simple.to_string(), Cow::into_owned), Parts::None),
        };
        Self { width: line.chars().count(), line, parts }
    }

    /// Returns whether the value is too long for a single line.
    fn is_long(&self) -> bool {
        !matches!(self.parts, Parts::None) && self.width > WIDTH / 2
    }

    /// Writes the value. `before` is the number of columns that its first line already contains, and `indent` is the
    /// indentation of that line in columns.
    fn write(&self, indent: usize, before: usize, out: &mut String) {
        let inner = indent + 2;
        match &self.parts {
            _ if indent + before + self.width <= WIDTH => out.push_str(&self.line),
            Parts::Elements(elements) if !elements.is_empty() => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    break_line(inner, out);
                    element.write(inner, 1, out);
                }
                break_line(indent, out);
                out.push(']');
            }
            Parts::Members(members) if !members.is_empty() => {
                out.push('{');
                write_members(members, inner, out);
                break_line(indent, out);
                out.push('}');
            }
            Parts::None | Parts::Elements(_) | Parts::Members(_) => out.push_str(&self.line),
        }
    }
}

/// Writes members, with several on a line if they fit. This halves the number of lines in documentation.
fn write_members(members: &[(String, Lined)], indent: usize, out: &mut String) {
    let mut column = usize::MAX;
    for (index, (name, value)) in members.iter().enumerate() {
        let name_width = name.chars().count();
        let width = name_width + 2 + value.width;
        let shares = index > 0 && column.saturating_add(width + 3) <= WIDTH && !value.is_long();
        if shares {
            out.push_str(", ");
            column += width + 2;
        } else {
            out.push_str(if index > 0 { "," } else { "" });
            break_line(indent, out);
            column = indent + width;
        }
        out.push_str(name);
        out.push_str(": ");
        value.write(indent, name_width + 3, out);
        if value.is_long() {
            column = usize::MAX;
        }
    }
}

fn break_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Formats a JSON string. Escapes invisible characters, since documentation must not contain some of them.
fn quoted(text: &str) -> String {
    let quoted = Value::String(text.to_owned()).to_string();
    if !quoted.contains(is_invisible) {
        return quoted;
    }
    quoted.chars().fold(String::with_capacity(quoted.len()), |mut out, c| {
        if is_invisible(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_fit_are_written_on_one_line() {
        let short = json!({"a": [1, 2], "b": {}});
        assert_eq!(text(&short), r#"{"a": [1, 2], "b": {}}"#);
        let word = "x".repeat(40);
        let long = json!({"a": word, "b": word, "c": {"d": [word, word, word]}, "e": "it's \"\n\""});
        let written = text(&long);
        assert!(written.lines().all(|line| line.len() <= WIDTH) && written.lines().count() > 3, "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).ok(), Some(long));
    }
}
