//! Compares all diagnostics for invalid or unusual models with snapshots.
//!
//! Each file or directory in `fixtures/bad` breaks one rule, so no crate is generated. For the models in
//! `fixtures/odd`, a crate is generated with warnings.

use std::{fs, path::Path};

use simba_codegen::{Options, Report, Source, Tests};
use simba_tests::{fixture, options, report, source, sources};

/// Returns the models in a directory of fixtures, by name. A subdirectory is a model that consists of several files.
fn models(directory: &str) -> Vec<(String, Vec<Source>)> {
    names(directory)
        .into_iter()
        .map(|name| {
            let path = format!("{directory}/{name}");
            let files: Vec<String> = match fixture(&path).is_dir() {
                true => names(&path).iter().map(|file| format!("{path}/{file}")).collect(),
                false => vec![path],
            };
            (name, files.iter().map(|file| source(file)).collect())
        })
        .collect()
}

fn names(directory: &str) -> Vec<String> {
    let entries = fs::read_dir(fixture(directory)).expect("the directory of fixtures exists");
    let path = |entry: fs::DirEntry| Path::new(&entry.file_name()).to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| path(entry.expect("the directory can be read"))).collect();
    names.sort();
    names
}

fn listed(reports: &[(String, Report)]) -> String {
    let section = |(name, report): &(String, Report)| format!("=== {name} ===\n{report}\n");
    reports.iter().map(section).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_invalid_model_is_rejected_with_all_its_errors() {
    let mut reports = Vec::new();
    for (name, files) in models("bad") {
        let report = report(&files, &options());
        assert!(report.has_errors(), "{name} is valid");
        reports.push((name, report));
    }
    insta::assert_snapshot!("bad", listed(&reports));
}

#[test]
fn read_timeouts_are_seconds_by_service() {
    for (table, said) in [
        ("[]", "error: invalid read timeouts; expected a JSON object that maps service IDs to seconds"),
        (r#"{"Toy Box": 0}"#, "error: invalid read timeout for `Toy Box`; expected at least 1 second, or `null`"),
    ] {
        let options = Options { read_timeouts: Some(table.to_owned()), ..options() };
        assert_eq!(report(&sources(&["constructs/account_id.json"]), &options).to_string().trim_end(), said);
    }
}

#[test]
fn every_odd_model_is_generated_with_warnings() {
    let mut reports = Vec::new();
    for (name, files) in models("odd") {
        let report = report(&files, &options());
        assert!(!report.has_errors(), "{name} is rejected: {report}");
        assert!(name == "unused.json" || !report.diagnostics.is_empty(), "{name} is not odd");
        reports.push((name, report));
    }
    insta::assert_snapshot!("odd", listed(&reports));
}

/// The key in the metadata of models that are converted from botocore's format. Some of Smithy's rules do not apply to
/// these models. Fixtures have this key if they break such a rule on purpose.
const CONVERTED: &str = "simba.importedFrom";

#[test]
fn only_fixtures_that_break_a_rule_are_marked_as_converted() {
    let directories = ["bad", "conformance", "constructs", "odd"];
    let marked = directories.iter().flat_map(|directory| models(directory)).filter(|(_, files)| {
        let [file] = files.as_slice() else { return false };
        file.text.contains(CONVERTED)
    });
    let mut needless = Vec::new();
    for (name, files) in marked {
        let unmarked = Source { text: files[0].text.replace(CONVERTED, "unmarked"), ..files[0].clone() };
        let [before, after] = [files, vec![unmarked]].map(|files| report(&files, &options()).to_string());
        if before == after {
            needless.push(name);
        }
    }
    assert!(needless.is_empty(), "these fixtures do not need `{CONVERTED}`: {needless:?}");
}

#[test]
fn only_unsupported_streaming_operations_are_omitted() {
    let generated = simba_tests::generate(&[source("odd/streams.json")], &options());
    assert_eq!(generated.operations, 1);
    let operations: Vec<&str> = generated.files.keys().filter_map(|path| path.strip_prefix("src/operation/")).collect();
    assert_eq!(operations, ["act.rs"]);
}

#[test]
fn selecting_an_unknown_operation_is_an_error() {
    let wanted = ["ListParts", "ListPrizes", "Zebra"].map(str::to_owned).to_vec();
    let options = Options { operations: Some(wanted), ..options() };
    let report = report(&sources(&["constructs/pagination.json"]), &options);
    insta::assert_snapshot!("operations", report.to_string());
}

#[test]
fn only_types_of_selected_operations_are_generated() {
    let options = Options { operations: Some(vec!["ListParts".to_owned()]), ..options() };
    let generated = simba_tests::generate(&sources(&["constructs/pagination.json"]), &options);
    let paths: Vec<&str> = generated.files.keys().map(String::as_str).collect();
    let types: Vec<&str> = paths.iter().filter_map(|path| path.strip_prefix("src/types/")).collect();
    assert_eq!((generated.operations, types), (1, vec!["next.rs", "paging.rs", "parts_result.rs"]));
    assert!(!paths.contains(&"src/operation/list_prices.rs"));
}

#[test]
fn an_empty_list_of_files_is_an_error() {
    assert_eq!(
        report(&[], &options()).to_string(),
        "error: the model has no service; expected a shape of type `service`"
    );
}

/// Checks that a model of an AWS service is rejected with a reason if there are no partitions, and that other models
/// are not affected.
#[test]
fn only_services_of_aws_need_partitions() {
    let none = Options { partitions: None, runtime: "\"0.1\"".to_owned(), ..Options::default() };
    let refused = report(&sources(&["constructs/auth.json"]), &none).to_string();
    let expected = "`aws.partition` requires AWS's partitions; set `Options::partitions` to the contents of AWS's \
                    partitions.json";
    assert!(refused.contains(expected), "{refused}");
    let generated = simba_tests::generate(&sources(&["constructs/pagination.json"]), &none);
    let endpoint = &generated.files["src/endpoint.rs"];
    let expected = "no endpoint; set one with `endpoint_url`";
    assert!(!endpoint.contains("amazonaws") && endpoint.contains(expected), "{endpoint}");
    // The endpoint of a service that does not belong to AWS is never in AWS's domain.
    let generated = simba_tests::generate(&sources(&["constructs/pagination.json"]), &options());
    assert!(!generated.files["src/endpoint.rs"].contains("dns_suffix"));
    let generated = simba_tests::generate(&sources(&["constructs/auth.json"]), &options());
    let endpoint = &generated.files["src/endpoint.rs"];
    assert!(endpoint.contains("\"set an endpoint or a region\""), "{endpoint}");
}

#[test]
fn invalid_partitions_are_reported_for_services_that_need_them() {
    let options = Options { partitions: Some("{}".to_owned()), ..options() };
    let report = report(&sources(&["constructs/auth.json"]), &options);
    assert!(report.to_string().starts_with("error: "), "{report}");
    assert!(
        report.to_string().contains("the default endpoint rules: partitions.json: missing `partitions`"),
        "{report}"
    );
}

#[test]
fn ignored_traits_have_reasons() {
    let traits = simba_codegen::phases::ignored_traits();
    let lines: Vec<String> = traits.map(|(id, reason)| format!("{id}: {reason}")).collect();
    insta::assert_snapshot!("ignored_traits", lines.join("\n"));
}

/// Checks errors in options, and an error in a model that is too long to be a fixture.
#[test]
fn invalid_options_and_deep_mixins_are_reported() {
    let model = sources(&["constructs/pagination.json"]);
    let crate_name = Options { crate_name: Some("9lives".to_owned()), ..options() };
    assert_eq!(
        report(&model, &crate_name).to_string(),
        "error: invalid crate name `9lives`; expected ASCII letters, digits, `-` and `_`, starting with a letter; \
         keywords and names such as `std` are reserved"
    );
    let service = Options { service: Some("Toys".to_owned()), ..options() };
    assert_eq!(report(&model, &service).to_string(), "error: the model has no service `Toys`; did you mean `Toy`?");

    let mixins: Vec<String> = (0..70)
        .map(|index| {
            let next = index + 1;
            format!(
                r#""toy#M{index}": {{"type": "structure", "members": {{}}, "mixins": [{{"target": "toy#M{next}"}}]}}"#
            )
        })
        .collect();
    let last = r#""toy#M70": {"type": "structure", "members": {}}"#;
    let text = format!(r#"{{"smithy": "2.0", "shapes": {{{}, {last}}}}}"#, mixins.join(", "));
    let report = report(&[Source { name: "deep.json".to_owned(), text }], &options()).to_string();
    let line = report.lines().next().unwrap_or_default();
    assert!(line.ends_with(": mixins are nested more than 64 levels deep; use fewer levels"), "{report}");
}

/// Checks that a protocol test with invalid parameters becomes a Rust test that fails with the reason.
#[test]
fn protocol_tests_with_invalid_parameters_fail() {
    for (params, reason) in [
        (r#"{"Size": "one"}"#, "Size: the value \\\"one\\\" does not match the type"),
        (r#"{"Sise": 1}"#, "`ActRequest` has no member `Sise`"),
        (r#"{"Choice": {}}"#, "Choice: expected one member of the union `Choice`"),
        (r#"{"Choice": {"C": 1}}"#, "Choice: `Choice` has no member `C`"),
    ] {
        let options = Options { tests: Tests::Emit, ..options() };
        let mut model = source("bad/protocol_test.json");
        model.text = model.text.replace(r#""params": 5"#, &format!(r#""params": {params}"#));
        let generated = simba_tests::generate(&[model], &options);
        let tests = &generated.files["tests/protocol.rs"];
        assert!(tests.contains(reason), "{reason}: {tests}");
    }
}

#[test]
fn event_stream_tests_with_invalid_parameters_fail() {
    const LOST: &str = r#"{"failure": {"errorId": "toy#Lost"}}"#;
    const SUCCESS: &str = r#"{"success": {}}"#;
    let event = |rest: &str| format!(r#"{{"type": "response", {rest}}}"#);
    for (operation, event, expectation, reason) in [
        ("Play", event(r#""params": {"roll": {"sides": "x"}}"#), SUCCESS, "roll: sides: the value"),
        ("Play", event(r#""bytes": "?""#), SUCCESS, "`?` is not valid base64"),
        ("Play", event(r#""params": {"lost": {}}"#), r#"{"failure": {}}"#, "check_failure"),
        ("Play", event(r#""params": {"lost": {}}"#), LOST, "check_stream_error"),
        ("Ping", event(r#""params": {"roll": {}}"#), SUCCESS, "found an event, but no event stream"),
        ("Ping", event(r#""params": {"lost": {}}"#), LOST, "check_call_failure"),
    ] {
        let mut model = source("conformance/rpc_v2_json.json");
        let mut json: serde_json::Value = serde_json::from_str(&model.text).expect("a fixture");
        let traits = &mut json["shapes"][format!("toy#{operation}")]["traits"];
        let case = format!(
            r#"[{{"id": "Case", "protocol": "smithy.protocols#rpcv2Json", "events": [{event}], "expectation": {expectation}}}]"#
        );
        traits["smithy.test#eventStreamTests"] = serde_json::from_str(&case).expect("valid JSON");
        model.text = json.to_string();
        let generated = simba_tests::generate(&[model], &Options { tests: Tests::Emit, ..options() });
        let tests = &generated.files["tests/protocol.rs"];
        let start = tests.find("fn case()").expect("the test exists");
        assert!(tests[start..].contains(reason), "{reason}: {}", &tests[start..]);
    }
}

#[test]
fn endpoint_parameters_without_documentation_get_a_description() {
    let generated = simba_tests::generate(&[source("conformance/context_params.json")], &options());
    let documented = |text: &String| text.contains("Sets the parameter `Draft` of the endpoint rules.");
    assert!(generated.files.values().any(documented), "{:?}", generated.files.keys());
}
