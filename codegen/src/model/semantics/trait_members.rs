//! The members of traits whose values are objects or lists.

use serde_json::Value;

use crate::{
    diagnostic::{Part, Report},
    model::{Shape, ShapeId, Traits},
    number,
};

/// The form of a trait's member.
#[derive(Clone, Copy)]
enum Form {
    Boolean,
    List,
    /// A list of strings.
    Strings,
    Object,
    Text,
    /// One of these strings.
    OneOf(&'static [&'static str]),
}

/// A member of a trait: its name, its form, and whether it is required.
type Row = (&'static str, Form, bool);

use Form::{Boolean, List, Object, OneOf, Strings, Text};

/// The traits that are objects, with their members.
const OBJECTS: &[(&str, &[Row])] = &[
    ("aws.api#service", &[("sdkId", Text, true), ("arnNamespace", Text, false), ("cloudFormationName", Text, false)]),
    ("aws.auth#sigv4", &[("name", Text, true)]),
    ("aws.auth#sigv4a", &[("name", Text, true)]),
    (
        "aws.protocols#httpChecksum",
        &[
            ("requestAlgorithmMember", Text, false),
            ("requestChecksumRequired", Boolean, false),
            ("requestValidationModeMember", Text, false),
            ("responseAlgorithms", Strings, false),
        ],
    ),
    ("smithy.api#deprecated", &[("message", Text, false), ("since", Text, false)]),
    ("smithy.api#mixin", &[("localTraits", Strings, false)]),
    (
        "smithy.api#paginated",
        &[("inputToken", Text, false), ("items", Text, false), ("outputToken", Text, false), ("pageSize", Text, false)],
    ),
    ("smithy.api#property", &[("name", Text, false)]),
    ("smithy.api#recommended", &[("reason", Text, false)]),
    ("smithy.api#requestCompression", &[("encodings", Strings, true)]),
    ("smithy.api#retryable", &[("throttling", Boolean, false)]),
    (
        "smithy.api#trait",
        &[
            ("breakingChanges", List, false),
            ("conflicts", Strings, false),
            ("selector", Text, false),
            ("structurallyExclusive", OneOf(&["member", "target"]), false),
        ],
    ),
    ("smithy.api#xmlNamespace", &[("uri", Text, true), ("prefix", Text, false)]),
    ("smithy.rules#contextParam", &[("name", Text, true)]),
];

/// The traits that are lists of objects, with the members of these.
const LISTS: &[(&str, &[Row])] = &[(
    "smithy.api#references",
    &[("resource", Text, true), ("ids", Object, false), ("rel", Text, false), ("service", Text, false)],
)];

/// The traits that are lists of strings.
const STRINGS: &[&str] = &["smithy.api#auth", "smithy.api#suppress", "smithy.api#tags"];

/// Reports traits of a shape and its members whose own members are absent or have the wrong form.
pub(super) fn check(shape: &Shape, report: &mut Report) {
    traits(shape, &shape.id, &shape.traits, report);
    for member in shape.kind.members() {
        traits(shape, &shape.id.member(&member.name), &member.traits, report);
    }
}

fn traits(shape: &Shape, place: &ShapeId, traits: &Traits, report: &mut Report) {
    let mut error = |id: &str, message: String| {
        let problem = report.error(format!("invalid value of the trait `{id}`: {message}"));
        problem.in_file(&shape.file).at(place).part(Part::Value(id.to_owned()));
    };
    for (id, value) in traits.iter() {
        // A value that is not an object is reported elsewhere.
        let rows = row(OBJECTS, id).filter(|_| number::is_object(value));
        if let Some(problem) = rows.and_then(|rows| of_object(rows, value)) {
            error(id, problem);
        }
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let in_list = row(LISTS, id).and_then(|rows| items.iter().find_map(|item| of_object(rows, item)));
        if let Some(problem) = in_list {
            error(id, problem);
        }
        if let Some(item) = items.iter().find(|item| STRINGS.contains(&id) && !item.is_string()) {
            error(id, format!("expected strings in the list, found {}", number::describe(item)));
        }
    }
}

fn row(table: &[(&str, &'static [Row])], id: &str) -> Option<&'static [Row]> {
    let index = table.binary_search_by(|(known, _)| (*known).cmp(id)).ok()?;
    table.get(index).map(|(_, rows)| *rows)
}

/// Returns the first problem of an object.
fn of_object(rows: &[Row], value: &Value) -> Option<String> {
    let Some(object) = value.as_object().filter(|_| number::is_object(value)) else {
        return Some(format!("expected an object, found {}", number::describe(value)));
    };
    rows.iter().find_map(|(name, form, is_required)| match object.get(*name) {
        Some(found) => (!form.fits(found))
            .then(|| format!("expected {} for `{name}`, found {}", form.describe(), number::describe(found))),
        None => is_required.then(|| format!("missing `{name}`")),
    })
}

impl Form {
    fn fits(self, value: &Value) -> bool {
        match self {
            Boolean => value.is_boolean(),
            List => value.is_array(),
            Strings => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Object => number::is_object(value),
            Text => value.is_string(),
            OneOf(strings) => value.as_str().is_some_and(|found| strings.contains(&found)),
        }
    }

    fn describe(self) -> String {
        match self {
            Boolean => "a boolean".to_owned(),
            List => "a list".to_owned(),
            Strings => "a list of strings".to_owned(),
            Object => "an object".to_owned(),
            Text => "a string".to_owned(),
            OneOf(strings) => format!("one of `{}`", strings.join("`, `")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        for table in [OBJECTS, LISTS] {
            assert!(table.is_sorted_by_key(|(id, _)| *id));
        }
    }
}
