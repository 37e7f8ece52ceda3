//! Calls: what a method of the client gives back, to be filled and awaited.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    structure::{many_arguments, required_arguments, setter_parts, setter_sign},
    tokens::ident,
};
use crate::ir::{Operation, Service};

/// Emits
/// ```ignore
/// /// A call of `CreateBackup`, …
/// #[must_use = "a call is made when it is awaited or sent"]
/// pub struct CreateBackup<M = call::Async>(call::Call<CreateBackupRequest, M>);
///
/// impl<M> CreateBackup<M> {
///     pub(crate) fn new(client: &simba_runtime::client::Client) -> Self { … }
/// }
/// call::call! {
///     CreateBackup sends CreateBackupRequest;
///     volume_id = (impl Into<String>);
///     tags += (impl IntoIterator<Item = impl Into<Tag>>);
/// }
/// ```
pub(super) fn call(service: &Service, operation: &Operation) -> TokenStream {
    let name = ident(&operation.name.rust);
    let input = &operation.input;
    let request = ident(&input.name.rust);
    let doc = super::page::page(service, operation);
    let arguments = required_arguments(input);
    let lint = many_arguments(input, 1);
    // The client steps aside for a member of its name.
    let taken = input.required().any(|member| member.name.rust == "client");
    let client = ident(if taken { "client_" } else { "client" });
    let names = input.required().map(|member| ident(&member.name.rust));
    let setters = input.settable().map(|member| {
        let (name, deprecated) = (&member.name, &member.deprecated);
        let (ty, _) = setter_parts(member, &ident("value"));
        let sign = setter_sign(member);
        quote!(#deprecated #name #sign (#ty))
    });
    let deprecated = &operation.deprecated;
    quote! {
        #doc
        #deprecated
        #[derive(Clone, Debug)]
        #[must_use = "a call is made when it is awaited or sent"]
        pub struct #name<M = call::Async>(call::Call<#request, M>);
        impl<M> #name<M> {
            #lint
            pub(crate) fn new(#client: &simba_runtime::client::Client, #(#arguments),*) -> Self {
                Self(call::Call::new(#client, #request::new(#(#names),*)))
            }
        }
        call::call! { #name sends #request; #(#setters;)* }
    }
}
