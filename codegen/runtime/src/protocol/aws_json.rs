//! The awsJson1_0 and awsJson1_1 protocols. The body is JSON, and a header contains the name of the operation.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header::CONTENT_TYPE};

use super::{
    ClientProtocol, DecodeError, ErrorMetadata, InputError, bytes_of, constant,
    error_code::{ERROR_TYPE, ErrorBody, Query, error_limit, header, lossy, metadata},
};
#[cfg(feature = "event-stream")]
use crate::schema::SerdeError;
use crate::{
    body::Body,
    codec::{Codec, MemoryLimit, json::JsonCodec},
    schema::{DeserializableShape, ErrorCorrection, OperationSchema, SerializableShape},
};

/// An awsJson protocol.
#[derive(Debug)]
pub struct AwsJson {
    content_type: &'static str,
    query: Query,
}

impl AwsJson {
    /// The awsJson1_0 protocol.
    pub const V1_0: Self = Self { content_type: "application/x-amz-json-1.0", query: Query::Incompatible };

    /// The awsJson1_1 protocol.
    pub const V1_1: Self = Self { content_type: "application/x-amz-json-1.1", query: Query::Incompatible };

    /// Uses the error codes of the query protocol, for services with the `aws.protocols#awsQueryCompatible` trait.
    #[must_use]
    pub const fn query_compatible(self) -> Self {
        Self { query: Query::Compatible, ..self }
    }
}

