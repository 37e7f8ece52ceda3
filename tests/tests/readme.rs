//! Runs the commands in the guide as they are written: those that generate a client from a model and call the service,
//! and those of the first call to FSx. Their output must be as documented. Also tests the model in the guide, and
//! checks that the links and pages exist.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};

use simba_codegen::Source;
use simba_tests::{Crates, workspace};

/// The port of the service in the guide. The test replaces it with a free port.
const PORT: &str = "8642";

/// The clone of this repository in the guide, relative to the directory of the reader's files.
const CLONE: &str = "../simba";

/// Runs the commands in the guide twice. The second time, everything has already been built, and the program runs
/// before the service is listening.
#[cfg(unix)]
#[test]
fn the_commands_of_the_guide_work() {
    let Some(python) = simba_tests::python() else { return };
    let summary = page("docs/guide/simba.md");
    let summary = summary.lines().find_map(|line| line.strip_prefix("weather: ")?.split_once('…'));
    let (summary, _) = summary.expect("the guide shows a summary with the number of lines left out");
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&parent);
    for _ in 0..2 {
        let port = free_port();
        let mut commands = None;
        let mut said = None;
        for block in blocks(&page("docs/guide/generating.md")) {
            match (block.language.as_str(), block.file()) {
                (_, Some(path)) => write(&parent.join(path), &block.text.replace(PORT, &port)),
                ("sh", None) => commands = Some(block.text),
                ("text", None) => said = Some(block.text),
                (other, None) => panic!("unexpected block of {other:?}\n{}", block.text),
            }
        }
        let (commands, said) = (commands.expect("commands"), said.expect("what they print"));
        let commands = commands.replace(CLONE, &simba_tests::in_toml(&workspace())).replace(PORT, &port);
        let printed = shell(&commands, &parent.join("weather"), &[&python, &simba()]);
        assert!(printed.starts_with(&format!("weather: {summary}")) && printed.ends_with(&said), "{printed}");
    }
}

/// Generates a client from the model in the guide, without warnings, and tests it with the programs in the guide.
#[test]
fn the_model_of_the_guide_works() {
    let blocks = blocks(&page("docs/guide/models.md"));
    let block = |language| blocks.iter().filter(move |block| block.language == language).map(|block| &block.text);
    let model = Source { name: "bookshop.smithy".to_owned(), text: block("smithy").next().expect("a model").clone() };
    let generated = simba_tests::generate(&[model], &Crates::options("bookshop"));
    assert_eq!(generated.warnings.to_string(), "");

    let texts = [BOOKSHOP_MANIFEST].into_iter().chain(block("rs").map(String::as_str)).map(str::to_owned);
    let program = ["Cargo.toml", "src/main.rs", "tests/values.rs"].map(str::to_owned).into_iter().zip(texts);
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "bookshop");
    crates.add("bookshop", &generated.files);
    crates.add("reader", &program.collect());
    crates.run(&["test", "--package", "reader"]);
}

/// The manifest of the programs that use the client for the model in the guide.
const BOOKSHOP_MANIFEST: &str = r#"
[package]
name = "reader"
edition = "2024"

[dependencies]
bookshop = { path = "../bookshop", default-features = false }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[dev-dependencies]
bookshop = { path = "../bookshop", default-features = false, features = ["testing"] }
"#;

/// Runs the commands in the guide that compare a model with its last commit, after a member was added.
#[cfg(unix)]
#[test]
fn a_directory_is_compared_with_its_last_commit() {
    let of_language = |path, language| blocks(&page(path)).into_iter().find(|block| block.language == language);
    let model = of_language("docs/guide/generating.md", "smithy").expect("a model").text;
    let commands = of_language("docs/guide/simba.md", "sh").expect("commands").text;
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("comparison");
    let _ = fs::remove_dir_all(&directory);
    write(&directory.join("model/weather.smithy"), &model);
    shell(COMMIT, &directory, &[]);
    write(&directory.join("model/weather.smithy"), &model.replace("name: String", "name: String, country: String"));
    let printed = shell(&commands, &directory, &[&simba()]);
    assert!(printed.contains("country"), "{printed}");
}

/// The commands that create a repository with the files of a directory. The settings of the user do not apply.
const COMMIT: &str = "
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
    git init --quiet
    git add .
    git -c user.name=Test -c user.email=test@example.com commit --quiet --message Model
";

#[test]
fn the_figures_in_the_readme_match_the_benchmarks() {
    let (readme, benchmarks) = (page("README.md"), page("docs/guide/benchmarks.md"));
    let comparison = readme.split("## Comparison").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows = comparison.expect("README has a comparison").lines().filter(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split([' ', '|']).map(|word| word.trim_matches(',')));
    let numbers: Vec<&str> = words.filter(|word| word.starts_with(|first: char| first.is_ascii_digit())).collect();
    assert!(numbers.len() > 10, "{numbers:?}");
    for number in numbers {
        let found = benchmarks.split([' ', '|', '/']).any(|word| word.trim_matches(',') == number);
        assert!(found, "README.md has the figure {number}, and docs/guide/benchmarks.md does not");
    }
}

