//! Checks that traits are applied only to shapes, members and targets of the correct types.

use crate::model::{Member, Model, Shape, ShapeKind};

/// The numeric types.
pub(super) const NUMBERS: &[&str] =
    &["byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal", "intEnum"];

/// The types of values that can be in a path, a query string or a header.
const SCALARS: &[&str] = &[
    "boolean",
    "byte",
    "short",
    "integer",
    "long",
    "float",
    "double",
    "bigInteger",
    "bigDecimal",
    "intEnum",
    "string",
    "enum",
    "timestamp",
];

/// The types that are strings.
const STRINGS: &[&str] = &["string", "enum"];

/// The types of shapes that can have an XML namespace: services and all data types.
const WITH_NAMESPACE: &[&str] = &[
    "service",
    "blob",
    "boolean",
    "string",
    "enum",
    "byte",
    "short",
    "integer",
    "intEnum",
    "long",
    "float",
    "double",
    "bigInteger",
    "bigDecimal",
    "timestamp",
    "document",
    "list",
    "map",
    "structure",
    "union",
];

/// The data types.
const DATA: &[&str] = WITH_NAMESPACE.split_at(1).1;

/// The shapes or members to which a trait can be applied.
#[derive(Clone, Copy)]
pub(super) enum AppliesTo {
    /// Shapes of these types.
    Shapes(&'static [&'static str]),
    /// Shapes of these types, and members that target such a shape.
    Types(&'static [&'static str]),
    /// Shapes of these types, and all members.
    ShapesOrMembers(&'static [&'static str]),
    /// Shapes of these types. Smithy 1.0 also allows the trait on members, which is checked in `companions.rs`.
    ShapesNotMembers(&'static [&'static str]),
    /// Members of shapes of these types.
    MembersOf(&'static [&'static str]),
    /// Members that belong to shapes of these types and target a list or map.
    CollectionsOf(&'static [&'static str]),
    /// Structure members that target shapes of these types.
    Fields(&'static [&'static str]),
    /// Structure members that target shapes of these types, or lists of them.
    FieldsOrLists(&'static [&'static str]),
    /// Structure members that target maps with values of these types.
    Maps(&'static [&'static str]),
    /// Structure members that target maps whose values have these types, or are lists of them.
    MapsOrLists(&'static [&'static str]),
}

use AppliesTo::{
    CollectionsOf, Fields, FieldsOrLists, Maps, MapsOrLists, MembersOf, Shapes, ShapesNotMembers, ShapesOrMembers,
    Types,
};

