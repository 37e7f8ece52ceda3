//! Tests the manifest of a generated crate. The user's settings in it are kept, and the crate can be built in any
//! directory.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_tests::workspace;

use crate::{assert_fails, codegen, directory, said};

const MODEL: &str = "constructs/pagination.json";

const SETTINGS: [&str; 10] = [
    "--version",
    "2.3.4-beta.1",
    "--license",
    "MIT OR Apache-2.0",
    "--description",
    "Prices \"of\" \\ parts",
    "--repository",
    "https://example.com/parts",
    "--publish",
    "ours,theirs",
];

fn manifest(out: &Path) -> String {
    simba_tests::text(&out.join("Cargo.toml"))
}

fn package(out: &Path) -> String {
    let manifest = manifest(out);
    let (_, package) = manifest.split_once("[package]\n").expect("a table");
    package.split("\n\n").next().unwrap_or_default().to_owned()
}

#[test]
fn settings_from_options_are_kept_by_the_next_run() {
    let out = directory("settings");
    assert!(codegen(MODEL, &out, &[]).status.success());
    let default = "name = \"toy\"\ndescription = \"A client for Toy.\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                   rust-version = \"1.88\"\npublish = false";
    assert_eq!(package(&out), default);
    assert!(!manifest(&out).contains("[workspace]"));

    let made = codegen(MODEL, &out, &[&SETTINGS[..], &["--workspace-root", "true"]].concat());
    assert!(made.status.success(), "{}", said(&made));
    let set = "name = \"toy\"\ndescription = \"Prices \\\"of\\\" \\\\ parts\"\nversion = \"2.3.4-beta.1\"\n\
               edition = \"2024\"\nrust-version = \"1.88\"\nlicense = \"MIT OR Apache-2.0\"\n\
               repository = \"https://example.com/parts\"\npublish = [\"ours\", \"theirs\"]";
    assert_eq!(package(&out), set);
    assert!(manifest(&out).ends_with("\n[workspace]\n"));

    let before = manifest(&out);
    let again = codegen(MODEL, &out, &[]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("unchanged"), "{again:?}");
    assert!(codegen(MODEL, &out, &["--check"]).status.success());
    assert_eq!(manifest(&out), before);

    // A release tool writes the version in a different format.
    let released = before.replace("\"2.3.4-beta.1\"", "'3.0.0'  # released");
    fs::write(out.join("Cargo.toml"), released).expect("the directory can be written");
    let made = codegen(MODEL, &out, &["--workspace-root", "false", "--publish", "true"]);
    // The default dependency on the runtime is a path without a version.
    let warning = "`cargo publish` rejects the crate, because its dependency on `simba-runtime` has no version";
    assert!(made.status.success() && said(&made).contains(warning), "{}", said(&made));
    let published = set.replace("2.3.4-beta.1", "3.0.0").replace("[\"ours\", \"theirs\"]", "true");
    assert_eq!(package(&out), published);
    assert!(!manifest(&out).contains("[workspace]"));
    assert!(codegen(MODEL, &out, &["--check"]).status.success());
}

#[test]
fn the_default_description_contains_the_new_title() {
    let out = directory("retitled");
    assert!(codegen(MODEL, &out, &[]).status.success());
    let expected = package(&out);
    // The crate was generated from an older model.
    for file in ["Cargo.toml", "src/lib.rs"] {
        let text = simba_tests::text(&out.join(file));
        assert!(text.contains("A client for Toy."), "{text}");
        fs::write(out.join(file), text.replace("A client for Toy.", "A client for Puzzle."))
            .expect("the directory can be written");
    }
    assert!(codegen(MODEL, &out, &[]).status.success());
    assert_eq!(package(&out), expected);
}

#[test]
fn a_package_can_have_another_name_than_its_crate() {
    let out = directory("package-name");
    assert!(codegen(MODEL, &out, &["--package-name", "acme-toy", "--crate-name", "toy-parts"]).status.success());
    let named = |package: &str, lib: &str| {
        let manifest = manifest(&out);
        assert!(manifest.contains(&format!("[package]\nname = \"{package}\"\n")), "{manifest}");
        assert_eq!(manifest.contains("[lib]"), !lib.is_empty(), "{manifest}");
        assert!(manifest.contains(lib), "{manifest}");
    };
    named("acme-toy", "\n[lib]\nname = \"toy_parts\"\n");
    // The package keeps its name, even though the crate has a different name.
    assert!(codegen(MODEL, &out, &[]).status.success());
    named("acme-toy", "\n[lib]\nname = \"toy\"\n");
    assert!(codegen(MODEL, &out, &["--package-name", "toy"]).status.success());
    named("toy", "");
    // If the package has no name of its own, it is renamed along with the crate.
    assert!(codegen(MODEL, &out, &["--crate-name", "toy-parts"]).status.success());
    named("toy-parts", "");
    assert_fails(
        &codegen(MODEL, &out, &["--package-name", "a/b"]),
        "invalid package name `a/b`; expected ASCII letters",
    );
}

