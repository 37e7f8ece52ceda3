//! Tests the commands of `cargo xtask`: their output, their exit codes, and the files that they leave unchanged.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use simba_codegen::HEADER;
use simba_tests::{fixture, workspace};

#[path = "commands/manifest.rs"]
mod manifest;
#[path = "commands/ownership.rs"]
mod ownership;

/// Returns the `cargo xtask` command with these arguments. The program is built once for all tests.
fn command<A: AsRef<OsStr>>(arguments: &[A]) -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program =
        PROGRAM.get_or_init(|| simba_tests::build(env!("CARGO_TARGET_TMPDIR"), &workspace(), &["--package", "xtask"]));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace());
    command
}

/// Runs `cargo xtask` with these arguments.
fn xtask<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    command(arguments).output().expect("xtask runs")
}

/// Generates a crate from a fixture into a directory.
fn codegen(model: &str, out: &Path, more: &[&str]) -> Output {
    let model = fixture(model).display().to_string();
    let out = out.display().to_string();
    let mut arguments = vec!["codegen", "--model", &model, "--out", &out];
    arguments.extend(more);
    xtask(&arguments)
}

/// Returns the path of a directory for a test in the target directory. Deletes the directory if it exists.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands").join(name);
    let _ = fs::remove_dir_all(&directory);
    directory
}

/// Returns the paths and contents of all files in a directory.
fn content(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut queue = vec![directory.to_owned()];
    while let Some(at) = queue.pop() {
        for entry in fs::read_dir(&at).expect("the directory can be read") {
            let path = entry.expect("the directory can be read").path();
            if path.is_dir() {
                queue.push(path);
            } else {
                files.push((path.clone(), simba_tests::text(&path)));
            }
        }
    }
    files.sort();
    files
}

/// Returns a path as it appears in messages: relative to the current directory of `xtask`.
fn shown(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string().replace('\\', "/")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_fails(output: &Output, message: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(output).contains(message), "{}", said(output));
    assert!(said(output).starts_with("error: "), "{}", said(output));
}

