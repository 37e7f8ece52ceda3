//! Tests for the diagnostics about invalid rules.

use serde_json::{Value as Json, json};

/// Returns the problems with a rule set that consists of one rule.
fn problems(rule: &Json) -> Vec<String> {
    problems_of(&json!({
        "version": "1.1",
        "parameters": {
            "Region": {"type": "string"},
            "Flag": {"type": "boolean", "required": true, "default": false},
            "Keys": {"type": "stringArray"}
        },
        "rules": [rule]
    }))
}

fn problems_of(rule_set: &Json) -> Vec<String> {
    super::lower(rule_set, Some(include_str!("../../../../models/partitions.json"))).err().unwrap_or_default()
}

/// Returns a rule that has one condition and whose result is an error.
fn guards(condition: &Json) -> Json {
    json!({"type": "error", "conditions": [condition], "error": "none"})
}

#[test]
fn an_invalid_condition_is_reported_with_its_location() {
    for (condition, problem) in [
        (
            json!({"fn": "isSat", "argv": []}),
            "rules[0].conditions[0].fn: unknown function `isSat`; expected one of `aws.is",
        ),
        (json!({"fn": "isSet"}), "rules[0].conditions[0]: missing `argv`"),
        (
            json!({"fn": "isSet", "argv": [{"ref": "Reign"}]}),
            "rules[0].conditions[0].argv[0]: unknown variable `Reign`; expected one of `Flag`, `Keys`, `Region`",
        ),
        (
            json!({"fn": "not", "argv": [{"ref": "Flag"}, true]}),
            "rules[0].conditions[0].argv: wrong number of arguments for `not`: expected 1, found 2",
        ),
        (
            json!({"fn": "not", "argv": [{"ref": "Region"}]}),
            "rules[0].conditions[0].argv[0]: expected a boolean, found a string",
        ),
        (
            json!({"fn": "not", "argv": [{"fn": "uriEncode", "argv": [true]}]}),
            "rules[0].conditions[0].argv[0].argv[0]: expected a string, found a boolean",
        ),
        (
            json!({"fn": "getAttr", "argv": [{"ref": "Keys"}, "name"]}),
            "rules[0].conditions[0].argv[1]: a list of strings has no attribute `name`",
        ),
        (
            json!({"fn": "getAttr", "argv": [{"ref": "Keys"}, "[x]"]}),
            "rules[0].conditions[0].argv[1]: expected a path such as `name` or `[0]`",
        ),
        (
            json!({"fn": "getAttr", "argv": [{"ref": "Keys"}, "[0].name"]}),
            "rules[0].conditions[0].argv[1]: an index must be the last part of a path",
        ),
        (
            json!({"fn": "getAttr", "argv": [{"ref": "Region"}, "[0]"]}),
            "rules[0].conditions[0].argv[1]: a string cannot be indexed",
        ),
        (
            json!({"fn": "not", "argv": [null]}),
            "rules[0].conditions[0].argv[0]: expected a string, a boolean, an integer, {\"ref\": …} or {\"fn\": …, \
             \"argv\": […]}, found null",
        ),
        (
            json!({"fn": "coalesce", "argv": [{"ref": "Keys"}, {"ref": "Keys"}]}),
            "rules[0].conditions[0].argv: expected strings or booleans, found a list of strings",
        ),
        (
            json!({"fn": "substring", "argv": ["abc", -1, 2, false]}),
            "rules[0].conditions[0].argv[1]: expected a non-negative integer",
        ),
        (
            json!({"fn": "coalesce", "argv": [{"ref": "Region"}, {"ref": "Flag"}]}),
            "rules[0].conditions[0].argv: expected values of the same type, found a string and a boolean",
        ),
        (
            json!({"fn": "uriEncode", "argv": ["a"], "assign": "Region"}),
            "rules[0].conditions[0].assign: `Region` is already a parameter or variable",
        ),
        (
            json!({"fn": "isSet", "argv": [{"ref": "Region"}], "asign": "x"}),
            "rules[0].conditions[0].asign: unknown member; expected one of `fn`, `argv`, `assign`, `documentation`",
        ),
    ] {
        let found = problems(&guards(&condition));
        assert!(found.first().is_some_and(|found| found.starts_with(problem)), "{condition}: {found:?}");
    }
}

