//! The call path, from a typed request to a typed response.
//!
//! In: an operation's request. Out: its response. Only the protocol's encoding and decoding walk
//! through the types; what lies between is one function over bytes, so that an operation adds next
//! to nothing to a program:
//!
//! `encode → place (endpoint) → attempt (credentials, headers, signature, transport) → judge →
//! retry or decode`

#[doc(hidden)]
pub use crate::__client as client;

mod attempt;
mod body;
mod dispatch;
mod headers;
mod place;
#[cfg(test)]
pub(crate) mod tests;
mod trace;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_ENCODING;

use crate::BoxFuture;
use crate::call::CallOptions;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::credentials::CredentialsCache;
use crate::error::{DecodeError, ErrorMeta, Failure, InputError, Record, SdkError, UnknownError, Unreadable};
use crate::operation::{AnyRequest, Compression, Operation, Request, Service};
use crate::random;
use crate::response::Response;
use crate::retry::Retries;
use crate::sigv4::Signer;
use crate::transport::Transport;
use crate::user_agent;
use crate::wire::Empty;
use crate::wire::memory::{self, Limit};

use body::Body;
use place::Place;

/// Sends requests. Cheap to clone; clones share connections, retry budget and credentials.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: &'static Service,
    config: Config,
    io: Io,
    #[cfg(feature = "blocking")]
    blocking: Io,
    user_agent: HeaderValue,
    signer: Signer,
    retries: Retries,
    /// By how many seconds the service's clock is ahead of this machine's.
    skew: AtomicI64,
    /// Where calls go that say nothing special about it.
    place: OnceLock<Arc<Place>>,
}

/// What a call needs of the world.
#[derive(Clone, Debug)]
pub(crate) struct Io {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) credentials: Arc<CredentialsCache>,
}

/// A call that is ready to be sent.
pub(crate) struct Outgoing {
    operation: Facts,
    body: Body,
    place: Arc<Place>,
    options: CallOptions,
}

/// An operation's facts, which only a raw call owns.
enum Facts {
    Known(&'static Operation),
    Raw(Box<Operation>),
}

impl std::ops::Deref for Facts {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        match self {
            Self::Known(operation) => operation,
            Self::Raw(operation) => operation,
        }
    }
}

/// What dispatching gives.
pub(crate) type Dispatched = Result<Received, SdkError<ErrorMeta>>;

/// A response that is not read yet.
pub(crate) struct Received {
    reply: http::Response<Bytes>,
    attempts: u32,
    /// The size beyond which it would have been refused; its values are limited by it too.
    max_size: u64,
}

impl Client {
    /// A client of the service.
    ///
    /// It neither fails nor connects: a setting that is missing or wrong is the error of the first
    /// call that needs it.
    #[must_use]
    pub fn new(service: &'static Service, config: Config) -> Self {
        let clock = config.clock().cloned().unwrap_or_else(clock::default);
        let io = |transport: Arc<dyn Transport>| Io {
            credentials: config.credentials(&transport, &clock),
            transport,
            clock: Arc::clone(&clock),
        };
        let inner = Inner {
            service,
            io: io(config.transport()),
            #[cfg(feature = "blocking")]
            blocking: io(config.blocking_transport()),
            user_agent: user_agent::header(service, config.app_id()),
            signer: Signer::new(),
            retries: Retries::default(),
            skew: AtomicI64::new(0),
            place: OnceLock::new(),
            config,
        };
        Self { inner: Arc::new(inner) }
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
    /// The request is encoded at once, so that the future is small and borrows nothing.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    pub fn send<R: Request>(&self, mut request: R, options: CallOptions) -> Sending<R> {
        Sending { reply: self.start(&mut request, options), request: PhantomData }
    }

