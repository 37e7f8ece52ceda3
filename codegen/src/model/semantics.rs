//! Checks the rules of Smithy about shapes as a whole, which its own loader enforces too.

mod http;

use std::collections::{BTreeMap, BTreeSet};

use super::{Member, Model, Shape, ShapeId, ShapeKind, Traits};
use crate::diagnostic::{Part, Report};

/// The types of numbers.
const NUMBERS: &[&str] =
    &["byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal", "intEnum"];

/// The types of strings.
const STRINGS: &[&str] = &["string", "enum"];

/// The shapes and members to which a trait may be applied.
#[derive(Clone, Copy)]
enum Place {
    /// On shapes of these types.
    Shapes(&'static [&'static str]),
    /// On shapes of these types and on members that target one.
    Types(&'static [&'static str]),
    /// On members of shapes of these types.
    MembersOf(&'static [&'static str]),
    /// On members of structures that target shapes of these types.
    Fields(&'static [&'static str]),
}

use Place::{Fields, MembersOf, Shapes, Types};

/// The traits whose place is checked. The others either apply to nearly all shapes, or are checked where they are read.
const PLACES: &[(&str, Place)] = &[
    ("aws.api#service", Shapes(&["service"])),
    ("aws.auth#sigv4", Shapes(&["service"])),
    ("aws.protocols#awsJson1_0", Shapes(&["service"])),
    ("aws.protocols#awsJson1_1", Shapes(&["service"])),
    ("aws.protocols#awsQuery", Shapes(&["service"])),
    ("aws.protocols#ec2Query", Shapes(&["service"])),
    ("aws.protocols#restJson1", Shapes(&["service"])),
    ("aws.protocols#restXml", Shapes(&["service"])),
    ("simba.api#endpointMember", Fields(&["string"])),
    ("simba.api#endpointNote", Shapes(&["service"])),
    ("simba.api#errorMessage", Fields(&["string"])),
    ("simba.api#formQuery", Shapes(&["operation"])),
    ("simba.api#presignWithoutContentType", Shapes(&["operation"])),
    ("simba.api#requestHeaders", Shapes(&["service", "operation"])),
    ("simba.api#treeHash", Shapes(&["operation"])),
    ("smithy.api#auth", Shapes(&["service", "operation"])),
    ("smithy.api#clientOptional", MembersOf(&["structure"])),
    ("smithy.api#cors", Shapes(&["service"])),
    ("smithy.api#endpoint", Shapes(&["operation"])),
    ("smithy.api#enum", Shapes(STRINGS)),
    ("smithy.api#enumValue", MembersOf(&["enum", "intEnum"])),
    ("smithy.api#error", Shapes(&["structure"])),
    ("smithy.api#eventHeader", MembersOf(&["structure"])),
    ("smithy.api#eventPayload", MembersOf(&["structure"])),
    ("smithy.api#examples", Shapes(&["operation"])),
    ("smithy.api#http", Shapes(&["operation"])),
    ("smithy.api#httpChecksumRequired", Shapes(&["operation"])),
    ("smithy.api#httpError", Shapes(&["structure"])),
    ("smithy.api#httpHeader", MembersOf(&["structure"])),
    ("smithy.api#httpLabel", MembersOf(&["structure"])),
    ("smithy.api#httpPayload", MembersOf(&["structure"])),
    ("smithy.api#httpPrefixHeaders", Fields(&["map"])),
    ("smithy.api#httpQuery", MembersOf(&["structure"])),
    ("smithy.api#httpQueryParams", Fields(&["map"])),
    ("smithy.api#httpResponseCode", Fields(&["integer", "intEnum"])),
    ("smithy.api#idempotent", Shapes(&["operation"])),
    ("smithy.api#input", Shapes(&["structure"])),
    ("smithy.api#jsonName", MembersOf(&["structure", "union"])),
    ("smithy.api#length", Types(&["string", "enum", "blob", "list", "map"])),
    ("smithy.api#optionalAuth", Shapes(&["operation"])),
    ("smithy.api#output", Shapes(&["structure"])),
    ("smithy.api#paginated", Shapes(&["service", "operation"])),
    ("smithy.api#pattern", Types(STRINGS)),
    ("smithy.api#range", Types(NUMBERS)),
    ("smithy.api#readonly", Shapes(&["operation"])),
    ("smithy.api#required", MembersOf(&["structure"])),
    ("smithy.api#retryable", Shapes(&["structure"])),
    ("smithy.api#sparse", Shapes(&["list", "map"])),
    ("smithy.api#streaming", Types(&["blob", "union"])),
    ("smithy.api#timestampFormat", Types(&["timestamp"])),
    ("smithy.api#uniqueItems", Shapes(&["list"])),
    ("smithy.api#xmlFlattened", MembersOf(&["structure", "union"])),
    ("smithy.protocols#rpcv2Cbor", Shapes(&["service"])),
    ("smithy.waiters#waitable", Shapes(&["operation"])),
];

