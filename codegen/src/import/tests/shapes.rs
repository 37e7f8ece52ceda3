//! Tests for shapes: structures, collections, simple types, enums and errors.

use serde_json::{Value, json};

use super::{Source, imported, lines, model, problems, service, shape, trait_of};

fn shapes(shapes: Value) -> Value {
    model(&service(json!({}), shapes))
}

#[test]
fn structure_members_keep_their_order_and_traits() {
    let model = shapes(json!({
        "Parcel": {
            "type": "structure",
            "required": ["Weight"],
            "members": {
                "Weight": { "shape": "Grams", "box": true },
                "Address": {
                    "shape": "Text",
                    "deprecated": true,
                    "deprecatedMessage": "Use Weight.",
                    "deprecatedSince": "2024-01-01",
                    "contextParam": { "name": "Street" },
                    "hostLabel": true
                },
                "Token": { "shape": "Text", "idempotencyToken": true }
            },
            "sensitive": true
        },
        "Grams": { "type": "integer", "min": 1, "max": 31500 },
        "Text": { "type": "string" }
    }));
    let parcel = shape(&model, "Parcel");
    assert_eq!(parcel["type"], "structure");
    assert_eq!(parcel["traits"], json!({ "smithy.api#sensitive": {} }));
    let members = parcel["members"].as_object().unwrap();
    let names: Vec<&String> = members.keys().collect();
    assert_eq!(names, ["Weight", "Address", "Token"]);
    assert_eq!(
        members["Weight"],
        json!({
            "target": "com.amazonaws.parcelpost#Grams",
            "traits": { "smithy.api#required": {} }
        })
    );
    assert_eq!(
        members["Address"]["traits"],
        json!({
            "smithy.api#deprecated": { "message": "Use Weight.", "since": "2024-01-01" },
            "smithy.api#hostLabel": {},
            "smithy.rules#contextParam": { "name": "Street" }
        })
    );
    assert_eq!(members["Token"]["traits"], json!({ "smithy.api#idempotencyToken": {} }));
}

#[test]
fn a_member_has_its_wire_name() {
    let source = service(
        json!({}),
        json!({
            "Parcel": {
                "type": "structure",
                "required": ["Weight"],
                "members": { "Weight": { "shape": "Text", "locationName": "weight" } }
            },
            "Text": { "type": "string" }
        }),
    );
    let import = imported(&Source::new(&source));
    let members = &shape(&import.model, "Parcel")["members"];
    assert_eq!(members["weight"]["traits"], json!({ "smithy.api#required": {} }));
    assert_eq!(lines(&import.notes), "shapes.Parcel.members.Weight: imported under the wire name `weight`");
}

#[test]
fn constraints_become_length_range_and_pattern() {
    let model = shapes(json!({
        "Text": { "type": "string", "min": 1, "max": 9, "pattern": "a+", "sensitive": true },
        "Bytes": { "type": "blob", "max": 4 },
        "List": { "type": "list", "member": { "shape": "Text" }, "min": 0, "flattened": true },
        "Map": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Long" }, "max": 3 },
        "Long": { "type": "long", "min": -1 },
        "Double": { "type": "double", "min": 0.5 }
    }));
    let length = "smithy.api#length";
    assert_eq!(
        shape(&model, "Text")["traits"],
        json!({
            "smithy.api#length": { "min": 1, "max": 9 },
            "smithy.api#pattern": "a+",
            "smithy.api#sensitive": {}
        })
    );
    assert_eq!(trait_of(&model, "Bytes", length), &json!({ "max": 4 }));
    assert_eq!(shape(&model, "List")["traits"], json!({ "smithy.api#length": { "min": 0 } }));
    assert_eq!(trait_of(&model, "Map", length), &json!({ "max": 3 }));
    let range = "smithy.api#range";
    assert_eq!(trait_of(&model, "Long", range), &json!({ "min": -1 }));
    assert_eq!(trait_of(&model, "Double", range), &json!({ "min": 0.5 }));
    assert_eq!(shape(&model, "Map")["value"], json!({ "target": "com.amazonaws.parcelpost#Long" }));
}

#[test]
fn every_scalar_has_its_type() {
    for (older, smithy) in [
        ("string", "string"),
        ("character", "string"),
        ("blob", "blob"),
        ("timestamp", "timestamp"),
        ("boolean", "boolean"),
        ("byte", "byte"),
        ("short", "short"),
        ("integer", "integer"),
        ("long", "long"),
        ("float", "float"),
        ("double", "double"),
        ("biginteger", "bigInteger"),
        ("bigdecimal", "bigDecimal"),
    ] {
        let model = shapes(json!({ "Value": { "type": older, "box": true } }));
        assert_eq!(shape(&model, "Value"), &json!({ "type": smithy }));
    }
}

#[test]
fn timestamp_formats_become_traits() {
    for (older, smithy) in [("iso8601", "date-time"), ("unixTimestamp", "epoch-seconds"), ("rfc822", "http-date")] {
        let model = shapes(json!({
            "When": { "type": "timestamp", "timestampFormat": older },
            "Plain": { "type": "timestamp" },
            "Holder": {
                "type": "structure",
                "members": { "At": { "shape": "Plain", "timestampFormat": older } }
            }
        }));
        let id = "smithy.api#timestampFormat";
        assert_eq!(trait_of(&model, "When", id), smithy);
        assert_eq!(shape(&model, "Holder")["members"]["At"]["traits"][id], smithy);
    }
}

