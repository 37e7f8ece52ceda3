//! The README's way from a model to a call, walked literally: its files are written, its commands run, and what the
//! program prints is what the README says.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use simba_tests::workspace;

/// The port that the README's service listens on; the test takes a free one in its place.
const PORT: &str = "8642";

/// Where the README puts its files, seen from the workspace.
const FOLDER: &str = "../weather";

#[test]
fn a_service_of_ones_own_is_called_as_the_readme_says() {
    let Some(python) = simba_tests::python() else { return };
    let mut walk = Walk::new(python);
    let mut commands = None;
    let mut said = None;
    for block in blocks(&section("## A client of your own service")) {
        match (block.language.as_str(), block.file()) {
            (_, Some(path)) => walk.write(path, &block.text),
            ("sh", None) => commands = Some(block.text),
            ("text", None) => said = Some(block.text),
            ("smithy", None) => {}
            (other, None) => panic!("what is this block of {other:?} for?\n{}", block.text),
        }
    }
    let (commands, said) = (commands.expect("commands"), said.expect("what they print"));
    let printed: Vec<String> = commands.lines().filter_map(|line| walk.run(line)).collect();
    assert_eq!(printed, [said]);
}

#[test]
fn the_first_program_is_the_example_that_the_readme_runs() {
    let example = simba_tests::text(&workspace().join("models/fsx/examples/first_call.rs"));
    let program: Vec<&str> = example.lines().skip_while(|line| line.starts_with("//!") || line.is_empty()).collect();
    let blocks = blocks(&section("## The first call"));
    assert_eq!(blocks[0].text.trim_end(), program.join("\n"));
    assert!(blocks[1].text.contains("cargo run --quiet --example first_call -p fsx"), "{}", blocks[1].text);
}

/// A fenced block and the line before it.
struct Block {
    language: String,
    before: String,
    text: String,
}

impl Block {
    /// The path of the file that the block is: the line before starts with it.
    fn file(&self) -> Option<&str> {
        self.before.strip_prefix('`')?.split('`').next()
    }
}

/// The part of the README below a heading.
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

/// The reader: a folder in place of the one beside the workspace, and the place of the prompt.
struct Walk {
    python: PathBuf,
    port: String,
    parent: PathBuf,
    here: PathBuf,
    server: Option<Child>,
}

impl Walk {
    fn new(python: PathBuf) -> Self {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
        let _ = fs::remove_dir_all(&parent);
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("there is a port");
        let port = free.local_addr().expect("it has a number").port().to_string();
        Self { python, port, parent, here: workspace(), server: None }
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.parent.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        fs::write(&file, text.replace(PORT, &self.port)).expect("it can be written");
        if path.ends_with("Cargo.toml") {
            // The reader's folder is not inside a workspace, as this one is; and the reader has a network.
            let alone = format!("{text}\n[workspace]\nexclude = [\"client\"]\n");
            fs::write(&file, alone).expect("it can be written");
            fs::copy(workspace().join("Cargo.lock"), file.with_extension("lock")).expect("it can be copied");
        }
    }

    /// Runs one line of the README; gives what a program of the reader's own prints.
    fn run(&mut self, line: &str) -> Option<String> {
        let folder = self.parent.join("weather").display().to_string();
        let words: Vec<String> = line.split(' ').map(|word| word.replace(FOLDER, &folder)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["cd", folder] => {
                self.here = folder.into();
                None
            }
            ["python3", script, "&"] => {
                self.serve(script);
                None
            }
            ["cargo", ref arguments @ ..] => {
                let printed = self.cargo(arguments);
                (arguments[0] == "run").then_some(printed)
            }
            _ => panic!("the test does not know how to run `{line}`"),
        }
    }

    /// Starts the service and waits until it says that it listens.
    fn serve(&mut self, script: &str) {
        let mut python = Command::new(&self.python);
        python.arg(script).current_dir(&self.here).stdout(Stdio::piped()).stderr(Stdio::null());
        let server = self.server.insert(python.spawn().expect("Python starts"));
        let output = server.stdout.take().expect("it is asked for");
        let line = BufReader::new(output).lines().next().expect("it says something").expect("it is text");
        assert_eq!(line, "the service listens");
    }

    fn cargo(&self, arguments: &[&str]) -> String {
        // The target folder that this test was built in, so that dependencies are built once.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is inside the target folder");
        let mut cargo = simba_tests::cargo();
        cargo.args(arguments).current_dir(&self.here);
        let output = cargo.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true").output();
        let output = output.expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {}: {said}", arguments.join(" "));
        String::from_utf8(output.stdout).expect("it is text")
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // It may have ended by itself, and then there is nothing to stop.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
