//! The properties of shapes in the JSON AST.

/// The ID of the validation events that Smithy's loader reports.
pub(super) const MODEL: &str = "Model";

const RESOURCE: [&str; 11] = [
    "identifiers",
    "properties",
    "create",
    "put",
    "read",
    "update",
    "delete",
    "list",
    "operations",
    "collectionOperations",
    "resources",
];

/// Returns the properties that shapes of a type can have in addition to those of all shapes.
pub(in crate::model) fn properties(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "enum" | "intEnum" | "structure" | "union" => &["members"],
        "list" | "set" => &["member"],
        "map" => &["key", "value"],
        "operation" => &["input", "output", "errors"],
        "resource" => &RESOURCE,
        "service" => &["version", "operations", "resources", "errors", "rename"],
        _ => &[],
    }
}

/// Returns the message for a property that Smithy does not define.
pub(super) fn unknown_property(key: &str, of: &str) -> String {
    format!("the unknown property `{}` of this {of} is ignored", key.escape_debug())
}
