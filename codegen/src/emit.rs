//! From [`ir`] to tokens: one module per kind of item, pure functions that cannot fail.
//!
//! A template is a final `quote!` that looks like the output; its parts are computed before it. The doc comment of
//! every function shows an example of what it emits.

mod call;
mod client;
pub(crate) mod endpoint;
mod enumeration;
mod error;
mod front;
mod leaf;
mod manifest;
mod operation;
mod page;
mod protocol_tests;
mod settings;
mod structure;
mod types;
mod union;
mod waiter;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;

use crate::{Tests, ir};
pub(crate) use manifest::Manifest;

/// The Rust files of a crate, by path.
pub(crate) fn rust_files(service: &ir::Service, tests: Tests) -> BTreeMap<String, TokenStream> {
    let mut files = BTreeMap::new();
    let protocol_tests = match tests {
        Tests::Emit => protocol_tests::file(service, &service.protocol_tests),
        Tests::Omit => None,
    };
    files.extend(settings::file(service).map(|file| ("src/settings.rs".to_owned(), file)));
    files.extend(protocol_tests.map(|file| ("tests/protocol.rs".to_owned(), file)));
    files.insert("src/lib.rs".to_owned(), client::lib(service));
    files.insert("src/client.rs".to_owned(), client::client(service));
    files.insert("src/endpoint.rs".to_owned(), endpoint::file(service));
    files.insert("src/types.rs".to_owned(), types::index(service));
    for item in &service.types {
        files.insert(format!("src/types/{}.rs", item.module()), types::item(item));
    }
    files.insert("src/error.rs".to_owned(), error::index(service));
    for error in &service.errors {
        files.insert(format!("src/error/{}.rs", error.module), structure::error_file(error));
    }
    files.insert("src/operation.rs".to_owned(), operation::index(service));
    for operation in &service.operations {
        files.insert(format!("src/operation/{}.rs", operation.method), operation::file(service, operation));
    }
    files
}
