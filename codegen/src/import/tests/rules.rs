//! Tests for endpoint rules and partitions.

use serde_json::json;

use super::super::partitions;
use super::{Source, imported, lines, service, trait_of};

#[test]
fn only_documentation_is_removed_from_endpoint_rules() {
    let service = service(json!({}), json!({}));
    let rules = json!({
        "version": "1.0",
        "parameters": {
            "Region": { "type": "string", "builtIn": "AWS::Region", "documentation": "Words." }
        },
        "rules": [{
            "type": "tree",
            "documentation": "Words.",
            "conditions": [],
            "rules": [{
                "type": "endpoint",
                "documentation": "Words.",
                "conditions": [{ "fn": "isSet", "argv": [{ "ref": "Region" }] }],
                "endpoint": { "url": "https://parcels.example", "properties": {}, "headers": {} }
            }]
        }]
    });
    let import = imported(&Source { endpoint_rules: Some(&rules), ..Source::new(&service) });
    assert_eq!(
        trait_of(&import.model, "Parcels_20200131", "smithy.rules#endpointRuleSet"),
        &json!({
            "version": "1.0",
            "parameters": { "Region": { "type": "string", "builtIn": "AWS::Region" } },
            "rules": [{
                "type": "tree",
                "conditions": [],
                "rules": [{
                    "type": "endpoint",
                    "conditions": [{ "fn": "isSet", "argv": [{ "ref": "Region" }] }],
                    "endpoint": { "url": "https://parcels.example", "properties": {}, "headers": {} }
                }]
            }]
        })
    );
}

#[test]
fn names_of_regions_are_removed_from_partitions() {
    let file = json!({
        "version": "1.1",
        "partitions": [{
            "id": "aws",
            "regionRegex": "^us-\\d$",
            "outputs": { "dnsSuffix": "amazonaws.com", "supportsFIPS": true },
            "regions": {
                "us-1": { "description": "Words" },
                "us-2": { "description": "Words" }
            }
        }]
    });
    assert_eq!(
        partitions(&file).unwrap(),
        json!({
            "version": "1.1",
            "partitions": [{
                "id": "aws",
                "regionRegex": "^us-\\d$",
                "outputs": { "dnsSuffix": "amazonaws.com", "supportsFIPS": true },
                "regions": { "us-1": {}, "us-2": {} }
            }]
        })
    );
}

#[test]
fn malformed_partitions_are_rejected() {
    let file = json!({ "version": "1.1", "partitions": [{ "id": "aws" }], "planets": [] });
    assert_eq!(lines(&partitions(&file).unwrap_err()), "partitions.0: missing `regionRegex`");
}