impl ClientProtocol for AwsJson {
    fn serialize_request(
        &self,
        _: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<Request<Body>, InputError> {
        let mut request = Request::new(JsonCodec::AWS_JSON.serialize(input)?.into());
        *request.method_mut() = Method::POST;
        Ok(request)
    }

    fn constant_headers(&self, operation: &OperationSchema, headers: &mut HeaderMap) -> Result<(), InputError> {
        let target = match &operation.target {
            Cow::Borrowed(target) => constant(target)?,
            // The client has checked that the operation name of a raw call is an identifier, so the value is valid.
            Cow::Owned(target) => HeaderValue::from_str(target).map_err(|error| InputError::new(error.to_string()))?,
        };
        headers.entry(CONTENT_TYPE).or_insert(constant(self.content_type)?);
        headers.entry(&TARGET).or_insert(target);
        self.query.add_header(headers);
        Ok(())
    }

    fn deserialize_response(
        &self,
        response: &mut Response<Body>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        read(bytes_of(response), limit, output)
    }

    #[cfg(feature = "event-stream")]
    fn serialize_payload(&self, value: &dyn SerializableShape) -> Result<(&'static str, Vec<u8>), SerdeError> {
        Ok(("application/json", JsonCodec::AWS_JSON.serialize(value)?))
    }

    /// The error type comes from the `X-Amzn-Errortype` header, or else from the body's `__type` or `code` member. The
    /// first non-empty string among them is used. `code` is last, because it is an ordinary member of some errors.
    /// Members of nested structures are ignored.
    fn error_metadata(&self, response: &Response<Bytes>) -> ErrorMetadata {
        let mut body = ErrorBody::corrected();
        // If the body is malformed before the error code, the error has no code unless a header contains it.
        let _ = JsonCodec::AWS_JSON.deserialize(lossy(response).as_bytes(), error_limit(response), &mut body);
        let codes = [header(response, &ERROR_TYPE), body.shape.as_str(), body.code.as_str()];
        // A service that is compatible with the query protocol also returns the code of that protocol, since existing
        // clients depend on it.
        metadata(self.query.code(response), codes, &body)
    }

    fn deserialize_error(
        &self,
        response: &Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError> {
        read(lossy(response).as_bytes(), error_limit(response), error)
    }
}

/// Deserializes a body. An empty body is treated as `{}`.
fn read(body: &[u8], limit: MemoryLimit, value: &mut dyn DeserializableShape) -> Result<(), DecodeError> {
    Ok(JsonCodec::AWS_JSON.deserialize_struct(body, limit, value)?)
}

static TARGET: HeaderName = HeaderName::from_static("x-amz-target");

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(protocol: &AwsJson, headers: &[(&str, &str)], body: &str) -> (Option<String>, Option<String>) {
        let mut response = Response::builder().status(400);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let meta = protocol.error_metadata(&response.body(Bytes::from(body.to_owned())).unwrap());
        (meta.code, meta.message)
    }

    #[test]
    fn the_code_comes_from_the_header_or_the_body_without_namespace_and_url() {
        let code = |headers: &[(&str, &str)], body: &str| error_of(&AwsJson::V1_1, headers, body).0;
        assert_eq!(code(&[], r#"{"__type":"BadRequest"}"#).as_deref(), Some("BadRequest"));
        assert_eq!(code(&[], r#"{"__type":"a.b#BadRequest:http://x/"}"#).as_deref(), Some("BadRequest"));
        assert_eq!(code(&[("x-amzn-errortype", "C:http://x/")], r#"{"__type":"B"}"#).as_deref(), Some("C"));
        assert_eq!(code(&[], r#"{"inner":{"__type":"B"}}"#), None);
        assert_eq!(code(&[], "<html>"), None);
    }

    #[test]
    fn a_member_named_code_is_the_error_type_only_if_there_is_no_other() {
        let code = |header: &str, body: &str| error_of(&AwsJson::V1_1, &[("x-amzn-errortype", header)], body).0;
        for (header, body, expected) in [
            (
                "",
                r#"{"__type":"InvalidKMSResourceException","code":"KMS.DisabledException"}"#,
                "InvalidKMSResourceException",
            ),
            (
                "",
                r#"{"code":"KMS.DisabledException","__type":"a.b#InvalidKMSResourceException:http://x/"}"#,
                "InvalidKMSResourceException",
            ),
            ("Header", r#"{"__type":"Type","code":"Code"}"#, "Header"),
            ("", r#"{"code":"a#Code:http://x/"}"#, "Code"),
            ("", r#"{"__type":"","code":"Code"}"#, "Code"),
            ("a.b#:http://x/", r#"{"__type":"Type"}"#, "Type"),
            (":", r##"{"__type":"#","code":"Code"}"##, "Code"),
            ("", r#"{"__type":5,"code":"Code"}"#, "Code"),
            ("", r#"{"__type":{"code":"Inner"},"code":"Code"}"#, "Code"),
            ("", r#"{"__type":"Type","code":404}"#, "Type"),
        ] {
            assert_eq!(code(header, body).as_deref(), Some(expected), "{header:?} {body}");
        }
        for body in [r#"{"code":404}"#, r#"{"__type":null}"#, r#"{"error":{"code":"Inner"}}"#, "[]", "\"Code\""] {
            assert_eq!(code("", body), None, "{body}");
        }
    }

    #[test]
    fn the_code_of_a_malformed_body_is_found() {
        let nested = format!(r#"{{"details":{}{},"__type":"Bad"}}"#, "[".repeat(200), "]".repeat(200));
        for body in [
            r#"{"message":"a\ud83d","__type":"Bad"}"#,
            r#"{"__type":"Bad","message":"\ud800"}"#,
            r#"{"__type":"Bad","message":"cut"#,
            r#"{"__type":"Bad","details":NaN}"#,
            &nested,
        ] {
            assert_eq!(error_of(&AwsJson::V1_1, &[], body).0.as_deref(), Some("Bad"), "{body}");
        }
        let (code, message) = error_of(&AwsJson::V1_1, &[], r#"{"message":"a\ud83d","__type":"Bad"}"#);
        assert_eq!((code.as_deref(), message.as_deref()), (Some("Bad"), Some("a\u{fffd}")));
        let body = Bytes::from_static(b"{\"message\":\"\xff\",\"__type\":\"Bad\"}");
        let metadata = AwsJson::V1_1.error_metadata(&Response::new(body));
        assert_eq!((metadata.code.as_deref(), metadata.message.as_deref()), (Some("Bad"), Some("\u{fffd}")));
    }

    #[test]
    fn the_message_is_found_in_either_spelling() {
        for body in [
            r#"{"message":"why"}"#,
            r#"{"Message":"why"}"#,
            r#"{"message":null,"Message":"why"}"#,
            r#"{"message":{"why":1},"Message":"why"}"#,
            r#"{"message":"","Message":"why"}"#,
        ] {
            assert_eq!(error_of(&AwsJson::V1_0, &[], body).1.as_deref(), Some("why"));
        }
        assert_eq!(error_of(&AwsJson::V1_0, &[], r#"{"message":null,"Message":""}"#).1.as_deref(), Some(""));
    }

    #[test]
    fn a_query_compatible_service_returns_the_code_of_the_query_protocol() {
        let headers = [("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")];
        let compatible = AwsJson::V1_0.query_compatible();
        let code = error_of(&compatible, &headers, r#"{"__type":"QueueDoesNotExist"}"#).0;
        assert_eq!(code.as_deref(), Some("AWS.SimpleQueueService.NonExistentQueue"));
        let response = Response::builder().header(headers[0].0, headers[0].1);
        let response = response.body(Bytes::from(r#"{"__type":"a#QueueDoesNotExist"}"#)).unwrap();
        assert_eq!(compatible.error_metadata(&response).shape.as_deref(), Some("QueueDoesNotExist"));
        assert_eq!(error_of(&AwsJson::V1_0, &headers, r#"{"__type":"B"}"#).0.as_deref(), Some("B"));
    }
}
