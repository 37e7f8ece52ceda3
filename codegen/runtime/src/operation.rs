//! What the generator tells the runtime of a service and of its operations.
//!
//! In: the statics of a generated crate. Out: everything that [`Client`](crate::client::Client)
//! needs to send a call whose types it does not know.

use std::borrow::Cow;
use std::fmt::Debug;

use bytes::Bytes;

use crate::codec::MemoryLimit;
use crate::endpoint;
use crate::error::{DecodeError, InputError, ServiceError};
use crate::protocol::ClientProtocol;
use crate::schema::{DeserializableShape, ErrorCorrection, SerializableShape};
use crate::transport::MAX_RESPONSE_SIZE;

/// The facts of one service. Generated crates hold one static of it.
#[derive(Debug)]
pub struct Service {
    /// The name that configuration derives its keys from, such as `FSx`.
    pub id: &'static str,
    /// The service's name in the model: the first half of `X-Amz-Target`.
    pub shape: &'static str,
    /// The service's name in a signature's scope.
    pub signing_name: &'static str,
    /// The version of the service's interface, such as `2018-03-01`.
    pub api_version: &'static str,
    /// How an operation that does not say otherwise authenticates.
    pub auth: Auth,
    /// The protocol that the service speaks.
    pub protocol: &'static dyn ClientProtocol,
    /// The service's endpoint rules.
    pub resolve_endpoint: fn(&endpoint::Params<'_>) -> Result<endpoint::Endpoint, endpoint::ResolveError>,
    /// The codes of the errors that the model calls retryable.
    pub retryable: &'static [(&'static str, Retryable)],
    /// The codes of the errors whose message is sensitive.
    pub sensitive_errors: &'static [&'static str],
}

/// The facts of one operation. Generated crates hold one static of it per operation.
///
/// ```ignore
/// static CREATE_BACKUP: Operation =
///     Operation::new(&SERVICE, "CreateBackup", "AWSSimbaAPIService_v20180301.CreateBackup");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The service that the operation belongs to.
    pub service: &'static Service,
    /// The operation's name in the model.
    pub name: Cow<'static, str>,
    /// The operation's name behind that of its service: `ToyBox.GetToy`.
    pub qualified_name: Cow<'static, str>,
    /// Whether the operation has an input; that of one without is `smithy.api#Unit`.
    pub has_input: bool,
    /// How the operation authenticates.
    pub auth: Auth,
    /// Whether the body travels with a checksum.
    pub checksum: Checksum,
    /// Whether a large body is compressed.
    pub compression: Compression,
    /// The endpoint parameters that the model fixes for the operation.
    pub endpoint_params: &'static [(&'static str, endpoint::Value<'static>)],
}

impl Operation {
    /// An operation that authenticates as its service does and asks for nothing special.
    #[must_use]
    pub const fn new(service: &'static Service, name: &'static str, qualified_name: &'static str) -> Self {
        Self {
            service,
            name: Cow::Borrowed(name),
            qualified_name: Cow::Borrowed(qualified_name),
            has_input: true,
            auth: service.auth,
            checksum: Checksum::None,
            compression: Compression::None,
            endpoint_params: &[],
        }
    }

    /// An operation that the model does not have.
    pub(crate) fn raw(service: &'static Service, name: &str) -> Self {
        let mut operation = Self::new(service, "", "");
        operation.name = Cow::Owned(name.to_owned());
        operation.qualified_name = Cow::Owned(format!("{}.{name}", service.shape));
        operation
    }

    /// Marks the operation as one without an input.
    #[must_use]
    pub const fn without_input(mut self) -> Self {
        self.has_input = false;
        self
    }

