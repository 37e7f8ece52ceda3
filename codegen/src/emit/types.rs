//! The `types` module: structures, unions and enumerations, each in its own file.

use proc_macro2::TokenStream;
use quote::quote;

use super::{comment::comment, enumeration, structure, tokens::ident, union};
use crate::ir::{Item, Service};

/// Emits `mod backup; … pub use backup::Backup; …`.
pub(super) fn index(service: &Service) -> TokenStream {
    let doc = comment(format!("The structures, unions and enumerations of {}.", service.title));
    let modules: Vec<_> = service.types.iter().map(|item| ident(item.module())).collect();
    let uses = service.types.iter().map(|item| {
        let (module, name) = (ident(item.module()), ident(&item.name().rust));
        quote!(pub use #module::#name;)
    });
    quote! {
        #![#doc]
        #(mod #modules;)*
        #(#uses)*
    }
}

/// Emits the file of an item.
pub(super) fn item(item: &Item) -> TokenStream {
    match item {
        Item::Structure(item) => structure::file(item),
        Item::Union(item) => union::file(item),
        Item::Enumeration(item) => enumeration::texts(item),
        Item::IntEnumeration(item) => enumeration::numbers(item),
    }
}
