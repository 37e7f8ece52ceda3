//! The traits of shapes and members, and the table of all known traits.

pub(crate) mod http;

use std::collections::BTreeMap;

use serde_json::Value;

/// The traits of a shape or member, by ID.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traits {
    /// The traits and their values, sorted by ID. Most members have one or two traits, so a map would waste memory.
    values: Vec<(String, Value)>,
    /// The traits that `apply` statements add to inherited members, by member name. They are stored here until the
    /// mixins are flattened.
    deferred: BTreeMap<String, Traits>,
}

impl Traits {
    /// Returns the value of a trait.
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.position(id).ok().map(|at| &self.values[at].1)
    }

    /// Returns the position of a trait or, as an error, the position where it would be inserted.
    fn position(&self, id: &str) -> Result<usize, usize> {
        self.values.binary_search_by(|(known, _)| known.as_str().cmp(id))
    }

    /// Returns whether a trait is present.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.position(id).is_ok()
    }

    /// Returns whether there are no traits.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the value of a trait, if it is a string.
    pub(crate) fn string(&self, id: &str) -> Option<&str> {
        self.get(id).and_then(Value::as_str)
    }

    /// Returns all traits, in the order of their IDs.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// Adds traits, and replaces the values of those that already exist.
    pub(super) fn merge(&mut self, others: Self) {
        for (id, value) in others.values {
            match self.position(&id) {
                Ok(at) => self.values[at].1 = value,
                Err(at) => self.values.insert(at, (id, value)),
            }
        }
        for (member, traits) in others.deferred {
            self.deferred.entry(member).or_default().merge(traits);
        }
    }

    /// Adds traits from another definition of the shape, or from an `apply` statement. If a trait already exists, lists
    /// are concatenated, and other values must be equal. Returns the IDs of the traits whose values differ. These
    /// traits keep their first value.
    pub(super) fn combine(&mut self, others: &Self) -> Vec<String> {
        let values = others.values.iter().filter(|(id, value)| !self.add(id, (*value).clone()));
        values.map(|(id, _)| id.clone()).collect()
    }

    /// Adds a trait. If the trait already exists, lists are concatenated, and other values must be equal. Returns
    /// `false` if the values differ.
    pub(super) fn add(&mut self, id: &str, value: Value) -> bool {
        let at = match self.position(id) {
            Ok(at) => at,
            Err(at) => {
                self.values.insert(at, (id.to_owned(), value));
                return true;
            }
        };
        match (&mut self.values[at].1, value) {
            (Value::Array(list), Value::Array(more)) => {
                let added: Vec<Value> = more.into_iter().filter(|element| !list.contains(element)).collect();
                list.extend(added);
                true
            }
            (known, value) => *known == value,
        }
    }

    /// Adds a trait if it does not exist yet.
    pub(super) fn set_default(&mut self, id: &str, value: Value) {
        if let Err(at) = self.position(id) {
            self.values.insert(at, (id.to_owned(), value));
        }
    }

    /// Returns the traits to add to a member that will be inherited when mixins are flattened.
    pub(super) fn deferred(&mut self, member: &str) -> &mut Self {
        self.deferred.entry(member.to_owned()).or_default()
    }

    /// Removes and returns the traits of members that are inherited from mixins.
    pub(super) fn take_deferred(&mut self) -> BTreeMap<String, Self> {
        std::mem::take(&mut self.deferred)
    }
}

impl FromIterator<(String, Value)> for Traits {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(iter: I) -> Self {
        let mut values: Vec<(String, Value)> = iter.into_iter().collect();
        // If a key is repeated, the last value is used.
        values.reverse();
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        values.dedup_by(|(a, _), (b, _)| a == b);
        Self { values, deferred: BTreeMap::new() }
    }
}

/// How the generator treats a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// The generator reads the trait.
    Read,
    /// The trait selects a protocol, or only protocols read it. The table in `lower/protocol.rs` lists the protocols.
    Protocol,
    /// The trait has no effect on clients. The string contains the reason.
    Ignored(&'static str),
}

use Treatment::{Ignored, Protocol, Read};

const SERVER: &str = "used only by servers";
const TOOLS: &str = "used only by other tools";
const META: &str = "describes only the model itself";

/// Simba's trait for members that are stored in a `Box`.
///
/// The trait is intended for large structures that are rarely set. Without it, memory for such structures would be
/// reserved, moved and initialized in every response. The generator never boxes a member because of its size alone,
/// since the type of a public field would then change when a nested structure grows.
pub(crate) const BOXED: &str = "simba.api#boxed";

/// Simba's trait for the member of an input that contains the URL to which the request is sent.
pub(crate) const ENDPOINT_MEMBER: &str = "simba.api#endpointMember";

