//! `cargo xtask codegen`: generates crates from models.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use simba_codegen::{Generated, Options, Package, Tests};

use crate::{
    files::{self, Difference},
    package, report,
};

pub(crate) const HELP: &str = "\
Generates client crates from Smithy models.

Usage: cargo xtask codegen [--check]
       cargo xtask codegen --model PATH... --out DIR [OPTIONS]

Without --model, generates the crates in generated/ from the folders of the same names in models/.

Only changed files are written, and files that are no longer generated are deleted. Files without the header of
generated files are never changed or deleted. If one of them would be overwritten, nothing is written.

Options:
    --model PATH...         Smithy files (*.smithy or JSON AST), or folders whose files are merged; a smithy-build.json
                            in or beside them adds its sources and imports
    --out DIR               folder of the generated crate
    --check                 write nothing; list the files that differ, and fail if there are any
    --crate-name NAME       name of the crate (default: derived from the service ID)
    --operations A,B,...    generate only these operations and the types that they use
    --service NAME          service to generate, if the model has several
    --tests                 generate tests from the protocol tests of the model
    --runtime DEPENDENCY    dependency on simba-runtime as TOML, such as '\"0.1\"' or '{ git = \"...\" }'
                            (default: a path from DIR to this workspace)
    --aws-config DEPENDENCY dependency on simba-aws-config as TOML (default: the same as --runtime)

Manifest options, which are kept when the crate is generated again:
    --package-name NAME     name of the published package (default: the name of the crate)
    --version VERSION       version (default: 0.1.0)
    --license LICENSE       SPDX license expression (default: none)
    --description TEXT      description (default: derived from the title of the service)
    --repository URL        URL of the repository (default: none)
    --publish VALUE         `true`, `false`, or the names of registries: A,B,... (default: false)
    --workspace-root BOOL   whether the crate is the root of its own workspace (default: false); required if DIR is in
                            the folder of a workspace that does not contain the crate as a member
";

/// The parsed command line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    check: bool,
    model: Vec<PathBuf>,
    out: Option<PathBuf>,
    crate_name: Option<String>,
    operations: Option<Vec<String>>,
    runtime: Option<String>,
    aws_config: Option<String>,
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
            "--crate-name" => parsed.crate_name = Some(package::name(needed(value())?)?),
            "--operations" => {
                let names = needed(value())?;
                parsed.operations = Some(names.split(',').map(|name| name.trim().to_owned()).collect());
            }
            "--service" => parsed.service = Some(needed(value())?),
            "--tests" => parsed.tests = Tests::Emit,
            "--runtime" => parsed.runtime = Some(package::dependency(needed(value())?)?),
            "--aws-config" => parsed.aws_config = Some(package::dependency(needed(value())?)?),
            flag if package::set(&mut parsed.package, flag, || needed(value()))? => {}
            other => return Err(format!("unexpected argument `{other}`; see `cargo xtask codegen --help`")),
        }
    }
    Ok(parsed)
}

/// Regenerates every crate under generated/, or checks that it is up to date.
fn regenerate(check: bool) -> Result<(), String> {
    let root = files::root();
    let mut different = Vec::new();
    for name in services(&root)? {
        let started = Instant::now();
        let folder = root.join("generated").join(&name);
        let model = root.join("models").join(&name);
        let options = Options {
            crate_name: Some(name.clone()),
            operations: None,
            runtime: "{ path = \"../../codegen/runtime\" }".to_owned(),
            aws_config: "{ path = \"../../codegen/aws-config\" }".to_owned(),
            package: Package {
                name: Some(format!("simba-{name}")),
                license: Some("Apache-2.0".to_owned()),
                ..Package::default()
            },
            tests: Tests::Omit,
            service: None,
            partitions: Some(partitions()?),
            read_timeouts: Some(read_timeouts()?),
        };
        let generated = generate(&[model], &options)?;
        let difference = Difference::of(&folder, &generated.files)?;
        if check {
            different.extend(differences(&difference, &format!("generated/{name}/")));
            different.extend(difference.left.iter().map(|path| format!("not generated: generated/{name}/{path}")));
        } else {
            difference.apply(&folder, &generated.files)?;
            println!("{}", summary(&generated, &format!("generated/{name}"), &difference, started));
        }
    }
    if different.is_empty() {
        return Ok(());
    }
    Err(found_differences("generated/", different))
}

/// Describes the differences that a check found in a folder.
fn found_differences(folder: &str, different: Vec<String>) -> String {
    format!(
        "found {} between {folder} and the model; run the command without `--check`\n{}",
        files::count(different.len(), "difference"),
        files::listing(different)
    )
}

