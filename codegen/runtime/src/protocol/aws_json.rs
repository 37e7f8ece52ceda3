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

    /// The error's type is the first that is not empty of the header `X-Amzn-Errortype` and the body's members `__type`
    /// and `code`. `code` comes last since it is an ordinary member of some services' errors. The members of structures
    /// inside the error, and members that are not strings, say nothing about it.
    fn error(&self, reply: &Response<Bytes>) -> ErrorMeta {
        let header = |name: &HeaderName| reply.headers().get(name).and_then(|value| value.to_str().ok());
        // A body that would take too much memory is as good as none: the status says what there is to know.
        let body = wire::memory::check_document().ok().and_then(|()| serde_json::from_slice(reply.body()).ok());
        let body: serde_json::Value = body.unwrap_or_default();
        let string = |member: &str| body.get(member).and_then(serde_json::Value::as_str);
        let shape = first_of([header(&ERROR_TYPE), string("__type"), string("code")].map(|code| code.map(bare_code)));
        // A service that is compatible with the query protocol names the code that its older clients know.
        let query_code = header(&QUERY_ERROR).filter(|_| self.query == Query::Compatible);
        let query_code = first_of([query_code.and_then(|value| value.split(';').next()).map(bare_code)]);
        ErrorMeta {
            code: query_code.or(shape).map(str::to_owned),
            shape: query_code.and(shape).map(str::to_owned),
            message: first_of(["message", "Message", "errorMessage"].map(string)).map(str::to_owned),
            members: body,
            sensitive: false,
        }
    }
}

/// The first string that is neither absent nor empty.
fn first_of<const N: usize>(strings: [Option<&str>; N]) -> Option<&str> {
    strings.into_iter().flatten().find(|string| !string.is_empty())
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
        assert_eq!(code(&[("x-amzn-errortype", "C:http://x/")], r#"{"__type":"B"}"#).as_deref(), Some("C"));
        assert_eq!(code(&[], r#"{"inner":{"__type":"B"}}"#), None);
        assert_eq!(code(&[], "<html>"), None);
    }

    #[test]
    fn a_member_named_code_is_the_errors_type_only_if_nothing_else_is() {
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
