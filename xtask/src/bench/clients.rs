//! Generates the clients that `tests/bench/services` uses.

use simba_codegen::{Options, Tests};

use super::peer;
use crate::{botocore, codegen, files, files::Difference, services};

/// Generates a crate in `target/bench/clients` from botocore's model of a service.
pub(crate) fn generate(service: &str) -> Result<(), String> {
    let out = peer::target("clients").join(service);
    let model = services::model(&botocore::source(&files::root())?, service)?;
    let model = model.ok_or_else(|| format!("the protocol of {service} is not supported"))?;
    let options = Options {
        crate_name: Some(service.to_owned()),
        runtime: codegen::path_to("runtime", &out)?,
        aws_config: codegen::path_to("aws-config", &out)?,
        tests: Tests::Omit,
        ..simba_cli::options()
    };
    let generated = simba_codegen::generate(&model.sources?, &options).map_err(|report| report.to_string())?;
    let written = Difference::of(&out, &generated.files).and_then(|found| found.apply(&out, &generated.files));
    written.map_err(files::reported)
}
