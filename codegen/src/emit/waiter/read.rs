//! Expressions that access fields, elements and map values.

use proc_macro2::TokenStream;
use quote::quote;

use super::code::{Binding, Code};
use crate::ir::{PathStep, waiter::Read};

/// Emits an expression that accesses a field.
pub(super) fn field(base: &TokenStream, step: &PathStep, read: &Read) -> Code {
    let name = &step.member;
    let place = quote!(#base.#name);
    if !step.optional {
        return match read {
            Read::String | Read::Enum => Code::tight(quote!(#place.as_str())),
            Read::Bool => Code::tight(place),
            Read::Number => Code::tight(quote!(f64::from(#place))),
            Read::Long => Code(quote!(#place as f64), Binding::Comparison),
            Read::IntEnum => Code::tight(quote!(f64::from(#place.as_i32()))),
            Read::Reference if step.boxed => Code::tight(quote!(#place.as_ref())),
            Read::Reference => Code(place, Binding::Place),
            Read::List { .. } => Code::tight(items(&place, read)),
        };
    }
    Code::tight(match read {
        Read::String => quote!(#place.as_deref()),
        Read::Bool => place,
        Read::Number => quote!(#place.map(f64::from)),
        Read::Long => quote!(#place.map(|value| value as f64)),
        Read::Enum | Read::IntEnum | Read::List { .. } => {
            let read = by_reference(quote!(value), read).map(|read| read.value());
            quote!(#place.as_ref().map(|value| #read))
        }
        Read::Reference if step.boxed => quote!(#place.as_deref()),
        Read::Reference => quote!(#place.as_ref()),
    })
}

/// Emits an expression that reads the value behind a reference. Returns `None` if the reference itself is the result.
pub(super) fn by_reference(of: TokenStream, read: &Read) -> Option<Code> {
    match read {
        Read::String | Read::Enum => Some(Code::tight(quote!(#of.as_str()))),
        Read::Bool => Some(Code(quote!(*#of), Binding::Unary)),
        Read::Number => Some(Code::tight(quote!(f64::from(*#of)))),
        Read::Long => Some(Code(quote!(*#of as f64), Binding::Comparison)),
        Read::IntEnum => Some(Code::tight(quote!(f64::from(#of.as_i32())))),
        Read::Reference => None,
        Read::List { .. } => Some(Code::tight(items(&of, read))),
    }
}

/// Emits an iterator over the elements of a list: `value.backups.iter().map(|item| item.as_str())`.
pub(super) fn items(list: &TokenStream, read: &Read) -> TokenStream {
    let Read::List { item, sparse } = read else { return quote!(#list.iter()) };
    if *sparse {
        return match by_reference(quote!(item), item) {
            Some(read) => {
                let read = read.value();
                quote!(#list.iter().map(|item| item.as_ref().map(|item| #read)))
            }
            None => quote!(#list.iter().map(|item| item.as_ref())),
        };
    }
    match by_reference(quote!(item), item) {
        Some(read) => {
            let read = read.value();
            quote!(#list.iter().map(|item| #read))
        }
        None => quote!(#list.iter()),
    }
}
