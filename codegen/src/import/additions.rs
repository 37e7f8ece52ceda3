//! Additions to a model: names of enum members, and traits and unions that botocore's format does not contain. The
//! additions are read from a separate file.
//!
//! ```json
//! {
//!   "enumNames": { "DataRepositoryTaskType": { "EXPORT_TO_REPOSITORY": "EXPORT" } },
//!   "traits": { "DescribeFileCaches": { "smithy.api#paginated": { "items": "FileCaches" } } },
//!   "unions": ["AttributeValue"]
//! }
//! ```
//!
//! `unions` lists the structures that are unions but are not marked as such in botocore's files.
//!
//! Every addition must be necessary. An addition is reported as a problem if its shape or value no longer exists, or if
//! it does not change the result. This ensures that outdated additions are noticed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::object_reader::{ObjectReader, join};
use super::traits::{Names, is_identifier};
use super::{Log, Model, add_trait, enums};

/// Member names for some or all values of an enum.
#[derive(Debug, Default)]
pub(super) struct EnumNames<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> EnumNames<'a> {
    pub(super) fn get(&self, value: &str) -> Option<&'a str> {
        self.0.get(value).copied()
    }

    /// Returns all names that the additions contain for the enum.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.0.values().copied()
    }
}

/// The contents of the additions file.
#[derive(Debug, Default)]
pub(super) struct Additions<'a> {
    enum_names: BTreeMap<&'a str, EnumNames<'a>>,
    traits: Option<&'a Map<String, Value>>,
    unions: Vec<&'a str>,
}

impl<'a> Additions<'a> {
    /// Reads the file, if there is one.
    pub(super) fn read(value: Option<&'a Value>, log: &mut Log) -> Self {
        let Some(mut root) = value.and_then(|value| ObjectReader::open("additions", value, log)) else {
            return Self::default();
        };
        let (traits, unions) = (root.object("traits", log), root.strings("unions", log));
        let mut additions = Self { enum_names: BTreeMap::new(), traits, unions };
        if let Some(mut shapes) = root.nested("enumNames", log) {
            for shape in shapes.keys() {
                let Some(mut values) = shapes.nested(shape, log) else {
                    continue;
                };
                let mut names = BTreeMap::new();
                for value in values.keys() {
                    let Some(name) = values.str(value, log) else {
                        continue;
                    };
                    if !is_identifier(name) {
                        log.problem(
                            values.at(value),
                            format!("invalid name `{name}`; expected letters, digits and underscores"),
                        );
                    }
                    names.insert(value, name);
                }
                additions.enum_names.insert(shape, EnumNames(names));
            }
        }
        root.finish(log);
        additions
    }

    pub(super) fn enum_names(&self, shape: &str) -> Option<&EnumNames<'a>> {
        self.enum_names.get(shape)
    }

    /// Returns whether the `unions` list of the additions contains a structure.
    pub(super) fn is_union(&self, shape: &str) -> bool {
        self.unions.contains(&shape)
    }

    /// Adds the traits to the model. Reports additions that are no longer necessary or that do not match the source.
    pub(super) fn apply(&self, names: &Names, model: &mut Model, log: &mut Log) {
        for (shape, given) in &self.enum_names {
            let location = format!("additions.enumNames.{shape}");
            check_names(&location, given, model.members(&names.shape_id(shape)), log);
        }
        for shape in &self.unions {
            let kind = model.shape(&names.shape_id(shape)).and_then(|shape| shape.get("type")?.as_str());
            if kind != Some("union") {
                log.problem(format!("additions.unions.{shape}"), "structure not found");
            }
        }
        for (target, traits) in self.traits.into_iter().flatten() {
            let location = format!("additions.traits.{target}");
            let Some(holder) = model.holder(names, target) else {
                log.problem(location, "shape or member not found");
                continue;
            };
            let Some(traits) = traits.as_object() else {
                log.problem(location, "expected an object of traits");
                continue;
            };
            for (id, value) in traits {
                if holder.get("traits").and_then(|all| all.get(id)) == Some(value) {
                    let message = "the source contains the same trait; remove this entry";
                    log.problem(join(&location, id), message);
                }
                add_trait(holder, id, value.clone());
            }
        }
    }
}

fn check_names(location: &str, given: &EnumNames<'_>, members: Option<&Map<String, Value>>, log: &mut Log) {
    let Some(members) = members else {
        log.problem(location, "enum not found");
        return;
    };
    for (value, name) in &given.0 {
        let found = members.get(*name).and_then(|member| member.get("traits")?.get("smithy.api#enumValue")?.as_str());
        if found != Some(*value) {
            log.problem(join(location, value), "value not found in the enum");
        } else if enums::derive(value, 0) == **name {
            log.problem(join(location, value), "the derived name is the same; remove this entry");
        }
    }
}