/// Traits of which a shape or member has at most one.
const EXCLUSIVE: &[&[&str]] = &[
    &[
        "smithy.api#httpHeader",
        "smithy.api#httpLabel",
        "smithy.api#httpPayload",
        "smithy.api#httpPrefixHeaders",
        "smithy.api#httpQuery",
        "smithy.api#httpQueryParams",
        "smithy.api#httpResponseCode",
    ],
    &["smithy.api#eventHeader", "smithy.api#eventPayload"],
    &["smithy.api#idempotent", "smithy.api#readonly"],
    &["smithy.api#error", "smithy.api#input", "smithy.api#output"],
    &["simba.api#treeHash", "smithy.api#httpChecksumRequired"],
    &["simba.api#treeHash", "smithy.api#requestCompression"],
    &["simba.api#treeHash", "aws.auth#unsignedPayload"],
];

/// Traits that at most one member of a structure has.
const ONCE: &[&str] = &[
    "simba.api#endpointMember",
    "simba.api#errorMessage",
    "smithy.api#eventPayload",
    "smithy.api#httpPayload",
    "smithy.api#httpPrefixHeaders",
    "smithy.api#httpQueryParams",
    "smithy.api#httpResponseCode",
    "smithy.api#idempotencyToken",
];

/// Reports shapes that break a rule of Smithy.
pub(super) fn check(model: &Model, report: &mut Report) {
    http::check(model, report);
    let finite = finite(model);
    for shape in model.shapes.values() {
        traits(model, shape, None, report);
        for member in shape.kind.members() {
            traits(model, shape, Some(member), report);
        }
        once(shape, report);
        mixins(model, shape, report);
        // Structures without a finite value are reported when their Rust types are decided.
        let ShapeKind::Union(members) = &shape.kind else { continue };
        if members.is_empty() {
            report.error("the union has no members").in_file(&shape.file).at(&shape.id).help("add at least one");
        } else if !finite.contains(&shape.id) {
            let help = "add a member that does not contain the union, or use a list or map in between";
            let problem = report.error("the union has no finite value, since each of its members contains it");
            problem.in_file(&shape.file).at(&shape.id).help(help);
        }
    }
}

/// Reports traits that do not apply to a shape or member, or that cannot be combined.
fn traits(model: &Model, shape: &Shape, member: Option<&Member>, report: &mut Report) {
    let (id, traits) = match member {
        Some(member) => (shape.id.member(&member.name), &member.traits),
        None => (shape.id.clone(), &shape.traits),
    };
    for (name, _) in traits.iter() {
        let defined = ShapeId::parse(name).and_then(|name| model.get(&name));
        if defined.is_some_and(|found| found.id.namespace() != "smithy.api" && !found.traits.has("smithy.api#trait")) {
            let problem = report.error(format!("the shape `{name}` is not a trait"));
            let help = "add the trait `smithy.api#trait` to its definition, or remove it here";
            problem.in_file(&shape.file).at(&id).help(help).part(Part::Trait(name.to_owned()));
        }
        let Ok(row) = PLACES.binary_search_by(|(known, _)| (*known).cmp(name)) else { continue };
        let Some((_, place)) = PLACES.get(row) else { continue };
        if !place.contains(model, shape, member) {
            let found = member.map_or_else(|| shape.kind.type_name().to_owned(), |_| found(model, shape, member));
            let problem = report.error(format!("the trait `{name}` does not apply to this {found}"));
            problem.in_file(&shape.file).at(&id).help(place.describe()).part(Part::Trait(name.to_owned()));
        }
    }
    for group in EXCLUSIVE {
        let mut present = group.iter().filter(|name| traits.has(name));
        if let (Some(first), Some(second)) = (present.next(), present.next()) {
            let problem = report.error(format!("the traits `{first}` and `{second}` cannot be combined"));
            problem.in_file(&shape.file).at(&id).help("remove one of them").part(Part::Trait((*second).to_owned()));
        }
    }
}

/// Returns a description of a member, as in "does not apply to this …".
fn found(model: &Model, shape: &Shape, member: Option<&Member>) -> String {
    let target =
        member.and_then(|member| model.get(&member.target)).map_or("undefined", |target| target.kind.type_name());
    format!("{} member of type {target}", shape.kind.type_name())
}