/// Runs a command, which must succeed, and returns its standard output.
fn printed(arguments: &[&str]) -> String {
    let output = xtask(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let model = fixture("diff/old.json").display().to_string();
    for arguments in [&["--help"][..], &["codegen", "--help"], &["diff", &model, &model]] {
        let (reader, writer) = std::io::pipe().expect("a pipe can be created");
        drop(reader);
        let output = command(arguments).stdout(writer).output().expect("xtask runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn every_command_prints_its_help() {
    let mut help = printed(&["--help"]);
    let names = help.split("Commands:\n").nth(1).into_iter().flat_map(str::lines).map_while(|line| {
        let name = line.strip_prefix("    ")?.split(' ').next()?;
        Some(name.to_owned())
    });
    let commands: Vec<String> = names.collect();
    assert!(commands.len() > 5, "{help}");
    for command in &commands {
        help += &format!("\n=== {command} ===\n{}", printed(&[command, "--help"]));
    }
    insta::assert_snapshot!("help", help);
}

#[test]
fn an_invalid_command_line_is_an_error() {
    for (arguments, message) in [
        (&["codgen"][..], "error: unknown command `codgen`; see `cargo xtask --help`"),
        (&["codegen", "--modle", "x"], "unexpected argument `--modle`; see `cargo xtask codegen --help`"),
        (&["codegen", "--model"], "missing value for `--model`"),
        (&["codegen", "--model", "x.json"], "`--model` requires `--out`; see `cargo xtask codegen --help`"),
        (&["codegen", "--out", "x"], "`--out` requires `--model`; see `cargo xtask codegen --help`"),
        (&["codegen", "--version", "1.0"], "invalid version `1.0`; expected three numbers, such as `1.0.0`"),
        (&["codegen", "--license", ""], "empty value for `--license`"),
        (&["codegen", "--description", " "], "empty value for `--description`"),
        (&["codegen", "--publish", "ours,"], "empty value for `--publish`"),
        (
            &["codegen", "--workspace-root", "yes"],
            "invalid value `yes` for `--workspace-root`; expected `true` or `false`",
        ),
        (&["conformance"], "expected a model, `--botocore` or `--idl`; see `cargo xtask conformance --help`"),
        (&["conformance", "--all"], "unexpected argument `--all`; see `cargo xtask conformance --help`"),
        (
            &["conformance", "tests/fixtures/bad/unsupported_protocol.json"],
            "found no service with a supported protocol, such as `restJson1` or `awsJson1_1`",
        ),
        (&["survey", "--all"], "unexpected argument `--all`; see `cargo xtask survey --help`"),
        (&["survey"], "no models found; see `cargo xtask survey --help`"),
        (&["survey", "--only"], "missing value for `--only`; see `cargo xtask survey --help`"),
        (
            &["survey", "--part", "4/3"],
            "invalid part `4/3`; expected K/N, such as `1/3`; see `cargo xtask survey --help`",
        ),
        (&["survey", "tests/fixtures/odd", "--only", "even"], "model `even` not found"),
        (
            &["codegen", "--runtime", "garbage ]"],
            "invalid dependency `garbage ]`; expected a version such as `0.1`, or a table in braces",
        ),
        (&["import"], "expected `--service` and `--from`, or `--partitions`; see `cargo xtask import --help`"),
    ] {
        assert_fails(&xtask(arguments), message);
    }
}

#[test]
fn a_crate_is_generated_and_checked() {
    let out = directory("generated");
    let made = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]);
    assert!(made.status.success(), "{}", said(&made));
    let line = String::from_utf8_lossy(&made.stdout).replace(&out.display().to_string(), "OUT");
    let numbers = line.split(' ').map(|word| match word.trim_start_matches('(').parse::<u64>() {
        Ok(_) => word.replace(|c: char| c.is_ascii_digit(), "") + "N",
        Err(_) => word.to_owned(),
    });
    assert_eq!(
        numbers.collect::<Vec<_>>().join(" "),
        "toy-pages: N operations, N types, N files, N lines in OUT: N written (N ms)\n"
    );
    let before = content(&out);

    let again = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("unchanged"), "{again:?}");
    assert!(codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages", "--check"]).status.success());

    // A changed file, a missing file and an additional file are first reported, and then fixed.
    fs::write(out.join("src/types/next.rs"), format!("{HEADER}changed")).expect("the directory can be written");
    fs::remove_file(out.join("src/types/paging.rs")).expect("the directory can be written");
    fs::write(out.join("src/orphan.rs"), HEADER).expect("the directory can be written");
    let damaged = content(&out);
    let check = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages", "--check"]);
    let out_shown = out.display();
    let expected =
        format!("error: {out_shown}: 3 files not up to date with the model; run the command without `--check`\n");
    assert_fails(&check, &expected);
    let listed: Vec<String> = said(&check).lines().skip(1).map(str::to_owned).collect();
    assert_eq!(listed, ["  stale: src/types/next.rs", "  missing: src/types/paging.rs", "  orphan: src/orphan.rs"]);
    assert_eq!(content(&out), damaged);
    assert!(codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]).status.success());
    assert_eq!(content(&out), before);
}

#[test]
fn overlays_add_facts_that_aws_models_lack() {
    let out = directory("overlay");
    assert!(codegen("overlay/sqs.json", &out, &[]).status.success());
    let operation = simba_tests::text(&out.join("src/operation/receive_message.rs"));
    assert!(operation.contains(".with_long_poll(std::time::Duration::from_millis(25000))"), "{operation}");
    let client = || simba_tests::text(&out.join("src/client.rs"));
    let squeezed = client().split_whitespace().collect::<String>();
    assert!(squeezed.contains("ServiceReadTimeout::Raised(std::time::Duration::from_secs(900)"), "{}", client());
    // An overlay may refer to operations that an older model does not have.
    assert!(codegen("overlay/kinesis.json", &out, &[]).status.success());
    let operation = simba_tests::text(&out.join("src/operation/receive_queue_records.rs"));
    assert!(operation.contains(".with_long_poll(std::time::Duration::from_millis(25000))"), "{operation}");
    // A model of a service without an overlay is not changed.
    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    assert!(client().contains("ServiceReadTimeout::Standard"), "{}", client());
}

