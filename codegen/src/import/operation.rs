//! Converts operations.

use serde_json::{Map, Value, json};

use super::object_reader::{ObjectReader, join};
use super::traits::{Names, Traits, deprecation, is_identifier};
use super::{Log, Model, http};

/// The trait that contains the authentication schemes of an operation or a service.
const AUTH: &str = "smithy.api#auth";

/// The data that is needed to convert an operation.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) shapes: &'a Map<String, Value>,
    /// Whether the protocol of the service has HTTP bindings.
    pub(super) has_bindings: bool,
}

impl Context<'_> {
    /// Converts every operation in the source, and adds it to `model`.
    pub(super) fn convert(&self, operations: &Map<String, Value>, model: &mut Model, log: &mut Log) {
        for (name, operation) in operations {
            let location = format!("operations.{name}");
            let Some(mut object) = ObjectReader::open(&location, operation, log) else {
                continue;
            };
            if !is_identifier(name) {
                log.problem(
                    &location,
                    "invalid operation name; expected letters, digits and underscores, not starting with a digit",
                );
            }
            if let Some(other) = object.str("name", log).filter(|other| other != name) {
                log.problem(object.at("name"), format!("expected `{name}`, found `{other}`"));
            }
            let converted = self.convert_one(&mut object, model, log);
            object.finish(log);
            model.add(self.names.id(name), converted, &location, log);
        }
    }

    fn convert_one(&self, object: &mut ObjectReader<'_>, model: &Model, log: &mut Log) -> Map<String, Value> {
        // The service's `clientEndpointDiscovery` trait is created from `endpointoperation`.
        object.skip(&["documentation", "documentationUrl", "endpointoperation"]);
        let mut traits = Traits::default();
        self.http(object, &mut traits, log);
        let mut operation = Map::new();
        operation.insert("type".to_owned(), Value::from("operation"));
        for key in ["input", "output"] {
            operation.insert(key.to_owned(), body(key, object, self.names, model, log));
        }
        let errors = errors(object, self.names, model, log);
        if !errors.is_empty() {
            operation.insert("errors".to_owned(), Value::Array(errors));
        }

        deprecation(object, &mut traits, log);
        traits.mark("smithy.api#idempotent", object.flag("idempotent", log));
        traits.mark("smithy.api#readonly", object.flag("readonly", log));
        let needs_checksum = object.flag("httpChecksumRequired", log);
        traits.mark("smithy.api#httpChecksumRequired", needs_checksum);
        checksum(object, &mut traits, log);
        auth(object, &mut traits, log);
        endpoint(object, &mut traits, log);
        if let Some(mut compression) = object.nested("requestcompression", log) {
            let encodings = compression.strings("encodings", log);
            compression.finish(log);
            let value = json!({ "encodings": encodings });
            traits.add("smithy.api#requestCompression", value);
        }
        traits.put(&mut operation);
        operation
    }

    fn http(&self, object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
        if !self.has_bindings {
            return check_http(object, log);
        }
        // Only the name of the input is read here. `body` converts the reference to the input.
        let input = object.peek("input").and_then(|input| input.get("shape")).and_then(Value::as_str);
        http::operation(object, self.shapes, input, traits, log);
    }
}

/// Adds a note if an operation has an HTTP binding other than `POST /`, which a protocol without HTTP bindings ignores.
fn check_http(object: &mut ObjectReader<'_>, log: &mut Log) {
    let Some(mut http) = object.nested("http", log) else {
        return;
    };
    let method = http.str("method", log).unwrap_or("POST");
    let uri = http.str("requestUri", log).unwrap_or("/");
    if (method, uri) != ("POST", "/") {
        log.note(http.location(), format!("`{method} {uri}` is ignored: the protocol has no HTTP bindings"));
    }
    http.skip(&["responseCode"]);
    http.finish(log);
}

/// Returns a reference to the structure that is the input or output, or to the unit type if there is none.
fn body(key: &str, object: &mut ObjectReader<'_>, names: &Names, model: &Model, log: &mut Log) -> Value {
    let unit = json!({ "target": "smithy.api#Unit" });
    let Some(mut reference) = object.nested(key, log).filter(|object| !object.is_empty()) else {
        return unit;
    };
    // Apart from the documentation, the skipped keys contain names of XML elements in older protocols, which the
    // service may also support.
    reference.skip(&["documentation", "resultWrapper", "locationName", "xmlNamespace"]);
    let name = reference.str("shape", log);
    let name = reference.required("shape", name, log);
    let location = reference.at("shape");
    reference.finish(log);
    let Some(name) = name else {
        return unit;
    };
    match model.shape(&names.shape_id(name)).and_then(|shape| shape.get("type")).and_then(Value::as_str) {
        Some("structure") => {}
        Some(other) => log.problem(location, format!("expected a structure, but `{name}` has the type `{other}`")),
        None => log.problem(location, format!("shape `{name}` not found")),
    }
    names.target(name)
}

