//! Calls: requests together with their client and options, and the futures that send them.

pub use crate::client::{Preparing, Sending};
pub use crate::options::CallOptions;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use crate::client::Client;
use crate::error::SdkError;
use crate::operation::Request;
use crate::response::Response;

/// The mode of a [`Call`] that is awaited.
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// The mode of a [`Call`] that blocks the current thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;

/// A request together with the client that sends it. Every generated request builder wraps one.
///
/// ```
/// # use simba_runtime::call::{Call, CallOptions};
/// # use simba_runtime::error::SdkError;
/// # use simba_runtime::operation::Request;
/// # async fn send<R: Request>(call: Call<R>) -> Result<R::Response, SdkError<R::Error>> {
/// // Sends a request to a region other than the client's.
/// let response = call.with_options(CallOptions::new().region("eu-west-1")).await?;
/// println!("sent {} times", response.attempts());
/// # Ok(response.into_inner())
/// # }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R, M = Async> {
    /// The request to send.
    pub request: R,
    /// The options of this call, which take precedence over the client's configuration.
    pub options: CallOptions,
    client: Client,
    mode: PhantomData<fn() -> M>,
}

impl<R: Clone, M> Clone for Call<R, M> {
    fn clone(&self) -> Self {
        let (request, options, client) = (self.request.clone(), self.options.clone(), self.client.clone());
        Self { request, options, client, mode: PhantomData }
    }
}

impl<R: fmt::Debug, M> fmt::Debug for Call<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("options", &self.options).finish_non_exhaustive()
    }
}

impl<R: Request, M> Call<R, M> {
    /// Creates a call with default options.
    pub fn new(client: &Client, request: R) -> Self {
        Self { request, options: CallOptions::default(), client: client.clone(), mode: PhantomData }
    }

    /// Sets the options of this call.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

impl<R: Request> Call<R, Async> {
    /// Sends the request and reads the response. Transient failures are retried.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the call fails.
    pub fn send(self) -> Sending<R> {
        self.client.send(self.request, self.options)
    }

    /// Signs the request and returns it without sending it. The call's timeout applies. As in a call, interceptors can
    /// change the request before it is signed.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the request cannot be serialized or signed.
    pub fn prepare(self) -> Preparing<R> {
        self.client.prepare(self.request, self.options)
    }

    /// Adds a signature to the query string of the request, and returns the request without sending it. Anyone can send
    /// the request until the signature expires. The call's timeout applies.
    ///
    /// Interceptors are not called, since the sender of the request would have to send every header that they add.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the request cannot be serialized or signed, or if `expires` is not between one second
    /// and seven days.
    pub fn presign(self, expires: Duration) -> Preparing<R> {
        self.client.presign(self.request, self.options, expires)
    }
}

#[cfg(feature = "blocking")]
impl<R: Request> Call<R, Async> {
    /// Converts the call into one that blocks the current thread.
    pub fn blocking(self) -> Call<R, Blocking> {
        Call { request: self.request, options: self.options, client: self.client, mode: PhantomData }
    }
}

#[cfg(feature = "blocking")]
impl<R: Request> Call<R, Blocking> {
    /// Sends the request and reads the response, blocking the current thread. Transient failures are retried.
    ///
    /// # Errors
    ///
    /// Returns an [`SdkError`] if the call fails.
    pub fn send(self) -> Result<Response<R::Response>, SdkError<R::Error>> {
        self.client.send_blocking(self.request, self.options)
    }
}

impl<R: Request> IntoFuture for Call<R, Async> {
    type Output = Result<Response<R::Response>, SdkError<R::Error>>;
    type IntoFuture = Sending<R>;

    fn into_future(self) -> Sending<R> {
        self.send()
    }
}
