//! Tests for services with the restJson1 protocol.

use serde_json::{Value, json};

use super::{Source, merge, model, problems, service_with, shape, trait_of};

/// Returns a service with the restJson1 protocol and an operation `Send` that contains `extra`.
fn rest_service(extra: Value, shapes: Value) -> Value {
    let mut source = service_with(extra, shapes);
    merge(&mut source["metadata"], json!({ "protocol": "rest-json" }));
    source["metadata"].as_object_mut().unwrap().remove("targetPrefix");
    source
}

fn structure(members: Value) -> Value {
    json!({ "type": "structure", "members": members })
}

#[test]
fn the_service_is_named_after_its_id() {
    let model = model(&rest_service(json!({}), json!({})));
    assert_eq!(trait_of(&model, "ParcelPost", "aws.protocols#restJson1"), &json!({}));
}

#[test]
fn labels_are_named_after_members() {
    let model = model(&rest_service(
        json!({ "http": { "method": "PUT", "requestUri": "/depots/{depot}/{path+}?full", "responseCode": 202 } }),
        json!({
            "SendRequest": structure(json!({
                "DepotName": { "shape": "Text", "location": "uri", "locationName": "depot" },
                "Path": { "shape": "Text", "location": "uri", "locationName": "path" }
            })),
            "Text": { "type": "string" }
        }),
    ));
    let http = json!({ "method": "PUT", "uri": "/depots/{DepotName}/{Path+}?full", "code": 202 });
    assert_eq!(trait_of(&model, "Send", "smithy.api#http"), &http);
    let label = json!({ "smithy.api#httpLabel": {}, "smithy.api#required": {} });
    assert_eq!(shape(&model, "SendRequest")["members"]["DepotName"]["traits"], label);
}

#[test]
fn members_are_bound_to_their_locations() {
    let model = model(&rest_service(
        json!({}),
        json!({
            "SendRequest": structure(json!({
                "Weight": { "shape": "Text", "location": "querystring", "locationName": "weight" },
                "Others": { "shape": "Texts", "location": "querystring" },
                "Sender": { "shape": "Text", "location": "header", "locationName": "X-Sender" },
                "Meta": { "shape": "Texts", "location": "headers", "locationName": "X-Meta-" },
                "Note": { "shape": "Text", "locationName": "note" },
                "same": { "shape": "Text", "locationName": "same" }
            })),
            "SendResponse": {
                "type": "structure",
                "payload": "Content",
                "members": {
                    "Status": { "shape": "Number", "location": "statusCode" },
                    "Content": { "shape": "Data", "locationName": "content" }
                }
            },
            "Text": { "type": "string" },
            "Texts": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Text" } },
            "Number": { "type": "integer" },
            "Data": { "type": "blob", "streaming": true, "requiresLength": true }
        }),
    ));
    let traits = |structure: &str, member: &str| shape(&model, structure)["members"][member]["traits"].clone();
    assert_eq!(traits("SendRequest", "Weight"), json!({ "smithy.api#httpQuery": "weight" }));
    assert_eq!(traits("SendRequest", "Others"), json!({ "smithy.api#httpQueryParams": {} }));
    assert_eq!(traits("SendRequest", "Sender"), json!({ "smithy.api#httpHeader": "X-Sender" }));
    assert_eq!(traits("SendRequest", "Meta"), json!({ "smithy.api#httpPrefixHeaders": "X-Meta-" }));
    assert_eq!(traits("SendRequest", "Note"), json!({ "smithy.api#jsonName": "note" }));
    assert_eq!(traits("SendRequest", "same"), Value::Null);
    assert_eq!(traits("SendResponse", "Status"), json!({ "smithy.api#httpResponseCode": {} }));
    assert_eq!(traits("SendResponse", "Content"), json!({ "smithy.api#httpPayload": {} }));
    let data = &shape(&model, "Data")["traits"];
    assert_eq!(data, &json!({ "smithy.api#requiresLength": {}, "smithy.api#streaming": {} }));
}

#[test]
fn bearer_tokens_are_used_if_the_metadata_lists_them() {
    let mut source = rest_service(json!({}), json!({}));
    source["metadata"]["signatureVersion"] = json!("bearer");
    let model = model(&source);
    assert_eq!(trait_of(&model, "ParcelPost", "smithy.api#httpBearerAuth"), &json!({}));
    assert_eq!(trait_of(&model, "ParcelPost", "aws.auth#sigv4"), &Value::Null);
}

#[test]
fn invalid_bindings_are_reported() {
    let source = rest_service(
        json!({ "http": {} }),
        json!({
            "SendRequest": {
                "type": "structure",
                "payload": "Nothing",
                "members": { "A": { "shape": "Text", "location": "moon" } }
            },
            "Text": { "type": "string" }
        }),
    );
    assert_eq!(
        problems(&Source::new(&source)),
        "shapes.SendRequest.payload: member `Nothing` not found\n\
         shapes.SendRequest.members.A.location: unknown location `moon`; expected `uri`, `querystring`, `header`, \
         `headers` or `statusCode`\n\
         operations.Send.http: missing `method`\n\
         operations.Send.http: missing `requestUri`"
    );
}
