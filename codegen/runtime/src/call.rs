//! One call before it is made: a request, the client to send it with, and what this call does
//! differently.
//!
//! In: a request that setters go on filling. Out: the response, or the reason why there is none.

pub use crate::client::Sending;
pub use crate::pagination::{Paginated, PaginatedItems};

#[doc(hidden)]
pub use crate::{__call as call, __items as items, __pages as pages};

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::body::Body;
use crate::client::Client;
use crate::config::url::Redacted;
use crate::error::SdkError;
use crate::operation::Request;
use crate::pagination::{Items, Pages};
use crate::response::Response;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;

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
    /// What this call does differently.
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

impl<R: Paginated, M> Call<R, M> {
    /// The pages of the answer, fetched as you ask for them.
    #[must_use]
    pub fn pages(self) -> Pages<R, M> {
        Pages::new(self)
    }
}

impl<R: PaginatedItems, M> Call<R, M> {
    /// The items on all pages, fetched as you ask for them.
    #[must_use]
    pub fn items(self) -> Items<R, M> {
        self.pages().items()
    }
}

impl<R: Request> Call<R, Async> {
    /// Sends the request, again if need be, and reads the reply.
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
    /// Sends the request, again if need be, and reads the reply. Blocks the thread meanwhile.
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

/// What one call does differently from its client's settings.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) overrides: Option<Box<Overrides>>,
}

/// Boxed, so that the many calls without any are small.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) timeouts: Option<TimeoutConfig>,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) headers: HeaderMap,
    pub(crate) max_response_size: Option<u64>,
}

/// Headers are shown by name, and the endpoint without user and query: values may be secrets.
impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url.as_deref().map(Redacted))
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("max_response_size", &self.max_response_size)
            .finish()
    }
}

impl CallOptions {
    /// Nothing different.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn region_override(&self) -> Option<&str> {
        self.overrides.as_ref()?.region.as_deref()
    }

    pub(crate) fn endpoint_override(&self) -> Option<&str> {
        self.overrides.as_ref()?.endpoint_url.as_deref()
    }

    pub(crate) fn max_response_size_override(&self) -> Option<u64> {
        self.overrides.as_ref()?.max_response_size
    }

    fn overrides(&mut self) -> &mut Overrides {
        self.overrides.get_or_insert_default()
    }

    /// Calls this region: 1 to 63 letters, digits and hyphens.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.overrides().region = Some(region.into());
        self
    }

    /// Calls this endpoint.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.overrides().endpoint_url = Some(url.into());
        self
    }

    /// Waits this long.
    #[must_use]
    pub fn timeouts(mut self, timeouts: TimeoutConfig) -> Self {
        self.overrides().timeouts = Some(timeouts);
        self
    }

    /// Retries this way.
    #[must_use]
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.overrides().retry = Some(retry);
        self
    }

    /// Reads a response of up to that many bytes, whatever the client's settings say.
    #[must_use]
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.overrides().max_response_size = Some(bytes);
        self
    }

    /// Sends this header too; it is signed.
    ///
    /// `User-Agent` replaces the client's own. The headers that the client computes itself, such as `Host`,
    /// `Content-Type`, `Content-Length`, `X-Amz-Target` and those of a signature, are refused: the call fails with
    /// [`SdkError::Input`] and nothing is sent.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.overrides().headers.insert(name, value);
        self
    }
}