    /// The untyped half of sending.
    fn start(&self, request: &mut dyn AnyRequest, options: CallOptions) -> BoxFuture<'static, Dispatched> {
        let outgoing = self.encode(request, options);
        let client = self.clone();
        Box::pin(async move { client.dispatch(&client.inner.io, outgoing).await })
    }

    /// As [`send`](Self::send), over the given transport and clock.
    pub(crate) async fn send_over<R: Request>(
        &self,
        io: &Io,
        mut request: R,
        options: CallOptions,
    ) -> Result<Response<R::Response>, SdkError<R::Error>> {
        read::<R>(self.dispatch(io, self.encode(&mut request, options)).await)
    }

    /// What calls that are awaited need of the world.
    pub(crate) fn io(&self) -> &Io {
        &self.inner.io
    }

    /// What calls that block need of the world.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking_io(&self) -> &Io {
        &self.inner.blocking
    }

    /// Signs a request and hands it over instead of sending it.
    ///
    /// # Errors
    ///
    /// Whatever keeps the request from being written or signed.
    pub fn prepare<R: Request>(
        &self,
        mut request: R,
        options: CallOptions,
    ) -> impl Future<Output = Result<http::Request<Bytes>, SdkError<R::Error>>> + Send + use<R> {
        let outgoing = self.encode(&mut request, options);
        let client = self.clone();
        async move { client.sign(outgoing).await.map_err(modeled::<R>) }
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
        let outgoing = self.raw(operation, input);
        read_raw(operation, self.dispatch(&self.inner.io, outgoing).await)
    }

    /// As [`send`](Self::send), but blocks the thread until the reply is there.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking<R: Request>(
        &self,
        mut request: R,
        options: CallOptions,
    ) -> Result<Response<R::Response>, SdkError<R::Error>> {
        let outgoing = self.encode(&mut request, options);
        read::<R>(clock::block_on(self.dispatch(&self.inner.blocking, outgoing)))
    }

    /// As [`call_raw`](Self::call_raw), but blocks the thread until the reply is there.
    ///
    /// # Errors
    ///
    /// Whatever stopped the call; see [`SdkError`].
    #[cfg(feature = "blocking")]
    pub fn call_raw_blocking(
        &self,
        operation: &str,
        input: &serde_json::Value,
    ) -> Result<Response<serde_json::Value>, SdkError<UnknownError>> {
        let outgoing = self.raw(operation, input);
        read_raw(operation, clock::block_on(self.dispatch(&self.inner.blocking, outgoing)))
    }

    /// What all attempts will send.
    fn encode(&self, request: &mut dyn AnyRequest, options: CallOptions) -> Result<Outgoing, SdkError<ErrorMeta>> {
        let operation = request.operation();
        request.fill_token(&mut || random::uuid(self.inner.config.random()));
        let prefix = || if self.inner.config.host_prefix() { request.host_prefix() } else { Ok(None) };
        let written = operation.service.protocol.encode(request.as_encode()).and_then(|body| Ok((body, prefix()?)));
        let (body, prefix) = written.map_err(|error| input(operation, error))?;
        let place = self.place(operation, &options, prefix, &|params| request.endpoint_params(params))?;
        self.outgoing(Facts::Known(operation), body, place, options)
    }

    fn raw(&self, name: &str, value: &serde_json::Value) -> Result<Outgoing, SdkError<ErrorMeta>> {
        let service = self.inner.service;
        let mut operation = Operation::new(service, "", "");
        operation.target = Cow::Owned(format!("{}.{name}", service.shape));
        operation.name = Cow::Owned(name.to_owned());
        if !is_identifier(name) {
            let message =
                "not a valid operation name: expected ASCII letters, digits and underscores, such as `ListTags`";
            return Err(input(&operation, InputError::new(message)));
        }
        let body = serde_json::to_vec(value).map_err(|error| input(&operation, error.into()))?;
        let options = CallOptions::new();
        let place = self.place(&operation, &options, None, &|_| {})?;
        self.outgoing(Facts::Raw(Box::new(operation)), body, place, options)
    }

    fn outgoing(
        &self,
        operation: Facts,
        body: Vec<u8>,
        place: Arc<Place>,
        options: CallOptions,
    ) -> Result<Outgoing, SdkError<ErrorMeta>> {
        let min_size = match matches!(operation.compression, Compression::None) {
            true => None,
            false => self.inner.config.min_compression_size().map_err(|error| input(&operation, error.into()))?,
        };
        let body = Body::new(body, operation.compression, min_size);
        Ok(Outgoing { operation, body, place, options })
    }
}

