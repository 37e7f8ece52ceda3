//! Converts the metadata of a service to the service shape.

use serde_json::{Map, Value, json};

use super::object_reader::ObjectReader;
use super::traits::{Names, Traits, is_identifier};
use super::{Log, Model};

/// Simba's trait for the prefix of operation names in `X-Amz-Target`. Only the few services whose prefix is not the
/// name of the service shape need this trait.
const TARGET_PREFIX: &str = "simba.api#targetPrefix";

/// The authentication scheme that uses bearer tokens.
const BEARER: &str = "smithy.api#httpBearerAuth";

/// The supported protocols. A service must have at least one of them.
const SUPPORTED: [&str; 3] = ["json", "rest-json", "smithy-rpc-v2-cbor"];

/// Returns whether the importer supports a protocol. The protocol is named as in `metadata.protocols`, such as
/// `rest-json`.
pub fn is_supported(protocol: &str) -> bool {
    SUPPORTED.contains(&protocol)
}

/// The contents of `metadata`.
#[derive(Debug)]
pub(super) struct Metadata<'a> {
    /// The namespace, such as `com.amazonaws.fsx`.
    pub(super) namespace: String,
    /// The name of the service shape in the namespace.
    pub(super) shape_name: String,
    /// Whether the protocol of the service has HTTP bindings.
    pub(super) has_bindings: bool,
    target_prefix: Option<&'a str>,
    version: &'a str,
    title: Option<&'a str>,
    service_id: Option<&'a str>,
    endpoint_prefix: Option<&'a str>,
    signing_name: Option<&'a str>,
    json_version: &'a str,
    protocols: Vec<&'a str>,
    auth: Vec<&'a str>,
    http2: Option<&'a str>,
    is_query_compatible: bool,
    xml_namespace: Option<&'a str>,
}

impl<'a> Metadata<'a> {
    /// Reads `metadata`. If a required value is missing, reports a problem and returns `None`.
    pub(super) fn read(root: &mut ObjectReader<'a>, log: &mut Log) -> Option<Self> {
        let object = root.nested("metadata", log);
        let mut object = root.required("metadata", object, log)?;
        let mut protocols = object.strings("protocols", log);
        let preferred = object.str("protocol", log);
        if protocols.is_empty() {
            protocols.extend(preferred);
        }
        if !protocols.iter().any(|protocol| is_supported(protocol)) {
            log.problem(
                object.at("protocol"),
                format!("expected one of `{}`, found `{}`", SUPPORTED.join("`, `"), protocols.join("`, `")),
            );
            return None;
        }
        let target_prefix = object.str("targetPrefix", log);
        let service_id = object.str("serviceId", log);
        let endpoint_prefix = object.str("endpointPrefix", log);
        let id = service_id.or(endpoint_prefix);
        let has_bindings = protocols.contains(&"rest-json");
        let (key, shape_name) = match (target_prefix, id) {
            (None, Some(id)) if has_bindings => ("serviceId", letters_and_digits(id)),
            _ => {
                let prefix = object.required("targetPrefix", target_prefix, log)?;
                ("targetPrefix", last_part(prefix).to_owned())
            }
        };
        if !is_identifier(&shape_name) {
            log.problem(
                object.at(key),
                format!("invalid service name `{shape_name}`; expected letters, digits and underscores"),
            );
        }
        // The skipped keys contain display names of the service, and its names in other tools.
        object.skip(&["serviceAbbreviation", "uid", "ripServiceName"]);
        // `globalEndpoint` is an endpoint for clients without endpoint rules. `checksumFormat` is the format of
        // Glacier's checksums.
        object.skip(&["globalEndpoint", "checksumFormat"]);
        let signature = object.str("signatureVersion", log);
        let mut auth = object.strings("auth", log);
        if auth.is_empty() {
            auth.push(if signature == Some("bearer") { BEARER } else { "aws.auth#sigv4" });
        }
        let mut settings = object.nested("protocolSettings", log);
        let http2 = settings.as_mut().and_then(|settings| settings.str("h2", log));
        if let Some(settings) = settings {
            settings.finish(log);
        }
        let metadata = Self {
            namespace: namespace(id.unwrap_or(&shape_name)),
            shape_name,
            has_bindings,
            target_prefix,
            version: object.str("apiVersion", log).unwrap_or_default(),
            title: object.str("serviceFullName", log),
            service_id,
            endpoint_prefix,
            signing_name: object.str("signingName", log).or(endpoint_prefix),
            json_version: object.str("jsonVersion", log).unwrap_or("1.0"),
            protocols,
            auth,
            http2,
            is_query_compatible: object.value("awsQueryCompatible").is_some(),
            xml_namespace: object.str("xmlNamespace", log),
        };
        object.finish(log);
        Some(metadata)
    }
}

