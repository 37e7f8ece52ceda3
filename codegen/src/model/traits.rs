//! Traits as they are written in the files, and the table of all known traits.

pub(crate) mod http;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::number;

/// The traits of a shape or member, by ID.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traits {
    values: BTreeMap<String, Value>,
    /// The traits of members that mixins will add.
    deferred: BTreeMap<String, Traits>,
}

impl Traits {
    /// Returns the value of a trait.
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.values.get(id)
    }

    /// Returns whether a trait is present.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.values.contains_key(id)
    }

    /// Returns the value of a trait, if it is a string.
    pub(crate) fn string(&self, id: &str) -> Option<&str> {
        self.get(id).and_then(Value::as_str)
    }

    /// Returns all traits, in the order of their IDs.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// Adds traits. Existing ones are replaced.
    pub(super) fn merge(&mut self, others: Self) {
        self.values.extend(others.values);
        for (member, traits) in others.deferred {
            self.deferred.entry(member).or_default().merge(traits);
        }
    }

    /// Adds the traits of another definition of the shape, or of an `apply` statement. Lists are concatenated, and
    /// other values have to be equal. Returns the IDs of traits whose values differ, which keep their first value.
    pub(super) fn combine(&mut self, others: &Self) -> Vec<String> {
        let values = others.values.iter().filter(|(id, value)| !self.add(id, (*value).clone()));
        values.map(|(id, _)| id.clone()).collect()
    }

    /// Adds a trait. If it is present, lists are concatenated, and other values have to be equal. Returns whether they
    /// are.
    pub(super) fn add(&mut self, id: &str, value: Value) -> bool {
        match (self.values.get_mut(id), value) {
            (None, value) => {
                self.values.insert(id.to_owned(), value);
                true
            }
            (Some(Value::Array(list)), Value::Array(more)) => {
                let added: Vec<Value> = more.into_iter().filter(|element| !list.contains(element)).collect();
                list.extend(added);
                true
            }
            (Some(known), value) => *known == value,
        }
    }

    /// Adds a trait, unless it is present.
    pub(super) fn set_default(&mut self, id: &str, value: Value) {
        self.values.entry(id.to_owned()).or_insert(value);
    }

    /// Returns the traits of a member that a mixin will add.
    pub(super) fn deferred(&mut self, member: &str) -> &mut Self {
        self.deferred.entry(member.to_owned()).or_default()
    }

    /// Removes and returns the traits of members that mixins add.
    pub(super) fn take_deferred(&mut self) -> BTreeMap<String, Self> {
        std::mem::take(&mut self.deferred)
    }
}

impl FromIterator<(String, Value)> for Traits {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(iter: I) -> Self {
        Self { values: iter.into_iter().collect(), deferred: BTreeMap::new() }
    }
}

/// How the generator treats a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// The generator reads it. The value must have this form.
    Read(Form),
    /// It selects a protocol, or only protocols read it: the table in `lower/protocol.rs` lists which. The value must
    /// have this form.
    Protocol(Form),
    /// It does not affect clients, for this reason.
    Ignored(&'static str),
}

/// The form of a trait's value, which is validated when a model is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An annotation trait: `{}`.
    Annotation,
    /// A string.
    Str,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A list.
    List,
    /// An object.
    Object,
    /// Any value.
    Any,
}

impl Form {
    /// Returns whether a value has this form.
    pub(crate) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Annotation | Self::Object => number::is_object(value),
            Self::Str => value.is_string(),
            Self::OneOf(strings) => value.as_str().is_some_and(|string| strings.contains(&string)),
            Self::List => value.is_array(),
            Self::Any => true,
        }
    }

    /// Returns a description of the form, as in "is not a string".
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Annotation => "an empty object".to_owned(),
            Self::Str => "a string".to_owned(),
            Self::OneOf(strings) => format!("one of `{}`", strings.join("`, `")),
            Self::List => "a list".to_owned(),
            Self::Object => "an object".to_owned(),
            Self::Any => "any value".to_owned(),
        }
    }

    /// Returns a description of a value that does not have this form: the string, if only some strings are valid.
    pub(crate) fn describe_found(self, value: &Value) -> String {
        match (self, value) {
            (Self::OneOf(_), Value::String(string)) => format!("{string:?}"),
            _ => number::describe(value).to_owned(),
        }
    }
}

