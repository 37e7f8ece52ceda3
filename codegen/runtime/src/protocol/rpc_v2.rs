//! The rpcv2Cbor and rpcv2Json protocols. The path contains the name of the operation.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{ACCEPT, CONTENT_TYPE},
};

use super::{
    ClientProtocol, DecodeError, ErrorMetadata, InputError, bytes_of, constant,
    error_code::{ErrorBody, Query, error_limit, metadata},
};
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit},
    features::Features,
    schema::{DeserializableShape, ErrorCorrection, OperationSchema, SerializableShape, Streaming},
};
#[cfg(feature = "event-stream")]
use crate::{codec::event_stream, schema::SerdeError};

/// A protocol of the RPC v2 family.
#[derive(Debug)]
pub struct RpcV2 {
    /// The value of the `Smithy-Protocol` header.
    name: &'static str,
    codec: &'static dyn Codec,
    /// The features that the user agent reports.
    features: Features,
    query: Query,
}

impl RpcV2 {
    /// The rpcv2Cbor protocol.
    #[cfg(feature = "cbor")]
    pub const CBOR: Self = Self {
        name: "rpc-v2-cbor",
        codec: &crate::codec::cbor::CborCodec,
        features: Features::PROTOCOL_RPC_V2_CBOR,
        query: Query::Incompatible,
    };

    /// The rpcv2Json protocol.
    #[cfg(feature = "rpc-v2-json")]
    pub const JSON: Self = Self {
        name: "rpc-v2-json",
        codec: &crate::codec::json::JsonCodec::RPC_V2,
        features: Features::NONE,
        query: Query::Incompatible,
    };

    /// Uses the error codes of the query protocol, for services with the `aws.protocols#awsQueryCompatible` trait.
    #[must_use]
    pub const fn query_compatible(self) -> Self {
        Self { query: Query::Compatible, ..self }
    }

    /// Returns the media type of successful responses.
    fn accepted(&self, operation: &OperationSchema) -> Result<HeaderValue, InputError> {
        constant(match operation.output_streaming {
            Streaming::None | Streaming::Bytes => self.codec.media_type(),
            #[cfg(feature = "event-stream")]
            Streaming::Events => event_stream::MEDIA_TYPE,
        })
    }

    /// Deserializes a body, which is empty if the operation has no output.
    fn read(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        // A response without this header comes from a proxy or another service.
        let name = self.name;
        match headers.get(&PROTOCOL) {
            Some(found) if found == name => {}
            Some(found) => {
                let found = found.as_bytes().escape_ascii();
                let message = format!("expected `{name}` in the header `Smithy-Protocol`, found `{found}`");
                return Err(DecodeError::new(message));
            }
            None => {
                return Err(DecodeError::new(format!("missing header `Smithy-Protocol`; expected `{name}`")));
            }
        }
        Ok(self.codec.deserialize_struct(body, limit, value)?)
    }
}

static PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

impl ClientProtocol for RpcV2 {
    fn features(&self) -> Features {
        self.features
    }

    /// Unlike in the other protocols, 200 is the only status of successful responses.
    fn is_error(&self, status: StatusCode) -> bool {
        status != StatusCode::OK
    }

    fn successful_response(&self, body: Bytes) -> Response<Bytes> {
        let mut response = Response::new(body);
        response.headers_mut().insert(&PROTOCOL, HeaderValue::from_static(self.name));
        response
    }

    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<Request<Body>, InputError> {
        let path = format!("/service/{}/operation/{}", operation.service.target_prefix, operation.name);
        let uri = Uri::try_from(path).map_err(InputError::invalid_url)?;
        let body = if operation.has_input() { Body::from(self.codec.serialize(input)?) } else { Body::empty() };
        let media_type = constant(self.codec.media_type())?;
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(&PROTOCOL, constant(self.name)?);
        headers.insert(ACCEPT, self.accepted(operation)?);
        if operation.has_input() {
            headers.insert(CONTENT_TYPE, media_type);
        }
        self.query.add_header(headers);
        Ok(request)
    }

    fn deserialize_response(
        &self,
        response: &mut Response<Body>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        self.read(response.headers(), bytes_of(response), limit, output)
    }

    #[cfg(feature = "event-stream")]
    fn serialize_payload(&self, value: &dyn SerializableShape) -> Result<(&'static str, Vec<u8>), SerdeError> {
        Ok((self.codec.media_type(), self.codec.serialize(value)?))
    }

