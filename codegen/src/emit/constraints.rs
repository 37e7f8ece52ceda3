//! Member constraints, which become a paragraph in the documentation of each member.

use proc_macro2::TokenStream;
use quote::quote;

use super::comment::comment;
use crate::{
    ir::{Bounds, Constraints, Direction, Literal, Member, Presence, Type, UnionMember},
    markdown::code_span,
    number, time,
};

/// The maximum length, in characters, of a pattern that documentation shows in full.
const LONGEST_PATTERN: usize = 100;

/// Emits a paragraph such as `/// Required. Must be 1 to 64 characters long and match …`. Emits nothing if the member
/// has no constraints.
pub(super) fn paragraph(member: &Member, direction: Direction) -> TokenStream {
    let presence = match (&member.presence, direction) {
        (Presence::Required, Direction::Input) => Some("Required.".to_owned()),
        (Presence::Default(default), _) => default_value(default).map(|value| format!("Default: {value}.")),
        (Presence::Required, Direction::Output) | (Presence::Optional, _) => None,
    };
    // The service ensures that its responses satisfy the constraints, so users do not need to know the constraints.
    let constraints = match direction {
        Direction::Input => Some(sentences(&member.constraints, Some(&member.ty))),
        Direction::Output => None,
    };
    tokens(presence.into_iter().chain(constraints.into_iter().flatten()))
}

/// Emits the paragraph for a member of a union. Emits nothing if the member has no constraints.
pub(super) fn of_variant(member: &UnionMember) -> TokenStream {
    tokens(sentences(&member.constraints, member.ty.as_ref()))
}

