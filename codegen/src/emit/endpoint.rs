//! The endpoint resolver of a generated crate, and its tests. The resolver consists of the function `resolve`, the
//! functions for shared nodes, and the table of partitions.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::comment::comment;
use crate::ir::endpoint::{
    Argument, AuthScheme, Endpoint, EndpointTest, MissingParameter, Outcome, Parameter, Partition, Partitions, Pass,
    Rules, SharedNode, SharedNodeParameter, Step, Test, Type, Value,
};

mod expression;
#[cfg(test)]
mod tests;

use expression::{into_message, into_string, operand, value};

/// Emits the `endpoint` module, with the resolver and its tests.
pub(crate) fn file(service: &crate::ir::Service) -> TokenStream {
    let doc = comment(format!("Resolves the endpoints of {} with the endpoint rules of its model.", service.title));
    let resolver = resolver(&service.endpoint);
    let tests = tests(&service.endpoint_tests);
    quote! {
        #![#doc]
        #resolver
        #tests
    }
}

/// Emits the resolver.
///
/// ```ignore
/// pub(crate) fn resolve(params: &Params<'_>) -> Result<Endpoint, ResolveError> {
///     let region = params.str("Region");
///     let use_fips = params.bool("UseFIPS").unwrap_or(false);
///     if let Some(region) = region {
///         if use_fips {
///             return Ok(Endpoint::new(format!("https://fsx-fips.{region}.example.com")));
///         }
///         return Ok(Endpoint::new(format!("https://fsx.{region}.example.com")));
///     }
///     Err(ResolveError::rule("Missing Region"))
/// }
/// ```
#[must_use]
pub(crate) fn resolver(rules: &Rules) -> TokenStream {
    let table = rules.partitions.as_ref().map(partitions);
    let params = if rules.parameters.is_empty() { format_ident!("_params") } else { format_ident!("params") };
    let reads = rules.parameters.iter().map(parameter);
    let body = block(&rules.body);
    let shared_nodes = rules.shared_nodes.iter().map(shared_node);
    let items = quote! {
        #table

        /// Resolves the endpoint of a request according to the endpoint rules in the service's model.
        pub(crate) fn resolve(#params: &Params<'_>) -> Result<Endpoint, ResolveError> {
            #(#reads)*
            #body
        }

        #(#shared_nodes)*
    };
    let imports = imports(&items);
    quote!(#imports #items)
}

/// Emits the model's tests of its endpoint rules: a table of test cases, and one test that checks all of them.
///
/// ```ignore
/// const CASES: &[(&[(&str, Value<'_>)], Result<&str, &str>)] = &[
///     (&[("Region", Str("us-east-1"))], Ok("https://fsx.us-east-1.amazonaws.com")),
/// ];
/// ```
#[must_use]
pub(crate) fn tests(tests: &[EndpointTest]) -> TokenStream {
    if tests.is_empty() {
        return TokenStream::new();
    }
    let rows = tests.iter().map(row);
    let rows = quote!(#(#rows,)*);
    let cow = mentions(&rows, "StrArray").then(|| {
        quote!(
            use std::borrow::Cow;
        )
    });
    let values = ["Bool", "Str", "StrArray"];
    let values = values.into_iter().filter(|name| mentions(&rows, name)).map(|v| format_ident!("{v}"));
    quote! {
        #[cfg(test)]
        mod tests {
            #cow
            use simba_runtime::endpoint::Params;
            use simba_runtime::endpoint::Value::{self, #(#values),*};

            /// The parameters, and the expected endpoint or error.
            type Case = (&'static [(&'static str, Value<'static>)], Result<&'static str, &'static str>);

            #[test]
            fn the_endpoint_tests_of_the_model_pass() {
                for &(params, expected) in CASES {
                    let found = super::resolve(&params.iter().cloned().collect::<Params<'_>>());
                    let found = found.map(|e| e.to_string()).map_err(|e| e.to_string());
                    let found = found.as_ref().map(String::as_str).map_err(String::as_str);
                    assert_eq!(found, expected, "{params:?}");
                }
            }

            const CASES: &[Case] = &[#rows];
        }
    }
}

fn row(test: &EndpointTest) -> TokenStream {
    let params = test.params.iter().map(|(name, value)| {
        let value = match value {
            Value::Str(text) => quote!(Str(#text)),
            Value::Bool(bool) => quote!(Bool(#bool)),
            Value::StrArray(array) => quote!(StrArray(Cow::Borrowed(&[#(#array),*]))),
        };
        quote!((#name, #value))
    });
    let expect = match &test.expect {
        Ok(endpoint) => quote!(Ok(#endpoint)),
        Err(message) => quote!(Err(#message)),
    };
    quote!((&[#(#params),*], #expect))
}

/// Emits a `use` declaration for the names that occur in `items`.
fn imports(items: &TokenStream) -> TokenStream {
    let names =
        ["Arn", "AuthScheme", "Endpoint", "Params", "Partition", "Partitions", "ResolveError", "Url", "functions"];
    let names = names.into_iter().filter(|name| mentions(items, name)).map(|n| format_ident!("{n}"));
    quote!(use simba_runtime::endpoint::{#(#names),*};)
}

/// Returns whether the identifier `name` occurs in `tokens`.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn local(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Emits `let use_fips = params.bool("UseFIPS").unwrap_or(false);`.
fn parameter(parameter: &Parameter) -> TokenStream {
    let local = local(&parameter.local);
    let getter = match parameter.ty {
        Type::Bool => format_ident!("bool"),
        Type::StrArray => format_ident!("str_array"),
        Type::Str | Type::Partition | Type::Arn | Type::Url => format_ident!("str"),
    };
    let read =
        parameter.names.iter().map(|name| quote!(params.#getter(#name))).reduce(|first, next| quote!(#first.or(#next)));
    let missing = match &parameter.missing {
        MissingParameter::None => None,
        MissingParameter::Error => {
            let name = parameter.names.first();
            Some(quote!(.ok_or(ResolveError::missing(#name))?))
        }
        MissingParameter::Default(default) => {
            let default = match default {
                Value::Str(text) => quote!(#text),
                Value::Bool(bool) => quote!(#bool),
                Value::StrArray(array) => quote!(&[#(#array),*]),
            };
            Some(quote!(.unwrap_or(#default)))
        }
    };
    quote!(let #local = #read #missing;)
}

/// Emits `fn node_7(region: &str) -> Result<Endpoint, ResolveError> { … }`.
fn shared_node(node: &SharedNode) -> TokenStream {
    let name = local(&node.name);
    let parameters = node.parameters.iter().map(node_parameter);
    let body = block(&node.body);
    let many = (node.parameters.len() > 7).then(
        || quote!(#[expect(clippy::too_many_arguments, reason = "The endpoint rules use all of these variables.")]),
    );
    quote! {
        /// A node or result of the decision diagram to which several branches lead.
        #many
        fn #name(#(#parameters),*) -> Result<Endpoint, ResolveError> {
            #body
        }
    }
}

fn node_parameter(parameter: &SharedNodeParameter) -> TokenStream {
    let local = local(&parameter.local);
    let ty = match parameter.ty {
        Type::Str => quote!(&str),
        Type::Bool => quote!(bool),
        Type::StrArray => quote!(&[&str]),
        Type::Partition => quote!(&Partition),
        Type::Arn => quote!(&Arn<'_>),
        Type::Url => quote!(&Url<'_>),
    };
    if parameter.optional { quote!(#local: Option<#ty>) } else { quote!(#local: #ty) }
}

/// Emits the body of a function. The last step becomes the return value of the function.
fn block(list: &[Step]) -> TokenStream {
    let Some((Step::Return(last), first)) = list.split_last() else {
        return steps(list);
    };
    let first = steps(first);
    let last = outcome(last);
    quote!(#first #last)
}

fn steps(list: &[Step]) -> TokenStream {
    list.iter().map(step).collect()
}

fn step(step: &Step) -> TokenStream {
    match step {
        Step::Let { local: name, value } => {
            let (name, value) = (local(name), self::value(value));
            quote!(let #name = #value;)
        }
        Step::If { tests, then } => {
            let tests = tests.iter().map(test);
            let then = steps(then);
            quote!(if #(#tests)&&* { #then })
        }
        Step::Return(result) => {
            let result = outcome(result);
            quote!(return #result;)
        }
    }
}

fn test(test: &Test) -> TokenStream {
    match test {
        Test::Some { local: name, value } => {
            let (name, value) = (local(name), operand(value));
            quote!(let Some(#name) = #value)
        }
        Test::True(value) => operand(value),
    }
}

fn outcome(outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::Endpoint(result) => {
            let result = endpoint(result);
            quote!(Ok(#result))
        }
        Outcome::Error(message) => {
            let message = into_message(message);
            quote!(Err(ResolveError::rule(#message)))
        }
        Outcome::NoRule => quote!(Err(ResolveError::no_rule())),
        Outcome::SharedNode { name, arguments } => {
            let name = local(name);
            let arguments = arguments.iter().map(argument);
            quote!(#name(#(#arguments),*))
        }
    }
}

fn argument(argument: &Argument) -> TokenStream {
    let local = local(&argument.local);
    match argument.pass {
        Pass::Value => quote!(#local),
        Pass::Reference => quote!(&#local),
        Pass::SomeValue => quote!(Some(#local)),
        Pass::SomeReference => quote!(Some(&#local)),
        Pass::None => quote!(None),
    }
}

fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let url = into_string(&endpoint.url);
    let headers = endpoint.headers.iter().map(|(name, value)| {
        let value = into_string(value);
        quote!(.header(#name, #value))
    });
    let schemes = endpoint.auth_schemes.iter().map(auth_scheme);
    quote!(Endpoint::new(#url) #(#headers)* #(.auth_scheme(#schemes))*)
}

fn auth_scheme(scheme: &AuthScheme) -> TokenStream {
    let name = into_string(&scheme.name);
    let settings = scheme.settings.iter().map(|(method, value)| {
        let (method, value) = (format_ident!("{method}"), into_string(value));
        quote!(.#method(#value))
    });
    quote!(AuthScheme::new(#name) #(#settings)*)
}

/// Emits the table that `aws.partition` searches.
fn partitions(partitions: &Partitions) -> TokenStream {
    let default = partition(&partitions.default);
    let others = partitions.others.iter().map(partition);
    quote! {
        /// The AWS partitions that existed when this crate was generated.
        static PARTITIONS: Partitions = Partitions {
            default: #default,
            others: &[#(#others),*],
        };
    }
}

fn partition(partition: &Partition) -> TokenStream {
    let Partition {
        name,
        dns_suffix,
        dual_stack_dns_suffix,
        supports_fips,
        supports_dual_stack,
        implicit_global_region,
        region_prefixes,
        regions,
    } = partition;
    quote! {
        Partition {
            name: #name,
            dns_suffix: #dns_suffix,
            dual_stack_dns_suffix: #dual_stack_dns_suffix,
            supports_fips: #supports_fips,
            supports_dual_stack: #supports_dual_stack,
            implicit_global_region: #implicit_global_region,
            region_prefixes: &[#(#region_prefixes),*],
            regions: &[#(#regions),*],
        }
    }
}
