//! Fuzzes the generator. The input is a model in the JSON AST. If it is not a JSON object, it selects the mutations of
//! a valid model.

#![no_main]

use std::sync::LazyLock;

use serde_json::Value;
use simba_tests::mutation::{Choose, Chosen, mutate};
use simba_tests::{checks, options};

static MODELS: LazyLock<Vec<Value>> = LazyLock::new(|| simba_tests::mutation::models(&[]));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let options = LazyLock::force(&OPTIONS);
    if let Some(text) = std::str::from_utf8(data).ok().filter(|text| text.trim_start().starts_with('{')) {
        checks::model(text, options);
        return;
    }
    let mut chosen = Chosen(data);
    let mut model = MODELS[chosen.below(MODELS.len())].clone();
    for _ in 0..=chosen.below(3) {
        mutate(&mut model, &mut chosen);
    }
    checks::model(&model.to_string(), options);
});

static OPTIONS: LazyLock<simba_codegen::Options> = LazyLock::new(options);
