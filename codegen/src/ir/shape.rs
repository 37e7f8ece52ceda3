//! Structures, unions and enumerations.

use super::{Doc, Literal, Name, Type, TypeRef, WireTrait};

/// An item of the module `types`.
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
    /// Its name.
    pub(crate) name: Name,
    /// The namespace of its shape.
    pub(crate) namespace: String,
    /// The module that its file makes, without `r#`.
    pub(crate) module: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its members, in the model's order.
    pub(crate) members: Vec<Member>,
    /// Whether it can be sent, and has methods that set members, or is only received, and has accessors.
    pub(crate) direction: Direction,
    /// Whether `Eq` and `Hash` hold.
    pub(crate) hash: bool,
    /// Whether the whole of it is a secret.
    pub(crate) sensitive: bool,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
    /// Its facts as an error, if it is one.
    pub(crate) error: Option<ErrorFacts>,
}

/// The direction of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is sent, and may be received as well.
    Input,
    /// It is only received.
    Output,
}

impl Structure {
    /// Whether the message of an error is sensitive.
    pub(crate) fn has_sensitive_message(&self) -> bool {
        // Protocols look for the message by its name on the wire, whatever its type is.
        let is_message = |name: &str| ["message", "errorMessage"].iter().any(|known| known.eq_ignore_ascii_case(name));
        self.sensitive || self.members.iter().any(|member| member.sensitive && is_message(&member.name.wire))
    }
}

/// The facts of an error structure besides its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorFacts {
    /// Its variant in the enumeration of all the service's errors.
    pub(crate) variant: String,
    /// The side whose fault it is.
    pub(crate) fault: Fault,
    /// The code of the query protocol, where it is another than the shape's name.
    pub(crate) query_code: Option<String>,
    /// The Rust name of the member that holds the message, without `r#`.
    pub(crate) message: Option<String>,
}

/// The side whose fault an error is.
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
    /// Its name.
    pub(crate) name: Name,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// The constraints of its value.
    pub(crate) constraints: Constraints,
    /// Its type, apart from being optional or boxed.
    pub(crate) ty: Type,
    /// Whether it may be absent.
    pub(crate) presence: Presence,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether it is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether its value is a secret.
    pub(crate) sensitive: bool,
    /// Whether the client fills it with a random token.
    pub(crate) idempotency_token: bool,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
    /// The accessor of a structure that is only received, without `r#`. It returns a list or map, empty if it is
    /// absent, or a structure of a response, or an error if it is absent.
    pub(crate) accessor: Option<String>,
}

/// The constraints of a value. Services check them; clients document them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constraints {
    /// The bounds of the length of a string, of bytes or of a collection.
    pub(crate) length: Bounds,
    /// The bounds of a number.
    pub(crate) range: Bounds,
    /// The regular expression that a string matches.
    pub(crate) pattern: Option<String>,
    /// Whether the elements of a list are unique.
    pub(crate) unique_items: bool,
}

/// Inclusive bounds, as the model writes them.
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
    /// It is an argument of `new`; if a response lacks it, it is empty.
    Required,
    /// It may be absent.
    Optional,
    /// It has this value if none is set.
    Default(Literal),
}

/// Why and since when an item's use is discouraged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deprecation {
    /// The reason, in plain text.
    pub(crate) note: Option<String>,
    /// The version or date it began.
    pub(crate) since: Option<String>,
}

/// A union: exactly one of its members.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// Its name.
    pub(crate) name: Name,
    /// The namespace of its shape.
    pub(crate) namespace: String,
    /// The module that its file makes, without `r#`.
    pub(crate) module: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its members, in the model's order.
    pub(crate) members: Vec<UnionMember>,
    /// Whether `Eq` and `Hash` hold.
    pub(crate) hash: bool,
    /// Whether the whole of it is a secret.
    pub(crate) sensitive: bool,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

/// A member of a union.
#[derive(Clone, Debug)]
pub(crate) struct UnionMember {
    /// Its name; the Rust one is a variant's.
    pub(crate) name: Name,
    /// Its name as part of a method, `as_<method>`.
    pub(crate) method: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// The constraints of its value.
    pub(crate) constraints: Constraints,
    /// Its type; `None` for a member without a value.
    pub(crate) ty: Option<Type>,
    /// The traits that codecs read.
    pub(crate) traits: Vec<WireTrait>,
    /// Whether it is in a `Box`.
    pub(crate) boxed: bool,
    /// Whether its value is a secret.
    pub(crate) sensitive: bool,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of strings; unknown strings are kept.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    /// Its name.
    pub(crate) name: Name,
    /// The module that its file makes, without `r#`.
    pub(crate) module: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its values, in the model's order.
    pub(crate) variants: Vec<Variant<String>>,
    /// Whether it is the key of a map, and so has an order.
    pub(crate) ordered: bool,
    /// Whether its value is a secret.
    pub(crate) sensitive: bool,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

/// An enumeration of integers; unknown integers are kept.
#[derive(Clone, Debug)]
pub(crate) struct IntEnumeration {
    /// Its name.
    pub(crate) name: Name,
    /// The module that its file makes, without `r#`.
    pub(crate) module: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its values, in the model's order.
    pub(crate) variants: Vec<Variant<i32>>,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub(crate) struct Variant<T> {
    /// Its name: the member's in the model, the variant's in Rust.
    pub(crate) name: Name,
    /// Its value on the wire.
    pub(crate) value: T,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

impl Item {
    /// The item's name.
    pub(crate) fn name(&self) -> &Name {
        match self {
            Self::Structure(item) => &item.name,
            Self::Union(item) => &item.name,
            Self::Enumeration(item) => &item.name,
            Self::IntEnumeration(item) => &item.name,
        }
    }

    /// Whether the item or a part of it is deprecated.
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

    /// The module that the item's file makes.
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
    /// Whether the structure or a member of it is deprecated.
    pub(crate) fn has_deprecated(&self) -> bool {
        self.deprecated.is_some() || self.members.iter().any(|member| member.deprecated.is_some())
    }

    /// The members that `new` takes.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence == Presence::Required)
    }

    /// The members that have a method to set them.
    pub(crate) fn settable(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.presence != Presence::Required)
    }

    /// The path of the type in a module.
    pub(crate) fn path(&self, module: super::Module) -> TypeRef {
        TypeRef { module, name: self.name.rust.clone() }
    }
}
