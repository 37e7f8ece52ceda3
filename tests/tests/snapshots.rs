//! Tests that every snapshot belongs to a test. A snapshot that no test uses would never be compared.

use std::{fs, path::Path};

#[test]
fn every_snapshot_is_used_and_accepted() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut count = 0;
    for entry in fs::read_dir(tests.join("snapshots")).expect("there are snapshots") {
        let name = entry.expect("the directory can be read").file_name().to_string_lossy().into_owned();
        let parts = name.strip_suffix(".snap").and_then(|name| name.split_once("__"));
        let (file, snapshot) = parts.unwrap_or_else(|| panic!("{name} is not an accepted snapshot"));
        let test = simba_tests::text(&tests.join(format!("{file}.rs")));
        assert!(test.contains(&format!("\"{snapshot}\"")), "no test in {file}.rs names {name}");
        count += 1;
    }
    assert!(count > 20, "the snapshots are there");
}
