//! Tests for paginators, waiters, examples and additions.

use serde_json::{Value, json};

use super::{Source, imported, lines, problems, service_with, shape, trait_of};

/// Returns a service with a paginated operation that returns parcels.
fn paged() -> Value {
    service_with(
        json!({}),
        json!({
            "SendRequest": {
                "type": "structure",
                "members": { "Token": { "shape": "Text" }, "Limit": { "shape": "Number" } }
            },
            "SendResponse": {
                "type": "structure",
                "members": {
                    "Token": { "shape": "Text" },
                    "Sent": { "shape": "When" },
                    "Depot": { "shape": "Depot" }
                }
            },
            "Depot": {
                "type": "structure",
                "members": { "Parcels": { "shape": "Texts" }, "Count": { "shape": "Number" } }
            },
            "Texts": { "type": "list", "member": { "shape": "Text" } },
            "Text": { "type": "string" },
            "Number": { "type": "integer" },
            "When": { "type": "timestamp" },
            "Kind": { "type": "string", "enum": ["BY_LAND", "BY_SEA"] }
        }),
    )
}

fn paginated(entry: Value) -> (Value, String) {
    let service = paged();
    let paginators = json!({ "pagination": { "Send": entry } });
    let import = imported(&Source { paginators: Some(&paginators), ..Source::new(&service) });
    let value = trait_of(&import.model, "Send", "smithy.api#paginated").clone();
    (value, lines(&import.notes))
}

#[test]
fn pagination_becomes_a_trait() {
    let (value, notes) = paginated(json!({
        "input_token": "Token",
        "output_token": "Token",
        "limit_key": "Limit",
        "result_key": ["Depot.Count", "Depot.Parcels"],
        "non_aggregate_keys": ["Depot.Count"]
    }));
    assert_eq!(
        value,
        json!({
            "inputToken": "Token",
            "outputToken": "Token",
            "items": "Depot.Parcels",
            "pageSize": "Limit"
        })
    );
    assert_eq!(notes, "");
}

#[test]
fn pagination_that_smithy_cannot_express_is_a_note() {
    let location = "paginators.pagination.Send";
    let (value, notes) = paginated(json!({
        "input_token": ["Token", "Limit"],
        "output_token": ["Token", "Token"]
    }));
    assert_eq!(value, Value::Null);
    let several = "Smithy supports only one token; the operation is imported without pagination";
    assert_eq!(notes, format!("{location}.input_token: {several}\n{location}.output_token: {several}"));
    let (value, notes) = paginated(json!({
        "input_token": "Token",
        "output_token": "Depot.Parcels[-1]",
        "more_results": "More"
    }));
    assert_eq!(value, Value::Null);
    assert_eq!(
        notes,
        format!(
            "{location}: `Depot.Parcels[-1]` is not a path to a member of the output; \
             the operation is imported without pagination"
        )
    );
    let (value, notes) = paginated(json!({
        "input_token": "Token",
        "output_token": "Token",
        "result_key": "Depot",
        "more_results": "More"
    }));
    assert_eq!(value, json!({ "inputToken": "Token", "outputToken": "Token" }));
    assert_eq!(
        notes,
        format!(
            "{location}.result_key: expected one list or map, found `Depot`; pages are imported without items\n\
             {location}: `More` is ignored: in Smithy, only an absent token ends pagination"
        )
    );
}

#[test]
fn waiters_become_traits() {
    let service = paged();
    let path = |matcher: &str, expected: Value| json!({ "state": "retry", "matcher": matcher, "argument": "A.B", "expected": expected });
    let waiters = json!({ "version": 2, "waiters": {
        "Sent": {
            "operation": "Send",
            "delay": 150,
            "maxAttempts": 3,
            "description": "Words.",
            "acceptors": [
                path("path", json!("X")),
                path("path", json!(true)),
                path("path", json!(2)),
                path("pathAll", json!("X")),
                path("pathAny", json!("X")),
                { "state": "failure", "matcher": "error", "expected": "Lost" },
                { "state": "failure", "matcher": "error", "expected": true },
                { "state": "success", "matcher": "status", "expected": 200 }
            ]
        },
        "Gone": {
            "operation": "Send",
            "delay": 5,
            "maxAttempts": 3,
            "acceptors": [{ "state": "success", "matcher": "status", "expected": 404 }]
        }
    }});
    let import = imported(&Source { waiters: Some(&waiters), ..Source::new(&service) });
    let output = |path: &str, expected: &str, comparator: &str| {
        let output = json!({ "path": path, "expected": expected, "comparator": comparator });
        json!({ "state": "retry", "matcher": { "output": output } })
    };
    assert_eq!(
        trait_of(&import.model, "Send", "smithy.waiters#waitable"),
        &json!({ "Sent": {
            "acceptors": [
                output("A.B", "X", "stringEquals"),
                output("A.B", "true", "booleanEquals"),
                output("(A.B) == `2`", "true", "booleanEquals"),
                output("A.B", "X", "allStringEquals"),
                output("A.B", "X", "anyStringEquals"),
                { "state": "failure", "matcher": { "errorType": "Lost" } },
                { "state": "failure", "matcher": { "success": false } },
                { "state": "success", "matcher": { "success": true } }
            ],
            "minDelay": 150,
            "maxDelay": 150
        }})
    );
    assert_eq!(
        lines(&import.notes),
        "waiters.waiters.Gone.acceptors.0: Smithy does not support matching an HTTP status other than 200; the waiter is \
         omitted"
    );
}

