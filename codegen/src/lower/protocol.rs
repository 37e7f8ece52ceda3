//! The supported protocols, and the traits that each protocol reads.
//!
//! A trait that is read only by other protocols is ignored. Schemas contain only the traits that the service's protocol
//! reads. The rest of this phase depends on the protocol only through this table.

use serde_json::Value;

use crate::{
    diagnostic::Report,
    ir,
    model::{FORM_QUERY, Model, Shape, Traits, http},
};

/// A supported protocol.
#[derive(Debug)]
pub(super) struct Protocol {
    /// The ID of the trait with which a service selects the protocol.
    pub(super) id: &'static str,
    /// The protocol-specific traits that the protocol reads.
    reads: Reads,
    /// The path of the protocol's constant in the `protocol` module of the runtime.
    runtime: &'static [&'static str],
    /// The features of the runtime that the protocol requires.
    features: &'static [&'static str],
    /// The format of the protocol's bodies.
    pub(super) body: BodyFormat,
    /// The request that documentation shows. It is `None` for binary formats. It is also `None` for protocols with HTTP
    /// bindings, since the request then depends on the operation.
    example: Option<ExampleRequest>,
}

/// Groups of trait IDs.
type Reads = &'static [&'static [&'static str]];

/// The format of a protocol's bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyFormat {
    /// Text, such as JSON.
    Text,
    /// Bytes, such as CBOR. In models, test cases contain such bodies in Base64.
    Binary,
}

/// The method and headers of the request that documentation shows.
#[derive(Debug)]
struct ExampleRequest {
    method: &'static str,
    path: &'static str,
    /// The headers. In the path and in the values of headers, `{service}` and `{operation}` are placeholders for names.
    headers: &'static [(&'static str, &'static str)],
}

const QUERY_COMPATIBLE: &str = "aws.protocols#awsQueryCompatible";
const QUERY_ERROR: &str = "aws.protocols#awsQueryError";
const QUERY_CODES: &[&str] = &[QUERY_COMPATIBLE, QUERY_ERROR];
const JSON_NAME: &str = "smithy.api#jsonName";
const MEDIA_TYPE: &str = "smithy.api#mediaType";
const HTTP_ERROR: &str = "smithy.api#httpError";
const HTTP: &[&str] = &[FORM_QUERY, http::HTTP, HTTP_ERROR];
const XML: &[&str] =
    &["smithy.api#xmlAttribute", "smithy.api#xmlFlattened", "smithy.api#xmlName", "smithy.api#xmlNamespace"];

/// The supported protocols, in AWS's order of preference. A service with several protocols uses the first one.
const PROTOCOLS: &[Protocol] = &[
    Protocol {
        id: "smithy.protocols#rpcv2Cbor",
        reads: &[QUERY_CODES],
        runtime: &["rpc_v2", "RpcV2", "CBOR"],
        features: &["cbor"],
        body: BodyFormat::Binary,
        example: None,
    },
    Protocol {
        id: "smithy.protocols#rpcv2Json",
        reads: &[],
        runtime: &["rpc_v2", "RpcV2", "JSON"],
        features: &["rpc-v2-json"],
        body: BodyFormat::Text,
        example: Some(ExampleRequest {
            method: "POST",
            path: "/service/{service}/operation/{operation}",
            headers: &[("Smithy-Protocol", "rpc-v2-json"), ("Content-Type", "application/json")],
        }),
    },
    Protocol {
        id: "aws.protocols#awsJson1_0",
        reads: &[QUERY_CODES],
        runtime: &["aws_json", "AwsJson", "V1_0"],
        features: &[],
        body: BodyFormat::Text,
        example: Some(ExampleRequest {
            method: "POST",
            path: "",
            headers: &[("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "{service}.{operation}")],
        }),
    },
    Protocol {
        id: "aws.protocols#awsJson1_1",
        reads: &[QUERY_CODES],
        runtime: &["aws_json", "AwsJson", "V1_1"],
        features: &[],
        body: BodyFormat::Text,
        example: Some(ExampleRequest {
            method: "POST",
            path: "",
            headers: &[("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "{service}.{operation}")],
        }),
    },
    Protocol {
        id: "aws.protocols#restJson1",
        reads: &[&[JSON_NAME, MEDIA_TYPE], HTTP, http::BINDINGS],
        runtime: &["rest_json", "RestJson"],
        features: &["rest-json"],
        body: BodyFormat::Text,
        example: None,
    },
];

/// The unsupported protocols, and the traits that they read.
const UNSUPPORTED: &[(&str, Reads)] = &[
    ("alloy#simpleRestJson", &[&[JSON_NAME], HTTP, http::BINDINGS]),
    ("aws.protocols#awsQuery", &[&[QUERY_ERROR], XML]),
    ("aws.protocols#ec2Query", &[&["aws.protocols#ec2QueryName"], XML]),
    ("aws.protocols#restXml", &[&[MEDIA_TYPE, "aws.customizations#s3UnwrappedXmlOutput"], HTTP, http::BINDINGS, XML]),
];

/// Returns whether a service has a supported protocol.
pub(super) fn is_supported(service: &Shape) -> bool {
    supported(service).is_some()
}

/// Returns the ID of the protocol that the client of a service uses, or `None` if the service has no supported
/// protocol.
pub(crate) fn id_of(service: &Shape) -> Option<&'static str> {
    supported(service).map(|protocol| protocol.id)
}

/// Returns the IDs of all protocols of a service, including unsupported ones and those that the model defines.
pub(crate) fn all_of<'m>(model: &'m Model, service: &'m Shape) -> Vec<&'m str> {
    let known = || PROTOCOLS.iter().map(|protocol| protocol.id).chain(UNSUPPORTED.iter().map(|(id, _)| *id));
    let is_protocol = |id: &str| model.find(id).is_some_and(|found| found.traits.has("smithy.api#protocolDefinition"));
    let ids = service.traits.iter().map(|(id, _)| id);
    let custom = ids.filter(|id| is_protocol(id) && known().all(|known| known != *id));
    known().filter(|id| service.traits.has(id)).chain(custom).collect()
}

/// Returns the protocol of a service. If none of its protocols is supported, reports an error.
pub(super) fn of(model: &Model, service: &Shape, report: &mut Report) -> &'static Protocol {
    supported(service).unwrap_or_else(|| {
        let others = all_of(model, service);
        let message = match others.as_slice() {
            [] => "the service has no protocol trait".to_owned(),
            others => format!("the protocol `{}` is not supported", others.join("`, `")),
        };
        let supported: Vec<String> = PROTOCOLS.iter().map(|protocol| format!("`{}`", protocol.id)).collect();
        let help = format!("expected one of {}", supported.join(", "));
        let problem = report.error(message).in_file(&service.file).at(&service.id).help(help);
        if let Some(first) = others.first() {
            problem.in_trait(first);
        }
        &PROTOCOLS[0]
    })
}

/// Returns the IDs of the supported protocols, and of the traits that they read.
pub(crate) fn traits_that_are_read() -> impl Iterator<Item = &'static str> {
    PROTOCOLS.iter().flat_map(|protocol| protocol.reads.iter().copied().flatten().copied().chain([protocol.id]))
}

fn supported(service: &Shape) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| service.traits.has(protocol.id))
}

