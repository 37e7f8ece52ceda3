//! Emits [`ir`] as tokens. Each module emits one kind of item, with pure functions that cannot fail.
//!
//! A template first computes its parts, and ends with a `quote!` that looks like the output. Doc comments show examples
//! of the output.

mod call;
mod client;
mod comment;
mod constraints;
pub(crate) mod docs;
mod endpoint;
mod enumeration;
mod error;
mod manifest;
pub(crate) mod module;
mod operation;
mod protocol_tests;
mod schema;
mod settings;
mod structure;
mod tokens;
mod types;
mod union;
mod waiter;

use proc_macro2::TokenStream;

use crate::{Tests, ir};
pub(crate) use comment::{Comments, FileTokens};
pub(crate) use docs::Examples;
pub(crate) use manifest::Manifest;

/// A Rust file that can be emitted.
///
/// Emitting a file cannot fail and depends only on the service, so files can be emitted in any order and in parallel.
pub(crate) struct RustFile<'s> {
    /// The path of the file in the crate.
    pub(crate) path: String,
    /// Emits the file. Returns `None` if the service does not need it.
    pub(crate) emit: Box<dyn Fn() -> Option<FileTokens> + Sync + 's>,
}

/// Returns the Rust files of a crate.
pub(crate) fn rust_files<'s>(examples: &'s Examples<'_>, tests: Tests) -> Vec<RustFile<'s>> {
    let service = examples.service;
    let mut files = Vec::new();
    let mut may_be = |path: &str, emit: fn(&ir::Service) -> Option<TokenStream>| {
        files.push(RustFile { path: path.to_owned(), emit: Box::new(move || FileTokens::of(|| emit(service))) });
    };
    may_be("src/settings.rs", settings::file);
    match tests {
        Tests::Emit => may_be("tests/protocol.rs", |service| protocol_tests::file(service, &service.protocol_tests)),
        Tests::Omit => {}
    }
    may_be("src/client.rs", |service| Some(client::client(service)));
    may_be("src/endpoint.rs", |service| Some(endpoint::file(service)));
    may_be("src/types.rs", |service| Some(types::index(service)));
    may_be("src/error.rs", |service| Some(error::index(service)));
    may_be("src/operation.rs", |service| Some(operation::index(service)));
    files.push(RustFile {
        path: "src/lib.rs".to_owned(),
        emit: Box::new(|| FileTokens::of(|| Some(client::lib(examples)))),
    });
    files.extend(service.types.iter().map(|item| RustFile {
        path: format!("src/types/{}.rs", item.module()),
        emit: Box::new(|| FileTokens::of(|| Some(types::item(item)))),
    }));
    files.extend(service.errors.iter().map(|error| RustFile {
        path: format!("src/error/{}.rs", error.module),
        emit: Box::new(|| FileTokens::of(|| Some(structure::error_file(error)))),
    }));
    files.extend(service.operations.iter().map(|operation| RustFile {
        path: format!("src/operation/{}.rs", operation.method),
        emit: Box::new(|| FileTokens::of(|| Some(operation::file(examples, operation)))),
    }));
    files
}
