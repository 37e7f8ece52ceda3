//! Bodies: one that is there already, and one that arrives.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::{Origin, broken, limited};
use crate::transport::{Settings, TransportError, TransportErrorKind};

/// A request's body, whole.
pub(super) struct Whole(Bytes);

impl Whole {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// Reads a reply's body to its end, within the call's limits of size and silence.
pub(super) async fn read(
    mut incoming: Incoming,
    settings: &Settings,
    origin: &Origin,
) -> Result<Bytes, TransportError> {
    let limit = settings.max_response_size;
    let announced = incoming.size_hint().lower();
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut size = 0;
    loop {
        if size.max(announced) > limit {
            let message = format!("the reply of {origin} is larger than {limit} bytes");
            return Err(TransportError::new(TransportErrorKind::TooLarge, message));
        }
        let next = poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx));
        let Some(frame) = limited(settings.read_timeout, origin, next).await? else { break };
        // Trailers are nothing that this protocol has a use for.
        let Ok(data) = frame.map_err(|error| broken(error, origin))?.into_data() else { continue };
        size += data.len() as u64;
        // Most replies come in one piece, which is then handed on without a copy.
        if first.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(usize::try_from(announced.min(limit)).unwrap_or(0).max(first.len() + data.len()));
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}