fn tokens(sentences: impl Iterator<Item = String>) -> TokenStream {
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() {
        return TokenStream::new();
    }
    let paragraph = comment(format!("\n{}", sentences.join(" ")));
    quote!(#[#paragraph])
}

/// Returns the constraints as a sentence. If the pattern is too long for this sentence, a second sentence follows.
fn sentences(constraints: &Constraints, ty: Option<&Type>) -> impl Iterator<Item = String> {
    let Constraints { length, range, pattern, unique_items } = constraints;
    let pattern = pattern.as_deref().filter(|pattern| is_printable(pattern));
    let (short, long): (Option<&str>, Option<&str>) = match pattern {
        Some(pattern) if is_short(pattern) => (Some(pattern), None),
        pattern => (None, pattern),
    };
    let range = between(&informative(range)).map(|bounds| match bounds.contains(" to ") {
        true => format!("be from {bounds}"),
        false => format!("be {bounds}"),
    });
    let start = long.and_then(literal_start).map(|start| format!("start with {}", code_span(start)));
    let pattern = short.map(|pattern| format!("match {}", code_span(pattern)));
    let rest = match (&start, long) {
        (Some(_), Some(_)) => Some("The rest must match a pattern that is too long to show here.".to_owned()),
        (None, Some(_)) => Some("The value must match a pattern that is too long to show here.".to_owned()),
        (_, None) => None,
    };
    let size = size(length, *unique_items, ty);
    let phrases: Vec<String> = [size, range, start, pattern].into_iter().flatten().collect();
    let sentence = (!phrases.is_empty()).then(|| format!("Must {}.", phrases.join(" and ")));
    [sentence, rest].into_iter().flatten()
}

/// Returns the rest of a sentence that starts with "Must", such as `be 1 to 64 characters long` or
/// `contain at most 50 unique elements`.
fn size(length: &Bounds, unique: bool, ty: Option<&Type>) -> Option<String> {
    let Some(bounds) = between(length) else {
        return unique.then(|| "contain each element only once".to_owned());
    };
    let is_one = length.max.as_ref().or(length.min.as_ref()).is_some_and(|last| last == "1");
    let counted = |one: &str, several: &str| format!("{bounds} {}", if is_one { one } else { several });
    Some(match ty {
        Some(Type::String | Type::Enum(_)) => format!("be {} long", counted("character", "characters")),
        Some(Type::Blob) => format!("be {} long", counted("byte", "bytes")),
        Some(Type::List(_)) if unique => format!("contain {}", counted("unique element", "unique elements")),
        Some(Type::List(_)) => format!("contain {}", counted("element", "elements")),
        Some(Type::Map(..)) => format!("contain {}", counted("entry", "entries")),
        _ => format!("have a length of {bounds}"),
    })
}

/// Returns a range without the bounds that are equal to the limits of a 32-bit integer type.
fn informative(range: &Bounds) -> Bounds {
    let is_limit = |bound: &String| bound.parse().is_ok_and(|bound| [i32::MIN, i32::MAX].contains(&bound));
    let keep = |bound: &Option<String>| bound.clone().filter(|bound| !is_limit(bound));
    Bounds { min: keep(&range.min), max: keep(&range.max) }
}

/// Returns bounds in words: `1 to 64`, `at least 1`, `at most 64`, or `exactly 1`.
fn between(bounds: &Bounds) -> Option<String> {
    match (&bounds.min, &bounds.max) {
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

/// Returns whether a pattern fits on a single line and is not blank.
fn is_printable(pattern: &str) -> bool {
    !pattern.contains(['\n', '\r']) && !pattern.trim().is_empty()
}

/// Returns the literal characters with which every match of an anchored pattern starts, if there are any.
fn literal_start(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix('^').filter(|rest| !has_alternatives(rest))?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !":/-_".contains(c))?;
    let (start, after) = rest.split_at(end);
    let repeats = after.starts_with(['?', '*', '+', '{']);
    (!repeats && !start.is_empty() && is_short(start)).then_some(start)
}

/// Returns whether a pattern has alternatives that are not in a group.
fn has_alternatives(pattern: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    for c in pattern.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= LONGEST_PATTERN
}

/// Returns a default value as the model spells it. Returns `None` for timestamps, and for defaults that are too long.
fn default_value(literal: &Literal) -> Option<String> {
    let value = match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Number(value) => value.clone(),
        Literal::IntEnum(_, value) => value.to_string(),
        Literal::String(text) if text.is_empty() => return Some("an empty string".to_owned()),
        Literal::String(text) | Literal::Enum(_, text) => text.clone(),
        Literal::Document(value) => number::text(value),
        Literal::Blob(bytes) if bytes.is_empty() => return Some("empty".to_owned()),
        Literal::Empty => return Some("empty".to_owned()),
        Literal::Timestamp(seconds, nanoseconds) => time::date_time(*seconds, *nanoseconds),
        Literal::Blob(_) => return None,
    };
    let is_readable = is_short(&value) && !value.contains(['\n', '\r']) && !value.trim().is_empty();
    is_readable.then(|| code_span(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_literal_start_of_a_long_pattern_is_shown() {
        let long = "[a-z]".repeat(30);
        for (start, expected) in [
            ("^arn:(?=[^:]+:)((|[a-z])", Some("arn:")),
            ("^arn:a?", None),
            ("^arn:|", None),
            ("^arn:[|]\\|(a|b)", Some("arn:")),
            ("arn:", None),
            ("^", None),
        ] {
            assert_eq!(literal_start(&format!("{start}{long}")), expected, "{start}");
        }
    }

    fn bounds(min: &str, max: &str) -> Bounds {
        let bound = |bound: &str| (!bound.is_empty()).then(|| bound.to_owned());
        Bounds { min: bound(min), max: bound(max) }
    }

    #[test]
    fn constraints_are_sentences() {
        let long = format!("^arn:{}", "[a-z]".repeat(30));
        let none = || bounds("", "");
        for (length, range, pattern, unique_items, expected) in [
            (
                bounds("11", "21"),
                none(),
                "^(fs-[0-9a-f]+)$",
                false,
                "Must be 11 to 21 characters long and match `^(fs-[0-9a-f]+)$`.",
            ),
            (bounds("1", "1"), none(), "", false, "Must be exactly 1 character long."),
            (none(), bounds("5", ""), "", false, "Must be at least 5."),
            (none(), bounds("0", "90"), "", false, "Must be from 0 to 90."),
            (none(), none(), "", true, "Must contain each element only once."),
            (
                none(),
                none(),
                &long,
                false,
                "Must start with `arn:`. The rest must match a pattern that is too long to show here.",
            ),
            (none(), none(), &long[1..], false, "The value must match a pattern that is too long to show here."),
        ] {
            let pattern = (!pattern.is_empty()).then(|| pattern.to_owned());
            let constraints = Constraints { length, range, pattern, unique_items };
            let text = sentences(&constraints, Some(&Type::String)).collect::<Vec<_>>().join(" ");
            assert_eq!(text, expected);
        }
    }
}
