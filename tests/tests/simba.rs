//! Tests the `simba` command: its output, its exit codes, and the crates that it writes.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use simba_tests::{Server, fixture, text, workspace};

#[path = "simba/dependencies.rs"]
mod dependencies;
#[path = "simba/json.rs"]
mod json;
#[path = "simba/kept.rs"]
mod kept;
#[path = "simba/options.rs"]
mod options;

/// Returns the path of a program in `simba-cli`. The program is built only once for all tests.
fn program(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        let build = ["--package", "simba-cli", "--bins"];
        let program = simba_tests::build(env!("CARGO_TARGET_TMPDIR"), &workspace(), &build);
        program.parent().expect("a program is in a directory").to_owned()
    });
    directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The directory of a project, in which commands are run.
struct Project(PathBuf);

impl Project {
    /// Creates a project with the files in the fixture.
    fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("simba").join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).expect("the directory can be created");
        for file in ["weather.smithy", "simba.toml", "bad.toml"] {
            fs::copy(fixture("cli").join(file), directory.join(file)).expect("the fixture can be copied");
        }
        fs::copy(fixture("constructs/pagination.json"), directory.join("toy.json")).expect("the fixture can be copied");
        // The target directory may be a link, and some messages contain the path that it leads to.
        let project = Self(fs::canonicalize(directory).expect("the directory is there"));
        // The fixture refers to these files.
        for file in ["LICENSE", "NOTICE"] {
            project.write(file, "");
        }
        project.write("simba/codegen/runtime/Cargo.toml", "[package]\nname = 'simba-runtime'\n");
        project
    }

    /// Writes a file, and creates its directories.
    fn write(&self, path: &str, content: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("the directory can be created");
        fs::write(path, content).expect("the file can be written");
    }

    fn simba(&self, arguments: &[&str]) -> Output {
        Command::new(program("simba")).args(arguments).current_dir(&self.0).output().expect("simba runs")
    }

    /// Runs a command. Returns its exit code, standard output, and standard error.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = self.simba(arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.0.display().to_string(), "PROJECT");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    /// Runs a command, which must succeed, and returns its standard output.
    #[track_caller]
    fn prints(&self, arguments: &[&str]) -> String {
        let (code, stdout, stderr) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        stdout
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, message: &str) {
        let (found, _, stderr) = self.run(arguments);
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
        assert_eq!(found, Some(code), "{arguments:?}: {stderr}");
    }

    fn read(&self, path: &str) -> String {
        text(&self.0.join(path))
    }
}

