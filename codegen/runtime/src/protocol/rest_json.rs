//! The restJson1 protocol. Members are in the path, the query string, headers and a JSON body.

use bytes::Bytes;
use http::{Request, Response};

use super::{
    ClientProtocol, DecodeError, ErrorMetadata, InputError,
    error_code::{ERROR_TYPE, ErrorBody, error_limit, header, lossy, metadata},
    http_binding,
};
#[cfg(feature = "event-stream")]
use crate::schema::SerdeError;
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit, json::JsonCodec},
    schema::{DeserializableShape, ErrorCorrection, OperationSchema, SerializableShape},
};

/// The restJson1 protocol.
#[derive(Clone, Copy, Debug)]
pub struct RestJson;

const CODEC: JsonCodec = JsonCodec::REST_JSON;

#[cfg(any(test, feature = "testing"))]
impl RestJson {
    /// Serializes an output as a response, for the mock transport. Returns `None` if the output is not a structure.
    pub(crate) fn serialize_response(
        output: &dyn SerializableShape,
    ) -> Result<Option<Response<Body>>, crate::schema::SerdeError> {
        http_binding::serialize_response(&CODEC, output)
    }
}

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

    #[cfg(any(test, feature = "testing"))]
    fn deserialize_request(
        &self,
        operation: &OperationSchema,
        request: &Request<Bytes>,
        input: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        http_binding::deserialize_request(&CODEC, operation, request, input)
    }

    #[cfg(feature = "event-stream")]
    fn deserialize_payload(
        &self,
        payload: Bytes,
        limit: MemoryLimit,
        value: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        Ok(CODEC.deserialize_struct(&payload, limit, value)?)
    }

    #[cfg(feature = "event-stream")]
    fn serialize_payload(&self, value: &dyn SerializableShape) -> Result<(&'static str, Vec<u8>), SerdeError> {
        Ok((CODEC.media_type(), CODEC.serialize(value)?))
    }

    /// The error type comes from the `X-Amzn-Errortype` header, or else from the body's `code` or `__type` member. The
    /// first non-empty string among them is used.
    fn error_metadata(&self, response: &Response<Bytes>) -> ErrorMetadata {
        let mut body = ErrorBody::corrected();
        // If the body is malformed before the error code, the error has no code unless the header contains it.
        let _ = CODEC.deserialize(lossy(response).as_bytes(), error_limit(response), &mut body);
        metadata(None, [header(response, &ERROR_TYPE), body.code.as_str(), body.shape.as_str()], &body)
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
