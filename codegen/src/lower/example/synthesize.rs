//! Synthesizes example values: JSON that matches the type, enumeration, length, range and pattern of a shape.
//!
//! A shape always gets the same values, so that the generated documentation is reproducible.

mod pattern;

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::super::{Context, names};
use crate::{
    model::{Member, Operation, Shape, ShapeId, ShapeKind, Simple, Traits},
    number,
};
pub(super) use pattern::Patterns;

/// The depth beyond which optional structures are omitted from examples.
const DEEPEST: usize = 2;

/// The maximum depth of required structures.
const ENDLESS: usize = 24;

/// The maximum number of values in an example.
const MOST: usize = 2000;

/// The maximum number of optional members in a structure inside a response.
const SHOWN: usize = 5;

/// Generates values for the shapes of a model.
pub(super) struct ExampleGenerator<'c, 'm> {
    context: &'c Context<'m>,
    patterns: &'c Patterns,
    /// The members for page tokens and page sizes, which are omitted from examples.
    paging: Vec<&'m str>,
    /// The number of values that can still be added to the example. Without a limit, an example would grow
    /// exponentially if structures at each level require several other structures.
    left: Cell<usize>,
}

/// The purpose of a generated structure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A request. It contains the required members and, if there are fewer than two, an optional member that shows how
    /// to set one.
    Request,
    /// A response. It contains most members.
    Response,
    /// A structure inside a request. It contains the required members or, if there are none, one optional member.
    Part,
}

impl<'c, 'm> ExampleGenerator<'c, 'm> {
    /// Creates a generator for the examples of an operation.
    pub(super) fn new(context: &'c Context<'m>, patterns: &'c Patterns, operation: &'m Shape) -> Self {
        let own = operation.traits.get("smithy.api#paginated");
        let inherited = own.and(context.chosen.shape.traits.get("smithy.api#paginated"));
        let setting = |key| own.and_then(|own| own.get(key)).or_else(|| inherited?.get(key)).and_then(Value::as_str);
        let paging = ["inputToken", "outputToken", "pageSize"].into_iter().filter_map(setting).collect();
        Self { context, patterns, paging, left: Cell::new(0) }
    }

    /// Generates the body of a request.
    pub(super) fn request(&self, operation: &Operation) -> Option<Map<String, Value>> {
        self.body(&operation.input, Purpose::Request)
    }

    /// Generates the body of a response.
    pub(super) fn response(&self, operation: &Operation) -> Option<Map<String, Value>> {
        self.body(&operation.output, Purpose::Response)
    }

    fn body(&self, id: &ShapeId, purpose: Purpose) -> Option<Map<String, Value>> {
        if id.is_prelude("Unit") {
            return Some(Map::new());
        }
        let ShapeKind::Structure(members) = &self.context.shape(id)?.kind else { return None };
        self.left.set(MOST);
        self.structure(members, purpose, &[id])
    }

    fn structure(&self, members: &[Member], purpose: Purpose, within: &[&ShapeId]) -> Option<Map<String, Value>> {
        let mut made = Map::new();
        let required = members.iter().filter(|member| is_required(member)).count();
        let mut room = match purpose {
            Purpose::Request => usize::from(required < 2),
            Purpose::Response if within.len() == 1 => usize::MAX,
            Purpose::Response => SHOWN,
            Purpose::Part => usize::from(required == 0),
        };
        for member in members {
            let value = || self.member(member, purpose, within);
            if is_required(member) {
                made.insert(member.name.clone(), value()?);
            } else if room > 0
                && self.is_shown(member, purpose, within.len())
                && let Some(value) = value()
            {
                made.insert(member.name.clone(), value);
                room -= 1;
            }
        }
        Some(made)
    }

    /// Returns whether to include an optional member.
    fn is_shown(&self, member: &Member, purpose: Purpose, depth: usize) -> bool {
        let Some(target) = self.context.shape(&member.target) else { return false };
        let has = |id: &str| member.traits.has(id) || target.traits.has(id);
        let left_out = has("smithy.api#deprecated")
            || has("smithy.api#idempotencyToken")
            || has("smithy.api#internal")
            || self.paging.contains(&member.name.as_str());
        let plain = match &target.kind {
            ShapeKind::List(item) => {
                let item = self.context.shape(&item.target);
                item.is_some_and(|item| matches!(item.kind, ShapeKind::Simple(_) | ShapeKind::Enum(_)))
            }
            kind => matches!(kind, ShapeKind::Simple(_) | ShapeKind::Enum(_) | ShapeKind::IntEnum(_)),
        };
        !left_out && (plain || (purpose == Purpose::Response && depth <= DEEPEST))
    }

    fn member(&self, member: &Member, purpose: Purpose, within: &[&ShapeId]) -> Option<Value> {
        let inner = if purpose == Purpose::Response { Purpose::Response } else { Purpose::Part };
        self.value(&member.name, member, inner, within)
    }