fn errors(object: &mut ObjectReader<'_>, names: &Names, model: &Model, log: &mut Log) -> Vec<Value> {
    let location = object.at("errors");
    let mut errors = Vec::new();
    for (index, error) in object.list("errors", log).unwrap_or_default().iter().enumerate() {
        let location = format!("{location}.{index}");
        let Some(mut error) = ObjectReader::open(&location, error, log) else {
            continue;
        };
        // The shape of the error also contains the skipped keys. The `references` module has already recorded the
        // fault.
        error.skip(&["documentation", "exception", "fault", "error"]);
        let name = error.str("shape", log);
        let name = error.required("shape", name, log);
        error.finish(log);
        let Some(name) = name else { continue };
        if model.shape(&names.shape_id(name)).is_none() {
            log.problem(join(&location, "shape"), format!("shape `{name}` not found"));
        }
        errors.push(names.target(name));
    }
    errors
}

fn checksum(object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let Some(mut checksum) = object.nested("httpChecksum", log) else {
        return;
    };
    let mut value = Map::new();
    for key in ["requestAlgorithmMember", "requestValidationModeMember"] {
        if let Some(member) = checksum.str(key, log) {
            value.insert(key.to_owned(), Value::from(member));
        }
    }
    if checksum.flag("requestChecksumRequired", log) {
        value.insert("requestChecksumRequired".to_owned(), Value::from(true));
    }
    let algorithms = checksum.strings("responseAlgorithms", log);
    if !algorithms.is_empty() {
        value.insert("responseAlgorithms".to_owned(), Value::from(algorithms));
    }
    checksum.finish(log);
    traits.add("aws.protocols#httpChecksum", value);
}

/// Converts the authentication schemes of an operation, if they differ from those of the service.
fn auth(object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    let location = object.at("authtype");
    match object.str("authtype", log) {
        None => {}
        Some("none") => traits.add(AUTH, json!([])),
        Some("v4") => traits.add(AUTH, json!(["aws.auth#sigv4"])),
        Some("bearer") => traits.add(AUTH, json!(["smithy.api#httpBearerAuth"])),
        Some("v4-unsigned-body") => traits.mark("aws.auth#unsignedPayload", true),
        Some(other) => log.problem(
            location,
            format!("unknown authentication type `{other}`; expected `none`, `v4`, `v4-unsigned-body` or `bearer`"),
        ),
    }
    let unsigned = object.flag("unsignedPayload", log);
    traits.mark("aws.auth#unsignedPayload", unsigned);
    // The `auth` key is newer and takes precedence. It contains the IDs of Smithy's authentication schemes.
    let schemes = object.strings("auth", log);
    if schemes.is_empty() {
        return;
    }
    let (none, signed): (Vec<_>, Vec<_>) = schemes.into_iter().partition(|scheme| *scheme == "smithy.api#noAuth");
    traits.mark("smithy.api#optionalAuth", !none.is_empty() && !signed.is_empty());
    traits.add(AUTH, signed);
}

/// Converts the host prefix, the requirement for endpoint discovery, and the parameters of the endpoint rules.
fn endpoint(object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    if let Some(mut endpoint) = object.nested("endpoint", log) {
        let prefix = endpoint.str("hostPrefix", log);
        if let Some(prefix) = endpoint.required("hostPrefix", prefix, log) {
            traits.add("smithy.api#endpoint", json!({ "hostPrefix": prefix }));
        }
        endpoint.finish(log);
    }
    if let Some(mut discovery) = object.nested("endpointdiscovery", log) {
        let required = discovery.flag("required", log);
        discovery.finish(log);
        let value = json!({ "required": required });
        traits.add("aws.api#clientDiscoveredEndpoint", value);
    }
    for (key, id, inner) in [
        ("staticContextParams", "smithy.rules#staticContextParams", "value"),
        ("operationContextParams", "smithy.rules#operationContextParams", "path"),
    ] {
        let Some(mut parameters) = object.nested(key, log) else {
            continue;
        };
        let mut value = Map::new();
        for name in parameters.keys() {
            let Some(mut parameter) = parameters.nested(name, log) else {
                continue;
            };
            let found = parameter.value(inner);
            if let Some(found) = parameter.required(inner, found, log) {
                value.insert(name.to_owned(), json!({ inner: found }));
            }
            parameter.finish(log);
        }
        traits.add(id, value);
    }
}
