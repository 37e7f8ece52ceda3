//! PathResult the values of an enum their Smithy member names, which the older form does not have.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use serde_json::{Map, Value, json};

use super::Log;
use super::extras::EnumNames;

/// The members of an enum, in the order of its values.
///
/// A name is the value in upper snake case with everything but ASCII letters, digits and underscores taken out.
/// If that leaves nothing, the name is `VALUE` and the value's position; if it begins with a digit, it gets an
/// underscore in front; if it is taken, a number behind. `names` overrides this per value.
pub(super) fn members(
    place: &str,
    values: &[&str],
    names: Option<&EnumNames<'_>>,
    log: &mut Log,
) -> Map<String, Value> {
    let mut members = Map::new();
    let mut seen = BTreeSet::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in names.into_iter().flat_map(EnumNames::all) {
        taken.insert(name.to_owned());
    }
    for (index, value) in values.iter().enumerate() {
        if !seen.insert(*value) {
            log.note(place, format!("the value `{value}` is listed twice"));
            continue;
        }
        let name = match names.and_then(|names| names.get(value)) {
            Some(name) => name.to_owned(),
            None => free_name(&derive(value, index), &taken),
        };
        taken.insert(name.clone());
        members.insert(
            name,
            json!({
                "target": "smithy.api#Unit",
                "traits": { "smithy.api#enumValue": value },
            }),
        );
    }
    members
}

/// The name that `value` gets by rule.
pub(super) fn derive(value: &str, index: usize) -> String {
    let ascii: String = value.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = ascii.to_shouty_snake_case();
    if name.is_empty() {
        format!("VALUE_{}", index + 1)
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// `name`, or the first of `name_2`, `name_3`, … that is free.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|candidate| !taken.contains(candidate)).unwrap_or_default()
}
