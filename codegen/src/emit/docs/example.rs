//! The Rust example of an operation, which rustdoc compiles.

mod named_types;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    super::tokens::{ident, literal_with},
    Examples,
};
use crate::{
    ir::{Element, Example, ExampleElement, ExampleValue, Literal, Operation, Service, Type, TypeRef},
    keyword::is_keyword,
};

/// Emits a section such as
/// ````ignore
/// # Example
///
/// ```
/// # async fn example(client: &fsx::Client) -> Result<(), fsx::Error> {
/// use fsx::types::Tag;
///
/// let response = client.create_backup().tags([Tag::new("Name", "nightly")]).await?;
/// let backup = response.backup()?;
/// # Ok(()) }
/// ```
/// ````
pub(super) fn text(examples: &Examples<'_>, operation: &Operation) -> Option<String> {
    let name = examples.service.crate_name.replace('-', "_");
    let Code { uses, body } = examples.code(operation)?;
    Some(format!(
        "# Example\n\n```\n# async fn example(client: &{name}::Client) -> Result<(), {name}::Error> {{\n\
         {uses}{body}\n# Ok(()) }}\n```"
    ))
}

/// An example, as formatted Rust.
pub(in crate::emit) struct Code {
    /// The imports, followed by an empty line, or an empty string if there are no imports.
    pub(in crate::emit) uses: String,
    /// The statements.
    pub(in crate::emit) body: String,
}