#[test]
fn every_command_prints_its_help() {
    let project = Project::new("help");
    let mut help = project.prints(&["--help"]);
    for command in ["generate", "check", "diff", "list", "completions"] {
        help += &format!("\n=== {command} ===\n{}", project.prints(&[command, "--help"]));
    }
    insta::assert_snapshot!("help", help);
    assert_eq!(project.prints(&["--version"]), format!("simba {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(project.prints(&["completions", shell]).contains("crate-name"), "{shell}");
    }
}

#[test]
fn a_usage_error_has_its_own_exit_code() {
    let project = Project::new("usage");
    for (arguments, message) in [
        (&["generat"][..], "unrecognized subcommand 'generat'"),
        (&["generate", "--runtme", "0.1"], "a similar argument exists: '--runtime'"),
        (&["generate", "weather.smithy"], "error: missing `--out DIR`, the directory of the generated crate\n"),
        (&["generate", "weather.smithy", "--config", "simba.toml"], "cannot be used with"),
        (
            &["generate", "--client", "wether"],
            "error: unknown client `wether` in simba.toml; expected one of `toy`, `weather`\n",
        ),
        (
            &["check", "--out", "x"],
            "error: `--out` applies to one client, but 2 are selected; select one with `--client NAME`\n",
        ),
        (&["list"], "<MODEL>..."),
    ] {
        project.fails(arguments, 2, message);
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let outside = Command::new(program("simba")).arg("check").current_dir(directory.path()).output();
    let outside = outside.expect("simba runs");
    let expected = "error: could not find simba.toml in this directory or any parent directory; pass a model and `--out DIR`, \
                    or see `simba generate --help` for what simba.toml contains\n";
    assert_eq!(String::from_utf8_lossy(&outside.stderr), expected);
    assert_eq!(outside.status.code(), Some(2));
}

#[test]
fn a_model_is_generated_and_checked_from_the_command_line() {
    let project = Project::new("model");
    let generate = ["generate", "weather.smithy", "--out", "client", "--service", "Weather", "--license", "MIT"];
    let generate = [&generate[..], &["--license-file", "LICENSE"]].concat();
    let printed = project.prints(&generate);
    assert!(printed.starts_with("weather: 1 operation, ") && printed.contains(" in client: "), "{printed}");
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let manifest = project.read("client/Cargo.toml");
    let runtime =
        format!("simba-runtime = {{ version = \"{}\", default-features = false }}", env!("CARGO_PKG_VERSION"));
    assert!(manifest.contains(&runtime) && manifest.contains("license = \"MIT\""), "{manifest}");
    assert!(manifest.contains("license-file = \"../LICENSE\""), "{manifest}");

    let check = ["check", "weather.smithy", "--out", "client", "--service", "Weather"];
    assert_eq!(project.prints(&check), "client: up to date\n");
    let stale = [&check[..], &["--runtime", "0.0.9"]].concat();
    project.fails(
        &stale,
        1,
        "error: client: 1 file not up to date with the model; run `simba generate` with the same arguments\n  stale: Cargo.toml\n",
    );

    project.fails(&["generate", "weather.smithy", "-o", "client"], 1, "the model has 2 services");
    project.fails(&["generate", "no.smithy", "-o", "client"], 1, "error: no.smithy: ");
    let expected = "error: invalid value for `--license-file`: `no` does not exist, or is not a file\n";
    project.fails(&["generate", "weather.smithy", "-o", "client", "--license-file", "no"], 1, expected);
    assert_eq!(project.prints(&check), "client: up to date\n");
}

#[test]
fn the_clients_of_a_configuration_are_generated_and_checked() {
    let project = Project::new("configured");
    let (code, _, stderr) = project.run(&["check"]);
    assert_eq!((code, stderr.matches(" not up to date with the model").count()), (Some(1), 2), "{stderr}");
    let printed = project.prints(&["generate"]);
    assert!(printed.starts_with("toy-parts: 1 operation, "), "{printed}");
    assert!(printed.contains("\nweather: 1 operation, "), "{printed}");
    assert!(printed.contains("\ngenerated 2 of 2 crates, "), "{printed}");
    let weather = project.read("crates/weather/Cargo.toml");
    for line in ["license = \"MIT\"", "license-file = \"../../LICENSE\"", "publish = true"] {
        assert!(weather.contains(line), "{line}: {weather}");
    }
    let toy = project.read("crates/toy/Cargo.toml");
    assert!(toy.contains("{ path = \"../../simba/codegen/runtime\", default-features = false }"), "{toy}");
    assert!(toy.ends_with("\n[workspace]\n"), "{toy}");
    assert_eq!(project.prints(&["check"]), "crates/toy: up to date\ncrates/weather: up to date\n");

    // The version is kept, since the configuration does not contain it. The license comes from the configuration.
    let released = weather.replace("version = \"0.1.0\"\n", "version = \"0.2.0\"\n").replace("\"MIT\"", "\"BSD\"");
    fs::write(project.0.join("crates/weather/Cargo.toml"), &released).expect("the project can be written");
    let (code, stdout, stderr) = project.run(&["check"]);
    assert_eq!((code, stdout.as_str()), (Some(1), "crates/toy: up to date\n"), "{stderr}");
    project.prints(&["generate", "--client", "weather"]);
    assert_eq!(project.read("crates/weather/Cargo.toml"), released.replace("\"BSD\"", "\"MIT\""));

    // Options on the command line take precedence.
    project.prints(&["generate", "--client", "weather", "--license", "Apache-2.0", "--license-file", "NOTICE"]);
    let weather = project.read("crates/weather/Cargo.toml");
    assert!(weather.contains("license = \"Apache-2.0\"\nlicense-file = \"../../NOTICE\"\n"), "{weather}");

    // The paths in the manifest are relative to the given directory, and the version in the manifest in this directory
    // is kept.
    let elsewhere = ["generate", "--client", "weather", "--out", "one/two/three"];
    project.prints(&[&elsewhere[..], &["--version", "3.0.0"]].concat());
    project.prints(&elsewhere);
    let weather = project.read("one/two/three/Cargo.toml");
    assert!(weather.contains("license-file = \"../../../LICENSE\"\n"), "{weather}");
    assert!(weather.contains("version = \"3.0.0\"\n"), "{weather}");

    // The configuration file is found from its subdirectories, and paths in the file are relative to its own directory.
    let below = Command::new(program("simba")).arg("generate").current_dir(project.0.join("crates")).output();
    assert!(below.expect("simba runs").status.success());
    assert!(project.read("crates/weather/Cargo.toml").contains("\"MIT\""));

    // An error in one client does not affect the others.
    fs::remove_file(project.0.join("toy.json")).expect("the project can be written");
    project.fails(&["generate"], 1, "error: client `toy`: toy.json: ");
    assert!(project.run(&["generate"]).1.ends_with("\ngenerated 1 of 2 crates, 0 files written\n"));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let project = Project::new("pipe");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(program("simba"));
    command.args(["list", "weather.smithy"]).current_dir(&project.0).stdout(writer);
    let output = command.output().expect("simba runs");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

/// Checks errors with a device on which every write fails, as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let project = Project::new("full");
    for arguments in
        [&["list", "weather.smithy"][..], &["generate", "toy.json", "--out", "toy"], &["completions", "bash"]]
    {
        let full = fs::File::options().write(true).open("/dev/full").expect("the device");
        let mut command = Command::new(program("simba"));
        let output = command.args(arguments).current_dir(&project.0).stdout(full).output().expect("simba runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.starts_with("error: standard output: "), "{arguments:?}: {stderr}");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
    }
}

#[test]
fn problems_in_a_configuration_are_printed_with_their_lines() {
    let project = Project::new("bad");
    let (code, _, stderr) = project.run(&["check", "--config", "bad.toml"]);
    insta::assert_snapshot!("configuration", stderr);
    assert_eq!(code, Some(1));
}

#[test]
fn a_model_is_listed() {
    let project = Project::new("list");
    let listed = project.prints(&["list", "weather.smithy", "toy.json"]);
    insta::assert_snapshot!("list", listed);
    fs::write(project.0.join("none.smithy"), "$version: \"2\"\nnamespace a\nstring B\n").expect("a file");
    assert_eq!(project.prints(&["list", "none.smithy"]), "the model has no service\n");
}

#[test]
fn models_are_compared() {
    let project = Project::new("diff");
    let (old, new) = (fixture("diff/old.json"), fixture("diff/new.json"));
    let (old, new) = (old.display().to_string(), new.display().to_string());
    assert!(project.prints(&["diff", &old, &old]).contains("No changes."));
    project.fails(&["diff", &old, &new], 1, "error: found breaking changes\n");
    project.fails(&["diff", &old, "no.json"], 1, "error: no.json: ");
    project.fails(&["diff", &old], 2, "<NEW>");
}

/// Checks that the command works as a plugin. The Smithy CLI runs `run::simba` in the directory of the plugin, with the
/// JSON AST on standard input.
#[test]
fn the_smithy_cli_runs_the_command_as_a_plugin() {
    let project = Project::new("plugin");
    let plugin = project.0.join("build/smithy/source/simba");
    fs::create_dir_all(&plugin).expect("the project can be written");
    for (input, crate_name) in [("toy.json", "toy"), ("weather.smithy", "weather")] {
        let mut command = Command::new(program("simba"));
        command.args(["generate", "-", "--service", if crate_name == "toy" { "Toy" } else { "Weather" }]);
        command.current_dir(&plugin).env("SMITHY_PLUGIN_DIR", &plugin).env("SMITHY_ROOT_DIR", &project.0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("simba runs");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(project.read(input).as_bytes()).expect("simba reads");
        drop(stdin);
        let output = child.wait_with_output().expect("simba ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(text(&plugin.join("Cargo.toml")).contains(&format!("name = \"{crate_name}\"")));
    }
}

#[test]
fn cargo_runs_the_subcommand() {
    let directory = program("cargo-simba").parent().expect("a program is in a directory").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::iter::once(directory).chain(std::env::split_paths(&path));
    let mut cargo = simba_tests::cargo();
    cargo.env("PATH", std::env::join_paths(directories).expect("directories of a PATH"));
    let output = cargo.args(["simba", "--version"]).output().expect("cargo runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("simba {}\n", env!("CARGO_PKG_VERSION")), "{output:?}");
}

/// Checks that the configuration in the guide works. It contains every key.
#[test]
fn the_configuration_of_the_guide_works() {
    let project = Project::new("guide");
    let guide = text(&workspace().join("docs/guide/simba.md"));
    let configuration = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    // The fixture is in the JSON AST, not in the IDL.
    let configuration = configuration.replace("books.smithy", "books.json");
    fs::write(project.0.join("simba.toml"), configuration).expect("the project can be written");
    fs::create_dir_all(project.0.join("model/common")).expect("the project can be written");
    fs::rename(project.0.join("weather.smithy"), project.0.join("model/weather.smithy")).expect("a file");
    fs::write(project.0.join("model/common/more.smithy"), "$version: \"2\"\nnamespace more\nstring A\n")
        .expect("a file");
    fs::copy(fixture("diff/old.json"), project.0.join("model/books.json")).expect("a file");
    for package in ["simba-runtime", "simba-aws-config"] {
        project.write(&format!("vendor/{package}/Cargo.toml"), &format!("[package]\nname = '{package}'\n"));
    }
    project.prints(&["generate"]);
    let manifest = project.read("crates/weather-client/Cargo.toml");
    for line in [
        "name = \"acme-weather-client\"",
        "[lib]\nname = \"weather_client\"",
        "license = \"MIT\"",
        "publish = [\"acme\"]",
        "simba-runtime = { path = \"../../vendor/simba-runtime\", default-features = false }",
    ] {
        assert!(manifest.contains(line), "{line}: {manifest}");
    }
    let books = project.read("crates/books-client/Cargo.toml");
    assert!(books.contains("license-file = \"../../LICENSE\""), "{books}");
    // Cargo prints a warning if a manifest contains both `license` and `license-file`.
    assert!(!manifest.contains("license-file") && !books.contains("license = "), "{manifest}{books}");
    assert_eq!(project.prints(&["check"]), "crates/books-client: up to date\ncrates/weather-client: up to date\n");
}

/// Checks a generated crate that depends on versions of crates in a registry. In this test, patches replace the
/// registry.
///
/// No other test has a package with the same name. Tests share a target directory, and Cargo cannot distinguish two
/// packages with the same name if each is the root of its workspace.
#[test]
fn a_generated_crate_with_registry_dependencies_calls_a_server() {
    let project = Project::new("registry");
    project.prints(&["generate", "weather.smithy", "--service", "Weather", "--out", "client"]);
    let simba = simba_tests::in_toml(&workspace().join("codegen"));
    let manifest = format!(
        "[package]\nname = \"two-forecasts\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nweather = {{ path = \"client\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n[patch.crates-io]\n\
         simba-aws-config = {{ path = \"{simba}/aws-config\" }}\nsimba-runtime = {{ path = \"{simba}/runtime\" }}\n"
    );
    let program = r#"
        #[tokio::main]
        async fn main() -> Result<(), weather::Error> {
            let url = std::env::args().nth(1).unwrap_or_default();
            let client = weather::Client::new(weather::Config::builder().endpoint_url(url).build());
            for name in ["Kiel", "Rome"] {
                let city = client.get_city(name).await?;
                println!("{name}: {}, {} degrees", city.sky, city.degrees);
            }
            Ok(())
        }
    "#;
    fs::create_dir_all(project.0.join("src")).expect("the project can be written");
    fs::write(project.0.join("Cargo.toml"), manifest).expect("the project can be written");
    fs::write(project.0.join("src/main.rs"), program).expect("the project can be written");
    fs::copy(workspace().join("Cargo.lock"), project.0.join("Cargo.lock")).expect("it can be copied");
    let program = simba_tests::build(env!("CARGO_TARGET_TMPDIR"), &project.0, &[]);

    let server = Server::start(|request| match request.contains("Kiel") {
        true => (200, r#"{"sky":"rain","degrees":9}"#),
        false => (200, r#"{"sky":"sun","degrees":19}"#),
    });
    let output = simba_tests::program(program).arg(server.url()).output().expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Kiel: rain, 9 degrees\nRome: sun, 19 degrees\n",
        "{}{server:?}",
        String::from_utf8_lossy(&output.stderr)
    );
}
