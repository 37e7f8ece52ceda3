//! Formats JSON for documentation: a value that fits on one line is written on one.

use std::borrow::Cow;

use serde_json::Value;

use crate::{markdown::is_invisible, number::written};

/// The preferred maximum width of a line.
const WIDTH: usize = 92;

/// Formats a value.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out
}

/// Writes a value after `before` columns of its line, which is indented by `indent` columns.
fn write(value: &Value, indent: usize, before: usize, out: &mut String) {
    let line = line(value);
    if indent + before + line.chars().count() <= WIDTH {
        out.push_str(&line);
        return;
    }
    let inner = indent + 2;
    let break_line = |out: &mut String, indent: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                break_line(out, inner);
                write(item, inner, 1, out);
            }
            break_line(out, indent);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() && written(value).is_none() => {
            out.push('{');
            let mut column = usize::MAX;
            for (index, (name, value)) in members.iter().enumerate() {
                let name = quoted(name);
                let short = name.chars().count() + 2 + self::line(value).chars().count();
                // Members share a line while there is room, which halves the length of the documentation.
                let shares = index > 0 && column.saturating_add(short + 3) <= WIDTH && !value_is_long(value);
                out.push_str(match (index, shares) {
                    (0, _) => "",
                    (_, true) => ", ",
                    (_, false) => ",",
                });
                if shares {
                    column += short + 2;
                } else {
                    break_line(out, inner);
                    column = inner + short;
                }
                out.push_str(&name);
                out.push_str(": ");
                write(value, inner, name.chars().count() + 3, out);
                if value_is_long(value) {
                    column = usize::MAX;
                }
            }
            break_line(out, indent);
            out.push('}');
        }
        _ => out.push_str(&line),
    }
}

/// Returns whether a value is written on lines of its own.
fn value_is_long(value: &Value) -> bool {
    (value.is_array() || value.is_object()) && line(value).chars().count() > WIDTH / 2
}

/// Formats a value on one line, with spaces after colons and commas.
fn line(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => quoted(text),
        Value::Object(members) if written(value).is_none() => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), line(value));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        simple => written(simple).map_or_else(|| simple.to_string(), Cow::into_owned),
    }
}

/// Formats a JSON string. Invisible characters are escaped, since some of them are not allowed in documentation.
fn quoted(text: &str) -> String {
    let quoted = Value::String(text.to_owned()).to_string();
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
    fn what_fits_a_line_is_on_one_and_the_string_is_the_value() {
        let short = json!({"a": [1, 2], "b": {}});
        assert_eq!(text(&short), r#"{"a": [1, 2], "b": {}}"#);
        let word = "x".repeat(40);
        let long = json!({"a": word, "b": word, "c": {"d": [word, word, word]}, "e": "it's \"\n\""});
        let written = text(&long);
        assert!(written.lines().all(|line| line.len() <= WIDTH) && written.lines().count() > 3, "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).ok(), Some(long));
    }
}
