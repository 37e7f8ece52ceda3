//! The protocols awsJson1_0 and awsJson1_1: JSON bodies, the operation's name in a header.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::{
    error::{DecodeError, ErrorMeta, InputError},
    operation::{Operation, Protocol},
    wire::{self, AnyStructure, Encode, JsonText},
};

/// The protocol of a service.
#[derive(Debug)]
pub struct AwsJson {
    content_type: &'static str,
    query: Query,
}

/// Whether the service also speaks of the errors of the query protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Query {
    Incompatible,
    Compatible,
}

impl AwsJson {
    /// awsJson1_0.
    pub const V1_0: Self = Self { content_type: "application/x-amz-json-1.0", query: Query::Incompatible };

    /// awsJson1_1.
    pub const V1_1: Self = Self { content_type: "application/x-amz-json-1.1", query: Query::Incompatible };

    /// The same protocol for a service that was once one of the query protocol and still answers with its error codes.
    #[must_use]
    pub const fn query_compatible(self) -> Self {
        Self { query: Query::Compatible, ..self }
    }
}

impl Protocol for AwsJson {
    fn content_type(&self) -> &'static str {
        self.content_type
    }

    fn add_headers(&self, operation: &Operation, headers: &mut HeaderMap) {
        // A target is made of Smithy identifiers, all of which are allowed in a header; that of a raw call may not be.
        let target = match &operation.target {
            std::borrow::Cow::Borrowed(target) => Ok(HeaderValue::from_static(target)),
            std::borrow::Cow::Owned(target) => HeaderValue::from_str(target),
        };
        if let Ok(target) = target {
            headers.insert(&TARGET, target);
        }
        if self.query == Query::Compatible {
            headers.insert(&QUERY_MODE, HeaderValue::from_static("true"));
        }
    }

    fn encode(&self, request: &dyn Encode) -> Result<Vec<u8>, InputError> {
        let mut text = JsonText::new();
        request.encode(&mut text)?;
        Ok(text.into_bytes())
    }

    fn decode(&self, body: &[u8], response: &mut dyn AnyStructure) -> Result<(), DecodeError> {
        // An empty body stands for `{}`.
        if body.is_empty() {
            return Ok(());
        }
        // One check of the whole body is faster than one of each string.
        let text =
            std::str::from_utf8(body).map_err(|error| DecodeError::new(format!("the body is not UTF-8: {error}")))?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = wire::read_structure(&mut wire::source(&mut deserializer), response);
        let found = read.map_err(|error| DecodeError::parsing(&error))?;
        deserializer.end()?;
        if found { Ok(()) } else { Err(no_object(response.name())) }
    }

    fn error(&self, reply: &Response<Bytes>) -> ErrorMeta {
        let header = |name: &HeaderName| reply.headers().get(name).and_then(|value| value.to_str().ok());
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(serde_json::Value::as_str);
        // A service that is compatible with the query protocol names the code that its older clients know.
        let query_code = header(&QUERY_ERROR).filter(|_| self.query == Query::Compatible);
        let query_code = query_code.and_then(|value| value.split(';').next()).filter(|code| !code.is_empty());
        let shape = header(&ERROR_TYPE).or_else(|| text("code")).or_else(|| text("__type"));
        let bare = |code: Option<&str>| code.map(bare_code).filter(|code| !code.is_empty()).map(str::to_owned);
        let message = text("message").or_else(|| text("Message")).or_else(|| text("errorMessage"));
        ErrorMeta {
            code: bare(query_code.or(shape)),
            shape: query_code.and(bare(shape)),
            message: message.map(str::to_owned),
            members: body,
        }
    }
}

#[cold]
fn no_object(structure: &str) -> DecodeError {
    DecodeError::new(format!("the body is no JSON object with the members of {structure}"))
}

/// The shape's name in `aws.protocoltests.json#FooError:http://internal.amazon.com/`.
fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

static TARGET: HeaderName = HeaderName::from_static("x-amz-target");
static ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
static QUERY_MODE: HeaderName = HeaderName::from_static("x-amzn-query-mode");
static QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(protocol: &AwsJson, headers: &[(&str, &str)], body: &str) -> (Option<String>, Option<String>) {
        let mut reply = Response::builder().status(400);
        for (name, value) in headers {
            reply = reply.header(*name, *value);
        }
        let meta = protocol.error(&reply.body(Bytes::from(body.to_owned())).unwrap());
        (meta.code, meta.message)
    }

    #[test]
    fn the_code_comes_from_the_header_or_the_body_without_namespace_and_address() {
        let code = |headers: &[(&str, &str)], body: &str| error_of(&AwsJson::V1_1, headers, body).0;
        assert_eq!(code(&[], r#"{"__type":"BadRequest"}"#).as_deref(), Some("BadRequest"));
        assert_eq!(code(&[], r#"{"__type":"a.b#BadRequest:http://x/"}"#).as_deref(), Some("BadRequest"));
        assert_eq!(code(&[], r#"{"code":"A","__type":"B"}"#).as_deref(), Some("A"));
        assert_eq!(code(&[("x-amzn-errortype", "C:http://x/")], r#"{"__type":"B"}"#).as_deref(), Some("C"));
        assert_eq!(code(&[], r#"{"inner":{"__type":"B"}}"#), None);
        assert_eq!(code(&[], "<html>"), None);
    }

    #[test]
    fn the_message_is_found_in_either_spelling() {
        for body in [r#"{"message":"why"}"#, r#"{"Message":"why"}"#] {
            assert_eq!(error_of(&AwsJson::V1_0, &[], body).1.as_deref(), Some("why"));
        }
    }

    #[test]
    fn a_query_compatible_service_names_the_code_of_the_query_protocol() {
        let headers = [("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")];
        let compatible = AwsJson::V1_0.query_compatible();
        let code = error_of(&compatible, &headers, r#"{"__type":"QueueDoesNotExist"}"#).0;
        assert_eq!(code.as_deref(), Some("AWS.SimpleQueueService.NonExistentQueue"));
        let reply = Response::builder().header(headers[0].0, headers[0].1);
        let reply = reply.body(Bytes::from(r#"{"__type":"a#QueueDoesNotExist"}"#)).unwrap();
        assert_eq!(compatible.error(&reply).shape.as_deref(), Some("QueueDoesNotExist"));
        assert_eq!(error_of(&AwsJson::V1_0, &headers, r#"{"__type":"B"}"#).0.as_deref(), Some("B"));
    }
}
