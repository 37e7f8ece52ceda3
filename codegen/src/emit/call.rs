//! Request builders, which the methods of the client return.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    comment::comment,
    docs::{self, Examples},
    error::send_errors,
    operation::output,
    structure::{many_arguments, required_arguments, setter},
    tokens::ident,
};
use crate::ir::{Operation, Pagination};

/// Emits code such as
/// ```ignore
/// /// Creates a backup …
/// #[must_use = "a request builder does nothing unless it is awaited or sent"]
/// pub struct CreateBackup<M = call::Async>(call::Call<CreateBackupRequest, M>);
///
/// impl<M> CreateBackup<M> {
///     pub(crate) fn new(client: &simba_runtime::client::Client) -> Self { … }
///
///     /// Sets the volume to back up.
///     pub fn volume_id(mut self, value: impl Into<String>) -> Self {
///         self.0.request.volume_id = Some(value.into());
///         self
///     }
///     …
/// }
/// ```
pub(super) fn call(examples: &Examples<'_>, operation: &Operation) -> TokenStream {
    let name = ident(&operation.name.rust);
    let input = &operation.input;
    let request = ident(&input.name.rust);
    let doc = docs::operation::documentation(examples, operation);
    let arguments = required_arguments(input);
    let lint = many_arguments(input, 1);
    // The parameter `client` is renamed if a required member has this name.
    let taken = input.arguments().any(|name| name.rust == "client");
    let client = ident(if taken { "client_" } else { "client" });
    let names = input.arguments();
    let request_field = quote!(self.0.request);
    let setters = input.settable().map(|member| setter(input, member, &request_field, None));
    let pages = operation.pagination.as_ref().map(|pagination| pages(operation, pagination));
    let deprecated = &operation.deprecated;
    let region = if examples.service.has_region() { "region, " } else { "" };
    let options = comment(format!(
        "Sets options for this call that override the client's settings: {region}endpoint, timeouts,\nretries, the \
         maximum response size and additional headers."
    ));
    let sending = sending(operation);
    // A stream can be sent only once, so a request builder that contains one cannot be cloned.
    let derive = if input.has_stream() || input.event_stream.is_some() {
        quote!(#[derive(Debug)])
    } else {
        quote!(#[derive(Clone, Debug)])
    };
    quote! {
        #doc
        #deprecated
        #derive
        #[must_use = "a request builder does nothing unless it is awaited or sent"]
        pub struct #name<M = call::Async>(call::Call<#request, M>);
        impl<M> #name<M> {
            #lint
            pub(crate) fn new(#client: &simba_runtime::client::Client, #(#arguments),*) -> Self {
                Self(call::Call::new(#client, #request::new(#(#names),*)))
            }
            #(#setters)*
            #[#options]
            pub fn with_options(mut self, options: call::CallOptions) -> Self {
                self.0.options = options;
                self
            }
            #pages
        }
        #sending
    }
}

/// Emits `send`, `prepare` and `IntoFuture`, and the blocking `send`.
fn sending(operation: &Operation) -> TokenStream {
    let name = ident(&operation.name.rust);
    let request = ident(&operation.input.name.rust);
    let error = ident(&operation.error);
    let output = output(operation);
    let presign = operation.is_presignable().then(|| {
        quote! {
            /// Adds a signature to the query string of the request, and returns the request without sending it. Anyone can send
            /// the request until the signature expires.
            ///
            /// # Errors
            ///
            /// Returns an error if the request cannot be serialized or signed, or if `expires` is not between one second
            /// and seven days.
            #[inline]
            pub fn presign(self, expires: std::time::Duration) -> call::Preparing<#request> {
                self.0.presign(expires)
            }
        }
    });
    let errors = send_errors(operation.is_authenticated());
    let (steps, prepared, failed) = match (operation.is_signed(), operation.is_authenticated()) {
        (true, _) => (" and signs", "the signed request", " or signed"),
        (false, true) => (" and authenticates", "it", " or authenticated"),
        (false, false) => ("", "it", ""),
    };
    let prepare = comment(format!(
        "Serializes{steps} the request, and returns {prepared} without sending it.\n\n# Errors\n\nReturns an error if the \
         request cannot be serialized{failed}."
    ));
    let outcome = quote!(Result<simba_runtime::response::Response<#output>, error::SdkError<#error>>);
    quote! {
        impl #name {
            /// Sends the request, and retries transient failures. Awaiting the request builder does the same.
            #[#errors]
            #[inline]
            pub fn send(self) -> call::Sending<#request> {
                self.0.send()
            }
            #[#prepare]
            #[inline]
            pub fn prepare(self) -> call::Preparing<#request> {
                self.0.prepare()
            }
            #presign
        }
        impl std::future::IntoFuture for #name {
            type Output = #outcome;
            type IntoFuture = call::Sending<#request>;
            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
        #[cfg(feature = "blocking")]
        impl #name<call::Blocking> {
            /// Sends the request, and blocks the thread until the call ends. Transient failures are retried.
            #[#errors]
            #[inline]
            pub fn send(self) -> #outcome {
                self.0.send()
            }
        }
    }
}

/// Emits the methods `pages` and `items`.
fn pages(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let request = ident(&operation.input.name.rust);
    let items = pagination.items.as_ref().map(|_| {
        quote! {
            /// Returns a stream of the items on all pages, or an iterator if the client is blocking. Each page
            /// is requested when its first item is needed.
            pub fn items(self) -> simba_runtime::pagination::Items<#request, M> {
                self.0.items()
            }
        }
    });
    quote! {
        /// Returns a stream of pages, or an iterator if the client is blocking. Each page is requested when it
        /// is needed.
        #[doc(alias("paginator", "into_paginator"))]
        pub fn pages(self) -> simba_runtime::pagination::Pages<#request, M> {
            self.0.pages()
        }
        #items
    }
}
