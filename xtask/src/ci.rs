//! `cargo xtask ci`: runs all checks that must pass before a change is merged.
//!
//! Fast steps that only read files come first, and steps that use the same features are grouped.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::Value;

use crate::{bench, codegen, conformance, files, process, survey};

pub(crate) const HELP: &str = "\
Run all checks that must pass before a change is merged, and stop at the first failure.

Usage: cargo xtask ci

Checks:
    formatting
    generated crates: generated/ is up to date with models/
    README commands: the commands in README.md, which run all tests
    dependencies: excluded crates are not dependencies of fsx
    packages: those that can be published are packaged, and compile without the rest of the repository
    clippy, with default features, no features and all features
    feature tests, with no features and all features
    single features: the runtime's packages compile with each of their features alone
    unified features: tests with dependency features that other crates may enable
    conformance: AWS's protocol and endpoint tests
    survey: the clients for eleven AWS services compile without warnings
    documentation
";

/// The feature sets, besides the default, with which the client and its runtime are linted and tested.
const FEATURES: [&str; 2] = ["--no-default-features", "--all-features"];

/// The arguments that select the packages with features.
const FEATURED: [&str; 6] = ["-p", "simba-runtime", "-p", "simba-aws-config", "-p", "simba-fsx"];

/// Features of serde_json that change how it reads, writes or orders values.
const UNIFIED_JSON: [&str; 5] =
    ["arbitrary_precision", "float_roundtrip", "preserve_order", "raw_value", "unbounded_depth"];

/// Feature sets of fsx, each with the crates that fsx must not depend on.
const WITHOUT: [(&[&str], &[&str]); 3] = [
    (&["--features", "default"], &["serde_json"]),
    (&["--no-default-features"], &["tokio", "hyper", "rustls", "serde_core"]),
    (&["--no-default-features", "--features", "blocking"], &["tokio"]),
];

/// Services that together use every HTTP binding, streams, restJson1, rpcv2Cbor, and awsJson1_0 with query
/// compatibility.
const SURVEYED: &str = "cloudsearchdomain,dataexchange,ebs,glacier,inspector-scan,iot-data,lex-runtime,mediastore-data,\
                        partnercentral-revenue-measurement,polly,sqs";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if let Some(arg) = args.first() {
        return Err(format!("unexpected argument `{arg}`; `cargo xtask ci` takes no arguments"));
    }
    let started = Instant::now();
    let root = files::root();
    step("formatting", formatting)?;
    step("generated crates", || codegen::run(&["--check".to_owned()]))?;
    // The README's commands must also work in a fresh clone, so this step precedes all steps that download anything
    // else.
    step("README commands", || readme_commands(&root))?;
    step("dependencies", dependencies)?;
    step("packages", packages)?;
    step("clippy", clippy)?;
    step("feature tests", featured_tests)?;
    step("single features", single_features)?;
    step("unified features", unified_tests)?;
    step("conformance", || conformance::run(&["--botocore".to_owned()]))?;
    step("survey", || survey::run(&["--botocore", "--only", SURVEYED].map(str::to_owned)))?;
    step("documentation", documentation)?;
    print_line!("== total: {} s", started.elapsed().as_secs());
    Ok(())
}

/// Prints the name of a step, runs it, and prints how long it took.
fn step(name: &str, run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    print_line!("== {name}");
    let started = Instant::now();
    run().map_err(|problem| format!("{name}: {problem}"))?;
    print_line!("== {name}: {} s", started.elapsed().as_secs());
    Ok(())
}

fn formatting() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"])?;
    // The benchmarks against AWS's clients are in separate workspaces. Running Cargo in them would download all of
    // their dependencies.
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--check"]).args(bench::sources()?);
    process::run(&mut rustfmt)
}

/// Runs the commands in the "Development" section of the README, which include the tests.
fn readme_commands(root: &Path) -> Result<(), String> {
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let commands = commands(&readme).map_err(|problem| format!("{}: {problem}", path.display()))?;
    commands.iter().try_for_each(|words| cargo(words))
}

/// Returns the arguments of the two Cargo commands in the "Development" section of the README.
fn commands(readme: &str) -> Result<Vec<Vec<&str>>, String> {
    let section = readme.split("\n## ").find(|section| section.starts_with("Development\n")).unwrap_or_default();
    let lines = section.lines().filter_map(|line| line.strip_prefix("cargo "));
    let commands: Vec<Vec<&str>> =
        lines.map(|line| line.split_whitespace().take_while(|word| !word.starts_with('#')).collect()).collect();
    match commands.len() {
        2 => Ok(commands),
        found => Err(format!("expected two Cargo commands in the section `Development`, found {found}")),
    }
}

fn dependencies() -> Result<(), String> {
    for (features, unwanted) in WITHOUT {
        excluded(&tree(features)?, features, unwanted)?;
    }
    Ok(())
}

/// Checks that the dependencies with these features do not include unwanted crates.
fn excluded(tree: &str, features: &[&str], unwanted: &[&str]) -> Result<(), String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let found: Vec<&str> = names.filter(|name| unwanted.contains(name)).collect();
    match found.as_slice() {
        [] => Ok(()),
        found => Err(format!("fsx with {} must not depend on {}", features.join(" "), found.join(", "))),
    }
}

