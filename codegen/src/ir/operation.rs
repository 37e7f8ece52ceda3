//! Operations: what is called, with what, and what comes of it.

use super::{Deprecation, Doc, Member, Name, Page, Presence, Structure, Type, TypeRef, waiter::Waiters};

/// An operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Its name; the Rust one is the type of the call (`CreateBackup`).
    pub(crate) name: Name,
    /// Its module and method (`create_backup`), without `r#`.
    pub(crate) method: String,
    /// Its documentation.
    pub(crate) doc: Doc,
    /// Its documentation's first sentence.
    pub(crate) summary: Doc,
    /// What else its page shows.
    pub(crate) page: Page,
    /// What it takes; the structure lives in the operation's module.
    pub(crate) input: Structure,
    /// Whether the model gives it an input.
    pub(crate) has_input: bool,
    /// What it may change.
    pub(crate) effect: Effect,
    /// Where the structure that it answers with lives.
    pub(crate) output: TypeRef,
    /// That structure, if it lives in the operation's module.
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
    /// What stands before the host's name; empty for nothing.
    pub(crate) host_prefix: Vec<HostPart>,
    /// Values that the endpoint rules read.
    pub(crate) context: Vec<ContextParam>,
    /// How its pages are followed.
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
    /// The model does not say.
    Unknown,
}

/// One of the errors that an operation can answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationError {
    /// The variant of the operation's error enumeration.
    pub(crate) variant: String,
    /// The error structure.
    pub(crate) ty: TypeRef,
    /// The first sentence of the error's documentation.
    pub(crate) summary: Doc,
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

/// What the model says of retrying after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It may go well the next time.
    Transient,
    /// It may go well after a longer pause.
    Throttling,
}

/// A part of a host prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostPart {
    /// Text that stands there as it is.
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
    /// It is always this text.
    Text(String),
    /// It is always this truth value.
    Bool(bool),
    /// It is always these texts.
    Texts(Vec<String>),
    /// It is a member of the input.
    Input {
        /// The member.
        member: PathStep,
        /// How its value is read.
        ty: SettingKind,
    },
    /// It is what a path into the request gives.
    Path {
        /// What the path leads to.
        value: super::waiter::Value,
        /// What is made of it.
        gives: super::waiter::Gives,
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
    /// A text.
    Str,
    /// A truth value.
    Bool,
    /// Texts.
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

/// How the pages of an answer are followed.
#[derive(Clone, Debug)]
pub(crate) struct Pagination {
    /// The input member that takes the token.
    pub(crate) input_token: PathStep,
    /// The way to the token in the answer.
    pub(crate) output_token: Vec<PathStep>,
    /// The token's type.
    pub(crate) token: Type,
    /// What the pages hold.
    pub(crate) items: Option<Items>,
}

/// What pages hold.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    /// The way to the collection in the answer.
    pub(crate) path: Vec<PathStep>,
    /// The collection: a list or a map.
    pub(crate) collection: Type,
}
