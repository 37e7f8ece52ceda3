//! Tests for the importer. Each test uses a small source with one construct of botocore's format.

mod additions;
mod bindings;
mod operations;
mod remarks;
mod rules;
mod shapes;

use serde_json::{Value, json};

use super::{Import, Source, import};

/// Returns a service with these operations and shapes.
fn service(operations: Value, shapes: Value) -> Value {
    json!({
        "version": "2.0",
        "metadata": {
            "apiVersion": "2020-01-31",
            "endpointPrefix": "api.parcels",
            "jsonVersion": "1.1",
            "protocol": "json",
            "serviceFullName": "Parcel Service",
            "serviceId": "Parcel Post",
            "signatureVersion": "v4",
            "signingName": "parcels",
            "targetPrefix": "Parcels_20200131",
            "uid": "parcels-2020-01-31"
        },
        "operations": operations,
        "shapes": shapes,
        "documentation": "<p>Words.</p>"
    })
}

/// Returns a service with an operation `Send`, whose input is `SendRequest` and whose output is `SendResponse`. The
/// operation also contains `extra`.
fn service_with(extra: Value, shapes: Value) -> Value {
    let mut operation = json!({
        "name": "Send",
        "http": { "method": "POST", "requestUri": "/" },
        "input": { "shape": "SendRequest" },
        "output": { "shape": "SendResponse" }
    });
    merge(&mut operation, extra);
    let mut all = json!({
        "SendRequest": { "type": "structure", "members": {} },
        "SendResponse": { "type": "structure", "members": {} }
    });
    merge(&mut all, shapes);
    service(json!({ "Send": operation }), all)
}

fn merge(into: &mut Value, from: Value) {
    let into = into.as_object_mut().unwrap();
    into.extend(from.as_object().unwrap().clone());
}

fn imported(source: &Source<'_>) -> Import {
    match import(source) {
        Ok(import) => import,
        Err(problems) => panic!("{}", lines(&problems)),
    }
}

/// Imports a service, and checks that there are no notes.
fn model(service: &Value) -> Value {
    let import = imported(&Source::new(service));
    assert_eq!(lines(&import.notes), "");
    import.model
}

/// Returns the problems with a source, one per line.
fn problems(source: &Source<'_>) -> String {
    lines(&import(source).unwrap_err())
}

fn lines(remarks: &[super::Remark]) -> String {
    let lines: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Returns the shape with this name in the imported model.
fn shape<'a>(model: &'a Value, name: &str) -> &'a Value {
    let shape = &model["shapes"][format!("com.amazonaws.parcelpost#{name}")];
    assert!(shape.is_object(), "{name} is not in {model:#}");
    shape
}

/// Returns a trait of a shape. If the shape does not have the trait, returns null.
fn trait_of<'a>(model: &'a Value, name: &str, id: &str) -> &'a Value {
    &shape(model, name)["traits"][id]
}

#[test]
fn metadata_becomes_the_service_shape() {
    let model = model(&service(
        json!({
            "Send": { "name": "Send", "http": { "method": "POST", "requestUri": "/" } },
            "Ask": { "name": "Ask", "http": { "method": "POST", "requestUri": "/" } }
        }),
        json!({}),
    ));
    assert_eq!(model["smithy"], "2.0");
    assert_eq!(
        shape(&model, "Parcels_20200131"),
        &json!({
            "type": "service",
            "version": "2020-01-31",
            "operations": [
                { "target": "com.amazonaws.parcelpost#Ask" },
                { "target": "com.amazonaws.parcelpost#Send" }
            ],
            "traits": {
                "aws.api#service": {
                    "sdkId": "Parcel Post",
                    "arnNamespace": "parcels",
                    "endpointPrefix": "api.parcels"
                },
                "aws.auth#sigv4": { "name": "parcels" },
                "aws.protocols#awsJson1_1": {},
                "smithy.api#title": "Parcel Service"
            }
        })
    );
}

#[test]
fn protocols_and_their_settings_become_traits() {
    let mut source = service(json!({}), json!({}));
    merge(
        &mut source["metadata"],
        json!({
            "jsonVersion": "1.0",
            "protocol": "smithy-rpc-v2-cbor",
            "protocols": ["smithy-rpc-v2-cbor", "json", "query"],
            "protocolSettings": { "h2": "eventstream" },
            "awsQueryCompatible": {},
            "auth": ["aws.auth#sigv4a", "aws.auth#sigv4"],
            "xmlNamespace": "http://parcels.example/doc/"
        }),
    );
    let model = model(&source);
    let traits = shape(&model, "Parcels_20200131")["traits"].clone();
    let http2 = json!({ "eventStreamHttp": ["h2"] });
    assert_eq!(traits["aws.protocols#awsJson1_0"], http2);
    assert_eq!(traits["smithy.protocols#rpcv2Cbor"], http2);
    assert_eq!(traits["aws.protocols#awsQuery"], json!({}));
    assert_eq!(traits["aws.protocols#awsQueryCompatible"], json!({}));
    assert_eq!(traits["aws.auth#sigv4a"], json!({ "name": "parcels" }));
    assert_eq!(traits["smithy.api#auth"], json!(["aws.auth#sigv4a", "aws.auth#sigv4"]));
}

