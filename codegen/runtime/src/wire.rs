//! The wire format: how the types of a generated crate are read and written, through serde.
//!
//! A structure is a table of names and two methods, so that generated code is thin: the visitor, the lookup of names
//! and the rules of lenient reading live here, once. The rules: unknown members are skipped, null is absent, an absent
//! required member is empty, whole numbers may come with a fraction of zero, and something that is no structure where
//! a structure should be counts as absent.
//!
//! The names here are for generated code; programs meet [`Timestamp`], [`Blob`], [`Document`] and the big numbers.

mod append;
mod codec;
mod decode;
mod depth;
mod encode;
mod erased;
mod glue;
mod json;
pub(crate) mod memory;
mod numbers;
mod serde;
mod structure;
mod timestamp;
mod union;
mod values;

#[doc(inline)]
pub use crate::{
    __int_enum as int_enum, __setters as setters, __string_enum as string_enum, __structure as structure,
    __union as union,
};
pub use append::Append;
pub use codec::{Codec, DateTime, Float, HttpDate, Many, Nullable, Values};
pub use decode::Decode;
#[doc(hidden)]
pub use decode::{SetText, read_text};
pub use encode::{Encode, IsEmpty, Object};
pub use erased::{Elements, EncodeList, EncodeMembers, Error, ListOut, Members, ObjectOut, Out, Sink, Source};
#[doc(hidden)]
pub use glue::{deserialize, serialize};
pub(crate) use json::JsonText;
pub use numbers::{BigDecimal, BigInteger, ParseNumberError};
pub(crate) use serde::source;
pub use structure::{AnyStructure, Empty, Structure, missing, read_structure};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use union::{Union, no_variant, read_union, unit_variant, unknown_member, variant};
pub use values::{Blob, Document, REDACTED, Redacted, document};

#[doc(hidden)]
pub use serde_core;
