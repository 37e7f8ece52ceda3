//! Tests all kinds of HTTP bindings with random values, in the crate for the model in `fixtures/bindings`.
//!
//! The crate is generated into the target folder, where its tests are built and run.

use simba_tests::{Crates, fixture, generate, source, text};

#[test]
fn values_in_every_binding_arrive_unchanged() {
    let mut files = generate(&[source("bindings/model.smithy")], &Crates::options("bindings")).files;
    let manifest = files.get_mut("Cargo.toml").expect("a crate has a manifest");
    manifest.push_str("\n[dev-dependencies]\nserde_json = \"1\"\n");
    files.insert("tests/wire.rs".to_owned(), text(&fixture("bindings/wire.rs")));
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "bindings");
    crates.add("bindings", &files);
    crates.run(&["test", "--features", "testing", "--test", "wire"]);
}
