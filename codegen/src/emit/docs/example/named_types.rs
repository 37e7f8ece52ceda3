//! The types to which an example refers by name, and which it imports.

use std::collections::BTreeSet;

use crate::ir::{ExampleElement, ExampleStructure, ExampleValue, Module, Type, TypeRef};

/// Returns the names of the service's types that an example uses.
pub(super) fn of(structure: &ExampleStructure) -> BTreeSet<&str> {
    let mut types = BTreeSet::new();
    collect(structure, &mut types);
    types
}

fn collect<'s>(structure: &'s ExampleStructure, types: &mut BTreeSet<&'s str>) {
    let sets = structure.sets.iter().map(|(_, value)| value);
    structure.arguments.iter().chain(sets).for_each(|value| collect_value(value, types));
}

fn collect_value<'s>(value: &'s ExampleValue, types: &mut BTreeSet<&'s str>) {
    let element = |element: &'s ExampleElement, types: &mut BTreeSet<&'s str>| match element {
        ExampleElement::Dense(value) | ExampleElement::Sparse(Some(value)) => collect_value(value, types),
        ExampleElement::Sparse(None) => {}
    };
    match value {
        ExampleValue::Empty(ty) => collect_type(ty, types),
        ExampleValue::Variant(path, _) | ExampleValue::UnknownText(path, _) | ExampleValue::UnknownNumber(path, _) => {
            name(path, types)
        }
        ExampleValue::List(elements) => elements.iter().for_each(|value| element(value, types)),
        ExampleValue::Map(entries) => {
            for (key, value) in entries {
                // A key is a string literal, which is converted to the type of the key, or a variant of an enumeration,
                // which is referred to by name.
                collect_value(key, types);
                element(value, types);
            }
        }
        ExampleValue::Structure(structure) => {
            name(&structure.ty, types);
            collect(structure, types);
        }
        ExampleValue::Union(union) => {
            name(&union.ty, types);
            union.value.iter().for_each(|value| collect_value(value, types));
        }
        ExampleValue::Simple(..) => {}
    }
}

fn collect_type<'s>(ty: &'s Type, types: &mut BTreeSet<&'s str>) {
    match ty {
        Type::Enum(path) | Type::IntEnum(path) | Type::Structure(path) | Type::Union(path) => name(path, types),
        Type::List(element) => collect_type(&element.ty, types),
        Type::Map(key, element) => {
            collect_type(key, types);
            collect_type(&element.ty, types);
        }
        Type::Bool
        | Type::I8
        | Type::I16
        | Type::I32
        | Type::I64
        | Type::F32
        | Type::F64
        | Type::BigInteger
        | Type::BigDecimal
        | Type::String
        | Type::Blob
        | Type::ByteStream
        | Type::Document
        | Type::Timestamp => {}
    }
}

fn name<'s>(path: &'s TypeRef, types: &mut BTreeSet<&'s str>) {
    if path.module == Module::Types {
        types.insert(&path.name);
    }
}
