//! The constraints of members, as a paragraph of their documentation.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    ir::{Bounds, Constraints, Direction, Doc, Literal, Member, Presence, Type, UnionMember},
    markdown::code_span,
    number,
};

/// The longest pattern, in characters, that documentation shows as a whole.
const LONGEST_PATTERN: usize = 100;

/// Emits `/// Required. Length: 1 to 64 characters. Must match …`, after an empty line; nothing if a member has no
/// constraints.
pub(super) fn paragraph(member: &Member, direction: Direction) -> TokenStream {
    let presence = match (&member.presence, direction) {
        (Presence::Required, Direction::Input) => Some("Required.".to_owned()),
        (Presence::Default(default), _) => default_value(default).map(|value| format!("Default: {value}.")),
        (Presence::Required, Direction::Output) | (Presence::Optional, _) => None,
    };
    tokens(presence.into_iter().chain(sentences(&member.constraints, Some(&member.ty))))
}

/// Emits the same for the value of a union's member.
pub(super) fn of_variant(member: &UnionMember) -> TokenStream {
    tokens(sentences(&member.constraints, member.ty.as_ref()))
}

fn tokens(sentences: impl Iterator<Item = String>) -> TokenStream {
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() {
        return TokenStream::new();
    }
    let paragraph = Doc::from(sentences.join(" "));
    quote!(#[doc = ""] #paragraph)
}

fn sentences(constraints: &Constraints, ty: Option<&Type>) -> impl Iterator<Item = String> {
    let Constraints { length, range, pattern, unique_items } = constraints;
    let length = between(length).map(|bounds| format!("Length: {bounds}{}.", unit(length, ty)));
    let range = between(&informative(range)).map(|bounds| format!("Range: {bounds}."));
    let pattern = pattern.as_deref().and_then(must_match);
    let unique = unique_items.then(|| "Elements must be unique.".to_owned());
    [length, range, pattern, unique].into_iter().flatten()
}

/// Returns the bounds without those of the type itself.
fn informative(range: &Bounds) -> Bounds {
    let is_limit = |bound: &String| bound.parse().is_ok_and(|bound| [i32::MIN, i32::MAX].contains(&bound));
    let keep = |bound: &Option<String>| bound.clone().filter(|bound| !is_limit(bound));
    Bounds { min: keep(&range.min), max: keep(&range.max) }
}

/// Returns `1 to 64`, `at least 1`, `at most 64`, or `exactly 1`.
fn between(bounds: &Bounds) -> Option<String> {
    match (&bounds.min, &bounds.max) {
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

/// Returns the unit of a length, with a space before it: ` characters`.
fn unit(bounds: &Bounds, ty: Option<&Type>) -> &'static str {
    let last = bounds.max.as_ref().or(bounds.min.as_ref());
    let one = last.is_some_and(|last| last == "1");
    match (ty, one) {
        (Some(Type::String | Type::Enum(_)), true) => " character",
        (Some(Type::String | Type::Enum(_)), false) => " characters",
        (Some(Type::Blob), true) => " byte",
        (Some(Type::Blob), false) => " bytes",
        (Some(Type::List(_)), true) => " element",
        (Some(Type::List(_)), false) => " elements",
        (Some(Type::Map(..)), true) => " entry",
        (Some(Type::Map(..)), false) => " entries",
        _ => "",
    }
}

/// Returns a sentence with a pattern, or with the literal start of a long one; nothing if the pattern is not on one
/// line.
fn must_match(pattern: &str) -> Option<String> {
    if pattern.contains(['\n', '\r']) || pattern.trim().is_empty() {
        return None;
    }
    if is_short(pattern) {
        return Some(format!("Must match {}.", code_span(pattern)));
    }
    Some(match literal_start(pattern) {
        Some(start) => format!("Must start with {} and match a longer pattern.", code_span(start)),
        None => "Must match a pattern that is too long to be shown.".to_owned(),
    })
}

/// Returns the characters that every match of an anchored pattern starts with.
fn literal_start(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix('^').filter(|rest| !has_alternatives(rest))?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !":/-_".contains(c))?;
    let (start, after) = rest.split_at(end);
    let repeats = after.starts_with(['?', '*', '+', '{']);
    (!repeats && !start.is_empty() && is_short(start)).then_some(start)
}

/// Returns whether a pattern has alternatives outside of groups.
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

/// Returns a default as it is written in the model; nothing if it is too long, or a timestamp.
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
        Literal::Blob(_) | Literal::Timestamp(..) => return None,
    };
    let is_readable = is_short(&value) && !value.contains(['\n', '\r']) && !value.trim().is_empty();
    is_readable.then(|| code_span(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_certain_start_of_a_long_pattern_is_shown() {
        let long = "[a-z]".repeat(30);
        for (start, expected) in [
            ("^arn:(?=[^:]+:)((|[a-z])", Some("arn:")),
            ("^arn:a?", None),
            ("^arn:|", None),
            ("^arn:[|]\\|(a|b)", Some("arn:")),
            ("arn:", None),
            ("^", None),
        ] {
            let expected = match expected {
                Some(start) => format!("Must start with `{start}` and match a longer pattern."),
                None => "Must match a pattern that is too long to be shown.".to_owned(),
            };
            assert_eq!(must_match(&format!("{start}{long}")), Some(expected), "{start}");
        }
    }
}
