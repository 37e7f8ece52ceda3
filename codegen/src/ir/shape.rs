//! Structures, unions and enumerations.

use super::{Doc, Literal, Name, Type, TypeRef, WireTrait};

/// An item of the `types` module.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A structure.
    Structure(Structure),
    /// A union.
    Union(Union),
    /// An enumeration of strings.
    Enumeration(Enumeration),
    /// An enumeration of integers.
    IntEnumeration(IntEnumeration),
}

/// A structure in the model, which becomes a Rust struct.
#[derive(Clone, Debug)]
pub(crate) struct Structure {
    pub(crate) name: Name,
    /// The namespace of the shape.
    pub(crate) namespace: String,
    /// The module that defines the type, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The members in the order of the model, except for an event stream.
    pub(crate) members: Vec<Member>,
    /// The member that is an event stream.
    pub(crate) event_stream: Option<Box<EventStreamMember>>,
    /// Whether the structure can be sent, or only received.
    pub(crate) direction: Direction,
    /// Whether the type implements `Eq` and `Hash`.
    pub(crate) hash: bool,
    /// Whether the whole structure is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if the structure is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The properties of an error, if the structure is one.
    pub(crate) error: Option<ErrorFacts>,
}

/// The direction of a structure, which determines whether it has setters or accessors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The structure can be sent, and may also be received. It has setters.
    Input,
    /// The structure can only be received. It has accessors.
    Output,
}

impl Structure {
    /// Returns whether the message of an error is sensitive.
    pub(crate) fn has_sensitive_message(&self) -> bool {
        // Protocols find the message by its wire name, regardless of its type.
        let is_message = |name: &str| ["message", "errorMessage"].iter().any(|known| known.eq_ignore_ascii_case(name));
        self.sensitive || self.members.iter().any(|member| member.sensitive && is_message(&member.name.wire))
    }
}

/// The properties of an error structure other than its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorFacts {
    /// The variant in the enumeration of all errors of the service.
    pub(crate) variant: String,
    pub(crate) fault: Fault,
    /// The codes that identify the error in responses: its name, `original_name` and `query_code`.
    pub(crate) codes: Vec<String>,
    /// The code in the query protocol, if it differs from the name of the shape.
    pub(crate) query_code: Option<String>,
    /// The name of the shape, if the service renames it. A response may contain either name.
    pub(crate) original_name: Option<String>,
    /// The status of responses that contain the error, if the protocol has HTTP bindings and the model specifies it.
    pub(crate) http_status: Option<u16>,
    /// The Rust name of the member that contains the message, without `r#`.
    pub(crate) message: Option<String>,
}

/// The side that is responsible for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The caller.
    Client,
    /// The service.
    Server,
}

/// A member of a structure.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: Name,
    pub(crate) doc: Doc,
    /// The constraints on the value.
    pub(crate) constraints: Constraints,
    /// The type of the value, regardless of whether it is optional or boxed.
    pub(crate) ty: Type,
    /// Whether the member may be absent.
    pub(crate) presence: Presence,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether the value is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// Whether the client generates a random token if the member is not set.
    pub(crate) idempotency_token: bool,
    /// The deprecation note, if the member is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The name of the accessor, without `r#`, if the member has one. Structures that can be sent have no accessors. If
    /// a list or map is not set, the accessor returns an empty one. If a structure in an output is not set, the
    /// accessor returns an error.
    pub(crate) accessor: Option<String>,
}

/// A member that is an event stream.
#[derive(Clone, Debug)]
pub(crate) struct EventStreamMember {
    pub(crate) name: Name,
    pub(crate) doc: Doc,
    /// The deprecation note, if the member is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The union of the stream's events.
    pub(crate) events: TypeRef,
}

/// The constraints on a value, which are documented but not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constraints {
    /// The bounds for the length of a string, blob or collection.
    pub(crate) length: Bounds,
    /// The bounds for a number.
    pub(crate) range: Bounds,
    /// The regular expression that a string must match.
    pub(crate) pattern: Option<String>,
    /// Whether the elements of a list must be unique.
    pub(crate) unique_items: bool,
}

/// Inclusive bounds, as they are written in the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The lower bound.
    pub(crate) min: Option<String>,
    /// The upper bound.
    pub(crate) max: Option<String>,
}

/// Whether a member may be absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Presence {
    /// The member is a parameter of `new`. If it is missing from a response, it is set to an empty value.
    Required,
    /// The member may be absent.
    Optional,
    /// The member has this value by default.
    Default(Literal),
}

/// The deprecation of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deprecation {
    /// The reason, in plain text.
    pub(crate) note: Option<String>,
    /// The version or date of the deprecation.
    pub(crate) since: Option<String>,
}

