//! Emits a test function for each event stream test in the model.

use proc_macro2::TokenStream;
use quote::quote;

use super::{bytes, expected_request, headers, unusable, value};
use crate::{
    emit::tokens::{ident, literal},
    ir::{EventMessage, EventStreamCase, Exchange, ExchangeResult, Literal, Type},
};

/// Emits code such as
/// ```ignore
/// #[test]
/// fn sends_an_event() {
///     let mut request = …;
///     request.stream = [crate::types::Events::Tick(…)].into_iter().collect();
///     let case = EventStreamCase { sent: vec![MessageCase { … }], … };
///     case.check_request(request);
/// }
/// ```
pub(super) fn case(case: &EventStreamCase) -> TokenStream {
    let function = ident(&case.function);
    let exchange = match &case.exchange {
        Ok(exchange) => exchange,
        Err(problem) => return unusable(&case.function, &case.id, problem),
    };
    let request = request(exchange);
    let expected = expected_request(&exchange.request);
    let code = proc_macro2::Literal::u16_unsuffixed(exchange.code);
    let (headers, body) = (headers(&exchange.headers), bytes(&exchange.body));
    let sent = exchange.sent_messages.iter().map(message);
    let received = exchange.received_messages.iter().map(message);
    let check = check(exchange);
    quote! {
        #[test]
        fn #function() {
            use simba_runtime::codec::event_stream::HeaderValue;
            use simba_runtime::testing::protocol::{AnyInput, EventStreamCase, MessageCase};
            let request = #request;
            let case = EventStreamCase {
                request: #expected,
                sent: vec![#(#sent),*],
                response: ResponseCase { code: #code, #headers body: #body, ..ResponseCase::default() },
                received: vec![#(#received),*],
            };
            #check
        }
    }
}

fn request(exchange: &Exchange) -> TokenStream {
    let Some(request) = &exchange.value else {
        let input = &exchange.input;
        return quote!(AnyInput::<#input>::new());
    };
    let request = value(request);
    match &exchange.sent {
        Some((member, events)) => {
            let events = events.iter().map(value);
            quote! {{
                let mut request = #request;
                request.#member = [#(#events),*].into_iter().collect();
                request
            }}
        }
        None => request,
    }
}

fn check(exchange: &Exchange) -> TokenStream {
    match &exchange.result {
        ExchangeResult::Any => quote!(case.check_request(request);),
        ExchangeResult::Success => quote!(case.check_success(request);),
        ExchangeResult::Events { output, member, ty, events } => {
            let output = value(output);
            let events: Vec<TokenStream> = events.iter().map(value).collect();
            quote! {
                let events: &[#ty] = &[#(#events),*];
                case.check_events(request, #output, events, |output| &mut output.#member);
            }
        }
        ExchangeResult::Failure { member: None, code } => quote!(case.check_call_failure(request, #code);),
        ExchangeResult::Failure { member: Some(member), code } => {
            quote!(case.check_failure(request, #code, |output| &mut output.#member);)
        }
        ExchangeResult::StreamError { member, variant, expected } => {
            let (variant, expected) = (ident(variant), value(expected));
            quote! {
                case.check_stream_error(request, &#expected, |output| &mut output.#member, |error| match error {
                    error::ServiceError::#variant(error) => Some(error),
                    _ => None,
                });
            }
        }
    }
}

fn message(message: &EventMessage) -> TokenStream {
    let headers = message.headers.iter().map(|(name, of, ty)| {
        let of = header_value(of, ty);
        quote!((#name, #of))
    });
    let names = |field: &str, names: &[String]| {
        let field = ident(field);
        (!names.is_empty()).then(|| quote!(#field: &[#(#names),*],))
    };
    let forbid = names("forbid_headers", &message.forbid_headers);
    let require = names("require_headers", &message.require_headers);
    let media_type = (!message.media_type.is_empty()).then(|| {
        let media_type = &message.media_type;
        quote!(media_type: #media_type,)
    });
    let body = message.body.as_ref().map(|body| {
        let body = bytes(body);
        quote!(body: Some(#body),)
    });
    let bytes = bytes(&message.bytes);
    quote! {
        MessageCase {
            headers: vec![#(#headers),*],
            #forbid
            #require
            #media_type
            #body
            bytes: #bytes,
            ..MessageCase::default()
        }
    }
}

/// Emits `HeaderValue::Integer(1)`.
fn header_value(of: &Literal, ty: &Type) -> TokenStream {
    if let Literal::Blob(blob) = of {
        let blob = proc_macro2::Literal::byte_string(blob);
        return quote!(HeaderValue::Blob(simba_runtime::Bytes::from_static(#blob)));
    }
    let variant = ident(match ty {
        Type::Bool => "Boolean",
        Type::I8 => "Byte",
        Type::I16 => "Short",
        Type::I32 => "Integer",
        Type::I64 => "Long",
        Type::Timestamp => "Timestamp",
        _ => "String",
    });
    let of = literal(of, ty);
    quote!(HeaderValue::#variant(#of))
}