impl Place {
    fn contains(self, model: &Model, shape: &Shape, member: Option<&Member>) -> bool {
        let own = shape.kind.type_name();
        // A target that does not exist is reported elsewhere.
        let targets = |types: &[&str], member: &Member| {
            model.get(&member.target).is_none_or(|target| types.contains(&target.kind.type_name()))
        };
        match (self, member) {
            (Shapes(types) | Types(types), None) => types.contains(&own),
            (Types(types), Some(member)) => targets(types, member),
            (MembersOf(types), Some(_)) => types.contains(&own),
            (Fields(types), Some(member)) => own == "structure" && targets(types, member),
            (Shapes(_), Some(_)) | (MembersOf(_) | Fields(_), None) => false,
        }
    }

    fn describe(self) -> String {
        let list = |types: &[&str]| format!("`{}`", types.join("`, `"));
        match self {
            Shapes(types) => format!("it applies to shapes of type {}", list(types)),
            Types(types) => format!("it applies to shapes of type {} and members that target them", list(types)),
            MembersOf(types) => format!("it applies to members of shapes of type {}", list(types)),
            Fields(types) => format!("it applies to members of structures that target {}", list(types)),
        }
    }
}

/// Reports traits that several members of a structure have.
fn once(shape: &Shape, report: &mut Report) {
    let ShapeKind::Structure(members) = &shape.kind else { return };
    for name in ONCE {
        let mut having = members.iter().filter(|member| member.traits.has(name));
        let (Some(first), Some(second)) = (having.next(), having.next()) else { continue };
        let message = format!("the trait `{name}` is already on the member `{}`", first.name);
        let problem = report.error(message).in_file(&shape.file).at(shape.id.member(&second.name));
        problem.help("only one member of a structure can have it").part(Part::Trait((*name).to_owned()));
    }
}

/// Reports references to mixins, which are only parts of other shapes.
fn mixins(model: &Model, shape: &Shape, report: &mut Report) {
    let is_mixin = |id: &ShapeId| model.get(id).is_some_and(|found| found.traits.has("smithy.api#mixin"));
    let mut found: Vec<(ShapeId, &ShapeId)> = Vec::new();
    for member in shape.kind.members().into_iter().filter(|member| is_mixin(&member.target)) {
        found.push((shape.id.member(&member.name), &member.target));
    }
    let references = shape.kind.references().into_iter();
    found.extend(references.filter(|id| is_mixin(id)).map(|id| (shape.id.clone(), id)));
    for (place, id) in found {
        let help = "define a shape `with` this mixin, and refer to that";
        let problem = report.error(format!("invalid reference to the mixin `{id}`"));
        problem.in_file(&shape.file).at(place).help(help).part(Part::Target);
    }
}

/// Returns the shapes that have a finite value: those that do not have to contain themselves.
fn finite(model: &Model) -> BTreeSet<&ShapeId> {
    let is_required = |traits: &Traits| traits.has("smithy.api#required");
    let mut waiting: BTreeMap<&ShapeId, Vec<&Shape>> = BTreeMap::new();
    let mut missing: BTreeMap<&ShapeId, usize> = BTreeMap::new();
    let mut done: Vec<&ShapeId> = Vec::new();
    for shape in model.shapes.values() {
        // An undefined target is reported elsewhere.
        let members = shape.kind.members().into_iter().filter(|member| model.get(&member.target).is_some());
        let needed: Vec<&Member> = match &shape.kind {
            ShapeKind::Structure(_) => members.filter(|member| is_required(&member.traits)).collect(),
            ShapeKind::Union(_) => members.collect(),
            ShapeKind::Simple(_)
            | ShapeKind::Enum(_)
            | ShapeKind::IntEnum(_)
            | ShapeKind::List(_)
            | ShapeKind::Map { .. }
            | ShapeKind::Operation(_)
            | ShapeKind::Resource(_)
            | ShapeKind::Service(_) => Vec::new(),
        };
        let is_union = matches!(shape.kind, ShapeKind::Union(_));
        match (is_union, needed.len()) {
            (_, 0) => done.push(&shape.id),
            // One member of a union is enough.
            (true, _) => _ = missing.insert(&shape.id, 1),
            (false, count) => _ = missing.insert(&shape.id, count),
        }
        needed.iter().for_each(|member| waiting.entry(&member.target).or_default().push(shape));
    }
    let mut finite = BTreeSet::new();
    while let Some(id) = done.pop() {
        if !finite.insert(id) {
            continue;
        }
        for shape in waiting.remove(id).unwrap_or_default() {
            let Some(count) = missing.get_mut(&shape.id) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                done.push(&shape.id);
            }
        }
    }
    finite
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_places_is_in_order() {
        for pair in PLACES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} and {}", pair[0].0, pair[1].0);
        }
    }
}