/// Generates a crate from any model.
fn one(model: &[PathBuf], out: &Path, args: &Arguments) -> Result<(), String> {
    let started = Instant::now();
    let (runtime, aws_config) = match (&args.runtime, &args.aws_config) {
        (Some(runtime), aws_config) => (runtime.clone(), aws_config.clone().unwrap_or_default()),
        (None, Some(aws_config)) => (path_to("runtime", out)?, aws_config.clone()),
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
        partitions: Some(partitions()?),
        read_timeouts: Some(read_timeouts()?),
    };
    let generated = generate(model, &options)?;
    let difference = Difference::of(out, &generated.files)?;
    if args.check {
        let different = differences(&difference, "");
        return match different.is_empty() {
            true => Ok(()),
            false => Err(found_differences(&out.display().to_string(), different)),
        };
    }
    difference.apply(out, &generated.files)?;
    println!("{}", summary(&generated, &out.display().to_string(), &difference, started));
    if !difference.left.is_empty() {
        println!("unchanged, since they were not generated:\n{}", files::listing(difference.left));
    }
    if options.package.workspace_root != Some(true)
        && let Some(warning) = package::foreign_workspace(out)
    {
        eprintln!("{warning}");
    }
    Ok(())
}

/// Returns the files that differ, with the kind of difference and a prefix.
fn differences(difference: &Difference, prefix: &str) -> Vec<String> {
    let kinds = [("stale", &difference.stale), ("missing", &difference.missing), ("orphan", &difference.orphans)];
    let named = kinds.iter().flat_map(|(kind, paths)| paths.iter().map(move |path| format!("{kind}: {prefix}{path}")));
    named.collect()
}

/// Generates a crate. Prints warnings, and returns all errors.
pub(crate) fn generate(model: &[PathBuf], options: &Options) -> Result<Generated, String> {
    let sources = files::read_model(model)?;
    let generated = simba_codegen::generate(&sources, options).map_err(|report| report::refused(&report, &sources))?;
    report::print(&generated.warnings, &sources);
    Ok(generated)
}

/// Returns AWS's partitions, which endpoint rules refer to.
pub(crate) fn partitions() -> Result<String, String> {
    let path = files::root().join("models/partitions.json");
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns the default read timeouts of AWS's services.
fn read_timeouts() -> Result<String, String> {
    let path = files::root().join("models/read_timeouts.json");
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns the folders of models/ that contain a service, each of which has a crate in generated/.
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

/// Returns a line that summarizes what was generated.
fn summary(generated: &Generated, folder: &str, difference: &Difference, started: Instant) -> String {
    let lines: usize = generated.files.values().map(|text| text.lines().count()).sum();
    let written = difference.stale.len() + difference.missing.len();
    let changes = match (written, difference.orphans.len()) {
        (0, 0) => "unchanged".to_owned(),
        (written, 0) => format!("{written} written"),
        (written, deleted) => format!("{written} written, {deleted} deleted"),
    };
    format!(
        "{}: {}, {} types, {} files, {lines} lines in {folder}: {changes} ({} ms)",
        generated.crate_name,
        files::count(generated.operations, "operation"),
        generated.types,
        generated.files.len(),
        started.elapsed().as_millis()
    )
}

/// Returns the dependency on a crate in codegen/, as a relative path if possible.
pub(crate) fn path_to(name: &str, out: &Path) -> Result<String, String> {
    let absolute = std::path::absolute(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let target = files::root().join("codegen").join(name);
    let target = fs::canonicalize(&target).unwrap_or(target);
    let from = resolved(&absolute);
    let common = from.components().zip(target.components()).take_while(|(a, b)| a == b).count();
    let path = if common == 0 {
        target
    } else {
        let up = from.components().skip(common).map(|_| std::path::Component::ParentDir.as_os_str().to_owned());
        let down = target.components().skip(common).map(|component| component.as_os_str().to_owned());
        up.chain(down).collect::<PathBuf>()
    };
    // TOML basic strings use the same escapes as JSON strings.
    let text = serde_json::Value::String(path.display().to_string().replace('\\', "/"));
    Ok(format!("{{ path = {text} }}"))
}

/// Resolves the links and `..` of a path that may not exist yet.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            // What precedes this has no links, since it is resolved or does not exist.
            std::path::Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
        resolved = fs::canonicalize(&resolved).unwrap_or(resolved);
    }
    resolved
}
