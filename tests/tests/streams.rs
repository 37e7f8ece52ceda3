//! Tests streams of bytes with a generated crate and its default transport.
//!
//! The crate for a fixture is generated into the target directory, with tests like those that a user would write.
//! `SIMBA_STREAM=1073741824` sets the number of bytes that are sent and received, which is 64 MiB by default. With
//! `--nocapture`, the peak memory is also printed.

#![allow(clippy::print_stdout, reason = "Long runs print their results.")]

use std::{fs, path::Path};

use simba_tests::{Crates, generate, source, workspace};

#[test]
fn streams_work_over_real_connections() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("streams");
    let mut files = generate(&[source("conformance/rest_json.json")], &Crates::options("streams")).files;
    files.insert("tests/calls.rs".to_owned(), include_str!("streams/calls.rs").to_owned());
    files.insert("tests/memory.rs".to_owned(), include_str!("streams/memory.rs").to_owned());
    let manifest = files.get_mut("Cargo.toml").expect("a crate has a manifest");
    manifest.push_str(
        "\n[dev-dependencies]\nbytes = \"1\"\nfutures-core = \"0.3\"\ntempfile = \"3\"\n\
         tokio = { version = \"1\", features = [\"io-util\", \"macros\", \"rt-multi-thread\", \"test-util\"] }\n\n\
         [workspace]\n",
    );
    for (path, text) in &files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&directory)).expect("the directory can be written");
        fs::write(path, text).expect("the directory can be written");
    }
    fs::copy(workspace().join("Cargo.lock"), directory.join("Cargo.lock")).expect("the directory can be written");

    let output = simba_tests::cargo()
        .args(["test", "--features", "blocking", "--no-fail-fast", "--test", "calls", "--test", "memory"])
        .arg("--target-dir")
        .arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .args(["--", "--show-output"])
        .current_dir(&directory)
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = said.lines().filter(|line| line.starts_with("test ") && line.ends_with(" ... ok")).count();
    let tests = files["tests/calls.rs"].matches("#[tokio::test").count() + 1;
    assert_eq!(passed, tests, "{said}");
}
