//! Generates random values for the shapes of the model, and random spellings of JSON.

use serde_json::{Map, Value, json};

use super::model::{Kind, Member, Model};
use super::random::Random;

/// The side that creates a value, which determines how it may vary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A program that uses the client: required members are set, and there are no nulls or unknown members.
    Caller,
    /// A service with an older or newer version of the model, or one that does not strictly follow it.
    Service,
}

/// Returns a random value for a shape.
pub(crate) fn value(model: &Model, shape: &str, by: By, random: &mut Random) -> Value {
    at(model, shape, by, random, 0)
}

fn at(model: &Model, shape: &str, by: By, random: &mut Random, depth: usize) -> Value {
    match model.kind(shape) {
        Kind::Structure(members) => structure(model, &members, by, random, depth),
        Kind::List(element) => list(model, element, by, random, depth),
        Kind::Enum(values) if random.percent(80) => json!(random.pick(&values)),
        Kind::Enum(_) => json!(format!("NEW_{}", text(random))),
        Kind::String => json!(text(random)),
        Kind::Boolean => json!(random.percent(50)),
        Kind::Integer => integer(random, i64::from(i32::MIN), i64::from(i32::MAX), by),
        Kind::Long => integer(random, i64::MIN, i64::MAX, by),
        Kind::Timestamp => timestamp(random),
    }
}

fn structure(model: &Model, members: &[Member<'_>], by: By, random: &mut Random, depth: usize) -> Value {
    let mut object = Map::new();
    for member in members {
        let likely = match (by, member.required) {
            (By::Caller, true) => 100,
            (By::Service, true) => 85,
            // The probability decreases with the depth, so that recursive structures are finite.
            (_, false) => [60, 50, 40, 30, 20, 10, 5, 0][depth.min(7)],
        };
        // A structure cannot require itself, since the generator rejects such models.
        if random.percent(likely) {
            object.insert(member.name.to_owned(), at(model, member.target, by, random, depth + 1));
        } else if by == By::Service && random.percent(15) {
            object.insert(member.name.to_owned(), Value::Null);
        }
    }
    if by == By::Service && random.percent(15) {
        object.insert(format!("New{}", random.below(1000)), unknown(random, 0));
    }
    Value::Object(object)
}

fn list(model: &Model, element: &str, by: By, random: &mut Random, depth: usize) -> Value {
    let elements = (0..random.below(4)).map(|_| match by {
        By::Service if random.percent(5) => Value::Null,
        _ => at(model, element, by, random, depth + 1),
    });
    elements.collect()
}

/// Returns random JSON for members that the model does not define.
pub(crate) fn unknown(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth < 3 { 8 } else { 6 }) {
        0 => Value::Null,
        1 => json!(random.percent(50)),
        2 => json!(random.any()),
        3 => json!(-1.5e300),
        4 | 5 => json!(text(random)),
        6 => (0..random.below(3)).map(|_| unknown(random, depth + 1)).collect(),
        _ => (0..random.below(3)).map(|_| (text(random), unknown(random, depth + 1))).collect(),
    }
}

fn integer(random: &mut Random, least: i64, most: i64, by: By) -> Value {
    match random.below(6) {
        0 => json!(0),
        1 => json!(least),
        2 => json!(most),
        // An integer may have a fraction of zero.
        3 if by == By::Service => json!(random.below(100_000) as f64),
        _ => {
            let span = u64::try_from(i128::from(most) - i128::from(least)).unwrap();
            let offset = if span == u64::MAX { random.any() } else { random.any() % (span + 1) };
            json!(i64::try_from(i128::from(least) + i128::from(offset)).unwrap())
        }
    }
}

/// Returns a time between 1970 and 2100, in any format that services are known to use.
fn timestamp(random: &mut Random) -> Value {
    let seconds = random.any() % 4_102_444_800;
    match random.below(5) {
        0 => json!(seconds as f64 + random.below(1000) as f64 / 1e3),
        1 => json!(seconds as f64 + random.below(1_000_000) as f64 / 1e6),
        2 => json!(seconds as f64),
        3 => json!(format!("2026-11-{:02}T{:02}:05:06.{:03}Z", 1 + seconds % 30, seconds % 24, seconds % 1000)),
        _ => json!(seconds),
    }
}

/// Parts of strings, many of which are unusual.
const PIECES: [&str; 16] = [
    "fs-0123456789abcdef0",
    "a",
    " ",
    "\"",
    "\\",
    "/",
    "\u{0}",
    "\n\t\r",
    "\u{7f}",
    "é",
    "漢字",
    "😀",
    "\u{2028}",
    "</script>",
    "null",
    "arn:aws:fsx:us-east-1:111122223333:file-system/fs-1",
];

/// Returns a random string, which is often empty or unusual.
pub(crate) fn text(random: &mut Random) -> String {
    (0..random.below(4)).map(|_| random.pick(&PIECES)).collect()
}

/// Returns the same value, except that some members that are not set are null. Rust types do not distinguish null from
/// a member that is not set.
pub(crate) fn with_nulls(model: &Model, shape: &str, value: &Value, random: &mut Random) -> Value {
    match (model.kind(shape), value) {
        (Kind::Structure(members), Value::Object(object)) => {
            let member = |member: &Member<'_>| {
                let value = match object.get(member.name) {
                    Some(value) => with_nulls(model, member.target, value, random),
                    None if random.percent(20) => Value::Null,
                    None => return None,
                };
                Some((member.name.to_owned(), value))
            };
            members.iter().filter_map(member).collect()
        }
        (Kind::List(element), Value::Array(elements)) => {
            elements.iter().map(|value| with_nulls(model, element, value, random)).collect()
        }
        _ => value.clone(),
    }
}

/// Writes the value as JSON, with members in random order, and with random whitespace and escapes.
pub(crate) fn spell(value: &Value, random: &mut Random, out: &mut String) {
    if random.percent(10) {
        out.push_str(random.pick(&[" ", "\n", "\t", "\r\n"]));
    }
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            // Members are usually in order, as the service sends them.
            if random.percent(40) {
                random.shuffle(&mut members);
            }
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                spell_text(name, random, out);
                out.push(':');
                spell(value, random, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, value) in elements.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                spell(value, random, out);
            }
            out.push(']');
        }
        Value::String(text) => spell_text(text, random, out),
        other => out.push_str(&other.to_string()),
    }
}

fn spell_text(text: &str, random: &mut Random, out: &mut String) {
    if random.percent(70) {
        return out.push_str(&json!(text).to_string());
    }
    out.push('"');
    for unit in text.encode_utf16() {
        out.push_str(&format!("\\u{unit:04x}"));
    }
    out.push('"');
}
