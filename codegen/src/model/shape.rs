//! The data of a model: shape IDs, shapes and members. The names are those of the Smithy specification.

use std::{borrow::Borrow, collections::BTreeMap, fmt};

use super::Traits;

/// A shape ID, such as `namespace#Name` or `namespace#Name$member`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShapeId(String);

impl ShapeId {
    /// Parses an absolute ID. Returns `None` if it is invalid.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (namespace, rest) = text.split_once('#')?;
        let (name, member) = match rest.split_once('$') {
            Some((name, member)) => (name, Some(member)),
            None => (rest, None),
        };
        let valid = namespace.split('.').all(is_identifier) && is_identifier(name) && member.is_none_or(is_identifier);
        valid.then(|| Self(text.to_owned()))
    }

    /// Creates an ID in Smithy's prelude.
    pub(crate) fn prelude(name: &str) -> Self {
        Self(format!("smithy.api#{name}"))
    }

    /// Returns the placeholder for the target of an elided member. It is replaced by the target in the resource or
    /// mixin while the model is loaded.
    pub(crate) fn elided() -> Self {
        Self("simba.api#elided".to_owned())
    }

    /// Returns whether this is the placeholder for the target of an elided member.
    pub(crate) fn is_elided(&self) -> bool {
        self.0 == "simba.api#elided"
    }

    /// Returns the namespace.
    pub(crate) fn namespace(&self) -> &str {
        self.0.split_once('#').map_or("", |(namespace, _)| namespace)
    }

    /// Returns the name of the shape.
    pub(crate) fn name(&self) -> &str {
        let rest = self.0.split_once('#').map_or(self.0.as_str(), |(_, rest)| rest);
        rest.split_once('$').map_or(rest, |(name, _)| name)
    }

    /// Returns the ID of a member of this shape.
    pub(crate) fn member(&self, member: &str) -> Self {
        Self([&self.0, "$", member].concat())
    }

    /// Splits the ID of a member into the ID of the shape and the name of the member. Returns `None` for the ID of a
    /// shape.
    pub(crate) fn split_member(&self) -> Option<(Self, &str)> {
        let (shape, member) = self.0.split_once('$')?;
        Some((Self(shape.to_owned()), member))
    }

    /// Returns whether this is the ID of `name` in Smithy's prelude.
    pub(crate) fn is_prelude(&self, name: &str) -> bool {
        self.0.strip_prefix("smithy.api#").is_some_and(|rest| rest == name)
    }

    /// Returns the ID as a string.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Allows maps with shape IDs as keys to be searched for a string.
impl Borrow<str> for ShapeId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShapeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether a string is a valid Smithy identifier: it consists of letters, digits and underscores, does not
/// start with a digit, and contains a character other than underscores.
pub(crate) fn is_identifier(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The shape types that are not simple types, as they are spelled in a file.
const AGGREGATES: [&str; 10] =
    ["enum", "intEnum", "list", "set", "map", "structure", "union", "operation", "resource", "service"];

/// Returns the names of all shape types, as they are spelled in a file.
pub(super) fn type_names() -> impl Iterator<Item = &'static str> {
    Simple::ALL.iter().map(|(_, name, _)| *name).chain(AGGREGATES)
}

/// Returns whether a word is the name of a shape type.
pub(super) fn is_type_name(word: &str) -> bool {
    type_names().any(|name| name == word)
}

/// A major version of Smithy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Version 1.0, in which numbers and booleans have a default unless they are boxed.
    V1,
    /// Version 2.0 or later, in which numbers and booleans have a default only if they have the `default` trait.
    V2,
}

impl Version {
    /// The versions that are known, for error messages.
    pub(super) const EXPECTED: &str = "expected `1.0`, `2.0` or `2.1`";

    /// Returns the major and minor version in a model file. As in Smithy, a minor version of 0 can be omitted.
    pub(super) fn parse(version: &str) -> Option<(Self, u32)> {
        match version {
            "1" | "1.0" => Some((Self::V1, 0)),
            "2" | "2.0" => Some((Self::V2, 0)),
            "2.1" => Some((Self::V2, 1)),
            _ => None,
        }
    }
}

/// The origin of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of a model. All rules apply to it.
    Model,
    /// A file that the importer converted from botocore's format. Such files violate some rules.
    Import,
    /// The prelude, which is part of every model.
    Prelude,
}

/// A shape of a model.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) id: ShapeId,
    /// The file that defines the shape.
    pub(crate) file: String,
    /// The Smithy version of the file.
    pub(crate) version: Version,
    pub(crate) origin: Origin,
    pub(crate) kind: ShapeKind,
    /// The traits of the shape, including those that `apply` statements add.
    pub(crate) traits: Traits,
    /// The mixins of the shape. After loading, the shape also has the members and traits of its mixins.
    pub(crate) mixins: Vec<ShapeId>,
    /// The resource from which elided members take their targets.
    pub(crate) resource: Option<ShapeId>,
}

/// A member of an aggregate shape or an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    /// The name of the member. In a list, the name is `member`. In a map, it is `key` or `value`.
    pub(crate) name: String,
    /// The target. Members of enumerations have the target `smithy.api#Unit`.
    pub(crate) target: ShapeId,
    /// The traits of the member, including those that `apply` statements add.
    pub(crate) traits: Traits,
}

