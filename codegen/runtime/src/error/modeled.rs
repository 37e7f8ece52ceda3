//! The trait for modeled errors, and the implementations that all modeled errors share.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "event-stream")]
use super::DecodeError;
use super::{ErrorMetadata, ErrorResponse};
use crate::protocol::ClientProtocol;
use crate::schema::{
    DeserializableShape, DeserializableStruct, ErrorCorrection, MemberSchema, SerdeError, ShapeDeserializer,
    StaticSchema, StructSchema, Trait, ValueMut,
};

/// A modeled error structure. Generated code implements this trait.
pub trait ErrorShape: std::error::Error {
    /// Whether the client or the server caused the error.
    const FAULT: Fault;

    /// Whether the model marks the message as sensitive. `Display` redacts a sensitive message.
    const SENSITIVE: bool = false;

    /// Returns the service's message, if any.
    fn message(&self) -> Option<&str>;

    /// Sets the message that the protocol found in the response, unless the error already has a message.
    fn set_message(&mut self, message: &str);
}

/// The side that caused an error, from the `smithy.api#error` trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The client, which sent an invalid request.
    Client,
    /// The server, which failed to process the request.
    Server,
}

/// Implements [`ErrorShape`], `Display` and `Error` for an error structure. The arguments are the structure, the fault,
/// and the member that contains the message, if any. The member is marked as `option` or `required`. `sensitive = true`
/// makes `Display` redact the message.
///
/// ```ignore
/// error::modeled!(BackupInProgress, Client, option message);
/// error::modeled!(WrongPassword, Client, option message, sensitive = true);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __modeled {
    ($ty:ident, $fault:ident $(, $kind:ident $message:ident $(, sensitive = $sensitive:literal)?)?) => {
        impl $crate::error::ErrorShape for $ty {
            const FAULT: $crate::error::Fault = $crate::error::Fault::$fault;
            $($(const SENSITIVE: bool = $sensitive;)?)?

            fn message(&self) -> ::std::option::Option<&str> {
                $crate::__message!(self $(, $kind $message)?)
            }

            #[allow(unused_variables, reason = "An error may have no message.")]
            fn set_message(&mut self, message: &str) {
                $($crate::__set_message!(self, message, $kind $message);)?
            }
        }

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let name = $crate::schema::SerializableStruct::schema(self).id.name;
                let message = $crate::error::ErrorShape::message(self);
                $crate::__private::display(name, message, <Self as $crate::error::ErrorShape>::SENSITIVE, f)
            }
        }

        impl ::std::error::Error for $ty {}
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __message {
    ($self:ident) => {
        ::std::option::Option::None
    };
    ($self:ident, option $message:ident) => {
        $self.$message.as_deref()
    };
    ($self:ident, required $message:ident) => {
        ::std::option::Option::Some(&$self.$message)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __set_message {
    ($self:ident, $text:ident, option $message:ident) => {
        $crate::__private::fill_option(&mut $self.$message, $text)
    };
    ($self:ident, $text:ident, required $message:ident) => {
        $crate::__private::fill_required(&mut $self.$message, $text)
    };
}

/// Implements `Display` for a modeled error.
#[doc(hidden)]
pub fn display(name: &str, message: Option<&str>, sensitive: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match message {
        Some(_) if sensitive => write!(f, "{name}: {}", crate::schema::REDACTED),
        Some(message) => write!(f, "{name}: {message}"),
        None => f.write_str(name),
    }
}

/// Sets an optional message, unless it is already set.
#[doc(hidden)]
pub fn fill_option(message: &mut Option<String>, text: &str) {
    message.get_or_insert_with(|| text.to_owned());
}

/// Sets a required message, unless it is already set.
#[doc(hidden)]
pub fn fill_required(message: &mut String, text: &str) {
    if message.is_empty() {
        text.clone_into(message);
    }
}

/// Implements [`ServiceError`](super::ServiceError), `Display` and `Error` for an enum that has a variant for each
/// error structure and one for unknown errors.
///
/// ```ignore
/// error::service_error! {
///     CreateBackupError: BackupInProgress, BadRequest;
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __service_error {
    ($ty:ident; $($variant:ident;)*) => {
        // Inlined, so that a program compiles this code only for the operations that it calls.
        impl $ty {
            #[inline]
            fn as_error(&self) -> &(dyn ::std::error::Error + 'static) {
                match self {
                    $(Self::$variant(error) => error,)*
                    Self::Unknown(error) => error,
                }
            }
        }

        impl $crate::error::ServiceError for $ty {
            #[allow(unused_variables, reason = "There may be no error that the name could be of.")]
            #[inline]
            fn from_response(response: &mut $crate::error::ErrorResponse<'_>) -> Self {
                for name in $crate::__private::names(response.metadata) {
                    $(if let ::std::option::Option::Some(error) = $crate::__private::recognize(name, response) {
                        return Self::$variant(error);
                    })*
                }
                Self::Unknown(<$crate::error::UnknownError as $crate::error::ServiceError>::from_response(response))
            }
        }

        impl ::std::fmt::Display for $ty {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self.as_error(), f)
            }
        }

        impl ::std::error::Error for $ty {
            #[inline]
            fn source(&self) -> ::std::option::Option<&(dyn ::std::error::Error + 'static)> {
                ::std::option::Option::Some(self.as_error())
            }
        }
    };
}

