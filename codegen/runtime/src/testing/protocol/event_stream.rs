//! Runs a model's event stream tests: `smithy.test#eventStreamTests`.

use std::fmt::Debug;

use bytes::Bytes;

use super::{RequestCase, ResponseCase, config, shown};
use crate::client::Client;
use crate::clock::block_on;
use crate::codec::event_stream::{HeaderValue, Message, MessageDecoder};
use crate::error::SdkError;
use crate::event_stream::{self, Event, EventReceiver};
use crate::operation::Request;
use crate::options::CallOptions;
use crate::testing::MockTransport;

/// A test case: a call whose request or response is an event stream.
#[derive(Clone, Debug, Default)]
pub struct EventStreamCase {
    /// The expected request, without its body. The request is not checked if the method is empty.
    pub request: RequestCase,
    /// The expected messages of the request.
    pub sent: Vec<MessageCase>,
    /// The response, without its events.
    pub response: ResponseCase,
    /// The messages of the response.
    pub received: Vec<MessageCase>,
}

/// A message of an event stream. Empty fields are not checked.
#[derive(Clone, Debug, Default)]
pub struct MessageCase {
    /// The headers.
    pub headers: Vec<(&'static str, HeaderValue)>,
    /// The names of headers that must be absent.
    pub forbid_headers: &'static [&'static str],
    /// The names of headers that must be present.
    pub require_headers: &'static [&'static str],
    /// The payload.
    pub body: Option<&'static [u8]>,
    /// The media type of the payload.
    pub media_type: &'static str,
    /// The encoded message, if the client receives it. If this is empty, the message is encoded from the headers and
    /// the payload. Messages that the client sends are not compared with these bytes, since their headers may be in a
    /// different order.
    pub bytes: &'static [u8],
}

impl EventStreamCase {
    /// Checks that a call sends the expected request.
    ///
    /// # Panics
    ///
    /// Panics if the request differs.
    pub fn check_request<R: Request>(&self, request: R) {
        // The case does not define the response, which may lack required members. So the result of the call is ignored.
        let _ = self.call(request);
    }

    /// Checks that a call without events in its response sends the expected request and succeeds.
    ///
    /// # Panics
    ///
    /// Panics if the request differs, or if the call fails.
    pub fn check_success<R: Request>(&self, request: R) {
        self.succeed(request);
    }

    /// Checks that a call sends the expected request and receives the expected output and events. `stream` returns the
    /// output's event stream.
    ///
    /// # Panics
    ///
    /// Panics if the request, the output or the events differ, or if the call fails.
    pub fn check_events<R: Request, T: Event + Debug + PartialEq>(
        &self,
        request: R,
        mut output: R::Response,
        events: &[T],
        stream: fn(&mut R::Response) -> &mut EventReceiver<T>,
    ) where
        R::Response: Debug,
    {
        let mut found = self.succeed(request);
        let read = read(&mut std::mem::take(stream(&mut found)));
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", self.request.id));
        assert_eq!(read, events, "{}", self.request.id);
        *stream(&mut output) = EventReceiver::default();
        assert_eq!(format!("{found:?}"), format!("{output:?}"), "{}", self.request.id);
    }

    /// Checks that a call or its stream fails. If `code` is not empty, the error must have this code.
    ///
    /// # Panics
    ///
    /// Panics if the request differs, if neither the call nor its stream fails, or if the error has a different code.
    pub fn check_failure<R: Request, T: Event + Debug>(
        &self,
        request: R,
        code: &str,
        stream: fn(&mut R::Response) -> &mut EventReceiver<T>,
    ) {
        match self.call(request) {
            Err(error) => self.assert_code(error.code(), code),
            Ok(mut output) => match read(stream(&mut output)) {
                Err(error) => self.assert_code(error.code(), code),
                Ok(events) => panic!("{}: the stream ends without an error, after {events:?}", self.request.id),
            },
        }
    }

    /// Checks that a call without events in its response fails. If `code` is not empty, the error must have this code.
    ///
    /// # Panics
    ///
    /// Panics if the request differs, or if the call succeeds or fails with a different code.
    pub fn check_call_failure<R: Request>(&self, request: R, code: &str) {
        match self.call(request) {
            Err(error) => self.assert_code(error.code(), code),
            Ok(_) => panic!("{}: the call succeeds", self.request.id),
        }
    }

    fn assert_code(&self, found: Option<&str>, expected: &str) {
        assert!(expected.is_empty() || found == Some(expected), "{}: the code is {found:?}", self.request.id);
    }

    /// Checks that the stream of a call ends with the expected error. `variant` extracts this error from the stream's
    /// error.
    ///
    /// # Panics
    ///
    /// Panics if the request or the error differs, or if the call fails.
    pub fn check_stream_error<R: Request, T: Event + Debug, E: Debug + PartialEq>(
        &self,
        request: R,
        expected: &E,
        stream: fn(&mut R::Response) -> &mut EventReceiver<T>,
        variant: fn(&T::Error) -> Option<&E>,
    ) {
        let mut output = self.succeed(request);
        match read(stream(&mut output)) {
            Ok(events) => panic!("{}: the stream ends without an error, after {events:?}", self.request.id),
            Err(error) => assert_eq!(error.service().and_then(variant), Some(expected), "{}: {error}", self.request.id),
        }
    }

