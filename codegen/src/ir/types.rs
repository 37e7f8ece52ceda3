//! The leaves of the representation: names, documentation, types and literals. They print themselves into templates.

/// An item's name on the wire and in Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// As the model spells it and as it is sent.
    pub(crate) wire: String,
    /// As Rust spells it, without `r#`.
    pub(crate) rust: String,
}

/// Documentation in Markdown; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doc {
    /// Its first sentence, in one line, where it is shown without the rest.
    pub(crate) summary: String,
    /// All of it.
    pub(crate) body: String,
}

impl From<String> for Doc {
    /// Documentation of one sentence.
    fn from(sentence: String) -> Self {
        Self { summary: sentence.clone(), body: sentence }
    }
}

/// The module of the generated crate that an item lives in.
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
    /// Where it lives.
    pub(crate) module: Module,
    /// Its name in Rust.
    pub(crate) name: String,
}

/// The type of a value, apart from whether it may be absent.
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
    /// Elements by key; the key is a string or an enumeration of strings.
    Map(Box<Type>, Box<Element>),
}

/// The element of a list or map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its type.
    pub(crate) ty: Type,
    /// Whether it may be null.
    pub(crate) sparse: bool,
    /// The traits of the list's member or the map's value that codecs read.
    pub(crate) traits: Vec<WireTrait>,
}

/// A trait that codecs and protocols read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WireTrait {
    /// The name in JSON.
    JsonName(String),
    /// The media type of the value.
    MediaType(String),
    /// The value is never shown.
    Sensitive,
    /// Elements may be null.
    Sparse,
    /// The format of a timestamp.
    TimestampFormat(TimestampFormat),
}

/// How a point in time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// Seconds since 1970 as a number, with a fraction.
    EpochSeconds,
    /// As RFC 3339 has it.
    DateTime,
    /// As HTTP headers have it.
    HttpDate,
}

/// A default value.
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
    /// Seconds and nanoseconds since 1970.
    Timestamp(i64, u32),
    /// A number of any size, as it is written.
    Number(String),
    /// A value of an enumeration of strings.
    Enum(TypeRef, String),
    /// A value of an enumeration of numbers.
    IntEnum(TypeRef, i32),
    /// A list or map without elements.
    Empty,
    /// A JSON value.
    Document(serde_json::Value),
}
