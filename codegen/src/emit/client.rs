//! Emits the crate root, `lib.rs`, and the client, which has a method for each operation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    comment::comment,
    docs::{self, Examples},
    error::send_errors,
    operation::auth_schemes,
    structure::{many_arguments, required_arguments},
    tokens::ident,
    waiter,
};
use crate::ir::{Operation, ReadTimeout, Retry, RetryDefaults, Service};

/// Emits the crate's documentation, modules and re-exports.
pub(super) fn lib(examples: &Examples<'_>) -> TokenStream {
    let service = examples.service;
    let reason = "The client must support deprecated items.";
    let allow = service.has_deprecated().then(|| quote!(#![allow(deprecated, reason = #reason)]));
    let doc = docs::front_page::documentation(examples);
    let doc = comment(doc.body);
    let title = &service.title;
    let settings = (!service.settings.is_empty()).then(|| {
        quote!(
            pub mod settings;
        )
    });
    let event_stream = service.has_event_streams().then(|| {
        quote!(
            pub use simba_runtime::event_stream;
        )
    });
    let config = match service.is_aws {
        true => quote! {
            /// Client settings, and functions that load them.
            pub mod config {
                pub use simba_aws_config::{Environment, from_env, from_environment, from_profile};
                pub use simba_runtime::config::*;
            }
        },
        false => quote! {
            /// Client settings.
            pub mod config {
                pub use simba_runtime::config::*;
            }
        },
    };
    let blocking_config = service.is_aws.then(|| {
        quote!(
            pub use simba_aws_config::blocking::{from_env, from_profile};
        )
    });
    let client_doc = comment(format!("A client for {title}. Clones are cheap and share connections."));
    let blocking_client_doc =
        comment(format!("A blocking client for {title}. Clones are cheap and share connections."));
    quote! {
        #![#doc]
        // The lints below are not in the manifest, where they would also apply to tests and examples that users add.
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![deny(missing_docs)]
        #![forbid(unsafe_code)]
        #allow
        pub mod client;
        mod endpoint;
        pub mod error;
        pub mod operation;
        #settings
        pub mod types;
        pub use error::Error;
        #[doc(hidden)]
        pub use simba_runtime as runtime;
        #[cfg(feature = "testing")]
        pub use simba_runtime::testing;
        #[doc(no_inline)]
        pub use simba_runtime::{Body, BoxFuture, Bytes, http};
        #event_stream
        pub use simba_runtime::{
            call, clock, config::Config, credentials, interceptor, pagination, primitives, random, response, retry,
            timeout, transport, waiter,
        };
        #config
        #[#client_doc]
        pub type Client = client::Client<simba_runtime::call::Async>;
        /// The blocking client, for programs without an asynchronous runtime.
        #[cfg(feature = "blocking")]
        pub mod blocking {
            #blocking_config
            #[#blocking_client_doc]
            pub type Client = crate::client::Client<simba_runtime::call::Blocking>;
        }
    }
}

/// Emits `Client`, and the schema of the service.
pub(super) fn client(service: &Service) -> TokenStream {
    let doc = comment(format!("The client for {}.", service.title));
    let facts = facts(service);
    let imports = imports(service);
    let methods: Vec<TokenStream> = service.operations.iter().map(method).collect();
    let waiters = waiters(service);
    let (common, blocking) = (common(service), blocking(service));
    let client_doc = comment(format!(
        "A client for {}. `M` determines whether calls are asynchronous or block the thread.",
        service.title
    ));
    quote! {
        #![#doc]
        use simba_runtime::{call, client, config, operation, schema #imports};
        #facts
        #[#client_doc]
        #[derive(Clone, Debug)]
        pub struct Client<M = call::Async>(client::Client, std::marker::PhantomData<M>);
        #common
        impl<M> Client<M> {
            #(#methods)*
            #(#waiters)*
        }
        #blocking
    }
}

/// Emits the return type of `send`.
fn sent() -> TokenStream {
    quote!(Result<simba_runtime::response::Response<R::Response>, simba_runtime::error::SdkError<R::Error>>)
}

/// Emits the return type of `call_raw`.
fn sent_raw() -> TokenStream {
    quote! {
        Result<
            simba_runtime::response::Response<simba_runtime::primitives::Document>,
            simba_runtime::error::SdkError<simba_runtime::error::UnknownError>,
        >
    }
}

/// Emits the methods that do not depend on the operations: those of all clients, and those of asynchronous clients.
fn common(service: &Service) -> TokenStream {
    let (sent, sent_raw, errors) = (sent(), sent_raw(), send_errors(service.is_authenticated()));
    let call_raw = service.protocol.calls_by_name.then(|| {
        quote! {
            /// Calls an operation by name, with documents as input and output. Use this method for operations
            /// and members that this version of the crate does not have.
            #[#errors]
            pub async fn call_raw(
                &self,
                operation: &str,
                input: impl Into<simba_runtime::primitives::Document>,
            ) -> #sent_raw {
                self.0.call_raw(operation, input).await
            }
        }
    });
    let from_env = service.is_aws.then(|| {
        quote! {
            /// Creates a client with the settings from environment variables and from the profile files that AWS
            /// tools share.
            ///
            /// # Errors
            ///
            /// Returns an error if a setting or a profile file is invalid.
            pub async fn from_env() -> Result<Self, config::ConfigError> {
                Ok(Self::new(simba_aws_config::from_env().await?))
            }
        }
    });
    quote! {
        impl<M> Client<M> {
            /// Returns the client's settings.
            #[must_use]
            pub fn config(&self) -> &config::Config {
                self.0.config()
            }
        }
        impl Client {
            /// Creates a client with the given settings, without opening a connection. If a setting is missing,
            /// the first call that needs it returns an error.
            #[must_use]
            pub fn new(config: config::Config) -> Self {
                Self(client::Client::new(&SERVICE, config), std::marker::PhantomData)
            }
            #from_env
            /// Sends a request that was built without a client.
            #[#errors]
            pub async fn send<R: operation::Request>(&self, request: R) -> #sent {
                self.0.send(request, call::CallOptions::new()).await
            }
            #call_raw
        }
    }
}

/// Emits the methods of the blocking client that do not depend on the operations.
fn blocking(service: &Service) -> TokenStream {
    let (sent, sent_raw, errors) = (sent(), sent_raw(), send_errors(service.is_authenticated()));
    let call_raw = service.protocol.calls_by_name.then(|| {
        quote! {
            /// Calls an operation by name, with documents as input and output, and blocks the thread until the
            /// call ends. Use this method for operations and members that this version of the crate does not
            /// have.
            #[#errors]
            pub fn call_raw(
                &self,
                operation: &str,
                input: impl Into<simba_runtime::primitives::Document>,
            ) -> #sent_raw {
                self.0.call_raw_blocking(operation, input)
            }
        }
    });
    let from_env = service.is_aws.then(|| {
        quote! {
            /// Creates a client with the settings from environment variables and from the profile files that AWS
            /// tools share.
            ///
            /// # Errors
            ///
            /// Returns an error if a setting or a profile file is invalid.
            pub fn from_env() -> Result<Self, config::ConfigError> {
                Ok(Self::new(simba_aws_config::blocking::from_env()?))
            }
        }
    });
    quote! {
        #[cfg(feature = "blocking")]
        impl Client<call::Blocking> {
            /// Creates a client with the given settings, without opening a connection. If a setting is missing,
            /// the first call that needs it returns an error.
            #[must_use]
            pub fn new(config: config::Config) -> Self {
                Self(client::Client::new(&SERVICE, config), std::marker::PhantomData)
            }
            #from_env
            /// Sends a request that was built without a client, and blocks the thread until the call ends.
            #[#errors]
            pub fn send<R: operation::Request>(&self, request: R) -> #sent {
                self.0.send_blocking(request, call::CallOptions::new())
            }
            #call_raw
        }
    }
}

