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

/// A structure.
#[derive(Clone, Debug)]
pub(crate) struct Structure {
    pub(crate) name: Name,
    /// The namespace of the shape.
    pub(crate) namespace: String,
    /// The name of the module of its file, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The members, in the model's order, without an event stream.
    pub(crate) members: Vec<Member>,
    /// The member that is an event stream.
    pub(crate) event_stream: Option<Box<EventStreamMember>>,
    /// Whether it can be sent.
    pub(crate) direction: Direction,
    /// Whether it implements `Eq` and `Hash`.
    pub(crate) hash: bool,
    /// Whether the whole structure is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The properties of an error structure.
    pub(crate) error: Option<ErrorFacts>,
}

/// The direction of a structure, which decides between setters and accessors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is sent, and may also be received. It has setters.
    Input,
    /// It is only received. It has accessors.
    Output,
}

impl Structure {
    /// Returns whether the message of an error is sensitive.
    pub(crate) fn has_sensitive_message(&self) -> bool {
        // Protocols look up the message by its wire name, whatever its type is.
        let is_message = |name: &str| ["message", "errorMessage"].iter().any(|known| known.eq_ignore_ascii_case(name));
        self.sensitive || self.members.iter().any(|member| member.sensitive && is_message(&member.name.wire))
    }
}

/// The properties of an error structure besides its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorFacts {
    /// The variant in the enumeration of all errors of the service.
    pub(crate) variant: String,
    pub(crate) fault: Fault,
    /// The code in the query protocol, if it differs from the name of the shape.
    pub(crate) query_code: Option<String>,
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
    /// The constraints of the value.
    pub(crate) constraints: Constraints,
    /// The type, regardless of whether it is optional or boxed.
    pub(crate) ty: Type,
    /// Whether it may be absent.
    pub(crate) presence: Presence,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether it is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// Whether the client sets it to a random token by default.
    pub(crate) idempotency_token: bool,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The name of the accessor, without `r#`, for structures that are only received. If the member is not set, the
    /// accessor of a list or map returns an empty one, and that of a structure in an output returns an error.
    pub(crate) accessor: Option<String>,
}

/// A member that is an event stream.
#[derive(Clone, Debug)]
pub(crate) struct EventStreamMember {
    pub(crate) name: Name,
    pub(crate) doc: Doc,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The union of its events.
    pub(crate) events: TypeRef,
}

/// The constraints of a value, which are documented but not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constraints {
    /// The bounds of the length of a string, blob or collection.
    pub(crate) length: Bounds,
    /// The bounds of a number.
    pub(crate) range: Bounds,
    /// The regular expression that a string has to match.
    pub(crate) pattern: Option<String>,
    /// Whether the elements of a list have to be unique.
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
    /// It is a parameter of `new`. If a response lacks it, it has an empty value.
    Required,
    /// It may be absent.
    Optional,
    /// It has this value by default.
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

/// A union.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    pub(crate) name: Name,
    /// The namespace of the shape.
    pub(crate) namespace: String,
    /// The name of the module of its file, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The members, in the model's order.
    pub(crate) members: Vec<UnionMember>,
    /// Whether it implements `Eq` and `Hash`.
    pub(crate) hash: bool,
    /// Whether the whole union is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
    /// The properties of the union of an event stream.
    pub(crate) event_stream: Option<EventUnion>,
}

/// The properties of the union of an event stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventUnion {
    /// The names of the error members whose structures have other names, with the names of the structures.
    pub(crate) errors: Vec<(String, String)>,
}

/// A member of a union.
#[derive(Clone, Debug)]
pub(crate) struct UnionMember {
    /// The name. In Rust it is the name of the variant.
    pub(crate) name: Name,
    /// The name of its accessor, such as `as_string`.
    pub(crate) method: String,
    pub(crate) doc: Doc,
    /// The constraints of the value.
    pub(crate) constraints: Constraints,
    /// The type; `None` for a member without a value.
    pub(crate) ty: Option<Type>,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether it is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of strings, which keeps unknown strings.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    pub(crate) name: Name,
    /// The name of the module of its file, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The values, in the model's order.
    pub(crate) variants: Vec<Variant<String>>,
    /// Whether it is the key of a map, and therefore implements `Ord`.
    pub(crate) ordered: bool,
    /// Whether the value is sensitive.
    pub(crate) sensitive: bool,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of integers, which keeps unknown integers.
#[derive(Clone, Debug)]
pub(crate) struct IntEnumeration {
    pub(crate) name: Name,
    /// The name of the module of its file, without `r#`.
    pub(crate) module: String,
    pub(crate) doc: Doc,
    /// The values, in the model's order.
    pub(crate) variants: Vec<Variant<i32>>,
    /// The deprecation note, if it is deprecated.
    pub(crate) deprecated: Option<Deprecation>,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub(crate) struct Variant<T> {
    /// The name of the member in the model, and of the variant in Rust.
    pub(crate) name: Name,
    /// The value on the wire.
    pub(crate) value: T,
    pub(crate) doc: Doc,
    /// The deprecation note, if it is deprecated.
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

    /// Returns the module of the item's file.
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
    /// Returns whether the structure or a member of it is deprecated.
    pub(crate) fn has_deprecated(&self) -> bool {
        self.deprecated.is_some()
            || self.members.iter().any(|member| member.deprecated.is_some())
            || self.event_stream.iter().any(|stream| stream.deprecated.is_some())
    }

    /// Returns whether a member is a stream of bytes, so that the structure can be neither cloned nor compared.
    pub(crate) fn has_stream(&self) -> bool {
        self.members.iter().any(|member| member.ty == Type::ByteStream)
    }

    /// Returns the members that `new` takes.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence == Presence::Required)
    }

    /// Returns the names of the arguments of `new`.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Name> {
        let stream = self.event_stream.iter().filter(|_| self.direction == Direction::Input);
        self.required().map(|member| &member.name).chain(stream.map(|stream| &stream.name))
    }

    /// Returns the members that have a setter.
    pub(crate) fn settable(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence != Presence::Required)
    }

    /// Returns the path of the type in a module.
    pub(crate) fn path(&self, module: super::Module) -> TypeRef {
        TypeRef { module, name: self.name.rust.clone() }
    }
}
