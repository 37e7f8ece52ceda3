//! The protocol restJson1: members are in the path, the query, headers and a JSON body.

use bytes::Bytes;
use http::{Request, Response};

use super::{
    ClientProtocol, DecodeError, ErrorMetadata, InputError,
    error_code::{ERROR_TYPE, error_limit, header, metadata},
    http_binding,
};
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit, json::JsonCodec},
    primitives::Document,
    schema::{DeserializableShape, OperationSchema, SerializableShape},
};

/// The restJson1 protocol.
#[derive(Clone, Copy, Debug)]
pub struct RestJson;

const CODEC: JsonCodec = JsonCodec::REST_JSON;

impl ClientProtocol for RestJson {
    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<Request<Body>, InputError> {
        http_binding::serialize_request(&CODEC, operation, input)
    }

    fn deserialize_response(
        &self,
        response: &mut Response<Body>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        http_binding::deserialize(&CODEC, response, limit, output)
    }

    /// The error type is the first of these that is a string and not empty: the header `X-Amzn-Errortype`, and the
    /// body's members `code` and `__type`.
    fn error_metadata(&self, response: &Response<Bytes>) -> ErrorMetadata {
        let mut body = Document::Null;
        // If the body is malformed or exceeds the memory limit, only the header is used.
        let _ = CODEC.deserialize(response.body(), error_limit(response), &mut body);
        metadata(None, [header(response, &ERROR_TYPE), body["code"].as_str(), body["__type"].as_str()], &body)
    }

    fn deserialize_error(
        &self,
        response: &Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        let limit = error_limit(response);
        http_binding::deserialize(&CODEC, &mut response.clone().map(Body::from), limit, error)
    }
}
