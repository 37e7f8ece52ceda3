//! Generates a client in a build script.

use std::{
    collections::BTreeSet,
    env, fmt,
    path::{Path, PathBuf},
    sync::Mutex,
};

use simba_cli::{
    Problem,
    files::{self, Difference},
    report::Format,
    validate,
};
use simba_codegen::{Options, Report, Severity};

/// Creates the configuration of a client for the service in a model. The path of the model is relative to the directory
/// of the package.
///
/// The model is a file in the Smithy IDL (`*.smithy`) or the JSON AST, or a directory whose files are merged. If a
/// directory contains a `smithy-build.json`, the sources and imports listed in it are read instead.
pub fn client(model: impl Into<PathBuf>) -> Client {
    Client { model: vec![model.into()], name: None, options: simba_cli::options() }
}

/// The configuration of a client to generate.
#[derive(Clone, Debug)]
#[must_use = "`generate` generates the client"]
pub struct Client {
    model: Vec<PathBuf>,
    name: Option<String>,
    options: Options,
}

impl Client {
    /// Adds a file or directory to the model.
    pub fn model(mut self, path: impl Into<PathBuf>) -> Self {
        self.model.push(path.into());
        self
    }

    /// Selects the operations to generate, with the types that they use. By default, all operations are generated.
    pub fn operations<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.options.operations.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// Selects the service to generate. This is required if the model has more than one service.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.options.service = Some(name.into());
        self
    }

    /// Sets the name to pass to [`include_client!`](crate::include_client!). The default is the name of the service in
    /// snake case. The name must consist of ASCII letters, digits, `-` and `_`, and start with a letter.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Generates the client into `OUT_DIR`. Prints instructions for Cargo to run the build script again when the model
    /// changes.
    ///
    /// Only changed files are written. Parts of the model that the client lacks are reported as Cargo warnings.
    ///
    /// # Errors
    ///
    /// Returns an error if the model cannot be read or has errors, if the name is invalid, if another client of this
    /// build script has the same name, or if the client cannot be written. Errors in the model are printed to standard
    /// error.
    pub fn generate(self) -> Result<(), Error> {
        let out = env::var_os("OUT_DIR")
            .ok_or_else(|| Problem::with_help("OUT_DIR is not set", "call this function from a build script"))?;
        let mut output = String::new();
        static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let result = self.generate_into(Path::new(&out), &mut names, &mut output);
        #[allow(clippy::print_stdout, reason = "Build scripts pass instructions to Cargo on standard output.")]
        {
            print!("{output}");
        }
        result.map_err(|error| {
            Format::Human.print_report(&error.report, &error.sources);
            Error(error)
        })
    }

    /// Generates the client in the directory `out`. Adds the client's name to `names`, which contains the names of all
    /// clients of the build script. Adds instructions for Cargo to `output`.
    fn generate_into(
        &self,
        out: &Path,
        names: &mut BTreeSet<String>,
        output: &mut String,
    ) -> Result<(), simba_cli::Error> {
        // The generated code contains `cfg` attributes for the `blocking` and `testing` features, even if the package
        // does not define them.
        output.push_str("cargo::rustc-check-cfg=cfg(feature, values(\"blocking\", \"testing\"))\n");
        let read = files::dependencies(&self.model)?;
        for path in read.paths {
            output.push_str(&format!("cargo::rerun-if-changed={}\n", path.display()));
        }
        for variable in read.variables {
            output.push_str(&format!("cargo::rerun-if-env-changed={variable}\n"));
        }
        let sources = files::read_model(&self.model)?;
        let generated = match simba_codegen::generate_module(&sources, &self.options) {
            Ok(generated) => generated,
            Err(report) => return Err(simba_cli::Error::of_model(report, sources)),
        };
        output.push_str(&warnings(&generated.warnings));
        let name = self.name.clone().unwrap_or_else(|| generated.crate_name.replace('-', "_"));
        let name = validate::name("client", &name)?;
        if !names.insert(name.clone()) {
            let message = format!("two clients have the name `{name}`");
            return Err(Problem::with_help(message, "set a different one with `name`").into());
        }
        let directory = out.join("simba").join(name);
        Difference::of(&directory, &generated.files)?.apply(&directory, &generated.files)
    }
}

/// Returns instructions for Cargo to print the warnings in a report.
fn warnings(report: &Report) -> String {
    let problems = report.diagnostics.iter().filter(|problem| problem.severity == Severity::Warning);
    problems
        .map(|problem| {
            let text = problem.to_string();
            format!("cargo::warning={}\n", text.strip_prefix("warning: ").unwrap_or(&text).replace('\n', " "))
        })
        .collect()
}