    /// The error type is the body's `__type` member.
    fn error_metadata(&self, response: &Response<Bytes>) -> ErrorMetadata {
        let mut body = ErrorBody::corrected();
        // If the body is malformed before the error code, the error has no code unless a header contains it.
        let _ = self.read(response.headers(), response.body(), error_limit(response), &mut body);
        metadata(self.query.code(response), [body.shape.as_str()], &body)
    }

    fn deserialize_error(
        &self,
        response: &Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        self.read(response.headers(), response.body(), error_limit(response), error)
    }
}

#[cfg(feature = "cbor")]
#[cfg(test)]
mod tests {
    use super::*;

    fn code(protocol: &RpcV2, headers: &[(&str, &str)], body: &'static [u8]) -> Option<String> {
        let mut response = Response::builder().status(400).header("smithy-protocol", "rpc-v2-cbor");
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        protocol.error_metadata(&response.body(Bytes::from_static(body)).unwrap()).code
    }

    #[test]
    fn the_code_is_read_only_from_the_body() {
        const BODY: &[u8] = b"\xa1\x66__type\x67a.b#Bad";
        assert_eq!(code(&RpcV2::CBOR, &[("x-amzn-errortype", "Other")], BODY).as_deref(), Some("Bad"));
        assert_eq!(code(&RpcV2::CBOR, &[("x-amzn-errortype", "Other")], b"\xa0"), None);
        let query = [("x-amzn-query-error", "Old.Bad;Sender")];
        assert_eq!(code(&RpcV2::CBOR.query_compatible(), &query, BODY).as_deref(), Some("Old.Bad"));
        assert_eq!(code(&RpcV2::CBOR, &query, BODY).as_deref(), Some("Bad"));
    }

    #[test]
    fn the_accepted_media_type_is_that_of_successful_responses() {
        let accepted = |operation: &OperationSchema| {
            let request = RpcV2::CBOR.serialize_request(operation, &crate::schema::Unit).unwrap();
            request.headers()[ACCEPT].to_str().unwrap().to_owned()
        };
        let operation = <crate::client::tests::toy::GetToy as crate::operation::Request>::OPERATION;
        assert_eq!(accepted(operation), "application/cbor");
        #[cfg(feature = "event-stream")]
        assert_eq!(
            accepted(&operation.clone().with_output_streaming(Streaming::Events)),
            "application/vnd.amazon.eventstream"
        );
    }

    #[test]
    fn only_200_is_the_status_of_a_successful_response() {
        assert!(!RpcV2::CBOR.is_error(StatusCode::OK));
        assert!(RpcV2::CBOR.is_error(StatusCode::CREATED) && RpcV2::CBOR.is_error(StatusCode::NO_CONTENT));
    }

    #[test]
    fn a_successful_response_is_created_from_a_body() {
        let mut response = RpcV2::CBOR.successful_response(Bytes::from_static(b"\xa0")).map(Body::from);
        assert!(RpcV2::CBOR.deserialize_response(&mut response, MemoryLimit::NONE, &mut crate::schema::Unit).is_ok());
    }

    #[test]
    fn a_response_without_the_protocol_header_is_malformed() {
        let mut response = Response::new(Body::from(Bytes::from_static(b"\xa0")));
        let read = |response: &mut Response<Body>| {
            let read = RpcV2::CBOR.deserialize_response(response, MemoryLimit::NONE, &mut crate::schema::Unit);
            read.unwrap_err().to_string()
        };
        assert_eq!(read(&mut response), "missing header `Smithy-Protocol`; expected `rpc-v2-cbor`");
        response.headers_mut().insert(&PROTOCOL, HeaderValue::from_static("rpc-v2-json"));
        assert_eq!(read(&mut response), "expected `rpc-v2-cbor` in the header `Smithy-Protocol`, found `rpc-v2-json`");
    }

    #[test]
    fn a_body_of_another_format_is_an_error() {
        let mut response = RpcV2::CBOR.successful_response(Bytes::from_static(b"\xf6")).map(Body::from);
        let read = RpcV2::CBOR.deserialize_response(&mut response, MemoryLimit::NONE, &mut crate::schema::Unit);
        assert_eq!(read.unwrap_err().to_string(), "expected a structure, found null");
    }

    #[test]
    fn the_code_of_a_malformed_body_is_found() {
        const BODY: &[u8] = b"\xa2\x66__type\x67a.b#Bad\x67message\x61\xff";
        assert_eq!(code(&RpcV2::CBOR, &[], BODY).as_deref(), Some("Bad"));
        assert_eq!(code(&RpcV2::CBOR, &[], &BODY[..18]).as_deref(), Some("Bad"));
    }
}
