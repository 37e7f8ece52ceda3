//! HTTP bindings of every kind with random values, with the crate of the model `fixtures/bindings`.
//!
//! The crate is generated in the target folder, and its tests are built and run.

use simba_tests::{Crates, fixture, generate, source, text};

#[test]
fn values_in_every_binding_arrive_as_they_were_sent() {
    let mut files = generate(&[source("bindings/model.smithy")], &Crates::options("bindings")).files;
    let manifest = files.get_mut("Cargo.toml").expect("a crate has a manifest");
    manifest.push_str("\n[dev-dependencies]\nserde_json = \"1\"\n");
    files.insert("tests/wire.rs".to_owned(), text(&fixture("bindings/wire.rs")));
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "bindings");
    crates.add("bindings", &files);
    crates.run(&["test", "--features", "testing", "--test", "wire"]);
}
