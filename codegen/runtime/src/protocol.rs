//! Protocols, which serialize the inputs of operations as HTTP requests and deserialize HTTP responses into outputs.

pub mod aws_json;
mod error;
mod error_code;
#[cfg(feature = "rest-json")]
mod http_binding;
pub(crate) mod presigned_get;
#[cfg(feature = "rest-json")]
pub mod rest_json;
#[cfg(any(feature = "cbor", feature = "rpc-v2-json"))]
pub mod rpc_v2;

use std::fmt::Debug;

pub use error::{DecodeError, ErrorMetadata, InputError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

#[cfg(feature = "event-stream")]
use crate::schema::SerdeError;
use crate::{
    body::Body,
    codec::MemoryLimit,
    features::Features,
    schema::{DeserializableShape, OperationSchema, SerializableShape},
};

/// A client protocol.
///
/// A protocol determines a request's method, path, query string, headers and body. It does not determine the endpoint
/// or the authentication. A protocol reads the traits of the model from schemas, and serializes bodies with a
/// [codec](crate::codec).
pub trait ClientProtocol: Debug + Send + Sync {
    /// Serializes the input of an operation as a request. The request's URI is relative to the endpoint.
    ///
    /// # Errors
    ///
    /// Returns an error if the input is invalid, for example if a union holds an unknown member.
    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<http::Request<Body>, InputError>;

    /// Adds the headers that are the same in all requests of an operation, unless they are already set. The client
    /// calls this for each attempt. The default implementation adds none, since
    /// [`serialize_request`](Self::serialize_request) returns all headers.
    ///
    /// # Errors
    ///
    /// Returns an error if the name of the operation is not valid in a header.
    fn constant_headers(&self, operation: &OperationSchema, headers: &mut HeaderMap) -> Result<(), InputError> {
        let _ = (operation, headers);
        Ok(())
    }

    /// Returns the features of the protocol that the user agent reports.
    #[doc(hidden)]
    fn features(&self) -> Features {
        Features::NONE
    }

    /// Returns whether a response with the given status is an error.
    fn is_error(&self, status: http::StatusCode) -> bool {
        !status.is_success()
    }

    /// Deserializes a response into `output`, which must be empty. `limit` bounds the memory of the deserialized
    /// values.
    ///
    /// The body is a stream only if the [output contains one](OperationSchema::output_streaming). In that case, the
    /// protocol moves the stream into the output.
    ///
    /// # Errors
    ///
    /// Returns an error if the response is not valid for the protocol, if a member does not match its schema, or if the
    /// limit is exceeded.
    fn deserialize_response(
        &self,
        response: &mut http::Response<Body>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError>;

    /// Returns a successful response with the given body.
    fn successful_response(&self, body: Bytes) -> http::Response<Bytes> {
        http::Response::new(body)
    }

    /// Deserializes the input of an operation from a request, for tests. By default, the request's body is deserialized
    /// like the body of a response.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is not valid for the protocol, or if a member does not match its schema.
    #[cfg(any(test, feature = "testing"))]
    fn deserialize_request(
        &self,
        operation: &OperationSchema,
        request: &http::Request<Bytes>,
        input: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        let _ = operation;
        let mut body = self.successful_response(request.body().clone()).map(Body::from);
        self.deserialize_response(&mut body, MemoryLimit::NONE, input)
    }

    /// Deserializes a value from the payload of an event. By default, the payload is deserialized like the body of a
    /// response.
    ///
    /// # Errors
    ///
    /// Returns an error if the payload is not valid for the protocol, if a member does not match its schema, or if the
    /// limit is exceeded.
    #[cfg(feature = "event-stream")]
    fn deserialize_payload(
        &self,
        payload: Bytes,
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        self.deserialize_response(&mut self.successful_response(payload).map(Body::from), limit, value)
    }

    /// Serializes a value as the payload of an event. Returns the content type and the payload.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is invalid, or if the protocol does not support events in requests.
    #[cfg(feature = "event-stream")]
    fn serialize_payload(&self, value: &dyn SerializableShape) -> Result<(&'static str, Vec<u8>), SerdeError> {
        let _ = value;
        Err(SerdeError::new("the protocol does not support events in requests"))
    }

    /// Returns the code and message of an error response. A field is `None` if the response contains no valid value for
    /// it.
    fn error_metadata(&self, response: &http::Response<Bytes>) -> ErrorMetadata;

    /// Deserializes the members of an error response into `error`.
    ///
    /// If deserialization fails, the client calls this method again with a structure that omits the member accessed
    /// last, in order to read the other members. The structure still contains the members from the earlier call, which
    /// are replaced. A protocol therefore accesses a member only when it is about to read the member's value.
    ///
    /// # Errors
    ///
    /// Returns an error if the response is not valid for the protocol, or if a member does not match its schema.
    fn deserialize_error(
        &self,
        response: &http::Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError>;
}

/// Converts a static string into a header value. `HeaderValue::from_static` is meant for constants, and is slower at
/// run time.
fn constant(value: &'static str) -> Result<HeaderValue, InputError> {
    let value = HeaderValue::from_maybe_shared(Bytes::from_static(value.as_bytes()));
    value.map_err(|error| InputError::new(error.to_string()))
}

/// Returns the body of a response, or no bytes if the body is a stream.
fn bytes_of(response: &http::Response<Body>) -> &[u8] {
    response.body().as_bytes().map_or(&[], |bytes| bytes)
}
