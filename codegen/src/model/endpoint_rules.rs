//! A service's endpoint rules as the model has them: `smithy.rules#endpointRuleSet`,
//! `smithy.rules#endpointBdd`, `smithy.rules#endpointTests`, and the partitions that they ask for.
//!
//! In goes a trait's JSON value; out comes data that is well formed, but whose references and
//! types nobody has checked yet: that is the job of `lower::endpoint`. Problems are messages that
//! start with their place inside the value, such as `rules[2].conditions[0].fn`.

mod cases;
mod diagram;
mod expression;
mod json;
mod partitions;
mod rules;

pub(crate) use cases::{EndpointTest, Expectation, tests};
pub(crate) use diagram::{Diagram, Target};
pub(crate) use expression::parse_path;
pub(crate) use expression::{Call, Expr, Function, Piece, Step};
pub(crate) use partitions::{Partition, Partitions, partitions};
pub(crate) use rules::{AuthScheme, Body, Condition, Endpoint, Outcome, Parameter, Rule, RuleSet, Then, read};

/// The kind of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Str,
    /// A yes or no.
    Bool,
    /// A list of strings.
    StrArray,
}

/// A parameter's value: a default, or what a test sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    Str(String),
    /// A yes or no.
    Bool(bool),
    /// A list of strings.
    StrArray(Vec<String>),
}

impl Value {
    /// The kind of the value.
    #[must_use]
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Str(_) => Kind::Str,
            Self::Bool(_) => Kind::Bool,
            Self::StrArray(_) => Kind::StrArray,
        }
    }
}