/// The type of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ShapeKind {
    /// A simple type.
    Simple(Simple),
    /// An enumeration of strings, with its members in the order of the model.
    Enum(Vec<Member>),
    /// An enumeration of integers, with its members in the order of the model.
    IntEnum(Vec<Member>),
    /// A list.
    List(Member),
    /// A map.
    Map {
        /// The key. Its target is a string or a string enum.
        key: Member,
        /// The value.
        value: Member,
    },
    /// A structure, with its members in the order of the model.
    Structure(Vec<Member>),
    /// A union, with its members in the order of the model.
    Union(Vec<Member>),
    /// An operation.
    Operation(Operation),
    /// A resource.
    Resource(Resource),
    /// A service.
    Service(Service),
}

/// A simple type.
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

/// The shapes to which an operation refers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operation {
    /// The input, or `smithy.api#Unit` if there is none.
    pub(crate) input: ShapeId,
    /// The output, or `smithy.api#Unit` if there is none.
    pub(crate) output: ShapeId,
    /// The errors that the operation can return.
    pub(crate) errors: Vec<ShapeId>,
}

/// The shapes to which a resource refers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    /// The lifecycle operations.
    pub(crate) lifecycle: BTreeMap<Lifecycle, ShapeId>,
    /// The other operations on a single instance.
    pub(crate) operations: Vec<ShapeId>,
    /// The other operations on the collection of instances.
    pub(crate) collection_operations: Vec<ShapeId>,
    /// The nested resources.
    pub(crate) resources: Vec<ShapeId>,
    /// The types of the resource's identifiers, by name.
    pub(crate) identifiers: BTreeMap<String, ShapeId>,
    /// The types of the resource's properties, by name.
    pub(crate) properties: BTreeMap<String, ShapeId>,
}

/// A lifecycle operation of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lifecycle {
    /// Creates an instance. The service chooses its identifiers.
    Create,
    /// Creates or replaces an instance.
    Put,
    /// Returns an instance.
    Read,
    /// Changes an instance.
    Update,
    /// Deletes an instance.
    Delete,
    /// Lists the instances.
    List,
}

impl Lifecycle {
    /// All lifecycle operations.
    pub(crate) const ALL: [Self; 6] = [Self::Create, Self::Put, Self::Read, Self::Update, Self::Delete, Self::List];

    /// Returns the name of the property that binds the operation to a resource.
    pub(crate) fn property(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Put => "put",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::List => "list",
        }
    }
}

impl Resource {
    /// Returns all operations of the resource, with the lifecycle operations first.
    pub(crate) fn all_operations(&self) -> impl Iterator<Item = &ShapeId> {
        self.lifecycle.values().chain(&self.operations).chain(&self.collection_operations)
    }
}

/// The shapes to which a service refers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Service {
    /// The version of the service's API.
    pub(crate) version: String,
    /// The operations that are bound directly to the service.
    pub(crate) operations: Vec<ShapeId>,
    /// The resources that are bound directly to the service.
    pub(crate) resources: Vec<ShapeId>,
    /// The errors that every operation can return.
    pub(crate) errors: Vec<ShapeId>,
    /// The shapes that the service renames, with their new names.
    pub(crate) rename: BTreeMap<ShapeId, String>,
}

impl ShapeKind {
    /// Returns the name of the type, as it is spelled in a file.
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

    /// Returns the members of the shape, if it has any.
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

    /// Returns mutable references to the members of the shape.
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

    /// Returns the shapes to which an operation, resource or service refers, except for the types of identifiers and
    /// properties.
    pub(crate) fn references(&self) -> Vec<&ShapeId> {
        match self {
            Self::Operation(one) => [&one.input, &one.output].into_iter().chain(&one.errors).collect(),
            Self::Resource(one) => one.all_operations().chain(&one.resources).collect(),
            Self::Service(one) => one.operations.iter().chain(&one.resources).chain(&one.errors).collect(),
            Self::Simple(_)
            | Self::Enum(_)
            | Self::IntEnum(_)
            | Self::List(_)
            | Self::Map { .. }
            | Self::Structure(_)
            | Self::Union(_) => Vec::new(),
        }
    }

    /// Returns mutable references to the lists of shapes to which an operation, resource or service refers.
    pub(crate) fn reference_lists_mut(&mut self) -> Vec<&mut Vec<ShapeId>> {
        match self {
            Self::Operation(one) => vec![&mut one.errors],
            Self::Resource(one) => {
                vec![&mut one.operations, &mut one.collection_operations, &mut one.resources]
            }
            Self::Service(one) => vec![&mut one.operations, &mut one.resources, &mut one.errors],
            Self::Simple(_)
            | Self::Enum(_)
            | Self::IntEnum(_)
            | Self::List(_)
            | Self::Map { .. }
            | Self::Structure(_)
            | Self::Union(_) => Vec::new(),
        }
    }

    /// Returns the member with the given name.
    pub(crate) fn member_mut(&mut self, name: &str) -> Option<&mut Member> {
        self.members_mut().into_iter().find(|member| member.name == name)
    }
}

impl Simple {
    /// All simple types, with their names in a file and in the prelude.
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

    /// Returns the name of the type, as it is spelled in a file.
    pub(crate) fn type_name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }
}
