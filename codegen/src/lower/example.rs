//! Creates an example for each operation: a request in Rust, and the same request as it is sent.
//!
//! The values come from the examples in the model. If an operation has none, or if they do not match its shapes, values
//! are synthesized.

mod convert;
mod http;
mod synthesize;
mod wire;

use serde_json::{Map, Value};

use super::{Context, closure::as_operation, names, shape::Types};
use crate::{
    diagnostic::Report,
    ir::{self, Example, ExampleBody, ExampleWire, HostPart, Http, Module, Structure, endpoint::EndpointTest},
    model::Shape,
};
use convert::ExampleValues;
use synthesize::{ExampleGenerator, Patterns};

/// The region that examples use.
const REGION: &str = "us-east-1";

/// The data that is shared by the examples of all operations.
pub(super) struct Examples<'c> {
    context: &'c Context<'c>,
    samples: ExampleValues<'c>,
    patterns: Patterns,
    /// The prefix of operation names in `X-Amz-Target`.
    target_prefix: &'c str,
    url: String,
}

/// The parts of an operation that its example depends on.
pub(super) struct DocumentedOperation<'o> {
    pub(super) shape: &'o Shape,
    /// The name of the operation's module.
    pub(super) method: &'o str,
    pub(super) input: &'o Structure,
    pub(super) host_prefix: &'o [HostPart],
    pub(super) http: Option<&'o Http>,
}

impl<'c> Examples<'c> {
    /// Collects the shared data for the examples of a service. The URL of the examples comes from the service's
    /// endpoint tests, if they contain one for the region.
    pub(super) fn new(
        context: &'c Context<'c>,
        types: &'c Types,
        target_prefix: &'c str,
        endpoints: &[EndpointTest],
    ) -> Self {
        Self {
            context,
            samples: ExampleValues(types),
            patterns: Patterns::default(),
            target_prefix,
            url: url(context, endpoints),
        }
    }

    /// Returns the example for an operation, or `None` if no values match its types.
    pub(super) fn example(&self, operation: &DocumentedOperation<'_>, report: &mut Report) -> Option<Example> {
        let DocumentedOperation { shape, method, input, host_prefix, http } = operation;
        let model = as_operation(shape)?;
        let ty = input.path(Module::Operation((*method).to_owned()));
        let build = |body: Map<String, Value>, response: Map<String, Value>| {
            let request = self.samples.structure(input, ty.clone(), &body)?;
            let url = with_prefix(&self.url, host_prefix, &body);
            let wire = match http {
                Some(http) => http::request(self.context, http, &model.input, &body).map(|request| ExampleWire {
                    request,
                    response: http::response(self.context, &model.output, &response),
                }),
                None => {
                    let body = wire::object(self.context, &model.input, &body);
                    let request = self.context.chosen.protocol.example(self.target_prefix, shape.id.name(), body);
                    let response = ExampleBody::Json(wire::object(self.context, &model.output, &response));
                    request.map(|request| ExampleWire { request, response })
                }
            };
            let response = Value::Object(response);
            Some(Example { request, wire, url, region: REGION.to_owned(), response })
        };
        let modeled = shape.traits.get("smithy.api#examples").and_then(Value::as_array).into_iter().flatten();
        for example in modeled.filter(|example| example.get("error").is_none()) {
            let part = |key: &str| example.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
            if let Some(built) = build(part("input"), part("output")) {
                return Some(built);
            }
            let title = example.get("title").and_then(Value::as_str).unwrap_or_default();
            let message =
                format!("the example \"{title}\" is not shown: its input does not match the operation's shapes");
            report.warning(message).in_file(&shape.file).at(&shape.id).in_trait("smithy.api#examples");
        }
        let maker = ExampleGenerator::new(self.context, &self.patterns, shape);
        build(maker.request(model)?, maker.response(model).unwrap_or_default())
    }
}

/// Returns the endpoint of the service in the region of the examples. If the model's endpoint tests do not contain one,
/// returns a URL of the form that most AWS endpoints have or, for other services, a placeholder.
fn url(context: &Context<'_>, endpoints: &[EndpointTest]) -> String {
    let plain = endpoints.iter().find_map(|case| {
        let plain = case.params.iter().all(|(name, value)| match value {
            ir::endpoint::Value::Str(text) => name == "Region" && text == REGION,
            ir::endpoint::Value::Bool(flag) => !flag,
            ir::endpoint::Value::StrArray(_) => false,
        });
        let regional = case.params.iter().any(|(name, _)| name == "Region");
        let url = case.expect.as_ref().ok()?.split_whitespace().next()?;
        (plain && regional && url.starts_with("https://")).then(|| url.to_owned())
    });
    let traits = &context.chosen.shape.traits;
    plain.unwrap_or_else(|| {
        let service = traits.get("aws.api#service");
        let text = |key: &str| service.and_then(|value| value.get(key)).and_then(Value::as_str);
        match text("endpointPrefix").map(str::to_owned).or_else(|| text("sdkId").map(names::crate_name)) {
            Some(prefix) => format!("https://{prefix}.{REGION}.amazonaws.com"),
            None => "https://service.example.com".to_owned(),
        }
    })
}

/// Inserts the operation's host prefix into a URL.
fn with_prefix(url: &str, host_prefix: &[HostPart], body: &Map<String, Value>) -> String {
    let prefix: String = host_prefix
        .iter()
        .map(|part| match part {
            HostPart::Literal(literal) => literal.as_str(),
            HostPart::Label { member, .. } => body.get(&member.wire).and_then(Value::as_str).unwrap_or_default(),
        })
        .collect();
    url.replacen("://", &format!("://{prefix}"), 1)
}