/// Returns the dependencies of fsx, as `cargo tree` prints them. Each line starts with the name of a crate.
fn tree(arguments: &[&str]) -> Result<String, String> {
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
    cargo.args(arguments).env("CARGO_TERM_COLOR", "never").stderr(Stdio::inherit());
    let output = process::output(&mut cargo)?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(process::failed(&cargo, output.status)),
    }
}

/// Packages everything that `cargo publish --workspace` would publish, in dependency order, and compiles each package
/// from its archive.
fn packages() -> Result<(), String> {
    let metadata = metadata()?;
    let names = published(&metadata);
    let selected = names.iter().flat_map(|name| ["--package", name]);
    // Uncommitted changes are allowed, since it is useful to run the checks before a commit.
    cargo(&["package", "--quiet", "--allow-dirty"].into_iter().chain(selected).collect::<Vec<_>>())
}

/// Returns Cargo's metadata of the packages in the workspace.
fn metadata() -> Result<Value, String> {
    let mut metadata = process::cargo();
    metadata.current_dir(files::root()).args(["metadata", "--no-deps", "--format-version", "1", "--quiet"]);
    let output = process::output(metadata.stderr(Stdio::inherit()))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// Returns the names of the packages that may be published to any registry.
fn published(metadata: &Value) -> Vec<&str> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter(|package| package["publish"].is_null()).filter_map(|package| package["name"].as_str()).collect()
}

fn clippy() -> Result<(), String> {
    let strict = ["--all-targets", "--", "-D", "warnings"];
    cargo(&[&["clippy", "--workspace"], &strict[..]].concat())?;
    FEATURES.iter().try_for_each(|features| cargo(&[&["clippy", *features], &FEATURED[..], &strict[..]].concat()))
}

fn featured_tests() -> Result<(), String> {
    FEATURES.iter().try_for_each(|features| cargo(&[&["test", *features], &FEATURED[..]].concat()))?;
    // One example in the guide is compiled only with all features.
    cargo(&["test", "--doc", "--all-features", "-p", "simba-tests"])
}

/// Checks each feature of the runtime's packages alone. With all features, an item can be used without the feature that
/// defines it.
fn single_features() -> Result<(), String> {
    let metadata = metadata()?;
    for package in ["simba-runtime", "simba-aws-config"] {
        for feature in public_features(&metadata, package) {
            let selected =
                ["clippy", "--quiet", "-p", package, "--tests", "--no-default-features", "--features", feature];
            cargo(&[&selected[..], &["--", "-D", "warnings"]].concat())?;
        }
    }
    Ok(())
}

/// Returns the names of a package's features that do not begin with an underscore.
fn public_features<'a>(metadata: &'a Value, package: &str) -> Vec<&'a str> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let features = packages.filter(|found| found["name"] == package).filter_map(|found| found["features"].as_object());
    features.flat_map(|features| features.keys()).map(String::as_str).filter(|name| !name.starts_with('_')).collect()
}

/// Runs tests with features of dependencies that another crate in the same program may enable. Cargo then enables these
/// features for all crates, which must not change the behavior of this project's crates.
fn unified_tests() -> Result<(), String> {
    let json = UNIFIED_JSON.map(|feature| format!("serde_json/{feature}")).join(",");
    let packages = ["test", "-p", "simba-codegen", "-p", "simba-runtime", "-p", "simba-tests", "--features", &json];
    cargo(&[&packages[..], &["--lib", "--test", "constructs", "--test", "determinism", "--test", "wire"]].concat())?;
    // rustls has no default cryptography provider if several are enabled. Tokio's `test-util` feature allows tests to
    // pause the clock.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_the_readme() {
        let readme = "# Title\n\n## Development\n\ncargo xtask codegen # writes\ncargo xtask test\n\n## Other\n";
        let both = vec![vec!["xtask", "codegen"], vec!["xtask", "test"]];
        assert_eq!(commands(readme), Ok(both.clone()));
        assert_eq!(commands(include_str!("../../README.md")), Ok(both));
        let expected = "expected two Cargo commands in the section `Development`, found 0";
        assert_eq!(commands("# Title\n\n## Commands\n\ncargo test\n"), Err(expected.to_owned()));
    }

    #[test]
    fn excluded_dependencies_are_reported() {
        let (tree, features) = ("fsx v0.1.0\nring v0.17.0\ntokio v1.47.0\n", ["--no-default-features"]);
        assert_eq!(excluded(tree, &features, &["hyper"]), Ok(()));
        let expected = "fsx with --no-default-features must not depend on tokio";
        assert_eq!(excluded(tree, &features, &["hyper", "tokio"]), Err(expected.to_owned()));
    }

    #[test]
    fn only_published_packages_are_listed() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "publish": null}, {"name": "b", "publish": []}, {"name": "c", "publish": ["ours"]},
        ]});
        assert_eq!(published(&metadata), ["a"]);
    }

    #[test]
    fn public_features_are_listed() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "features": {"default": ["x"], "x": ["_y"], "_y": []}}, {"name": "b", "features": {"y": []}},
        ]});
        assert_eq!(public_features(&metadata, "a"), ["default", "x"]);
    }

    #[test]
    fn arguments_are_rejected() {
        let expected = "unexpected argument `--fast`; `cargo xtask ci` takes no arguments";
        assert_eq!(run(&["--fast".to_owned()]), Err(expected.to_owned()));
    }
}
