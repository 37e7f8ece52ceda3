//! Access to the structure inside a type-erased shape.

use crate::schema::{
    DeserializableShape, DeserializableStruct, MemberSchema, SerdeError, ShapeDeserializer, reject::reject_reads,
};

/// Passes the structure inside a shape to a function that changes the structure.
///
/// # Errors
///
/// Returns an error if the shape is not a structure, or if the function returns an error.
pub(super) fn with_struct_mut(
    shape: &mut dyn DeserializableShape,
    visit: &mut dyn FnMut(&mut dyn DeserializableStruct) -> Result<(), SerdeError>,
) -> Result<(), SerdeError> {
    shape.deserialize(MemberSchema::ROOT, &mut Writer(visit)).map(drop)
}

/// Returns the error for a shape that is not a structure, such as the document of an operation that is called by name.
#[cold]
pub(super) fn not_a_structure() -> SerdeError {
    SerdeError::new(
        "operations of this protocol cannot be called by name, because only the model describes how they map to HTTP",
    )
}

struct Writer<'a>(&'a mut dyn FnMut(&mut dyn DeserializableStruct) -> Result<(), SerdeError>);

impl ShapeDeserializer for Writer<'_> {
    fn read_struct(&mut self, _: &MemberSchema, structure: &mut dyn DeserializableStruct) -> Result<bool, SerdeError> {
        (self.0)(structure).map(|()| true)
    }

    reject_reads! {
        |_| not_a_structure();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_map read_union
    }
}
