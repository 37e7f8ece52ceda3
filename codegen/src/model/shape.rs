//! The data of a model: shape ids, shapes and members, as the Smithy specification names them.

use std::{collections::BTreeMap, fmt};

use super::Traits;

/// `namespace#Name`, or `namespace#Name$member`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShapeId(String);

impl ShapeId {
    /// Parses an absolute id; `None` if it is invalid.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (namespace, rest) = text.split_once('#')?;
        let (name, member) = match rest.split_once('$') {
            Some((name, member)) => (name, Some(member)),
            None => (rest, None),
        };
        let valid = namespace.split('.').all(is_identifier) && is_identifier(name) && member.is_none_or(is_identifier);
        valid.then(|| Self(text.to_owned()))
    }

    /// An id of Smithy's prelude.
    pub(crate) fn prelude(name: &str) -> Self {
        Self(format!("smithy.api#{name}"))
    }

    /// The namespace, without the name.
    pub(crate) fn namespace(&self) -> &str {
        self.0.split_once('#').map_or("", |(namespace, _)| namespace)
    }

    /// The name without the namespace.
    pub(crate) fn name(&self) -> &str {
        let rest = self.0.split_once('#').map_or(self.0.as_str(), |(_, rest)| rest);
        rest.split_once('$').map_or(rest, |(name, _)| name)
    }

    /// The id of a member of this shape.
    pub(crate) fn member(&self, member: &str) -> Self {
        Self(format!("{}${member}", self.0))
    }

    /// The shape and the member, if the id is a member's.
    pub(crate) fn split_member(&self) -> Option<(Self, &str)> {
        let (shape, member) = self.0.split_once('$')?;
        Some((Self(shape.to_owned()), member))
    }

    /// Whether this is the id of `name` in Smithy's prelude.
    pub(crate) fn is_prelude(&self, name: &str) -> bool {
        self.0.strip_prefix("smithy.api#").is_some_and(|rest| rest == name)
    }

    /// The whole id.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShapeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a string is a Smithy identifier: letters, digits and underscores, not starting with a digit, and not only
/// underscores.
pub(crate) fn is_identifier(text: &str) -> bool {
    let starts_well = text.trim_start_matches('_').starts_with(|c: char| c.is_ascii_alphanumeric());
    starts_well
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A version of Smithy's model format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// 1.0, in which numbers and booleans have a default unless they are boxed.
    V1,
    /// 2.0 and later, in which a default is a trait.
    V2,
}

/// One shape of a model.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Its id.
    pub(crate) id: ShapeId,
    /// The file that defines it.
    pub(crate) file: String,
    /// The version of Smithy that its file is written in.
    pub(crate) version: Version,
    /// Its type, with the parts of that type.
    pub(crate) kind: ShapeKind,
    /// Its traits, applied ones included.
    pub(crate) traits: Traits,
    /// The mixins that are still to be flattened into it.
    pub(crate) mixins: Vec<ShapeId>,
}

/// A member of an aggregate shape, or of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    /// The member's name; for a list it is `member`, for a map `key` or `value`.
    pub(crate) name: String,
    /// The shape of its value; `smithy.api#Unit` for the members of enumerations.
    pub(crate) target: ShapeId,
    /// Its traits, applied ones included.
    pub(crate) traits: Traits,
}

/// The type of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ShapeKind {
    /// A value without parts.
    Simple(Simple),
    /// A string of a known set; the members are in the model's order.
    Enum(Vec<Member>),
    /// A number of a known set; the members are in the model's order.
    IntEnum(Vec<Member>),
    /// An ordered collection.
    List(Member),
    /// Values by string.
    Map {
        /// The keys; their target is a string.
        key: Member,
        /// The values.
        value: Member,
    },
    /// Named members; they are in the model's order.
    Structure(Vec<Member>),
    /// Exactly one of its members; they are in the model's order.
    Union(Vec<Member>),
    /// A call.
    Operation(Operation),
    /// A group of operations around an identifier.
    Resource(Resource),
    /// The entry point.
    Service(Service),
}