/// An error that occurred while a client was generated.
///
/// The `Debug` output is the same as the `Display` output, since the former is printed if the `main` function of a
/// build script returns the error.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(simba_cli::Error);

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MODEL: &str = "\
$version: \"2\"
namespace toy
use aws.protocols#awsJson1_1
@awsJson1_1
service Toy { operations: [Act, Send] }
operation Act {}
operation Send { input := { @required body: Body } }
@streaming
blob Body
";

    /// Creates a directory that contains an empty `model` directory.
    fn directory() -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir_all(directory.path().join("model")).expect("the directory can be written");
        directory
    }

    #[test]
    fn paths_and_omitted_parts_are_printed_for_cargo() {
        let temporary = directory();
        let directory = temporary.path();
        fs::write(directory.join("model/toy.smithy"), MODEL).expect("a file");
        // Cargo sets this variable for tests. The `more` directory is empty, but a file may be added to it later.
        let config = r#"{"version": "1.0", "imports": ["more.smithy", "${CARGO_MANIFEST_DIR}/src", "more"]}"#;
        fs::write(directory.join("smithy-build.json"), config).expect("a file");
        fs::create_dir_all(directory.join("more")).expect("a directory");
        fs::write(directory.join("more.smithy"), "$version: \"2\"\nnamespace more\nstring A\n").expect("a file");
        let mut output = String::new();
        let mut names = BTreeSet::new();
        client(directory.join("model"))
            .generate_into(directory, &mut names, &mut output)
            .expect("the client is generated");
        let output = output.replace(&directory.display().to_string(), "DIRECTORY");
        let output = output.replace(env!("CARGO_MANIFEST_DIR"), "PACKAGE");
        // Paths are sorted, so the location of the package determines which of the two directories comes first.
        let output: BTreeSet<&str> = output.lines().collect();
        let expected = [
            r#"cargo::rustc-check-cfg=cfg(feature, values("blocking", "testing"))"#,
            "cargo::rerun-if-changed=DIRECTORY/model",
            "cargo::rerun-if-changed=DIRECTORY/model/toy.smithy",
            "cargo::rerun-if-changed=DIRECTORY/more",
            "cargo::rerun-if-changed=DIRECTORY/more.smithy",
            "cargo::rerun-if-changed=DIRECTORY/smithy-build.json",
            "cargo::rerun-if-changed=PACKAGE/src",
            "cargo::rerun-if-env-changed=CARGO_MANIFEST_DIR",
            "cargo::warning=DIRECTORY/model/toy.smithy:7:11: toy#Send: the operation is omitted: `toy#SendInput$body` \
             is a stream of bytes, which the protocol does not support",
        ];
        assert_eq!(output, BTreeSet::from(expected));
        let root = fs::read_to_string(directory.join("simba/toy/mod.rs")).expect("the client exists");
        assert!(root.starts_with("// @generated by Simba") && !root.contains("#!["), "{root}");

        // A second client with a different name is generated in its own directory.
        let named =
            client(directory.join("model/toy.smithy")).model(directory.join("more.smithy")).service("Toy").name("a");
        let named = named.operations(["Act"]);
        named.generate_into(directory, &mut names, &mut String::new()).expect("the client is generated");
        assert!(directory.join("simba/a/operation/act.rs").is_file());

        // A client with one of these names would replace an existing client, or would be written outside its directory.
        let again = named.generate_into(directory, &mut names, &mut String::new()).expect_err("the name is used");
        assert_eq!(again.to_string(), "two clients have the name `a`; set a different one with `name`");
        for name in ["", "..", "a/b", "/a"] {
            let named = named.clone().name(name);
            let problem = named.generate_into(directory, &mut names, &mut String::new()).expect_err("it is invalid");
            let expected = format!("invalid client name `{name}`; expected ASCII letters, ");
            assert!(problem.to_string().starts_with(&expected), "{problem}");
        }
    }

    #[test]
    fn the_debug_output_of_an_error_is_its_message() {
        let temporary = directory();
        let directory = temporary.path();
        let fails = |client: Client| {
            let result = client.generate_into(directory, &mut BTreeSet::new(), &mut String::new());
            Error(result.expect_err("an error"))
        };
        let missing = fails(client(directory.join("no.smithy")));
        assert!(missing.to_string().contains("no.smithy: ") && format!("{missing:?}") == missing.to_string());
        fs::write(directory.join("toy.smithy"), MODEL).expect("a file");
        assert_eq!(
            fails(client(directory.join("toy.smithy")).operations(["Jump"])).to_string(),
            "the model has 1 error"
        );
        assert!(!directory.join("simba").exists());
        if env::var_os("OUT_DIR").is_none() {
            let outside = client("toy.smithy").generate().expect_err("there is no directory");
            assert_eq!(outside.to_string(), "OUT_DIR is not set; call this function from a build script");
        }
    }
}
