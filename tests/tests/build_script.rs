//! Builds a package whose build script generates clients with `simba-build`. There must be no warnings, and the program
//! must be able to call a server.

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use simba_tests::{Server, fixture, text, workspace};

/// Copies a directory.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the directory can be created");
    for entry in fs::read_dir(from).expect("the directory can be read") {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("the file can be copied");
        }
    }
}

/// Copies the project in the fixture to the target directory, where it is a workspace of its own.
///
/// No other test has a package with the same name. Tests share a target directory, and Cargo cannot distinguish two
/// packages with the same name if each is the root of its workspace.
fn project() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script");
    let _ = fs::remove_dir_all(&directory);
    copy(&fixture("build_script"), &directory);
    let manifest = directory.join("Cargo.toml");
    let simba = simba_tests::in_toml(&workspace());
    fs::write(&manifest, text(&manifest).replace("SIMBA", &simba)).expect("the manifest can be written");
    fs::copy(workspace().join("Cargo.lock"), directory.join("Cargo.lock")).expect("it can be copied");
    directory
}

#[test]
fn clients_from_a_build_script_can_be_tested_and_call_a_server() {
    let project = project();
    let target = simba_tests::target(env!("CARGO_TARGET_TMPDIR"));
    let cargo = |command: &str| {
        let mut cargo = simba_tests::cargo();
        cargo.args([command, "--quiet", "--features", "testing", "--target-dir"]).arg(target).current_dir(&project);
        printed(&mut cargo, &"")
    };
    assert!(cargo("test").contains("1 passed"));
    let program = simba_tests::build(env!("CARGO_TARGET_TMPDIR"), &project, &["--features", "testing"]);

    let server = Server::start(|request| match request.starts_with("GET /cities/Kiel HTTP/1.1\r\n") {
        true => (200, r#"{"sky":"rain","degrees":9}"#),
        false => (404, "{}"),
    });
    let mut forecast = simba_tests::program(program);
    assert_eq!(printed(forecast.arg(server.url()), &server), "Kiel: rain, 9 degrees\n");
}

/// Runs a program, which must succeed, and returns its output.
#[track_caller]
fn printed(command: &mut Command, context: &dyn Debug) -> String {
    let output = command.output().expect("the program starts");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{stdout}{stderr}{context:?}");
    stdout
}
