//! Tests for operations: their inputs, outputs, authentication and endpoints.

use serde_json::{Value, json};

use super::{Source, merge, model, problems, service, service_with, shape, trait_of};

/// Imports a service whose operation `Send` contains `extra`, and returns the traits of the operation.
fn traits(extra: Value) -> Value {
    shape(&model(&service_with(extra, json!({}))), "Send")["traits"].clone()
}

#[test]
fn operations_refer_to_their_bodies_and_errors() {
    let model = model(&service_with(
        json!({ "errors": [{ "shape": "Late" }, { "shape": "Early", "exception": true, "fault": true }] }),
        json!({
            "Early": { "type": "structure", "members": {} },
            "Late": { "type": "structure", "members": {}, "exception": true }
        }),
    ));
    assert_eq!(
        shape(&model, "Send"),
        &json!({
            "type": "operation",
            "input": { "target": "com.amazonaws.parcelpost#SendRequest" },
            "output": { "target": "com.amazonaws.parcelpost#SendResponse" },
            "errors": [
                { "target": "com.amazonaws.parcelpost#Late" },
                { "target": "com.amazonaws.parcelpost#Early" }
            ]
        })
    );
    assert_eq!(trait_of(&model, "SendRequest", "smithy.api#input"), &json!({}));
    assert_eq!(trait_of(&model, "SendResponse", "smithy.api#output"), &json!({}));
    assert_eq!(trait_of(&model, "Early", "smithy.api#error"), "server");
    assert_eq!(trait_of(&model, "Late", "smithy.api#error"), "client");
}

#[test]
fn an_absent_body_is_the_unit_type() {
    let http = json!({ "method": "POST", "requestUri": "/" });
    let model = model(&service(json!({ "Ping": { "name": "Ping", "http": http, "input": {} } }), json!({})));
    let unit = json!({ "target": "smithy.api#Unit" });
    assert_eq!(shape(&model, "Ping")["input"], unit);
    assert_eq!(shape(&model, "Ping")["output"], unit);
}

#[test]
fn a_shared_body_has_no_input_or_output_trait() {
    let http = json!({ "method": "POST", "requestUri": "/" });
    let operation = |name: &str, output: &str| {
        json!({
            "name": name,
            "http": http,
            "input": { "shape": "Common" },
            "output": { "shape": output }
        })
    };
    let structure = |members: Value| json!({ "type": "structure", "members": members });
    let model = model(&service(
        json!({ "A": operation("A", "Parcel"), "B": operation("B", "Both") }),
        json!({
            "Common": structure(json!({})),
            "Parcel": structure(json!({})),
            "Both": structure(json!({ "Parcel": { "shape": "Parcel" } }))
        }),
    ));
    assert_eq!(shape(&model, "Common")["traits"], Value::Null);
    assert_eq!(shape(&model, "Parcel")["traits"], Value::Null);
    assert_eq!(shape(&model, "Both")["traits"], json!({ "smithy.api#output": {} }));
}

#[test]
fn properties_of_operations_become_traits() {
    assert_eq!(
        traits(json!({
            "idempotent": true,
            "readonly": true,
            "httpChecksumRequired": true,
            "deprecated": true,
            "deprecatedMessage": "Carry it yourself."
        })),
        json!({
            "smithy.api#deprecated": { "message": "Carry it yourself." },
            "smithy.api#httpChecksumRequired": {},
            "smithy.api#idempotent": {},
            "smithy.api#readonly": {}
        })
    );
    assert_eq!(
        traits(json!({ "requestcompression": { "encodings": ["gzip"] } })),
        json!({ "smithy.api#requestCompression": { "encodings": ["gzip"] } })
    );
    assert_eq!(
        traits(json!({ "httpChecksum": {
            "requestAlgorithmMember": "Algorithm",
            "requestChecksumRequired": true,
            "responseAlgorithms": ["CRC32"]
        } })),
        json!({ "aws.protocols#httpChecksum": {
            "requestAlgorithmMember": "Algorithm",
            "requestChecksumRequired": true,
            "responseAlgorithms": ["CRC32"]
        } })
    );
}

