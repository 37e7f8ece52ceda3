//! Derives the names of enum members from their values, since botocore's format contains only values.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use serde_json::{Map, Value, json};

use super::Log;
use super::additions::EnumNames;

/// Converts the values of an enum to members, in the order of the values.
///
/// The name of a member is its value in upper snake case. Characters other than ASCII letters and digits separate
/// words. If a value contains no letters or digits, the name consists of `VALUE_` and the position of the value. A name
/// that starts with a digit is prefixed with an underscore. If another member already has the name, a number is
/// appended. `names` overrides the names of individual values.
pub(super) fn members(
    location: &str,
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
            log.note(location, format!("duplicate value `{value}`, which is ignored"));
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

/// Derives the name of a member from its value. `index` is the position of the value in the enum, starting at 0.
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

/// Returns `name`, or the first of `name_2`, `name_3`, … that is not taken.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|candidate| !taken.contains(candidate)).unwrap_or_default()
}
