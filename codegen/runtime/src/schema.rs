//! Schemas, which describe a model's shapes to protocols and codecs, and traits that give access to the shapes' values.
//!
//! A generated type has a static [`StructSchema`] and indexed access to its members through [`SerializableStruct`] and
//! [`DeserializableStruct`]. To serialize a structure, a codec walks the schema and writes each member from a
//! [`ValueRef`], which is a value of one of Smithy's types. To deserialize a structure, a codec implements the
//! dyn-compatible trait [`ShapeDeserializer`]. These interfaces are independent of the format, so generated types are
//! compiled once, regardless of the number of codecs.
//!
//! A schema contains only facts from the model, not what a protocol derives from them. It contains the traits for all
//! protocols, and each protocol reads its own traits.

mod append;
mod collections;
mod deserialize;
mod error_correction;
#[doc(hidden)]
pub mod macros;
mod operation;
mod redaction;
#[cfg(any(feature = "event-stream", feature = "rest-json"))]
pub(crate) mod reject;
mod serialize;
mod simple;
mod unit;
mod value_mut;

use std::fmt;

pub use append::Append;
pub use deserialize::{
    DeserializableList, DeserializableMap, DeserializableShape, DeserializableStruct, DeserializableUnion,
    ShapeDeserializer,
};
pub use error_correction::ErrorCorrection;
#[cfg(feature = "http-auth")]
pub use operation::{ApiKeyLocation, HttpApiKeyAuth};
pub use operation::{
    AuthSchemeId, Checksum, Compression, HttpTrait, HttpVersion, OperationSchema, Retryable, ServiceSchema, Streaming,
};
pub use redaction::{REDACTED, Redacted};
pub(crate) use serialize::stream_within;
pub use serialize::{
    SerializableList, SerializableMap, SerializableShape, SerializableStruct, SerializableUnion, ValueRef,
};
pub(crate) use simple::{narrow_float, parse_float};
pub use unit::Unit;
pub use value_mut::ValueMut;

#[doc(inline)]
pub use crate::{__int_enum as int_enum, __string_enum as string_enum, __structure as structure, __union as union};

/// The absolute ID of a shape, such as `com.amazonaws.fsx#Tag`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeId {
    /// The namespace, such as `com.amazonaws.fsx`.
    pub namespace: &'static str,
    /// The name within the namespace, such as `Tag`.
    pub name: &'static str,
}

impl fmt::Display for ShapeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.namespace, self.name)
    }
}

/// The schema of a structure or union.
#[derive(Debug)]
pub struct StructSchema {
    /// The ID of the shape.
    pub id: ShapeId,
    /// The members, in the model's order.
    pub members: &'static [MemberSchema],
    /// The traits of the shape itself.
    pub traits: &'static [Trait],
}

/// A structure whose schema is known from its type.
pub trait StaticSchema {
    /// The structure's schema.
    const SCHEMA: &'static StructSchema;
}

/// Returns the schema of a structure.
#[must_use]
pub const fn of<T: StaticSchema>() -> &'static StructSchema {
    T::SCHEMA
}

/// The schema of a member of a structure, union, list or map.
#[derive(Debug)]
pub struct MemberSchema {
    /// The name of the member in the model, in the form that precedes a value in JSON: `,"Name":`. The first member of
    /// an object is written without the comma. [`name`](Self::name) returns the name without punctuation.
    ///
    /// With this form, codecs can write and read most names in one step.
    pub json_key: &'static str,
    /// The type of the member's values.
    pub target: Target,
    /// The traits of the member, and the traits of its target that the member does not override.
    pub traits: &'static [Trait],
}

/// The type of a member's values.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A boolean.
    Boolean,
    /// An 8-bit integer.
    Byte,
    /// A 16-bit integer.
    Short,
    /// A 32-bit integer, or an enum of integers.
    Integer,
    /// A 64-bit integer.
    Long,
    /// A 32-bit floating-point number.
    Float,
    /// A 64-bit floating-point number.
    Double,
    /// An integer of arbitrary size.
    BigInteger,
    /// A decimal number of arbitrary precision.
    BigDecimal,
    /// A string, or an enum of strings.
    String,
    /// A sequence of bytes.
    Blob,
    /// A point in time.
    Timestamp,
    /// A value without a schema.
    Document,
    /// A structure, whose value provides its schema.
    Structure,
    /// A union, whose value provides its schema.
    Union,
    /// A list, with the schema of its elements.
    List(&'static MemberSchema),
    /// A map, with the schemas of its keys and values.
    Map(&'static MemberSchema, &'static MemberSchema),
}

