//! Emits the `settings` module, which adds parameters of the endpoint rules to the configuration.

use proc_macro2::TokenStream;
use quote::quote;

use super::comment::comment;
use crate::ir::{Service, SettingKind as Kind};

/// Emits the file `settings.rs`. Returns `None` if the rules only read settings that every client has.
///
/// ```ignore
/// pub trait EndpointSettings {
///     /// The type of service to call.
///     #[must_use]
///     fn service_type(self, value: impl Into<String>) -> Self;
/// }
///
/// impl EndpointSettings for Builder { … }
/// ```
pub(super) fn file(service: &Service) -> Option<TokenStream> {
    if service.settings.is_empty() {
        return None;
    }
    let doc = comment(format!("The endpoint settings of {}.", service.title));
    let (mut declarations, mut definitions) = (Vec::new(), Vec::new());
    for setting in &service.settings {
        let (name, doc, wire) = (&setting.name, &setting.doc, &setting.name.wire);
        let (ty, value) = match setting.ty {
            Kind::Bool => (quote!(bool), quote!(value)),
            Kind::Str => (quote!(impl Into<String>), quote!(Into::<String>::into(value))),
            Kind::StrArray => (
                quote!(impl IntoIterator<Item = impl Into<String>>),
                quote!(value.into_iter().map(Into::into).collect::<Vec<String>>()),
            ),
        };
        declarations.push(quote! {
            #doc
            #[must_use]
            fn #name(self, value: #ty) -> Self;
        });
        definitions.push(quote! {
            fn #name(self, value: #ty) -> Self {
                self.endpoint_param(#wire, #value)
            }
        });
    }
    Some(quote! {
        #![#doc]
        use simba_runtime::config::Builder;
        /// The settings of this service, as methods of the configuration builder.
        pub trait EndpointSettings {
            #(#declarations)*
        }
        impl EndpointSettings for Builder {
            #(#definitions)*
        }
    })
}
