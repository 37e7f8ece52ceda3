//! Checks that the dependencies support the Rust version of the workspace, and that `ARCHITECTURE.md` lists them.
//!
//! Clippy's `incompatible_msrv` checks the workspace's own code.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

use std::collections::BTreeSet;

use serde_json::Value;
use simba_tests::{cargo, text, workspace};

/// Returns the output of a Cargo command.
fn output(arguments: &[&str]) -> String {
    let output = cargo().args(arguments).current_dir(workspace()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Parses a version. `1.88` equals `1.88.0`.
fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

/// Returns the metadata of the workspace, with the dependencies on this platform.
fn metadata() -> Value {
    let about = output(&["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    serde_json::from_str(&output(&["metadata", "--format-version=1", "--filter-platform", host])).unwrap()
}

#[test]
fn every_dependency_is_listed_with_a_reason() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages.iter().filter(|package| package["source"].is_null());
    let dependencies = own.flat_map(|package| package["dependencies"].as_array().unwrap());
    let names: BTreeSet<&str> = dependencies
        .filter(|dependency| !dependency["source"].is_null())
        .map(|dependency| dependency["name"].as_str().unwrap())
        .collect();
    let document = text(&workspace().join("ARCHITECTURE.md"));
    let (_, section) = document.split_once("## Dependencies").unwrap();
    let is_part_of_name = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let listed: BTreeSet<&str> = section.split(|c| !is_part_of_name(c)).collect();
    let missing: Vec<&&str> = names.difference(&listed).collect();
    assert!(names.len() > 40 && missing.is_empty(), "ARCHITECTURE.md has no row for {missing:?}");
}

#[test]
fn no_dependency_requires_a_newer_rust() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == "simba-fsx").unwrap();
    let stated = version(ours["rust_version"].as_str().unwrap());
    let newer: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let needed = package["rust_version"].as_str()?;
            (version(needed) > stated).then(|| format!("{} {} needs {needed}", package["name"], package["version"]))
        })
        .collect();
    assert!(packages.len() > 50 && newer.is_empty(), "{newer:?}");
}