#[cfg(unix)]
#[test]
fn the_first_call_of_the_guide_works() {
    let Some(python) = simba_tests::python() else { return };
    let commands = commands_against_moto();
    // `cargo xtask test` has created the same environment from the same file.
    let (install, commands) = commands.split_at(commands.find("target/moto/bin/moto_server").expect("the server"));
    let install: Vec<&str> = install.lines().collect();
    assert_eq!(
        install,
        ["python3 -m venv target/moto", "target/moto/bin/pip install --quiet --requirement tests/requirements.txt"]
    );
    let bin = python.parent().expect("an interpreter is in a directory").display().to_string();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto").display().to_string();
    let commands = commands.replace("target/moto/bin", &bin).replace("target/moto", &temporary);
    for _ in 0..2 {
        let printed = shell(&commands.replace("5050", &free_port()), &workspace(), &[&python]);
        assert!(printed.starts_with("backup-") && printed.lines().count() == 1, "{printed}");
    }
}

#[test]
fn the_first_program_in_the_guide_is_its_example() {
    let example = simba_tests::text(&workspace().join("tests/examples/examples/first_call.rs"));
    let program: Vec<&str> = example.lines().skip_while(|line| line.starts_with("//!") || line.is_empty()).collect();
    for path in ["README.md", "docs/guide/getting-started.md"] {
        let blocks = blocks(&page(path));
        let first = blocks.iter().find(|block| block.language.starts_with("rust")).expect("a program");
        assert_eq!(first.text.trim_end(), program.join("\n"), "{path}");
    }
    assert!(commands_against_moto().contains("cargo run --quiet --example first_call -p fsx-examples"));
}

#[test]
fn every_page_of_the_guide_is_compiled_and_listed() {
    let compiled = page("tests/src/lib.rs");
    let listed = page("docs/guide/README.md");
    for path in guide() {
        let name = path.strip_prefix("docs/guide/").expect("a page of the guide");
        if name != "README.md" {
            assert!(compiled.contains(&format!("\"../../{path}\"")), "{path} is not compiled by tests/src/lib.rs");
            assert!(listed.contains(&format!("]({name})")), "{path} is not listed in docs/guide/README.md");
        }
    }
}

#[test]
fn links_lead_to_files_and_headings() {
    let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(str::to_owned);
    let mut checked = 0;
    for path in documents.into_iter().chain(guide()) {
        let directory = workspace().join(&path).parent().expect("a document is in a directory").to_owned();
        for link in links(&page(&path)).filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').map_or((&*link, None), |(file, heading)| (file, Some(heading)));
            let target = if file.is_empty() { workspace().join(&path) } else { directory.join(file) };
            assert!(target.exists(), "{path} has a dead link: {link}");
            if let Some(heading) = heading {
                let text = simba_tests::text(&target);
                let found = text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading);
                assert!(found, "{path} has a link to no heading: {link}");
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} links were found");
}

/// Returns the paths of the guide's pages.
fn guide() -> Vec<String> {
    let directory = workspace().join("docs/guide");
    let entries = fs::read_dir(directory).expect("the guide").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| format!("docs/guide/{}", name.to_string_lossy())).collect()
}

/// Returns the targets of the links in a document, except those in code blocks.
fn links(text: &str) -> impl Iterator<Item = String> {
    let prose = text.split("\n```").step_by(2);
    prose.flat_map(|part| part.split("](").skip(1)).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
}

/// Returns the anchor of a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}

/// A fenced block and the line before it.
struct Block {
    language: String,
    before: String,
    text: String,
}

impl Block {
    /// Returns the path of the file that the block contains, if the line before it starts with a path in backticks.
    fn file(&self) -> Option<&str> {
        self.before.strip_prefix('`')?.split('`').next()
    }
}

/// Returns the contents of a document in the workspace.
fn page(path: &str) -> String {
    simba_tests::text(&workspace().join(path))
}

/// Returns the commands in the guide that run the first example.
fn commands_against_moto() -> String {
    let blocks = blocks(&page("docs/guide/getting-started.md"));
    blocks.into_iter().find(|block| block.language == "sh").expect("commands").text
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

/// Returns the path of the `simba` command, which is built first.
fn simba() -> PathBuf {
    let arguments = ["--package", "simba-cli", "--bin", "simba"];
    simba_tests::build(env!("CARGO_TARGET_TMPDIR"), &workspace(), &arguments)
}

fn free_port() -> String {
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    free.local_addr().expect("it has a number").port().to_string()
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a directory")).expect("it can be created");
    fs::write(file, text).expect("it can be written");
    if file.ends_with("Cargo.toml") {
        // The package becomes the root of a workspace, since the reader's directory is not in this workspace.
        fs::write(file, format!("{text}\n[workspace]\n")).expect("it can be written");
        fs::copy(workspace().join("Cargo.lock"), file.with_extension("lock")).expect("it can be copied");
    }
}

/// Runs commands from the guide in a directory, with these programs on the `PATH`, and stops background processes.
/// Returns their output.
fn shell(commands: &str, directory: &Path, programs: &[&Path]) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = programs.iter().filter_map(|program| program.parent());
    let directories = directories.map(Path::to_owned).chain(std::env::split_paths(&path));
    let cargo = simba_tests::cargo();
    let mut shell = simba_tests::program("sh");
    for (name, value) in cargo.get_envs() {
        let Some(value) = value else { continue };
        shell.env(name, value);
    }
    // A shell's background processes ignore Ctrl-C, so the shell also stops them when it is interrupted.
    let output = shell
        .args(["-ec", &format!("trap 'test -z \"$!\" || kill $!' EXIT\ntrap 'exit 1' HUP INT TERM\n{commands}")])
        .env("PATH", std::env::join_paths(directories).expect("directories of a PATH"))
        .env("CARGO_TARGET_DIR", simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    assert!(output.status.success(), "{commands}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}
