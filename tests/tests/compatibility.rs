//! Checks that the dependencies support the Rust version of the workspace.
//!
//! Clippy's `incompatible_msrv` checks the workspace's own code.

#![allow(clippy::unwrap_used, reason = "A panic is how a test fails.")]

use serde_json::Value;
use simba_tests::{cargo, workspace};

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

#[test]
fn no_dependency_needs_a_newer_rust() {
    let about = output(&["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = output(&["metadata", "--format-version=1", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
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
