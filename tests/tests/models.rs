//! Models made up by chance.

use std::collections::BTreeSet;

use serde_json::Value;
use simba_codegen::phases;
use simba_tests::models;

#[test]
fn models_made_up_by_chance_have_every_trait_that_is_read() {
    let mut seen = BTreeSet::new();
    for source in (0..60).flat_map(models::model) {
        collect(&serde_json::from_str(&source.text).expect("it is JSON"), &mut seen);
    }
    let missing: Vec<&str> = phases::traits_that_are_read().filter(|id| !seen.contains(*id)).collect();
    assert!(missing.is_empty(), "add them to tests/src/models: {missing:?}");
}

/// All keys of a document: the ids of traits are among them.
fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect(value, keys);
        }),
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, keys)),
        _ => {}
    }
}
