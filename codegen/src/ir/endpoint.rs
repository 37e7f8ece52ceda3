//! The representation of an endpoint resolver as statements and local variables.

use std::collections::BTreeSet;

/// An endpoint resolver: its parameters, its steps, and the table of partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The parameters that the resolver reads, in the order of the model.
    pub(crate) parameters: Vec<Parameter>,
    /// The table that `aws.partition` searches, if a rule calls this function.
    pub(crate) partitions: Option<Partitions>,
    /// The steps of the resolver.
    pub(crate) body: Vec<Step>,
    /// The functions for shared nodes, which are the nodes and results of a decision diagram with several incoming
    /// edges.
    pub(crate) shared_nodes: Vec<SharedNode>,
    /// The names of the authentication schemes that endpoints use.
    pub(crate) auth_schemes: BTreeSet<String>,
}

/// A parameter that the resolver reads into a local variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// The local variable.
    pub(crate) local: String,
    /// The names under which the parameter may be set. The first one that is set is used.
    pub(crate) names: Vec<String>,
    /// The ID of the built-in value, such as `AWS::Region`.
    pub(crate) built_in: Option<String>,
    pub(crate) ty: Type,
    /// The behavior if the parameter is not set.
    pub(crate) missing: MissingParameter,
}

/// The behavior of the resolver if a parameter is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MissingParameter {
    /// The local variable is `None`.
    None,
    /// The resolver returns an error.
    Error,
    /// The parameter has this default value.
    Default(Value),
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    Str(String),
    /// A boolean.
    Bool(bool),
    /// A list of strings.
    StrArray(Vec<String>),
}

impl Value {
    /// Returns the type of the value.
    pub(crate) fn ty(&self) -> Type {
        match self {
            Self::Str(_) => Type::Str,
            Self::Bool(_) => Type::Bool,
            Self::StrArray(_) => Type::StrArray,
        }
    }
}

/// The type of a value, regardless of whether the value is optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A string.
    Str,
    /// A boolean.
    Bool,
    /// A list of strings.
    StrArray,
    /// The result of `aws.partition`.
    Partition,
    /// The result of `aws.parseArn`.
    Arn,
    /// The result of `parseURL`.
    Url,
}

/// A node or result with several incoming edges in a decision diagram. It becomes a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNode {
    /// The name of the function.
    pub(crate) name: String,
    pub(crate) parameters: Vec<SharedNodeParameter>,
    pub(crate) body: Vec<Step>,
}

/// A parameter of a shared node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNodeParameter {
    /// The local variable.
    pub(crate) local: String,
    /// The type of the variable, which is passed by reference.
    pub(crate) ty: Type,
    /// Whether the variable is not set on some paths to the node.
    pub(crate) optional: bool,
}

/// A statement. The last one in the body of a function is a `Return`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `let local = value;`
    Let { local: String, value: Expr },
    /// `if tests { then }`
    If {
        /// The tests, all of which must succeed.
        tests: Vec<Test>,
        /// The steps to execute if all tests succeed.
        then: Vec<Step>,
    },
    /// `return outcome`
    Return(Outcome),
}

/// A test in an `if` statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// `let Some(local) = value`
    Some {
        local: String,
        /// An optional value.
        value: Expr,
    },
    /// A value of type `bool`.
    True(Expr),
}

/// The result of a resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An endpoint.
    Endpoint(Endpoint),
    /// The error message of a rule.
    Error(Expr),
    /// The error for parameters that match no rule.
    NoRule,
    /// The result of calling the function of a shared node.
    SharedNode {
        /// The name of the node's function.
        name: String,
        /// The arguments for the parameters of the function.
        arguments: Vec<Argument>,
    },
}

/// An argument of a shared node. The local variable that is passed has the name of the parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) local: String,
    pub(crate) pass: Pass,
}

/// How a variable is passed to a shared node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// `local`
    Value,
    /// `&local`
    Reference,
    /// `Some(local)`
    SomeValue,
    /// `Some(&local)`
    SomeReference,
    /// `None`, since the variable is not set on this path.
    None,
}

/// The endpoint that a resolver returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) url: Expr,
    /// The headers. Names may be repeated.
    pub(crate) headers: Vec<(String, Expr)>,
    /// The authentication schemes, in order of preference.
    pub(crate) auth_schemes: Vec<AuthScheme>,
}

/// An authentication scheme, with the settings that the endpoint overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthScheme {
    /// The name of the scheme.
    pub(crate) name: Expr,
    /// The settings, as methods of the runtime's `AuthScheme` and their arguments.
    pub(crate) settings: Vec<(&'static str, Expr)>,
}

