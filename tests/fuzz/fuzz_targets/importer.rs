//! Fuzzes the importer. The input is a model in botocore's format. If it is not JSON, it selects the mutations of a
//! valid model.

#![no_main]

use simba_tests::checks;
use simba_tests::mutation::{Choose, Chosen, mutate};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(document) = serde_json::from_slice(data) {
        checks::imported(&document);
        return;
    }
    let mut document = checks::botocore_service();
    let mut chosen = Chosen(data);
    for _ in 0..=chosen.below(3) {
        mutate(&mut document, &mut chosen);
    }
    checks::imported(&document);
});
