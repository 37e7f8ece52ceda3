//! The `error` module: the error structures, the error of the service, and the error of the crate.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{comment::comment, tokens::ident};
use crate::ir::Service;

/// Emits the list of error structures, `ServiceError` with a variant for each of them, and `Error`.
pub(super) fn index(service: &Service) -> TokenStream {
    let doc = comment(format!("The errors of {}.", service.title));
    let modules: Vec<_> = service.errors.iter().map(|error| ident(&error.module)).collect();
    let names: Vec<_> = service.errors.iter().map(|error| ident(&error.name.rust)).collect();
    let facts = service.errors.iter().filter_map(|error| error.error.as_ref());
    let variants: Vec<_> = facts.map(|facts| ident(&facts.variant)).collect();
    let docs = service.errors.iter().map(|error| {
        let doc = comment(&error.doc.summary);
        quote!(#[#doc])
    });
    let uses = service.errors.iter().map(|error| {
        let (module, name) = (ident(&error.module), ident(&error.name.rust));
        quote!(pub use #module::#name;)
    });
    quote! {
        #![#doc]
        #(mod #modules;)*
        #(#uses)*
        pub use simba_runtime::error::{ErrorMetadata, MissingMember, SdkError, UnknownError};
        // Names from the model are imported explicitly, so they take precedence over the runtime's names, which are imported
        // with a glob.
        pub use simba_runtime::error::*;
        /// An error that one of the service's operations returned.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum ServiceError {
            #(#docs #variants(#names),)*
            /// An error that the service's model does not define.
            Unknown(UnknownError),
        }
        simba_runtime::error::service_error! { ServiceError; #(#variants;)* }
        simba_runtime::error::crate_error!(ServiceError);
    }
}

/// Returns a section about the errors of a method that sends a request, preceded by an empty line. `is_authenticated`
/// is whether the request may contain credentials.
pub(super) fn send_errors(is_authenticated: bool) -> Ident {
    let unresolved = if is_authenticated {
        "the endpoint or the\ncredentials cannot be resolved"
    } else {
        "the endpoint cannot\nbe resolved"
    };
    comment(format!(
        "\n\
         # Errors\n\
         \n\
         Returns [`SdkError::Service`](crate::error::SdkError::Service) if the service returned an error, and another\n\
         variant of [`SdkError`](crate::error::SdkError) if the request is invalid, {unresolved}, \
         the request cannot be sent, a timeout expires, or the response is invalid."
    ))
}
