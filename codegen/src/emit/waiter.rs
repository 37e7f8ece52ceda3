//! Waiters: the functions that evaluate the paths of waiters, the statics that define waiters, and the client methods
//! that start them.

mod code;
mod condition;
pub(super) mod expression;
mod lists;
mod locals;
mod read;
mod variables;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    comment::comment,
    operation::output,
    structure::{required_arguments, setter_parts},
    tokens::{argument, ident},
};
use crate::ir::{
    Operation, Type,
    waiter::{Acceptor, Argument, ArgumentPart, End, Matcher, PathResult, Reader, Waiter, WaiterState},
};

/// Emits the waiters of an operation for the operation's file. Emits nothing if there are none.
pub(super) fn items(operation: &Operation) -> TokenStream {
    let readers = operation.waiters.readers.iter().map(|reader| self::reader(operation, reader));
    let waiters = operation.waiters.waiters.iter().map(|waiter| self::waiter(operation, waiter));
    quote! {
        #(#readers)*
        #(#waiters)*
    }
}

/// Emits code such as
/// ```ignore
/// /// Evaluates `Backups[].Lifecycle` on a response.
/// fn backups_lifecycle<'a>(_: &'a DescribeBackupsRequest, response: &'a DescribeBackupsResponse) -> Vec<&'a str> {
///     response.backups.iter().map(|item| item.lifecycle.as_str()).collect()
/// }
/// ```
fn reader(operation: &Operation, reader: &Reader) -> TokenStream {
    let name = ident(&reader.name);
    let (request, response) = (ident(&operation.input.name.rust), output(operation));
    let doc = &reader.doc;
    let mut used = variables::read_by(&reader.value);
    reader.locals.iter().for_each(|local| variables::visit(&local.value, &mut used));
    reader.requirements.iter().for_each(|condition| variables::visit_condition(condition, &mut used));
    let request_name = if used.request { quote!(request) } else { quote!(_) };
    let response_name = if used.response { quote!(response) } else { quote!(_) };
    let body = locals::body(reader);
    let (lifetime, by_ref, result) = match reader.gives {
        PathResult::String | PathResult::Strings { .. } => (Some(quote!(<'a>)), quote!(&'a), quote!(Vec<&'a str>)),
        PathResult::Boolean => (None, quote!(&), quote!(Option<bool>)),
    };
    quote! {
        #doc
        fn #name #lifetime (#request_name: #by_ref #request, #response_name: #by_ref #response) -> #result {
            #body
        }
    }
}

/// Emits code such as
/// ```ignore
/// /// The `BackupAvailable` waiter.
/// pub(crate) static BACKUP_AVAILABLE: waiter::Waiter<DescribeBackupsRequest> = waiter::Waiter {
///     name: "BackupAvailable",
///     min_delay: 2,
///     max_delay: 120,
///     acceptors: &[
///         waiter::all_string_equals("Backups[].Lifecycle", backups_lifecycle, "AVAILABLE").succeeds(),
///         waiter::any_string_equals("Backups[].Lifecycle", backups_lifecycle, &["FAILED"]).fails(),
///     ],
/// };
/// ```
fn waiter(operation: &Operation, waiter: &Waiter) -> TokenStream {
    let (constant, request) = (ident(&waiter.constant), ident(&operation.input.name.rust));
    let name = &waiter.name;
    let doc = comment(format!("The `{name}` waiter."));
    let (min, max) =
        (Literal::u64_unsuffixed(waiter.min_delay.into()), Literal::u64_unsuffixed(waiter.max_delay.into()));
    let acceptors = waiter.acceptors.iter().map(|acceptor| self::acceptor(operation, acceptor));
    quote! {
        #[#doc]
        pub(crate) static #constant: waiter::Waiter<#request> = waiter::Waiter {
            name: #name,
            min_delay: #min,
            max_delay: #max,
            acceptors: &[#(#acceptors),*],
        };
    }
}

fn acceptor(operation: &Operation, acceptor: &Acceptor) -> TokenStream {
    let by_path = |reader: &usize, kind: &str, expected: TokenStream| {
        let reader = &operation.waiters.readers[*reader];
        let (path, name, kind) = (&reader.path, ident(&reader.name), ident(kind));
        let sensitive = reader.sensitive.then(|| quote!(.sensitive()));
        quote!(waiter::#kind(#path, #name, #expected) #sensitive)
    };
    let matcher = match &acceptor.matcher {
        Matcher::Success(true) => quote!(waiter::success()),
        Matcher::Success(false) => quote!(waiter::any_error()),
        Matcher::Error(codes) => quote!(waiter::error(&[#(#codes),*])),
        Matcher::String(reader, expected) => by_path(reader, "string_equals", quote!(#expected)),
        Matcher::All(reader, expected) => by_path(reader, "all_string_equals", quote!(#expected)),
        Matcher::Any(reader, expected) => by_path(reader, "any_string_equals", quote!(&[#(#expected),*])),
        Matcher::Boolean(reader, expected) => by_path(reader, "boolean_equals", quote!(#expected)),
    };
    match acceptor.state {
        WaiterState::Success => quote!(#matcher.succeeds()),
        WaiterState::Failure => {
            let message = acceptor.message.map(|reader| {
                let name = ident(&operation.waiters.readers[reader].name);
                quote!(.with_message(#name))
            });
            quote!(#matcher.fails() #message)
        }
        WaiterState::Retry => quote!(#matcher.retry()),
    }
}

/// Emits a client method such as
/// ```ignore
/// /// Waits until all backups with these IDs are `AVAILABLE`.
/// pub fn wait_until_backup_available(
///     &self,
///     backup_ids: impl waiter::OneOrMore,
/// ) -> waiter::Wait<crate::operation::describe_backups::DescribeBackupsRequest, M> { … }
/// ```
pub(super) fn method(operation: &Operation, waiter: &Waiter) -> TokenStream {
    let (method, constant) = (ident(&waiter.method), ident(&waiter.constant));
    let (module, request) = (ident(&operation.method), ident(&operation.input.name.rust));
    let path = quote!(crate::operation::#module);
    let doc = &waiter.doc;
    let more = comment(format!("\nPolls [`{0}`](Self::{0}).", operation.method));
    let deprecated = waiter.deprecated.as_ref().or(operation.deprecated.as_ref());
    let mut arguments = required_arguments(&operation.input);
    let required = operation.input.required().map(|member| ident(&member.name.rust));
    let mut sets = Vec::new();
    for (ty, set) in waiter.arguments.iter().map(self::argument_parts) {
        arguments.push(ty);
        sets.push(set);
    }
    // The last type parameter of `Wait` is omitted if it is the default, `SuccessOutput`.
    let parameters = match waiter.end {
        End::SuccessOutput => quote!(, M),
        End::SuccessOrError => quote!(, M, waiter::SuccessOrError),
    };
    quote! {
        #doc
        #[#more]
        #deprecated
        pub fn #method(&self, #(#arguments),*) -> waiter::Wait<#path::#request #parameters> {
            let request = #path::#request::new(#(#required),*) #(#sets)*;
            waiter::Wait::new(&self.0, request, &#path::#constant)
        }
    }
}

/// Returns a parameter with its type, and the call to the setter that takes the parameter.
fn argument_parts(given: &Argument) -> (TokenStream, TokenStream) {
    let (name, member) = (ident(&given.name), &given.member.name);
    match (given.part, &given.member.ty) {
        (ArgumentPart::OnlyElement, Type::List(element)) => {
            let ty = argument(&name, &element.ty).ty;
            (quote!(#name: #ty), quote!(.#member([#name])))
        }
        (ArgumentPart::Elements, _) => (quote!(#name: impl waiter::OneOrMore), quote!(.#member(#name.into_strings()))),
        (ArgumentPart::Whole | ArgumentPart::OnlyElement, _) => {
            let (ty, _) = setter_parts(&given.member, &name);
            (quote!(#name: #ty), quote!(.#member(#name)))
        }
    }
}