/// A trait that a codec or protocol reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trait {
    /// `aws.protocols#awsQueryError`: the error code for services that are compatible with the query protocol.
    AwsQueryError(&'static str),
    /// `smithy.api#error` on the target: the event is an error.
    EventException,
    /// `smithy.api#eventHeader`: the member is in a header of the event's message.
    EventHeader,
    /// `smithy.api#eventPayload`: the member is the whole payload of the event's message.
    EventPayload,
    /// `smithy.api#httpError`: the status of responses that contain the error. A client reads the status from the
    /// response instead, so this trait determines only the status of mock responses.
    HttpError(u16),
    /// `smithy.api#httpHeader`: the name of the header that contains the member.
    HttpHeader(&'static str),
    /// `smithy.api#httpLabel`: the member replaces a label of the URI pattern.
    HttpLabel,
    /// `smithy.api#httpPayload`: the member is the body.
    HttpPayload,
    /// `smithy.api#httpPrefixHeaders`: the prefix in the names of the headers that contain the map's entries.
    HttpPrefixHeaders(&'static str),
    /// `smithy.api#httpQuery`: the name of the query parameter that contains the member.
    HttpQuery(&'static str),
    /// `smithy.api#httpQueryParams`: the entries of the map are query parameters.
    HttpQueryParams,
    /// `smithy.api#httpResponseCode`: the member is the status code.
    HttpResponseCode,
    /// `smithy.api#jsonName`: the name of the member in JSON.
    JsonName(&'static str),
    /// `smithy.api#mediaType`: the media type of the value.
    MediaType(&'static str),
    /// The name of an error's shape, if the service renames it. A response may contain either name as the error code.
    OriginalName(&'static str),
    /// `smithy.api#required`: the response is malformed without the member. Schemas contain this trait only for members
    /// that are headers of a response with an event stream. If any other required member is absent, Smithy's client
    /// error correction provides its value.
    Required,
    /// `smithy.api#requiresLength`: the length of the stream must be known before it is sent.
    RequiresLength,
    /// `smithy.api#sensitive`: the value is never shown.
    Sensitive,
    /// `smithy.api#sparse`: the elements of the list or the values of the map may be null.
    Sparse,
    /// `smithy.api#streaming`: the value is a stream.
    Streaming,
    /// `smithy.api#timestampFormat`: the format of a timestamp.
    TimestampFormat(TimestampFormat),
}

impl Trait {
    /// Returns the error code that this trait contains, if any.
    fn error_code(&self) -> Option<&'static str> {
        match *self {
            Self::AwsQueryError(code) | Self::OriginalName(code) => Some(code),
            _ => None,
        }
    }

    /// Returns the error code for the query protocol, if this trait contains it.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn query_error_code(&self) -> Option<&'static str> {
        match *self {
            Self::AwsQueryError(code) => Some(code),
            _ => None,
        }
    }
}

/// The format of a timestamp on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// The number of seconds since 1970, optionally with a fraction.
    EpochSeconds,
    /// The format of RFC 3339, in UTC: `1985-04-12T23:20:50.52Z`.
    DateTime,
    /// The format of HTTP headers: `Tue, 29 Apr 2014 18:30:38 GMT`.
    HttpDate,
}

impl MemberSchema {
    /// The schema of a structure that is not a member, such as the input of an operation.
    pub const ROOT: &'static Self = &Self::root(Target::Structure);

    /// Creates a schema for a value that is not a member.
    pub(crate) const fn root(target: Target) -> Self {
        Self { json_key: ",\"\":", target, traits: &[] }
    }

    /// Returns the name of the member in the model.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let name = self.json_key.strip_prefix(",\"").and_then(|key| key.strip_suffix("\":"));
        name.unwrap_or_default()
    }

    /// Returns whether `name` is the member's name in the model.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let key = self.json_key.as_bytes();
        key.len() == name.len() + 4 && key[2..].starts_with(name.as_bytes())
    }

    /// Returns whether the value is sensitive and must not be shown.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.traits.contains(&Trait::Sensitive)
    }

    /// Returns the timestamp format, if the model defines one.
    #[must_use]
    pub fn timestamp_format(&self) -> Option<TimestampFormat> {
        self.traits.iter().find_map(|item| match item {
            Trait::TimestampFormat(format) => Some(*format),
            _ => None,
        })
    }

    /// Returns the member's name in JSON, if the model defines one.
    #[must_use]
    pub fn json_name(&self) -> Option<&'static str> {
        self.traits.iter().find_map(|item| match item {
            Trait::JsonName(name) => Some(*name),
            _ => None,
        })
    }

    /// Returns the media type of the value, if the model defines one.
    #[must_use]
    pub fn media_type(&self) -> Option<&'static str> {
        self.traits.iter().find_map(|item| match item {
            Trait::MediaType(media_type) => Some(*media_type),
            _ => None,
        })
    }

    /// Returns the schema of a list's elements or a map's values. For other targets, returns the schema of a document.
    #[must_use]
    pub fn element(&self) -> &'static MemberSchema {
        static UNKNOWN: MemberSchema = MemberSchema::root(Target::Document);
        match self.target {
            Target::List(element) | Target::Map(_, element) => element,
            _ => &UNKNOWN,
        }
    }
}