    /// Sets how the operation authenticates.
    #[must_use]
    pub const fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Sets the checksum that the body travels with.
    #[must_use]
    pub const fn with_checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = checksum;
        self
    }

    /// Sets whether a large body is compressed.
    #[must_use]
    pub const fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Sets the endpoint parameters that the model fixes for the operation.
    #[must_use]
    pub const fn with_endpoint_params(mut self, params: &'static [(&'static str, endpoint::Value<'static>)]) -> Self {
        self.endpoint_params = params;
        self
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

/// The checksum that an operation's body travels with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// None.
    None,
    /// A `Content-MD5` header.
    #[cfg(feature = "md5")]
    Md5,
}

/// How an operation's body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// It is not.
    None,
    /// With gzip, once it reaches the configured size.
    #[cfg(feature = "gzip")]
    Gzip,
}

/// Why the model calls an error retryable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retryable {
    /// The failure passes by itself.
    Transient,
    /// The service asks its callers to slow down.
    Throttling,
}

/// An operation's input. The generator implements it.
pub trait Request: SerializableShape + Sized + Send + Sync + 'static {
    /// What the operation answers.
    type Response: DeserializableShape + ErrorCorrection + Send + 'static;
    /// The errors that the model gives the operation.
    type Error: ServiceError;
    /// The operation that this is the input of.
    const OPERATION: &'static Operation;

    /// Sets the idempotency token if the caller did not.
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        let _ = token;
    }

    /// What the model puts in front of the host's name.
    ///
    /// # Errors
    ///
    /// If a member that the prefix is made of is missing or is no host label.
    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Ok(None)
    }

    /// Adds the endpoint parameters that the input's members give.
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>) {
        let _ = params;
    }

    /// Writes the request's body.
    ///
    /// # Errors
    ///
    /// If the request cannot be sent, such as a union with an unknown member, or if its body is a stream.
    fn to_body(&self) -> Result<Bytes, InputError> {
        let request = Self::OPERATION.service.protocol.serialize_request(Self::OPERATION, self)?;
        request.body().as_bytes().cloned().ok_or_else(|| InputError::new("the body of the request is a stream"))
    }

    /// Reads a response's body.
    ///
    /// # Errors
    ///
    /// If the body is not one of the protocol.
    fn decode(body: &[u8]) -> Result<Self::Response, DecodeError> {
        Self::decode_bytes(Bytes::copy_from_slice(body))
    }

    /// Reads a response's body, without a copy of it.
    ///
    /// # Errors
    ///
    /// If the body is not one of the protocol.
    fn decode_bytes(body: Bytes) -> Result<Self::Response, DecodeError> {
        let mut output = Self::Response::corrected();
        let response = http::Response::new(body);
        Self::OPERATION.service.protocol.deserialize_response(
            &response,
            MemoryLimit::for_response(MAX_RESPONSE_SIZE),
            &mut output,
        )?;
        Ok(output)
    }
}

/// A request without its type, so that the code that sends it is there once and not for each operation.
pub(crate) trait AnyRequest {
    fn operation(&self) -> &'static Operation;
    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String);
    fn host_prefix(&self) -> Result<Option<String>, InputError>;
    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>);
    fn as_shape(&self) -> &dyn SerializableShape;
}

impl<R: Request> AnyRequest for R {
    fn operation(&self) -> &'static Operation {
        R::OPERATION
    }

    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        Request::set_idempotency_token(self, token);
    }

    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        Request::host_prefix(self)
    }

    fn endpoint_params<'a>(&'a self, params: &mut endpoint::Params<'a>) {
        Request::endpoint_params(self, params);
    }

    fn as_shape(&self) -> &dyn SerializableShape {
        self
    }
}

/// Adds a member's value to the prefix of a host.
///
/// # Errors
///
/// If the member is absent or is no label of a host's name.
#[doc(hidden)]
pub fn push_host_label(prefix: &mut String, member: &str, value: Option<&str>) -> Result<(), InputError> {
    let value = value.unwrap_or_default();
    if !endpoint::functions::is_valid_host_label(value, false) {
        // The value is not shown: it may be sensitive.
        return Err(InputError::new(format!(
            "{member} is part of the host name: expected 1 to 63 letters, digits and inner hyphens"
        )));
    }
    prefix.push_str(value);
    Ok(())
}
