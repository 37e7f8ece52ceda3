//! The basic types of the intermediate representation: names, documentation, types and literals.

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
    /// The first sentence, on a single line.
    pub(crate) summary: String,
    /// The whole documentation, including the summary.
    pub(crate) body: String,
}

impl From<String> for Doc {
    /// Creates documentation that consists of a single sentence.
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

/// The type of a value, regardless of whether the value is optional.
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
    /// A stream of bytes, which is the body of a message.
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
    /// A list.
    List(Box<Element>),
    /// A map. Its key is a string or an enumeration of strings.
    Map(Box<Type>, Box<Element>),
}

/// The element type of a list, or the value type of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) ty: Type,
    /// Whether the value may be null.
    pub(crate) sparse: bool,
    /// The traits that are applied to the member of the list or to the value of the map, and that codecs read.
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
    /// The member is in the header with this name.
    HttpHeader(String),
    /// The member is a label in the path.
    HttpLabel,
    /// The member is the whole body.
    HttpPayload,
    /// The entries of the map are headers whose names have this prefix.
    HttpPrefixHeaders(String),
    /// The member is the query parameter with this name.
    HttpQuery(String),
    /// The entries of the map are query parameters.
    HttpQueryParams,
    /// The member is the status code.
    HttpResponseCode,
    /// The member has this name in JSON.
    JsonName(String),
    /// The media type of the value.
    MediaType(String),
    /// A response is malformed if it does not contain the member.
    Required,
    /// The length of the stream must be known before it is sent.
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
    /// A number of seconds since the Unix epoch, which may have a fraction.
    EpochSeconds,
    /// An RFC 3339 string.
    DateTime,
    /// The date format of HTTP headers.
    HttpDate,
}

/// A literal value, such as a default or a value in an example.
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
