//! The parts of an endpoint that depend on the operation: the host prefix, and the parameters of the endpoint rules.

use serde_json::Value;

use crate::{
    diagnostic::{Part, Report},
    ir::{self, HostPart, Presence, Structure, Type},
    lower::waiter,
    model::{ENDPOINT_MEMBER, Shape, ShapeKind},
};

/// The parameter of endpoint rules that contains the URL of the endpoint.
const ENDPOINT: &str = "Endpoint";

const HOST_PREFIX: &str = "smithy.api#endpoint";
const STATIC_PARAMS: &str = "smithy.rules#staticContextParams";
const OPERATION_PARAMS: &str = "smithy.rules#operationContextParams";

/// Splits a host prefix such as `foo.{label}.` into its parts. The labels were checked when the model was loaded.
pub(super) fn host_prefix(shape: &Shape, input: &Structure) -> Vec<HostPart> {
    let prefix = shape.traits.get(HOST_PREFIX).and_then(|value| value.get("hostPrefix"));
    let mut rest = prefix.and_then(Value::as_str).unwrap_or_default();
    let mut parts = Vec::new();
    while let Some((text, (label, after))) =
        rest.split_once('{').and_then(|(text, label)| Some((text, label.split_once('}')?)))
    {
        if !text.is_empty() {
            parts.push(HostPart::Literal(text.to_owned()));
        }
        parts.extend(input.members.iter().find(|member| member.name.wire == label).map(|member| {
            let optional = member.presence == Presence::Optional;
            HostPart::Label { member: member.name.clone(), optional, ty: member.ty.clone() }
        }));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(HostPart::Literal(rest.to_owned()));
    }
    parts
}

/// Returns the endpoint parameters of an operation: those with a static value, and those that are set from its input.
pub(super) fn context_params(polled: &waiter::Polled<'_, '_>, report: &mut Report) -> Vec<ir::ContextParam> {
    let waiter::Polled { context, shape, operation, input, .. } = polled;
    let mut params = Vec::new();
    for (name, value) in members(shape.traits.get(STATIC_PARAMS)) {
        let value = match value.get("value") {
            Some(Value::String(string)) => ir::ContextValue::String(string.clone()),
            Some(Value::Bool(flag)) => ir::ContextValue::Bool(*flag),
            Some(Value::Array(list)) => {
                ir::ContextValue::Strings(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            _ => {
                let message = format!(
                    "invalid value for the static context parameter `{name}`; expected a string, a boolean or a list of strings"
                );
                report.error(message).in_file(&shape.file).at(&shape.id).in_trait(STATIC_PARAMS);
                continue;
            }
        };
        params.push(ir::ContextParam { name: name.clone(), value });
    }
    for (name, value) in members(shape.traits.get(OPERATION_PARAMS)) {
        let expression = value.get("path").and_then(Value::as_str).unwrap_or_default();
        match waiter::request_path(polled, expression) {
            Ok((value, gives)) => {
                let value = ir::ContextValue::Path { value, gives };
                params.push(ir::ContextParam { name: name.clone(), value });
            }
            Err(problem) => {
                let message = format!("the endpoint parameter `{name}` is not set for this operation: {problem}");
                report.warning(message).in_file(&shape.file).at(&shape.id).in_trait(OPERATION_PARAMS);
            }
        }
    }
    let Some(ShapeKind::Structure(members)) = context.shape(&operation.input).map(|shape| &shape.kind) else {
        return params;
    };
    for member in members {
        if member.traits.has(ENDPOINT_MEMBER)
            && let Some(field) = input.members.iter().find(|field| field.name.wire == member.name)
        {
            let value = ir::ContextValue::Input { member: field.into(), ty: ir::SettingKind::Str };
            params.push(ir::ContextParam { name: ENDPOINT.to_owned(), value });
        }
        let name = member.traits.get("smithy.rules#contextParam").and_then(|value| value.get("name"));
        let Some(name) = name.and_then(Value::as_str) else { continue };
        let Some(field) = input.members.iter().find(|field| field.name.wire == member.name) else { continue };
        match param_kind(&field.ty) {
            Some(ty) => {
                let value = ir::ContextValue::Input { member: field.into(), ty };
                params.push(ir::ContextParam { name: name.to_owned(), value });
            }
            None if matches!(field.ty, Type::List(_)) => {
                let message = format!("invalid type for the context parameter `{name}`; expected a list of strings");
                let problem = report.error(message).in_file(&shape.file).at(operation.input.member(&member.name));
                problem.part(Part::Target);
            }
            // Members of other types are reported during validation.
            None => {}
        }
    }
    params
}

/// Returns the type of the endpoint parameter that a member of this type can set, if any.
fn param_kind(ty: &Type) -> Option<ir::SettingKind> {
    match ty {
        Type::Bool => Some(ir::SettingKind::Bool),
        Type::String | Type::Enum(_) => Some(ir::SettingKind::Str),
        Type::List(element) if !element.sparse && matches!(element.ty, Type::String | Type::Enum(_)) => {
            Some(ir::SettingKind::StrArray)
        }
        _ => None,
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
