//! The schemas of services and operations.

use std::borrow::Cow;
use std::time::Duration;

use super::{ShapeId, StaticSchema, StructSchema, Unit};

/// The schema of a service.
#[derive(Debug)]
pub struct ServiceSchema {
    /// The shape's identifier.
    pub id: ShapeId,
    /// The version of the service's interface, such as `2018-03-01`.
    pub version: &'static str,
    /// The name that settings and the user agent derive theirs from, such as `FSx`: `aws.api#service.sdkId`.
    pub sdk_id: &'static str,
    /// The service's name in the credential scope of a signature.
    pub signing_name: &'static str,
    /// The name that RPC protocols put before that of an operation. It is that of the shape, unless the service was
    /// renamed.
    pub target_prefix: &'static str,
    /// How an operation that does not say otherwise authenticates.
    pub auth: Auth,
}

/// The schema of an operation.
///
/// ```ignore
/// static CREATE_BACKUP: OperationSchema = OperationSchema::new(
///     &SERVICE_SCHEMA,
///     "AWSSimbaAPIService_v20180301.CreateBackup",
///     schema::of::<CreateBackupRequest>(),
///     schema::of::<CreateBackupResponse>(),
/// );
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OperationSchema {
    /// The service that the operation belongs to.
    pub service: &'static ServiceSchema,
    /// The operation's name in the model.
    pub name: Cow<'static, str>,
    /// The operation's name after the service's [`target_prefix`](ServiceSchema::target_prefix) and a dot, as RPC
    /// protocols send it.
    pub target: Cow<'static, str>,
    /// The schema of the input; `smithy.api#Unit` if there is none.
    pub input: &'static StructSchema,
    /// The schema of the output; `smithy.api#Unit` if there is none.
    pub output: &'static StructSchema,
    /// The schemas of the errors that the model lists.
    pub errors: &'static [&'static StructSchema],
    /// How the operation authenticates.
    pub auth: Auth,
    /// The checksum that the body is sent with.
    pub checksum: Checksum,
    /// How a large body is compressed.
    pub compression: Compression,
    /// The time that a response may take, if the model announces that it may be long: `smithy.api#longPoll`.
    pub long_poll: Option<Duration>,
}

impl OperationSchema {
    /// Creates the schema of an operation that authenticates as its service does.
    ///
    /// # Panics
    ///
    /// If `target` does not start with the service's `target_prefix` and a dot. In a constant this is a compile error.
    #[must_use]
    pub const fn new(
        service: &'static ServiceSchema,
        target: &'static str,
        input: &'static StructSchema,
        output: &'static StructSchema,
    ) -> Self {
        let (prefix, name) = target.split_at(service.target_prefix.len() + 1);
        assert!(prefix.as_bytes()[prefix.len() - 1] == b'.', "the target starts with the prefix and a dot");
        Self {
            service,
            name: Cow::Borrowed(name),
            target: Cow::Borrowed(target),
            input,
            output,
            errors: &[],
            auth: service.auth,
            checksum: Checksum::None,
            compression: Compression::None,
            long_poll: None,
        }
    }

    /// Creates the schema of an operation that is known by its name only. Its input and output are documents.
    pub(crate) fn of_documents(service: &'static ServiceSchema, name: &str) -> Self {
        static DOCUMENT: StructSchema =
            StructSchema { id: ShapeId { namespace: "smithy.api", name: "Document" }, members: &[], traits: &[] };
        Self {
            service,
            name: Cow::Owned(name.to_owned()),
            target: Cow::Owned(format!("{}.{name}", service.target_prefix)),
            input: &DOCUMENT,
            output: &DOCUMENT,
            errors: &[],
            auth: service.auth,
            checksum: Checksum::None,
            compression: Compression::None,
            long_poll: None,
        }
    }

    /// Sets the time that a response may take.
    #[must_use]
    pub const fn with_long_poll(mut self, response: Duration) -> Self {
        self.long_poll = Some(response);
        self
    }

    /// Sets the errors that the model lists.
    #[must_use]
    pub const fn with_errors(mut self, errors: &'static [&'static StructSchema]) -> Self {
        self.errors = errors;
        self
    }

    /// Sets how the operation authenticates.
    #[must_use]
    pub const fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Sets the checksum that the body is sent with.
    #[must_use]
    pub const fn with_checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = checksum;
        self
    }

    /// Sets how a large body is compressed.
    #[must_use]
    pub const fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Returns whether the operation has an input.
    #[must_use]
    pub fn has_input(&self) -> bool {
        self.input.id != Unit::SCHEMA.id
    }
}

/// How an operation authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// The request is signed, and a call without credentials fails before it is sent.
    SigV4,
    /// The request is signed if there are credentials.
    OptionalSigV4,
    /// The request is never signed.
    None,
}

/// The checksum that a body is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// None.
    None,
    /// The header `Content-MD5`.
    #[cfg(feature = "md5")]
    Md5,
}

/// How a large body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// It is not.
    None,
    /// With gzip, once it reaches the configured size.
    #[cfg(feature = "gzip")]
    Gzip,
}

/// Why another attempt may succeed after an error: `smithy.api#retryable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retryable {
    /// The failure passes by itself.
    Transient,
    /// The service asks its callers to slow down.
    Throttling,
}
