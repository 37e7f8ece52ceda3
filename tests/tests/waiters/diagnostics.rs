//! A waiter that is invalid or not supported is left out, and the warning contains the location of the problem.

use serde_json::{Map, Value, json};
use simba_codegen::Severity;
use simba_tests::{generate, options, report};

use super::with_waiters;

/// Returns the warning for a waiter with one acceptor, without its common prefix.
fn warning(matcher: Value) -> String {
    let waiter = json!({"acceptors": [{"state": "success", "matcher": matcher}]});
    let model = with_waiters(Map::from_iter([("ToyReady".to_owned(), waiter)]));
    let report = report(&[model], &options());
    assert!(report.diagnostics.iter().all(|found| found.severity == Severity::Warning), "{report}");
    let said = report.to_string();
    let start = "warning: waiters.json: toy#Look: the waiter `ToyReady` is left out: acceptor 1: ";
    said.strip_prefix(start).unwrap_or(&said).to_owned()
}

fn path(path: &str, comparator: &str) -> Value {
    json!({"output": {"path": path, "comparator": comparator, "expected": "true"}})
}

#[test]
fn paths_that_cannot_be_compiled() {
    let (mut expected, mut found) = (String::new(), String::new());
    for (text, said) in [
        // Invalid JMESPath.
        ("Parts[", "column 7: this is no JMESPath: Expected number, ':', or '*' -- found Eof"),
        ("Parts[].", "column 9: this is no JMESPath: Expected identifier, '*', '{', '[', '&', or '[?' -- found Eof"),
        // Members that do not exist.
        ("Redy", "column 1: a structure has no member `Redy`; did you mean `Ready`?"),
        ("First.Inner.Zebra", "column 13: a structure has no member `Zebra`"),
        ("Parts[].Inner.Stat == 'X'", "column 15: a structure has no member `Stat`; did you mean `State`?"),
        ("Choice.Prt", "column 8: a union has no member `Prt`; did you mean `Part`?"),
        // Types that do not match.
        ("Status", "column 1: it gives a string, but `booleanEquals` needs a truth value"),
        ("Parts", "column 1: it gives a list of structures, but `booleanEquals` needs a truth value"),
        ("Status.Name", "column 8: a string has no members"),
        ("Parts.Name", "column 7: a list of structures has no members"),
        ("First[0]", "column 8: a structure is no list"),
        ("Status[]", "column 1: a string is no list"),
        ("Status == `1`", "column 1: a string is compared with a number, which is not supported"),
        (
            "Parts == Parts",
            "column 1: a list of structures is compared with a list of structures, which is not supported",
        ),
        ("Status > `1`", "column 1: only numbers have an order, and a string is none"),
        ("length(Count) > `1`", "column 1: a number is given, but this takes a string, list or map"),
        ("length(Status, Status) == `1`", "column 1: `length` takes one argument, not 2"),
        ("starts_with(Status) && Ready", "column 1: `starts_with` takes two arguments, not 1"),
        ("contains(Parts, 'x')", "column 1: looking for a string in a list of structures is not supported"),
        ("!Any", "column 2: a document does not count as true or false"),
        // Unsupported features.
        ("Parts[1:2].Name", "column 10: a slice is not supported"),
        ("{a: Ready}.a", "column 1: an object made of expressions is not supported"),
        (
            "sort(Rows[])[0] == 'x'",
            "column 1: the function `sort` is not supported; those that are: `contains`, `ends_with`, `keys`, `length`, `not_null`, `starts_with` and `values`",
        ),
        ("max_by(Parts, &Size).Size > `1`", "column 15: an expression as an argument is not supported"),
        ("Labels.color == 'red'", "column 8: the value of a map's key is not supported"),
        ("(Status || Count) == 'x'", "column 9: `||` of a string and a number as a value is not supported"),
        ("Choice.Nothing == 'x'", "column 8: a union's member without a value is not supported"),
    ] {
        let fence = if text.contains('`') { ("`` ", " ``") } else { ("`", "`") };
        expected.push_str(&format!("{}{text}{}, {said}\n", fence.0, fence.1));
        found.push_str(&format!("{}\n", warning(path(text, "booleanEquals"))));
    }
    assert_eq!(found, expected);
}