/// Returns the names that identify the error in a response. The shape name comes first, since it takes precedence over
/// the code of the query protocol.
#[doc(hidden)]
pub fn names(meta: &ErrorMetadata) -> impl Iterator<Item = &str> {
    meta.shape.iter().chain(&meta.code).map(String::as_str)
}

/// Deserializes the modeled error `T`, if `name` is one of its error codes.
#[doc(hidden)]
pub fn recognize<T: DeserializableStruct + StaticSchema + ErrorCorrection + ErrorShape>(
    name: &str,
    response: &mut ErrorResponse<'_>,
) -> Option<T> {
    if !T::SCHEMA.has_error_code(name) {
        return None;
    }
    let mut error = T::corrected();
    read(response, &mut error);
    if let Some(message) = &response.metadata.message {
        error.set_message(message);
    }
    keep_message(response, error.message());
    Some(error)
}

/// Stores the message of a modeled error if it differs from the message that the protocol found. For example, the
/// protocol does not find a message in a header.
fn keep_message(response: &mut ErrorResponse<'_>, message: Option<&str>) {
    let message = message.filter(|message| !message.is_empty());
    if message.is_some() && message != response.metadata.message.as_deref() {
        response.message = message.map(str::to_owned);
    }
}

/// Deserializes the members of an error. A malformed member does not affect the other members, since the code is
/// sufficient to identify the error.
fn read(response: &ErrorResponse<'_>, error: &mut dyn DeserializableStruct) {
    let Some((raw, protocol)) = response.raw else { return };
    let mut members = SkippingMembers { error, skipped: Vec::new(), last: None };
    loop {
        #[cfg(feature = "event-stream")]
        let result = match raw.extensions().get::<ExceptionReader>() {
            Some(exception) => (exception.0)(&mut members),
            None => protocol.deserialize_error(raw, &mut members),
        };
        #[cfg(not(feature = "event-stream"))]
        let result = protocol.deserialize_error(raw, &mut members);
        // Deserialization ends at the first malformed member, so it starts again without this member.
        match (result, members.last.take()) {
            (Err(_), Some(malformed)) => members.skipped.push(malformed),
            (Ok(()), _) | (Err(_), None) => return,
        }
    }
}

/// The members of an error, except for those that are malformed.
struct SkippingMembers<'a> {
    error: &'a mut dyn DeserializableStruct,
    /// The indices of the malformed members.
    skipped: Vec<usize>,
    /// The index of the member that was accessed last.
    last: Option<usize>,
}

impl DeserializableStruct for SkippingMembers<'_> {
    fn schema(&self) -> &'static StructSchema {
        self.error.schema()
    }

    fn slot(&mut self, index: usize) -> Option<ValueMut<'_>> {
        if self.skipped.contains(&index) {
            return None;
        }
        self.last = Some(index);
        self.error.slot(index)
    }
}

impl DeserializableShape for SkippingMembers<'_> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserializer.read_struct(schema, self)
    }
}

