//! The protocols that generated clients speak: one row each.

use crate::{diagnostic::Report, ir, model::Shape};

/// A protocol.
struct Row {
    /// The trait that a service names it with.
    trait_id: &'static str,
    /// The runtime's constant for it, below the module `protocol`.
    runtime: &'static [&'static str],
    /// The features of the runtime that it needs.
    features: &'static [&'static str],
    /// The format of its bodies.
    body: ir::BodyFormat,
}

/// All of them. A service that speaks several is called by the first, which is AWS's order of preference.
const PROTOCOLS: [Row; 3] = [
    Row {
        trait_id: "smithy.protocols#rpcv2Cbor",
        runtime: &["rpc_v2_cbor", "RpcV2Cbor", "DEFAULT"],
        features: &["cbor"],
        body: ir::BodyFormat::Cbor,
    },
    Row {
        trait_id: "aws.protocols#awsJson1_0",
        runtime: &["aws_json", "AwsJson", "V1_0"],
        features: &[],
        body: ir::BodyFormat::Json { content_type: "application/x-amz-json-1.0" },
    },
    Row {
        trait_id: "aws.protocols#awsJson1_1",
        runtime: &["aws_json", "AwsJson", "V1_1"],
        features: &[],
        body: ir::BodyFormat::Json { content_type: "application/x-amz-json-1.1" },
    },
];

/// Protocols that are known and not supported yet.
const UNSUPPORTED: [&str; 6] = [
    "alloy#simpleRestJson",
    "aws.protocols#awsQuery",
    "aws.protocols#ec2Query",
    "aws.protocols#restJson1",
    "aws.protocols#restXml",
    "smithy.protocols#rpcv2Json",
];

/// Whether a service speaks a protocol that is supported.
pub(super) fn is_supported(service: &Shape) -> bool {
    row(service).is_some()
}

/// The protocol of a service; a report if there is none.
pub(super) fn of(service: &Shape, report: &mut Report) -> ir::Protocol {
    let found = row(service);
    if found.is_none() {
        let others: Vec<&str> = service.traits.iter().map(|(id, _)| id).filter(|id| UNSUPPORTED.contains(id)).collect();
        let message = match others.as_slice() {
            [] => "the service has no protocol trait".to_owned(),
            others => format!("the protocol {} is not supported", others.join(", ")),
        };
        let supported = PROTOCOLS.map(|row| format!("`{}`", row.trait_id)).join(", ");
        report.error(message).in_file(&service.file).at(&service.id).help(format!("supported are {supported}"));
    }
    let Row { trait_id, runtime, features, body } = found.unwrap_or(&PROTOCOLS[0]);
    let query_compatible = service.traits.has("aws.protocols#awsQueryCompatible");
    ir::Protocol { trait_id, runtime, features, body: *body, query_compatible }
}

fn row(service: &Shape) -> Option<&'static Row> {
    const ROWS: &[Row] = &PROTOCOLS;
    ROWS.iter().find(|row| service.traits.has(row.trait_id))
}
