//! Runs the README's commands as they are written, from a model to a call, and the first call. Their output must be
//! as documented.

use std::{fs, net::TcpListener, path::Path, process::Stdio};

use simba_tests::workspace;

/// The port of the README's service, which the test replaces by a free one.
const PORT: &str = "8642";

/// The folder of the README's files, relative to the workspace.
const FOLDER: &str = "../weather";

/// Runs the commands twice. The second time everything is already built, and the program runs before the service that
/// was just started is listening.
#[cfg(unix)]
#[test]
fn a_service_of_ones_own_is_called_as_the_readme_says() {
    let Some(python) = simba_tests::python() else { return };
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&parent);
    for _ in 0..2 {
        let port = free_port();
        let mut commands = None;
        let mut said = None;
        for block in blocks(&section("## A client of your own service")) {
            match (block.language.as_str(), block.file()) {
                (_, Some(path)) => write(&parent.join(path), &block.text.replace(PORT, &port)),
                ("sh", None) => commands = Some(block.text),
                ("text", None) => said = Some(block.text),
                ("smithy", None) => {}
                (other, None) => panic!("what is this block of {other:?} for?\n{}", block.text),
            }
        }
        let (commands, said) = (commands.expect("commands"), said.expect("what they print"));
        let folder = parent.join("weather").display().to_string();
        let printed = shell(&commands.replace(FOLDER, &folder).replace(PORT, &port), &python);
        assert!(printed.ends_with(&said), "{printed}");
    }
}

#[cfg(unix)]
#[test]
fn the_first_call_is_made_as_the_readme_says() {
    let Some(python) = simba_tests::python() else { return };
    let commands = blocks(&section("## The first call")).remove(1).text;
    // `cargo xtask test` has created this environment from the same file.
    let (install, commands) = commands.split_at(commands.find("target/moto/bin/moto_server").expect("the server"));
    let install: Vec<&str> = install.lines().collect();
    assert_eq!(
        install,
        ["python3 -m venv target/moto", "target/moto/bin/pip install --quiet --requirement tests/requirements.txt"]
    );
    let bin = python.parent().expect("an interpreter is in a folder").display().to_string();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto").display().to_string();
    let commands = commands.replace("target/moto/bin", &bin).replace("target/moto", &temporary);
    for _ in 0..2 {
        let printed = shell(&commands.replace("5050", &free_port()), &python);
        assert!(printed.starts_with("backup-") && printed.lines().count() == 1, "{printed}");
    }
}

#[test]
fn the_first_program_is_the_example_that_the_readme_runs() {
    let example = simba_tests::text(&workspace().join("tests/examples/examples/first_call.rs"));
    let program: Vec<&str> = example.lines().skip_while(|line| line.starts_with("//!") || line.is_empty()).collect();
    let blocks = blocks(&section("## The first call"));
    assert_eq!(blocks[0].text.trim_end(), program.join("\n"));
    assert!(blocks[1].text.contains("cargo run --quiet --example first_call -p fsx-examples"), "{}", blocks[1].text);
}

/// A fenced block and the line before it.
struct Block {
    language: String,
    before: String,
    text: String,
}

impl Block {
    /// Returns the path of the file that the block contains, if the line before starts with one.
    fn file(&self) -> Option<&str> {
        self.before.strip_prefix('`')?.split('`').next()
    }
}

/// Returns the section of the README with the given heading.
fn section(heading: &str) -> String {
    let readme = simba_tests::text(&workspace().join("README.md"));
    let (_, rest) = readme.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("no {heading:?}"));
    rest.split("\n## ").next().unwrap_or_default().to_owned()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            before = if line.is_empty() { before } else { line };
            continue;
        };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = inside.join("\n") + "\n";
        blocks.push(Block { language: language.to_owned(), before: before.to_owned(), text });
        before = "";
    }
    blocks
}

fn free_port() -> String {
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    free.local_addr().expect("it has a number").port().to_string()
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("it can be created");
    fs::write(file, text).expect("it can be written");
    if file.ends_with("Cargo.toml") {
        // Unlike this folder, that of a reader is not inside a workspace, and a reader has network access.
        fs::write(file, format!("{text}\n[workspace]\n")).expect("it can be written");
        fs::copy(workspace().join("Cargo.lock"), file.with_extension("lock")).expect("it can be copied");
    }
}

/// Runs commands of the README in a shell, and stops background processes. Returns the output.
fn shell(commands: &str, python: &Path) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = python.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&path));
    let cargo = simba_tests::cargo();
    let mut shell = simba_tests::program("sh");
    for (name, value) in cargo.get_envs() {
        let Some(value) = value else { continue };
        shell.env(name, value);
    }
    let output = shell
        .args(["-ec", &format!("trap 'kill $!' EXIT\n{commands}")])
        .env("PATH", std::env::join_paths(folders).expect("folders of a PATH"))
        .env("CARGO_TARGET_DIR", simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .current_dir(workspace())
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    assert!(output.status.success(), "{commands}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}