#[test]
fn authentication_types_become_traits() {
    let none = json!({ "smithy.api#auth": [] });
    assert_eq!(traits(json!({ "authtype": "none" })), none);
    assert_eq!(traits(json!({ "auth": ["smithy.api#noAuth"] })), none);
    assert_eq!(
        traits(json!({ "auth": ["aws.auth#sigv4", "smithy.api#noAuth"] })),
        json!({ "smithy.api#auth": ["aws.auth#sigv4"], "smithy.api#optionalAuth": {} })
    );
    assert_eq!(traits(json!({ "authtype": "v4-unsigned-body" })), json!({ "aws.auth#unsignedPayload": {} }));
}

#[test]
fn host_prefixes_and_endpoint_parameters_become_traits() {
    assert_eq!(
        traits(json!({
            "endpoint": { "hostPrefix": "{Depot}.data-" },
            "staticContextParams": { "Kind": { "value": ["a", "b"] } },
            "operationContextParams": { "Names": { "path": "Parcels[*].Name" } }
        })),
        json!({
            "smithy.api#endpoint": { "hostPrefix": "{Depot}.data-" },
            "smithy.rules#operationContextParams": { "Names": { "path": "Parcels[*].Name" } },
            "smithy.rules#staticContextParams": { "Kind": { "value": ["a", "b"] } }
        })
    );
    let mut source = service(json!({}), json!({}));
    merge(&mut source, json!({ "clientContextParams": { "Kind": { "type": "string", "documentation": "Words." } } }));
    assert_eq!(
        trait_of(&model(&source), "Parcels_20200131", "smithy.rules#clientContextParams"),
        &json!({ "Kind": { "type": "string" } })
    );
}

#[test]
fn endpoint_discovery_becomes_traits() {
    let source = service_with(
        json!({ "endpointdiscovery": { "required": true }, "endpointoperation": true }),
        json!({
            "InvalidEndpointException": { "type": "structure", "members": {}, "exception": true },
            "SendRequest": {
                "type": "structure",
                "members": { "Id": { "shape": "Text", "endpointdiscoveryid": true } }
            },
            "Text": { "type": "string" }
        }),
    );
    let model = model(&source);
    assert_eq!(trait_of(&model, "Send", "aws.api#clientDiscoveredEndpoint"), &json!({ "required": true }));
    assert_eq!(
        trait_of(&model, "Parcels_20200131", "aws.api#clientEndpointDiscovery"),
        &json!({
            "operation": "com.amazonaws.parcelpost#Send",
            "error": "com.amazonaws.parcelpost#InvalidEndpointException"
        })
    );
    assert_eq!(
        shape(&model, "SendRequest")["members"]["Id"]["traits"],
        json!({ "aws.api#clientEndpointDiscoveryId": {} })
    );
}

#[test]
fn broken_references_are_reported() {
    let source = service_with(
        json!({
            "name": "Sent",
            "input": { "shape": "Nothing" },
            "output": { "shape": "Text" },
            "errors": [{ "shape": "Nobody" }, {}],
            "authtype": "handshake"
        }),
        json!({ "Text": { "type": "string" }, "Send": { "type": "string" }, "SendShape": { "type": "string" } }),
    );
    assert_eq!(
        problems(&Source::new(&source)),
        "shapes.SendShape: duplicate shape or operation `com.amazonaws.parcelpost#SendShape`\n\
         operations.Send.name: expected `Send`, found `Sent`\n\
         operations.Send.input.shape: shape `Nothing` not found\n\
         operations.Send.output.shape: expected a structure, but `Text` has the type `string`\n\
         operations.Send.errors.0.shape: shape `Nobody` not found\n\
         operations.Send.errors.1: missing `shape`\n\
         operations.Send.authtype: unknown authentication type `handshake`; expected `none`, `v4`, `v4-unsigned-body` or `bearer`"
    );
}

#[test]
fn shapes_with_the_name_of_an_operation_are_renamed() {
    let model = model(&service_with(
        json!({ "output": { "shape": "Send" } }),
        json!({ "Send": { "type": "structure", "members": { "Inner": { "shape": "Send" } } } }),
    ));
    assert_eq!(shape(&model, "Send")["output"]["target"], "com.amazonaws.parcelpost#SendShape");
    assert_eq!(shape(&model, "SendShape")["members"]["Inner"]["target"], "com.amazonaws.parcelpost#SendShape");
}
