//! The runtime of the clients that Simba generates.
//!
//! Generated code describes the operations of a service and their shapes. This crate does the rest: it resolves
//! endpoints, retrieves credentials, and signs, sends and retries requests. The crate is compiled once, regardless of
//! the number of operations. See [`client`] for details.

#![cfg_attr(docsrs, feature(doc_cfg))]

/// Implements `Debug` in terms of `Display`. Errors use it since `main` and `unwrap` print errors with `Debug`.
macro_rules! debug_as_display {
    ($error:ty) => {
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod body;
pub mod call;
pub mod client;
pub mod clock;
pub mod codec;
pub mod config;
pub mod credentials;
mod date;
pub mod endpoint;
pub mod error;
#[cfg(feature = "event-stream")]
pub mod event_stream;
mod events;
mod features;
pub mod identity;
pub mod interceptor;
mod offload;
pub mod operation;
mod options;
pub mod pagination;
pub mod primitives;
pub mod protocol;
pub mod random;
pub mod response;
pub mod retry;
mod root_cause;
pub mod schema;
pub mod sigv4;
mod sync;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timeout;
pub mod transport;
#[doc(hidden)]
pub mod url;
mod user_agent;
pub mod waiter;

use std::future::Future;
use std::pin::Pin;

pub use body::Body;
pub use bytes::Bytes;
pub use http;
#[cfg(any(test, feature = "serde"))]
#[doc(hidden)]
pub use serde_core;

/// The type of the futures that the crate's dyn-compatible traits return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