/// The kinds of value without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "The names are those of the Smithy specification.")]
pub(crate) enum Simple {
    BigDecimal,
    BigInteger,
    Blob,
    Boolean,
    Byte,
    Document,
    Double,
    Float,
    Integer,
    Long,
    Short,
    String,
    Timestamp,
}

/// The references of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operation {
    /// The structure it takes; `smithy.api#Unit` for none.
    pub(crate) input: ShapeId,
    /// The output; `smithy.api#Unit` for none.
    pub(crate) output: ShapeId,
    /// Its errors.
    pub(crate) errors: Vec<ShapeId>,
}

/// The references of a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    /// All its operations, life-cycle ones first.
    pub(crate) operations: Vec<ShapeId>,
    /// The resources inside it.
    pub(crate) resources: Vec<ShapeId>,
}

/// The references of a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Service {
    /// The version of the service's interface.
    pub(crate) version: String,
    /// The operations bound to it directly.
    pub(crate) operations: Vec<ShapeId>,
    /// The resources bound to it.
    pub(crate) resources: Vec<ShapeId>,
    /// The errors of all operations.
    pub(crate) errors: Vec<ShapeId>,
    /// Other names for shapes whose own names collide.
    pub(crate) rename: BTreeMap<ShapeId, String>,
}

impl ShapeKind {
    /// The shape's type as a file spells it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Simple(simple) => simple.type_name(),
            Self::Enum(_) => "enum",
            Self::IntEnum(_) => "intEnum",
            Self::List(_) => "list",
            Self::Map { .. } => "map",
            Self::Structure(_) => "structure",
            Self::Union(_) => "union",
            Self::Operation(_) => "operation",
            Self::Resource(_) => "resource",
            Self::Service(_) => "service",
        }
    }

    /// The members of the shape, none for a shape that has none.
    pub(crate) fn members(&self) -> Vec<&Member> {
        match self {
            Self::Enum(members) | Self::IntEnum(members) | Self::Structure(members) | Self::Union(members) => {
                members.iter().collect()
            }
            Self::List(member) => vec![member],
            Self::Map { key, value } => vec![key, value],
            Self::Simple(_) | Self::Operation(_) | Self::Resource(_) | Self::Service(_) => Vec::new(),
        }
    }

    /// The members of the shape, to be changed.
    pub(crate) fn members_mut(&mut self) -> Vec<&mut Member> {
        match self {
            Self::Enum(members) | Self::IntEnum(members) | Self::Structure(members) | Self::Union(members) => {
                members.iter_mut().collect()
            }
            Self::List(member) => vec![member],
            Self::Map { key, value } => vec![key, value],
            Self::Simple(_) | Self::Operation(_) | Self::Resource(_) | Self::Service(_) => Vec::new(),
        }
    }

    /// The member of this name.
    pub(crate) fn member_mut(&mut self, name: &str) -> Option<&mut Member> {
        self.members_mut().into_iter().find(|member| member.name == name)
    }
}

impl Simple {
    /// All kinds, with their spelling in a file and in the prelude.
    pub(crate) const ALL: [(Self, &'static str, &'static str); 13] = [
        (Self::BigDecimal, "bigDecimal", "BigDecimal"),
        (Self::BigInteger, "bigInteger", "BigInteger"),
        (Self::Blob, "blob", "Blob"),
        (Self::Boolean, "boolean", "Boolean"),
        (Self::Byte, "byte", "Byte"),
        (Self::Document, "document", "Document"),
        (Self::Double, "double", "Double"),
        (Self::Float, "float", "Float"),
        (Self::Integer, "integer", "Integer"),
        (Self::Long, "long", "Long"),
        (Self::Short, "short", "Short"),
        (Self::String, "string", "String"),
        (Self::Timestamp, "timestamp", "Timestamp"),
    ];

    /// The kind's spelling in a file.
    pub(crate) fn type_name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }
}