#[test]
fn the_last_part_of_a_target_prefix_is_the_name() {
    let mut source = service(json!({}), json!({}));
    source["metadata"]["targetPrefix"] = json!("com.parcels.v1.Parcels");
    let model = model(&source);
    assert_eq!(trait_of(&model, "Parcels", "simba.api#targetPrefix"), "com.parcels.v1.Parcels");
    assert_eq!(model["shapes"]["simba.api#targetPrefix"]["traits"]["smithy.api#trait"]["selector"], "service");
}

#[test]
fn a_service_without_ids_is_named_after_its_target_prefix() {
    let source = json!({
        "metadata": { "protocol": "json", "jsonVersion": "1.1", "targetPrefix": "JsonProtocol" },
        "operations": {},
        "shapes": {}
    });
    let model = model(&source);
    let traits = &model["shapes"]["com.amazonaws.jsonprotocol#JsonProtocol"]["traits"];
    assert_eq!(traits, &json!({ "aws.protocols#awsJson1_1": {} }));
}

#[test]
fn documentation_is_not_imported() {
    let source = service_with(
        json!({ "documentation": "<p>Words.</p>", "documentationUrl": "https://words.example" }),
        json!({
            "SendRequest": {
                "type": "structure",
                "members": { "Label": { "shape": "Label", "documentation": "<p>Words.</p>" } },
                "documentation": "<p>Words.</p>"
            },
            "Label": { "type": "string", "documentation": "<p>Words.</p>" }
        }),
    );
    assert!(!model(&source).to_string().to_lowercase().contains("words"));
}

#[test]
fn all_unsupported_keys_are_reported_in_one_run() {
    let mut source = service_with(
        json!({ "mood": "good" }),
        json!({
            "Label": { "type": "string", "colour": "red", "min": "one" },
            "Thing": { "type": "thing" },
            "Names": { "type": "list", "member": { "shape": "Nobody" } },
            "Box": { "type": "structure", "members": {}, "required": ["Lid"] },
            "When": { "type": "timestamp", "timestampFormat": "julian" }
        }),
    );
    source["metadata"]["planet"] = json!("earth");
    assert_eq!(
        problems(&Source::new(&source)),
        "metadata.planet: unknown key (a string)\n\
         shapes.Label.min: expected a number, found a string\n\
         shapes.Label.colour: unknown key (a string)\n\
         shapes.Thing: unknown type `thing`\n\
         shapes.Box.required: member `Lid` not found\n\
         shapes.When.timestampFormat: unknown timestamp format `julian`; expected `iso8601`, `unixTimestamp` \
         or `rfc822`\n\
         shapes.Names.member: shape `com.amazonaws.parcelpost#Nobody` not found\n\
         operations.Send.mood: unknown key (a string)"
    );
}

#[test]
fn services_without_a_supported_protocol_are_rejected() {
    let refused = |source: Value| problems(&Source::new(&source));
    assert_eq!(refused(json!([])), "expected an object, found a list");
    assert_eq!(refused(json!({})), "missing `metadata`");
    let mut source = service(json!({}), json!({}));
    source.as_object_mut().unwrap().remove("operations");
    source.as_object_mut().unwrap().remove("shapes");
    assert_eq!(refused(source), "missing `operations`\nmissing `shapes`");
    let mut source = service(json!({}), json!({}));
    source["metadata"]["protocol"] = json!("rest-xml");
    source["metadata"].as_object_mut().unwrap().remove("targetPrefix");
    assert_eq!(
        refused(source),
        "metadata.protocol: expected one of `json`, `rest-json`, `smithy-rpc-v2-cbor`, found `rest-xml`"
    );
}

#[test]
fn importing_is_deterministic() {
    let source =
        service_with(json!({}), json!({ "B": { "type": "string" }, "A": { "type": "string", "enum": ["x", "y"] } }));
    let first = model(&source).to_string();
    assert_eq!(first, model(&source).to_string());
    assert!(first.find("parcelpost#A\"") < first.find("parcelpost#B\""));
}
