//! Traits as they stand in the file, and the table of all traits that this generator knows.

use std::collections::BTreeMap;

use serde_json::Value;

/// The traits of a shape or member, by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traits {
    values: BTreeMap<String, Value>,
    /// Traits applied to members that a mixin brings later.
    deferred: BTreeMap<String, Vec<(String, Value)>>,
}

impl Traits {
    /// The value of a trait.
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.values.get(id)
    }

    /// Whether a trait is present.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.values.contains_key(id)
    }

    /// The text of a trait whose value is one.
    pub(crate) fn text(&self, id: &str) -> Option<&str> {
        self.get(id).and_then(Value::as_str)
    }

    /// All of them, in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// Adds traits; those that are there already are replaced.
    pub(super) fn merge(&mut self, others: Self) {
        self.values.extend(others.values);
        for (member, traits) in others.deferred {
            self.deferred.entry(member).or_default().extend(traits);
        }
    }

    /// Keeps traits for a member that flattening will bring.
    pub(super) fn defer(&mut self, member: &str, traits: Self) {
        self.deferred.entry(member.to_owned()).or_default().extend(traits.values);
    }

    /// Gives back what [`Traits::defer`] kept.
    pub(super) fn take_deferred(&mut self) -> Vec<(String, Self)> {
        std::mem::take(&mut self.deferred)
            .into_iter()
            .map(|(name, traits)| (name, traits.into_iter().collect()))
            .collect()
    }
}

impl FromIterator<(String, Value)> for Traits {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(iter: I) -> Self {
        Self { values: iter.into_iter().collect(), deferred: BTreeMap::new() }
    }
}

/// What the generator does with a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Lowering reads it; its value has to be of this form.
    Read(Form),
    /// It changes nothing in a client of the protocols at hand, for this reason.
    Ignored(&'static str),
}

/// The form of a trait's value, as far as it is checked on loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `{}`.
    Mark,
    /// A text.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list.
    List,
    /// An object.
    Object,
    /// Anything.
    Any,
}

impl Form {
    /// Whether a value is of this form.
    pub(crate) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Mark | Self::Object => value.is_object(),
            Self::Text => value.is_string(),
            Self::OneOf(texts) => value.as_str().is_some_and(|text| texts.contains(&text)),
            Self::List => value.is_array(),
            Self::Any => true,
        }
    }

    /// The form in words.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Mark => "an empty object".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::OneOf(texts) => format!("one of `{}`", texts.join("`, `")),
            Self::List => "a list".to_owned(),
            Self::Object => "an object".to_owned(),
            Self::Any => "any value".to_owned(),
        }
    }
}

use Form::{Any, List, Mark, Object, OneOf, Text};
use Treatment::{Ignored, Read};

const HTTP: &str = "the awsJson protocols ignore HTTP bindings";
const XML: &str = "only the XML protocols read it";
const SERVER: &str = "it is about servers";
const TOOLS: &str = "it is for other tools";
const META: &str = "it is about the model itself";

/// Ours, on a member: it stands in a `Box`. For structures that are large and mostly absent, since room for each of them
/// in every answer is memory that is moved and cleared for nothing. This is never decided by size: the type of a public
/// field would change because a structure far away has grown.
pub(crate) const BOXED: &str = "simba.api#boxed";

