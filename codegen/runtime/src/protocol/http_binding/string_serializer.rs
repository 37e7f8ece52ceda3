//! Values as strings, in paths, queries and headers.

use super::{Location, misplaced};
use crate::{
    codec::{base64, float_name, timestamp_string},
    primitives::{BigDecimal, BigInteger, Timestamp},
    schema::{
        MemberSchema, SerdeError, SerializableList, SerializableMap, SerializableShape, ShapeSerializer,
        reject::reject_writes,
    },
};

/// Returns the strings of a value: one for a simple value, and one for each element of a list.
pub(super) fn strings(
    location: Location,
    schema: &MemberSchema,
    value: &dyn SerializableShape,
) -> Result<Vec<String>, SerdeError> {
    let mut serializer = StringSerializer { location, in_list: false, strings: Vec::new() };
    value.serialize(schema, &mut serializer)?;
    Ok(serializer.strings)
}

struct StringSerializer {
    location: Location,
    in_list: bool,
    strings: Vec<String>,
}

impl StringSerializer {
    fn push(&mut self, string: impl Into<String>) -> Result<(), SerdeError> {
        self.strings.push(string.into());
        Ok(())
    }

    /// Returns an element of a list in a header, in quotes if it contains a separator or is empty: a list of one empty
    /// element differs from an empty list, and the value of a header cannot end with a space.
    fn element(&self, value: &str) -> String {
        let quoted = self.in_list && self.location == Location::Header;
        if quoted && (value.is_empty() || value.contains([',', '"']) || value.trim() != value) {
            return format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        }
        value.to_owned()
    }
}

impl ShapeSerializer for StringSerializer {
    /// Skips null.
    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        Ok(())
    }

    fn write_boolean(&mut self, _: &MemberSchema, value: bool) -> Result<(), SerdeError> {
        self.push(if value { "true" } else { "false" })
    }

    fn write_integer(&mut self, _: &MemberSchema, value: i64) -> Result<(), SerdeError> {
        self.push(value.to_string())
    }

    fn write_float(&mut self, _: &MemberSchema, value: f32) -> Result<(), SerdeError> {
        match float_name(f64::from(value)) {
            Some(name) => self.push(name),
            // Debug output has a fraction or an exponent, as a float has in JSON.
            None => self.push(format!("{value:?}")),
        }
    }

    fn write_double(&mut self, _: &MemberSchema, value: f64) -> Result<(), SerdeError> {
        match float_name(value) {
            Some(name) => self.push(name),
            None => self.push(format!("{value:?}")),
        }
    }

    fn write_big_integer(&mut self, _: &MemberSchema, value: &BigInteger) -> Result<(), SerdeError> {
        self.push(value.as_str())
    }

    fn write_big_decimal(&mut self, _: &MemberSchema, value: &BigDecimal) -> Result<(), SerdeError> {
        self.push(value.as_str())
    }

    fn write_string(&mut self, schema: &MemberSchema, value: &str) -> Result<(), SerdeError> {
        match self.location.is_base64(schema) {
            true => self.push(self.element(&base64(value.as_bytes()))),
            false => self.push(self.element(value)),
        }
    }

    fn write_blob(&mut self, _: &MemberSchema, value: &[u8]) -> Result<(), SerdeError> {
        self.push(base64(value))
    }

    fn write_timestamp(&mut self, schema: &MemberSchema, value: Timestamp) -> Result<(), SerdeError> {
        self.push(timestamp_string(self.location.timestamp_format(schema), value)?)
    }

    fn write_list(&mut self, schema: &MemberSchema, value: &dyn SerializableList) -> Result<(), SerdeError> {
        if self.in_list {
            return Err(misplaced());
        }
        self.in_list = true;
        let mut index = 0;
        while let Some(element) = value.element(index) {
            element.serialize(schema.element(), self)?;
            index += 1;
        }
        self.in_list = false;
        Ok(())
    }

    reject_writes!(misplaced(); write_document write_map write_struct write_union);
}

/// A function that gets the key and the strings of an entry.
type Visit<'a> = dyn FnMut(&str, Vec<String>) -> Result<(), SerdeError> + 'a;

/// Passes the entries of a map, as strings, to a function.
pub(super) fn entries(
    location: Location,
    schema: &MemberSchema,
    value: &dyn SerializableShape,
    visit: &mut Visit<'_>,
) -> Result<(), SerdeError> {
    value.serialize(schema, &mut EntriesSerializer { location, visit })
}

struct EntriesSerializer<'a> {
    location: Location,
    visit: &'a mut Visit<'a>,
}

impl ShapeSerializer for EntriesSerializer<'_> {
    fn write_null(&mut self, _: &MemberSchema) -> Result<(), SerdeError> {
        Ok(())
    }

    fn write_map(&mut self, schema: &MemberSchema, value: &dyn SerializableMap) -> Result<(), SerdeError> {
        value.for_each(&mut |key, value| {
            let strings = strings(self.location, schema.element(), value)?;
            (self.visit)(key, strings)
        })
    }

    reject_writes! {
        misplaced();
        write_boolean write_integer write_float write_double write_big_integer write_big_decimal write_string write_blob
        write_timestamp write_document write_list write_struct write_union
    }
}
