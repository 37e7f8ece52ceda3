//! An endpoint resolver, decided down to its local variables: what `emit::endpoint` writes.

/// A resolver: its parameters, what it does with them, and the tables it guards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The parameters that the resolver reads, in the model's order.
    pub(crate) parameters: Vec<Parameter>,
    /// The table behind `aws.partition`, if a rule guards it.
    pub(crate) partitions: Option<Partitions>,
    /// What the resolver does.
    pub(crate) body: Vec<Step>,
    /// The parts of a decision diagram that more than one way leads to.
    pub(crate) parts: Vec<SharedNode>,
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
    /// What if it is not set.
    pub(crate) unset: MissingParameter,
}

/// What a resolver does if a parameter is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MissingParameter {
    /// The local variable is an `Option`.
    None,
    /// There is no endpoint.
    Error,
    /// This value is taken.
    Default(Value),
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    Str(String),
    /// A yes or no.
    Bool(bool),
    /// A list of strings.
    StrArray(Vec<String>),
}

/// The type of a value, apart from whether it may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A string.
    Str,
    /// A yes or no.
    Bool,
    /// A list of strings.
    StrArray,
    /// What `aws.partition` gives.
    Partition,
    /// What `aws.parseArn` gives.
    Arn,
    /// What `parseURL` gives.
    Url,
}

/// A part of a decision diagram, which becomes a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNode {
    /// The function's name.
    pub(crate) name: String,
    /// What it takes.
    pub(crate) parameters: Vec<SharedNodeParameter>,
    /// What it does.
    pub(crate) body: Vec<Step>,
}

/// A parameter of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedNodeParameter {
    /// The local variable.
    pub(crate) local: String,
    /// Its type, by reference.
    pub(crate) ty: Type,
    /// Whether some way to the part leaves it unset.
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
        /// What all has to hold.
        tests: Vec<Test>,
        /// What to do then.
        then: Vec<Step>,
    },
    /// The decision.
    Return(Outcome),
}

/// Something that has to hold.
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
    /// With the error that a rule has for these parameters.
    Error(Expr),
    /// With the error that no rule fits.
    NoRule,
    /// As another part does.
    SharedNode {
        /// The part's name.
        name: String,
        /// A value for each of its parameters.
        arguments: Vec<Argument>,
    },
}

/// A value for a parameter of a part, which has the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The variable.
    pub(crate) local: String,
    /// How it is passed.
    pub(crate) pass: Pass,
}

/// How a variable is passed to a part.
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
    /// `None`, since this way does not set it.
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

/// What an endpoint changes in an authentication scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthScheme {
    /// The scheme's name.
    pub(crate) name: Expr,
    /// The service name to sign with.
    pub(crate) signing_name: Option<Expr>,
    /// The region to sign with.
    pub(crate) signing_region: Option<Expr>,
    /// The regions that a signature is good for.
    pub(crate) signing_region_set: Vec<Expr>,
    /// Whether the path is signed as it is sent.
    pub(crate) disable_double_encoding: bool,
    /// Whether the path is signed without resolving `.` and `..`.
    pub(crate) disable_normalize_path: bool,
}

/// A value that is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A string that is known.
    Text(String),
    /// A boolean that is known.
    Bool(bool),
    /// A local variable.
    Local(Local),
    /// A string with values in it.
    Format(Vec<Piece>),
    /// A member of a partition, an ARN or a URL.
    Attribute(Box<Expr>, Attribute),
    /// The element of a list at an index, from the end if negative; optional.
    Element(Box<Expr>, i64),
    /// Whether an optional value is there.
    IsSet(Box<Expr>),
    /// `!value`
    Not(Box<Expr>),
    /// `left == right`
    Equal(Box<Expr>, Box<Expr>),
    /// The first value that is there.
    Coalesce(Coalesce),
    /// `if condition { then } else { otherwise }`
    Choose(Choose),
    /// `Some(value)`
    Some(Box<Expr>),
    /// The result of a function of the runtime.
    Call(Call),
}

