//! HTTP bindings: the traits that determine which part of an HTTP message contains a member of an input or output. The
//! parts are the path, the query string, the headers, the status and the body.

mod message;
#[cfg(any(test, feature = "testing"))]
mod mock;
mod request;
mod response;
mod string_deserializer;
mod string_serializer;
mod uri;
mod visit;

#[cfg(any(test, feature = "testing"))]
pub(super) use mock::{deserialize_request, serialize_response};
pub(super) use request::serialize_request;
pub(super) use response::deserialize;

use crate::schema::{MemberSchema, SerdeError, TimestampFormat, Trait};

/// The part of an HTTP message that contains a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    /// A label in the path.
    Label,
    /// The query parameter with the given name.
    Query(&'static str),
    /// Query parameters, one for each entry of the map.
    QueryParams,
    /// The header with the given name.
    Header(&'static str),
    /// Headers with the given prefix, one for each entry of the map.
    PrefixHeaders(&'static str),
    /// The whole body.
    Payload,
    /// The status code.
    ResponseCode,
    /// A member of the structure in the body.
    Body,
}

impl Binding {
    /// Returns the binding of a member in a request.
    fn in_request(member: &MemberSchema) -> Self {
        match Self::of(member) {
            Self::ResponseCode => Self::Body,
            binding => binding,
        }
    }

    /// Returns the binding of a member in a response, where bindings to the URI have no effect.
    fn in_response(member: &MemberSchema) -> Self {
        match Self::of(member) {
            Self::Label | Self::Query(_) | Self::QueryParams => Self::Body,
            binding => binding,
        }
    }

    fn of(member: &MemberSchema) -> Self {
        let binding = |item: &Trait| {
            Some(match *item {
                Trait::HttpLabel => Self::Label,
                Trait::HttpQuery(name) => Self::Query(name),
                Trait::HttpQueryParams => Self::QueryParams,
                Trait::HttpHeader(name) => Self::Header(name),
                Trait::HttpPrefixHeaders(prefix) => Self::PrefixHeaders(prefix),
                Trait::HttpPayload => Self::Payload,
                Trait::HttpResponseCode => Self::ResponseCode,
                _ => return None,
            })
        };
        member.traits.iter().find_map(binding).unwrap_or(Self::Body)
    }
}

/// Returns the error for a value whose type is not supported by its binding, such as a structure in a header.
#[cold]
fn misplaced() -> SerdeError {
    SerdeError::new("the HTTP binding does not support the type of the member")
}

/// A part of an HTTP message that contains values as strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Location {
    /// The path or the query string.
    Uri,
    Header,
}

impl Location {
    /// Returns the format of a timestamp: the model's format, or else the location's default.
    fn timestamp_format(self, schema: &MemberSchema) -> TimestampFormat {
        schema.timestamp_format().unwrap_or(match self {
            Self::Uri => TimestampFormat::DateTime,
            Self::Header => TimestampFormat::HttpDate,
        })
    }

    /// Returns whether a string is base64-encoded in this location. In headers, this is the case for strings with a
    /// media type, which may contain characters that are not allowed in a header.
    fn is_base64(self, schema: &MemberSchema) -> bool {
        self == Self::Header && schema.media_type().is_some()
    }
}

#[cfg(test)]
mod tests;
