//! The page of an operation: a call with values, and the same on the wire.
//!
//! The values are those of the model's examples; an operation without examples, or whose examples do not fit its
//! shapes, gets values that are made up.

use serde_json::{Map, Value};

use super::{Context, closure::as_operation, docs, invent::Maker, names, sample::Samples, shape::Types};
use crate::{
    diagnostic::Report,
    ir::{self, Example, HostPart, Module, Page, endpoint::Case},
    model::Shape,
};

/// The region that examples call.
const REGION: &str = "us-east-1";

/// Adds the pages to operations, which are in the order of the chosen ones.
pub(super) fn add(
    context: &Context<'_>,
    operations: &mut [ir::Operation],
    types: &Types,
    endpoints: &[Case],
    report: &mut Report,
) {
    let samples = Samples(types);
    let url = url(context, endpoints);
    let shapes = context.chosen.operations.iter().filter(|shape| as_operation(shape).is_some());
    for (operation, shape) in operations.iter_mut().zip(shapes) {
        let example = example(context, shape, operation, &samples, &url, report);
        operation.page = Page { example, links: docs::links(&shape.traits) };
    }
}

fn example(
    context: &Context<'_>,
    shape: &Shape,
    operation: &ir::Operation,
    samples: &Samples<'_>,
    url: &str,
    report: &mut Report,
) -> Option<Example> {
    let ty = operation.input.path(Module::Operation(operation.method.clone()));
    let build = |body: Map<String, Value>, answer: Map<String, Value>| {
        let request = samples.structure(&operation.input, ty.clone(), &body)?;
        let url = with_prefix(url, operation, &body);
        let (body, answer) = (Value::Object(body), Value::Object(answer));
        Some(Example { request, url, region: REGION.to_owned(), body, answer })
    };
    let modeled = shape.traits.get("smithy.api#examples").and_then(Value::as_array).into_iter().flatten();
    for example in modeled.filter(|example| example.get("error").is_none()) {
        let part = |key: &str| example.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(built) = build(part("input"), part("output")) {
            return Some(built);
        }
        let title = example.get("title").and_then(Value::as_str).unwrap_or_default();
        let message = format!("the example \"{title}\" is not shown: its input does not fit the operation's shapes");
        report.warning(message).in_file(&shape.file).at(&shape.id);
    }
    let maker = Maker::new(context, shape);
    let model = as_operation(shape)?;
    build(maker.request(model)?, maker.answer(model).unwrap_or_default())
}

/// The service's endpoint in the examples' region: as the model's tests of its endpoint rules say, else the usual one.
fn url(context: &Context<'_>, endpoints: &[Case]) -> String {
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

/// Puts the operation's host prefix into a URL.
fn with_prefix(url: &str, operation: &ir::Operation, body: &Map<String, Value>) -> String {
    let prefix: String = operation
        .host_prefix
        .iter()
        .map(|part| match part {
            HostPart::Text(text) => text.as_str(),
            HostPart::Label { member, .. } => body.get(&member.wire).and_then(Value::as_str).unwrap_or_default(),
        })
        .collect();
    url.replacen("://", &format!("://{prefix}"), 1)
}
