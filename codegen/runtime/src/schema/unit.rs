//! The structure without members.

use super::{DeserializableStruct, SerializableStruct, ShapeId, StaticSchema, StructSchema, ValueMut, ValueRef};

/// Smithy's `Unit`, a structure without members. It is the target of union members without a value, and the input or
/// output of operations that have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit;

static SCHEMA: StructSchema =
    StructSchema { id: ShapeId { namespace: "smithy.api", name: "Unit" }, members: &[], traits: &[] };

impl StaticSchema for Unit {
    const SCHEMA: &'static StructSchema = &SCHEMA;
}

impl SerializableStruct for Unit {
    fn schema(&self) -> &'static StructSchema {
        &SCHEMA
    }

    fn member(&self, _: usize) -> ValueRef<'_> {
        ValueRef::Null
    }
}

impl DeserializableStruct for Unit {
    fn schema(&self) -> &'static StructSchema {
        &SCHEMA
    }

    fn slot(&mut self, _: usize) -> Option<ValueMut<'_>> {
        None
    }
}

crate::__shape!(Unit, Struct, read_struct);
