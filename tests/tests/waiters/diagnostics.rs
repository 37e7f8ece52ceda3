//! Tests that unsupported waiters are omitted with a warning that contains the location of the problem. In a converted
//! model, the same applies to invalid waiters.

use serde_json::{Map, Value, json};
use simba_codegen::{Severity, Source};
use simba_tests::{generate, options, report};

use super::with_waiters;

/// Returns a report without lines and columns, which depend on how the model is printed.
fn printed(report: &impl std::fmt::Display) -> String {
    const FILE: &str = "waiters.json:";
    let line = |line: &str| match line.split_once(FILE) {
        Some((start, rest)) => {
            format!("{start}{FILE}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'))
        }
        None => line.to_owned(),
    };
    report.to_string().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns a model that is marked as converted, so that Smithy's rules do not apply to the paths of the given waiters.
fn imported(waiters: Map<String, Value>) -> Source {
    let mut found = with_waiters(waiters);
    let mut model: Value = serde_json::from_str(&found.text).expect("the fixture is JSON");
    model["metadata"] = json!({"simba.importedFrom": "botocore"});
    found.text = model.to_string();
    found
}

/// Returns the warning for a waiter with one acceptor, without its common prefix.
fn warning(matcher: Value) -> String {
    let waiter = json!({"acceptors": [{"state": "success", "matcher": matcher}]});
    let model = imported(Map::from_iter([("ToyReady".to_owned(), waiter)]));
    let report = report(&[model], &options());
    assert!(report.diagnostics.iter().all(|found| found.severity == Severity::Warning), "{report}");
    let said = printed(&report);
    let start = "warning: waiters.json: toy#Look: the waiter `ToyReady` is omitted: acceptor 1: ";
    said.strip_prefix(start).unwrap_or(&said).to_owned()
}

fn path(path: &str, comparator: &str) -> Value {
    json!({"output": {"path": path, "comparator": comparator, "expected": "true"}})
}

#[test]
fn paths_that_cannot_be_compiled_are_reported() {
    let (mut expected, mut found) = (String::new(), String::new());
    for (text, said) in [
        // Invalid JMESPath.
        ("Parts[", "column 7: invalid JMESPath: unexpected end"),
        ("Parts[]..", "column 9: invalid JMESPath: unexpected `.`"),
        ("Ready $", "column 7: invalid JMESPath: Invalid character: $"),
        ("Parts[].", "column 9: invalid JMESPath: unexpected end"),
        // Members that do not exist.
        ("Redy", "column 1: a structure has no member `Redy`; did you mean `Ready`?"),
        ("First.Inner.Zebra", "column 13: a structure has no member `Zebra`"),
        ("Parts[].Inner.Stat == 'X'", "column 15: a structure has no member `Stat`; did you mean `State`?"),
        ("Choice.Prt", "column 8: a union has no member `Prt`; did you mean `Part`?"),
        // Types that do not match.
        ("Status", "column 1: `booleanEquals` expects a boolean, found a string"),
        ("Parts", "column 1: `booleanEquals` expects a boolean, found a list of structures"),
        ("Status.Name", "column 8: expected a structure with the member `Name`, found a string"),
        ("Parts.Name", "column 7: expected a structure with the member `Name`, found a list of structures"),
        ("First[0]", "column 8: expected a list, found a structure"),
        ("Status[]", "column 1: expected a list, found a string"),
        ("Status == `1`", "column 1: comparing a string with a number is not supported"),
        ("Parts == Parts", "column 1: comparing a list of structures with a list of structures is not supported"),
        ("Status > `1`", "column 1: expected a number, found a string"),
        ("length(Count) > `1`", "column 1: expected a string, list or map, found a number"),
        ("length(Status, Status) == `1`", "column 1: `length` expects one argument, found 2"),
        ("starts_with(Status) && Ready", "column 1: `starts_with` expects two arguments, found 1"),
        ("contains(Parts, 'x')", "column 1: searching a list of structures for a string is not supported"),
        ("starts_with(Count, 'x')", "column 1: `starts_with` expects strings, found a number"),
        ("not_null()", "column 1: `not_null` expects at least one argument, found 0"),
        ("not_null(Status, Count)", "column 1: `not_null` supports only arguments of the same type, except lists"),
        ("values(Sparse)", "column 1: the values of a sparse map are not supported"),
        ("[Count, Total]", "column 1: `booleanEquals` expects a boolean, found a list of numbers"),
        ("[Ready, Ready]", "column 1: `booleanEquals` expects a boolean, found a list of booleans"),
        ("[Ready, Status]", "column 1: lists of values of different types are not supported"),
        ("`[1]`", "column 1: unsupported literal; expected a string, a boolean, a number or null"),
        ("!Any", "column 2: a document cannot be used as a condition"),
        // Unsupported features.
        ("Parts[1:2].Name", "column 10: slices are not supported"),
        ("{a: Ready}.a", "column 1: multi-select hashes are not supported"),
        (
            "sort(Rows[])[0] == 'x'",
            "column 1: unsupported function `sort`; expected `contains`, `ends_with`, `keys`, `length`, `not_null`, `starts_with` or `values`",
        ),
        ("max_by(Parts, &Size).Size > `1`", "column 15: expression references are not supported"),
        ("Labels.color == 'red'", "column 8: access to map entries by key is not supported"),
        ("(Status || Count) == 'x'", "column 9: `||` between a string and a number is not supported"),
        ("Choice.Nothing == 'x'", "column 8: union members of type `Unit` are not supported"),
    ] {
        let fence = if text.contains('`') { ("`` ", " ``") } else { ("`", "`") };
        expected.push_str(&format!("{}{text}{}, {said}\n", fence.0, fence.1));
        found.push_str(&format!("{}\n", warning(path(text, "booleanEquals"))));
    }
    assert_eq!(found, expected);
}

#[test]
fn comparators_must_match_the_type_of_a_path() {
    for (text, comparator, said) in [
        ("Ready", "stringEquals", "`stringEquals` expects a string, found a boolean"),
        (
            "Status",
            "anyStringEquals",
            "`allStringEquals` and `anyStringEquals` expect a list of strings, found a string",
        ),
        (
            "Rows[*]",
            "allStringEquals",
            "`allStringEquals` and `anyStringEquals` expect a list of strings, found a list of lists",
        ),
    ] {
        assert_eq!(warning(path(text, comparator)), format!("`{text}`, column 1: {said}"));
    }
    let pair = json!({"inputOutput": {"path": "@", "comparator": "booleanEquals", "expected": "true"}});
    assert_eq!(
        warning(pair),
        "`@`, column 1: `booleanEquals` expects a boolean, found the pair of `input` and `output`"
    );
}

#[test]
fn paths_that_are_too_complex_are_reported() {
    let ends = |text: &str, said: &str| {
        let warning = warning(path(text, "booleanEquals"));
        assert!(warning.ends_with(said), "{warning}");
    };
    ends(&"Ready && ".repeat(60), "column 1: the expression is longer than 500 bytes");
    ends(&format!("{}Ready", "!".repeat(101)), "column 1: the expression has more than 100 brackets and `!` operators");
    ends(&format!("First{}.Name == 'x'", "|(@&&@)".repeat(30)), "the expression has more than 500 nodes");
    // Expressions that barely satisfy the limits are compiled.
    for text in [
        format!("{}Ready{}", "(".repeat(100), ")".repeat(100)),
        format!("{}Ready", "!".repeat(100)),
        format!("{}Ready", "Ready&&".repeat(70)),
        format!("Ready{}", "|@".repeat(240)),
    ] {
        assert_eq!(warning(path(&text, "booleanEquals")), "");
    }
}

#[test]
fn an_unknown_error_is_reported_if_it_looks_misspelled() {
    assert_eq!(
        warning(json!({"errorType": "NoSuchToys"})),
        "warning: waiters.json: toy#Look: unknown error `NoSuchToys` in the waiter `ToyReady`; did you mean `NoSuchToy`?"
    );
    assert_eq!(warning(json!({"errorType": "ValidationException"})), "");
}

#[test]
fn invalid_messages_of_acceptors_are_omitted() {
    let warning = |state: &str, message: &str| {
        let acceptors = json!([
            {"state": "success", "matcher": {"success": true}},
            {"state": state, "message": message, "matcher": path("Ready", "booleanEquals")},
        ]);
        let waiters = Map::from_iter([("ToyReady".to_owned(), json!({"acceptors": acceptors}))]);
        let mut model = imported(waiters);
        let mut json: Value = serde_json::from_str(&model.text).expect("it is JSON");
        json["shapes"]["toy#State"]["traits"] = json!({"smithy.api#sensitive": {}});
        model.text = json.to_string();
        printed(&report(&[model], &options()))
    };
    assert_eq!(warning("failure", "Status"), "");
    assert_eq!(
        warning("failure", "Count"),
        "warning: waiters.json: toy#Look: the message of acceptor 2 of the waiter `ToyReady` is omitted: `Count`, column 1: \
         `message` expects a string or a list of strings, found a number",
    );
    assert_eq!(
        warning("failure", "Parts[].State"),
        "warning: waiters.json: toy#Look: the message of acceptor 2 of the waiter `ToyReady` is omitted: its path \
         refers to a sensitive member",
    );
    assert_eq!(
        warning("retry", "Status"),
        "error: waiters.json: toy#Look: invalid waiter `ToyReady`: acceptor 2: `message` is only allowed with the state \
         `failure`",
    );
}

#[test]
fn other_waiters_are_kept() {
    let acceptors =
        |path_text: &str| json!({"acceptors": [{"state": "success", "matcher": path(path_text, "booleanEquals")}]});
    let waiters =
        Map::from_iter([("ToyOdd".to_owned(), acceptors("Redy")), ("ToyReady".to_owned(), acceptors("Ready"))]);
    let generated = generate(&[imported(waiters)], &options());
    assert_eq!(
        printed(&generated.warnings),
        "warning: waiters.json: toy#Look: the waiter `ToyOdd` is omitted: acceptor 1: `Redy`, column 1: a structure has no \
         member `Redy`; did you mean `Ready`?"
    );
    let client = &generated.files["src/client.rs"];
    assert!(client.contains("fn wait_until_toy_ready") && !client.contains("toy_odd"));
}

#[test]
fn a_waiter_that_never_succeeds_is_an_error() {
    let acceptor = json!({"state": "failure", "matcher": {"success": true}});
    let waiters = Map::from_iter([("ToyBroken".to_owned(), json!({"acceptors": [acceptor]}))]);
    assert_eq!(
        printed(&report(&[with_waiters(waiters)], &options())),
        "error: waiters.json: toy#Look: invalid waiter `ToyBroken`: no acceptor has the state `success`"
    );
}

#[test]
fn arguments_must_be_members_of_the_input() {
    for (arguments, said) in [
        (
            json!({"ToyReady": {"id": "Id[0]"}}),
            "the waiter `ToyReady` is omitted: invalid argument `id`: `Id[0]` is not a member of the input",
        ),
        (
            json!({"ToyReady": {"at": "At[0]"}}),
            "the waiter `ToyReady` is omitted: invalid argument `at`: `At[0]` is not a list",
        ),
        (
            json!({"ToyReady": {"shelf": "Shelf"}}),
            "the waiter `ToyReady` is omitted: invalid argument `shelf`: `Shelf` is required, and therefore already an argument",
        ),
        (
            json!({"ToyRead": {"ids": "Ids"}}),
            "unknown waiter `ToyRead` in `simba.api#waiterArguments`; did you mean `ToyReady`?",
        ),
    ] {
        let waiter = json!({"acceptors": [{"state": "success", "matcher": {"success": true}}]});
        let mut model = with_waiters(Map::from_iter([("ToyReady".to_owned(), waiter)]));
        let text = arguments.to_string();
        model.text =
            model.text.replace("\"simba.api#waiterArguments\":{}", &format!("\"simba.api#waiterArguments\":{text}"));
        assert_eq!(printed(&report(&[model], &options())), format!("warning: waiters.json: toy#Look: {said}"));
    }
}
