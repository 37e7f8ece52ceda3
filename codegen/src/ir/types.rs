//! The leaves of the intermediate representation: names, documentation, types and literals.

/// An item's name on the wire and in Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// The spelling in the model and on the wire.
    pub(crate) wire: String,
    /// The spelling in Rust, without `r#`.
    pub(crate) rust: String,
}

/// Documentation in Markdown, which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doc {
    /// The first sentence, on one line.
    pub(crate) summary: String,
    /// The whole documentation, including the summary.
    pub(crate) body: String,
}

impl From<String> for Doc {
    /// Creates documentation that consists of one sentence.
    fn from(sentence: String) -> Self {
        Self { summary: sentence.clone(), body: sentence }
    }
}

/// The module of the generated crate that contains an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Module {
    /// `crate::types`.
    Types,
    /// `crate::error`.
    Error,
    /// `crate::operation::<name>`.
    Operation(String),
}

/// The path of a generated type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypeRef {
    pub(crate) module: Module,
    pub(crate) name: String,
}

/// The type of a value, regardless of whether it is optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// `bool`.
    Bool,
    /// `i8`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// An integer of any size.
    BigInteger,
    /// A decimal number of any precision.
    BigDecimal,
    /// `String`.
    String,
    /// Bytes.
    Blob,
    /// A stream of bytes, as the body of a message.
    ByteStream,
    /// Any JSON value.
    Document,
    /// A point in time.
    Timestamp,
    /// An enumeration of strings.
    Enum(TypeRef),
    /// An enumeration of integers.
    IntEnum(TypeRef),
    /// A structure.
    Structure(TypeRef),
    /// A union.
    Union(TypeRef),
    /// A list of elements.
    List(Box<Element>),
    /// A map. The key is a string or an enumeration of strings.
    Map(Box<Type>, Box<Element>),
}

/// The element of a list or map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) ty: Type,
    /// Whether it may be null.
    pub(crate) sparse: bool,
    /// The traits that codecs read from the list's member or the map's value.
    pub(crate) traits: Vec<WireTrait>,
}

/// A trait that codecs and protocols read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WireTrait {
    /// The member of a union of events is an error.
    EventException,
    /// The member of an event is a header.
    EventHeader,
    /// The member of an event is the whole payload.
    EventPayload,
    /// The name of the header that contains the member.
    HttpHeader(String),
    /// The member is a label of the path.
    HttpLabel,
    /// The member is the body.
    HttpPayload,
    /// The prefix of the headers that contain the entries of the map.
    HttpPrefixHeaders(String),
    /// The name of the query parameter that contains the member.
    HttpQuery(String),
    /// The entries of the map are query parameters.
    HttpQueryParams,
    /// The member is the status code.
    HttpResponseCode,
    /// The name in JSON.
    JsonName(String),
    /// The media type of the value.
    MediaType(String),
    /// The response is malformed without the member.
    Required,
    /// The length of a stream must be known.
    RequiresLength,
    /// The value is redacted.
    Sensitive,
    /// Elements may be null.
    Sparse,
    /// The value is a stream.
    Streaming,
    /// The format of a timestamp.
    TimestampFormat(TimestampFormat),
}

/// The format of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// Seconds since the Unix epoch as a number, with a fraction.
    EpochSeconds,
    /// An RFC 3339 string.
    DateTime,
    /// The date format of HTTP headers.
    HttpDate,
}

/// The value of a default or an example.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    String(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// Seconds since the Unix epoch, and nanoseconds.
    Timestamp(i64, u32),
    /// A number of any size, as it is written in the model.
    Number(String),
    /// A value of an enumeration of strings.
    Enum(TypeRef, String),
    /// A value of an enumeration of integers.
    IntEnum(TypeRef, i32),
    /// An empty list or map.
    Empty,
    /// A JSON value.
    Document(serde_json::Value),
}