/// An expression in an endpoint resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A string literal.
    String(String),
    /// A boolean literal.
    Bool(bool),
    /// An integer literal.
    Integer(u32),
    /// A local variable.
    Local(Local),
    /// A string with interpolated values.
    Format(Vec<Piece>),
    /// An attribute of a partition, an ARN or a URL.
    Attribute(Box<Expr>, Attribute),
    /// The element of a list at this index. A negative index counts from the end of the list. The result is optional.
    Element(Box<Expr>, i64),
    /// Whether an optional value is set.
    IsSet(Box<Expr>),
    /// `!value`
    Not(Box<Expr>),
    /// `left == right`
    Equal(Box<Expr>, Box<Expr>),
    /// The first value that is set.
    Coalesce(Coalesce),
    /// `if condition { then } else { otherwise }`
    Choose(Choose),
    /// `Some(value)`
    Some(Box<Expr>),
    /// `PARTITIONS.find(region)`
    Partition(Box<Expr>),
    /// A call to a function in the runtime, such as `functions::split(text, delimiter, limit)`.
    Call {
        function: &'static str,
        arguments: Vec<Expr>,
        /// Whether the result is owned.
        form: Form,
    },
}

impl Expr {
    /// Returns whether the value is owned.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Local(Local { form, .. })
            | Self::Coalesce(Coalesce { form, .. })
            | Self::Choose(Choose { form, .. })
            | Self::Call { form, .. } => *form,
            Self::Some(of) => of.form(),
            Self::Format(_) => Form::Owned,
            Self::String(_)
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Attribute(..)
            | Self::Element(..)
            | Self::IsSet(_)
            | Self::Not(_)
            | Self::Equal(..)
            | Self::Partition(_) => Form::Borrowed,
        }
    }

    /// Calls `found` with each local variable that the expression uses.
    pub(crate) fn for_each_local(&self, found: &mut impl FnMut(&str)) {
        match self {
            Self::String(_) | Self::Bool(_) | Self::Integer(_) => {}
            Self::Local(local) => found(&local.name),
            Self::Format(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Literal(_) => {}
                        Piece::Local(name) => found(name),
                    }
                }
            }
            Self::Attribute(of, _)
            | Self::Element(of, _)
            | Self::IsSet(of)
            | Self::Not(of)
            | Self::Some(of)
            | Self::Partition(of) => of.for_each_local(found),
            Self::Equal(left, right) => [left, right].iter().for_each(|part| part.for_each_local(found)),
            Self::Coalesce(Coalesce { optional, last, .. }) => {
                optional.iter().chain(last.as_deref()).for_each(|part| part.for_each_local(found));
            }
            Self::Choose(Choose { condition, then, otherwise, .. }) => {
                [condition, then, otherwise].iter().for_each(|part| part.for_each_local(found));
            }
            Self::Call { arguments, .. } => arguments.iter().for_each(|part| part.for_each_local(found)),
        }
    }
}

/// A use of a local variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) name: String,
    /// Whether the variable is owned.
    pub(crate) form: Form,
}

/// Whether a value is owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A `String`, a `Vec`, an `Arn` or a `Url`.
    Owned,
    /// A reference, or a `bool`.
    Borrowed,
}

/// A part of an interpolated string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A literal string.
    Literal(String),
    /// The value of the local variable with this name, which is a string.
    Local(String),
}

/// The first value that is set, among several values of the same type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coalesce {
    /// The optional values.
    pub(crate) optional: Vec<Expr>,
    /// The value if no optional value is set. Without it, the result is optional.
    pub(crate) last: Option<Box<Expr>>,
    /// Whether the result is owned.
    pub(crate) form: Form,
}

/// One of two values of the same type. Either both are optional, or both are always set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choose {
    pub(crate) condition: Box<Expr>,
    /// The value if the condition holds.
    pub(crate) then: Box<Expr>,
    /// The value if the condition does not hold.
    pub(crate) otherwise: Box<Expr>,
    /// Whether both values are optional. If they are, the result is optional too.
    pub(crate) optional: bool,
    /// Whether the result is owned.
    pub(crate) form: Form,
}

/// An attribute of one of the runtime's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    /// A field.
    Field(&'static str),
    /// A method without parameters.
    Method(&'static str),
}

/// The table that `aws.partition` searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitions {
    /// The partition of all regions that do not belong to another partition.
    pub(crate) default: Partition,
    /// The other partitions.
    pub(crate) others: Vec<Partition>,
}

/// An AWS partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// The name of the partition in ARNs.
    pub(crate) name: String,
    /// The DNS suffix of endpoints.
    pub(crate) dns_suffix: String,
    /// The DNS suffix of dual-stack endpoints.
    pub(crate) dual_stack_dns_suffix: String,
    /// Whether FIPS endpoints exist.
    pub(crate) supports_fips: bool,
    /// Whether dual-stack endpoints exist.
    pub(crate) supports_dual_stack: bool,
    /// The region for which requests to global services are signed.
    pub(crate) implicit_global_region: String,
    /// The prefixes of region names. In the name of a region, a word, a hyphen and a number follow the prefix.
    pub(crate) region_prefixes: Vec<String>,
    /// The regions whose names do not match the prefixes.
    pub(crate) regions: Vec<String>,
}

/// A test case for an endpoint resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointTest {
    /// The parameters that are set.
    pub(crate) params: Vec<(String, Value)>,
    /// The expected endpoint as `Display` formats it, or the expected error message.
    pub(crate) expect: Result<String, String>,
}