/// The traits that this module checks. All other traits can be applied to nearly all shapes, or are checked where they
/// are read.
pub(super) const TRAIT_TARGETS: &[(&str, AppliesTo)] = &[
    ("aws.api#arn", Shapes(&["resource"])),
    ("aws.api#arnReference", Types(STRINGS)),
    ("aws.api#clientDiscoveredEndpoint", Shapes(&["operation"])),
    ("aws.api#clientEndpointDiscovery", Shapes(&["service"])),
    ("aws.api#controlPlane", Shapes(&["service", "resource", "operation"])),
    ("aws.api#data", ShapesOrMembers(DATA)),
    ("aws.api#dataPlane", Shapes(&["service", "resource", "operation"])),
    ("aws.api#service", Shapes(&["service"])),
    ("aws.api#tagEnabled", Shapes(&["service"])),
    ("aws.api#taggable", Shapes(&["resource"])),
    ("aws.auth#cognitoUserPools", Shapes(&["service"])),
    ("aws.auth#cognitoUserPoolsScopes", Shapes(&["operation"])),
    ("aws.auth#sigv4", Shapes(&["service"])),
    ("aws.auth#sigv4a", Shapes(&["service"])),
    ("aws.auth#unsignedPayload", Shapes(&["operation"])),
    ("aws.customizations#s3UnwrappedXmlOutput", Shapes(&["operation"])),
    ("aws.endpoints#dualStackOnlyEndpoints", Shapes(&["service"])),
    ("aws.endpoints#endpointsModifier", Shapes(&["structure"])),
    ("aws.endpoints#rulesBasedEndpoints", Shapes(&["service"])),
    ("aws.endpoints#standardPartitionalEndpoints", Shapes(&["service"])),
    ("aws.endpoints#standardRegionalEndpoints", Shapes(&["service"])),
    ("aws.protocols#awsJson1_0", Shapes(&["service"])),
    ("aws.protocols#awsJson1_1", Shapes(&["service"])),
    ("aws.protocols#awsQuery", Shapes(&["service"])),
    ("aws.protocols#awsQueryCompatible", Shapes(&["service"])),
    ("aws.protocols#awsQueryError", Shapes(&["structure"])),
    ("aws.protocols#ec2Query", Shapes(&["service"])),
    ("aws.protocols#ec2QueryName", MembersOf(&["structure"])),
    ("aws.protocols#httpChecksum", Shapes(&["operation"])),
    ("aws.protocols#restJson1", Shapes(&["service"])),
    ("aws.protocols#restXml", Shapes(&["service"])),
    ("simba.api#endpointMember", Fields(&["string"])),
    ("simba.api#endpointNote", Shapes(&["service"])),
    ("simba.api#errorMessage", Fields(&["string"])),
    ("simba.api#formQuery", Shapes(&["operation"])),
    ("simba.api#presignedGet", Shapes(&["operation"])),
    ("simba.api#requestHeaders", Shapes(&["service", "operation"])),
    ("simba.api#treeHash", Shapes(&["operation"])),
    ("smithy.api#addedDefault", MembersOf(&["structure"])),
    ("smithy.api#auth", Shapes(&["service", "operation"])),
    ("smithy.api#authDefinition", Shapes(&["structure"])),
    ("smithy.api#clientOptional", MembersOf(&["structure"])),
    ("smithy.api#cors", Shapes(&["service"])),
    ("smithy.api#endpoint", Shapes(&["operation"])),
    ("smithy.api#enum", Shapes(&["string"])),
    ("smithy.api#enumValue", MembersOf(&["enum", "intEnum"])),
    ("smithy.api#error", Shapes(&["structure"])),
    (
        "smithy.api#eventHeader",
        Fields(&["boolean", "byte", "short", "integer", "intEnum", "long", "blob", "string", "enum", "timestamp"]),
    ),
    ("smithy.api#eventPayload", Fields(&["blob", "string", "enum", "structure", "union"])),
    ("smithy.api#examples", Shapes(&["operation"])),
    ("smithy.api#http", Shapes(&["operation"])),
    ("smithy.api#httpApiKeyAuth", Shapes(&["service"])),
    ("smithy.api#httpBasicAuth", Shapes(&["service"])),
    ("smithy.api#httpBearerAuth", Shapes(&["service"])),
    ("smithy.api#httpChecksumRequired", Shapes(&["operation"])),
    ("smithy.api#httpDigestAuth", Shapes(&["service"])),
    ("smithy.api#httpError", Shapes(&["structure"])),
    ("smithy.api#httpHeader", FieldsOrLists(SCALARS)),
    ("smithy.api#httpLabel", Fields(SCALARS)),
    ("smithy.api#httpPayload", MembersOf(&["structure"])),
    ("smithy.api#httpPrefixHeaders", Maps(STRINGS)),
    ("smithy.api#httpQuery", FieldsOrLists(SCALARS)),
    ("smithy.api#httpQueryParams", MapsOrLists(STRINGS)),
    ("smithy.api#httpResponseCode", Fields(&["integer", "intEnum"])),
    ("smithy.api#idRef", Types(STRINGS)),
    ("smithy.api#idempotent", Shapes(&["operation"])),
    ("smithy.api#input", Shapes(&["structure"])),
    ("smithy.api#jsonName", MembersOf(&["structure", "union"])),
    ("smithy.api#length", Types(&["string", "enum", "blob", "list", "map"])),
    ("smithy.api#longPoll", Shapes(&["operation"])),
    ("smithy.api#mediaType", ShapesNotMembers(&["blob", "string", "enum"])),
    ("smithy.api#nestedProperties", Fields(&["structure"])),
    ("smithy.api#noReplace", Shapes(&["resource"])),
    ("smithy.api#optionalAuth", Shapes(&["operation"])),
    ("smithy.api#output", Shapes(&["structure"])),
    ("smithy.api#paginated", Shapes(&["service", "operation"])),
    ("smithy.api#pattern", Types(STRINGS)),
    ("smithy.api#property", MembersOf(&["structure"])),
    ("smithy.api#protocolDefinition", Shapes(&["structure"])),
    ("smithy.api#range", Types(NUMBERS)),
    ("smithy.api#readonly", Shapes(&["operation"])),
    ("smithy.api#recommended", MembersOf(&["structure"])),
    ("smithy.api#references", Shapes(&["structure", "string", "enum"])),
    ("smithy.api#requestCompression", Shapes(&["operation"])),
    ("smithy.api#required", MembersOf(&["structure"])),
    ("smithy.api#requiresLength", Shapes(&["blob"])),
    ("smithy.api#resourceIdentifier", Fields(STRINGS)),
    ("smithy.api#retryable", Shapes(&["structure"])),
    ("smithy.api#sensitive", ShapesNotMembers(DATA)),
    ("smithy.api#sparse", Shapes(&["list", "map"])),
    ("smithy.api#streaming", Types(&["blob", "union"])),
    ("smithy.api#timestampFormat", Types(&["timestamp"])),
    ("smithy.api#trait", Shapes(DATA)),
    ("smithy.api#uniqueItems", Shapes(&["list"])),
    ("smithy.api#xmlAttribute", Fields(SCALARS)),
    ("smithy.api#xmlFlattened", CollectionsOf(&["structure", "union"])),
    ("smithy.api#xmlName", ShapesOrMembers(&["structure", "union"])),
    ("smithy.api#xmlNamespace", ShapesOrMembers(WITH_NAMESPACE)),
    ("smithy.protocols#rpcv2Cbor", Shapes(&["service"])),
    ("smithy.protocols#rpcv2Json", Shapes(&["service"])),
    ("smithy.rules#clientContextParams", Shapes(&["service"])),
    ("smithy.rules#contextParam", MembersOf(&["structure"])),
    ("smithy.rules#endpointBdd", Shapes(&["service"])),
    ("smithy.rules#endpointRuleSet", Shapes(&["service"])),
    ("smithy.rules#endpointTests", Shapes(&["service"])),
    ("smithy.rules#operationContextParams", Shapes(&["operation"])),
    ("smithy.rules#staticContextParams", Shapes(&["operation"])),
    ("smithy.test#eventStreamTests", Shapes(&["operation"])),
    ("smithy.test#httpMalformedRequestTests", Shapes(&["operation"])),
    ("smithy.test#httpRequestTests", Shapes(&["operation"])),
    ("smithy.test#httpResponseTests", Shapes(&["operation", "structure"])),
    ("smithy.waiters#waitable", Shapes(&["operation"])),
];