use Form::{Annotation, Any, List, Object, OneOf, Str};
use Treatment::{Ignored, Protocol, Read};

const SERVER: &str = "used only by servers";
const TOOLS: &str = "used only by other tools";
const META: &str = "describes only the model itself";

/// Simba's trait for members that are in a `Box`.
///
/// It is intended for large structures that are rarely set, since responses would otherwise reserve, move and
/// initialize memory for each of them. The size of a structure never has this effect by itself, since the type of a
/// public field would then change when a nested structure grows.
pub(crate) const BOXED: &str = "simba.api#boxed";

/// Simba's trait for the member of an input that is the URL to which the request is sent.
pub(crate) const ENDPOINT_MEMBER: &str = "simba.api#endpointMember";

/// Simba's trait for operations whose query is sent as the body, as HTML forms are.
pub(crate) const FORM_QUERY: &str = "simba.api#formQuery";

/// All known traits, in the order of their IDs.
pub(crate) const KNOWN_TRAITS: &[(&str, Treatment)] = &[
    ("alloy#simpleRestJson", Protocol(Object)),
    ("aws.api#arn", Ignored(TOOLS)),
    ("aws.api#arnReference", Ignored(TOOLS)),
    ("aws.api#awsChunked", Ignored("the content encoding `aws-chunked` is not supported")),
    ("aws.api#clientDiscoveredEndpoint", Read(Object)),
    ("aws.api#clientEndpointDiscovery", Ignored("endpoint discovery is not supported; the regional endpoint is used")),
    (
        "aws.api#clientEndpointDiscoveryId",
        Ignored("endpoint discovery is not supported; the regional endpoint is used"),
    ),
    ("aws.api#controlPlane", Ignored(META)),
    ("aws.api#data", Ignored(TOOLS)),
    ("aws.api#dataPlane", Ignored(META)),
    ("aws.api#service", Read(Object)),
    ("aws.api#tagEnabled", Ignored(TOOLS)),
    ("aws.api#taggable", Ignored(TOOLS)),
    ("aws.apigateway#apiKeySource", Ignored(SERVER)),
    ("aws.apigateway#authorizer", Ignored(SERVER)),
    ("aws.apigateway#authorizers", Ignored(SERVER)),
    ("aws.apigateway#integration", Ignored(SERVER)),
    ("aws.apigateway#mockIntegration", Ignored(SERVER)),
    ("aws.apigateway#requestValidator", Ignored(SERVER)),
    ("aws.auth#cognitoUserPools", Ignored("clients support only SigV4, SigV4a and HTTP authentication schemes")),
    ("aws.auth#cognitoUserPoolsScopes", Ignored("clients support only SigV4, SigV4a and HTTP authentication schemes")),
    ("aws.auth#sigv4", Read(Object)),
    ("aws.auth#sigv4a", Read(Object)),
    ("aws.auth#unsignedPayload", Read(Annotation)),
    ("aws.cloudformation#cfnAdditionalIdentifier", Ignored(TOOLS)),
    ("aws.cloudformation#cfnDefaultValue", Ignored(TOOLS)),
    ("aws.cloudformation#cfnExcludeProperty", Ignored(TOOLS)),
    ("aws.cloudformation#cfnMutability", Ignored(TOOLS)),
    ("aws.cloudformation#cfnName", Ignored(TOOLS)),
    ("aws.cloudformation#cfnResource", Ignored(TOOLS)),
    ("aws.customizations#s3UnwrappedXmlOutput", Protocol(Annotation)),
    ("aws.endpoints#dualStackOnlyEndpoints", Ignored("already included in the endpoint rules")),
    ("aws.endpoints#endpointsModifier", Ignored(META)),
    ("aws.endpoints#rulesBasedEndpoints", Ignored("already included in the endpoint rules")),
    ("aws.endpoints#standardPartitionalEndpoints", Ignored("already included in the endpoint rules")),
    ("aws.endpoints#standardRegionalEndpoints", Ignored("already included in the endpoint rules")),
    ("aws.iam#actionName", Ignored(TOOLS)),
    ("aws.iam#actionPermissionDescription", Ignored(TOOLS)),
    ("aws.iam#conditionKeyValue", Ignored(TOOLS)),
    ("aws.iam#conditionKeys", Ignored(TOOLS)),
    ("aws.iam#defineConditionKeys", Ignored(TOOLS)),
    ("aws.iam#disableConditionKeyInference", Ignored(TOOLS)),
    ("aws.iam#iamAction", Ignored(TOOLS)),
    ("aws.iam#iamResource", Ignored(TOOLS)),
    ("aws.iam#requiredActions", Ignored(TOOLS)),
    ("aws.iam#serviceResolvedConditionKeys", Ignored(TOOLS)),
    ("aws.iam#supportedPrincipalTypes", Ignored(TOOLS)),
    ("aws.protocols#awsJson1_0", Protocol(Object)),
    ("aws.protocols#awsJson1_1", Protocol(Object)),
    ("aws.protocols#awsQuery", Protocol(Object)),
    ("aws.protocols#awsQueryCompatible", Protocol(Annotation)),
    ("aws.protocols#awsQueryError", Protocol(Object)),
    ("aws.protocols#ec2Query", Protocol(Object)),
    ("aws.protocols#ec2QueryName", Protocol(Str)),
    ("aws.protocols#httpChecksum", Read(Object)),
    ("aws.protocols#restJson1", Protocol(Object)),
    ("aws.protocols#restXml", Protocol(Object)),
    (BOXED, Read(Annotation)),
    (ENDPOINT_MEMBER, Read(Annotation)),
    ("simba.api#endpointNote", Read(Str)),
    ("simba.api#errorMessage", Read(Annotation)),
    (FORM_QUERY, Protocol(Annotation)),
    ("simba.api#presignedGet", Read(Annotation)),
    ("simba.api#requestHeaders", Read(Object)),
    ("simba.api#retry", Read(Object)),
    ("simba.api#targetPrefix", Read(Str)),
    ("simba.api#treeHash", Read(Annotation)),
    ("simba.api#waiterArguments", Read(Object)),
    ("smithy.ai#prompts", Ignored(TOOLS)),
    ("smithy.api#addedDefault", Read(Annotation)),
    ("smithy.api#auth", Read(List)),
    ("smithy.api#authDefinition", Ignored(META)),
    ("smithy.api#box", Read(Annotation)),
    ("smithy.api#clientOptional", Ignored("required members are always constructor arguments")),
    ("smithy.api#cors", Ignored(SERVER)),
    ("smithy.api#default", Read(Any)),
    ("smithy.api#deprecated", Read(Object)),
    ("smithy.api#documentation", Read(Str)),
    ("smithy.api#endpoint", Read(Object)),
    ("smithy.api#enum", Read(List)),
    ("smithy.api#enumValue", Read(Any)),
    ("smithy.api#error", Read(Str)),
    ("smithy.api#eventHeader", Read(Annotation)),
    ("smithy.api#eventPayload", Read(Annotation)),
    ("smithy.api#examples", Read(List)),
    ("smithy.api#externalDocumentation", Read(Object)),
    ("smithy.api#hostLabel", Read(Annotation)),
    ("smithy.api#http", Protocol(Object)),
    ("smithy.api#httpApiKeyAuth", Read(Object)),
    ("smithy.api#httpBasicAuth", Read(Annotation)),
    ("smithy.api#httpBearerAuth", Read(Annotation)),
    ("smithy.api#httpChecksumRequired", Read(Annotation)),
    ("smithy.api#httpDigestAuth", Ignored("clients do not support digest authentication")),
    ("smithy.api#httpError", Ignored("the status is read from the response")),
    ("smithy.api#httpHeader", Protocol(Str)),
    ("smithy.api#httpLabel", Protocol(Annotation)),
    ("smithy.api#httpPayload", Protocol(Annotation)),
    ("smithy.api#httpPrefixHeaders", Protocol(Str)),
    ("smithy.api#httpQuery", Protocol(Str)),
    ("smithy.api#httpQueryParams", Protocol(Annotation)),
    ("smithy.api#httpResponseCode", Protocol(Annotation)),
    ("smithy.api#idRef", Ignored(META)),
    ("smithy.api#idempotencyToken", Read(Annotation)),
    ("smithy.api#idempotent", Read(Annotation)),
    ("smithy.api#input", Read(Annotation)),
    ("smithy.api#internal", Read(Annotation)),
    ("smithy.api#jsonName", Protocol(Str)),
    ("smithy.api#length", Read(Object)),
    ("smithy.api#longPoll", Read(Object)),
    ("smithy.api#mediaType", Protocol(Str)),
    ("smithy.api#metadata", Ignored(META)),
    ("smithy.api#mixin", Ignored("mixins are flattened when a model is loaded")),
    ("smithy.api#nestedProperties", Ignored(META)),
    ("smithy.api#noReplace", Ignored(META)),
    ("smithy.api#notProperty", Ignored(META)),
    ("smithy.api#optionalAuth", Read(Annotation)),
    ("smithy.api#output", Ignored("outputs of a single operation are recognized without it")),
    ("smithy.api#paginated", Read(Object)),
    ("smithy.api#pattern", Read(Str)),
    ("smithy.api#private", Ignored(META)),
    ("smithy.api#property", Ignored(META)),
    ("smithy.api#protocolDefinition", Ignored(META)),
    ("smithy.api#range", Read(Object)),
    ("smithy.api#readonly", Read(Annotation)),
    ("smithy.api#recommended", Read(Any)),
    ("smithy.api#references", Ignored(META)),
    ("smithy.api#requestCompression", Read(Object)),
    ("smithy.api#required", Read(Annotation)),
    ("smithy.api#requiresLength", Read(Annotation)),
    ("smithy.api#resourceIdentifier", Ignored(META)),
    ("smithy.api#retryable", Read(Object)),
    ("smithy.api#sensitive", Read(Annotation)),
    ("smithy.api#since", Read(Str)),
    ("smithy.api#sparse", Read(Annotation)),
    ("smithy.api#streaming", Read(Annotation)),
    ("smithy.api#suppress", Ignored(META)),
    ("smithy.api#synthetic", Ignored(META)),
    ("smithy.api#tags", Ignored(META)),
    ("smithy.api#timestampFormat", Read(OneOf(&["date-time", "epoch-seconds", "http-date"]))),
    ("smithy.api#title", Read(Str)),
    ("smithy.api#trait", Ignored(META)),
    ("smithy.api#traitValidators", Ignored(META)),
    ("smithy.api#uniqueItems", Read(Annotation)),
    ("smithy.api#unitType", Ignored(META)),
    ("smithy.api#unstable", Read(Annotation)),
    ("smithy.api#xmlAttribute", Protocol(Annotation)),
    ("smithy.api#xmlFlattened", Protocol(Annotation)),
    ("smithy.api#xmlName", Protocol(Str)),
    ("smithy.api#xmlNamespace", Protocol(Object)),
    ("smithy.contracts#conditions", Ignored(SERVER)),
    ("smithy.mqtt#mqttJson", Ignored("clients support only HTTP")),
    ("smithy.mqtt#publish", Ignored("clients support only HTTP")),
    ("smithy.mqtt#subscribe", Ignored("clients support only HTTP")),
    ("smithy.mqtt#topicLabel", Ignored("clients support only HTTP")),
    ("smithy.openapi#specificationExtension", Ignored(TOOLS)),
    ("smithy.protocols#rpcv2Cbor", Protocol(Object)),
    ("smithy.protocols#rpcv2Json", Protocol(Object)),
    ("smithy.rules#clientContextParams", Read(Object)),
    ("smithy.rules#contextParam", Read(Object)),
    ("smithy.rules#endpointBdd", Read(Object)),
    ("smithy.rules#endpointRuleSet", Read(Object)),
    ("smithy.rules#endpointTests", Read(Object)),
    ("smithy.rules#operationContextParams", Read(Object)),
    ("smithy.rules#staticContextParams", Read(Object)),
    ("smithy.test#eventStreamTests", Read(List)),
    ("smithy.test#httpMalformedRequestTests", Read(List)),
    ("smithy.test#httpRequestTests", Read(List)),
    ("smithy.test#httpResponseTests", Read(List)),
    ("smithy.test#smokeTests", Ignored("smoke tests require the real service")),
    ("smithy.waiters#waitable", Read(Object)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_has_no_trait_twice() {
        for pair in KNOWN_TRAITS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} is not before {}", pair[0].0, pair[1].0);
        }
    }
}
