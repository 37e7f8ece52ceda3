//! Compares our client with botocore.
//!
//! Random values of the FSx model are sent through the generated client and through AWS's Python client. Both must send
//! the same requests, with the same signatures, and read the same results from responses. The [`settings`] module does
//! the same for settings from environment variables and profile files.
//!
//! botocore runs in a Python process (see [`peer`]). All values are determined by seeds, so that every run is the same.
//! The message of a failure contains the operation and the number of the case.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "Tests fail by panicking, and print what they compared or why they were skipped."
)]

mod calls;
mod compare;
mod defaults;
mod generate;
mod hosts;
mod model;
mod operations;
mod peer;
mod random;
mod settings;
mod signatures;

use model::{Model, bare};
use operations::{ERRORS, OPERATIONS};
use peer::Peer;

/// Panics if there are differences. The message contains the first few of them.
fn report(what: &str, total: usize, differences: &[String]) {
    let shown: Vec<_> = differences.iter().take(20).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} of {total} {what} differ:\n{}", differences.len(), shown.join("\n"));
}

#[test]
fn every_operation_and_error_of_the_model_is_compared() {
    let model = Model::load();
    let operations: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(operations, model.operations().into_iter().map(bare).collect::<Vec<_>>());
    assert_eq!(ERRORS, model.errors().into_iter().map(bare).collect::<Vec<_>>());
}

#[test]
fn calls_match_botocore() {
    let Some(peer) = Peer::find() else { return };
    let model = Model::load();
    let cases = calls::cases(&model);
    let jobs: Vec<_> = cases.iter().map(calls::Case::job).collect();
    let results = peer.results("calls", &jobs);
    let ours: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(ours, results.operations, "botocore {} has the operations of the model", results.version);

    let pairs = cases.iter().zip(&results.results);
    let differences: Vec<_> = pairs.filter_map(|(case, result)| case.compare(&model, result)).collect();
    report("calls", cases.len(), &differences);
    println!("{} calls of {} operations are those of botocore {}", cases.len(), ours.len(), results.version);
}

#[test]
fn signatures_match_botocore() {
    let Some(peer) = Peer::find() else { return };
    let mut cases = signatures::of_calls(&Model::load());
    cases.extend(signatures::of_anything());
    let jobs: Vec<_> = cases.iter().map(signatures::Case::job).collect();
    let results = peer.results("signatures", &jobs);

    let pairs = cases.iter().zip(&results.results);
    let differences: Vec<_> = pairs.filter_map(|(case, result)| case.compare(result)).collect();
    report("signatures", cases.len(), &differences);
    println!("{} signatures are those of botocore {}", cases.len(), results.version);
}

#[test]
fn hosts_of_credential_services_match_botocore() {
    let Some(peer) = Peer::find() else { return };
    let cases = hosts::cases();
    let jobs: Vec<_> = cases.iter().map(hosts::Case::job).collect();
    let results = peer.results("hosts", &jobs);

    let pairs = cases.iter().zip(&results.results);
    let differences: Vec<_> = pairs.filter_map(|(case, result)| case.compare(result)).collect();
    report("hosts", cases.len(), &differences);
    println!("{} hosts are those of botocore {}", cases.len(), results.version);
}
