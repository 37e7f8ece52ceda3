//! Tests errors and warnings that are printed as JSON.

use std::fs;

use crate::Project;

#[test]
fn errors_are_json_for_editors() {
    let project = Project::new("json");
    fs::write(project.0.join("bad.smithy"), "$version: \"2\"\nnamespace toy\nstructure Part {\n    name: Strng\n}\n")
        .unwrap();
    let arguments = ["generate", "bad.smithy", "--out", "client", "--message-format", "json"];
    let (code, _, stderr) = project.run(&arguments);
    assert_eq!(code, Some(1), "{stderr}");
    let objects: Vec<serde_json::Value> =
        stderr.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    let unknown = objects.iter().find(|object| object["shape"] == "toy#Part$name").expect("the member is named");
    assert_eq!(unknown["level"], "error");
    assert_eq!(unknown["message"], "the target `toy#Strng` is not defined");
    assert_eq!(unknown["file"], "bad.smithy");
    assert_eq!(unknown["span"]["start"], serde_json::json!({ "line": 4, "column": 11, "offset": 55 }));
    let summary = objects.last().expect("the summary is printed");
    let text = summary["message"].as_str();
    assert!(text.is_some_and(|text| text.starts_with("the model has ")), "{summary}");

    let (_, _, stderr) = project.run(&["check", "--config", "bad.toml", "--message-format", "json"]);
    let unknown: serde_json::Value = serde_json::from_str(stderr.lines().next().expect("a line")).expect("an object");
    assert_eq!(unknown["span"]["start"], serde_json::json!({ "line": 2, "column": 1, "offset": 17 }), "{stderr}");
    assert_eq!(unknown["span"]["end"], serde_json::json!({ "line": 2, "column": 6, "offset": 22 }), "{stderr}");

    // Errors on the command line, errors in files, and warnings are also printed as JSON.
    let generate = ["generate", "weather.smithy", "--service", "Weather", "--out", "client"];
    project.write("Cargo.toml", "[workspace]\n");
    let directory = project.0.display().to_string();
    let warning =
        "PROJECT/client is in the directory of a workspace that it does not belong to; add it to `members` or ";
    for (arguments, code, level, message) in [
        (&["generate", "no.smithy", "nowhere", "--out", "client"][..], 1, "error", "no.smithy: "),
        (&["generate", "no.smithy", "nowhere", "--out", "client"], 1, "error", "nowhere: "),
        (&["generate", "weather.smithy"], 2, "error", "missing `--out DIR`, the directory of the generated crate"),
        (&["generate", "--runtme", "0.1"], 2, "error", "unexpected argument '--runtme' found; a similar argument "),
        (
            &["generate", "--version", "1.0"],
            2,
            "error",
            "invalid value '1.0' for '--version <VERSION>': invalid version",
        ),
        (&[], 2, "error", "'simba' requires a subcommand but one was not provided [subcommands: generate, "),
        (&generate, 0, "warning", warning),
    ] {
        for format in [&["--message-format=json"][..], &["--message-format", "json"]] {
            let (found, _, stderr) = project.run(&[arguments, format].concat());
            assert_eq!(found, Some(code), "{arguments:?}: {stderr}");
            let lines = stderr.lines().map(|line| serde_json::from_str(line).expect("each line is an object"));
            let lines: Vec<serde_json::Value> = lines.collect();
            // The name of the directory is replaced only after the JSON has been parsed, since JSON would escape a
            // quote in the name.
            let text =
                |line: &serde_json::Value| line["message"].as_str().map(|text| text.replace(&directory, "PROJECT"));
            let is_expected = |line: &serde_json::Value| {
                line["level"] == level && text(line).is_some_and(|text| text.starts_with(message))
            };
            assert!(lines.iter().any(is_expected), "{arguments:?}: {stderr}");
        }
    }
}
