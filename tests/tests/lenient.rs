//! Tests that a generated crate reads and writes values of every type. Its model is in `fixtures/lenient`.
//!
//! The crate is generated into the target directory, where its tests are built and run.

use std::{fs, path::Path};

use simba_codegen::{Options, Package};
use simba_tests::{Crates, fixture, generate, source, workspace};

#[test]
fn values_are_read_leniently_and_written_exactly() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lenient");
    // The directory of the crate is inside the workspace, but the crate is not a member of it.
    let package = Package { workspace_root: Some(true), ..Package::default() };
    let options = Options { package, ..Crates::options("lenient") };
    let mut files = generate(&[source("lenient/model.json")], &options).files;
    let manifest = files.get_mut("Cargo.toml").expect("a crate has a manifest");
    manifest.push_str("\n[dev-dependencies]\nserde_json = \"1\"\n");
    files.insert("tests/wire.rs".to_owned(), simba_tests::text(&fixture("lenient/wire.rs")));
    files.insert("Cargo.lock".to_owned(), simba_tests::text(&workspace().join("Cargo.lock")));
    for (path, text) in &files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&directory)).expect("the directory can be written");
        fs::write(path, text).expect("the directory can be written");
    }
    let output = simba_tests::cargo()
        .args(["test", "--quiet", "--no-default-features", "--features", "serde", "--test", "wire", "--target-dir"])
        .arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .current_dir(&directory)
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(" passed; 0 failed"), "{said}");
}
