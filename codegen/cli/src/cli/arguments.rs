//! The command-line arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use simba_codegen::Publish;

use crate::{Dependency, validate};

/// Generate Rust clients from Smithy models
#[derive(Debug, Parser)]
#[command(name = "simba", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Format of errors and warnings, which are written to standard error
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) message_format: MessageFormat,
}

/// The format of errors and warnings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// Human-readable text
    #[default]
    Human,
    /// A JSON object on each line, for editors: level, message, help, file, shape, and a span with lines, columns and
    /// byte offsets
    Json,
}

const EXAMPLES: &str = "\
Examples:
  simba generate weather.smithy --out client    generate a crate from a model
  simba generate                                generate the crates in simba.toml
  simba check                                   check that these crates are up to date
  simba list weather.smithy                     show what a model contains

Exit codes:
  0    success
  1    a model or simba.toml has errors, the model does not have the selected service or operation, a crate is not up to
       date, `simba diff` found breaking changes, or a file could not be read or written
  2    an argument is missing or invalid, or selects a client that is not in simba.toml

`cargo simba` is the same command.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Generate client crates from models
    ///
    /// Without a model, the clients in the nearest simba.toml are generated.
    ///
    /// Only changed files are written, and files that are no longer generated are deleted. Files without the Simba
    /// header are never changed or deleted. If one of them would be overwritten, nothing is written.
    #[command(after_help = GENERATE_EXAMPLES, verbatim_doc_comment)]
    Generate(GenerateArgs),
    /// Check that generated crates are up to date
    ///
    /// The arguments are those of `simba generate`. Nothing is written. Files that differ are listed, and the exit code
    /// is 1 if there are any.
    #[command(after_help = CHECK_EXAMPLES, verbatim_doc_comment)]
    Check(GenerateArgs),
    /// Show how a new model changes the Rust API
    ///
    /// The output is Markdown, with breaking changes first and the version increment that semver requires. The exit
    /// code is 1 if there are breaking changes.
    #[command(after_help = DIFF_EXAMPLES, verbatim_doc_comment)]
    Diff {
        /// Old model: a file, or a directory whose files are merged
        old: PathBuf,
        /// New model
        new: PathBuf,
        /// Service to compare, if the models have several
        #[arg(long, value_name = "NAME", value_parser = validate::service)]
        service: Option<String>,
    },
    /// List the services in a model, with their protocols and operations, and the parts that are not generated
    #[command(after_help = "Example:\n  simba list model/")]
    List {
        /// Smithy files (*.smithy or JSON AST), directories whose files are merged, or `-` for standard input
        #[arg(required = true)]
        model: Vec<PathBuf>,
    },
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// Shell to print the script for
        shell: Shell,
    },
}

const GENERATE_EXAMPLES: &str = "\
Examples:
  simba generate weather.smithy --out client
  simba generate model/ --out client --operations GetCity,ListCities
  simba generate weather.smithy --out client --license MIT --version 1.2.0 --publish true
  simba generate --client weather

simba.toml:
  [client.weather]
  model = \"weather.smithy\"
  out = \"client\"

smithy-build.json for the Smithy CLI:
  \"plugins\": { \"run::simba\": { \"command\": [\"simba\", \"generate\", \"-\"] } }";

const CHECK_EXAMPLES: &str = "\
Examples:
  simba check
  simba check weather.smithy --out client";

const DIFF_EXAMPLES: &str = "\
Example:
  git show HEAD:weather.smithy > old.smithy
  simba diff old.smithy weather.smithy";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  simba completions bash > ~/.local/share/bash-completion/completions/simba
  simba completions fish > ~/.config/fish/completions/simba.fish";

#[derive(Args, Debug)]
pub(super) struct GenerateArgs {
    /// Smithy files (*.smithy or JSON AST), directories whose files are merged, or `-` for standard input
    ///
    /// If a directory contains a smithy-build.json, the sources and imports that it lists are read instead of the files
    /// in the directory. If there is a smithy-build.json beside a given path, its imports are also read.
    pub(super) model: Vec<PathBuf>,
    /// Directory of the generated crate [default in a Smithy CLI plugin: the directory of the plugin]
    #[arg(long, short, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Configuration file [default: the nearest simba.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub(super) config: Option<PathBuf>,
    /// Client in the configuration file [default: all clients]
    #[arg(long, value_name = "NAME", conflicts_with = "model")]
    pub(super) client: Vec<String>,
    /// Name of the crate [default: derived from the service ID]
    #[arg(long, value_name = "NAME", value_parser = validate::crate_name)]
    pub(super) crate_name: Option<String>,
    /// Generate only these operations and the types that they use
    #[arg(long, value_name = "A,B,...", value_delimiter = ',', value_parser = validate::operation)]
    pub(super) operations: Option<Vec<String>>,
    /// Service to generate, if the model has several
    #[arg(long, value_name = "NAME", value_parser = validate::service)]
    pub(super) service: Option<String>,
    /// Generate tests from the protocol tests in the model
    #[arg(long)]
    pub(super) tests: bool,
    /// Dependency on simba-runtime: a version, or a TOML table such as '{ git = "..." }' or '{ path = "..." }', with a
    /// path relative to the current directory; a table is kept when the crate is generated again [default: the version
    /// of simba]
    #[arg(long, value_name = "DEPENDENCY")]
    pub(super) runtime: Option<Dependency>,
    /// Dependency on simba-aws-config [default: the same as --runtime, or the directory beside its path]
    #[arg(long, value_name = "DEPENDENCY")]
    pub(super) aws_config: Option<Dependency>,
    #[command(flatten)]
    pub(super) manifest: ManifestArgs,
}

/// The fields of the manifest.
#[derive(Args, Debug)]
#[command(next_help_heading = "Manifest options, which are kept when the crate is generated again")]
pub(super) struct ManifestArgs {
    /// Name of the package [default: the name of the crate]
    #[arg(long, value_name = "NAME", value_parser = validate::package_name)]
    pub(super) package_name: Option<String>,
    /// Version of the package [default: 0.1.0]
    #[arg(long, value_name = "VERSION", value_parser = validate::version)]
    pub(super) version: Option<String>,
    /// License, as an SPDX expression such as `MIT OR Apache-2.0`
    #[arg(long, value_name = "LICENSE", value_parser = validate::license)]
    pub(super) license: Option<String>,
    /// File with the text of a license that SPDX does not list, instead of `--license`
    #[arg(long, value_name = "FILE")]
    pub(super) license_file: Option<PathBuf>,
    /// Description of the package [default: derived from the title of the service]
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) description: Option<String>,
    /// URL of the repository
    #[arg(long, value_name = "URL", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) repository: Option<String>,
    /// Where to publish the package: `true` (anywhere), `false` (nowhere), or registries A,B,... [default: false]
    #[arg(long, value_name = "VALUE", value_parser = |value: &str| validate::publish("--publish", value))]
    pub(super) publish: Option<Publish>,
    /// Whether the crate is the root of its own workspace [default: false]
    #[arg(long, value_name = "BOOL")]
    pub(super) workspace_root: Option<bool>,
}