impl AppliesTo {
    pub(super) fn contains(self, model: &Model, shape: &Shape, member: Option<&Member>) -> bool {
        let own = shape.kind.type_name();
        // A target that does not exist is reported elsewhere.
        let targets = |types: &[&str], member: &Member| {
            model.get(&member.target).is_none_or(|target| types.contains(&target.kind.type_name()))
        };
        let targets_or_lists =
            |types: &[&str], member: &Member| match model.get(&member.target).map(|target| &target.kind) {
                Some(ShapeKind::List(element)) => targets(types, element),
                _ => targets(types, member),
            };
        let map = |member: &Member, fits: &dyn Fn(&Member) -> bool| match model.get(&member.target) {
            Some(Shape { kind: ShapeKind::Map { value, .. }, .. }) => fits(value),
            found => found.is_none(),
        };
        match (self, member) {
            (Shapes(types) | ShapesOrMembers(types) | ShapesNotMembers(types) | Types(types), None) => {
                types.contains(&own)
            }
            (ShapesOrMembers(_) | ShapesNotMembers(_), Some(_)) => true,
            (Types(types), Some(member)) => targets(types, member),
            (MembersOf(types), Some(_)) => types.contains(&own),
            (CollectionsOf(types), Some(member)) => types.contains(&own) && targets(&["list", "map"], member),
            (Fields(types), Some(member)) => own == "structure" && targets(types, member),
            (FieldsOrLists(types), Some(member)) => own == "structure" && targets_or_lists(types, member),
            (Maps(types), Some(member)) => own == "structure" && map(member, &|value| targets(types, value)),
            (MapsOrLists(types), Some(member)) => {
                own == "structure" && map(member, &|value| targets_or_lists(types, value))
            }
            (Shapes(_), Some(_))
            | (MembersOf(_) | CollectionsOf(_) | Fields(_) | FieldsOrLists(_) | Maps(_) | MapsOrLists(_), None) => {
                false
            }
        }
    }

    pub(super) fn describe(self) -> String {
        let list = |types: &[&str]| match types {
            [first @ .., last] if !first.is_empty() => format!("`{}` or `{last}`", first.join("`, `")),
            types => format!("`{}`", types.concat()),
        };
        match self {
            Shapes(types) | ShapesNotMembers(types) => format!("it applies to shapes of type {}", list(types)),
            Types(types) => format!("it applies to shapes of type {}, and to members that target one", list(types)),
            ShapesOrMembers(types) => format!("it applies to shapes of type {}, and to members", list(types)),
            MembersOf(types) => format!("it applies to members of shapes of type {}", list(types)),
            CollectionsOf(types) => {
                format!("it applies to members of shapes of type {} that target a list or map", list(types))
            }
            Fields(types) => format!("it applies to structure members that target {}", list(types)),
            FieldsOrLists(types) => {
                format!("it applies to structure members that target {}, or a list of these", list(types))
            }
            Maps(types) => {
                format!("it applies to structure members that target a map whose values are of type {}", list(types))
            }
            MapsOrLists(types) => {
                format!(
                    "it applies to structure members that target a map whose values are of type {}, or lists of such values",
                    list(types)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        for pair in TRAIT_TARGETS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} and {}", pair[0].0, pair[1].0);
        }
    }
}
