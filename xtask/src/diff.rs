//! `cargo xtask diff`: shows how an update to a model changes the generated Rust API.

use simba_codegen::diff::Diff;

use crate::files;

pub(crate) const HELP: &str = "\
Show how an update to a model changes the generated Rust API, as Markdown with breaking changes first.

Usage: cargo xtask diff OLD NEW [--service NAME]

Arguments:
    OLD, NEW         Smithy files (*.smithy or JSON AST), or directories whose files are merged

Options:
    --service NAME   service to compare, if the models have several

The exit code is 1 if there are breaking changes, or a model cannot be read or has errors.
";

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let difference = compare(args)?;
    crate::print(&difference.markdown());
    match difference.is_breaking() {
        true => Err("found breaking changes".to_owned()),
        false => Ok(()),
    }
}

fn compare(args: &[String]) -> Result<Diff, String> {
    let mut models = Vec::new();
    let mut service = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--service" => service = Some(args.next().ok_or("missing value for `--service`")?.clone()),
            flag if flag.starts_with("--") => {
                return Err(format!("unexpected argument `{flag}`; see `cargo xtask diff --help`"));
            }
            model => models.push(model),
        }
    }
    let [old, new] = models[..] else {
        return Err("expected two models; see `cargo xtask diff --help`".to_owned());
    };
    simba_cli::diff(&[old.into()], &[new.into()], service).map_err(files::reported)
}
