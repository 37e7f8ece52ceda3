//! Access to the structure inside a type-erased shape.

use crate::schema::{
    DeserializableShape, DeserializableStruct, MemberSchema, SerdeError, SerializableShape, SerializableStruct,
    ShapeDeserializer, ShapeSerializer,
    reject::{reject_reads, reject_writes},
};

/// Passes the structure to a function.
///
/// # Errors
///
/// Returns an error if the shape is not a structure, or the error of the function.
pub(super) fn with_struct(
    shape: &dyn SerializableShape,
    visit: &mut dyn FnMut(&dyn SerializableStruct) -> Result<(), SerdeError>,
) -> Result<(), SerdeError> {
    shape.serialize(MemberSchema::ROOT, &mut Reader(visit))
}

/// Passes the structure to a function that changes it.
///
/// # Errors
///
/// Returns an error if the shape is not a structure, or the error of the function.
pub(super) fn with_struct_mut(
    shape: &mut dyn DeserializableShape,
    visit: &mut dyn FnMut(&mut dyn DeserializableStruct) -> Result<(), SerdeError>,
) -> Result<(), SerdeError> {
    shape.deserialize(MemberSchema::ROOT, &mut Writer(visit)).map(drop)
}

/// Returns an error for a shape that is not a structure: the document of an operation that is called by its name.
#[cold]
fn not_a_structure() -> SerdeError {
    SerdeError::new("operations of this protocol cannot be called by name: their HTTP bindings are part of the model")
}

struct Reader<'a>(&'a mut dyn FnMut(&dyn SerializableStruct) -> Result<(), SerdeError>);

impl ShapeSerializer for Reader<'_> {
    fn write_struct(&mut self, _: &MemberSchema, value: &dyn SerializableStruct) -> Result<(), SerdeError> {
        (self.0)(value)
    }

    reject_writes! {
        not_a_structure();
        write_null write_boolean write_integer write_float write_double write_big_integer write_big_decimal write_string
        write_blob write_timestamp write_document write_list write_map write_union
    }
}

struct Writer<'a>(&'a mut dyn FnMut(&mut dyn DeserializableStruct) -> Result<(), SerdeError>);

impl ShapeDeserializer for Writer<'_> {
    fn claim(&mut self, _: usize) -> Result<(), SerdeError> {
        Ok(())
    }

    fn read_struct(&mut self, _: &MemberSchema, structure: &mut dyn DeserializableStruct) -> Result<bool, SerdeError> {
        (self.0)(structure).map(|()| true)
    }

    reject_reads! {
        not_a_structure();
        read_boolean read_integer read_double read_big_integer read_big_decimal read_string read_blob read_timestamp
        read_document read_list read_map read_union
    }
}
