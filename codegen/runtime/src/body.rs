//! HTTP message bodies.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::sync::lock;

/// The maximum capacity, in bytes, to reserve for a body before its data arrives.
const LARGEST_RESERVATION: u64 = 1024 * 1024;

/// The error type of a [`Body`]. It can hold any error.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a request or response: bytes in memory, or a stream.
///
/// A body of bytes, or one created by [`replayable`](Self::replayable), can be sent again when an attempt fails. A
/// body created by [`from_stream`](Self::from_stream) or [`wrap`](Self::wrap) can be sent only once.
///
/// `Body` implements [`http_body::Body`], which hyper and axum accept.
///
/// ```
/// # use simba_runtime::body::Body;
/// #
/// let body = Body::from("hello");
/// assert_eq!(body.content_length(), Some(5));
/// assert!(body.is_replayable());
/// ```
pub struct Body(Kind);

enum Kind {
    Bytes(Bytes),
    Stream(Source),
    Replayable { length: Option<u64>, open: Arc<dyn Fn() -> Body + Send + Sync>, opened: Option<Box<Body>> },
}

/// The error returned when a body exceeds the size limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LengthLimitError {
    limit: u64,
}

impl fmt::Display for LengthLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body is larger than {} bytes", self.limit)
    }
}

debug_as_display!(LengthLimitError);

impl Error for LengthLimitError {}

/// A stream that is read once. The mutex is never contended. Its purpose is to make a body `Sync` even if its stream is
/// only `Send`.
type Source = Mutex<Option<Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>>>;

impl Body {
    /// Creates an empty body.
    #[must_use]
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// Creates a body from a stream of bytes. `length` is the total length in bytes, if known. If it is unknown,
    /// HTTP/1.1 uses chunked encoding. The stream can be sent only once, so a call with such a body is not retried.
    pub fn from_stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        Self::from_source(StreamBody { stream: Box::pin(stream), length })
    }

    /// Creates a body from another implementation of [`http_body::Body`]. It can be sent only once, so a call with
    /// such a body is not retried.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::from_source(Wrapped { left: body.size_hint().exact(), body: Box::pin(body) })
    }

    /// Creates a body from an implementation that already uses this crate's error type, which saves an allocation.
    pub(crate) fn from_source(body: impl http_body::Body<Data = Bytes, Error = BoxError> + Send + 'static) -> Self {
        Self(Kind::Stream(Mutex::new(Some(Box::pin(body)))))
    }

    /// Creates a body that can be sent more than once. Each attempt calls `open` and sends the body that `open`
    /// returns, for example one that reads a file. `length` is the total length in bytes, if known.
    pub fn replayable(length: Option<u64>, open: impl Fn() -> Self + Send + Sync + 'static) -> Self {
        Self(Kind::Replayable { length, open: Arc::new(open), opened: None })
    }

    /// Returns the bytes, or `None` if the body is a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Stream(_) | Kind::Replayable { .. } => None,
        }
    }

    /// Returns the length in bytes, if known.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }

    /// Returns whether the body can be sent more than once.
    #[must_use]
    pub fn is_replayable(&self) -> bool {
        match self.0 {
            Kind::Bytes(_) | Kind::Replayable { .. } => true,
            Kind::Stream(_) => false,
        }
    }

    /// Returns a copy of the body, or `None` if the body is a stream that can be read only once. Call this method
    /// before reading the body, because the copy may not contain data that has already been read.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Kind::Bytes(bytes) => Some(Self::from(bytes.clone())),
            Kind::Stream(_) => None,
            Kind::Replayable { length, open, .. } => {
                Some(Self(Kind::Replayable { length: *length, open: Arc::clone(open), opened: None }))
            }
        }
    }

    /// Returns the body for the next attempt of a call: a copy, or the stream itself if it has not been sent yet.
    pub(crate) fn for_attempt(&self) -> Option<Self> {
        match &self.0 {
            Kind::Stream(stream) => {
                let stream = lock(stream).take()?;
                Some(Self(Kind::Stream(Mutex::new(Some(stream)))))
            }
            Kind::Bytes(_) | Kind::Replayable { .. } => self.try_clone(),
        }
    }

    /// Returns the next bytes, or `None` at the end of the body. Empty frames and trailers are skipped.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream fails. For a response body, the error is a
    /// [`TransportError`](crate::transport::TransportError).
    pub async fn next(&mut self) -> Option<Result<Bytes, BoxError>> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Polls for the next bytes. Yields to the executor after each empty frame and after trailers. Otherwise, a stream
    /// that is always ready but never has data would keep the call's timeouts from expiring.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match ready!(http_body::Body::poll_frame(Pin::new(self), cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if !data.is_empty() => Poll::Ready(Some(Ok(data))),
                Ok(_) | Err(_) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            },
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => Poll::Ready(None),
        }
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream fails. For a response body, the error is a
    /// [`TransportError`](crate::transport::TransportError).
    pub async fn collect(self) -> Result<Bytes, BoxError> {
        self.collect_up_to(u64::MAX).await
    }

    /// Reads the whole body, which must not exceed `limit` bytes.
    ///
    /// # Errors
    ///
    /// Returns a [`LengthLimitError`] if the body or its announced length exceeds `limit`. Returns the stream's error
    /// if the stream fails.
    pub async fn collect_up_to(mut self, limit: u64) -> Result<Bytes, BoxError> {
        self.read_up_to(limit).await
    }

    /// Reads the rest of the body, with the same limit and errors as [`collect_up_to`](Self::collect_up_to).
    pub(crate) async fn read_up_to(&mut self, limit: u64) -> Result<Bytes, BoxError> {
        // The announced length is untrusted, so it must not cause an allocation much larger than the data received.
        let announced = http_body::Body::size_hint(self).lower();
        if announced > limit {
            return Err(LengthLimitError { limit }.into());
        }
        let announced = usize::try_from(announced.min(LARGEST_RESERVATION)).unwrap_or(0);
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        let mut size = 0;
        while let Some(data) = self.next().await {
            let data = data?;
            size += data.len() as u64;
            if size > limit {
                return Err(LengthLimitError { limit }.into());
            }
            // Most bodies arrive as a single chunk, which is returned without a copy.
            if first.is_empty() {
                first = data;
            } else {
                if rest.is_empty() {
                    rest.reserve(announced.max(first.len() + data.len()));
                    rest.extend_from_slice(&first);
                }
                rest.extend_from_slice(&data);
            }
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let frame = match &mut this.0 {
            Kind::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Kind::Stream(stream) => match &mut *lock(stream) {
                Some(stream) => stream.as_mut().poll_frame(cx),
                None => Poll::Ready(None),
            },
            Kind::Replayable { open, opened, .. } => {
                Pin::new(&mut **opened.get_or_insert_with(|| Box::new(open()))).poll_frame(cx)
            }
        };
        // A body ends after an error, even if its stream would return the same error again and again.
        if let Poll::Ready(Some(Err(_))) = frame {
            *this = Self::empty();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Bytes(bytes) => bytes.is_empty(),
            Kind::Stream(stream) => match &*lock(stream) {
                Some(stream) => stream.is_end_stream(),
                None => true,
            },
            Kind::Replayable { opened, .. } => opened.as_ref().is_some_and(|body| body.is_end_stream()),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(stream) => match &*lock(stream) {
                Some(stream) => stream.size_hint(),
                None => SizeHint::with_exact(0),
            },
            Kind::Replayable { length, opened, .. } => match opened {
                Some(body) => body.size_hint(),
                None => length.map(SizeHint::with_exact).unwrap_or_default(),
            },
        }
    }
}

