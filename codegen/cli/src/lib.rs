//! Reads Smithy models and writes client crates. This crate handles files for `simba`, `simba-build`, and the
//! commands of Simba's own repository.
//!
//! [`Client`] generates a crate. [`files`] reads models and compares directories with generated files, [`package`]
//! reads the settings in an existing manifest, and [`validate`] checks settings. The functions print nothing: an
//! [`Error`] contains all problems, and [`report`] prints them.

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod client;
pub mod config;
pub mod data;
mod dependency;
mod error;
pub mod files;
pub mod package;
#[cfg(feature = "cli")]
mod progress;
pub mod report;
mod smithy_build;
pub mod validate;

pub use client::{Client, Outcome, diff, generate, options, path_dependency};
pub use config::Config;
pub use dependency::Dependency;
pub use error::{Error, Problem};
