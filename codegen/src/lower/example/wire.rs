//! Converts the values of an example to the form in which the protocol sends them.

use serde_json::{Map, Value};

use super::super::{Context, literal, wire_traits};
use crate::{
    ir::TimestampFormat,
    model::{Member, ShapeId, ShapeKind, Simple},
    number, time,
};

/// A part of an HTTP message that contains values as strings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Location {
    /// The path or the query string.
    Uri,
    Header,
}

/// Converts the values of a structure's members to a JSON object.
pub(super) fn object(context: &Context<'_>, id: &ShapeId, values: &Map<String, Value>) -> Value {
    let members = context.shape(id).map(|shape| shape.kind.members()).unwrap_or_default();
    let entry = |(name, value): (&String, &Value)| {
        let Some(member) = members.iter().find(|member| member.name == *name) else {
            return (name.clone(), value.clone());
        };
        let json_name = context.chosen.protocol.string(&member.traits, "smithy.api#jsonName");
        (json_name.unwrap_or(name).to_owned(), json(context, member, value))
    };
    Value::Object(values.iter().filter(|(_, value)| !value.is_null()).map(entry).collect())
}

/// Converts the value of a member to JSON.
pub(super) fn json(context: &Context<'_>, member: &Member, value: &Value) -> Value {
    let Some(shape) = context.shape(&member.target) else { return value.clone() };
    match (&shape.kind, value) {
        (ShapeKind::Structure(_) | ShapeKind::Union(_), Value::Object(values)) => object(context, &shape.id, values),
        (ShapeKind::List(item), Value::Array(values)) => {
            Value::Array(values.iter().map(|value| json(context, item, value)).collect())
        }
        (ShapeKind::Map { value: item, .. }, Value::Object(values)) => {
            Value::Object(values.iter().map(|(key, value)| (key.clone(), json(context, item, value))).collect())
        }
        (ShapeKind::Simple(Simple::Timestamp), value) => {
            let format = wire_traits::timestamp_format(context, member).unwrap_or(TimestampFormat::EpochSeconds);
            timestamp(value, format).unwrap_or_else(|| value.clone())
        }
        _ => value.clone(),
    }
}

/// Converts a value to strings for the path, the query string or a header: one for each element of a list, or a single
/// one for any other value.
pub(super) fn strings(context: &Context<'_>, location: Location, member: &Member, value: &Value) -> Vec<String> {
    let kind = context.shape(&member.target).map(|shape| &shape.kind);
    let (Some(ShapeKind::List(item)), Value::Array(values)) = (kind, value) else {
        return string(context, location, member, value).into_iter().collect();
    };
    let item_kind = context.shape(&item.target).map(|shape| &shape.kind);
    let is_string = matches!(item_kind, Some(ShapeKind::Simple(Simple::String) | ShapeKind::Enum(_)));
    let strings = values.iter().filter_map(|value| string(context, location, item, value));
    if is_string && location == Location::Header { strings.map(quoted).collect() } else { strings.collect() }
}

/// Converts a simple value to a string. Returns `None` for other values.
pub(super) fn string(context: &Context<'_>, location: Location, member: &Member, value: &Value) -> Option<String> {
    let simple = match context.shape(&member.target)?.kind {
        ShapeKind::Simple(simple) => Some(simple),
        _ => None,
    };
    if simple == Some(Simple::Timestamp) {
        let default = if location == Location::Uri { TimestampFormat::DateTime } else { TimestampFormat::HttpDate };
        let sent = timestamp(value, wire_traits::timestamp_format(context, member).unwrap_or(default))?;
        return Some(sent.as_str().map_or_else(|| sent.to_string(), str::to_owned));
    }
    match value {
        // In headers, strings with a media type are encoded, since they may contain characters that are not allowed.
        Value::String(string)
            if location == Location::Header
                && simple != Some(Simple::Blob)
                && wire_traits::media_type(context, member).is_some() =>
        {
            Some(literal::to_base64(string.as_bytes()))
        }
        Value::String(string) => Some(string.clone()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        // The client sends floats with a fraction or an exponent, which the `Debug` output contains.
        Value::Number(number) if matches!(simple, Some(Simple::Float | Simple::Double)) => {
            Some(format!("{:?}", number.as_f64()?))
        }
        value => number::written(value).map(Into::into),
    }
}

/// Quotes a list element of a header if it is empty, contains a separator or a quote, or begins or ends with a space.
fn quoted(element: String) -> String {
    if !element.is_empty() && !element.contains([',', '"']) && element.trim() == element {
        return element;
    }
    format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Converts a timestamp to a number or string in the given format. Returns `None` if the value is not a timestamp.
fn timestamp(value: &Value, format: TimestampFormat) -> Option<Value> {
    let (seconds, nanoseconds) = literal::timestamp(value)?;
    Some(match format {
        TimestampFormat::DateTime => time::date_time(seconds, nanoseconds).into(),
        TimestampFormat::HttpDate => time::http_date(seconds).into(),
        TimestampFormat::EpochSeconds if nanoseconds == 0 => seconds.into(),
        #[allow(clippy::cast_precision_loss, reason = "The client sends the nearest float as well.")]
        TimestampFormat::EpochSeconds => (seconds as f64 + f64::from(nanoseconds) / 1e9).into(),
    })
}
