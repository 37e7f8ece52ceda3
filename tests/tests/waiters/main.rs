//! Tests waiters, from the trait in the model to waiting with a clock that skips delays.

mod diagnostics;
mod fsx;
mod paths;

use serde_json::{Map, Value, json};
use simba_codegen::Source;
use simba_tests::{generate, options, show, source, sources};

const FIXTURE: &str = "constructs/waiters.json";

#[test]
fn waiters_are_emitted() {
    let generated = generate(&sources(&[FIXTURE]), &options());
    assert_eq!(generated.warnings.to_string(), "");
    let mut files = generated.files;
    for text in files.values_mut() {
        // The snapshots for other constructs contain the rest of these files.
        let from = text.find("\nfn ").and_then(|first| text[..first].rfind("\n\n"));
        let from = from.or_else(|| text.find("\n    /// Calls `Look` until")).unwrap_or_default();
        *text = text[from..].to_owned();
    }
    insta::assert_snapshot!("waiters", show(&files, &["src/operation/look.rs", "src/client.rs"]));
}

#[test]
fn a_waiter_without_documentation_lists_the_conditions_for_success() {
    for (comparator, expected) in [
        ("allStringEquals", "/// Calls `Look` until all values of `Parts[].State` are `READY`."),
        ("anyStringEquals", "/// Calls `Look` until any value of `Parts[].State` is `READY`."),
    ] {
        let output = json!({ "path": "Parts[].State", "comparator": comparator, "expected": "READY" });
        let acceptors = json!([{ "state": "success", "matcher": { "output": output } }]);
        let waiters = Map::from_iter([("PartsReady".to_owned(), json!({ "acceptors": acceptors }))]);
        let client = &generate(&[with_waiters(waiters)], &options()).files["src/client.rs"];
        assert!(client.contains(expected), "{client}");
    }
}

/// Returns the fixture with the given waiters instead of its own.
fn with_waiters(waiters: Map<String, Value>) -> Source {
    let mut found = source(FIXTURE);
    let mut model: Value = serde_json::from_str(&found.text).expect("the fixture is JSON");
    let traits = &mut model["shapes"]["toy#Look"]["traits"];
    traits["smithy.waiters#waitable"] = Value::Object(waiters);
    traits["simba.api#waiterArguments"] = Value::Object(Map::new());
    found.text = model.to_string();
    found
}
