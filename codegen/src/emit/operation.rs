//! The `operation` module: the request, response, errors and request builder of each operation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    call,
    comment::comment,
    docs::Examples,
    structure,
    tokens::ident,
    waiter::{self, expression},
};
use crate::ir::{
    ApiKey, AuthSchemeId, Checksum, Compression, ContextValue, HostPart, Http, Operation, Pagination, PathStep,
    Service, SettingKind, Structure, Type,
    waiter::{Node, PathResult, Value},
};

/// Emits `pub mod create_backup; …`.
pub(super) fn index(service: &Service) -> TokenStream {
    let doc = comment(format!("The operations of {}, with a module for each.", service.title));
    let modules = service.operations.iter().map(|operation| ident(&operation.method));
    quote! {
        #![#doc]
        #(pub mod #modules;)*
    }
}

/// Emits the file of an operation.
pub(super) fn file(examples: &Examples<'_>, operation: &Operation) -> TokenStream {
    let service = examples.service;
    // rustdoc displays the documentation of the module in its list of operations.
    let doc = comment(&operation.doc.summary);
    let call = call::call(examples, operation);
    let request = structure::definition(&operation.input);
    let request_impl = request_impl(service, operation);
    let pages = operation.pagination.as_ref().map(|pagination| pages_impl(operation, pagination));
    let response = operation.own_output.as_ref().map(structure::definition);
    let error = error(operation);
    let waiters = waiter::items(operation);
    let texts = operation
        .context
        .iter()
        .any(|param| matches!(param.value, ContextValue::Path { gives: PathResult::Strings { .. }, .. }));
    let imports = (texts || !operation.waiters.waiters.is_empty()).then(|| quote!(waiter));
    quote! {
        #![#doc]
        use simba_runtime::{call, error, operation, schema, #imports};
        #call
        #request
        #request_impl
        #pages
        #response
        #error
        #waiters
    }
}

/// Emits code such as
/// ```ignore
/// static OPERATION: schema::OperationSchema = schema::OperationSchema::new(&crate::client::SERVICE_SCHEMA, "CreateBackup", …);
///
/// impl operation::Request for CreateBackupRequest { … }
/// ```
fn request_impl(service: &Service, operation: &Operation) -> TokenStream {
    let request = ident(&operation.input.name.rust);
    let output = output(operation);
    let error = ident(&operation.error);
    let schema = operation_schema(service, operation);
    let token = token(&operation.input);
    let host_prefix = host_prefix(operation);
    let params = endpoint_params(operation);
    let sent = operation.input_events.as_ref().map(|member| {
        quote! {
            fn take_events(&self) -> Option<simba_runtime::Body> {
                Some(self.#member.take(crate::client::SERVICE.protocol))
            }
        }
    });
    let received = operation.output_events.as_ref().map(|member| {
        quote! {
            fn set_events(output: &mut Self::Response, events: simba_runtime::event_stream::RawEvents) {
                output.#member = simba_runtime::event_stream::EventReceiver::new(events);
            }
        }
    });
    quote! {
        static OPERATION: schema::OperationSchema = #schema;
        impl operation::Request for #request {
            type Response = #output;
            type Error = #error;
            const SERVICE: &'static operation::Service = &crate::client::SERVICE;
            const OPERATION: &'static schema::OperationSchema = &OPERATION;
            #token
            #host_prefix
            #params
            #sent
            #received
        }
    }
}

/// Returns the path of the structure that the operation returns.
pub(super) fn output(operation: &Operation) -> TokenStream {
    match &operation.own_output {
        Some(output) => {
            let name = ident(&output.name.rust);
            quote!(#name)
        }
        None => {
            let path = &operation.output;
            quote!(#path)
        }
    }
}

/// Emits `schema::OperationSchema::new(…).with_errors(…).with_compression(schema::Compression::Gzip)`.
fn operation_schema(service: &Service, operation: &Operation) -> TokenStream {
    let name = &operation.name.wire;
    let target = format!("{}.{name}", service.target_prefix);
    let unit = || quote!(schema::of::<schema::Unit>());
    let input = if operation.has_input {
        let input = ident(&operation.input.name.rust);
        quote!(schema::of::<#input>())
    } else {
        unit()
    };
    let output = output(operation);
    let errors = operation.errors.iter().map(|error| &error.ty);
    let errors = (!operation.errors.is_empty()).then(|| quote!(.with_errors(&[#(schema::of::<#errors>()),*])));
    let auth = (operation.auth != service.auth).then(|| {
        let schemes = auth_schemes(&operation.auth);
        quote!(.with_auth(#schemes))
    });
    let http = operation.http.as_ref().map(|Http { method, uri, form_query }| {
        let form_query = form_query.then(|| quote!(.with_form_query()));
        quote!(.with_http(#method, #uri) #form_query)
    });
    let headers = operation.headers.iter().map(|(name, value)| quote!((#name, #value)));
    let headers = (!operation.headers.is_empty()).then(|| quote!(.with_headers(&[#(#headers),*])));
    let presigned = operation.presigned_get.then(|| quote!(.with_presigned_get()));
    let unsigned_payload = operation.unsigned_payload.then(|| quote!(.with_unsigned_payload()));
    let checksum = match operation.checksum {
        Checksum::None => None,
        Checksum::Md5 => Some(quote!(.with_checksum(schema::Checksum::Md5))),
        Checksum::TreeHash => Some(quote!(.with_checksum(schema::Checksum::TreeHash))),
    };
    let compression = match operation.compression {
        Compression::None => None,
        Compression::Gzip => Some(quote!(.with_compression(schema::Compression::Gzip))),
    };
    let long_poll = operation.long_poll.map(|millis| {
        let millis = Literal::u64_unsuffixed(millis);
        quote!(.with_long_poll(std::time::Duration::from_millis(#millis)))
    });
    let sent = operation.input_events.as_ref().map(|_| quote!(.with_input_streaming(schema::Streaming::Events)));
    let received = match &operation.output_events {
        Some(_) => Some(quote!(.with_output_streaming(schema::Streaming::Events))),
        None => operation.streaming_output.then(|| quote!(.with_output_streaming(schema::Streaming::Bytes))),
    };
    let http2 = operation.requires_http2.then(|| quote!(.with_http_version(schema::HttpVersion::Http2)));
    quote! {
        schema::OperationSchema::new(&crate::client::SERVICE_SCHEMA, #target, #input, schema::of::<#output>())
            #http #headers #errors #auth #presigned #unsigned_payload #checksum #compression #long_poll #sent #received #http2
    }
}

/// Emits `&[schema::AuthSchemeId::SigV4]`.
pub(super) fn auth_schemes(schemes: &[AuthSchemeId]) -> TokenStream {
    let schemes = schemes.iter().map(|scheme| match scheme {
        AuthSchemeId::SigV4 => quote!(SigV4),
        AuthSchemeId::SigV4a => quote!(SigV4a),
        AuthSchemeId::HttpBearerAuth => quote!(HttpBearerAuth),
        AuthSchemeId::HttpBasicAuth => quote!(HttpBasicAuth),
        AuthSchemeId::HttpApiKeyAuth(key) => {
            let (name, location, scheme) = match key {
                ApiKey::Header { name, scheme: None } => (name, quote!(Header), quote!(None)),
                ApiKey::Header { name, scheme: Some(scheme) } => (name, quote!(Header), quote!(Some(#scheme))),
                ApiKey::Query { name } => (name, quote!(Query), quote!(None)),
            };
            quote! {
                HttpApiKeyAuth(&schema::HttpApiKeyAuth {
                    name: #name,
                    location: schema::ApiKeyLocation::#location,
                    scheme: #scheme,
                })
            }
        }
        AuthSchemeId::NoAuth => quote!(NoAuth),
    });
    quote!(&[#(schema::AuthSchemeId::#schemes),*])
}

/// Emits `set_idempotency_token` if the request has an idempotency token.
fn token(input: &Structure) -> Option<TokenStream> {
    let member = input.members.iter().find(|member| member.idempotency_token)?;
    let name = &member.name;
    let token = if member.ty == Type::String { quote!(token) } else { quote!(|| token().into()) };
    Some(quote! {
        fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
            self.#name.get_or_insert_with(#token);
        }
    })
}

/// Emits `host_prefix` if the operation has a host prefix.
fn host_prefix(operation: &Operation) -> Option<TokenStream> {
    if operation.host_prefix.is_empty() {
        return None;
    }
    let parts = operation.host_prefix.iter().map(|part| match part {
        HostPart::Literal(literal) => quote!(prefix.push_str(#literal);),
        HostPart::Label { member, optional, ty } => {
            let wire = &member.wire;
            let value = match (optional, ty) {
                (false, _) => quote!(Some(self.#member.as_str())),
                (true, Type::String) => quote!(self.#member.as_deref()),
                (true, _) => quote!(self.#member.as_ref().map(|value| value.as_str())),
            };
            quote!(operation::push_host_label(&mut prefix, #wire, #value)?;)
        }
    });
    Some(quote! {
        fn host_prefix(&self) -> Result<Option<String>, error::InputError> {
            let mut prefix = String::new();
            #(#parts)*
            Ok(Some(prefix))
        }
    })
}

/// Emits a statement that sets an endpoint parameter to the value at a path in the request. If the path has no value,
/// the parameter is not set.
fn path_param(name: &str, value: &Value, gives: PathResult) -> TokenStream {
    if let Node::When(condition, value) = &*value.node {
        let (condition, set) = (expression::holds(condition), path_param(name, value, gives));
        return quote!(if #condition { #set });
    }
    let found = expression::result(value, gives);
    match gives {
        PathResult::Strings { nullable } if value.nullable => {
            let found = expression::optional_list(value, nullable);
            quote! {
                if let Some(value) = #found {
                    params.set(#name, waiter::strings(value));
                }
            }
        }
        PathResult::String => quote! {
            let value: Vec<&'a str> = #found;
            if let Some(value) = value.first() {
                params.set(#name, *value);
            }
        },
        PathResult::Strings { .. } => quote! {
            let value: Vec<&'a str> = #found;
            params.set(#name, value);
        },
        PathResult::Boolean => quote! {
            if let Some(value) = #found {
                params.set(#name, value);
            }
        },
    }
}

/// Emits `endpoint_params` if the operation or its input sets parameters of the endpoint rules.
fn endpoint_params(operation: &Operation) -> Option<TokenStream> {
    let sets: Vec<TokenStream> = operation
        .context
        .iter()
        .map(|param| {
            let name = &param.name;
            let (member, ty) = match &param.value {
                ContextValue::Input { member, ty } => (member, ty),
                ContextValue::Path { value, gives } => return path_param(name, value, *gives),
                ContextValue::String(value) => return quote!(params.set(#name, #value);),
                ContextValue::Bool(value) => return quote!(params.set(#name, #value);),
                ContextValue::Strings(values) => {
                    let values = quote!(std::borrow::Cow::Borrowed(&[#(#values),*]));
                    return quote!(params.set(#name, simba_runtime::endpoint::Value::StrArray(#values)););
                }
            };
            let value = match ty {
                SettingKind::Bool => quote!(*value),
                SettingKind::Str => quote!(value.as_str()),
                SettingKind::StrArray => quote!(value.iter().map(|value| value.as_str()).collect::<Vec<_>>()),
            };
            if let PathStep { member, optional: false, boxed: false } = member {
                return quote! {
                    let value = &self.#member;
                    params.set(#name, #value);
                };
            }
            let found = reach(&quote!(self), std::slice::from_ref(member));
            quote! {
                if let Some(value) = #found {
                    params.set(#name, #value);
                }
            }
        })
        .collect();
    // The expressions for paths refer to the request by the name `request`.
    let by_path = operation.context.iter().any(|param| matches!(param.value, ContextValue::Path { .. }));
    let request = by_path.then(|| quote!(let request = self;));
    (!sets.is_empty()).then(|| {
        quote! {
            fn endpoint_params<'a>(&'a self, params: &mut simba_runtime::endpoint::Params<'a>) {
                #request
                #(#sets)*
            }
        }
    })
}

/// Emits an expression of type `Option<&T>` for the member to which a path leads.
fn reach(start: &TokenStream, path: &[PathStep]) -> TokenStream {
    let mut expression = quote!(Some(#start));
    for (index, step) in path.iter().enumerate() {
        let member = &step.member;
        let by_reference = match (step.optional, step.boxed) {
            (true, false) => quote!(value.#member.as_ref()),
            (true, true) => quote!(value.#member.as_deref()),
            (false, false) => quote!(Some(&value.#member)),
            (false, true) => quote!(Some(value.#member.as_ref())),
        };
        expression = if index == 0 {
            match (step.optional, step.boxed) {
                (true, false) => quote!(#start.#member.as_ref()),
                (true, true) => quote!(#start.#member.as_deref()),
                (false, false) => quote!(Some(&#start.#member)),
                (false, true) => quote!(Some(#start.#member.as_ref())),
            }
        } else {
            quote!(#expression.and_then(|value| #by_reference))
        };
    }
    expression
}

/// Emits code such as
/// ```ignore
/// impl simba_runtime::pagination::Paginated for DescribeBackupsRequest { … }
/// impl simba_runtime::pagination::PaginatedItems for DescribeBackupsRequest { … }
/// ```
fn pages_impl(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let request = ident(&operation.input.name.rust);
    let (token, PathStep { member, optional, .. }) = (&pagination.token, &pagination.input_token);
    let present = present(token);
    let asked = match optional {
        true => quote!(self.#member.clone()),
        false => quote!(Some(&self.#member) #present .cloned()),
    };
    let set = if *optional { quote!(Some(token)) } else { quote!(token) };
    let found = reach(&quote!(response), &pagination.output_token);
    let items = pagination.items.as_ref().map(|items| {
        let item = match &items.collection {
            Type::Map(key, element) => {
                let element = super::tokens::element_type(element);
                quote!((#key, #element))
            }
            Type::List(element) => super::tokens::element_type(element),
            other => quote!(#other),
        };
        let taken = take(&items.path, &items.collection);
        quote! {
            impl simba_runtime::pagination::PaginatedItems for #request {
                type Item = #item;
                fn items(response: Self::Response) -> Vec<Self::Item> {
                    #taken
                }
            }
        }
    });
    quote! {
        impl simba_runtime::pagination::Paginated for #request {
            type Token = #token;
            fn input_token(&self) -> Option<Self::Token> {
                #asked
            }
            fn set_input_token(&mut self, token: Self::Token) {
                self.#member = #set;
            }
            fn output_token(response: &Self::Response) -> Option<Self::Token> {
                #found #present .cloned()
            }
        }
        #items
    }
}

/// Emits a `.filter(…)` that removes an empty token. An empty token means that there are no more pages. Numbers are
/// never empty.
fn present(token: &Type) -> Option<TokenStream> {
    match token {
        Type::String | Type::List(_) | Type::Map(..) => Some(quote!(.filter(|token| !token.is_empty()))),
        Type::Blob => Some(quote!(.filter(|token| !token.as_ref().is_empty()))),
        Type::Enum(_) => Some(quote!(.filter(|token| !token.as_str().is_empty()))),
        _ => None,
    }
}

/// Emits an expression of type `Vec<T>` for the elements of the collection to which a path leads.
fn take(path: &[PathStep], collection: &Type) -> TokenStream {
    let Some((last, before)) = path.split_last() else { return quote!(Vec::new()) };
    let steps: Vec<TokenStream> = before
        .iter()
        .map(|step| {
            let member = &step.member;
            match (step.optional, step.boxed) {
                (true, _) => quote! {
                    let Some(response) = response.#member else {
                        return Vec::new();
                    };
                },
                (false, true) => quote!(let response = *response.#member;),
                (false, false) => quote!(let response = response.#member;),
            }
        })
        .collect();
    let member = &last.member;
    let present = last.optional.then(|| quote!(.unwrap_or_default()));
    let entries = match collection {
        Type::Map(..) => Some(quote!(.into_iter().collect())),
        _ => None,
    };
    quote! {
        #(#steps)*
        response.#member #present #entries
    }
}

/// Emits code such as
/// ```ignore
/// pub enum CreateBackupError { BackupInProgress(crate::error::BackupInProgress), …, Unknown(error::UnknownError) }
/// error::service_error! { CreateBackupError; BackupInProgress; … }
/// ```
fn error(operation: &Operation) -> TokenStream {
    let name = ident(&operation.error);
    let doc =
        comment(format!("The errors that the service returns for [`{0}`](crate::Client::{0}).", operation.method));
    let variants: Vec<_> = operation.errors.iter().map(|error| ident(&error.variant)).collect();
    let types: Vec<_> = operation.errors.iter().map(|error| &error.ty).collect();
    let summaries = operation.errors.iter().map(|error| comment(&error.summary));
    quote! {
        #[#doc]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#[#summaries] #variants(#types),)*
            /// An error that the model does not list for this operation.
            Unknown(error::UnknownError),
        }
        error::service_error! { #name; #(#variants;)* }
    }
}
