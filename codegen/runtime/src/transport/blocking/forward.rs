//! Plain HTTP requests through a proxy. The request line of such a request must contain the whole URI.
//!
//! ureq always requests a tunnel from a proxy, but proxies usually reject tunnels for plain HTTP. This module therefore
//! lets ureq connect to the proxy as if the proxy were the origin server, and rewrites the request line that ureq
//! writes: `POST /` becomes `POST http://example.com/`. The host comes from the `Host` header.

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// A connector that rewrites the request lines on its connections.
#[derive(Debug)]
pub(super) struct AbsoluteForm;

impl<In: Transport> Connector<In> for AbsoluteForm {
    type Out = ForwardingConnection<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| ForwardingConnection { inner, at_start: true }))
    }
}

/// A connection to a proxy.
#[derive(Debug)]
pub(super) struct ForwardingConnection<T> {
    inner: T,
    /// Whether the next bytes that are sent start a request. This is the case on a new connection and after each
    /// response.
    at_start: bool,
}

impl<T: Transport> Transport for ForwardingConnection<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if !std::mem::take(&mut self.at_start) {
            return self.inner.transmit_output(amount, timeout);
        }
        let bytes = in_absolute_form(&self.inner.buffers().output()[..amount]);
        let size = self.inner.buffers().output().len();
        for part in bytes.chunks(size) {
            self.inner.buffers().output()[..part.len()].copy_from_slice(part);
            self.inner.transmit_output(part.len(), timeout)?;
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.at_start = true;
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Returns the start of a request with the whole URI in its request line.
fn in_absolute_form(request: &[u8]) -> Vec<u8> {
    let host = request.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"host: "));
    let path = request.iter().position(|byte| *byte == b' ').map(|at| at + 1);
    let (Some(host), Some(path)) = (host, path) else { return request.to_vec() };
    [&request[..path], b"http://", host.trim_ascii_end(), &request[path..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_added_to_the_request_line() {
        let request = b"POST /a?b HTTP/1.1\r\nx: y\r\nhost: example.com:8080\r\n\r\nhost: body";
        let expected = b"POST http://example.com:8080/a?b HTTP/1.1\r\nx: y\r\nhost: example.com:8080\r\n\r\nhost: body";
        assert_eq!(in_absolute_form(request), expected);
    }
}
