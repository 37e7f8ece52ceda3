//! The protocol rpcv2Cbor: the body is CBOR, and the path contains the name of the operation.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, Uri,
    header::{ACCEPT, CONTENT_TYPE},
};

use super::{
    ClientProtocol, DecodeError, ErrorMetadata, InputError,
    error_code::{Query, bare_code, first_of, header},
};
use crate::{
    body::Body,
    codec::{MemoryLimit, cbor::CborCodec},
    primitives::Document,
    schema::{DeserializableShape, OperationSchema, SerializableShape},
};

/// The rpcv2Cbor protocol.
#[derive(Debug)]
pub struct RpcV2Cbor {
    query: Query,
}

impl RpcV2Cbor {
    /// The protocol with its own error codes.
    pub const DEFAULT: Self = Self { query: Query::Incompatible };

    /// Uses the error codes of the query protocol, for services with the trait `aws.protocols#awsQueryCompatible`.
    #[must_use]
    pub const fn query_compatible(self) -> Self {
        Self { query: Query::Compatible }
    }
}

static PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
const NAME: &str = "rpc-v2-cbor";
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/cbor");

impl ClientProtocol for RpcV2Cbor {
    fn successful_response(&self, body: Bytes) -> Response<Bytes> {
        let mut response = Response::new(body);
        response.headers_mut().insert(&PROTOCOL, HeaderValue::from_static(NAME));
        response
    }

    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<Request<Body>, InputError> {
        let path = format!("/service/{}/operation/{}", operation.service.target_prefix, operation.name);
        let uri = Uri::try_from(path);
        let uri = uri.map_err(|_| InputError::new(format!("invalid operation name {:?}", operation.name)))?;
        let body = if operation.has_input() { Body::from(CborCodec.serialize(input)?) } else { Body::empty() };
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(&PROTOCOL, HeaderValue::from_static(NAME));
        headers.insert(ACCEPT, MEDIA_TYPE);
        if operation.has_input() {
            headers.insert(CONTENT_TYPE, MEDIA_TYPE);
        }
        self.query.add_header(headers);
        Ok(request)
    }

    fn deserialize_response(
        &self,
        response: &Response<Bytes>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        read(response, limit, output)
    }

    /// The error type is the body's member `__type`.
    fn error_metadata(&self, response: &Response<Bytes>) -> ErrorMetadata {
        let mut body = Document::Null;
        // If the body is malformed or exceeds the memory limit, the metadata stays empty and the status is used.
        let _ = read(response, error_limit(response), &mut body);
        let string = |member: &str| body[member].as_str();
        let shape = first_of([string("__type").map(bare_code)]);
        let query_code = self.query.code(response);
        ErrorMetadata {
            code: query_code.or(shape).map(str::to_owned),
            shape: query_code.and(shape).map(str::to_owned),
            message: first_of(["message", "Message"].map(string)).map(str::to_owned),
            sensitive: false,
        }
    }

    fn deserialize_error(
        &self,
        response: &Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        read(response, error_limit(response), error)
    }
}

/// Returns the memory limit for the members of an error.
fn error_limit(response: &Response<Bytes>) -> MemoryLimit {
    MemoryLimit::for_response(response.body().len() as u64)
}

/// Deserializes a body. It is empty if the operation has no output.
fn read(
    response: &Response<Bytes>,
    limit: MemoryLimit,
    value: &mut dyn DeserializableShape,
) -> Result<(), DecodeError> {
    // Without this header, the response comes from a proxy or another service.
    if header(response, &PROTOCOL) != Some(NAME) {
        return Err(DecodeError::new(format!("the header `Smithy-Protocol` is not `{NAME}`")));
    }
    if response.body().is_empty() || CborCodec.deserialize(response.body(), limit, value)? {
        return Ok(());
    }
    Err(DecodeError::new("the body is not a CBOR map"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(protocol: &RpcV2Cbor, headers: &[(&str, &str)], body: &'static [u8]) -> Option<String> {
        let mut response = Response::builder().status(400).header("smithy-protocol", NAME);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        protocol.error_metadata(&response.body(Bytes::from_static(body)).unwrap()).code
    }

    #[test]
    fn the_code_stands_in_the_body_alone() {
        const BODY: &[u8] = b"\xa1\x66__type\x67a.b#Bad";
        assert_eq!(code(&RpcV2Cbor::DEFAULT, &[("x-amzn-errortype", "Other")], BODY).as_deref(), Some("Bad"));
        assert_eq!(code(&RpcV2Cbor::DEFAULT, &[("x-amzn-errortype", "Other")], b"\xa0"), None);
        let query = [("x-amzn-query-error", "Old.Bad;Sender")];
        assert_eq!(code(&RpcV2Cbor::DEFAULT.query_compatible(), &query, BODY).as_deref(), Some("Old.Bad"));
        assert_eq!(code(&RpcV2Cbor::DEFAULT, &query, BODY).as_deref(), Some("Bad"));
    }

    #[test]
    fn a_body_alone_can_be_read() {
        let response = RpcV2Cbor::DEFAULT.successful_response(Bytes::from_static(b"\xa0"));
        assert!(read(&response, MemoryLimit::NONE, &mut crate::schema::Unit).is_ok());
    }

    #[test]
    fn a_response_of_something_else_is_malformed() {
        let response = Response::new(Bytes::from_static(b"\xa0"));
        let error = read(&response, MemoryLimit::NONE, &mut crate::schema::Unit).unwrap_err();
        assert_eq!(error.to_string(), "the header `Smithy-Protocol` is not `rpc-v2-cbor`");
    }
}
