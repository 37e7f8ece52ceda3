//! An endpoint resolver, decided down to its local variables.

/// A resolver: its parameters, its steps, and the table of partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The parameters that the resolver reads, in the model's order.
    pub(crate) parameters: Vec<Parameter>,
    /// The table behind `aws.partition`, if a rule refers to it.
    pub(crate) partitions: Option<Partitions>,
    /// The steps of the resolver.
    pub(crate) body: Vec<Step>,
    /// The nodes of a decision diagram with more than one edge to them.
    pub(crate) shared_nodes: Vec<SharedNode>,
}

/// A parameter that the resolver reads into a local variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// The local variable.
    pub(crate) local: String,
    /// The names that it may be set under; the first that is set counts.
    pub(crate) names: Vec<String>,
    /// Its type.
    pub(crate) ty: Type,
    /// The treatment of a parameter that is not set.
    pub(crate) missing: MissingParameter,
}

/// The treatment of a parameter that is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MissingParameter {
    /// The local variable is an `Option`.
    None,
    /// There is no endpoint.
    Error,
    /// It has this value.
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
    /// The type of the value.
    pub(crate) fn ty(&self) -> Type {
        match self {
            Self::Str(_) => Type::Str,
            Self::Bool(_) => Type::Bool,
            Self::StrArray(_) => Type::StrArray,
        }
    }
}

/// The type of a value, apart from whether it may be absent.
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

/// A node of a decision diagram that becomes a function, since several edges lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNode {
    /// The function's name.
    pub(crate) name: String,
    /// Its parameters.
    pub(crate) parameters: Vec<SharedNodeParameter>,
    /// Its steps.
    pub(crate) body: Vec<Step>,
}

/// A parameter of a shared node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNodeParameter {
    /// The local variable.
    pub(crate) local: String,
    /// Its type, by reference.
    pub(crate) ty: Type,
    /// Whether it is absent on some path to the node.
    pub(crate) optional: bool,
}

/// A statement. The list of them that is a function's body ends in a `Return`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `let local = value;`
    Let {
        /// The variable.
        local: String,
        /// Its value.
        value: Expr,
    },
    /// `if tests { then }`
    If {
        /// The tests, which all have to hold.
        tests: Vec<Test>,
        /// The steps if they hold.
        then: Vec<Step>,
    },
    /// The decision.
    Return(Outcome),
}

/// A test of an `if`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// `let Some(local) = value`
    Some {
        /// The variable.
        local: String,
        /// An optional value.
        value: Expr,
    },
    /// A value of type `bool`.
    True(Expr),
}

/// How a resolver ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With an endpoint.
    Endpoint(Endpoint),
    /// With the error message of a rule.
    Error(Expr),
    /// With the error that no rule matches.
    NoRule,
    /// With the outcome of a shared node.
    SharedNode {
        /// The node's function.
        name: String,
        /// A value for each of its parameters.
        arguments: Vec<Argument>,
    },
}

/// An argument for the parameter of a shared node that has the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The variable.
    pub(crate) local: String,
    /// How it is passed.
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
    /// `None`, since it is absent on this path.
    None,
}

/// An endpoint to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Its URL.
    pub(crate) url: Expr,
    /// Its headers; a name may come more than once.
    pub(crate) headers: Vec<(String, Expr)>,
    /// Its authentication schemes, preferred first.
    pub(crate) auth_schemes: Vec<AuthScheme>,
}

/// The settings of an authentication scheme that an endpoint changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthScheme {
    /// The scheme's name.
    pub(crate) name: Expr,
    /// The settings: methods of the runtime's `AuthScheme`, and their arguments.
    pub(crate) settings: Vec<(&'static str, Expr)>,
}

/// A value that is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A string literal.
    Text(String),
    /// A boolean literal.
    Bool(bool),
    /// An integer literal.
    Integer(u32),
    /// A local variable.
    Local(Local),
    /// A string with values in it.
    Format(Vec<Piece>),
    /// An attribute of a partition, an ARN or a URL.
    Attribute(Box<Expr>, Attribute),
    /// The element of a list at an index, from the end if negative; optional.
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
    /// `functions::split(text, delimiter, limit)`
    Call {
        /// A function of the runtime's module `endpoint::functions`.
        function: &'static str,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Whether the result has to be borrowed where a reference is taken.
        form: Form,
    },
}

impl Expr {
    /// Whether the value has to be borrowed where a reference is taken.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Local(Local { form, .. })
            | Self::Coalesce(Coalesce { form, .. })
            | Self::Choose(Choose { form, .. })
            | Self::Call { form, .. } => *form,
            Self::Some(of) => of.form(),
            Self::Format(_) => Form::Owned,
            Self::Text(_)
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
            Self::Text(_) | Self::Bool(_) | Self::Integer(_) => {}
            Self::Local(local) => found(&local.name),
            Self::Format(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(_) => {}
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

/// A local variable in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    /// Its name.
    pub(crate) name: String,
    /// Whether it has to be borrowed to be passed on.
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

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// The string that the local variable of this name holds.
    Local(String),
}

/// The first value that is set, of several with one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coalesce {
    /// The optional values.
    pub(crate) optional: Vec<Expr>,
    /// The value if none of them is set; without it the result is optional.
    pub(crate) last: Option<Box<Expr>>,
    /// Whether the result is a `String`.
    pub(crate) form: Form,
}

/// One of two values, of one type and either both optional or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choose {
    /// The condition.
    pub(crate) condition: Box<Expr>,
    /// The value if it holds.
    pub(crate) then: Box<Expr>,
    /// The value if not.
    pub(crate) otherwise: Box<Expr>,
    /// Whether both values, and so the result, are optional.
    pub(crate) optional: bool,
    /// Whether the result is a `String`.
    pub(crate) form: Form,
}

/// An attribute of one of the runtime's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    /// The field of this name.
    Field(&'static str),
    /// The method of this name, without arguments.
    Method(&'static str),
}

/// The table behind `aws.partition`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitions {
    /// The partition of a region that belongs to no other.
    pub(crate) default: Partition,
    /// The other partitions.
    pub(crate) others: Vec<Partition>,
}

/// A partition of the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// Its name in ARNs.
    pub(crate) name: String,
    /// The end of the names of its endpoints.
    pub(crate) dns_suffix: String,
    /// The end of the names of its endpoints for IPv4 and IPv6.
    pub(crate) dual_stack_dns_suffix: String,
    /// Whether it has endpoints that conform to FIPS 140.
    pub(crate) supports_fips: bool,
    /// Whether it has endpoints for IPv4 and IPv6.
    pub(crate) supports_dual_stack: bool,
    /// The region that services without regions sign for.
    pub(crate) implicit_global_region: String,
    /// The starts of the names of its regions; a word, a hyphen and a number follow.
    pub(crate) region_prefixes: Vec<String>,
    /// The regions whose names do not show that they belong to it.
    pub(crate) regions: Vec<String>,
}

/// A test of the resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointTest {
    /// The parameters that are set.
    pub(crate) params: Vec<(String, Value)>,
    /// The endpoint as it is displayed, or the error message.
    pub(crate) expect: Result<String, String>,
}