    fn succeed<R: Request>(&self, request: R) -> R::Response {
        self.call(request).unwrap_or_else(|error| panic!("{}: {error}", self.request.id))
    }

    /// Sends the request to a mock transport, checks the request that the transport receives, and returns the output.
    fn call<R: Request>(&self, request: R) -> Result<R::Response, SdkError<R::Error>> {
        let host = if self.request.host.is_empty() { "example.com" } else { self.request.host };
        let mock = MockTransport::new();
        let mut body = self.response.body.to_vec();
        self.received.iter().for_each(|message| body.extend_from_slice(&message.encoded()));
        let mut response = self.response.mock(body.into());
        if !self.received.is_empty() {
            let content_type = http::HeaderValue::from_static(event_stream::CONTENT_TYPE);
            response = response.header(http::header::CONTENT_TYPE, content_type);
        }
        mock.respond(R::OPERATION.name.as_ref(), response);
        let config =
            config(self.request.auth_scheme).endpoint_url(format!("https://{host}")).transport(mock.clone()).build();
        let sent = block_on(Client::new(R::SERVICE, config).send(request, CallOptions::new()));
        match mock.requests().first() {
            Some(recorded) => {
                let problems = self.problems(host, recorded.http());
                assert!(problems.is_empty(), "{}:\n{}", self.request.id, problems.join("\n"));
            }
            None => panic!("{}: the request was not sent: {:?}", self.request.id, sent.err()),
        }
        sent.map(crate::response::Response::into_inner)
    }

    fn problems(&self, host: &str, request: &http::Request<Bytes>) -> Vec<String> {
        let mut problems = match self.request.method {
            "" => Vec::new(),
            _ => self.request.problems(host, request),
        };
        if self.sent.is_empty() {
            return problems;
        }
        let mut sent = messages(request.body().clone());
        if let Ok(sent) = &mut sent
            && sent.first().is_some_and(|message| message.string_header(":event-type") == Some(INITIAL_REQUEST))
            && !self.sent.first().is_some_and(MessageCase::is_initial_request)
        {
            // The case tests only the events, not the initial request.
            sent.remove(0);
        }
        match sent {
            Ok(messages) if messages.len() == self.sent.len() => {
                for (found, expected) in messages.iter().zip(&self.sent) {
                    expected.compare(found, &mut problems);
                }
            }
            Ok(messages) => problems.push(format!("sent {} events; expected {}", messages.len(), self.sent.len())),
            Err(problem) => problems.push(problem),
        }
        problems
    }
}

impl MessageCase {
    /// Returns the encoded message.
    fn encoded(&self) -> Bytes {
        if !self.bytes.is_empty() {
            return Bytes::from_static(self.bytes);
        }
        let mut message = Message::new(self.body.unwrap_or_default());
        for (name, value) in &self.headers {
            message = message.with_header(*name, value.clone());
        }
        message.encode().unwrap_or_else(|error| panic!("invalid message in the test case: {error}"))
    }

    fn compare(&self, found: &Message, problems: &mut Vec<String>) {
        for (name, expected) in &self.headers {
            match found.header(name) {
                Some(value) if value == expected => {}
                value => problems.push(format!("the header {name} of an event is {value:?}, not {expected:?}")),
            }
        }
        let absent = self.require_headers.iter().filter(|name| found.header(name).is_none());
        problems.extend(absent.map(|name| format!("missing header {name} in an event")));
        let present = self.forbid_headers.iter().filter(|name| found.header(name).is_some());
        problems.extend(present.map(|name| format!("unexpected header {name} in an event")));
        let case = RequestCase { media_type: self.media_type, ..RequestCase::default() };
        if let Some(expected) = self.body.filter(|expected| !case.is_same_body(&found.payload, expected)) {
            let (found, expected) = (shown(&found.payload), shown(expected));
            problems.push(format!("the payload of an event is\n{found}\nnot\n{expected}"));
        }
    }

    /// Returns whether the message is the initial request of an RPC protocol.
    fn is_initial_request(&self) -> bool {
        self.headers.iter().any(|(name, value)| *name == ":event-type" && value.as_str() == Some(INITIAL_REQUEST))
    }
}

const INITIAL_REQUEST: &str = "initial-request";

/// Returns the remaining events of a stream.
fn read<T: Event>(stream: &mut EventReceiver<T>) -> Result<Vec<T>, SdkError<T::Error>> {
    let mut events = Vec::new();
    while let Some(event) = block_on(stream.try_next())? {
        events.push(event);
    }
    Ok(events)
}

/// Returns the messages in a body, unwrapped from the signed messages that contain them.
fn messages(mut body: Bytes) -> Result<Vec<Message>, String> {
    let mut messages = Vec::new();
    let mut decoder = MessageDecoder::new();
    while let Some(message) = decoder.decode(&mut body).map_err(|error| error.to_string())? {
        messages.push(message);
    }
    decoder.finish().map_err(|error| error.to_string())?;
    if messages.first().is_none_or(|message| message.header(":chunk-signature").is_none()) {
        return Ok(messages);
    }
    match messages.pop() {
        Some(last) if last.payload.is_empty() => {}
        _ => return Err("the last signed message is not empty".to_owned()),
    }
    let mut unsigned = Vec::new();
    for message in messages {
        match self::messages(message.payload)?.as_slice() {
            [only] => unsigned.push(only.clone()),
            several => return Err(format!("a signed message contains {} messages", several.len())),
        }
    }
    Ok(unsigned)
}