impl StructSchema {
    /// Returns whether this is the schema of the error with the given code.
    #[must_use]
    pub fn has_error_code(&self, code: &str) -> bool {
        self.id.name == code || self.traits.iter().filter_map(Trait::error_code).any(|own| own == code)
    }

    /// Returns the index of the member for which `is_it` returns `true`. Members usually arrive in the model's order,
    /// so the search starts at the index `expected`.
    pub(crate) fn index_of(&self, expected: usize, is_it: impl Fn(&MemberSchema) -> bool) -> Option<usize> {
        let (before, after) = self.members.split_at(expected.min(self.members.len()));
        for (index, member) in (before.len()..).zip(after).chain((0..).zip(before)) {
            if is_it(member) {
                return Some(index);
            }
        }
        None
    }
}

/// The error for a value that cannot be serialized or deserialized.
#[derive(Clone, PartialEq, Eq)]
pub struct SerdeError(Box<Problem>);

/// The data of a [`SerdeError`], boxed to keep results small.
#[derive(Clone, PartialEq, Eq)]
struct Problem {
    message: String,
    /// The names of the members that lead to the value, innermost first.
    path: Vec<&'static str>,
    /// The name of the structure that contains the last member of `path`.
    structure: &'static str,
}

impl SerdeError {
    /// Creates an error with a message.
    #[cold]
    pub fn new(message: impl fmt::Display) -> Self {
        Self::of_message(message.to_string())
    }

    // This function is compiled once, whereas `new` is compiled for each type of message.
    fn of_message(message: String) -> Self {
        Self(Box::new(Problem { message, path: Vec::new(), structure: "" }))
    }

    /// Creates an error for a value whose type does not match its schema.
    ///
    /// `found` describes the type of the value. It must not contain the value itself, which may be sensitive.
    #[cold]
    pub fn unexpected(found: &str, expected: &str) -> Self {
        Self::new(format_args!("expected {expected}, found {found}"))
    }

    /// Adds the member in which the error occurred. Call this method for the innermost structure first.
    #[cold]
    pub(crate) fn within(mut self, schema: &StructSchema, member: &MemberSchema) -> Self {
        /// The maximum number of members in a path. Outer members are omitted if structures are nested more deeply.
        const DEEPEST: usize = 8;
        if self.0.path.len() < DEEPEST {
            self.0.path.push(member.name());
            self.0.structure = schema.id.name;
        }
        self
    }
}

/// Prints the path and the message, such as `Part.Name: expected a string, found a number`.
impl fmt::Display for SerdeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { message, path, structure } = &*self.0;
        if !path.is_empty() {
            f.write_str(structure)?;
            for member in path.iter().rev() {
                f.write_str(".")?;
                f.write_str(member)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(message)
    }
}

debug_as_display!(SerdeError);

impl std::error::Error for SerdeError {}

#[cfg(test)]
mod tests {
    use super::*;

    static PART: StructSchema = StructSchema {
        id: ShapeId { namespace: "toy", name: "Part" },
        members: &[MemberSchema { json_key: ",\"Inner\":", target: Target::Structure, traits: &[] }],
        traits: &[],
    };

    #[test]
    fn an_error_contains_the_path_to_the_value() {
        let within = |error: SerdeError| error.within(&PART, &PART.members[0]);
        let error = || SerdeError::unexpected("a number", "a string");
        assert_eq!(error().to_string(), "expected a string, found a number");
        assert_eq!(within(within(error())).to_string(), "Part.Inner.Inner: expected a string, found a number");
        // A message that looks like a path is not a path.
        let error = SerdeError::new("a.b: not found");
        assert_eq!(within(error).to_string(), "Part.Inner: a.b: not found");
    }

    #[test]
    fn the_path_of_an_error_is_limited() {
        let error = (0..100).fold(SerdeError::new("odd"), |error, _| error.within(&PART, &PART.members[0]));
        assert_eq!(error.to_string(), format!("Part{}: odd", ".Inner".repeat(8)));
    }
}
