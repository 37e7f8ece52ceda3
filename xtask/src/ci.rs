//! `cargo xtask ci`: all checks that have to pass before a change is merged.
//!
//! Fast steps that only read come first, and steps with the same features follow each other.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use crate::{bench, codegen, conformance, files, process};

pub(crate) const HELP: &str = "\
Checks what has to hold before a change is merged, and stops at the first thing that does not:
formatting, generated/ against models/, the README's two commands (one of them runs the tests), the crates that fsx
depends on, clippy, AWS's own tests of its protocols and endpoints, and the documentation.
The runtime and the generator are also tested with the features that other crates of a program may enable in what they
depend on.
What has features is checked and tested with the default ones, with none, and with all.

cargo xtask ci
";

/// The additional sets of features that the client and its runtime are linted and tested with.
const FEATURES: [&str; 2] = ["--no-default-features", "--all-features"];

/// The packages that have features.
const FEATURED: [&str; 6] = ["-p", "simba-runtime", "-p", "simba-aws-config", "-p", "simba-fsx"];

/// Features of serde_json that change how it reads, writes or orders values.
const UNIFIED_JSON: [&str; 5] =
    ["arbitrary_precision", "float_roundtrip", "preserve_order", "raw_value", "unbounded_depth"];

/// The crates that must not be dependencies for a set of features.
const WITHOUT: [(&[&str], &[&str]); 2] = [
    (&["--no-default-features"], &["tokio", "hyper", "rustls"]),
    (&["--no-default-features", "--features", "blocking"], &["tokio"]),
];

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if let Some(arg) = args.first() {
        return Err(format!("`{arg}` is not understood: `cargo xtask ci` takes no arguments"));
    }
    let started = Instant::now();
    let root = files::root();
    step("formatting", formatting)?;
    step("generated/ is what models/ give", || codegen::run(&["--check".to_owned()]))?;
    // This precedes everything that downloads more than these commands do.
    step("the README's two commands", || readme_commands(&root))?;
    step("what fsx depends on", dependencies)?;
    step("clippy", clippy)?;
    step("tests of other features", featured_tests)?;
    step("tests with features that other crates enable", unified_tests)?;
    step("AWS's own tests", || conformance::run(&["--botocore".to_owned()]))?;
    step("documentation", documentation)?;
    println!("== all good, after {} s", started.elapsed().as_secs());
    Ok(())
}

/// Announces a step, and prints how long it took.
fn step(name: &str, run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("== {name}");
    let started = Instant::now();
    run().map_err(|problem| format!("{name}: {problem}"))?;
    println!("== {name}: {} s", started.elapsed().as_secs());
    Ok(())
}

fn formatting() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"])?;
    // The benchmarks against AWS's client are a separate workspace. Running cargo in it would download all its
    // dependencies.
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).args(bench::sources()?);
    process::run(&mut rustfmt)
}

/// Runs the commands at the start of the README, which include the tests.
fn readme_commands(root: &Path) -> Result<(), String> {
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let section = readme.split("\n## ").find(|section| section.starts_with("Two commands\n")).unwrap_or_default();
    let commands: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("cargo ")).collect();
    if commands.len() != 2 {
        return Err(format!("{}: expected two commands of cargo below \"Two commands\"", path.display()));
    }
    commands.iter().try_for_each(|line| {
        let words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
        cargo(&words.collect::<Vec<_>>())
    })
}

fn dependencies() -> Result<(), String> {
    for (features, unwanted) in WITHOUT {
        let tree = tree(features)?;
        let found: Vec<&str> =
            tree.iter().filter_map(|line| line.split(' ').next()).filter(|name| unwanted.contains(name)).collect();
        if !found.is_empty() {
            return Err(format!("fsx with {} depends on {}", features.join(" "), found.join(", ")));
        }
    }
    Ok(())
}

/// Returns the dependencies of fsx, one crate on each line, starting with its name.
fn tree(arguments: &[&str]) -> Result<Vec<String>, String> {
    let mut cargo = process::cargo();
    cargo.current_dir(files::root()).args([
        "tree",
        "--quiet",
        "-p",
        "simba-fsx",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]);
    let output = cargo.args(arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`cargo tree` failed: {}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn clippy() -> Result<(), String> {
    let strict = ["--all-targets", "--", "-D", "warnings"];
    cargo(&[&["clippy", "--workspace"], &strict[..]].concat())?;
    FEATURES.iter().try_for_each(|features| cargo(&[&["clippy", *features], &FEATURED[..], &strict[..]].concat()))
}

fn featured_tests() -> Result<(), String> {
    FEATURES.iter().try_for_each(|features| cargo(&[&["test", *features], &FEATURED[..]].concat()))?;
    // The README contains a program that is only compiled with all features.
    cargo(&["test", "--doc", "--all-features", "-p", "simba-tests"])
}

/// Runs tests with features that another crate of a program may enable in dependencies. Cargo then enables them for
/// all crates, and the behavior must be the same.
fn unified_tests() -> Result<(), String> {
    let json = UNIFIED_JSON.map(|feature| format!("serde_json/{feature}")).join(",");
    let packages = ["test", "-p", "simba-codegen", "-p", "simba-runtime", "-p", "simba-tests", "--features", &json];
    cargo(&[&packages[..], &["--lib", "--test", "constructs", "--test", "determinism", "--test", "wire"]].concat())?;
    // rustls has no default with two cryptography providers, and tests may pause the clock of this tokio.
    let transport = format!("{json},blocking,rustls,testing,rustls/aws_lc_rs,tokio/test-util");
    cargo(&["test", "-p", "simba-runtime", "--lib", "--features", &transport])?;
    cargo(&["test", "-p", "simba-aws-config", "--lib", "--features", &format!("{json},credentials")])
}

fn documentation() -> Result<(), String> {
    let doc = |arguments: &[&str]| {
        let mut cargo = process::cargo();
        cargo.current_dir(files::root()).args(["doc", "--no-deps"]).args(arguments);
        process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
    };
    doc(&["--workspace"])?;
    doc(&[&["--all-features"], &FEATURED[..]].concat())
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    process::run(process::cargo().current_dir(files::root()).args(arguments))
}