/// Simba's trait for operations whose query parameters are sent in the body, like an HTML form.
pub(crate) const FORM_QUERY: &str = "simba.api#formQuery";

/// The metadata key with which the importer marks models. Its value is the name of the original format.
pub(crate) const IMPORTED: &str = "simba.importedFrom";

/// All known traits, in the order of their IDs.
pub(crate) const KNOWN_TRAITS: &[(&str, Treatment)] = &[
    ("alloy#simpleRestJson", Protocol),
    ("aws.api#arn", Ignored(TOOLS)),
    ("aws.api#arnReference", Ignored(TOOLS)),
    ("aws.api#awsChunked", Ignored("the content encoding `aws-chunked` is not supported")),
    ("aws.api#clientDiscoveredEndpoint", Read),
    ("aws.api#clientEndpointDiscovery", Ignored("endpoint discovery is not supported; the regional endpoint is used")),
    (
        "aws.api#clientEndpointDiscoveryId",
        Ignored("endpoint discovery is not supported; the regional endpoint is used"),
    ),
    ("aws.api#controlPlane", Ignored(META)),
    ("aws.api#data", Ignored(TOOLS)),
    ("aws.api#dataPlane", Ignored(META)),
    ("aws.api#service", Read),
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
    ("aws.auth#sigv4", Read),
    ("aws.auth#sigv4a", Read),
    ("aws.auth#unsignedPayload", Read),
    ("aws.cloudformation#cfnAdditionalIdentifier", Ignored(TOOLS)),
    ("aws.cloudformation#cfnDefaultValue", Ignored(TOOLS)),
    ("aws.cloudformation#cfnExcludeProperty", Ignored(TOOLS)),
    ("aws.cloudformation#cfnMutability", Ignored(TOOLS)),
    ("aws.cloudformation#cfnName", Ignored(TOOLS)),
    ("aws.cloudformation#cfnResource", Ignored(TOOLS)),
    ("aws.customizations#s3UnwrappedXmlOutput", Protocol),
    ("aws.endpoints#dualStackOnlyEndpoints", Ignored("the endpoint rules already contain this information")),
    ("aws.endpoints#endpointsModifier", Ignored(META)),
    ("aws.endpoints#rulesBasedEndpoints", Ignored("the endpoint rules already contain this information")),
    ("aws.endpoints#standardPartitionalEndpoints", Ignored("the endpoint rules already contain this information")),
    ("aws.endpoints#standardRegionalEndpoints", Ignored("the endpoint rules already contain this information")),
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
    ("aws.protocols#awsJson1_0", Protocol),
    ("aws.protocols#awsJson1_1", Protocol),
    ("aws.protocols#awsQuery", Protocol),
    ("aws.protocols#awsQueryCompatible", Protocol),
    ("aws.protocols#awsQueryError", Protocol),
    ("aws.protocols#ec2Query", Protocol),
    ("aws.protocols#ec2QueryName", Protocol),
    ("aws.protocols#httpChecksum", Read),
    ("aws.protocols#restJson1", Protocol),
    ("aws.protocols#restXml", Protocol),
    (BOXED, Read),
    (ENDPOINT_MEMBER, Read),
    ("simba.api#endpointNote", Read),
    ("simba.api#errorMessage", Read),
    (FORM_QUERY, Protocol),
    ("simba.api#presignedGet", Read),
    ("simba.api#requestHeaders", Read),
    ("simba.api#retry", Read),
    ("simba.api#targetPrefix", Read),
    ("simba.api#treeHash", Read),
    ("simba.api#waiterArguments", Read),
    ("smithy.ai#prompts", Ignored(TOOLS)),
    ("smithy.api#addedDefault", Read),
    ("smithy.api#auth", Read),
    ("smithy.api#authDefinition", Ignored(META)),
    ("smithy.api#box", Read),
    ("smithy.api#clientOptional", Ignored("required members are always constructor arguments")),
    ("smithy.api#cors", Ignored(SERVER)),
    ("smithy.api#default", Read),
    ("smithy.api#deprecated", Read),
    ("smithy.api#documentation", Read),
    ("smithy.api#endpoint", Read),
    ("smithy.api#enum", Read),
    ("smithy.api#enumValue", Read),
    ("smithy.api#error", Read),
    ("smithy.api#eventHeader", Read),
    ("smithy.api#eventPayload", Read),
    ("smithy.api#examples", Read),
    ("smithy.api#externalDocumentation", Read),
    ("smithy.api#hostLabel", Read),
    ("smithy.api#http", Protocol),
    ("smithy.api#httpApiKeyAuth", Read),
    ("smithy.api#httpBasicAuth", Read),
    ("smithy.api#httpBearerAuth", Read),
    ("smithy.api#httpChecksumRequired", Read),
    ("smithy.api#httpDigestAuth", Ignored("clients do not support digest authentication")),
    ("smithy.api#httpError", Protocol),
    ("smithy.api#httpHeader", Protocol),
    ("smithy.api#httpLabel", Protocol),
    ("smithy.api#httpPayload", Protocol),
    ("smithy.api#httpPrefixHeaders", Protocol),
    ("smithy.api#httpQuery", Protocol),
    ("smithy.api#httpQueryParams", Protocol),
    ("smithy.api#httpResponseCode", Protocol),
    ("smithy.api#idRef", Ignored(META)),
    ("smithy.api#idempotencyToken", Read),
    ("smithy.api#idempotent", Read),
    ("smithy.api#input", Read),
    ("smithy.api#internal", Read),
    ("smithy.api#jsonName", Protocol),
    ("smithy.api#length", Read),
    ("smithy.api#longPoll", Read),
    ("smithy.api#mediaType", Protocol),
    ("smithy.api#metadata", Ignored(META)),
    ("smithy.api#mixin", Ignored("mixins are flattened when a model is loaded")),
    ("smithy.api#nestedProperties", Ignored(META)),
    ("smithy.api#noReplace", Ignored(META)),
    ("smithy.api#notProperty", Ignored(META)),
    ("smithy.api#optionalAuth", Read),
    ("smithy.api#output", Ignored("outputs of a single operation are recognized without the trait")),
    ("smithy.api#paginated", Read),
    ("smithy.api#pattern", Read),
    ("smithy.api#private", Ignored(META)),
    ("smithy.api#property", Ignored(META)),
    ("smithy.api#protocolDefinition", Ignored(META)),
    ("smithy.api#range", Read),
    ("smithy.api#readonly", Read),
    ("smithy.api#recommended", Read),
    ("smithy.api#references", Ignored(META)),
    ("smithy.api#requestCompression", Read),
    ("smithy.api#required", Read),
    ("smithy.api#requiresLength", Read),
    ("smithy.api#resourceIdentifier", Ignored(META)),
    ("smithy.api#retryable", Read),
    ("smithy.api#sensitive", Read),
    ("smithy.api#since", Read),
    ("smithy.api#sparse", Read),
    ("smithy.api#streaming", Read),
    ("smithy.api#suppress", Ignored(META)),
    ("smithy.api#synthetic", Ignored(META)),
    ("smithy.api#tags", Ignored(META)),
    ("smithy.api#timestampFormat", Read),
    ("smithy.api#title", Read),
    ("smithy.api#trait", Ignored(META)),
    ("smithy.api#traitValidators", Ignored(META)),
    ("smithy.api#uniqueItems", Read),
    ("smithy.api#unitType", Ignored(META)),
    ("smithy.api#unstable", Read),
    ("smithy.api#xmlAttribute", Protocol),
    ("smithy.api#xmlFlattened", Protocol),
    ("smithy.api#xmlName", Protocol),
    ("smithy.api#xmlNamespace", Protocol),
    ("smithy.contracts#conditions", Ignored(SERVER)),
    ("smithy.mqtt#mqttJson", Ignored("clients support only HTTP")),
    ("smithy.mqtt#publish", Ignored("clients support only HTTP")),
    ("smithy.mqtt#subscribe", Ignored("clients support only HTTP")),
    ("smithy.mqtt#topicLabel", Ignored("clients support only HTTP")),
    ("smithy.openapi#specificationExtension", Ignored(TOOLS)),
    ("smithy.protocols#rpcv2Cbor", Protocol),
    ("smithy.protocols#rpcv2Json", Protocol),
    ("smithy.rules#clientContextParams", Read),
    ("smithy.rules#contextParam", Read),
    ("smithy.rules#endpointBdd", Read),
    ("smithy.rules#endpointRuleSet", Read),
    ("smithy.rules#endpointTests", Read),
    ("smithy.rules#operationContextParams", Read),
    ("smithy.rules#staticContextParams", Read),
    ("smithy.test#eventStreamTests", Read),
    ("smithy.test#httpMalformedRequestTests", Read),
    ("smithy.test#httpRequestTests", Read),
    ("smithy.test#httpResponseTests", Read),
    ("smithy.test#smokeTests", Ignored("smoke tests require the real service")),
    ("smithy.waiters#waitable", Read),
];

/// Returns whether a trait is in the table of known traits.
pub(super) fn is_known_trait(id: &str) -> bool {
    KNOWN_TRAITS.binary_search_by(|(known, _)| (*known).cmp(id)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_duplicates() {
        for pair in KNOWN_TRAITS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} is not before {}", pair[0].0, pair[1].0);
        }
    }
}
