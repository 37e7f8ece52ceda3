//! What the crates offer to programs, as snapshots: a change to it is seen, and its semver step is a decision.
//!
//! `INSTA_UPDATE=always cargo test -p simba-tests --test api` accepts what changed.

#![allow(clippy::unwrap_used, reason = "A panic is how a test fails.")]

#[path = "api/skeleton.rs"]
mod skeleton;

use simba_tests::workspace;

#[test]
fn fsx() {
    insta::assert_snapshot!("fsx", skeleton::of(&workspace().join("generated/fsx/src")));
}

#[test]
fn runtime() {
    insta::assert_snapshot!("runtime", skeleton::of(&workspace().join("codegen/runtime/src")));
}

/// Two types of one name would be told apart only by their paths. Aliases do not count: they are other names of one type.
#[test]
fn no_name_is_that_of_two_types() {
    for folder in ["codegen/runtime/src", "codegen/aws-config/src", "generated/fsx/src"] {
        let skeleton = skeleton::of(&workspace().join(folder));
        let words: Vec<&str> = skeleton.split_whitespace().collect();
        let mut names: Vec<&str> = words
            .windows(3)
            .filter(|words| words[0] == "pub" && ["struct", "enum", "trait"].contains(&words[1]))
            .filter_map(|words| words[2].split(|c: char| !c.is_alphanumeric() && c != '_').next())
            .collect();
        names.sort_unstable();
        let twice: Vec<&str> = names.windows(2).filter(|names| names[0] == names[1]).map(|names| names[0]).collect();
        assert!(!names.is_empty() && twice.is_empty(), "{folder}: {}", twice.join(", "));
    }
}
