//! The `simba.toml` file, which configures the clients of a project.
//!
//! Paths in the file are relative to its directory. All problems are reported in a single run, each with its line.

mod table;

use std::path::{Path, PathBuf};

use simba_codegen::{Package, Publish, Report, Source, Tests};
use toml::de::DeTable;

use crate::{
    Client, Dependency, Error, client, dependency,
    files::{self, DIRECTORIES},
    validate,
};
use table::{Context, Table};

/// The name of the file.
pub const NAME: &str = "simba.toml";

/// The contents of a `simba.toml`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The path of the file.
    pub path: PathBuf,
    /// The clients, by name.
    pub clients: Vec<(String, Client)>,
}

/// The keys of a client.
const CLIENT: &[&str] = &[
    "aws-config",
    "crate-name",
    "model",
    "operations",
    "out",
    "package",
    "runtime",
    "service",
    "tests",
    "workspace-root",
];

/// The keys of the table `[client.NAME.package]`.
const PACKAGE: &[&str] = &["description", "license", "license-file", "name", "publish", "repository", "version"];

/// Returns the name of the table of a client that can contain a key, if there is one.
fn table_with(key: &str, client: &str) -> Option<String> {
    let tables = [("", CLIENT), (".package", PACKAGE), (".runtime", dependency::KEYS)];
    let (table, _) = tables.into_iter().find(|(_, keys)| keys.contains(&key))?;
    Some(format!("client.{client}{table}"))
}

impl Config {
    /// Reads the file.
    ///
    /// If `out` is set, it replaces the directory of the crate. Paths in the manifest are relative to this directory.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is invalid. The error contains all problems with the file.
    pub fn read(path: &Path, out: Option<&Path>) -> Result<Self, Error> {
        let text = files::read(path)?;
        let source = Source { name: files::shown(path), text };
        let mut problems = Report::default();
        let clients = parse(&source, path.parent().unwrap_or(Path::new("")), out, &mut problems);
        if problems.has_errors() {
            let errors = files::count(problems.diagnostics.len(), "error");
            let summary = format!("{} has {errors}", source.name);
            return Err(Error { report: problems, sources: vec![source], ..summary.into() });
        }
        Ok(Self { path: path.to_owned(), clients })
    }

    /// Returns the path of the `simba.toml` in a directory or, if there is none, in its nearest ancestor that contains
    /// one.
    #[must_use]
    pub fn find(directory: &Path) -> Option<PathBuf> {
        directory.ancestors().map(|directory| directory.join(NAME)).find(|file| file.is_file())
    }
}

/// Reads the clients. If errors are reported, the result is incomplete.
fn parse(source: &Source, directory: &Path, out: Option<&Path>, report: &mut Report) -> Vec<(String, Client)> {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    let mut context = Context { source, report, client: "NAME".to_owned() };
    for error in errors {
        context.error(error.span().unwrap_or_default(), error.message().to_owned());
    }
    let whole = document.span();
    let document = Table::new(document.get_ref(), whole.start..whole.start);
    document.check_keys(&["client"], &mut context);
    let tables = document.table("client", &mut context).filter(|tables| tables.entries().next().is_some());
    let Some(tables) = tables else {
        if !context.report.has_errors() {
            let problem = context.error(document.span.clone(), "the file contains no client".to_owned());
            problem.help("add a table `[client.NAME]` with the keys `model` and `out`");
        }
        return Vec::new();
    };
    let mut clients = Vec::new();
    let mut directories: Vec<PathBuf> = Vec::new();
    for (name, value) in tables.entries() {
        context.client = name.get_ref().to_string();
        let Some(table) = Table::of(name, value, &mut context) else { continue };
        let client = client(&table, directory, out, &mut context);
        if out.is_none() && table.has("out") && client.out != directory {
            let resolved = client::resolved(&client.out);
            if let Some(other) = directories.iter().find(|other| overlap(&resolved, other)) {
                let message = format!("another client is generated into {}", files::shown(other));
                context.error(table.span.clone(), message).help("set a different `out`");
            }
            directories.push(resolved);
        }
        clients.push((name.get_ref().to_string(), client));
    }
    clients
}

