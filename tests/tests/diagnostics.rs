//! Snapshots of all diagnostics for invalid or unusual models.
//!
//! Each file or folder in `fixtures/bad` breaks one rule, so no crate is generated. For those in `fixtures/odd`, a
//! crate is generated with warnings.

use std::{fs, path::Path};

use simba_codegen::{Options, Report, Source};
use simba_tests::{fixture, options, report, source, sources};

/// Returns the models in a folder of fixtures, by name. A folder inside it is a model that consists of several files.
fn models(folder: &str) -> Vec<(String, Vec<Source>)> {
    names(folder)
        .into_iter()
        .map(|name| {
            let path = format!("{folder}/{name}");
            let files: Vec<String> = match fixture(&path).is_dir() {
                true => names(&path).iter().map(|file| format!("{path}/{file}")).collect(),
                false => vec![path],
            };
            (name, files.iter().map(|file| source(file)).collect())
        })
        .collect()
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(fixture(folder)).expect("the folder of fixtures exists");
    let path = |entry: fs::DirEntry| Path::new(&entry.file_name()).to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| path(entry.expect("the folder can be read"))).collect();
    names.sort();
    names
}

fn listed(reports: &[(String, Report)]) -> String {
    let section = |(name, report): &(String, Report)| format!("=== {name} ===\n{report}\n");
    reports.iter().map(section).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_broken_model_is_refused_with_all_its_errors() {
    let mut reports = Vec::new();
    for (name, files) in models("bad") {
        let report = report(&files, &options());
        assert!(report.has_errors(), "{name} breaks no rule");
        reports.push((name, report));
    }
    insta::assert_snapshot!("bad", listed(&reports));
}

#[test]
fn every_odd_model_is_generated_with_warnings() {
    let mut reports = Vec::new();
    for (name, files) in models("odd") {
        let report = report(&files, &options());
        assert!(!report.has_errors(), "{name} is refused: {report}");
        assert!(name == "unused.json" || !report.diagnostics.is_empty(), "{name} is not odd");
        reports.push((name, report));
    }
    insta::assert_snapshot!("odd", listed(&reports));
}

#[test]
fn operations_that_stream_are_left_out_and_the_others_stay() {
    let generated = simba_tests::generate(&[source("odd/streams.json")], &options());
    assert_eq!(generated.operations, 1);
    let operations: Vec<&str> = generated.files.keys().filter_map(|path| path.strip_prefix("src/operation/")).collect();
    assert_eq!(operations, ["act.rs"]);
}

#[test]
fn an_operation_that_does_not_exist_cannot_be_kept() {
    let wanted = ["ListParts", "ListPrizes", "Zebra"].map(str::to_owned).to_vec();
    let options = Options { operations: Some(wanted), ..options() };
    let report = report(&sources(&["constructs/pagination.json"]), &options);
    insta::assert_snapshot!("operations", report.to_string());
}

#[test]
fn kept_operations_bring_only_what_they_reach() {
    let options = Options { operations: Some(vec!["ListParts".to_owned()]), ..options() };
    let generated = simba_tests::generate(&sources(&["constructs/pagination.json"]), &options);
    let paths: Vec<&str> = generated.files.keys().map(String::as_str).collect();
    let types: Vec<&str> = paths.iter().filter_map(|path| path.strip_prefix("src/types/")).collect();
    assert_eq!((generated.operations, types), (1, vec!["next.rs", "paging.rs", "parts_result.rs"]));
    assert!(!paths.contains(&"src/operation/list_prices.rs"));
}

#[test]
fn no_file_is_no_model() {
    assert_eq!(
        report(&[], &options()).to_string(),
        "error: the model has no service; expected one shape of type `service`"
    );
}

/// Without partitions, models of AWS services are rejected with a reason, and others are generated.
#[test]
fn only_services_of_aws_need_partitions() {
    let none = Options { partitions: None, runtime: "\"0.1\"".to_owned(), ..Options::default() };
    let refused = report(&sources(&["constructs/auth.json"]), &none).to_string();
    assert!(refused.contains("`aws.partition` requires the partitions of AWS; set `Options::partitions`"), "{refused}");
    let generated = simba_tests::generate(&sources(&["constructs/pagination.json"]), &none);
    let endpoint = &generated.files["src/endpoint.rs"];
    assert!(!endpoint.contains("amazonaws") && endpoint.contains("set an endpoint"), "{endpoint}");
}

#[test]
fn wrong_partitions_are_reported_to_services_that_need_them() {
    let options = Options { partitions: Some("{}".to_owned()), ..options() };
    let report = report(&sources(&["constructs/auth.json"]), &options);
    assert!(report.to_string().starts_with("error: "), "{report}");
    assert!(report.to_string().contains("partitions.json: `partitions` is missing"), "{report}");
}
