//! Serializes values as strings for paths, query strings and headers.

use super::{Location, misplaced};
use crate::{
    codec::{base64, float_name, timestamp_string},
    schema::{MemberSchema, SerdeError, ValueRef},
};

/// Converts a value into strings: one for a simple value, or one for each element of a list. Null elements are omitted.
pub(super) fn strings(
    location: Location,
    schema: &MemberSchema,
    value: ValueRef<'_>,
) -> Result<Vec<String>, SerdeError> {
    let ValueRef::List(list) = value else { return Ok(string(location, schema, value)?.into_iter().collect()) };
    let (mut strings, element_schema) = (Vec::new(), schema.element());
    for element in list.elements() {
        let is_string = matches!(element, ValueRef::String(_));
        let element = string(location, element_schema, element)?;
        strings.extend(element.map(|element| if is_string { quoted(location, element) } else { element }));
    }
    Ok(strings)
}

/// Returns a list element, quoted if necessary. In a header, the element is quoted if it contains a separator or a
/// quote, is empty, or begins or ends with a space. This distinguishes a list with one empty element from an empty
/// list, and preserves spaces at the start and end of the header.
fn quoted(location: Location, element: String) -> String {
    let is_plain = !element.is_empty() && !element.contains([',', '"']) && element.trim() == element;
    if location != Location::Header || is_plain {
        return element;
    }
    format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Converts a simple value into a string. Returns `None` for null.
fn string(location: Location, schema: &MemberSchema, value: ValueRef<'_>) -> Result<Option<String>, SerdeError> {
    // The `Debug` output of a float has a fraction or an exponent, as in JSON.
    Ok(Some(match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Boolean(value) => value.to_string(),
        ValueRef::Integer(value) => value.to_string(),
        ValueRef::Float(value) => float_name(f64::from(value)).map_or_else(|| format!("{value:?}"), str::to_owned),
        ValueRef::Double(value) => float_name(value).map_or_else(|| format!("{value:?}"), str::to_owned),
        ValueRef::BigInteger(value) => value.as_str().to_owned(),
        ValueRef::BigDecimal(value) => value.as_str().to_owned(),
        ValueRef::String(value) if location.is_base64(schema) => base64(value.as_bytes()),
        ValueRef::String(value) => value.to_owned(),
        ValueRef::Blob(value) => base64(value),
        ValueRef::Timestamp(value) => timestamp_string(location.timestamp_format(schema), value)?,
        ValueRef::Stream(_)
        | ValueRef::Document(_)
        | ValueRef::List(_)
        | ValueRef::Map(_)
        | ValueRef::Struct(_)
        | ValueRef::Union(_) => return Err(misplaced()),
    }))
}

/// A function that receives the key and the strings of an entry.
type Visit<'a> = dyn FnMut(&str, Vec<String>) -> Result<(), SerdeError> + 'a;

/// Converts the entries of a map into strings, and calls `visit` with the key and the strings of each entry.
pub(super) fn entries(
    location: Location,
    schema: &MemberSchema,
    value: ValueRef<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), SerdeError> {
    match value {
        ValueRef::Null => Ok(()),
        ValueRef::Map(map) => map.for_each(&mut |key, value| visit(key, strings(location, schema.element(), value)?)),
        _ => Err(misplaced()),
    }
}
