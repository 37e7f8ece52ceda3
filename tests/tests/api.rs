//! Compares the public APIs of the crates with snapshots. Every change becomes visible, so that the next version number
//! can be chosen deliberately.
//!
//! To accept changes, run `INSTA_UPDATE=always cargo test -p simba-tests --test api`.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

#[path = "api/skeleton.rs"]
mod skeleton;

use simba_tests::workspace;

#[test]
fn the_api_of_fsx_has_not_changed() {
    insta::assert_snapshot!("fsx", skeleton::of(&workspace().join("generated/fsx/src")));
}

#[test]
fn the_api_of_the_runtime_has_not_changed() {
    insta::assert_snapshot!("runtime", skeleton::of(&workspace().join("codegen/runtime/src")));
}

/// Checks that no two types in a crate have the same name, since users could distinguish them only by their paths.
/// Aliases are not counted.
#[test]
fn no_two_types_have_the_same_name() {
    for directory in ["codegen/runtime/src", "codegen/aws-config/src", "generated/fsx/src"] {
        let skeleton = skeleton::of(&workspace().join(directory));
        let words: Vec<&str> = skeleton.split_whitespace().collect();
        let mut names: Vec<&str> = words
            .windows(3)
            .filter(|words| words[0] == "pub" && ["struct", "enum", "trait"].contains(&words[1]))
            .filter_map(|words| words[2].split(|c: char| !c.is_alphanumeric() && c != '_').next())
            .collect();
        names.sort_unstable();
        let twice: Vec<&str> = names.windows(2).filter(|names| names[0] == names[1]).map(|names| names[0]).collect();
        assert!(!names.is_empty() && twice.is_empty(), "{directory}: {}", twice.join(", "));
    }
}

/// Checks the enums whose variants depend on features. Without `#[non_exhaustive]`, a crate that enables a feature
/// would break the `match` expressions of other crates.
#[test]
fn enums_with_optional_variants_are_not_exhaustive() {
    let skeleton = skeleton::of(&workspace().join("codegen/runtime/src"));
    let mut header = "";
    let mut optional = 0;
    for line in skeleton.lines() {
        if line.contains("pub enum ") {
            header = line.trim();
        } else if line.ends_with(['{', '}']) {
            header = "";
        } else if !header.is_empty() && line.trim().starts_with("#[cfg(") {
            optional += 1;
            assert!(header.contains("#[non_exhaustive]"), "add `#[non_exhaustive]`: {header}");
        }
    }
    assert!(optional > 5, "found {optional} optional variants");
}
