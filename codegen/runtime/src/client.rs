//! The call path, from a typed request to a typed response.
//!
//! In: an operation's request. Out: its response. Only encoding and decoding know the types; what
//! lies between is one function over bytes.

use std::sync::Arc;

use bytes::Bytes;

use crate::call::CallOptions;
use crate::config::Config;
use crate::error::{SdkError, UnknownError};
use crate::operation::{Request, Service};
use crate::response::Response;

/// Sends requests. Cheap to clone; clones share connections, retry budget and credentials.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: &'static Service,
    config: Config,
}

impl Client {
    /// A client of the service.
    ///
    /// It neither fails nor connects: a setting that is missing or wrong is the error of the first
    /// call that needs it.
    #[must_use]
    pub fn new(service: &'static Service, config: Config) -> Self {
        Self {
            inner: Arc::new(Inner { service, config }),
        }
    }

    /// The client's settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The client's service.
    pub fn service(&self) -> &'static Service {
        self.inner.service
    }

    /// Sends a request, again if need be, and reads the reply.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    pub async fn send<R: Request>(
        &self,
        request: R,
        options: CallOptions,
    ) -> Result<Response<R::Response>, SdkError<R::Error>> {
        let _ = (request, options);
        unimplemented!()
    }

    /// Signs a request and hands it over instead of sending it.
    ///
    /// # Errors
    ///
    /// Whatever keeps the request from being written or signed.
    pub async fn prepare<R: Request>(
        &self,
        request: R,
        options: CallOptions,
    ) -> Result<http::Request<Bytes>, SdkError<R::Error>> {
        let _ = (request, options);
        unimplemented!()
    }

    /// Calls an operation by name, with JSON for input and output: for operations newer than the
    /// model that the client was generated from.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    pub async fn call_raw(
        &self,
        operation: &str,
        input: &serde_json::Value,
    ) -> Result<Response<serde_json::Value>, SdkError<UnknownError>> {
        let _ = (operation, input);
        unimplemented!()
    }
}