#[test]
fn a_manifest_that_cannot_be_read_is_not_overwritten() {
    let out = directory("unreadable");
    assert!(codegen(MODEL, &out, &[]).status.success());
    let good = manifest(&out);
    for (bad, problem) in [
        (
            good.replace("version = \"0.1.0\"", "version = 1"),
            "expected a string for `package.version`, found an integer",
        ),
        (
            good.replace("[package]", "[pack]"),
            "Cargo.toml: missing table `package`; fix the file to keep its settings, or delete it to start with the defaults",
        ),
        (good.replace("publish = false", "publish = [1]"), "expected an array of strings for `package.publish`"),
        (
            good.replace("publish = false", "publish = 1"),
            "expected a boolean or an array for `package.publish`, found an integer",
        ),
        (good.replace("version = \"0.1.0\"", "<<<<<<< HEAD"), "Cargo.toml: "),
    ] {
        fs::write(out.join("Cargo.toml"), &bad).expect("the directory can be written");
        let made = codegen(MODEL, &out, &[]);
        assert_fails(&made, problem);
        assert_fails(&made, "; fix the file to keep its settings, or delete it to start with the defaults");
        assert_eq!(manifest(&out), bad);
    }
    let bad = [good.as_bytes(), b"# \xff\n"].concat();
    fs::write(out.join("Cargo.toml"), &bad).expect("the directory can be written");
    assert_fails(&codegen(MODEL, &out, &[]), "Cargo.toml: the file is not valid UTF-8; fix the file to keep");
    assert_eq!(fs::read(out.join("Cargo.toml")).expect("the file can be read"), bad);
}

/// Returns the directory of the runtime that a manifest refers to.
fn runtime(out: &Path) -> PathBuf {
    let manifest = manifest(out);
    let (_, path) = manifest.split_once("simba-runtime = { path = ").expect("a path");
    let path =
        serde_json::Deserializer::from_str(path).into_iter::<String>().next().expect("a path").expect("a string");
    fs::canonicalize(out.join(path)).expect("the path leads to a directory")
}

#[test]
fn the_path_of_the_runtime_is_correct_for_a_new_directory() {
    let base = directory("dots");
    let expected = fs::canonicalize(workspace().join("codegen/runtime")).expect("the runtime exists");
    for (out, made) in [("plain", "plain"), ("missing/../behind", "behind"), ("a/./b/../../c/d", "c/d")] {
        assert!(codegen(MODEL, &base.join(out), &[]).status.success());
        assert_eq!(runtime(&base.join(made)), expected, "{out}");
    }
}

#[test]
fn a_crate_inside_a_foreign_workspace_is_a_warning() {
    let root = directory("root");
    let out = root.join("inside");
    fs::create_dir_all(&root).expect("the directory can be written");
    fs::write(root.join("Cargo.toml"), "[workspace]\n").expect("the directory can be written");
    let made = codegen(MODEL, &out, &[]);
    let out_shown = fs::canonicalize(&out).expect("the crate exists").display().to_string();
    let root = fs::canonicalize(root).expect("the workspace exists").display().to_string();
    assert_eq!(
        said(&made).replace(&out_shown, "OUT").replace(&root, "ROOT"),
        "warning: OUT is in the directory of a workspace that it does not belong to; add it to `members` or `exclude` \
         in ROOT/Cargo.toml, or pass `--workspace-root true`\n"
    );
    assert_eq!(said(&codegen(MODEL, &out, &["--workspace-root", "true"])), "");
    assert_eq!(said(&codegen(MODEL, &out, &[])), "", "the setting is kept");
}

/// A temporary directory, which is usually outside all workspaces.
struct Outside(tempfile::TempDir);

impl Outside {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// Returns whether the temporary directory itself is in a package or workspace, such as this repository.
    fn is_inside(&self) -> bool {
        let directory = fs::canonicalize(self.0.path()).expect("the directory is there");
        directory.ancestors().any(|directory| directory.join("Cargo.toml").exists())
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("the directory can be written");
        fs::write(path, content).expect("the directory can be written");
    }

    /// Runs `cargo check` for a package, with the same versions of dependencies as in this workspace.
    fn check(&self, package: &str, root: &str) {
        let lock = self.0.path().join(root).join("Cargo.lock");
        fs::copy(workspace().join("Cargo.lock"), lock).expect("the directory can be written");
        let output = simba_tests::cargo()
            .args(["check", "--quiet", "--no-default-features", "--target-dir"])
            .arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
            .current_dir(self.0.path().join(package))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{package}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

const USER: &str =
    "[package]\nname = \"user\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[dependencies]\ntoy = { path = \"";

#[test]
fn a_crate_can_be_built_alone_and_in_workspaces() {
    let outside = Outside::new();
    let generate = |path: &str, more: &[&str]| {
        let made = codegen(MODEL, &outside.0.path().join(path), more);
        assert!(made.status.success(), "{path}: {}", said(&made));
    };
    let is_inside = outside.is_inside();
    generate("alone", &[]);
    // Inside another workspace, Cargo would fail, since the crate is not a member of that workspace.
    if !is_inside {
        outside.check("alone", "alone");
    }

    // A member in a subdirectory of the workspace root.
    outside.write("company/Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n");
    generate("company/crates/toy", &[]);
    outside.check("company/crates/toy", "company");

    // A dependency in a subdirectory of the package. The workspace does not list it as a member.
    outside.write("program/Cargo.toml", &format!("{USER}client\" }}\n\n[workspace]\n"));
    outside.write("program/lib.rs", "pub use toy::Client;\n");
    generate("program/client", &[]);
    outside.check("program", "program");

    // A dependency next to the package.
    outside.write("beside/Cargo.toml", &format!("{USER}../alone\" }}\n\n[workspace]\n"));
    outside.write("beside/lib.rs", "pub use toy::Client;\n");
    outside.check("beside", "beside");

    // A crate that is inside a workspace, but is the root of its own workspace.
    generate("company/tools/toy", &["--workspace-root", "true"]);
    outside.check("company/tools/toy", "company/tools/toy");
}