impl Protocol {
    /// Returns whether the protocol reads a trait.
    pub(super) fn reads(&self, id: &str) -> bool {
        self.reads.iter().any(|group| group.contains(&id))
    }

    /// Returns the value of a trait, if the protocol reads it.
    pub(super) fn get<'t>(&self, traits: &'t Traits, id: &str) -> Option<&'t Value> {
        traits.get(id).filter(|_| self.reads(id))
    }

    /// Returns the value of a string trait, if the protocol reads it.
    pub(super) fn string<'t>(&self, traits: &'t Traits, id: &str) -> Option<&'t str> {
        self.get(traits, id).and_then(Value::as_str)
    }

    /// Returns the error code in the query protocol, if the service sends such codes.
    pub(super) fn query_error_code<'t>(&self, service: &Shape, error: &'t Traits) -> Option<&'t str> {
        let query_error = self.get(error, QUERY_ERROR).filter(|_| self.is_query_compatible(service))?;
        query_error.get("code").and_then(Value::as_str)
    }

    /// Returns the status of responses that contain the error, if the protocol reads it from the model.
    pub(super) fn http_error(&self, error: &Traits) -> Option<u16> {
        self.get(error, HTTP_ERROR).and_then(Value::as_u64).and_then(|status| status.try_into().ok())
    }

    /// Returns the properties of the protocol that the generated crate needs.
    pub(super) fn lower(&self, service: &Shape) -> ir::Protocol {
        let Self { runtime, features, .. } = self;
        let query_compatible = self.is_query_compatible(service);
        ir::Protocol { runtime, features, calls_by_name: !self.reads(http::HTTP), query_compatible }
    }

    /// Returns the request that the documentation of an operation shows, for protocols without HTTP bindings.
    pub(super) fn example(&self, service: &str, operation: &str, body: Value) -> Option<ir::ExampleRequest> {
        let ExampleRequest { method, path, headers } = self.example.as_ref()?;
        let fill = |value: &str| value.replace("{service}", service).replace("{operation}", operation);
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), fill(value))).collect();
        let body = ir::ExampleBody::Json(body);
        Some(ir::ExampleRequest { method: (*method).to_owned(), path: fill(path), headers, body })
    }

    fn is_query_compatible(&self, service: &Shape) -> bool {
        self.get(&service.traits, QUERY_COMPATIBLE).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{KNOWN_TRAITS, Treatment};

    #[test]
    fn the_table_lists_all_traits_of_protocols() {
        let unsupported = UNSUPPORTED.iter().flat_map(|(id, reads)| reads.iter().copied().flatten().chain([id]));
        let listed: BTreeSet<&str> = traits_that_are_read().chain(unsupported.copied()).collect();
        let known = KNOWN_TRAITS.iter().filter(|(_, treatment)| matches!(treatment, Treatment::Protocol));
        assert_eq!(listed, known.map(|(id, _)| *id).collect());
    }
}
