//! Unions. A value of a union contains exactly one of its members.

use proc_macro2::TokenStream;
use quote::quote;

use super::{comment::comment, constraints, schema, tokens::ident};
use crate::ir::{EventUnion, Union, UnionMember};

/// Emits code such as
/// ```ignore
/// pub enum AttributeValue {
///     S(String),
///     /// A member that is unknown to this version of the crate, identified by its name.
///     Unknown(String),
/// }
/// impl AttributeValue { pub fn as_s(&self) -> Option<&String> { … } }
/// schema::union! { AttributeValue: "com.amazonaws.dynamodb", "AttributeValue"; "S" S: String; … }
/// ```
pub(super) fn file(item: &Union) -> TokenStream {
    let name = ident(&item.name.rust);
    let (doc, deprecated) = (&item.doc, &item.deprecated);
    let variants = item.members.iter().map(variant);
    let hash = item.hash.then(|| quote!(Eq, Hash,));
    let debug = debug(item);
    let event = event(item);
    let derived_debug = debug.is_none().then(|| quote!(Debug,));
    let accessors = item.members.iter().filter_map(accessor);
    let (namespace, wire_name) = (&item.namespace, &item.name.wire);
    let rows = item.members.iter().map(|member| {
        let (name, wire) = (&member.name, &member.name.wire);
        let schema = schema::member(member.ty.as_ref(), &member.traits);
        quote!(#wire #name: #schema)
    });
    let methods = item.members.iter().any(|member| member.ty.is_some()).then(|| {
        quote! {
            impl #name {
                #(#accessors)*
            }
        }
    });
    quote! {
        use simba_runtime::schema;
        #doc
        #deprecated
        #[derive(Clone, #derived_debug PartialEq, #hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A member that is unknown to this version of the crate, identified by its name. This variant cannot be sent.
            Unknown(String),
        }
        #methods
        #debug
        schema::union! { #name: #namespace, #wire_name; #(#rows;)* }
        #event
    }
}

/// Emits code such as
/// ```ignore
/// impl simba_runtime::event_stream::Event for StartLiveTailResponseStream {
///     type Error = crate::error::ServiceError;
/// }
/// ```
fn event(item: &Union) -> Option<TokenStream> {
    let name = ident(&item.name.rust);
    let EventUnion { errors } = item.event_stream.as_ref()?;
    let errors = (!errors.is_empty()).then(|| {
        let pairs = errors.iter().map(|(member, structure)| quote!((#member, #structure)));
        quote!(const ERRORS: &'static [(&'static str, &'static str)] = &[#(#pairs),*];)
    });
    Some(quote! {
        impl simba_runtime::event_stream::Event for #name {
            type Error = crate::error::ServiceError;
            #errors
        }
    })
}

/// Returns the type that a variant holds: `String`, or `Box<crate::types::Expression>`.
fn payload(member: &UnionMember) -> Option<TokenStream> {
    let ty = member.ty.as_ref()?;
    Some(if member.boxed { quote!(Box<#ty>) } else { quote!(#ty) })
}

fn variant(member: &UnionMember) -> TokenStream {
    let (doc, deprecated, name) = (&member.doc, &member.deprecated, &member.name);
    let constraints = constraints::of_variant(member);
    let payload = payload(member).map(|payload| quote!((#payload)));
    quote!(#doc #constraints #deprecated #name #payload)
}

/// Emits code such as
/// ```ignore
/// /// Returns the value if the variant is [`S`](Self::S).
/// pub fn as_s(&self) -> Option<&String> { … }
/// ```
fn accessor(member: &UnionMember) -> Option<TokenStream> {
    let ty = member.ty.as_ref()?;
    let (name, method) = (&member.name, ident(&member.method));
    let doc = comment(format!("Returns the value if the variant is [`{0}`](Self::{0}).", member.name.rust));
    let deprecated = &member.deprecated;
    Some(quote! {
        #[#doc]
        #deprecated
        #[must_use]
        pub fn #method(&self) -> Option<&#ty> {
            match self {
                Self::#name(value) => Some(value),
                _ => None,
            }
        }
    })
}

/// Emits an implementation of `Debug` that redacts sensitive values, if there are any.
fn debug(item: &Union) -> Option<TokenStream> {
    let name = ident(&item.name.rust);
    if item.sensitive {
        return Some(super::enumeration::redacted(&name));
    }
    if !item.members.iter().any(|member| member.sensitive) {
        return None;
    }
    let arms = item.members.iter().map(|member| {
        let (variant, text) = (&member.name, &member.name.rust);
        match (&member.ty, member.sensitive) {
            (None, _) => quote!(Self::#variant => f.write_str(#text)),
            (Some(_), true) => quote!(Self::#variant(_) => f.debug_tuple(#text).field(&schema::Redacted).finish()),
            (Some(_), false) => quote!(Self::#variant(value) => f.debug_tuple(#text).field(value).finish()),
        }
    });
    Some(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms,)*
                    Self::Unknown(member) => f.debug_tuple("Unknown").field(member).finish(),
                }
            }
        }
    })
}
