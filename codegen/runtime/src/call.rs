//! One call before it is made: a request, the client to send it with, and what this call does
//! differently.
//!
//! In: a request that setters go on filling. Out: the response, or the reason why there is none.

pub use crate::client::Sending;
pub use crate::options::CallOptions;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::body::Body;
use crate::client::Client;
use crate::error::SdkError;
use crate::operation::Request;
use crate::response::Response;

/// Marks calls that are awaited.
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// Marks calls that block the thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;

/// One call before it is made. Every generated builder wraps one.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<R, M = Async> {
    /// The request.
    pub request: R,
    /// The options of this call.
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
    /// A call of the request's operation.
    pub fn new(client: &Client, request: R) -> Self {
        Self { request, options: CallOptions::default(), client: client.clone(), mode: PhantomData }
    }

    /// Sets what this call does differently.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

impl<R: Request> Call<R, Async> {
    /// Sends the request, again if need be, and reads the response.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    pub fn send(self) -> Sending<R> {
        self.client.send(self.request, self.options)
    }

    /// Signs the request and hands it over instead of sending it, within the call's timeout.
    ///
    /// # Errors
    ///
    /// Whatever keeps the request from being written or signed.
    pub fn prepare(self) -> impl Future<Output = Result<http::Request<Body>, SdkError<R::Error>>> + Send + use<R> {
        self.client.prepare(self.request, self.options)
    }
}

#[cfg(feature = "blocking")]
impl<R: Request> Call<R, Async> {
    /// The same call, to block the thread instead of being awaited.
    pub fn blocking(self) -> Call<R, Blocking> {
        Call { request: self.request, options: self.options, client: self.client, mode: PhantomData }
    }
}

#[cfg(feature = "blocking")]
impl<R: Request> Call<R, Blocking> {
    /// Sends the request, again if need be, and reads the response. Blocks the thread meanwhile.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
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
