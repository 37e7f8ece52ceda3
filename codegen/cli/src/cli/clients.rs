//! The clients that the command line selects.

use std::{
    env,
    path::{Path, PathBuf},
};

use simba_codegen::{Options, Package, Tests};

use super::{
    Failure,
    arguments::{GenerateArgs, ManifestArgs},
};
use crate::{Client, Config, Dependency, Problem, client, package};

/// Returns the selected clients, each with its name in the configuration file. If the model is on the command line, the
/// name is empty.
pub(super) fn of(arguments: &GenerateArgs) -> Result<Vec<(String, Client)>, Failure> {
    let clients = match arguments.model.is_empty() {
        true => configured(arguments)?,
        false => {
            // The Smithy CLI sets this variable for plugins, which read the model from standard input.
            let plugin = || env::var_os("SMITHY_PLUGIN_DIR").filter(|_| arguments.model == [Path::new("-")]);
            let out = arguments.out.clone().or_else(|| plugin().map(PathBuf::from));
            let missing = "missing `--out DIR`, the directory of the generated crate";
            let out = out.ok_or_else(|| Failure::Usage(missing.to_owned()))?;
            vec![(String::new(), Client { model: arguments.model.clone(), out, options: client::options() })]
        }
    };
    clients.into_iter().map(|(name, client)| Ok((name, with_arguments(client, arguments)?))).collect()
}

/// Returns the selected clients in the configuration file.
fn configured(arguments: &GenerateArgs) -> Result<Vec<(String, Client)>, Failure> {
    let current = || env::current_dir().map_err(|error| Failure::from(format!("current directory: {error}")));
    let path = match &arguments.config {
        Some(path) => path.clone(),
        None => Config::find(&current()?).ok_or_else(|| {
            Failure::Usage(
                "could not find simba.toml in this directory or any parent directory; pass a model and `--out DIR`, \
                 or see `simba generate --help` for what simba.toml contains"
                    .to_owned(),
            )
        })?,
    };
    let mut clients = Config::read(&path, arguments.out.as_deref())?.clients;
    for name in &arguments.client {
        if clients.iter().all(|(other, _)| other != name) {
            let names: Vec<&str> = clients.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Failure::Usage(format!(
                "unknown client `{name}` in {}; expected one of `{}`",
                crate::files::shown(&path),
                names.join("`, `")
            )));
        }
    }
    clients.retain(|(name, _)| arguments.client.is_empty() || arguments.client.contains(name));
    if let (Some(flag), [_, _, ..]) = (for_one_client(arguments), &clients[..]) {
        return Err(Failure::Usage(format!(
            "`{flag}` applies to one client, but {} are selected; select one with `--client NAME`",
            clients.len()
        )));
    }
    Ok(clients)
}

/// Returns an option on the command line that can apply to only one client, if there is such an option.
fn for_one_client(arguments: &GenerateArgs) -> Option<&'static str> {
    let flags = [
        ("--out", arguments.out.is_some()),
        ("--crate-name", arguments.crate_name.is_some()),
        ("--operations", arguments.operations.is_some()),
        ("--service", arguments.service.is_some()),
        ("--package-name", arguments.manifest.package_name.is_some()),
        ("--description", arguments.manifest.description.is_some()),
    ];
    flags.into_iter().find(|(_, is_set)| *is_set).map(|(flag, _)| flag)
}

/// Applies the options on the command line to a client. Settings of the manifest that neither the options nor the
/// configuration file contain are kept from the existing manifest.
fn with_arguments(client: Client, arguments: &GenerateArgs) -> Result<Client, Failure> {
    let Client { model, out, options } = client;
    let given = |flag, name, dependency: &Option<Dependency>| {
        let written = dependency.as_ref().map(|dependency| dependency.in_manifest(name, Path::new(""), &out));
        written.transpose().map_err(|problem| of_flag(flag, problem))
    };
    let mut runtime = given("--runtime", "simba-runtime", &arguments.runtime)?.unwrap_or(options.runtime);
    let aws_config = given("--aws-config", "simba-aws-config", &arguments.aws_config)?;
    let mut aws_config = aws_config.unwrap_or(options.aws_config);
    // If the runtime is set, the default of `aws_config` depends on it.
    if runtime.is_empty() {
        let kept = |name| package::kept_dependency(&out, name);
        runtime = kept("simba-runtime").unwrap_or_else(|| format!("\"{}\"", env!("CARGO_PKG_VERSION")));
        if aws_config.is_empty() {
            aws_config = kept("simba-aws-config").unwrap_or_default();
        }
    }
    let options = Options {
        crate_name: arguments.crate_name.clone().or(options.crate_name),
        operations: arguments.operations.clone().or(options.operations),
        service: arguments.service.clone().or(options.service),
        tests: if arguments.tests { Tests::Emit } else { options.tests },
        runtime,
        aws_config,
        package: manifest(&arguments.manifest, &out)?.or(options.package).or(package::kept(&out)?),
        ..client::options()
    };
    Ok(Client { model, out, options })
}

/// Returns the fields of the manifest that are set by the command line.
fn manifest(arguments: &ManifestArgs, out: &Path) -> Result<Package, Failure> {
    let license_file = arguments.license_file.as_ref().map(|path| client::path_of_file(path, out)).transpose();
    let license_file = license_file.map_err(|problem| of_flag("--license-file", problem))?;
    Ok(Package {
        name: arguments.package_name.clone(),
        version: arguments.version.clone(),
        license: arguments.license.clone(),
        license_file,
        description: arguments.description.clone(),
        repository: arguments.repository.clone(),
        publish: arguments.publish.clone(),
        workspace_root: arguments.workspace_root,
    })
}

/// Describes a problem with the value of an option.
fn of_flag(flag: &str, problem: Problem) -> Problem {
    Problem { message: format!("invalid value for `{flag}`: {}", problem.message), ..problem }
}