/// Every trait that is known, in the order of the ids.
pub(crate) const KNOWN_TRAITS: &[(&str, Treatment)] = &[
    ("aws.api#arn", Ignored(TOOLS)),
    ("aws.api#arnReference", Ignored(TOOLS)),
    ("aws.api#clientDiscoveredEndpoint", Ignored("endpoint discovery is optional; the regional endpoint serves it")),
    ("aws.api#clientEndpointDiscovery", Ignored("endpoint discovery is optional; the regional endpoint serves it")),
    ("aws.api#clientEndpointDiscoveryId", Ignored("endpoint discovery is optional; the regional endpoint serves it")),
    ("aws.api#controlPlane", Ignored(META)),
    ("aws.api#data", Ignored(TOOLS)),
    ("aws.api#dataPlane", Ignored(META)),
    ("aws.api#service", Read(Object)),
    ("aws.api#tagEnabled", Ignored(TOOLS)),
    ("aws.api#taggable", Ignored(TOOLS)),
    ("aws.auth#cognitoUserPools", Ignored("a client signs with SigV4 or not at all")),
    ("aws.auth#sigv4", Read(Object)),
    ("aws.auth#sigv4a", Ignored("SigV4 is offered beside it")),
    ("aws.auth#unsignedPayload", Ignored("signing the payload is always accepted")),
    ("aws.cloudformation#cfnAdditionalIdentifier", Ignored(TOOLS)),
    ("aws.cloudformation#cfnDefaultValue", Ignored(TOOLS)),
    ("aws.cloudformation#cfnExcludeProperty", Ignored(TOOLS)),
    ("aws.cloudformation#cfnMutability", Ignored(TOOLS)),
    ("aws.cloudformation#cfnName", Ignored(TOOLS)),
    ("aws.cloudformation#cfnResource", Ignored(TOOLS)),
    ("aws.customizations#s3UnwrappedXmlOutput", Ignored(XML)),
    ("aws.endpoints#dualStackOnlyEndpoints", Ignored("the endpoint rules say it")),
    ("aws.endpoints#rulesBasedEndpoints", Ignored("the endpoint rules say it")),
    ("aws.endpoints#standardPartitionalEndpoints", Ignored("the endpoint rules say it")),
    ("aws.endpoints#standardRegionalEndpoints", Ignored("the endpoint rules say it")),
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
    ("aws.protocols#awsJson1_0", Read(Object)),
    ("aws.protocols#awsJson1_1", Read(Object)),
    ("aws.protocols#awsQuery", Ignored("one of the other protocols of the service is used")),
    ("aws.protocols#awsQueryCompatible", Read(Mark)),
    ("aws.protocols#awsQueryError", Read(Object)),
    ("aws.protocols#ec2Query", Ignored("one of the other protocols of the service is used")),
    ("aws.protocols#ec2QueryName", Ignored(XML)),
    ("aws.protocols#httpChecksum", Ignored("an additional checksum is optional; `httpChecksumRequired` is honoured")),
    ("aws.protocols#restJson1", Ignored("one of the other protocols of the service is used")),
    ("aws.protocols#restXml", Ignored("one of the other protocols of the service is used")),
    (BOXED, Read(Mark)),
    ("simba.api#targetPrefix", Read(Text)),
    ("simba.api#waiterArguments", Read(Object)),
    ("smithy.ai#prompts", Ignored(TOOLS)),
    ("smithy.api#addedDefault", Read(Mark)),
    ("smithy.api#auth", Read(List)),
    ("smithy.api#authDefinition", Ignored(META)),
    ("smithy.api#box", Ignored("members are optional unless `required` or given a default")),
    ("smithy.api#clientOptional", Ignored("`required` members are arguments on purpose; see the README")),
    ("smithy.api#cors", Ignored(SERVER)),
    ("smithy.api#default", Read(Any)),
    ("smithy.api#deprecated", Read(Object)),
    ("smithy.api#documentation", Read(Text)),
    ("smithy.api#endpoint", Read(Object)),
    ("smithy.api#enum", Read(List)),
    ("smithy.api#enumValue", Read(Any)),
    ("smithy.api#error", Read(Text)),
    ("smithy.api#eventHeader", Ignored("operations with event streams are left out")),
    ("smithy.api#eventPayload", Ignored("operations with event streams are left out")),
    ("smithy.api#examples", Read(List)),
    ("smithy.api#externalDocumentation", Read(Object)),
    ("smithy.api#hostLabel", Read(Mark)),
    ("smithy.api#http", Ignored(HTTP)),
    ("smithy.api#httpApiKeyAuth", Ignored("a client signs with SigV4 or not at all")),
    ("smithy.api#httpBasicAuth", Ignored("a client signs with SigV4 or not at all")),
    ("smithy.api#httpBearerAuth", Ignored("a client signs with SigV4 or not at all")),
    ("smithy.api#httpChecksumRequired", Read(Mark)),
    ("smithy.api#httpDigestAuth", Ignored("a client signs with SigV4 or not at all")),
    ("smithy.api#httpError", Ignored("the status arrives with the answer")),
    ("smithy.api#httpHeader", Ignored(HTTP)),
    ("smithy.api#httpLabel", Ignored(HTTP)),
    ("smithy.api#httpPayload", Ignored(HTTP)),
    ("smithy.api#httpPrefixHeaders", Ignored(HTTP)),
    ("smithy.api#httpQuery", Ignored(HTTP)),
    ("smithy.api#httpQueryParams", Ignored(HTTP)),
    ("smithy.api#httpResponseCode", Ignored(HTTP)),
    ("smithy.api#idRef", Ignored(META)),
    ("smithy.api#idempotencyToken", Read(Mark)),
    ("smithy.api#idempotent", Read(Mark)),
    ("smithy.api#input", Read(Mark)),
    ("smithy.api#internal", Read(Mark)),
    ("smithy.api#jsonName", Ignored("the awsJson protocols use the member's name")),
    ("smithy.api#length", Read(Object)),
    ("smithy.api#longPoll", Ignored("it is unstable, and timeouts are the caller's to set")),
    ("smithy.api#mediaType", Read(Text)),
    ("smithy.api#mixin", Ignored("mixins are flattened on loading")),
    ("smithy.api#nestedProperties", Ignored(META)),
    ("smithy.api#noReplace", Ignored(META)),
    ("smithy.api#notProperty", Ignored(META)),
    ("smithy.api#optionalAuth", Read(Mark)),
    ("smithy.api#output", Read(Mark)),
    ("smithy.api#paginated", Read(Object)),
    ("smithy.api#pattern", Read(Text)),
    ("smithy.api#private", Ignored(META)),
    ("smithy.api#property", Ignored(META)),
    ("smithy.api#protocolDefinition", Ignored(META)),
    ("smithy.api#range", Read(Object)),
    ("smithy.api#readonly", Read(Mark)),
    ("smithy.api#recommended", Read(Any)),
    ("smithy.api#references", Ignored(META)),
    ("smithy.api#requestCompression", Read(Object)),
    ("smithy.api#required", Read(Mark)),
    ("smithy.api#requiresLength", Ignored("operations with streams are left out")),
    ("smithy.api#resourceIdentifier", Ignored(META)),
    ("smithy.api#retryable", Read(Object)),
    ("smithy.api#sensitive", Read(Mark)),
    ("smithy.api#since", Read(Text)),
    ("smithy.api#sparse", Read(Mark)),
    ("smithy.api#streaming", Read(Mark)),
    ("smithy.api#suppress", Ignored(META)),
    ("smithy.api#tags", Ignored(META)),
    ("smithy.api#timestampFormat", Read(OneOf(&["date-time", "epoch-seconds", "http-date"]))),
    ("smithy.api#title", Read(Text)),
    ("smithy.api#trait", Ignored(META)),
    ("smithy.api#traitValidators", Ignored(META)),
    ("smithy.api#uniqueItems", Read(Mark)),
    ("smithy.api#unitTest", Ignored(META)),
    ("smithy.api#unstable", Read(Mark)),
    ("smithy.api#xmlAttribute", Ignored(XML)),
    ("smithy.api#xmlFlattened", Ignored(XML)),
    ("smithy.api#xmlName", Ignored(XML)),
    ("smithy.api#xmlNamespace", Ignored(XML)),
    ("smithy.contracts#conditions", Ignored(SERVER)),
    ("smithy.mqtt#publish", Ignored("one of the other protocols of the service is used")),
    ("smithy.mqtt#subscribe", Ignored("one of the other protocols of the service is used")),
    ("smithy.mqtt#topicLabel", Ignored("one of the other protocols of the service is used")),
    ("smithy.openapi#specificationExtension", Ignored(TOOLS)),
    ("smithy.protocols#rpcv2Cbor", Ignored("one of the other protocols of the service is used")),
    ("smithy.protocols#rpcv2Json", Ignored("one of the other protocols of the service is used")),
    ("smithy.rules#clientContextParams", Read(Object)),
    ("smithy.rules#contextParam", Read(Object)),
    ("smithy.rules#endpointBdd", Read(Object)),
    ("smithy.rules#endpointRuleSet", Read(Object)),
    ("smithy.rules#endpointTests", Read(Object)),
    ("smithy.rules#operationContextParams", Read(Object)),
    ("smithy.rules#staticContextParams", Read(Object)),
    ("smithy.test#eventStreamTests", Ignored("operations with streams are left out")),
    ("smithy.test#httpMalformedRequestTests", Read(List)),
    ("smithy.test#httpRequestTests", Read(List)),
    ("smithy.test#httpResponseTests", Read(List)),
    ("smithy.test#smokeTests", Ignored("they call the real service")),
    ("smithy.waiters#waitable", Read(Object)),
];