#[test]
fn prose_and_invalid_examples_are_not_imported() {
    let service = paged();
    let example = |sent: Value| {
        json!({
            "input": { "Token": "t", "Limit": null },
            "output": { "Sent": sent, "Depot": { "Parcels": ["p"] } },
            "comments": { "input": {} },
            "description": "Words.",
            "id": "words",
            "title": "Words"
        })
    };
    let examples = json!({ "version": "1.0", "examples": { "Send": [
        example(json!("1481841524.0")),
        example(json!("yesterday")),
        example(json!("2016-12-15T22:38:44.5Z")),
        { "input": { "Weight": 3 } },
        { "input": { "Limit": "3" } }
    ]}});
    let import = imported(&Source { examples: Some(&examples), ..Source::new(&service) });
    let kept = |title: &str, sent: Value| {
        json!({
            "title": title,
            "input": { "Token": "t" },
            "output": { "Sent": sent, "Depot": { "Parcels": ["p"] } }
        })
    };
    assert_eq!(
        trait_of(&import.model, "Send", "smithy.api#examples"),
        &json!([kept("Send", json!(1_481_841_524)), kept("Send 2", json!("2016-12-15T22:38:44.5Z"))])
    );
    assert_eq!(
        lines(&import.notes),
        "examples.examples.Send.1.output.Sent: invalid timestamp `yesterday`; expected seconds or an RFC 3339 date and \
         time; the example is omitted\n\
         examples.examples.Send.3.input.Weight: unknown member of `com.amazonaws.parcelpost#SendRequest`; \
         the example is omitted\n\
         examples.examples.Send.4.input.Limit: expected a value of type `integer`, found a string; \
         the example is omitted"
    );
}

#[test]
fn unknown_operations_in_other_files_are_reported() {
    let service = paged();
    let paginators = json!({ "pagination": { "Fly": {} } });
    let waiters = json!({ "waiters": { "Flown": { "operation": "Fly", "acceptors": [] } } });
    let examples = json!({ "examples": { "Fly": [] } });
    let source = Source {
        paginators: Some(&paginators),
        waiters: Some(&waiters),
        examples: Some(&examples),
        ..Source::new(&service)
    };
    assert_eq!(
        problems(&source),
        "paginators.pagination.Fly: unknown operation `Fly`\n\
         waiters.waiters.Flown: unknown operation `Fly`\n\
         examples.examples.Fly: unknown operation `Fly`"
    );
}

#[test]
fn additions_set_names_and_traits() {
    let service = paged();
    let additions = json!({
        "enumNames": { "Kind": { "BY_LAND": "TRUCK" } },
        "traits": {
            "Send": { "smithy.api#readonly": {} },
            "SendRequest$Limit": { "smithy.api#required": {} }
        }
    });
    let import = imported(&Source { additions: Some(&additions), ..Source::new(&service) });
    let members = shape(&import.model, "Kind")["members"].as_object().unwrap();
    let names: Vec<&String> = members.keys().collect();
    assert_eq!(names, ["TRUCK", "BY_SEA"]);
    assert_eq!(trait_of(&import.model, "Send", "smithy.api#readonly"), &json!({}));
    assert_eq!(shape(&import.model, "SendRequest")["members"]["Limit"]["traits"], json!({ "smithy.api#required": {} }));
}

#[test]
fn additions_that_no_longer_apply_are_reported() {
    let service = paged();
    let additions = json!({
        "enumNames": {
            "Kind": { "BY_AIR": "PLANE", "BY_SEA": "BY_SEA", "BY_LAND": "by land" },
            "Colour": { "RED": "ROUGE" }
        },
        "traits": {
            "Fly": {},
            "SendRequest$Weight": {},
            "SendRequest": { "smithy.api#input": {} }
        },
        "moods": {}
    });
    let source = Source { additions: Some(&additions), ..Source::new(&service) };
    assert_eq!(
        problems(&source),
        "additions.enumNames.Kind.BY_LAND: invalid name `by land`; expected letters, digits and underscores\n\
         additions.moods: unknown key (an object)\n\
         additions.enumNames.Colour: enum not found\n\
         additions.enumNames.Kind.BY_AIR: value not found in the enum\n\
         additions.enumNames.Kind.BY_SEA: the derived name is the same; remove this entry\n\
         additions.traits.Fly: shape or member not found\n\
         additions.traits.SendRequest$Weight: shape or member not found\n\
         additions.traits.SendRequest.smithy.api#input: the source contains the same trait; remove this entry"
    );
}

#[test]
fn a_structure_becomes_a_union() {
    let service = paged();
    let additions = json!({ "unions": ["Depot"] });
    let model = imported(&Source { additions: Some(&additions), ..Source::new(&service) }).model;
    assert_eq!(shape(&model, "Depot")["type"], "union");
    assert_eq!(shape(&model, "SendResponse")["type"], "structure");
    let wrong = json!({ "unions": ["Texts", "Gone"] });
    assert_eq!(
        problems(&Source { additions: Some(&wrong), ..Source::new(&service) }),
        "additions.unions.Texts: structure not found\nadditions.unions.Gone: structure not found"
    );
    let mut marked = paged();
    marked["shapes"]["Depot"]["union"] = json!(true);
    assert_eq!(
        problems(&Source { additions: Some(&additions), ..Source::new(&marked) }),
        "additions.unions.Depot: already a union in the source; remove this entry"
    );
}
