//! `cargo xtask codegen`: generates crates from models.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_cli::{Client, Dependency, package, report::Format, validate};
use simba_codegen::{Options, Package, Publish, Tests};

use crate::files;

pub(crate) const HELP: &str = "\
Generate client crates from Smithy models.

Usage: cargo xtask codegen [--check]
       cargo xtask codegen --model PATH... --out DIR [OPTIONS]

Without --model, the crates in generated/ are generated from the directories with the same names in models/.

Only changed files are written, and files that are no longer generated are deleted. Files without the Simba
header are never changed or deleted. If one of them would be overwritten, nothing is written.

Options:
    --model PATH...         Smithy files (*.smithy or JSON AST), or directories whose files are merged; if a directory
                            contains a smithy-build.json, its sources and imports are read instead
    --out DIR               directory of the generated crate
    --check                 write nothing; list the files that differ, and exit with 1 if there are any
    --crate-name NAME       name of the crate (default: derived from the service ID)
    --operations A,B,...    generate only these operations and the types that they use
    --service NAME          service to generate, if the model has several
    --tests                 generate tests from the protocol tests in the model
    --runtime DEPENDENCY    dependency on simba-runtime: a version, or a TOML table such as '{ git = \"...\" }'; a path in
                            it is relative to the current directory (default: a path from DIR to this workspace)
    --aws-config DEPENDENCY dependency on simba-aws-config (default: the same as --runtime)

Manifest options, which are kept when the crate is generated again:
    --package-name NAME     name of the package (default: the name of the crate)
    --version VERSION       version of the package (default: 0.1.0)
    --license LICENSE       license, as an SPDX expression (default: none)
    --description TEXT      description of the package (default: derived from the title of the service)
    --repository URL        URL of the repository (default: none)
    --publish VALUE         where to publish the package: `true` (anywhere), `false` (nowhere), or registries A,B,...
                            (default: false)
    --workspace-root BOOL   whether the crate is the root of its own workspace (default: false)
";

/// The parsed command line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    check: bool,
    model: Vec<PathBuf>,
    out: Option<PathBuf>,
    crate_name: Option<String>,
    operations: Option<Vec<String>>,
    runtime: Option<Dependency>,
    aws_config: Option<Dependency>,
    service: Option<String>,
    package: Package,
    tests: Tests,
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let args = parse(args)?;
    match (&args.model[..], &args.out) {
        ([], None) => regenerate(args.check),
        ([], Some(_)) => Err("`--out` requires `--model`; see `cargo xtask codegen --help`".to_owned()),
        (_, None) => Err("`--model` requires `--out`; see `cargo xtask codegen --help`".to_owned()),
        (model, Some(out)) => one(model, out, &args),
    }
}

fn parse(args: &[String]) -> Result<Arguments, String> {
    let mut parsed = Arguments::default();
    let mut args = args.iter().peekable();
    while let Some(arg) = args.next() {
        let mut value = || args.next_if(|next| !next.starts_with("--")).cloned();
        let needed = |value: Option<String>| value.ok_or_else(|| format!("missing value for `{arg}`"));
        match arg.as_str() {
            "--check" => parsed.check = true,
            "--model" => {
                parsed.model.push(needed(value())?.into());
                while let Some(path) = value() {
                    parsed.model.push(path.into());
                }
            }
            "--out" => parsed.out = Some(needed(value())?.into()),
            "--crate-name" => parsed.crate_name = Some(validate::crate_name(&needed(value())?)?),
            "--operations" => {
                let names = needed(value())?;
                parsed.operations = Some(names.split(',').map(validate::operation).collect::<Result<_, _>>()?);
            }
            "--service" => parsed.service = Some(validate::service(&needed(value())?)?),
            "--tests" => parsed.tests = Tests::Emit,
            "--runtime" => parsed.runtime = Some(needed(value())?.parse()?),
            "--aws-config" => parsed.aws_config = Some(needed(value())?.parse()?),
            flag if package::set(&mut parsed.package, flag, || Ok(needed(value())?))? => {}
            other => return Err(format!("unexpected argument `{other}`; see `cargo xtask codegen --help`")),
        }
    }
    Ok(parsed)
}