/// Formats the example of an operation, if it has one. [`Examples`] caches the result.
pub(super) fn code(service: &Service, operation: &Operation) -> Option<Code> {
    let example = operation.example.as_ref()?;
    let name = ident(&service.crate_name.replace('-', "_"));
    let paths = Paths { name: &name, error: &operation.error };
    let types: Vec<_> =
        named_types::of(&example.request).into_iter().filter(|name| paths.is_imported(name)).map(ident).collect();
    let uses = match types.as_slice() {
        [] => String::new(),
        [one] => format!("{}\n\n", print(quote!(use #name::types::#one;))),
        several => format!("{}\n\n", print(quote!(use #name::types::{#(#several),*};))),
    };
    let call = call(operation, example, &paths);
    let statements = statements(operation, example, &call);
    Some(Code { uses, body: print_body(statements) })
}

/// Returns only the request builder of an operation's example, without `.await`.
pub(super) fn call_code(service: &Service, operation: &Operation) -> Option<String> {
    let name = ident(&service.crate_name.replace('-', "_"));
    let paths = Paths { name: &name, error: &operation.error };
    let call = call(operation, operation.example.as_ref()?, &paths);
    Some(print_body(quote!(#call;)).trim_end_matches(';').to_owned())
}

/// The names that examples import in addition to types of the service. Types of the service with one of these names are
/// referred to by path.
const IMPORTED: [&str; 7] =
    ["MockResponse", "Client", "Config", "Credentials", "Duration", "MockTransport", "RetryConfig"];

/// The paths that an example uses to refer to items.
struct Paths<'a> {
    /// The name of the crate.
    name: &'a Ident,
    /// The error type of the operation, which the example may also import.
    error: &'a str,
}

impl Paths<'_> {
    /// Returns the path of the crate's `primitives` module.
    fn primitives(&self) -> TokenStream {
        let name = self.name;
        quote!(#name::primitives)
    }

    /// Returns the path of a type of the service.
    fn ty(&self, path: &TypeRef) -> TokenStream {
        let (name, ty) = (self.name, ident(&path.name));
        if self.is_imported(&path.name) { quote!(#ty) } else { quote!(#name::types::#ty) }
    }

    /// Returns whether a type of the service is imported.
    fn is_imported(&self, name: &str) -> bool {
        !IMPORTED.contains(&name) && name != self.error
    }
}

/// The variables of the examples, which must not be shadowed.
const VARIABLES: [&str; 4] = ["client", "config", "mock", "response"];

/// Returns the name of the variable for a member: the name of the member, or `otherwise` if that name is taken or is a
/// keyword.
fn variable<'m>(member: &'m str, otherwise: &'m str) -> &'m str {
    if VARIABLES.contains(&member) || is_keyword(member) { otherwise } else { member }
}

/// Formats statements.
fn print_body(statements: TokenStream) -> String {
    let function = print(quote!(fn example() { #statements }));
    let body: Vec<&str> = function.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    body.get(1..body.len().saturating_sub(1)).unwrap_or_default().join("\n")
}

/// Formats items, without the trailing line break.
fn print(tokens: TokenStream) -> String {
    // If the tokens are not valid Rust, the error message replaces the example, so that the doctest of the example
    // fails.
    syn::parse2(tokens)
        .map_or_else(|error| error.to_string(), |file| prettyplease::unparse(&file).trim_end().to_owned())
}

/// Emits the request builder with all members that the example sets.
fn call(operation: &Operation, example: &Example, paths: &Paths<'_>) -> TokenStream {
    let request = &example.request;
    let method = ident(&operation.method);
    let arguments = request.arguments.iter().map(|sample| argument(sample, paths));
    let sets = request.sets.iter().map(|(name, sample)| {
        let value = argument(sample, paths);
        quote!(.#name(#value))
    });
    quote!(client.#method(#(#arguments),*) #(#sets)*)
}

/// Emits the request, and statements that use its response.
fn statements(operation: &Operation, example: &Example, call: &TokenStream) -> TokenStream {
    let items = operation.pagination.as_ref().and_then(|pagination| pagination.items.as_ref());
    if let Some(last) = items.and_then(|items| items.path.last()) {
        let (all, each) = counted(&last.member.rust);
        let (all, each) = (ident(&all), ident(&each));
        let show = format!("{{{each}:?}}");
        return quote! {
            let mut #all = #call.items();
            while let Some(#each) = #all.try_next().await? {
                println!(#show);
            }
        };
    }
    if let Some(events) = &operation.output_events {
        return quote! {
            let mut response = #call.await?;
            while let Some(event) = response.#events.try_next().await? {
                println!("{event:?}");
            }
        };
    }
    let members = operation.own_output.as_ref().map(|output| output.members.as_slice());
    match members {
        Some([]) => quote!(#call.await?;),
        Some(members) => match members
            .iter()
            .filter(|member| {
                matches!(member.ty, Type::Structure(_)) && example.response.get(&member.name.wire).is_some()
            })
            .find_map(|member| Some((&member.name.rust, member.accessor.as_ref()?)))
        {
            Some((member, method)) => {
                let (variable, method) = (ident(variable(member, "found")), ident(method));
                quote! {
                    let response = #call.await?;
                    let #variable = response.#method()?;
                }
            }
            None => quote! {
                let response = #call.await?;
                println!("{response:?}");
            },
        },
        None => quote! {
            let response = #call.await?;
            println!("{response:?}");
        },
    }
}

/// Returns names for a list and for one of its elements, such as `backups` and `backup`.
fn counted(list: &str) -> (String, String) {
    let singular = match (list.strip_suffix("ies"), list.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => "item".to_owned(),
    };
    let clashes = |name: &str| name.is_empty() || variable(name, "").is_empty();
    if clashes(&singular) || clashes(list) {
        ("items".to_owned(), "item".to_owned())
    } else {
        (list.to_owned(), singular)
    }
}

/// Emits a value for a parameter of type `impl Into<…>`.
fn argument(sample: &ExampleValue, paths: &Paths<'_>) -> TokenStream {
    match sample {
        ExampleValue::Empty(ty) => empty(ty, paths),
        ExampleValue::Simple(Literal::String(text), _) => quote!(#text),
        ExampleValue::List(elements) => {
            let elements = elements.iter().map(|element| item(element, paths));
            quote!([#(#elements),*])
        }
        ExampleValue::Map(entries) => {
            let entries = entries.iter().map(|(key, element)| {
                let (key, element) = (argument(key, paths), item(element, paths));
                quote!((#key, #element))
            });
            quote!([#(#entries),*])
        }
        other => value(other, paths),
    }
}

/// Emits an element for a parameter of type `impl IntoIterator<Item = impl Into<…>>`. Strings are emitted as literals,
/// since the parameter converts them. All other elements are emitted with the exact type.
fn item(element: &ExampleElement, paths: &Paths<'_>) -> TokenStream {
    match element {
        ExampleElement::Dense(ExampleValue::Simple(Literal::String(text), _)) => quote!(#text),
        other => self::element(other, paths),
    }
}

fn element(element: &ExampleElement, paths: &Paths<'_>) -> TokenStream {
    match element {
        ExampleElement::Dense(sample) => value(sample, paths),
        ExampleElement::Sparse(None) => quote!(None),
        ExampleElement::Sparse(Some(sample)) => {
            let value = value(sample, paths);
            quote!(Some(#value))
        }
    }
}

/// Emits a value that has the required type without a conversion.
fn value(sample: &ExampleValue, paths: &Paths<'_>) -> TokenStream {
    match sample {
        ExampleValue::Simple(literal, ty) => literal_with(literal, ty, &paths.primitives()),
        ExampleValue::Empty(Type::Map(..)) => quote!(std::collections::BTreeMap::new()),
        ExampleValue::Empty(_) => quote!(Vec::new()),
        ExampleValue::Variant(path, variant) => {
            let (ty, variant) = (paths.ty(path), ident(variant));
            quote!(#ty::#variant)
        }
        ExampleValue::UnknownText(path, text) => {
            let ty = paths.ty(path);
            quote!(#ty::from(#text))
        }
        ExampleValue::UnknownNumber(path, number) => {
            let (ty, number) = (paths.ty(path), proc_macro2::Literal::i32_unsuffixed(*number));
            quote!(#ty::from(#number))
        }
        ExampleValue::List(elements) => {
            let elements = elements.iter().map(|sample| element(sample, paths));
            quote!(vec![#(#elements),*])
        }
        ExampleValue::Map(entries) => {
            let entries = entries.iter().map(|(key, sample)| {
                let (key, sample) = (value(key, paths), element(sample, paths));
                quote!((#key, #sample))
            });
            quote!([#(#entries),*].into())
        }
        ExampleValue::Structure(structure) => {
            let ty = paths.ty(&structure.ty);
            let arguments = structure.arguments.iter().map(|sample| argument(sample, paths));
            let sets = structure.sets.iter().map(|(name, sample)| {
                let value = argument(sample, paths);
                quote!(.#name(#value))
            });
            quote!(#ty::new(#(#arguments),*) #(#sets)*)
        }
        ExampleValue::Union(union) => {
            let (ty, variant) = (paths.ty(&union.ty), ident(&union.variant));
            let payload = union.value.as_ref().map(|sample| {
                let value = value(sample, paths);
                if union.boxed { quote!((Box::new(#value))) } else { quote!((#value)) }
            });
            quote!(#ty::#variant #payload)
        }
    }
}

/// Emits an empty collection. Its type is specified, since it cannot be inferred from an element.
fn empty(ty: &Type, paths: &Paths<'_>) -> TokenStream {
    match ty {
        Type::Map(key, item) => {
            let (key, item) = (type_name(key, paths), element_name(item, paths));
            quote!(std::collections::BTreeMap::<#key, #item>::new())
        }
        Type::List(item) => {
            let item = element_name(item, paths);
            quote!(Vec::<#item>::new())
        }
        other => {
            let other = type_name(other, paths);
            quote!(#other::default())
        }
    }
}

fn element_name(element: &Element, paths: &Paths<'_>) -> TokenStream {
    let ty = type_name(&element.ty, paths);
    if element.sparse { quote!(Option<#ty>) } else { ty }
}

/// Returns a type as it is written in examples, which import most types of the service.
fn type_name(ty: &Type, paths: &Paths<'_>) -> TokenStream {
    let primitives = paths.primitives();
    match ty {
        Type::Enum(path) | Type::IntEnum(path) | Type::Structure(path) | Type::Union(path) => paths.ty(path),
        Type::List(item) => {
            let item = element_name(item, paths);
            quote!(Vec<#item>)
        }
        Type::Map(key, item) => {
            let (key, item) = (type_name(key, paths), element_name(item, paths));
            quote!(std::collections::BTreeMap<#key, #item>)
        }
        Type::BigInteger => quote!(#primitives::BigInteger),
        Type::BigDecimal => quote!(#primitives::BigDecimal),
        Type::Blob => quote!(#primitives::Blob),
        Type::ByteStream => quote!(#primitives::ByteStream),
        Type::Document => quote!(#primitives::Document),
        Type::Timestamp => quote!(#primitives::Timestamp),
        Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::F32 | Type::F64 | Type::String => quote!(#ty),
    }
}
