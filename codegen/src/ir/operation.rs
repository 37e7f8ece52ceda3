//! Operations: input, output, errors, and the facts of a call.

use super::{Deprecation, Doc, Example, Member, Name, Presence, Structure, Type, TypeRef, waiter::Waiters};

/// An operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Its name; the Rust one is the type of the call (`CreateBackup`).
    pub(crate) name: Name,
    /// Its module and method (`create_backup`), without `r#`.
    pub(crate) method: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// A request with values; `None` if there are none that fit its types.
    pub(crate) example: Option<Example>,
    /// Further reading, in Markdown.
    pub(crate) links: Vec<Doc>,
    /// Its input, a structure of the operation's module.
    pub(crate) input: Structure,
    /// Whether the model has an input for it.
    pub(crate) has_input: bool,
    /// Its effect on the service's state.
    pub(crate) effect: Effect,
    /// The path of its output.
    pub(crate) output: TypeRef,
    /// Its output, if it is a structure of the operation's module.
    pub(crate) own_output: Option<Structure>,
    /// The name of its error enumeration.
    pub(crate) error: String,
    /// The errors that the model lists, by name.
    pub(crate) errors: Vec<OperationError>,
    /// Whether calls are signed.
    pub(crate) auth: Auth,
    /// Whether a checksum of the body has to be sent.
    pub(crate) checksum: bool,
    /// Whether large bodies are compressed.
    pub(crate) compression: Compression,
    /// The prefix of the host name; empty for none.
    pub(crate) host_prefix: Vec<HostPart>,
    /// Values that the endpoint rules read.
    pub(crate) context: Vec<ContextParam>,
    /// Its pagination.
    pub(crate) pagination: Option<Pagination>,
    /// The waiters that poll it.
    pub(crate) waiters: Waiters,
    /// A note if its use is discouraged.
    pub(crate) deprecated: Option<Deprecation>,
}

/// The effect of an operation on the service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing.
    ReadOnly,
    /// Repeating a request changes nothing more.
    Idempotent,
    /// The model does not specify it.
    Unknown,
}

/// An error of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationError {
    /// The variant of the operation's error enumeration.
    pub(crate) variant: String,
    /// The error structure.
    pub(crate) ty: TypeRef,
    /// The first sentence of the error's documentation.
    pub(crate) summary: String,
}

/// Whether calls are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// With Signature Version 4.
    SigV4,
    /// With Signature Version 4 if there are credentials.
    OptionalSigV4,
    /// Not at all.
    None,
}

/// Whether large bodies are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Never.
    None,
    /// With gzip.
    Gzip,
}

/// The way to retry after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The next attempt may succeed.
    Transient,
    /// An attempt after a longer delay may succeed.
    Throttling,
}

/// A part of a host prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostPart {
    /// Literal text.
    Text(String),
    /// The value of an input member of this Rust name.
    Label {
        /// The member.
        member: Name,
        /// Whether the field is an `Option`.
        optional: bool,
        /// Its type: a string or an enumeration of strings.
        ty: Type,
    },
}

/// A value that the endpoint rules read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ContextParam {
    /// The parameter's name in the rules.
    pub(crate) name: String,
    /// Where its value comes from.
    pub(crate) value: ContextValue,
}

/// Where the value of an endpoint parameter comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ContextValue {
    /// It is always this string.
    Text(String),
    /// It is always this boolean.
    Bool(bool),
    /// It is always these strings.
    Texts(Vec<String>),
    /// It is a member of the input.
    Input {
        /// The member.
        member: PathStep,
        /// How its value is read.
        ty: SettingKind,
    },
    /// It is the value of a path into the request.
    Path {
        /// The value.
        value: super::waiter::Value,
        /// The conversion of the value.
        gives: super::waiter::PathResult,
    },
}

/// A parameter of the endpoint rules that is a setting of the client.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Its name: that of the rules, and that of a method.
    pub(crate) name: Name,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its type.
    pub(crate) ty: SettingKind,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingKind {
    /// A string.
    Str,
    /// A boolean.
    Bool,
    /// Strings.
    StrArray,
}

/// One step from a structure to one of its members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathStep {
    /// The member.
    pub(crate) member: Name,
    /// Whether the field is an `Option`.
    pub(crate) optional: bool,
    /// Whether the field is boxed.
    pub(crate) boxed: bool,
}

impl From<&Member> for PathStep {
    fn from(member: &Member) -> Self {
        Self { member: member.name.clone(), optional: member.presence == Presence::Optional, boxed: member.boxed }
    }
}

/// The pagination of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Pagination {
    /// The input member that takes the token.
    pub(crate) input_token: PathStep,
    /// The path to the token in the response.
    pub(crate) output_token: Vec<PathStep>,
    /// The token's type.
    pub(crate) token: Type,
    /// The items of the pages.
    pub(crate) items: Option<Items>,
}

/// The items of pages.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    /// The path to the collection in the response.
    pub(crate) path: Vec<PathStep>,
    /// The collection: a list or a map.
    pub(crate) collection: Type,
}