/// Regenerates all crates in `generated/`, or checks that they are up to date.
fn regenerate(check: bool) -> Result<(), String> {
    let root = files::root();
    let mut different = Vec::new();
    for name in services(&root)? {
        // All packages in the workspace have the same version. Cargo uses the path in this workspace, and the version
        // in published packages.
        let version = env!("CARGO_PKG_VERSION");
        let dependency = |name| format!("{{ path = \"../../codegen/{name}\", version = \"{version}\" }}");
        let options = Options {
            crate_name: Some(name.clone()),
            runtime: dependency("runtime"),
            aws_config: dependency("aws-config"),
            package: Package {
                name: Some(format!("simba-{name}")),
                version: Some(version.to_owned()),
                license: Some("Apache-2.0".to_owned()),
                publish: Some(Publish::Anywhere),
                ..Package::default()
            },
            ..simba_cli::options()
        };
        let (model, out) = (vec![root.join("models").join(&name)], root.join("generated").join(&name));
        let outcome = Client { model, out, options }.generate().map_err(files::reported)?;
        Format::Human.print_report(&outcome.generated.warnings, &outcome.sources);
        if check {
            let left = outcome.difference.left.iter().map(|path| format!("not generated: {path}"));
            let found = outcome.difference.listed().into_iter().chain(left);
            different.extend(found.map(|line| line.replacen(": ", &format!(": generated/{name}/"), 1)));
        } else {
            outcome.write().map_err(files::reported)?;
            print_line!("{}", outcome.summary(&format!("generated/{name}")));
        }
    }
    if different.is_empty() {
        return Ok(());
    }
    Err(found_differences("generated/", different))
}

/// Describes the differences between a directory and its model.
fn found_differences(directory: &str, different: Vec<String>) -> String {
    format!(
        "{directory}: {} not up to date with the model; run the command without `--check`\n{}",
        files::count(different.len(), "file"),
        files::listing(different)
    )
}

/// Generates a crate from a model.
fn one(model: &[PathBuf], out: &Path, args: &Arguments) -> Result<(), String> {
    let given = |name, dependency: &Option<Dependency>| {
        dependency.as_ref().map(|dependency| dependency.in_manifest(name, Path::new(""), out)).transpose()
    };
    let (runtime, aws_config) =
        match (given("simba-runtime", &args.runtime)?, given("simba-aws-config", &args.aws_config)?) {
            (Some(runtime), aws_config) => (runtime, aws_config.unwrap_or_default()),
            (None, Some(aws_config)) => (path_to("runtime", out)?, aws_config),
            (None, None) => (path_to("runtime", out)?, path_to("aws-config", out)?),
        };
    let options = Options {
        crate_name: args.crate_name.clone(),
        operations: args.operations.clone(),
        runtime,
        aws_config,
        package: args.package.clone().or(package::kept(out)?),
        tests: args.tests,
        service: args.service.clone(),
        ..simba_cli::options()
    };
    let outcome = Client { model: model.to_vec(), out: out.to_owned(), options }.generate().map_err(files::reported)?;
    Format::Human.print_report(&outcome.generated.warnings, &outcome.sources);
    if args.check {
        let different = outcome.difference.listed();
        return match different.is_empty() {
            true => Ok(()),
            false => Err(found_differences(&out.display().to_string(), different)),
        };
    }
    outcome.write().map_err(files::reported)?;
    print_line!("{}", outcome.summary(&out.display().to_string()));
    if !outcome.difference.left.is_empty() {
        print_line!(
            "left unchanged, because Simba did not generate these files:\n{}",
            files::listing(outcome.difference.left.iter().cloned())
        );
    }
    outcome.warnings().iter().for_each(|warning| Format::Human.print_warning(warning));
    Ok(())
}

/// Returns the names of the directories in `models/` that contain a service. Each of them has a crate in `generated/`.
pub(crate) fn services(root: &Path) -> Result<Vec<String>, String> {
    let models = root.join("models");
    let entries = fs::read_dir(&models).map_err(|error| format!("{}: {error}", models.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| ["model.json", "model.smithy"].iter().any(|name| entry.path().join(name).is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

/// Returns the dependency specification for a crate in `codegen/`, for the manifest of a crate in the directory `out`.
pub(crate) fn path_to(name: &str, out: &Path) -> Result<String, String> {
    Ok(simba_cli::path_dependency(&files::root().join("codegen").join(name), out)?)
}