#[test]
fn an_invalid_result_is_reported_with_its_location() {
    let endpoint = |url: &str| json!({"type": "endpoint", "conditions": [], "endpoint": {"url": url}});
    let scheme = json!({"name": "sigv4", "signingHost": "h"});
    let with_scheme = json!({
        "type": "endpoint",
        "conditions": [],
        "endpoint": {"url": "https://a", "properties": {"authSchemes": [scheme]}}
    });
    for (rule, problem) in [
        (
            endpoint("https://{Region"),
            "rules[0].endpoint.url: unbalanced brace in `https://{Region`; double a brace to escape it",
        ),
        (
            endpoint("https://{Region#[x]}"),
            "rules[0].endpoint.url: invalid path `[x]`; expected a path such as `name`, `name[0]` or `[0]`",
        ),
        (endpoint("https://{Region}"), "rules[0]: the rule uses a value that may be absent; add an `isSet` condition"),
        (endpoint("https://{Flag}"), "rules[0].endpoint.url: expected a string, found a boolean"),
        (json!({"type": "tree", "conditions": []}), "rules[0]: missing `rules`"),
        (
            json!({"type": "tee", "conditions": []}),
            "rules[0].type: unexpected rule type `tee`; expected `endpoint` or `error`, or `tree` in a rule set",
        ),
        (with_scheme, "rules[0].endpoint.properties.authSchemes[0].signingHost: unknown member"),
    ] {
        let found = problems(&rule);
        assert!(found.first().is_some_and(|found| found.starts_with(problem)), "{rule}: {found:?}");
    }
}