/// Adds the service shape with all operations.
pub(super) fn convert(
    metadata: &Metadata<'_>,
    operations: &Map<String, Value>,
    names: &Names,
    root: &mut ObjectReader<'_>,
    model: &mut Model,
    log: &mut Log,
) {
    let mut traits = Traits::default();
    if let Some(title) = metadata.title {
        traits.add("smithy.api#title", title);
    }
    api(metadata, &mut traits);
    protocols(metadata, &mut traits, log);
    auth(metadata, &mut traits, log);
    client_parameters(root, &mut traits, log);
    endpoint_discovery(operations, names, model, &mut traits);
    if let Some(prefix) = metadata.target_prefix.filter(|prefix| *prefix != metadata.shape_name) {
        traits.add(TARGET_PREFIX, prefix);
        define_target_prefix(model, log);
    }

    let mut operations: Vec<&String> = operations.keys().collect();
    operations.sort();
    let operations = operations.into_iter().map(|name| json!({ "target": names.id(name) }));
    let mut service = Map::new();
    service.insert("type".to_owned(), Value::from("service"));
    service.insert("version".to_owned(), Value::from(metadata.version));
    service.insert("operations".to_owned(), operations.collect());
    traits.put(&mut service);
    let id = names.id(&metadata.shape_name);
    model.add(id, service, "metadata.targetPrefix", log);
}

fn api(metadata: &Metadata<'_>, traits: &mut Traits) {
    let mut api = Map::new();
    // A signing name may contain characters that are not allowed in the namespace of ARNs.
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let arn_namespace = metadata.signing_name.map(str::to_ascii_lowercase);
    let arn_namespace = arn_namespace.filter(|name| name.bytes().all(is_allowed));
    for (key, value) in [
        ("sdkId", metadata.service_id),
        ("arnNamespace", arn_namespace.as_deref()),
        ("endpointPrefix", metadata.endpoint_prefix),
    ] {
        if let Some(value) = value {
            api.insert(key.to_owned(), Value::from(value));
        }
    }
    if metadata.service_id.is_some() {
        traits.add("aws.api#service", api);
    }
}

fn protocols(metadata: &Metadata<'_>, traits: &mut Traits, log: &mut Log) {
    for protocol in &metadata.protocols {
        let id = match (*protocol, metadata.json_version) {
            ("json", "1.0") => "aws.protocols#awsJson1_0",
            ("json", "1.1") => "aws.protocols#awsJson1_1",
            ("json", other) => {
                log.problem(
                    "metadata.jsonVersion",
                    format!("unknown awsJson version `{other}`; expected `1.0` or `1.1`"),
                );
                continue;
            }
            ("rest-json", _) => "aws.protocols#restJson1",
            ("smithy-rpc-v2-cbor", _) => "smithy.protocols#rpcv2Cbor",
            ("query", _) => "aws.protocols#awsQuery",
            (other, _) => {
                log.problem(
                    "metadata.protocols",
                    format!(
                        "unknown protocol `{other}`; expected `json`, `rest-json`, `smithy-rpc-v2-cbor` or `query`"
                    ),
                );
                continue;
            }
        };
        traits.add(id, http_versions(metadata, protocol, log));
    }
    traits.mark("aws.protocols#awsQueryCompatible", metadata.is_query_compatible);
    if let Some(uri) = metadata.xml_namespace {
        traits.add("smithy.api#xmlNamespace", json!({ "uri": uri }));
    }
}