/// Omits the content, which may be sensitive.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Kind::Bytes(_) => "bytes",
            Kind::Stream(_) => "stream",
            Kind::Replayable { .. } => "replayable stream",
        };
        f.debug_struct("Body").field("kind", &kind).field("length", &self.content_length()).finish()
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<String> for Body {
    fn from(string: String) -> Self {
        Self::from(Bytes::from(string))
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self::from(Bytes::from_static(bytes))
    }
}

impl From<&'static str> for Body {
    fn from(string: &'static str) -> Self {
        Self::from(string.as_bytes())
    }
}

/// A blocking reader for a body. Reading waits until the body has data.
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub(crate) struct Reader<F> {
    body: Body,
    read: Bytes,
    next: F,
}

#[cfg(any(test, feature = "blocking", feature = "testing"))]
impl<F: FnMut(&mut Body) -> Option<Result<Bytes, BoxError>>> Reader<F> {
    /// Creates a reader that calls `next` to wait for the next bytes of the body.
    pub(crate) fn new(body: Body, next: F) -> Self {
        Self { body, read: Bytes::new(), next }
    }
}

#[cfg(any(test, feature = "blocking", feature = "testing"))]
impl<F: FnMut(&mut Body) -> Option<Result<Bytes, BoxError>>> std::io::Read for Reader<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.read.is_empty() {
            match (self.next)(&mut self.body) {
                None => return Ok(0),
                Some(data) => self.read = data.map_err(std::io::Error::other)?,
            }
        }
        let size = buffer.len().min(self.read.len());
        buffer[..size].copy_from_slice(&self.read.split_to(size));
        Ok(size)
    }
}

struct StreamBody<S> {
    stream: Pin<Box<S>>,
    length: Option<u64>,
}

impl<S: Stream<Item = Result<Bytes, E>>, E: Into<BoxError>> http_body::Body for StreamBody<S> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let next = ready!(self.stream.as_mut().poll_next(cx));
        let next = next.map(|data| data.map(Frame::data).map_err(Into::into));
        Poll::Ready(measured(next, &mut self.length))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// Returns the next frame of a stream, or an error if the stream is shorter or longer than its declared length. Without
/// this check, the request would be truncated or would never end.
fn measured(
    next: Option<Result<Frame<Bytes>, BoxError>>,
    left: &mut Option<u64>,
) -> Option<Result<Frame<Bytes>, BoxError>> {
    let Some(left) = left else { return next };
    match &next {
        Some(Ok(frame)) => {
            let size = frame.data_ref().map_or(0, |data| data.len() as u64);
            match left.checked_sub(size) {
                Some(rest) => *left = rest,
                None => return Some(Err("the stream is longer than its declared length".into())),
            }
            next
        }
        None if *left > 0 => {
            *left = 0;
            Some(Err("the stream is shorter than its declared length".into()))
        }
        Some(Err(_)) | None => next,
    }
}

/// A body from another library. Its errors are converted to this crate's error type.
struct Wrapped<B> {
    body: Pin<Box<B>>,
    left: Option<u64>,
}

impl<B: http_body::Body<Data = Bytes>> http_body::Body for Wrapped<B>
where
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let next = ready!(self.body.as_mut().poll_frame(cx)).map(|frame| frame.map_err(Into::into));
        Poll::Ready(measured(next, &mut self.left))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
