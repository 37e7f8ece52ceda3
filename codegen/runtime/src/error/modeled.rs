//! What the errors of a model have in common, and the implementations that all of them share.

use super::{ErrorMeta, UnknownError};

/// An error structure. The generator implements it.
pub trait Modeled: std::error::Error {
    /// Who is to blame.
    const FAULT: Fault;

    /// What the service says about it.
    fn message(&self) -> Option<&str>;

    /// Fills in the message that the protocol found, if the structure itself has none.
    fn set_message(&mut self, message: String);
}

/// Who is to blame for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The one who calls.
    Client,
    /// The service.
    Server,
}

impl From<&ErrorMeta> for UnknownError {
    fn from(meta: &ErrorMeta) -> Self {
        Self { code: meta.code.clone().unwrap_or_default(), message: meta.message.clone() }
    }
}

/// Implements `Display` and `Error` for an error structure.
#[doc(hidden)]
#[macro_export]
macro_rules! __modeled {
    ($ty:ident) => {
        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(<Self as $crate::wire::Structure>::NAME)?;
                match $crate::error::Modeled::message(self) {
                    ::std::option::Option::Some(message) => ::std::write!(f, ": {message}"),
                    ::std::option::Option::None => ::std::result::Result::Ok(()),
                }
            }
        }

        impl ::std::error::Error for $ty {}
    };
}

/// Implements `Display` and `Error` for an enumeration of errors that has `as_error`.
#[doc(hidden)]
#[macro_export]
macro_rules! __service_error {
    ($ty:ident) => {
        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self.as_error(), f)
            }
        }

        impl ::std::error::Error for $ty {
            fn source(&self) -> ::std::option::Option<&(dyn ::std::error::Error + 'static)> {
                ::std::option::Option::Some(self.as_error())
            }
        }
    };
}

/// Defines a generated crate's `Error`, which every error of the crate converts into.
#[doc(hidden)]
#[macro_export]
macro_rules! __crate_error {
    ($service:ident) => {
        /// Anything that can go wrong with this crate: what `?` makes of all its errors.
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum Error {
            /// A call failed.
            Call($crate::error::SdkError<$service>),
            /// A response lacks something.
            MissingMember($crate::error::MissingMember),
            /// The settings that were found are wrong.
            Config($crate::config::ConfigError),
        }

        impl Error {
            /// The failed call, if that is what went wrong.
            #[must_use]
            pub fn call(&self) -> ::std::option::Option<&$crate::error::SdkError<$service>> {
                match self {
                    Self::Call(error) => ::std::option::Option::Some(error),
                    Self::MissingMember(_) | Self::Config(_) => ::std::option::Option::None,
                }
            }

            /// The error that the service answered with, if it did.
            #[must_use]
            pub fn service(&self) -> ::std::option::Option<&$service> {
                self.call()?.service()
            }
        }

        impl ::std::fmt::Display for Error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    Self::Call(error) => ::std::fmt::Display::fmt(error, f),
                    Self::MissingMember(error) => ::std::fmt::Display::fmt(error, f),
                    Self::Config(error) => ::std::fmt::Display::fmt(error, f),
                }
            }
        }

        impl ::std::error::Error for Error {}

        impl<E: ::std::convert::Into<$service>> ::std::convert::From<$crate::error::SdkError<E>> for Error {
            fn from(error: $crate::error::SdkError<E>) -> Self {
                Self::Call(error.map_service(::std::convert::Into::into))
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
    };
}