#[test]
fn only_the_requested_operations_are_generated() {
    let out = directory("operations");
    let made = codegen("constructs/pagination.json", &out, &["--operations", "ListPrices,ListPlain"]);
    assert!(String::from_utf8_lossy(&made.stdout).starts_with("toy: 2 operations, "), "{made:?}");
    assert!(out.join("src/operation/list_prices.rs").is_file() && !out.join("src/operation/list_parts.rs").exists());
}

#[test]
fn an_invalid_model_does_not_change_the_directory() {
    let out = directory("broken");
    assert_fails(&codegen("bad/unknown_target.json", &out, &[]), "did you mean `toy#Part`?");
    assert!(!out.exists());

    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    let before = content(&out);
    let several = codegen("bad/several", &out, &[]);
    assert_fails(&several, "error: the target `toy#Prat` is not defined");
    let snippet = "\n   |\n17 |         \"Part\": {\"target\": \"toy#Prat\"},\n   |                            ^^^^^^^^^^ toy#ActRequest$Part\n";
    assert!(said(&several).contains(snippet), "{}", said(&several));
    assert!(said(&several).ends_with("\nerror: the model has 6 errors\n"), "{}", said(&several));
    assert_fails(
        &codegen("constructs/pagination.json", &out, &["--operations", "ListPrizes"]),
        "did you mean `ListPrices`?",
    );
    assert_fails(&codegen("no/such/file.json", &out, &[]), "no/such/file.json: ");
    assert_eq!(content(&out), before);
}

#[test]
fn a_directory_without_models_is_an_error() {
    let empty = directory("empty");
    fs::create_dir_all(&empty).expect("the directory can be written");
    let model = empty.display().to_string();
    let out = directory("empty-out").display().to_string();
    let output = xtask(&["codegen", "--model", &model, "--out", &out]);
    let model = shown(&empty);
    assert_fails(&output, &format!("error: {model}: the directory contains no *.smithy or *.json files"));
}

#[test]
fn a_check_lists_only_the_first_files() {
    let out = directory("many");
    let check = codegen("../../models/fsx", &out, &["--check"]);
    assert_fails(&check, " files not up to date with the model");
    let lines: Vec<String> = said(&check).lines().map(str::to_owned).collect();
    assert!(lines.len() == 22 && lines[21].starts_with("  and "), "{lines:#?}");
}

#[test]
fn a_crate_name_cannot_escape_from_the_directory() {
    let out = directory("name");
    for name in ["../evil", "a b", "\"", "9lives"] {
        let expected = format!(
            "error: invalid crate name `{name}`; expected ASCII letters, digits, `-` and `_`, starting with a letter\n"
        );
        assert_fails(&codegen("constructs/pagination.json", &out, &["--crate-name", name]), &expected);
    }
    assert!(!out.exists());
}

#[test]
fn the_committed_crates_are_up_to_date() {
    let check = xtask(&["codegen", "--check"]);
    assert!(check.status.success(), "{}", said(&check));
}

#[test]
fn breaking_changes_are_printed_and_the_command_fails() {
    let (old, new) = ("tests/fixtures/diff/old.json", "tests/fixtures/diff/new.json");
    let output = xtask(&["diff", old, new]);
    assert_fails(&output, "error: found breaking changes\n");
    assert!(String::from_utf8_lossy(&output.stdout).contains("## Breaking changes"), "{output:?}");
    assert!(printed(&["diff", old, old]).contains("No changes."));
    for (arguments, message) in [
        (&["diff", old][..], "error: expected two models; see `cargo xtask diff --help`\n"),
        (&["diff", old, new, "--services"], "error: unexpected argument `--services`; see `cargo xtask diff --help`\n"),
        (&["diff", old, new, "--service"], "error: missing value for `--service`\n"),
        (
            &["diff", old, new, "--service", "Toy"],
            "error: the model has no service `Toy`\n |\n = help: expected `Library`\n\nerror: the model has 1 error\n",
        ),
    ] {
        assert_fails(&xtask(arguments), message);
    }
}

