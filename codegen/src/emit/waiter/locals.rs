//! The bodies of functions that evaluate paths: local variables for the values that must not be null, and the result.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    condition::{negated, presence},
    expression::{result, value},
    read::{by_reference, field},
    variables::{Variables, visit, visit_condition},
};
use crate::{
    emit::tokens::ident,
    ir::waiter::{Node, PathResult, Read, Reader, Value},
};

/// Emits code such as
/// ```ignore
/// let backups = response.backups.as_deref()?;
/// Some(backups.is_empty())
/// ```
pub(super) fn body(reader: &Reader) -> TokenStream {
    let lets = reader.locals.iter().enumerate().map(|(index, local)| {
        let mut later = Variables::default();
        reader.locals[index + 1..].iter().for_each(|local| visit(&local.value, &mut later));
        reader.requirements.iter().for_each(|condition| visit_condition(condition, &mut later));
        visit(&reader.value, &mut later);
        let name = later.locals.contains(&local.name).then(|| ident(&local.name));
        match (reader.gives, name) {
            (PathResult::Boolean, Some(name)) => {
                let code = or_return(&local.value);
                quote!(let #name = #code;)
            }
            (PathResult::Boolean, None) => {
                let member = presence(&local.value);
                quote!(#member.as_ref()?;)
            }
            (PathResult::String | PathResult::Strings { .. }, Some(name)) => {
                let code = option(&local.value);
                quote!(let Some(#name) = #code else { return Vec::new() };)
            }
            (PathResult::String | PathResult::Strings { .. }, None) => {
                let member = presence(&local.value);
                quote!(if #member.is_none() { return Vec::new(); })
            }
        }
    });
    let nothing = match reader.gives {
        PathResult::Boolean => quote!(None),
        PathResult::String | PathResult::Strings { .. } => quote!(Vec::new()),
    };
    let guards = reader.requirements.iter().map(|requirement| {
        let fails = negated(requirement).value();
        quote!(if #fails { return #nothing; })
    });
    let result = result(&reader.value, reader.gives);
    quote! {
        #(#lets)*
        #(#guards)*
        #result
    }
}

/// Emits the value of a member in a function that returns `None` if the member is null, such as
/// `response.backups.as_deref()?`.
fn or_return(member: &Value) -> TokenStream {
    let (reference, read) = match &*member.node {
        Node::Member { of, step, read } => {
            let (of, name) = (value(of).receiver(), &step.member);
            let place = quote!(#of.#name);
            match read {
                Read::Bool => return quote!(#place?),
                Read::Number => return quote!(f64::from(#place?)),
                Read::Long => return quote!(#place? as f64),
                Read::Enum | Read::IntEnum => (quote!(#place.as_ref()?), read),
                Read::String | Read::Reference | Read::List { .. } => {
                    let member = option(member);
                    return quote!(#member?);
                }
            }
        }
        Node::Variant { of, method, read } => {
            let of = value(of).receiver();
            (quote!(#of.#method()?), read)
        }
        _ => {
            let member = value(member).receiver();
            return quote!(#member?);
        }
    };
    match read {
        Read::List { .. } => reference,
        read => by_reference(reference.clone(), read).map_or(reference, |code| code.value()),
    }
}

/// Emits the value of a member as an `Option`. A list is a slice rather than an iterator.
fn option(member: &Value) -> TokenStream {
    match &*member.node {
        Node::Member { of, step, read: Read::List { .. } } => {
            let (of, name) = (value(of).receiver(), &step.member);
            quote!(#of.#name.as_deref())
        }
        Node::Member { of, step, read } => field(&value(of).receiver(), step, read).value(),
        Node::Variant { of, method, read: Read::List { .. } } => {
            let of = value(of).receiver();
            quote!(#of.#method())
        }
        _ => value(member).value(),
    }
}
