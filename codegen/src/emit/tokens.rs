//! Implementations of `ToTokens` for the basic types of the intermediate representation, and functions that emit types
//! and literals.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};

use super::comment::comment;
use crate::{
    ir::{self, Deprecation, Doc, Module, Name, Type, TypeRef},
    keyword::is_raw_keyword,
    number,
};

/// Returns an identifier, which is raw if the name is a keyword.
pub(super) fn ident(name: &str) -> Ident {
    if is_raw_keyword(name) { Ident::new_raw(name, Span::call_site()) } else { Ident::new(name, Span::call_site()) }
}

impl ToTokens for Name {
    /// Appends `file_system_id`, or `r#type`.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append(ident(&self.rust));
    }
}

impl ToTokens for Doc {
    /// Appends `/// …` for each line. Appends nothing if there are no lines.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if !self.body.is_empty() {
            let body = comment(&self.body);
            tokens.append_all(quote!(#[#body]));
        }
    }
}

impl ToTokens for Deprecation {
    /// Appends `#[deprecated(since = "…", note = "…")]`.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let since = self.since.as_ref().map(|since| quote!(since = #since));
        let note = self.note.as_ref().map(|note| quote!(note = #note));
        let arguments: Vec<TokenStream> = since.into_iter().chain(note).collect();
        tokens.append_all(if arguments.is_empty() {
            quote!(#[deprecated])
        } else {
            quote!(#[deprecated(#(#arguments),*)])
        });
    }
}

impl ToTokens for TypeRef {
    /// Appends `crate::types::Tag`.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let name = ident(&self.name);
        tokens.append_all(match &self.module {
            Module::Types => quote!(crate::types::#name),
            Module::Error => quote!(crate::error::#name),
            Module::Operation(module) => {
                let module = ident(module);
                quote!(crate::operation::#module::#name)
            }
        });
    }
}

impl ToTokens for Type {
    /// Appends `Vec<crate::types::Tag>`.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(match self {
            Self::Bool => quote!(bool),
            Self::I8 => quote!(i8),
            Self::I16 => quote!(i16),
            Self::I32 => quote!(i32),
            Self::I64 => quote!(i64),
            Self::F32 => quote!(f32),
            Self::F64 => quote!(f64),
            Self::BigInteger => quote!(crate::primitives::BigInteger),
            Self::BigDecimal => quote!(crate::primitives::BigDecimal),
            Self::String => quote!(String),
            Self::Blob => quote!(crate::primitives::Blob),
            Self::ByteStream => quote!(crate::primitives::ByteStream),
            Self::Document => quote!(crate::primitives::Document),
            Self::Timestamp => quote!(crate::primitives::Timestamp),
            Self::Enum(path) | Self::IntEnum(path) | Self::Structure(path) | Self::Union(path) => {
                path.to_token_stream()
            }
            Self::List(element) => {
                let element = element_type(element);
                quote!(Vec<#element>)
            }
            Self::Map(key, element) => {
                let element = element_type(element);
                quote!(std::collections::BTreeMap<#key, #element>)
            }
        });
    }
}

/// Returns the type of a collection's elements: `Tag`, or `Option<Tag>` if elements may be null.
pub(super) fn element_type(element: &ir::Element) -> TokenStream {
    let ty = &element.ty;
    if element.sparse { quote!(Option<#ty>) } else { ty.to_token_stream() }
}

/// The type of a parameter, and the expression that converts the argument.
pub(super) struct Argument {
    /// The type, such as `impl Into<String>` or `impl IntoIterator<Item = impl Into<String>>`.
    pub(super) ty: TokenStream,
    /// The expression, such as `name.into()` or `name.into_iter().map(Into::into).collect()`.
    pub(super) value: TokenStream,
}

/// Returns the parameter with the given name that accepts values of the given type.
pub(super) fn argument(name: &Ident, ty: &Type) -> Argument {
    match ty {
        Type::List(element) => {
            let item = item_type(element);
            let value = match is_plain(element) {
                true => quote!(#name.into_iter().collect()),
                false => quote!(#name.into_iter().map(Into::into).collect()),
            };
            Argument { ty: quote!(impl IntoIterator<Item = #item>), value }
        }
        Type::Map(key, element) => {
            let item = item_type(element);
            let value = match is_plain(element) {
                true => quote!(#name.into_iter().map(|(key, value)| (key.into(), value)).collect()),
                false => quote!(#name.into_iter().map(|(key, value)| (key.into(), value.into())).collect()),
            };
            Argument { ty: quote!(impl IntoIterator<Item = (impl Into<#key>, #item)>), value }
        }
        Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::F32 | Type::F64 => {
            Argument { ty: ty.to_token_stream(), value: name.to_token_stream() }
        }
        Type::BigInteger
        | Type::BigDecimal
        | Type::String
        | Type::Blob
        | Type::ByteStream
        | Type::Document
        | Type::Timestamp
        | Type::Enum(_)
        | Type::IntEnum(_)
        | Type::Structure(_)
        | Type::Union(_) => Argument { ty: quote!(impl Into<#ty>), value: quote!(#name.into()) },
    }
}

/// Returns `impl Into<T>` for an element, or `T` for numbers, booleans, collections and elements that may be null.
fn item_type(element: &ir::Element) -> TokenStream {
    let ty = element_type(element);
    if is_plain(element) { ty } else { quote!(impl Into<#ty>) }
}

/// Returns whether an element is accepted without conversion. `impl Into` would make the types of numeric literals
/// ambiguous.
fn is_plain(element: &ir::Element) -> bool {
    element.sparse
        || match &element.ty {
            Type::Bool
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::F32
            | Type::F64
            | Type::List(_)
            | Type::Map(..) => true,
            Type::BigInteger
            | Type::BigDecimal
            | Type::String
            | Type::Blob
            | Type::ByteStream
            | Type::Document
            | Type::Timestamp
            | Type::Enum(_)
            | Type::IntEnum(_)
            | Type::Structure(_)
            | Type::Union(_) => false,
        }
}

/// Emits an expression for a literal of the given type.
pub(super) fn literal(literal: &ir::Literal, ty: &Type) -> TokenStream {
    literal_with(literal, ty, &quote!(crate::primitives))
}

/// Emits an expression for a literal of the given type, with the given path to the `primitives` module.
pub(super) fn literal_with(literal: &ir::Literal, ty: &Type, primitives: &TokenStream) -> TokenStream {
    match literal {
        ir::Literal::Bool(flag) => quote!(#flag),
        ir::Literal::Integer(number) => {
            let number = Literal::i64_unsuffixed(*number);
            quote!(#number)
        }
        ir::Literal::Float(number) if !number.is_finite() => {
            let name = if number.is_nan() {
                "NAN"
            } else if *number > 0.0 {
                "INFINITY"
            } else {
                "NEG_INFINITY"
            };
            let name = ident(name);
            quote!(#ty::#name)
        }
        ir::Literal::Float(number) => {
            let number = Literal::f64_unsuffixed(*number);
            quote!(#number)
        }
        ir::Literal::String(text) if text.is_empty() => quote!(String::new()),
        ir::Literal::String(text) => quote!(#text.to_owned()),
        ir::Literal::Blob(bytes) if *ty == Type::ByteStream => {
            let bytes = Literal::byte_string(bytes);
            quote!(#primitives::ByteStream::from(#bytes.as_slice()))
        }
        ir::Literal::Blob(bytes) => {
            let bytes = Literal::byte_string(bytes);
            quote!(#primitives::Blob::from(#bytes.as_slice()))
        }
        ir::Literal::Timestamp(seconds, nanoseconds) => {
            let (seconds, nanoseconds) = (Literal::i64_unsuffixed(*seconds), Literal::u32_unsuffixed(*nanoseconds));
            quote!(#primitives::Timestamp::new(#seconds, #nanoseconds))
        }
        ir::Literal::Number(number) if *ty == Type::BigInteger => {
            quote!(#primitives::BigInteger::from_literal(#number))
        }
        ir::Literal::Number(number) => quote!(#primitives::BigDecimal::from_literal(#number)),
        ir::Literal::Enum(path, value) => quote!(#path::from(#value)),
        ir::Literal::IntEnum(path, value) => {
            let value = Literal::i32_unsuffixed(*value);
            quote!(#path::from(#value))
        }
        ir::Literal::Empty => quote!(Default::default()),
        ir::Literal::Document(value) => {
            let text = number::text(value);
            quote!(#primitives::Document::from_literal(#text))
        }
    }
}
