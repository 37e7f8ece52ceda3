//! Formats types for the descriptions of changes.

use crate::ir::{Element, Member, Module, Presence, Type, TypeRef};

/// Returns the path of a type in the crate, such as `types::Tag`.
pub(super) fn path(ty: &TypeRef) -> String {
    match &ty.module {
        Module::Types => format!("types::{}", ty.name),
        Module::Error => format!("error::{}", ty.name),
        Module::Operation(module) => format!("operation::{module}::{}", ty.name),
    }
}

/// Returns the Rust spelling of a type.
pub(super) fn rust(ty: &Type) -> String {
    let simple = match ty {
        Type::Bool => "bool",
        Type::I8 => "i8",
        Type::I16 => "i16",
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::BigInteger => "BigInteger",
        Type::BigDecimal => "BigDecimal",
        Type::String => "String",
        Type::Blob => "Blob",
        Type::ByteStream => "ByteStream",
        Type::Document => "Document",
        Type::Timestamp => "Timestamp",
        Type::Enum(ty) | Type::IntEnum(ty) | Type::Structure(ty) | Type::Union(ty) => return path(ty),
        Type::List(item) => return format!("Vec<{}>", element(item)),
        Type::Map(key, item) => return format!("BTreeMap<{}, {}>", rust(key), element(item)),
    };
    simple.to_owned()
}

/// Returns the Rust spelling of the type of a member's field.
pub(super) fn field(member: &Member) -> String {
    let ty = rust(&member.ty);
    let ty = if member.boxed { format!("Box<{ty}>") } else { ty };
    match member.presence {
        Presence::Optional => format!("Option<{ty}>"),
        Presence::Required | Presence::Default(_) => ty,
    }
}

fn element(element: &Element) -> String {
    let ty = rust(&element.ty);
    if element.sparse { format!("Option<{ty}>") } else { ty }
}