#[test]
fn unions_documents_and_event_streams_have_their_types() {
    let source = service(
        json!({}),
        json!({
            "Choice": { "type": "structure", "union": true, "members": { "A": { "shape": "Text" } } },
            "Anything": { "type": "structure", "document": true, "members": {} },
            "Stream": {
                "type": "structure",
                "eventstream": true,
                "required": ["Event"],
                "members": { "Event": { "shape": "Event" } }
            },
            "Event": {
                "type": "structure",
                "event": true,
                "members": {
                    "Payload": { "shape": "Bytes", "eventpayload": true },
                    "Kind": { "shape": "Text", "eventheader": true }
                }
            },
            "Holder": {
                "type": "structure",
                "members": { "Body": { "shape": "Body", "streaming": true } }
            },
            "Body": { "type": "blob" },
            "Bytes": { "type": "blob" },
            "Text": { "type": "string" }
        }),
    );
    let import = imported(&Source::new(&source));
    let model = &import.model;
    assert_eq!(shape(model, "Choice")["type"], "union");
    assert_eq!(shape(model, "Anything"), &json!({ "type": "document" }));
    let stream = shape(model, "Stream");
    assert_eq!(stream["type"], "union");
    assert_eq!(stream["traits"], json!({ "smithy.api#streaming": {} }));
    assert_eq!(stream["members"]["Event"]["traits"], Value::Null);
    let event = &shape(model, "Event")["members"];
    let mark = |id: &str| json!({ id: {} });
    assert_eq!(event["Payload"]["traits"], mark("smithy.api#eventPayload"));
    assert_eq!(event["Kind"]["traits"], mark("smithy.api#eventHeader"));
    assert_eq!(trait_of(model, "Body", "smithy.api#streaming"), &json!({}));
    assert_eq!(lines(&import.notes), "shapes.Stream.required: ignored: members of a union cannot be required");
}

#[test]
fn json_in_strings_is_a_trait_of_the_shape_or_of_a_second_shape() {
    let holder = |second: Value| {
        json!({
            "Holder": {
                "type": "structure",
                "members": { "A": { "shape": "Json", "jsonvalue": true }, "B": second }
            },
            "Json": { "type": "string" }
        })
    };
    let agreed = shapes(holder(json!({ "shape": "Json", "jsonvalue": true })));
    assert_eq!(trait_of(&agreed, "Json", "smithy.api#mediaType"), "application/json");
    let split = shapes(holder(json!({ "shape": "Json" })));
    assert_eq!(shape(&split, "Json"), &json!({ "type": "string" }));
    assert_eq!(trait_of(&split, "SynthesizedJsonJson", "smithy.api#mediaType"), "application/json");
    let members = &shape(&split, "Holder")["members"];
    assert_eq!(members["A"]["target"], "com.amazonaws.parcelpost#SynthesizedJsonJson");
    assert_eq!(members["B"]["target"], "com.amazonaws.parcelpost#Json");
}

#[test]
fn enum_members_are_named_after_their_values() {
    let values = [
        ("AVAILABLE", "AVAILABLE"),
        ("file-cache.type", "FILE_CACHE_TYPE"),
        ("camelCase", "CAMEL_CASE"),
        ("CAMEL_CASE", "CAMEL_CASE_2"),
        ("aws:kms", "AWS_KMS"),
        ("SINGLE_AZ_HA_2", "SINGLE_AZ_HA_2"),
        ("5.1", "_5_1"),
        ("", "VALUE_8"),
        ("*", "VALUE_9"),
    ];
    let given: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
    let model = shapes(json!({ "Kind": { "type": "string", "enum": given, "max": 20 } }));
    let kind = shape(&model, "Kind");
    assert_eq!(kind["type"], "enum");
    assert_eq!(kind["traits"]["smithy.api#length"], json!({ "max": 20 }));
    let members = kind["members"].as_object().unwrap();
    let found: Vec<(&str, &str)> = members
        .iter()
        .map(|(name, member)| {
            assert_eq!(member["target"], "smithy.api#Unit");
            let value = member["traits"]["smithy.api#enumValue"].as_str();
            (value.unwrap(), name.as_str())
        })
        .collect();
    assert_eq!(found, values);
}

#[test]
fn errors_have_a_fault() {
    let error = |extra: Value| {
        let mut error = json!({ "type": "structure", "members": {} });
        super::merge(&mut error, extra);
        let model = shapes(json!({ "Failed": error }));
        shape(&model, "Failed")["traits"].clone()
    };
    assert_eq!(error(json!({ "exception": true })), json!({ "smithy.api#error": "client" }));
    assert_eq!(
        error(json!({ "exception": true, "fault": true, "synthetic": true })),
        json!({ "smithy.api#error": "server" })
    );
    assert_eq!(
        error(json!({ "error": { "httpStatusCode": 503 }, "retryable": { "throttling": true } })),
        json!({
            "smithy.api#error": "server",
            "smithy.api#httpError": 503,
            "smithy.api#retryable": { "throttling": true }
        })
    );
    assert_eq!(
        error(json!({
            "exception": true,
            "error": { "code": "Parcel.Lost", "httpStatusCode": 404, "senderFault": true },
            "retryable": { "throttling": false }
        })),
        json!({
            "aws.protocols#awsQueryError": { "code": "Parcel.Lost", "httpResponseCode": 404 },
            "smithy.api#error": "client",
            "smithy.api#httpError": 404,
            "smithy.api#retryable": {}
        })
    );
}

#[test]
fn names_that_are_invalid_in_smithy_are_reported() {
    let source = service(
        json!({}),
        json!({
            "1st": { "type": "string" },
            "Holder": { "type": "structure", "members": { "a-b": { "shape": "Text" } } },
            "Text": { "type": "string" }
        }),
    );
    assert_eq!(
        problems(&Source::new(&source)),
        "shapes.1st: invalid shape name; expected letters, digits and underscores, not starting with a digit\n\
         shapes.Holder.members.a-b: invalid member name; expected letters, digits and underscores, not starting with a digit"
    );
}