#[test]
fn all_problems_are_found_in_one_run() {
    let wrong = guards(&json!({"fn": "isSet", "argv": [{"ref": "Nothing"}]}));
    let found = problems(&json!({"type": "tree", "conditions": [], "rules": [wrong, wrong]}));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_variable_is_unknown_outside_its_rule() {
    let assigns = json!({"fn": "parseURL", "argv": ["https://a"], "assign": "url"});
    let uses = json!({"type": "error", "conditions": [], "error": "{url#path}"});
    let found = problems(&json!({"type": "tree", "conditions": [], "rules": [guards(&assigns), uses]}));
    assert!(found[0].contains("rules[0].rules[1].error: unknown variable `url`"), "{found:?}");
}

#[test]
fn an_invalid_diagram_is_reported() {
    // The diagram has one condition and one result. Its nodes are the placeholder and `then`, each of which is a triple
    // of 32-bit integers in Base64.
    let diagram = |version: &str, nodes: &str, count: i64| {
        json!({
            "version": version,
            "parameters": {"Region": {"type": "string"}},
            "conditions": [{"fn": "isSet", "argv": [{"ref": "Region"}]}],
            "results": [{"type": "error", "error": "none", "conditions": []}],
            "root": 2,
            "nodeCount": count,
            "nodes": nodes
        })
    };
    let placeholder = "/////wAAAAH/////";
    for (then, problem) in [
        ("AAAAAAX14QH/////", None),
        ("AAAAAQX14QH/////", Some("nodes[1]: condition 1 is out of range")),
        ("AAAAAAX14QL/////", Some("nodes[1]: reference 100000002 is out of range")),
        ("AAAAAAAAAAP/////", Some("nodes[1]: reference 3 is out of range")),
        ("AAAAAAAAAAL/////", Some("nodes: the nodes contain a cycle")),
        ("AAAAAAX14QH////", Some("nodes: not valid base64")),
        ("AAAAAAX14QE=", Some("nodes: expected 24 bytes, 12 for each of the 2 nodes in `nodeCount`, found 20")),
    ] {
        let found = problems_of(&diagram("1.1", &format!("{placeholder}{then}"), 2));
        assert_eq!(found.first().map(String::as_str), problem, "{then}");
    }
    let found = problems_of(&diagram("1.0", &format!("{placeholder}AAAAAAX14QH/////"), 2));
    assert_eq!(found, ["version: unknown version 1.0; expected 1.1 or a later 1.x"]);
}

#[test]
fn an_unsupported_partition_is_reported_only_if_rules_use_it() {
    let partitions = |regex: &str| {
        let outputs = json!({
            "dnsSuffix": "a",
            "dualStackDnsSuffix": "b",
            "supportsFIPS": true,
            "supportsDualStack": true,
            "implicitGlobalRegion": "r"
        });
        let partition = json!({"id": "aws", "regionRegex": regex, "regions": {}, "outputs": outputs});
        json!({"partitions": [partition]}).to_string()
    };
    let lower = |function: &str| {
        let rules = [guards(&json!({"fn": function, "argv": ["us-east-1"]}))];
        let rule_set = json!({"version": "1.0", "parameters": {}, "rules": rules});
        super::lower(&rule_set, Some(&partitions("^us.*$")))
    };
    assert!(lower("uriEncode").is_ok());
    assert_eq!(
        lower("aws.partition").unwrap_err()[0],
        "partitions.json: partitions[0].regionRegex: unsupported regular expression `^us.*$`; expected literals and \
         groups of literals, then `\\-\\w+\\-\\d+`"
    );
    let rules = json!({
        "version": "1.0",
        "parameters": {},
        "rules": [guards(&json!({"fn": "aws.partition", "argv": ["us-east-1"]}))]
    });
    assert_eq!(
        super::lower(&rules, Some(r#"{"partitions": []}"#)).unwrap_err(),
        ["partitions.json: partitions: missing partition `aws`, the default for unknown regions"]
    );
}

#[test]
fn parameters_of_the_wrong_type_are_reported() {
    let parameters = |parameters: Json| problems_of(&json!({"version": "1.0", "parameters": parameters, "rules": []}));
    assert_eq!(
        parameters(json!({"Depth": {"type": "number"}})),
        ["parameters.Depth.type: unknown type `number`; expected `string`, `boolean` or `stringArray`"]
    );
    assert_eq!(
        parameters(json!({"Flag": {"type": "boolean", "default": "yes"}})),
        ["parameters.Flag.default: expected a boolean, found a string"]
    );
}

#[test]
fn invalid_conditions_and_results_in_a_diagram_are_reported() {
    let error = json!({"type": "error", "error": "none", "conditions": []});
    let diagram = |result: Json| {
        json!({
            "version": "1.1",
            "parameters": {"Region": {"type": "string"}},
            "conditions": [
                {"fn": "parseURL", "argv": ["https://a"], "assign": "x"},
                {"fn": "substring", "argv": ["abc", 0, 1, false], "assign": "x"},
                {"fn": "isSet", "argv": [{"ref": "Region"}]}
            ],
            "results": [result],
            "root": 2,
            "nodeCount": 4,
            // The first two nodes assign `x`, and both lead to the third.
            "nodes": "/////wAAAAH/////AAAAAAAAAAQAAAADAAAAAQAAAAT/////AAAAAgX14QH/////"
        })
    };
    assert_eq!(
        problems_of(&diagram(error.clone())),
        ["node_2: the variable `x` has different types on different paths"]
    );
    let mut guarded = error;
    guarded["conditions"] = json!([{"fn": "isSet", "argv": [{"ref": "Region"}]}]);
    assert_eq!(problems_of(&diagram(guarded)), ["results[0]: a result of a decision diagram cannot have conditions"]);
}
