//! An overview of the services in a model: their protocols, their operations, and what their clients lack.

use crate::{Options, Report, Source, lower, model};

/// An overview of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The services, ordered by ID.
    pub services: Vec<ServiceOverview>,
    /// The warnings about the model that do not depend on a service.
    pub warnings: Report,
}

/// An overview of a service in a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceOverview {
    /// The absolute ID of the service.
    pub id: String,
    /// The IDs of the service's protocol traits.
    pub protocols: Vec<String>,
    /// The protocol of the generated client, which is the first supported one in AWS's order of preference.
    pub protocol: Option<String>,
    /// The name of the generated crate, or `None` if the crate cannot be generated.
    pub crate_name: Option<String>,
    /// The names of all operations of the service.
    pub operations: Vec<String>,
    /// The names of the operations that the client has.
    pub generated: Vec<String>,
    /// The problems that prevent generation, or warnings about the parts that the client lacks.
    pub report: Report,
}

/// Describes the services of a model.
///
/// # Errors
///
/// Returns all problems with the model, except those that occur when a service is generated.
pub fn overview(sources: &[Source], options: &Options) -> Result<Overview, Report> {
    let (model, warnings) = crate::load(sources)?;
    let services = model.services().map(|(shape, service)| {
        let mut report = Report::default();
        let options = Options { service: Some(shape.id.as_str().to_owned()), ..options.clone() };
        let lowered = lower::lower(&model, &options, &mut report);
        model::locate(sources, &mut report);
        let generated = lowered.iter().flat_map(|service| &service.operations);
        ServiceOverview {
            id: shape.id.as_str().to_owned(),
            protocols: lower::protocols(&model, shape).into_iter().map(str::to_owned).collect(),
            protocol: lower::protocol(shape).map(str::to_owned),
            operations: lower::operations(&model, service),
            generated: generated.map(|operation| operation.name.wire.clone()).collect(),
            crate_name: lowered.as_ref().map(|service| service.crate_name.clone()),
            report,
        }
    });
    Ok(Overview { services: services.collect(), warnings })
}