/// Returns the value of a protocol trait, which contains the HTTP versions that the service supports.
fn http_versions(metadata: &Metadata<'_>, protocol: &str, log: &mut Log) -> Value {
    match metadata.http2 {
        _ if protocol == "query" => json!({}),
        None => json!({}),
        Some("optional") => json!({ "http": ["http/1.1", "h2"] }),
        Some("required") => json!({ "http": ["h2"] }),
        Some("eventstream") => json!({ "eventStreamHttp": ["h2"] }),
        Some(other) => {
            log.problem(
                "metadata.protocolSettings.h2",
                format!("unknown value `{other}`; expected `optional`, `required` or `eventstream`"),
            );
            json!({})
        }
    }
}

fn auth(metadata: &Metadata<'_>, traits: &mut Traits, log: &mut Log) {
    let schemes = &metadata.auth;
    for scheme in schemes {
        match *scheme {
            "aws.auth#sigv4" | "aws.auth#sigv4a" => {
                if let Some(name) = metadata.signing_name {
                    traits.add(scheme, json!({ "name": name }));
                }
            }
            BEARER => traits.mark(scheme, true),
            other => log.problem(
                "metadata.auth",
                format!(
                    "unknown authentication scheme `{other}`; expected `aws.auth#sigv4`, `aws.auth#sigv4a` or \
                     `smithy.api#httpBearerAuth`"
                ),
            ),
        }
    }
    if schemes.len() > 1 {
        traits.add("smithy.api#auth", json!(schemes));
    }
}

/// Converts the endpoint parameters that are set in the client's configuration.
fn client_parameters(root: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let Some(mut parameters) = root.nested("clientContextParams", log) else {
        return;
    };
    let mut value = Map::new();
    for name in parameters.keys() {
        let Some(mut parameter) = parameters.nested(name, log) else {
            continue;
        };
        parameter.skip(&["documentation"]);
        let kind = parameter.str("type", log);
        if let Some(kind) = parameter.required("type", kind, log) {
            value.insert(name.to_owned(), json!({ "type": kind }));
        }
        parameter.finish(log);
    }
    traits.add("smithy.rules#clientContextParams", value);
}

/// Adds `clientEndpointDiscovery`, which refers to the operation that returns endpoints and to the error that
/// invalidates them.
fn endpoint_discovery(operations: &Map<String, Value>, names: &Names, model: &Model, traits: &mut Traits) {
    let is_teller = |operation: &Value| operation.get("endpointoperation").and_then(Value::as_bool) == Some(true);
    let Some((name, _)) = operations.iter().find(|(_, operation)| is_teller(operation)) else {
        return;
    };
    let mut value = Map::new();
    value.insert("operation".to_owned(), Value::from(names.id(name)));
    let error = names.id("InvalidEndpointException");
    if model.shape(&error).is_some() {
        value.insert("error".to_owned(), Value::from(error));
    }
    traits.add("aws.api#clientEndpointDiscovery", value);
}

/// Defines the `simba.api#targetPrefix` trait in the model, since Smithy requires a definition of every trait that is
/// used.
fn define_target_prefix(model: &mut Model, log: &mut Log) {
    let mut definition = Map::new();
    definition.insert("type".to_owned(), Value::from("string"));
    let traits = json!({ "smithy.api#trait": { "selector": "service" } });
    definition.insert("traits".to_owned(), traits);
    model.add(TARGET_PREFIX.to_owned(), definition, "metadata", log);
}

/// Returns the last part of a prefix such as `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`.
fn last_part(target_prefix: &str) -> &str {
    target_prefix.rsplit_once('.').map_or(target_prefix, |(_, last)| last)
}

/// Returns `com.amazonaws.` followed by the service ID in lower case, without characters that a namespace cannot
/// contain.
fn namespace(service_id: &str) -> String {
    format!("com.amazonaws.{}", letters_and_digits(service_id).to_ascii_lowercase())
}

/// Returns the ASCII letters and digits of a string.
fn letters_and_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