#[test]
fn comparators_that_do_not_fit_what_a_path_gives() {
    for (text, comparator, said) in [
        ("Ready", "stringEquals", "it gives a truth value, but `stringEquals` needs a string"),
        (
            "Status",
            "anyStringEquals",
            "it gives a string, but `allStringEquals` and `anyStringEquals` need a list of strings",
        ),
        (
            "Rows[*]",
            "allStringEquals",
            "it gives a list of lists, but `allStringEquals` and `anyStringEquals` need a list of strings",
        ),
    ] {
        assert_eq!(warning(path(text, comparator)), format!("`{text}`, column 1: {said}"));
    }
}

#[test]
fn paths_that_are_too_much() {
    let ends = |text: &str, said: &str| {
        let warning = warning(path(text, "booleanEquals"));
        assert!(warning.ends_with(said), "{warning}");
    };
    ends(&"Ready && ".repeat(60), "column 1: the expression is longer than 500 bytes");
    ends(&format!("{}Ready", "!".repeat(101)), "column 1: the expression has more than 100 brackets and `!`");
    ends(&format!("First{}.Name == 'x'", "|(@&&@)".repeat(30)), "the expression is too large");
    // Expressions just below the limits are compiled.
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
fn an_error_that_the_operation_does_not_list_is_pointed_out_if_it_looks_misspelt() {
    assert_eq!(
        warning(json!({"errorType": "NoSuchToys"})),
        "warning: waiters.json: toy#Look: the waiter `ToyReady` looks for the error `NoSuchToys`, which the operation \
         does not list; did you mean `NoSuchToy`?"
    );
    assert_eq!(warning(json!({"errorType": "ValidationException"})), "");
}

#[test]
fn the_other_waiters_are_kept() {
    let acceptors =
        |path_text: &str| json!({"acceptors": [{"state": "success", "matcher": path(path_text, "booleanEquals")}]});
    let waiters = Map::from_iter([
        ("ToyBroken".to_owned(), json!({"acceptors": []})),
        ("ToyOdd".to_owned(), acceptors("Redy")),
        ("ToyReady".to_owned(), acceptors("Ready")),
    ]);
    let generated = generate(&[with_waiters(waiters)], &options());
    assert_eq!(
        generated.warnings.to_string(),
        "warning: waiters.json: toy#Look: the waiter `ToyBroken` is left out: none of its acceptors has the state \
         `success`\nwarning: waiters.json: toy#Look: the waiter `ToyOdd` is left out: acceptor 1: `Redy`, column 1: a \
         structure has no member `Redy`; did you mean `Ready`?"
    );
    let client = &generated.files["src/client.rs"];
    assert!(
        client.contains("fn wait_until_toy_ready") && !client.contains("toy_odd") && !client.contains("toy_broken")
    );
}

#[test]
fn arguments_that_the_input_does_not_have() {
    for (arguments, said) in [
        (
            json!({"ToyReady": {"id": "Id[0]"}}),
            "the waiter `ToyReady` is left out: its argument `id` sets `Id[0]`, which is no member of the input",
        ),
        (
            json!({"ToyReady": {"at": "At[0]"}}),
            "the waiter `ToyReady` is left out: its argument `at` sets `At[0]`, which is no list",
        ),
        (
            json!({"ToyReady": {"shelf": "Shelf"}}),
            "the waiter `ToyReady` is left out: its argument `shelf` sets `Shelf`, which is required, and so an argument already",
        ),
        (
            json!({"ToyRead": {"ids": "Ids"}}),
            "`simba.api#waiterArguments` names the waiter `ToyRead`, which the operation does not have; did you mean `ToyReady`?",
        ),
    ] {
        let waiter = json!({"acceptors": [{"state": "success", "matcher": {"success": true}}]});
        let mut model = with_waiters(Map::from_iter([("ToyReady".to_owned(), waiter)]));
        let text = arguments.to_string();
        model.text =
            model.text.replace("\"simba.api#waiterArguments\":{}", &format!("\"simba.api#waiterArguments\":{text}"));
        assert_eq!(report(&[model], &options()).to_string(), format!("warning: waiters.json: toy#Look: {said}"));
    }
}
