//! The `simba list` command, which shows what a model contains and what its clients lack.

use std::path::PathBuf;

use simba_codegen::{Overview, ServiceOverview, Severity};

use crate::{
    Error, client, files,
    report::{self, Format},
};

pub(super) fn run(model: &[PathBuf], format: Format) -> Result<(), Error> {
    let sources = files::read_model(model)?;
    let Overview { services, warnings } = match simba_codegen::overview(&sources, &client::options()) {
        Ok(overview) => overview,
        Err(report) => return Err(Error::of_model(report, sources)),
    };
    format.print_report(&warnings, &sources);
    let text = match services.is_empty() {
        true => "the model has no service\n".to_owned(),
        false => services.iter().map(described).collect::<Vec<_>>().join("\n"),
    };
    Ok(report::print_output(&text)?)
}

/// Describes a service.
fn described(service: &ServiceOverview) -> String {
    let mut lines = vec![service.id.clone()];
    let mut add = |title: &str, text: &str| lines.push(format!("  {title:<12}{text}"));
    for (index, protocol) in service.protocols.iter().enumerate() {
        let note = match &service.protocol {
            Some(used) if used == protocol => "",
            Some(_) => " (not used)",
            None => " (not supported)",
        };
        add(if index == 0 { "protocols" } else { "" }, &format!("{protocol}{note}"));
    }
    match &service.crate_name {
        Some(name) => add("crate", name),
        None => add("crate", "none, because of the errors below"),
    }
    let generated = match service.generated.len() {
        all if all == service.operations.len() => String::new(),
        some => format!(", {some} generated"),
    };
    add("operations", &format!("{}{generated}", service.operations.len()));
    lines.extend(service.operations.iter().map(|name| {
        let is_left_out = service.crate_name.is_some() && !service.generated.contains(name);
        format!("    {name}{}", if is_left_out { " (omitted)" } else { "" })
    }));
    for problem in &service.report.diagnostics {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let shape = problem.shape.as_ref().map(|shape| format!("{shape}: ")).unwrap_or_default();
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        lines.push(format!("  {severity}: {shape}{}{help}", problem.message));
    }
    lines.join("\n") + "\n"
}