/// Returns the message of the modeled error with the given metadata, if the model binds the member `message` to a
/// header or to the whole body, where protocols do not look for it.
pub(crate) fn bound_message(
    errors: &[&'static StructSchema],
    metadata: &ErrorMetadata,
    response: &http::Response<Bytes>,
    protocol: &dyn ClientProtocol,
) -> Option<String> {
    let mut found = BoundMessage { schema: bound_schema(errors, metadata)?, message: None };
    // If the message is malformed, the protocol's message remains.
    let _ = protocol.deserialize_error(response, &mut (&mut found as &mut dyn DeserializableStruct));
    found.message
}

/// Returns the schema of the error with the given metadata, if a header or the whole body is its message.
fn bound_schema(errors: &[&'static StructSchema], metadata: &ErrorMetadata) -> Option<&'static StructSchema> {
    for name in names(metadata) {
        for error in errors {
            if error.has_error_code(name) {
                return error.members.iter().any(is_bound_message).then_some(error);
            }
        }
    }
    None
}

/// Returns whether a member is a message in a header, or one that is the whole body.
fn is_bound_message(member: &MemberSchema) -> bool {
    member.name().eq_ignore_ascii_case("message")
        && member.traits.iter().any(|of| matches!(of, Trait::HttpHeader(_) | Trait::HttpPayload))
}

/// The message of an error, without the other members.
struct BoundMessage {
    schema: &'static StructSchema,
    message: Option<String>,
}

impl DeserializableStruct for BoundMessage {
    fn schema(&self) -> &'static StructSchema {
        self.schema
    }

    fn slot(&mut self, index: usize) -> Option<ValueMut<'_>> {
        match self.schema.members.get(index) {
            Some(member) if is_bound_message(member) => Some(ValueMut::OptionalString(&mut self.message)),
            _ => None,
        }
    }
}

/// A function that deserializes the members of an error from an event stream message. It is stored as an extension of
/// the response.
#[cfg(feature = "event-stream")]
#[derive(Clone)]
pub(crate) struct ExceptionReader(pub(crate) std::sync::Arc<ReadMembers>);

/// The type of a function that deserializes the members of an error.
#[cfg(feature = "event-stream")]
type ReadMembers = dyn Fn(&mut dyn DeserializableShape) -> Result<(), DecodeError> + Send + Sync;

/// Defines the `Error` type of a generated crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __crate_error {
    ($service:ident) => {
        /// The error type of this crate. `?` converts errors from calls, paginators, event streams, waiters,
        /// configurations and byte streams into it, as well as the [`MissingMember`](Self::MissingMember) of a method
        /// for an optional member.
        #[non_exhaustive]
        pub enum Error {
            /// A call failed.
            Call($crate::error::SdkError<$service>),
            /// A member is absent from a response.
            MissingMember($crate::error::MissingMember),
            /// A setting is invalid.
            Config($crate::config::ConfigError),
            /// The condition of a waiter was not met.
            Waiter($crate::waiter::WaiterError<(), $service>),
            /// A stream of bytes cannot be read to its end.
            ByteStream($crate::primitives::ByteStreamError),
        }

        impl Error {
            /// Returns the error of the failed call, if a call failed. The call may be one that a waiter sent.
            #[must_use]
            pub fn call(&self) -> ::std::option::Option<&$crate::error::SdkError<$service>> {
                match self {
                    Self::Call(error) => ::std::option::Option::Some(error),
                    Self::Waiter(error) => error.call(),
                    Self::MissingMember(_) | Self::Config(_) | Self::ByteStream(_) => ::std::option::Option::None,
                }
            }

            /// Returns the error that the service responded with, if any.
            #[must_use]
            pub fn service(&self) -> ::std::option::Option<&$service> {
                self.call()?.service()
            }

            fn as_error(&self) -> &(dyn ::std::error::Error + 'static) {
                match self {
                    Self::Call(error) => error,
                    Self::MissingMember(error) => error,
                    Self::Config(error) => error,
                    Self::Waiter(error) => error,
                    Self::ByteStream(error) => error,
                }
            }
        }

        impl ::std::fmt::Display for Error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self.as_error(), f)
            }
        }

        /// Formats the inner error. Its one-line message comes first, because `main` prints the error that it returns
        /// with `Debug`.
        impl ::std::fmt::Debug for Error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self.as_error(), f)
            }
        }

        impl ::std::error::Error for Error {}

        impl<E> ::std::convert::From<$crate::error::SdkError<E>> for Error {
            fn from(error: $crate::error::SdkError<E>) -> Self {
                Self::Call(error.deserialize_error_as())
            }
        }

        impl ::std::convert::From<$crate::error::MissingMember> for Error {
            fn from(error: $crate::error::MissingMember) -> Self {
                Self::MissingMember(error)
            }
        }

        impl ::std::convert::From<$crate::config::ConfigError> for Error {
            fn from(error: $crate::config::ConfigError) -> Self {
                Self::Config(error)
            }
        }

        impl ::std::convert::From<$crate::primitives::ByteStreamError> for Error {
            fn from(error: $crate::primitives::ByteStreamError) -> Self {
                Self::ByteStream(error)
            }
        }

        impl<A, E> ::std::convert::From<$crate::waiter::WaiterError<A, E>> for Error {
            fn from(error: $crate::waiter::WaiterError<A, E>) -> Self {
                Self::Waiter(error.deserialize_error_as())
            }
        }
    };
}
