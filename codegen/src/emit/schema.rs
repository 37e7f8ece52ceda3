//! Schemas: the tables that codecs and protocols read.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::ident;
use crate::ir::{Element, TimestampFormat, Type, WireTrait};

/// Emits the target and the traits of a member, such as `List(Structure) [Sensitive]`.
pub(super) fn member(ty: Option<&Type>, traits: &[WireTrait]) -> TokenStream {
    let target = ty.map_or_else(|| quote!(Unit), target);
    let traits = traits_in_brackets(traits);
    quote!(#target #traits)
}

/// Emits `[Sensitive, JsonName("x")]`, or nothing if there are no traits.
pub(super) fn traits_in_brackets(traits: &[WireTrait]) -> Option<TokenStream> {
    let items = traits.iter().map(wire_trait);
    (!traits.is_empty()).then(|| quote!([#(#items),*]))
}

fn target(ty: &Type) -> TokenStream {
    match ty {
        Type::Bool => quote!(Boolean),
        Type::I8 => quote!(Byte),
        Type::I16 => quote!(Short),
        Type::I32 | Type::IntEnum(_) => quote!(Integer),
        Type::I64 => quote!(Long),
        Type::F32 => quote!(Float),
        Type::F64 => quote!(Double),
        Type::BigInteger => quote!(BigInteger),
        Type::BigDecimal => quote!(BigDecimal),
        Type::String | Type::Enum(_) => quote!(String),
        Type::Blob | Type::ByteStream => quote!(Blob),
        Type::Document => quote!(Document),
        Type::Timestamp => quote!(Timestamp),
        Type::Structure(_) => quote!(Structure),
        Type::Union(_) => quote!(Union),
        Type::List(element) => {
            let element = element_schema(element);
            quote!(List(#element))
        }
        Type::Map(_, element) => {
            let element = element_schema(element);
            quote!(Map(String; #element))
        }
    }
}

fn element_schema(element: &Element) -> TokenStream {
    member(Some(&element.ty), &element.traits)
}

fn wire_trait(wire_trait: &WireTrait) -> TokenStream {
    match wire_trait {
        WireTrait::EventException => quote!(EventException),
        WireTrait::EventHeader => quote!(EventHeader),
        WireTrait::EventPayload => quote!(EventPayload),
        WireTrait::HttpHeader(name) => quote!(HttpHeader(#name)),
        WireTrait::HttpLabel => quote!(HttpLabel),
        WireTrait::HttpPayload => quote!(HttpPayload),
        WireTrait::HttpPrefixHeaders(prefix) => quote!(HttpPrefixHeaders(#prefix)),
        WireTrait::HttpQuery(name) => quote!(HttpQuery(#name)),
        WireTrait::HttpQueryParams => quote!(HttpQueryParams),
        WireTrait::HttpResponseCode => quote!(HttpResponseCode),
        WireTrait::JsonName(name) => quote!(JsonName(#name)),
        WireTrait::MediaType(media_type) => quote!(MediaType(#media_type)),
        WireTrait::Required => quote!(Required),
        WireTrait::RequiresLength => quote!(RequiresLength),
        WireTrait::Sensitive => quote!(Sensitive),
        WireTrait::Sparse => quote!(Sparse),
        WireTrait::Streaming => quote!(Streaming),
        WireTrait::TimestampFormat(format) => {
            let format = ident(match format {
                TimestampFormat::EpochSeconds => "EpochSeconds",
                TimestampFormat::DateTime => "DateTime",
                TimestampFormat::HttpDate => "HttpDate",
            });
            quote!(TimestampFormat(schema::TimestampFormat::#format))
        }
    }
}