    /// Generates a value for a member. `name` is used to choose a plausible value.
    fn value(&self, name: &str, member: &Member, purpose: Purpose, within: &[&ShapeId]) -> Option<Value> {
        self.left.set(self.left.get().checked_sub(1)?);
        let shape = self.context.shape(&member.target)?;
        let constraint = |id: &str| member.traits.get(id).or_else(|| shape.traits.get(id));
        match &shape.kind {
            ShapeKind::Simple(simple) => {
                if let Some(value) = legacy_enum(&shape.traits) {
                    return Some(value);
                }
                self.simple(*simple, name, &constraint)
            }
            ShapeKind::Enum(values) => {
                let value = values.iter().find(|value| !value.traits.has("smithy.api#deprecated"))?;
                Some(json!(value.traits.string("smithy.api#enumValue").unwrap_or(&value.name)))
            }
            ShapeKind::IntEnum(values) => values.first()?.traits.get("smithy.api#enumValue").cloned(),
            ShapeKind::List(item) => {
                let item = self.value(singular(name), item, purpose, &inside(within, &shape.id)?)?;
                Some(json!([item]))
            }
            ShapeKind::Map { key, value } => {
                let within = inside(within, &shape.id)?;
                let key = self.value("Key", key, purpose, &within)?;
                let value = self.value("Value", value, purpose, &within)?;
                Some(Value::Object(Map::from_iter([(key.as_str()?.to_owned(), value)])))
            }
            ShapeKind::Structure(members) => {
                self.structure(members, purpose, &inside(within, &shape.id)?).map(Value::Object)
            }
            ShapeKind::Union(members) => {
                let within = inside(within, &shape.id)?;
                let made = members.iter().find_map(|member| {
                    Some((member.name.clone(), self.value(&member.name, member, purpose, &within)?))
                })?;
                Some(Value::Object(Map::from_iter([made])))
            }
            ShapeKind::Operation(_) | ShapeKind::Resource(_) | ShapeKind::Service(_) => None,
        }
    }

    fn simple<'v>(&self, simple: Simple, name: &str, constraint: &dyn Fn(&str) -> Option<&'v Value>) -> Option<Value> {
        match simple {
            Simple::Boolean => Some(json!(true)),
            Simple::Byte | Simple::Short | Simple::Integer | Simple::Long | Simple::BigInteger => {
                let bound = |key: &str| constraint("smithy.api#range")?.get(key).and_then(number::integer);
                let least = bound("min").map_or(1, |least| least.max(1));
                Some(json!(bound("max").map_or(least, |most| least.min(most))))
            }
            Simple::Float | Simple::Double | Simple::BigDecimal => {
                let bound = |key: &str| constraint("smithy.api#range")?.get(key)?.as_f64();
                let least = bound("min").map_or(0.5, |least| least.max(0.5));
                Some(json!(bound("max").map_or(least, |most| least.min(most))))
            }
            // As in the traits for examples and tests, the content of a stream is not encoded as base64.
            Simple::Blob if constraint("smithy.api#streaming").is_some() => Some(json!("example")),
            Simple::Blob => Some(json!("ZXhhbXBsZQ==")),
            Simple::Document => Some(json!({"key": "value"})),
            Simple::Timestamp => Some(json!(1_767_225_600)),
            Simple::String => self.string(name, constraint).map(Value::String),
        }
    }

    fn string<'v>(&self, name: &str, constraint: &dyn Fn(&str) -> Option<&'v Value>) -> Option<String> {
        let bound = |key: &str| constraint("smithy.api#length")?.get(key)?.as_u64()?.try_into().ok();
        let (least, most) = (bound("min").unwrap_or(1), bound("max").unwrap_or(usize::MAX));
        let plausible = self.plausible(name);
        let fits = |text: &String| (least..=most).contains(&text.chars().count());
        // An unsupported pattern is ignored, since an example that may not match is more useful than none.
        match constraint("smithy.api#pattern").and_then(Value::as_str).and_then(|text| self.patterns.get(text)) {
            None => plausible.into_iter().find(fits).or_else(|| {
                let length = least.max(7.min(most));
                (length <= 256).then(|| "example-".chars().cycle().take(length).collect())
            }),
            Some(pattern) => plausible
                .into_iter()
                .find(|text| fits(text) && pattern.matches(text))
                .or_else(|| pattern.make(least..=most)),
        }
    }

    /// Returns plausible strings for a member with this name, with the best ones first.
    fn plausible(&self, name: &str) -> Vec<String> {
        let lower = name.to_ascii_lowercase();
        let is = |word: &str| lower.ends_with(word);
        let service = names::crate_name(self.context.chosen.shape.id.name());
        let service = self
            .context
            .chosen
            .shape
            .traits
            .get("aws.auth#sigv4")
            .and_then(|value| value.get("name"))
            .and_then(Value::as_str)
            .map_or(service, str::to_owned);
        let plausible: &[&str] = if is("arn") {
            return vec![
                format!("arn:aws:{service}:us-east-1:123456789012:example"),
                "arn:aws:iam::123456789012:role/example".to_owned(),
            ];
        } else if is("region") {
            &["us-east-1"]
        } else if is("accountid") || is("ownerid") {
            &["123456789012"]
        } else if is("url") || is("uri") || is("endpoint") {
            &["https://example.com", "s3://example-bucket/example/"]
        } else if is("description") || is("message") || is("comment") {
            &["An example"]
        } else if is("path") {
            &["/example"]
        } else if is("email") {
            &["user@example.com"]
        } else if is("domainname") || is("dnsname") || is("host") {
            &["example.com"]
        } else if is("bucket") || is("bucketname") {
            &["example-bucket"]
        } else {
            &["example"]
        };
        plausible.iter().map(|text| (*text).to_owned()).collect()
    }
}

/// Adds a shape to the shapes that contain a value. Returns `None` if the shape is already one of them, or if they are
/// nested too deeply.
fn inside<'s>(within: &[&'s ShapeId], id: &'s ShapeId) -> Option<Vec<&'s ShapeId>> {
    (within.len() < ENDLESS && !within.contains(&id)).then(|| within.iter().copied().chain([id]).collect())
}

fn is_required(member: &Member) -> bool {
    member.traits.has("smithy.api#required")
}

fn legacy_enum(traits: &Traits) -> Option<Value> {
    traits.get("smithy.api#enum")?.as_array()?.first()?.get("value").cloned()
}

/// Returns the name for the elements of a list: the name of the list without a final `s`.
fn singular(name: &str) -> &str {
    name.strip_suffix('s').filter(|rest| !rest.is_empty()).unwrap_or(name)
}