#[test]
fn one_of_several_services_can_be_compared() {
    let model = "tests/fixtures/bad/two_services.json";
    let said = said(&xtask(&["diff", model, model]));
    assert!(said.contains("the model has 2 services: toy#Game, toy#Toy"), "{said}");
    assert!(said.contains("select one with `--service`"), "{said}");
    assert!(printed(&["diff", model, "--service", "Toy", model]).starts_with("# Changes in `toy`\n\nNo changes."));
}

#[test]
fn idl_files_are_compared_with_json_and_invalid_ones_are_rejected() {
    let output = xtask(&["conformance", "--idl", &fixture("idl").display().to_string()]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(printed, "2 of 2 pairs equal, 3 of 3 invalid files rejected on the expected line\n");
    assert!(output.status.success());
}

#[test]
fn failing_idl_cases_are_listed() {
    let directory = directory("idl");
    fs::create_dir_all(&directory).expect("a directory");
    for (name, text) in [
        ("valid.smithy", "// Expected an error at line 2\n"),
        ("late.smithy", "// Expected an error at line 2\n\n$version: 2\n"),
        ("pair.smithy", "namespace a\n@sensitive\nstring B\nstring C\nstring E\nmetadata"),
        (
            "other.smithy",
            "metadata x = 1\nnamespace a\n@sensitive\nstring B\nstring C\nlist E { member: B }\nlist F { member: C }\noperation G {}\nunion H { a: B }\n",
        ),
    ] {
        fs::write(directory.join(name), text).expect("a file");
    }
    for name in ["pair.json", "other.json"] {
        let json = r#"{"smithy": "1.0", "shapes": {"a#B": {"type": "string"}, "a#D": {"type": "string"}, "a#E": {"type": "string"},
            "a#F": {"type": "list", "member": {"target": "a#B"}}, "a#G": {"type": "operation", "errors": [{"target": "a#I"}]},
            "a#H": {"type": "union", "members": {"b": {"target": "a#B"}}},
            "a#I": {"type": "structure", "traits": {"smithy.api#error": "client"}}}}"#;
        fs::write(directory.join(name), json).expect("a file");
    }
    let output = xtask(&["conformance", "--idl", &directory.display().to_string()]);
    let printed = String::from_utf8_lossy(&output.stdout).replace(&printed_path(&directory), "idl");
    insta::assert_snapshot!("idl_failures", printed);
    assert_eq!(output.status.code(), Some(1));
    let empty = directory.join("empty");
    fs::create_dir_all(&empty).expect("a directory");
    let output = xtask(&["conformance", "--idl", &empty.display().to_string()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains(": the directory contains no cases"));
}

/// Returns a path as commands print it: relative to the workspace.
fn printed_path(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string().replace('\\', "/")
}

#[test]
fn a_model_consists_of_the_files_in_its_configuration() {
    let project = directory("smithy_build");
    for (name, text) in [
        ("smithy-build.json", r#"{"version": "1.0", "sources": ["model"], "imports": ["common.json"]}"#),
        ("common.json", r#"{"smithy": "2.0", "shapes": {"common#Part": {"type": "structure", "members": {}}}}"#),
        (
            "model/toy.smithy",
            "$version: \"2.0\"\nnamespace toy\nuse aws.protocols#awsJson1_1\n@awsJson1_1\nservice Toy { operations: [Act] }\n",
        ),
        (
            "model/more/act.smithy",
            "$version: \"2.0\"\nnamespace toy\nuse common#Part\noperation Act { input := { part: Part } }\n",
        ),
    ] {
        let file = project.join(name);
        fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
        fs::write(file, text).expect("a file");
    }
    let out = directory("smithy_build_out");
    for model in [project.clone(), project.join("model")] {
        let (model, out) = (model.display().to_string(), out.display().to_string());
        let output = xtask(&["codegen", "--model", &model, "--out", &out]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(content(Path::new(&out)).iter().any(|(_, text)| text.contains("pub struct Part ")));
    }
}