/// A union in the model, which becomes a Rust enum.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    pub(crate) name: Name,
    /// The namespace of the shape.
    pub(crate) namespace: String,
    /// The module that defines the type, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The members, in the order of the model.
    pub(crate) members: Vec<UnionMember>,
    /// Whether the type implements `Eq` and `Hash`.
    pub(crate) hash: bool,
    /// Whether the whole union is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if the union is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The additional properties of a union of events, if the union is one.
    pub(crate) event_stream: Option<EventUnion>,
}

/// The additional properties of a union of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventUnion {
    /// The names of the members that are errors, each with the name of its structure. Members that have the same name
    /// as their structure are not included.
    pub(crate) errors: Vec<(String, String)>,
}

/// A member of a union.
#[derive(Clone, Debug)]
pub(crate) struct UnionMember {
    /// The name. The Rust name is that of the variant.
    pub(crate) name: Name,
    /// The name of the accessor, such as `as_string`.
    pub(crate) method: String,
    pub(crate) doc: Doc,
    /// The constraints on the value.
    pub(crate) constraints: Constraints,
    /// The type of the value, or `None` for a member without a value.
    pub(crate) ty: Option<Type>,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether the value is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if the member is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of strings. Unknown strings are preserved.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    pub(crate) name: Name,
    /// The module that defines the type, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The values, in the order of the model.
    pub(crate) variants: Vec<Variant<String>>,
    /// Whether the type implements `Ord`, which is the case if the enumeration is used as the key type of a map.
    pub(crate) ordered: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if the enumeration is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of integers. Unknown integers are preserved.
#[derive(Clone, Debug)]
pub(crate) struct IntEnumeration {
    pub(crate) name: Name,
    /// The module that defines the type, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The values, in the order of the model.
    pub(crate) variants: Vec<Variant<i32>>,
    /// The deprecation note, if the enumeration is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub(crate) struct Variant<T> {
    /// The name of the member in the model, and that of the variant in Rust.
    pub(crate) name: Name,
    /// The value on the wire.
    pub(crate) value: T,
    pub(crate) doc: Doc,
    /// The deprecation note, if the value is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

impl Item {
    /// Returns the name of the item.
    pub(crate) fn name(&self) -> &Name {
        match self {
            Self::Structure(item) => &item.name,
            Self::Union(item) => &item.name,
            Self::Enumeration(item) => &item.name,
            Self::IntEnumeration(item) => &item.name,
        }
    }

    /// Returns whether the item or a part of it is deprecated.
    pub(crate) fn has_deprecated(&self) -> bool {
        let (own, mut parts) = match self {
            Self::Structure(item) => return item.has_deprecated(),
            Self::Union(item) => {
                (&item.deprecated, item.members.iter().map(|part| &part.deprecated).collect::<Vec<_>>())
            }
            Self::Enumeration(item) => (&item.deprecated, item.variants.iter().map(|part| &part.deprecated).collect()),
            Self::IntEnumeration(item) => {
                (&item.deprecated, item.variants.iter().map(|part| &part.deprecated).collect())
            }
        };
        parts.push(own);
        parts.iter().any(|deprecated| deprecated.is_some())
    }

    /// Returns the module that defines the item, without `r#`.
    pub(crate) fn module(&self) -> &str {
        match self {
            Self::Structure(item) => &item.module,
            Self::Union(item) => &item.module,
            Self::Enumeration(item) => &item.module,
            Self::IntEnumeration(item) => &item.module,
        }
    }
}

impl Structure {
    /// Returns whether the structure or one of its members is deprecated.
    pub(crate) fn has_deprecated(&self) -> bool {
        self.deprecated.is_some()
            || self.members.iter().any(|member| member.deprecated.is_some())
            || self.event_stream.iter().any(|stream| stream.deprecated.is_some())
    }

    /// Returns whether a member is a stream of bytes. If so, the structure cannot be cloned or compared.
    pub(crate) fn has_stream(&self) -> bool {
        self.members.iter().any(|member| member.ty == Type::ByteStream)
    }

    /// Returns whether the type implements `Clone`. A type with a stream does not.
    pub(crate) fn is_cloneable(&self) -> bool {
        !self.has_stream() && self.event_stream.is_none()
    }

    /// Returns the members that `new` takes.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence == Presence::Required)
    }

    /// Returns the names of the parameters of `new`.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Name> {
        let stream = self.event_stream.iter().filter(|_| self.direction == Direction::Input);
        self.required().map(|member| &member.name).chain(stream.map(|stream| &stream.name))
    }

    /// Returns the members that `new` does not take, which have setters if the structure is an input.
    pub(crate) fn settable(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence != Presence::Required)
    }

    /// Returns the path of the type in the given module.
    pub(crate) fn path(&self, module: super::Module) -> TypeRef {
        TypeRef { module, name: self.name.rust.clone() }
    }
}
