//! Tests invalid values of options and of keys in `simba.toml`.

use crate::Project;

/// An invalid value of an option, and of the key in `simba.toml` with the same meaning.
struct Refused {
    /// The option and its value. The model is a value without an option.
    arguments: &'static [&'static str],
    /// The line in the table of a client. Empty if there is no corresponding key.
    key: &'static str,
    /// A part of both messages.
    message: &'static str,
    code: i32,
}

impl Refused {
    const fn new(arguments: &'static [&'static str], key: &'static str, message: &'static str, code: i32) -> Self {
        Self { arguments, key, message, code }
    }
}

/// The invalid values. On the command line, a value that is invalid regardless of the files is a usage error. A value
/// that refers to something that does not exist results in exit code 1. In `simba.toml`, every invalid value is an
/// error in the file.
const REFUSED: &[Refused] = &[
    // The rows for `--config` and `--client` use the `simba.toml` in the fixture. They come first, since the other rows
    // replace this file.
    Refused::new(&["--config", ""], "", "value", 2),
    Refused::new(&["--config", "simba"], "", "simba: ", 1),
    Refused::new(&["--client", "x"], "", "unknown client `x`", 2),
    Refused::new(&[""], "model = ''", "value", 2),
    Refused::new(&["nowhere.smithy"], "model = 'nowhere.smithy'", "nowhere.smithy: ", 1),
    Refused::new(&["--out", ""], "out = ''", "value", 2),
    Refused::new(&["--out", "LICENSE"], "out = 'LICENSE'", "LICENSE is not a directory", 1),
    Refused::new(&["--crate-name", "9x"], "crate-name = '9x'", "invalid crate name `9x`", 2),
    Refused::new(&["--crate-name", "fn"], "crate-name = 'fn'", "reserved crate name `fn`", 2),
    Refused::new(&["--crate-name", "std"], "crate-name = 'std'", "reserved crate name `std`", 2),
    Refused::new(&["--operations", "A,B C"], "operations = ['B C']", "invalid operation name `B C`", 2),
    Refused::new(&["--operations", "A,"], "operations = ['A', '']", "operation", 2),
    Refused::new(&["--operations", "Nope"], "operations = ['Nope']", "the service has no operation `Nope`", 1),
    Refused::new(&["--service", "a b"], "service = 'a b'", "invalid service name `a b`", 2),
    Refused::new(&["--service", "Nope"], "service = 'Nope'", "the model has no service `Nope`", 1),
    Refused::new(&["--tests=x"], "tests = 'x'", "tests", 2),
    Refused::new(&["--runtime", "{}"], "runtime = {}", "the dependency has no source", 2),
    Refused::new(&["--runtime", "1.2.3.4"], "runtime = '1.2.3.4'", "invalid ", 2),
    Refused::new(
        &["--runtime", "{ path = 'x' }"],
        "runtime = { path = 'x' }",
        "expected the package `simba-runtime`",
        1,
    ),
    Refused::new(
        &["--runtime", "{ path = 'simba' }"],
        "runtime = { path = 'simba' }",
        "set the path `simba/codegen/runtime`",
        1,
    ),
    Refused::new(&["--aws-config", "{ pth = 'x' }"], "aws-config = { pth = 'x' }", "unknown key `pth`", 2),
    Refused::new(
        &["--aws-config", "{ path = 'x' }"],
        "aws-config = { path = 'x' }",
        "expected the package `simba-aws-config`",
        1,
    ),
    Refused::new(&["--package-name", "9x"], "package.name = '9x'", "invalid package name `9x`", 2),
    Refused::new(&["--version", "1.0"], "package.version = '1.0'", "invalid version `1.0`", 2),
    Refused::new(&["--license", ""], "package.license = ''", "empty", 2),
    Refused::new(&["--license", "Apache 2.0"], "package.license = 'Apache 2.0'", "did you mean `Apache-2.0`", 2),
    Refused::new(&["--license-file", ""], "package.license-file = ''", "value", 2),
    Refused::new(&["--license-file", "x"], "package.license-file = 'x'", "x` does not exist, or is not a file", 1),
    Refused::new(
        &["--license-file", "simba"],
        "package.license-file = 'simba'",
        "simba` does not exist, or is not a file",
        1,
    ),
    Refused::new(&["--description", ""], "package.description = ''", "value", 2),
    Refused::new(&["--repository", ""], "package.repository = ''", "value", 2),
    Refused::new(&["--publish", "a,"], "package.publish = ['']", "empty value for ", 2),
    Refused::new(&["--workspace-root", "x"], "workspace-root = 'x'", "workspace-root", 2),
    Refused::new(&["--message-format", "x"], "", "invalid value 'x'", 2),
];

#[test]
fn options_and_keys_are_checked_before_writing() {
    let project = Project::new("refused");
    for Refused { arguments, key, message, code } in REFUSED {
        let is_model = !arguments[0].starts_with("--");
        let is_of_configuration = ["--client", "--config"].contains(&arguments[0]);
        let model: &[&str] = if is_model || is_of_configuration { &[] } else { &["weather.smithy"] };
        let out: &[&str] = if arguments[0] == "--out" || is_of_configuration { &[] } else { &["--out", "client"] };
        let service: &[&str] = if arguments[0] == "--service" { &[] } else { &["--service", "Weather"] };
        let service = if is_of_configuration { &[] } else { service };
        for command in ["generate", "check"] {
            project.fails(&[&[command], model, out, service, arguments].concat(), *code, message);
        }
        assert!(!project.0.join("client").exists(), "{arguments:?}");

        let lines = ["model = 'weather.smithy'", "out = 'client'", "service = 'Weather'"];
        let lines = lines.iter().filter(|line| line.split(' ').next() != key.split(' ').next());
        let lines: String = lines.chain([key]).map(|line| format!("{line}\n")).collect();
        if !key.is_empty() {
            project.write("simba.toml", &format!("[client.weather]\n{lines}"));
            project.fails(&["generate"], 1, message);
            assert!(!project.0.join("client").exists(), "{key}");
        }
    }

    // Each option and each key must have a row.
    let help = project.prints(&["generate", "--help"]);
    let options = help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
    let options = options.map(|word| word.trim_end_matches([',', '`', ']']));
    for option in options.filter(|option| *option != "--help") {
        let is_tested = |row: &Refused| row.arguments[0].split('=').next() == Some(option);
        assert!(REFUSED.iter().any(is_tested), "{option}");
    }
    project.write("simba.toml", "[client.weather]\nx = 1\npackage.x = 1\n");
    let (_, _, stderr) = project.run(&["generate"]);
    let lists = stderr.split("expected one of ").skip(1).filter_map(|rest| rest.lines().next());
    let keys: Vec<&str> = lists.flat_map(|list| list.split(", ")).map(|key| key.trim_matches('`')).collect();
    assert_eq!(keys.len(), 17, "{stderr}");
    for key in keys.into_iter().filter(|key| *key != "package") {
        let is_tested = |row: &Refused| row.key.trim_start_matches("package.").split(' ').next() == Some(key);
        assert!(REFUSED.iter().any(is_tested), "{key}");
    }
}
