//! Tests all kinds of HTTP bindings with random values and with the documented examples, in the crate for the model in
//! `fixtures/bindings`.
//!
//! The crate is generated into the target directory, where its tests are built and run.

use simba_codegen::Files;
use simba_tests::{Crates, fixture, generate, source, text};

#[test]
fn values_in_every_binding_arrive_unchanged() {
    let mut files = generate(&[source("bindings/model.smithy")], &Crates::options("bindings")).files;
    let manifest = files.get_mut("Cargo.toml").expect("a crate has a manifest");
    manifest.push_str("\n[dev-dependencies]\nserde_json = \"1\"\n");
    files.insert("tests/wire.rs".to_owned(), text(&fixture("bindings/wire.rs")));
    files.insert("tests/documented.rs".to_owned(), text(&fixture("bindings/documented.rs")) + &documented(&files));
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "bindings");
    crates.add("bindings", &files);
    crates.run(&["test", "--features", "testing", "--test", "wire", "--test", "documented"]);
}

/// Returns a test for each documented request. It runs the example in the same documentation, and compares the request
/// that is sent with the documented one.
fn documented(files: &Files) -> String {
    let between = |text: &str, start: &str, end: &str| {
        let (_, text) = text.split_once(start).unwrap_or_else(|| panic!("missing {start}"));
        text.split_once(end).unwrap_or_else(|| panic!("missing {end}")).0.to_owned()
    };
    let mut tests = String::new();
    for (path, file) in files.iter().filter(|(_, file)| file.contains("# On the wire")) {
        let lines = file.lines().filter_map(|line| line.strip_prefix("///"));
        let docs: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let docs = docs.join("\n");
        let example = between(&docs, "# async fn example", "# Ok(()) }");
        let command = between(&docs, "```sh\n", "\n```");
        let name = path.trim_start_matches("src/operation/").trim_end_matches(".rs");
        let operation = between(file, "\"Bindings.", "\"");
        tests += &format!(
            "\n#[test]\nfn {name}() {{\n    async fn example{example}Ok(()) }}\n    \
             check({operation:?}, |client| Box::pin(example(client)), r####\"{command}\"####);\n}}\n"
        );
    }
    tests
}
