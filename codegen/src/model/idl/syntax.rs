//! The syntax tree of an IDL file, before names are resolved.

use std::borrow::Cow;

use super::lexer::Range;
use crate::model::{Simple, Version};

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct File<'a> {
    pub(super) control: Control<'a>,
    pub(super) metadata: Vec<(Name<'a>, Node<'a>)>,
    pub(super) namespace: Option<Name<'a>>,
    /// The absolute IDs in `use` statements.
    pub(super) uses: Vec<Name<'a>>,
    pub(super) shapes: Vec<Shape<'a>>,
    pub(super) applied: Vec<Apply<'a>>,
    /// The documentation comments, including those that document nothing.
    pub(super) docs: Vec<Range>,
}

/// The control statements of a file.
#[derive(Debug)]
pub(super) struct Control<'a> {
    pub(super) version: Version,
    /// The minor version of Smithy.
    pub(super) minor: u32,
    /// The suffix for the names of inline inputs.
    pub(super) input_suffix: Cow<'a, str>,
    /// The suffix for the names of inline outputs.
    pub(super) output_suffix: Cow<'a, str>,
    /// The names of the statements that Smithy does not define.
    pub(super) unknown: Vec<Name<'a>>,
}

impl Default for Control<'_> {
    fn default() -> Self {
        let (input_suffix, output_suffix) = ("Input".into(), "Output".into());
        Self { version: Version::V1, minor: 0, input_suffix, output_suffix, unknown: Vec::new() }
    }
}

/// A relative or absolute shape ID, or another name.
#[derive(Clone, Debug)]
pub(super) struct Name<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) range: Range,
}

/// A value, with its position in the file.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) value: NodeValue<'a>,
    pub(super) range: Range,
}

/// The value of a node.
#[derive(Debug)]
pub(super) enum NodeValue<'a> {
    Null,
    Boolean(bool),
    /// A number, spelled as in the file.
    Number(&'a str),
    String(Cow<'a, str>),
    /// A string without quotes, which is a shape ID.
    Id(&'a str),
    List(Vec<Node<'a>>),
    Object(Object<'a>),
}

/// The members of an object.
pub(super) type Object<'a> = Vec<(Name<'a>, Node<'a>)>;

/// A trait that is applied, or a documentation comment, which sets the `documentation` trait.
#[derive(Debug)]
pub(super) struct Trait<'a> {
    pub(super) name: Name<'a>,
    /// The value. If it is `None`, the trait is written without a value.
    pub(super) value: Option<Node<'a>>,
    /// Whether this is a documentation comment.
    pub(super) is_comment: bool,
}

/// An `apply` statement.
#[derive(Debug)]
pub(super) struct Apply<'a> {
    pub(super) target: Name<'a>,
    pub(super) traits: Vec<Trait<'a>>,
}

/// A shape.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    pub(super) name: Name<'a>,
    pub(super) traits: Vec<Trait<'a>>,
    /// The resource after `for`.
    pub(super) resource: Option<Name<'a>>,
    pub(super) mixins: Vec<Name<'a>>,
    pub(super) body: Body<'a>,
}

/// The part of a shape that is specific to its type.
#[derive(Debug)]
pub(super) enum Body<'a> {
    Simple(Simple),
    Enum(Vec<Member<'a>>),
    IntEnum(Vec<Member<'a>>),
    /// A list, or a Smithy 1.0 `set`.
    List {
        is_set: bool,
        members: Vec<Member<'a>>,
    },
    Map(Vec<Member<'a>>),
    Structure(Vec<Member<'a>>),
    Union(Vec<Member<'a>>),
    Operation {
        input: Option<Message<'a>>,
        output: Option<Message<'a>>,
        errors: Vec<Name<'a>>,
    },
    Resource(Object<'a>),
    Service(Object<'a>),
}

/// A member of a shape.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) name: Name<'a>,
    pub(super) target: Target<'a>,
    /// The value that is assigned to the member.
    pub(super) value: Option<Node<'a>>,
    pub(super) traits: Vec<Trait<'a>>,
    /// The range of the whole member, without its traits.
    pub(super) range: Range,
}

/// The target of a member.
#[derive(Debug)]
pub(super) enum Target<'a> {
    Named(Name<'a>),
    /// The target of the member with the same name in a resource or mixin.
    Elided,
    /// An unnamed list whose elements have this target.
    List(Box<Target<'a>>),
    /// An unnamed map whose keys and values have these targets.
    Map(Box<[Target<'a>; 2]>),
    /// No target, since the member belongs to an enumeration.
    Unit,
}

/// The input or output of an operation.
#[derive(Debug)]
pub(super) enum Message<'a> {
    Named(Name<'a>),
    /// A structure that is defined in the operation.
    Inline(Box<Shape<'a>>),
}
