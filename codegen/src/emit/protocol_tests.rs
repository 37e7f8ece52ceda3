//! Emits a test function for each case of the protocol tests in the model.

mod event_stream;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    comment::comment,
    tokens::{element_type, ident, literal},
};
use crate::ir::{ProtocolTests, RequestCase, ResponseCase, ResponseKind, Service, Type, Value};

/// Emits the file `tests/protocol.rs`. Returns `None` if the model has no test cases.
///
/// The modules of the crate are imported at the root of the file, so that the paths of types are the same as inside
/// the crate.
pub(super) fn file(service: &Service, tests: &ProtocolTests) -> Option<TokenStream> {
    if tests.len() == 0 {
        return None;
    }
    let doc = comment(format!("The protocol tests in the model of {}.", service.title));
    let name = ident(&service.crate_name.replace('-', "_"));
    let requests = tests.requests.iter().map(request);
    let responses = tests.responses.iter().map(response);
    let event_streams = tests.event_streams.iter().map(event_stream::case);
    Some(quote! {
        #![#doc]
        #![allow(deprecated, unused_imports, reason = "The test cases use deprecated items, and do not use all imports.")]
        use #name::{error, operation, primitives, types};
        use simba_runtime::{testing::protocol::{RequestCase, ResponseCase}, schema};
        #(#requests)*
        #(#responses)*
        #(#event_streams)*
    })
}

/// Emits code such as
/// ```ignore
/// #[test]
/// fn sends_a_name() {
///     let request = …;
///     let case = RequestCase { id: "SendsAName", method: "POST", … };
///     case.check(request);
/// }
/// ```
fn request(case: &RequestCase) -> TokenStream {
    let (function, id) = (ident(&case.function), &case.id);
    let request = match &case.request {
        Ok(request) => value(request),
        Err(problem) => return unusable(&case.function, id, problem),
    };
    let expected = expected_request(case);
    quote! {
        #[test]
        fn #function() {
            let request = #request;
            let case = #expected;
            case.check(request);
        }
    }
}

/// Emits `RequestCase { id: "SendsAName", method: "POST", … }`.
fn expected_request(case: &RequestCase) -> TokenStream {
    let id = &case.id;
    let texts = case.texts.iter().map(|(field, text)| {
        let field = ident(field);
        quote!(#field: #text)
    });
    let names = case.names.iter().map(|(field, names)| {
        let field = ident(field);
        quote!(#field: &[#(#names),*])
    });
    let headers = headers(&case.headers);
    let body = case.body.as_ref().map(|body| {
        let body = bytes(body);
        quote!(body: Some(#body),)
    });
    quote! {
        RequestCase {
            id: #id,
            #(#texts,)*
            #(#names,)*
            #headers
            #body
            ..RequestCase::default()
        }
    }
}

/// Emits code such as
/// ```ignore
/// #[test]
/// fn reads_a_name() {
///     let expected = …;
///     let case = ResponseCase { id: "ReadsAName", code: 200, … };
///     case.check_output::<operation::greet::GreetRequest>(&expected);
/// }
/// ```
fn response(case: &ResponseCase) -> TokenStream {
    let (function, id, request) = (ident(&case.function), &case.id, &case.request);
    let expected = match &case.expected {
        Ok(expected) => value(expected),
        Err(problem) => return unusable(&case.function, id, problem),
    };
    let code = proc_macro2::Literal::u16_unsuffixed(case.code);
    let headers = headers(&case.headers);
    let body = bytes(&case.body);
    let error_code = (!case.error_code.is_empty()).then(|| {
        let code = &case.error_code;
        quote!(error_code: #code,)
    });
    let check = match &case.kind {
        ResponseKind::Output => quote!(case.check_output::<#request>(&expected);),
        ResponseKind::StreamingOutput { member } => {
            quote!(case.check_streaming_output::<#request>(expected, |output| &mut output.#member);)
        }
        ResponseKind::Error { errors, variant } => {
            let variant = ident(variant);
            quote! {
                case.check_error::<#request, _>(&expected, |error| match error {
                    #errors::#variant(error) => Some(error),
                    _ => None,
                });
            }
        }
    };
    quote! {
        #[test]
        fn #function() {
            let expected = #expected;
            let case = ResponseCase { id: #id, code: #code, #headers body: #body, #error_code ..ResponseCase::default() };
            #check
        }
    }
}

/// Emits a test that always fails, for a test case whose parameters cannot be converted to a value.
fn unusable(function: &str, id: &str, problem: &str) -> TokenStream {
    let function = ident(function);
    let message = format!("cannot convert the parameters of {id} to a value: {problem}");
    quote! {
        #[test]
        fn #function() {
            panic!("{}", #message);
        }
    }
}

/// Emits bytes. They are emitted as a string literal if they are valid UTF-8, and as a byte string otherwise.
fn bytes(bytes: &[u8]) -> TokenStream {
    match std::str::from_utf8(bytes) {
        Ok(string) => quote!(#string.as_bytes()),
        Err(_) => {
            let bytes = proc_macro2::Literal::byte_string(bytes);
            quote!(#bytes)
        }
    }
}

fn headers(headers: &[(String, String)]) -> Option<TokenStream> {
    let pairs = headers.iter().map(|(name, value)| quote!((#name, #value)));
    (!headers.is_empty()).then(|| quote!(headers: &[#(#pairs),*],))
}

fn value(of: &Value) -> TokenStream {
    match of {
        Value::Simple(of, ty) => literal(of, ty),
        Value::List { ty, elements } => {
            let elements: Vec<TokenStream> = elements.iter().map(value).collect();
            match (elements.as_slice(), ty) {
                ([], Type::List(element)) => {
                    let element = element_type(element);
                    quote!(Vec::<#element>::new())
                }
                (elements, _) => quote!(vec![#(#elements),*]),
            }
        }
        Value::Map { ty, entries } => {
            let entries = entries.iter().map(|(key, of)| {
                let (key, of) = (value(key), value(of));
                quote!((#key, #of))
            });
            match ty {
                Type::Map(key, element) => {
                    let element = element_type(element);
                    quote!(std::collections::BTreeMap::<#key, #element>::from([#(#entries),*]))
                }
                _ => quote!([#(#entries),*].into()),
            }
        }
        Value::Structure { ty, members } => {
            let empty = quote!(<#ty as schema::ErrorCorrection>::corrected());
            if members.is_empty() {
                return empty;
            }
            let sets = members.iter().map(|(name, of)| {
                let of = value(of);
                quote!(value.#name = #of;)
            });
            quote! {{
                let mut value = #empty;
                #(#sets)*
                value
            }}
        }
        Value::Union { ty, variant, value: of } => {
            let of = of.as_ref().map(|of| {
                let of = value(of);
                quote!((#of))
            });
            quote!(#ty::#variant #of)
        }
        Value::Some(of) => {
            let of = value(of);
            quote!(Some(#of))
        }
        Value::None => quote!(None),
        Value::Boxed(of) => {
            let of = value(of);
            quote!(Box::new(#of))
        }
    }
}
