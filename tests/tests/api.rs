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