/// Emits the additional import `, waiter` if the client has methods for waiters.
fn imports(service: &Service) -> TokenStream {
    let waiters = || service.operations.iter().flat_map(|operation| &operation.waiters.waiters);
    let waiter = waiters().next().map(|_| quote!(, waiter));
    quote!(#waiter)
}

/// Emits code such as
/// ```ignore
/// pub(crate) static SERVICE_SCHEMA: schema::ServiceSchema = schema::ServiceSchema { id: …, version: "2018-03-01", … };
/// pub(crate) static SERVICE: operation::Service = operation::Service { schema: &SERVICE_SCHEMA, … };
/// ```
fn facts(service: &Service) -> TokenStream {
    let Service { namespace, shape, id, signing_name, api_version, target_prefix, .. } = service;
    let auth = auth_schemes(&service.auth);
    let constant = service.protocol.runtime.iter().map(|name| ident(name));
    let compatible = service.protocol.query_compatible.then(|| quote!(.query_compatible()));
    let protocol = quote!(&simba_runtime::protocol #(::#constant)* #compatible);
    let retryable = service.retryable.iter().map(|(code, retry)| {
        let retry = match retry {
            Retry::Transient => quote!(Transient),
            Retry::Throttling => quote!(Throttling),
        };
        quote!((#code, schema::Retryable::#retry))
    });
    let sensitive = service.errors.iter().filter(|error| error.has_sensitive_message());
    let sensitive_errors = sensitive.filter_map(|error| error.error.as_ref()).flat_map(|facts| &facts.codes);
    let retry = match service.retry {
        None => quote!(simba_runtime::__private::ServiceRetry::STANDARD),
        Some(RetryDefaults { base_delay, max_attempts }) => {
            let (base_delay, max_attempts) =
                (Literal::u64_unsuffixed(base_delay), Literal::u32_unsuffixed(max_attempts));
            quote!(simba_runtime::__private::ServiceRetry {
                base_delay: std::time::Duration::from_millis(#base_delay),
                max_attempts: #max_attempts,
            })
        }
    };
    let account_id_endpoints = match service.has_account_id_endpoints() {
        true => quote!(Supported),
        false => quote!(Unsupported),
    };
    let read_timeout = match service.read_timeout {
        ReadTimeout::Standard => quote!(Standard),
        ReadTimeout::Seconds(seconds) => {
            let seconds = Literal::u64_unsuffixed(seconds);
            quote!(Raised(std::time::Duration::from_secs(#seconds)))
        }
        ReadTimeout::Unlimited => quote!(Unlimited),
    };
    quote! {
        /// The schema of the service.
        pub(crate) static SERVICE_SCHEMA: schema::ServiceSchema = schema::ServiceSchema {
            id: schema::ShapeId { namespace: #namespace, name: #shape },
            version: #api_version,
            sdk_id: #id,
            signing_name: #signing_name,
            target_prefix: #target_prefix,
            auth: #auth,
        };
        /// The service: its schema, protocol and endpoint rules.
        pub(crate) static SERVICE: operation::Service = operation::Service {
            schema: &SERVICE_SCHEMA,
            protocol: #protocol,
            resolve_endpoint: crate::endpoint::resolve,
            account_id_endpoints: operation::AccountIdEndpoints::#account_id_endpoints,
            retry: #retry,
            read_timeout: simba_runtime::__private::ServiceReadTimeout::#read_timeout,
            retryable: &[#(#retryable),*],
            sensitive_errors: &[#(#sensitive_errors),*],
            events: simba_runtime::__private::events!(),
        };
    }
}

/// Emits code such as
/// ```ignore
/// /// Copies a backup. …
/// pub fn copy_backup(&self, source_backup_id: impl Into<String>) -> operation::copy_backup::CopyBackup { … }
/// ```
fn method(operation: &Operation) -> TokenStream {
    let module = ident(&operation.method);
    let call = ident(&operation.name.rust);
    let deprecated = &operation.deprecated;
    let arguments = required_arguments(&operation.input);
    let lint = many_arguments(&operation.input, 1);
    let names = operation.input.arguments();
    let contents = if operation.example.is_some() {
        "optional members, errors and an example"
    } else {
        "optional members and errors"
    };
    let doc = comment(format!(
        "{}\n\nSee [`{2}`](crate::operation::{1}::{2}) for {contents}.",
        operation.doc.summary, operation.method, operation.name.rust
    ));
    quote! {
        #[#doc]
        #deprecated
        #lint
        pub fn #module(&self, #(#arguments),*) -> crate::operation::#module::#call<M> {
            crate::operation::#module::#call::new(&self.0, #(#names),*)
        }
    }
}

/// Emits the methods that start the waiters of the service, in the order of the operations.
fn waiters(service: &Service) -> Vec<TokenStream> {
    let all = service
        .operations
        .iter()
        .flat_map(|operation| operation.waiters.waiters.iter().map(move |waiter| waiter::method(operation, waiter)));
    all.collect()
}
