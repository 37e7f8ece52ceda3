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

/// Emits `/// Required. Must be 1 to 64 characters long and match …`, after an empty line; nothing if a member has no
/// constraints.
pub(super) fn paragraph(member: &Member, direction: Direction) -> TokenStream {
    let presence = match (&member.presence, direction) {
        (Presence::Required, Direction::Input) => Some("Required.".to_owned()),
        (Presence::Default(default), _) => default_value(default),
        (Presence::Required, Direction::Output) | (Presence::Optional, _) => None,
    };
    tokens(presence.into_iter().chain(sentence(&member.constraints, Some(&member.ty))))
}

/// Emits the same for the value of a union's member.
pub(super) fn of_variant(member: &UnionMember) -> TokenStream {
    tokens(sentence(&member.constraints, member.ty.as_ref()).into_iter())
}

fn tokens(sentences: impl Iterator<Item = String>) -> TokenStream {
    let sentences: Vec<String> = sentences.collect();
    if sentences.is_empty() {
        return TokenStream::new();
    }
    let paragraph = Doc::from(sentences.join(" "));
    quote!(#[doc = ""] #paragraph)
}

/// Returns `Must be 1 to 64 characters long and match …`, if there are constraints.
fn sentence(constraints: &Constraints, ty: Option<&Type>) -> Option<String> {
    let Constraints { length, range, pattern, unique_items } = constraints;
    let range = informative(range);
    let range = match (&range.min, &range.max) {
        (Some(min), Some(max)) if min != max => Some(format!("be between {min} and {max}")),
        _ => between(&range).map(|bounds| format!("be {bounds}")),
    };
    let pattern = pattern.as_deref().and_then(pattern_clause);
    let clauses: Vec<String> = [size(length, *unique_items, ty), range, pattern].into_iter().flatten().collect();
    match clauses.as_slice() {
        [] => None,
        [only] => Some(format!("Must {only}.")),
        [first @ .., last] => Some(format!("Must {} and {last}.", first.join(", "))),
    }
}

/// Returns `be 1 to 64 characters long` or `have at most 50 unique elements`.
fn size(length: &Bounds, unique_items: bool, ty: Option<&Type>) -> Option<String> {
    let bounds = between(length);
    let last = length.max.as_ref().or(length.min.as_ref());
    let plural = |one: &'static str, many: &'static str| if last.is_some_and(|last| last == "1") { one } else { many };
    match (ty, bounds) {
        (Some(Type::List(_)), None) if unique_items => Some("have unique elements".to_owned()),
        (_, None) => None,
        (Some(Type::List(_)), Some(bounds)) => {
            let unique = if unique_items { "unique " } else { "" };
            Some(format!("have {bounds} {unique}{}", plural("element", "elements")))
        }
        (Some(Type::Map(..)), Some(bounds)) => Some(format!("have {bounds} {}", plural("entry", "entries"))),
        (Some(Type::Blob), Some(bounds)) => Some(format!("be {bounds} {} long", plural("byte", "bytes"))),
        (_, Some(bounds)) => Some(format!("be {bounds} {} long", plural("character", "characters"))),
    }
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

/// Returns `match …` with the pattern, or `start with …` for a long one; nothing if the pattern is not on one line, or if
/// a long one has no literal start.
fn pattern_clause(pattern: &str) -> Option<String> {
    if pattern.contains(['\n', '\r']) || pattern.trim().is_empty() {
        return None;
    }
    match is_short(pattern) {
        true => Some(format!("match {}", code_span(pattern))),
        false => literal_start(pattern).map(|start| format!("start with {}", code_span(start))),
    }
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

/// Returns a sentence with the default as it is written in the model; nothing if it is too long, or a timestamp.
fn default_value(literal: &Literal) -> Option<String> {
    let value = match literal {
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::Number(value) => value.clone(),
        Literal::IntEnum(_, value) => value.to_string(),
        Literal::String(text) if text.is_empty() => return Some("Defaults to an empty string.".to_owned()),
        Literal::String(text) | Literal::Enum(_, text) => text.clone(),
        Literal::Document(value) => number::text(value),
        Literal::Blob(bytes) if bytes.is_empty() => return Some("Empty by default.".to_owned()),
        Literal::Empty => return Some("Empty by default.".to_owned()),
        Literal::Blob(_) | Literal::Timestamp(..) => return None,
    };
    let is_readable = is_short(&value) && !value.contains(['\n', '\r']) && !value.trim().is_empty();
    is_readable.then(|| format!("Defaults to {}.", code_span(&value)))
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
            let expected = expected.map(|start| format!("start with `{start}`"));
            assert_eq!(pattern_clause(&format!("{start}{long}")), expected, "{start}");
        }
    }

    #[test]
    fn constraints_are_one_sentence() {
        let bounds = |min: &str, max: &str| {
            let bound = |bound: &str| (!bound.is_empty()).then(|| bound.to_owned());
            Bounds { min: bound(min), max: bound(max) }
        };
        let none = || Constraints { length: bounds("", ""), range: bounds("", ""), pattern: None, unique_items: false };
        let string = Constraints { length: bounds("1", "64"), pattern: Some("^a$".to_owned()), ..none() };
        assert_eq!(
            sentence(&string, Some(&Type::String)).as_deref(),
            Some("Must be 1 to 64 characters long and match `^a$`.")
        );
        let one = Constraints { length: bounds("1", "1"), ..none() };
        assert_eq!(sentence(&one, Some(&Type::Blob)).as_deref(), Some("Must be exactly 1 byte long."));
        let range = Constraints { range: bounds("0", "90"), ..none() };
        assert_eq!(sentence(&range, Some(&Type::I32)).as_deref(), Some("Must be between 0 and 90."));
        let least = Constraints { range: bounds("32", "2147483647"), ..none() };
        assert_eq!(sentence(&least, Some(&Type::I32)).as_deref(), Some("Must be at least 32."));
        assert_eq!(sentence(&none(), Some(&Type::String)), None);
    }
}