impl Expr {
    /// Whether the value is its own, so that it has to be borrowed where a reference is taken.
    #[must_use]
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Local(local) => local.form,
            Self::Coalesce(values) => values.form,
            Self::Choose(values) => values.form,
            Self::Some(of) => of.form(),
            Self::Format(_)
            | Self::Call(Call::UriEncode(_) | Call::Split { .. } | Call::ParseArn(_) | Call::ParseUrl(_)) => {
                Form::Owned
            }
            Self::Text(_)
            | Self::Bool(_)
            | Self::Attribute(..)
            | Self::Element(..)
            | Self::IsSet(_)
            | Self::Not(_)
            | Self::Equal(..)
            | Self::Call(
                Call::Partition(_)
                | Call::IsValidHostLabel(..)
                | Call::IsVirtualHostableS3Bucket(..)
                | Call::Substring { .. },
            ) => Form::Borrowed,
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

/// Whether a variable's value is its own.
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
    /// Text that stands for itself.
    Text(String),
    /// The string that the local variable of this name holds.
    Local(String),
}

/// The first value that is there, of several with one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coalesce {
    /// The optional values.
    pub(crate) optional: Vec<Expr>,
    /// The value if none of them is there; without it the result is optional.
    pub(crate) last: Option<Box<Expr>>,
    /// Whether the result is a `String`.
    pub(crate) form: Form,
}

/// One of two values, of one type and either both optional or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choose {
    /// Which one.
    pub(crate) condition: Box<Expr>,
    /// The value if the condition holds.
    pub(crate) then: Box<Expr>,
    /// The value if not.
    pub(crate) otherwise: Box<Expr>,
    /// Whether both values, and so the result, are optional.
    pub(crate) optional: bool,
    /// Whether the result is a `String`.
    pub(crate) form: Form,
}

/// A function of the runtime with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// `PARTITIONS.find(region)`
    Partition(Box<Expr>),
    /// `functions::parse_arn(text)`, optional
    ParseArn(Box<Expr>),
    /// `functions::parse_url(text)`, optional
    ParseUrl(Box<Expr>),
    /// `functions::uri_encode(text)`
    UriEncode(Box<Expr>),
    /// `functions::is_valid_host_label(text, allow_sub_domains)`
    IsValidHostLabel(Box<Expr>, Box<Expr>),
    /// `functions::is_virtual_hostable_s3_bucket(text, allow_sub_domains)`
    IsVirtualHostableS3Bucket(Box<Expr>, Box<Expr>),
    /// `functions::substring(text, start, end, reverse)`, optional
    Substring {
        /// The whole.
        text: Box<Expr>,
        /// Where it starts.
        start: u32,
        /// Where it ends.
        end: u32,
        /// Whether both count from the end.
        reverse: bool,
    },
    /// `functions::split(text, delimiter, limit)`
    Split {
        /// What is split.
        text: Box<Expr>,
        /// Where.
        delimiter: Box<Expr>,
        /// Into how many parts at most; 0 is no limit.
        limit: u32,
    },
}

/// A member of what a function gave: the members of the runtime's types, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    PartitionName,
    PartitionDnsSuffix,
    PartitionDualStackDnsSuffix,
    PartitionSupportsFips,
    PartitionSupportsDualStack,
    PartitionImplicitGlobalRegion,
    ArnPartition,
    ArnService,
    ArnRegion,
    ArnAccountId,
    ArnResourceId,
    UrlScheme,
    UrlAuthority,
    UrlPath,
    UrlNormalizedPath,
    UrlIsIp,
}

/// The table behind `aws.partition`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitions {
    /// The partition of a region that no other claims.
    pub(crate) default: Partition,
    /// The other partitions.
    pub(crate) others: Vec<Partition>,
}

/// A partition of the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// Its name in ARNs.
    pub(crate) name: String,
    /// What the names of its endpoints end in.
    pub(crate) dns_suffix: String,
    /// What the names of its endpoints for IPv4 and IPv6 end in.
    pub(crate) dual_stack_dns_suffix: String,
    /// Whether it has endpoints that conform to FIPS 140.
    pub(crate) supports_fips: bool,
    /// Whether it has endpoints for IPv4 and IPv6.
    pub(crate) supports_dual_stack: bool,
    /// The region that services without regions sign for.
    pub(crate) implicit_global_region: String,
    /// What the names of its regions start with; a word, a hyphen and a number follow.
    pub(crate) region_prefixes: Vec<String>,
    /// The regions whose names do not tell their partition so.
    pub(crate) regions: Vec<String>,
}

/// A test of the resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The parameters that are set.
    pub(crate) params: Vec<(String, Value)>,
    /// The endpoint, as it displays, or the error message.
    pub(crate) expect: Result<String, String>,
}
