//! The causes of failed calls, except those that other modules define.

use std::error::Error;
use std::fmt;

use crate::protocol::DecodeError;

/// An error with a code that is not in the model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownError {
    /// The error's code.
    pub code: String,
    /// The service's error message.
    pub message: Option<String>,
}

impl super::ServiceError for UnknownError {
    fn from_response(response: &mut super::ErrorResponse<'_>) -> Self {
        let meta = response.metadata;
        Self { code: meta.code.clone().unwrap_or_default(), message: meta.shown_message().map(str::to_owned) }
    }
}

impl fmt::Display for UnknownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

impl Error for UnknownError {}

/// The error for a request whose endpoint cannot be resolved.
pub struct EndpointError(Box<dyn Error + Send + Sync>);

impl EndpointError {
    /// Creates an error from its cause, or from a message that describes the problem and how to fix it.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }

    /// Returns a reference to the cause. It is a [`MissingRegion`](crate::config::MissingRegion) if no region is set, a
    /// [`ConfigError`](crate::config::ConfigError) if a loaded setting is invalid, and a
    /// [`ResolveError`](crate::endpoint::ResolveError) if the endpoint rules reject the parameters. Any other problem
    /// has only a message.
    ///
    /// ```
    /// # use simba_runtime::config::MissingRegion;
    /// # use simba_runtime::error::SdkError;
    /// #
    /// fn is_region_missing(error: &SdkError) -> bool {
    ///     let SdkError::Endpoint(failure) = error else { return false };
    ///     failure.cause().get_ref().is::<MissingRegion>()
    /// }
    /// # let _ = is_region_missing;
    /// ```
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

debug_as_display!(EndpointError);

impl Error for EndpointError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// A response that is not valid for the protocol.
#[non_exhaustive]
pub enum ResponseError {
    /// The status indicates an error, but the response has no error code. The response probably comes from a proxy or
    /// from a server that is not an AWS service.
    NoErrorCode,
    /// The status indicates success, but the body cannot be deserialized.
    Body(DecodeError),
    /// A member that the caller requires is absent.
    Missing(MissingMember),
    /// A page of results has the pagination token of an earlier page, so there may be further results that cannot be
    /// retrieved.
    RepeatedToken,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoErrorCode => f.write_str("the response has no error code"),
            Self::Body(error) => write!(f, "cannot deserialize the response: {error}"),
            Self::Missing(missing) => missing.fmt(f),
            Self::RepeatedToken => f.write_str("the page has the pagination token of an earlier page"),
        }
    }
}

debug_as_display!(ResponseError);

impl Error for ResponseError {}

/// The error returned when a response lacks a member that the caller requires.
///
/// ```
/// # use simba_runtime::error::MissingMember;
/// # struct CreateBackupResponse;
/// # impl CreateBackupResponse {
/// #     fn backup(&self) -> Result<&str, MissingMember> {
/// #         Err(MissingMember { structure: "CreateBackupResponse", member: "Backup" })
/// #     }
/// # }
/// fn id(response: &CreateBackupResponse) -> Result<&str, MissingMember> {
///     response.backup()
/// }
/// let error = id(&CreateBackupResponse).unwrap_err();
/// assert_eq!(error.member, "Backup");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MissingMember {
    /// The name of the structure, usually a response.
    pub structure: &'static str,
    /// The name of the absent member.
    pub member: &'static str,
}

impl MissingMember {
    /// Creates an error for an absent member of a structure. The structure is a type parameter rather than a trait
    /// object, since the vtable of a trait object would link all code that serializes the structure.
    #[doc(hidden)]
    #[must_use]
    pub fn of<T: crate::schema::StaticSchema>(member: &'static str) -> Self {
        Self { structure: T::SCHEMA.id.name, member }
    }
}

impl fmt::Display for MissingMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no {}", self.structure, self.member)
    }
}

debug_as_display!(MissingMember);

impl Error for MissingMember {}