/// Whether this is what Smithy calls an identifier: the form that all names of operations have.
fn is_identifier(name: &str) -> bool {
    let start = name.trim_start_matches('_');
    start.starts_with(|c: char| c.is_ascii_alphabetic() || (start.len() < name.len() && c.is_ascii_digit()))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn input(operation: &Operation, error: InputError) -> SdkError<ErrorMeta> {
    SdkError::Input(Failure::new(error, Record { operation: operation.name.clone(), ..Record::default() }))
}

/// A call that is on its way: the future of its response. Dropping it cancels the call.
#[must_use = "a call goes on only while it is awaited"]
pub struct Sending<R: Request> {
    reply: BoxFuture<'static, Dispatched>,
    request: PhantomData<fn() -> R>,
}

impl<R: Request> Future for Sending<R> {
    type Output = Result<Response<R::Response>, SdkError<R::Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.reply.as_mut().poll(cx).map(read::<R>)
    }
}

impl<R: Request> fmt::Debug for Sending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sending({})", R::OPERATION.name)
    }
}

/// The typed half of receiving: small, because each operation has its own copy.
fn read<R: Request>(dispatched: Dispatched) -> Result<Response<R::Response>, SdkError<R::Error>> {
    let mut body = R::Response::empty();
    let protocol = R::OPERATION.service.protocol;
    match receive(dispatched, &R::OPERATION.name, &mut |bytes| protocol.decode(bytes, &mut body)) {
        Ok((head, attempts)) => Ok(Response::new(body, head, attempts)),
        Err(error) => Err(modeled::<R>(error)),
    }
}

fn modeled<R: Request>(error: SdkError<ErrorMeta>) -> SdkError<R::Error> {
    error.reread()
}

fn read_raw(operation: &str, dispatched: Dispatched) -> Result<Response<serde_json::Value>, SdkError<UnknownError>> {
    // An operation without output may leave the body out.
    let mut value = serde_json::Value::Object(serde_json::Map::new());
    let read = receive(dispatched, operation, &mut |body| {
        if !body.is_empty() {
            memory::check_document().map_err(|error| DecodeError::new(error.to_string()))?;
            value = serde_json::from_slice(body)?;
        }
        Ok(())
    });
    match read {
        Ok((head, attempts)) => Ok(Response::new(value, head, attempts)),
        Err(error) => Err(error.reread()),
    }
}

/// The untyped half of receiving: has the body read, and gives what else there is.
fn receive(
    dispatched: Dispatched,
    operation: &str,
    decode: &mut dyn FnMut(&[u8]) -> Result<(), DecodeError>,
) -> Result<(http::response::Parts, u32), SdkError<ErrorMeta>> {
    let Received { reply, attempts, max_size } = dispatched?;
    let limit = Limit::set(max_size, reply.body());
    let decoded = decode(reply.body());
    drop(limit);
    match decoded {
        Ok(()) => Ok((reply.into_parts().0, attempts)),
        Err(error) => Err(unreadable(operation, error, reply, attempts)),
    }
}

#[cold]
fn unreadable(operation: &str, error: DecodeError, reply: http::Response<Bytes>, attempts: u32) -> SdkError<ErrorMeta> {
    let error = match reply.headers().get(CONTENT_ENCODING) {
        Some(encoding) => DecodeError::new(format!("it is encoded as {encoding:?}, which nobody asked for")),
        None => error,
    };
    let operation = Cow::Owned(operation.to_owned());
    let record = Record { operation, attempts, reply: Some(reply), ..Record::default() };
    SdkError::Unreadable(Failure::new(Unreadable::Body(error), record))
}
