//! Tests for the problems and notes that the other importer tests do not cover.

use serde_json::{Value, json};

use super::{Source, imported, lines, merge, problems, service, service_with};

/// Imports a service. Returns the notes or, if the import fails, the problems.
fn said(service: &Value) -> String {
    match super::import(&Source::new(service)) {
        Ok(import) => lines(&import.notes),
        Err(problems) => lines(&problems),
    }
}

#[test]
fn problems_in_metadata_are_reported() {
    for (metadata, expected) in [
        (
            json!({ "targetPrefix": "1st" }),
            "metadata.targetPrefix: invalid service name `1st`; expected letters, digits and underscores",
        ),
        (
            json!({ "jsonVersion": "2.0" }),
            "metadata.jsonVersion: unknown awsJson version `2.0`; expected `1.0` or `1.1`",
        ),
        (
            json!({ "protocols": ["json", "rest-xml"] }),
            "metadata.protocols: unknown protocol `rest-xml`; expected `json`, `rest-json`, `smithy-rpc-v2-cbor` or \
             `query`",
        ),
        (
            json!({ "protocolSettings": { "h2": "maybe" } }),
            "metadata.protocolSettings.h2: unknown value `maybe`; expected `optional`, `required` or `eventstream`",
        ),
        (
            json!({ "auth": ["smithy.api#httpBasicAuth"] }),
            "metadata.auth: unknown authentication scheme `smithy.api#httpBasicAuth`; expected `aws.auth#sigv4`, \
             `aws.auth#sigv4a` or `smithy.api#httpBearerAuth`",
        ),
    ] {
        let mut source = service(json!({}), json!({}));
        merge(&mut source["metadata"], metadata);
        assert_eq!(said(&source), expected);
    }
    let mut source = service(json!({}), json!({}));
    source["examples"] = json!({ "Send": [] });
    assert_eq!(said(&source), "examples: ignored: examples are read from `examples-1.json`");
}

#[test]
fn problems_in_operations_and_shapes_are_reported() {
    let http = json!({ "method": "POST", "requestUri": "/" });
    let named = service(json!({ "Do-It": { "name": "Do-It", "http": http } }), json!({}));
    assert_eq!(
        said(&named),
        "operations.Do-It: invalid operation name; expected letters, digits and underscores, not starting with a digit"
    );
    let structure = |members: Value| json!({ "type": "structure", "members": members });
    let text = json!({ "type": "string" });
    for (shapes, expected) in [
        (
            json!({ "Kind": { "type": "string", "enum": ["a", "a"] } }),
            "shapes.Kind: duplicate value `a`, which is ignored",
        ),
        (
            json!({
                "Any": { "type": "structure", "document": true, "members": { "A": { "shape": "Text" } } },
                "Text": text
            }),
            "shapes.Any.members: a document type cannot have members",
        ),
        (
            json!({
                "Holder": structure(json!({ "A": { "shape": "Data", "streaming": true }, "B": { "shape": "Data" } })),
                "Data": { "type": "blob" }
            }),
            "shapes.Holder.members.A: `streaming` is ignored, since other references to `Data` do not have it",
        ),
        (
            json!({ "Holder": structure(json!({ "A": { "shape": "Text", "location": "header" } })), "Text": text }),
            "shapes.Holder.members.A: `location` is ignored: the protocol sends all members in the body",
        ),
        (
            json!({ "Holder": { "type": "structure", "members": { "A": { "shape": "Text" } }, "payload": "A" }, "Text": text }),
            "shapes.Holder.payload: ignored: the protocol has no HTTP bindings",
        ),
    ] {
        assert_eq!(said(&service_with(json!({}), shapes)), expected);
    }
}

#[test]
fn problems_in_other_files_are_reported() {
    let service = service_with(
        json!({}),
        json!({
            "SendRequest": { "type": "structure", "members": { "At": { "shape": "Time" } } },
            "Time": { "type": "timestamp" }
        }),
    );
    let source = Source::new(&service);
    let paginators = |value: Value| {
        let file = json!({ "pagination": { "Send": value } });
        match super::import(&Source { paginators: Some(&file), ..source }) {
            Ok(import) => lines(&import.notes),
            Err(problems) => lines(&problems),
        }
    };
    assert_eq!(
        paginators(json!({ "input_token": 5, "output_token": "Token" })),
        "paginators.pagination.Send.input_token: expected a string or a list of strings"
    );
    assert_eq!(
        paginators(json!({ "input_token": "Token", "output_token": "Token" })),
        "paginators.pagination.Send: `Token` is not a member of the input; the operation is imported without pagination"
    );

    let acceptor = |matcher: &str, expected: Value| {
        let acceptor = json!({ "state": "success", "matcher": matcher, "argument": "A", "expected": expected });
        json!({ "waiters": { "Sent": { "operation": "Send", "acceptors": [acceptor] } } })
    };
    let mut slow = acceptor("error", json!("Busy"));
    slow["waiters"]["Sent"]["delay"] = json!(0.5);
    let location = "waiters.waiters.Sent.acceptors.0";
    for (waiters, expected) in [
        (acceptor("error", json!(5)), format!("{location}.expected: expected a string or a boolean")),
        (
            acceptor("paths", json!("x")),
            format!(
                "{location}.matcher: unknown matcher `paths`; expected `error`, `status`, `path`, `pathAll` or `pathAny`"
            ),
        ),
        (slow, "waiters.waiters.Sent.delay: invalid delay 0.5; expected an integer, in seconds".to_owned()),
    ] {
        assert_eq!(problems(&Source { waiters: Some(&waiters), ..source }), expected);
    }
    let waiters = acceptor("pathAll", json!(true));
    assert_eq!(
        lines(&imported(&Source { waiters: Some(&waiters), ..source }).notes),
        format!("{location}: Smithy does not support comparing with this value; the waiter is omitted")
    );

    let examples = json!({ "examples": { "Send": [{ "input": { "At": true } }] } });
    assert_eq!(
        lines(&imported(&Source { examples: Some(&examples), ..source }).notes),
        "examples.examples.Send.0.input.At: expected a value of type `timestamp`, found a boolean; the example is \
         omitted"
    );
    let additions = json!({ "traits": { "Send": 1 } });
    assert_eq!(
        problems(&Source { additions: Some(&additions), ..source }),
        "additions.traits.Send: expected an object of traits"
    );
}

#[test]
fn http_bindings_of_other_protocols_are_notes() {
    let source = service_with(json!({ "http": { "method": "GET", "requestUri": "/a" } }), json!({}));
    assert_eq!(said(&source), "operations.Send.http: `GET /a` is ignored: the protocol has no HTTP bindings");
}