/// Returns whether two crates are in the same directory, or one is in a directory with generated files of the other. In
/// both cases, generating one crate would delete files of the other.
fn overlap(left: &Path, right: &Path) -> bool {
    let is_within =
        |inner: &Path, outer: &Path| DIRECTORIES.iter().any(|directory| inner.starts_with(outer.join(directory)));
    left == right || is_within(left, right) || is_within(right, left)
}

/// Reads a client.
fn client(table: &Table<'_>, directory: &Path, replaced_out: Option<&Path>, context: &mut Context<'_>) -> Client {
    let meant = table.check_keys(CLIENT, context);
    let model = table.strings_or_one("model", context);
    let out = table.string("out", context);
    for (key, is_missing, example) in
        [("model", model.is_none(), "\"weather.smithy\""), ("out", out.is_none(), "\"client\"")]
    {
        if is_missing && !table.has(key) && !meant.contains(&key) {
            let problem = context.error(table.span.clone(), format!("missing key `{key}`"));
            problem.help(format!("add `{key} = {example}`"));
        }
    }
    let out = replaced_out.map_or_else(|| directory.join(out.unwrap_or_default()), Path::to_owned);
    let mut options = client::options();
    options.crate_name = table.checked("crate-name", validate::crate_name, context);
    options.operations = table.some_checked("operations", validate::operation, context);
    options.service = table.checked("service", validate::service, context);
    options.tests = if table.boolean("tests", context) == Some(true) { Tests::Emit } else { Tests::Omit };
    options.runtime = dependency(table, "runtime", directory, &out, context).unwrap_or_default();
    options.aws_config = dependency(table, "aws-config", directory, &out, context).unwrap_or_default();
    if let Some(package) = table.table("package", context) {
        options.package = metadata(&package, directory, &out, context);
    }
    options.package.workspace_root = table.boolean("workspace-root", context);
    Client { model: model.unwrap_or_default().iter().map(|path| directory.join(path)).collect(), out, options }
}

/// Reads the `package` table, which contains fields of the manifest.
fn metadata(table: &Table<'_>, directory: &Path, out: &Path, context: &mut Context<'_>) -> Package {
    table.check_keys(PACKAGE, context);
    let license_file = table.checked("license-file", |path| client::path_of_file(&directory.join(path), out), context);
    Package {
        name: table.checked("name", validate::package_name, context),
        version: table.checked("version", validate::version, context),
        license: table.checked("license", validate::license, context),
        license_file,
        description: table.string("description", context),
        repository: table.string("repository", context),
        publish: publish(table, context),
        workspace_root: None,
    }
}

/// Reads the `publish` key, which can have the same values as in `Cargo.toml`.
fn publish(table: &Table<'_>, context: &mut Context<'_>) -> Option<Publish> {
    match table.is_boolean("publish") {
        true => table.boolean("publish", context).map(|any| if any { Publish::Anywhere } else { Publish::Never }),
        false => table.strings("publish", context).map(Publish::Registries),
    }
}

/// Reads the dependency on the package `simba-KEY`, which is a version or a table.
fn dependency(table: &Table<'_>, key: &str, directory: &Path, out: &Path, context: &mut Context<'_>) -> Option<String> {
    let name = format!("simba-{key}");
    let in_manifest = |keys| Dependency::of(keys)?.in_manifest(&name, directory, out);
    if !table.is_table(key) {
        return table.checked(key, |version| in_manifest(vec![("version".to_owned(), version.to_owned())]), context);
    }
    let keys = table.table(key, context)?;
    let errors = context.report.diagnostics.len();
    keys.check_keys(dependency::KEYS, context);
    let set = dependency::KEYS.iter().filter_map(|key| Some(((*key).to_owned(), keys.string(key, context)?))).collect();
    // Keys with problems are not in `set`, so the dependency would be incomplete.
    if context.report.diagnostics.len() > errors {
        return None;
    }
    let written = in_manifest(set);
    table.or_error(key, written, context)
}

#[cfg(test)]
mod tests;
