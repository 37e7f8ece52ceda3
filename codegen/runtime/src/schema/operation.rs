//! The schemas of services and operations.

use std::borrow::Cow;
use std::time::Duration;

use super::{ShapeId, StaticSchema, StructSchema, Unit};

/// The schema of a service.
#[derive(Debug)]
pub struct ServiceSchema {
    /// The ID of the shape.
    pub id: ShapeId,
    /// The version of the service's API, such as `2018-03-01`.
    pub version: &'static str,
    /// The service ID, such as `FSx`, from `sdkId` in the `aws.api#service` trait. The names of the service in settings
    /// and in the user agent are derived from this ID.
    pub sdk_id: &'static str,
    /// The name of the service in the credential scope of a signature.
    pub signing_name: &'static str,
    /// The prefix of operation names in RPC protocols. This is the name of the service shape, unless the
    /// `simba.api#targetPrefix` trait defines another prefix.
    pub target_prefix: &'static str,
    /// The authentication schemes of operations that do not define their own, in order of preference.
    pub auth: &'static [AuthSchemeId],
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
    /// The service of the operation.
    pub service: &'static ServiceSchema,
    /// The name of the operation in the model.
    pub name: Cow<'static, str>,
    /// The name of the operation in RPC protocols: the service's [`target_prefix`](ServiceSchema::target_prefix), a dot
    /// and the operation's name.
    pub target: Cow<'static, str>,
    /// The schema of the input, or `smithy.api#Unit` if there is none.
    pub input: &'static StructSchema,
    /// The schema of the output, or `smithy.api#Unit` if there is none.
    pub output: &'static StructSchema,
    /// The schemas of the modeled errors.
    pub errors: &'static [&'static StructSchema],
    /// The HTTP method and URI from the `smithy.api#http` trait, for protocols with HTTP bindings.
    pub http: Option<HttpTrait>,
    /// Whether a `GET` request with a query string is sent as a `POST` request that has the query string as its body,
    /// like an HTML form.
    pub form_query: bool,
    /// Constant headers of requests, as pairs of a lower-case name and a value. A header that the protocol sets from
    /// the input takes precedence.
    pub headers: &'static [(&'static str, &'static str)],
    /// The authentication schemes of the operation, in order of preference.
    pub auth: &'static [AuthSchemeId],
    /// Whether presigned requests use `GET`, with the members of the JSON body as query parameters.
    pub presigned_get: bool,
    /// Whether signatures omit the body of requests that are sent over TLS. The `aws.auth#unsignedPayload` trait
    /// determines this.
    pub unsigned_payload: bool,
    /// The checksum of the request's body.
    pub checksum: Checksum,
    /// How a large request body is compressed.
    pub compression: Compression,
    /// How long a response may take if the `smithy.api#longPoll` trait marks the operation as a long poll.
    pub long_poll: Option<Duration>,
    /// Whether the body of a request is a stream.
    pub input_streaming: Streaming,
    /// Whether the body of a response is a stream.
    pub output_streaming: Streaming,
    /// The HTTP versions over which the operation can be sent.
    pub http_version: HttpVersion,
}

impl OperationSchema {
    /// Creates the schema of an operation that has the authentication schemes of its service.
    ///
    /// # Panics
    ///
    /// Panics if `target` does not contain a dot where the service's `target_prefix` ends. In a constant, this is a
    /// compile-time error.
    #[must_use]
    pub const fn new(
        service: &'static ServiceSchema,
        target: &'static str,
        input: &'static StructSchema,
        output: &'static StructSchema,
    ) -> Self {
        let (prefix, name) = target.split_at(service.target_prefix.len() + 1);
        assert!(prefix.as_bytes()[prefix.len() - 1] == b'.', "the target starts with the prefix and a dot");
        Self::with_names(service, Cow::Borrowed(name), Cow::Borrowed(target), input, output)
    }

    /// Creates the schema of an operation that is called by name, with documents as its input and output.
    pub(crate) fn of_documents(service: &'static ServiceSchema, name: &str) -> Self {
        static DOCUMENT: StructSchema =
            StructSchema { id: ShapeId { namespace: "smithy.api", name: "Document" }, members: &[], traits: &[] };
        let target = format!("{}.{name}", service.target_prefix);
        Self::with_names(service, Cow::Owned(name.to_owned()), Cow::Owned(target), &DOCUMENT, &DOCUMENT)
    }

    const fn with_names(
        service: &'static ServiceSchema,
        name: Cow<'static, str>,
        target: Cow<'static, str>,
        input: &'static StructSchema,
        output: &'static StructSchema,
    ) -> Self {
        Self {
            service,
            name,
            target,
            input,
            output,
            errors: &[],
            http: None,
            form_query: false,
            headers: &[],
            auth: service.auth,
            presigned_get: false,
            unsigned_payload: false,
            checksum: Checksum::None,
            compression: Compression::None,
            long_poll: None,
            input_streaming: Streaming::None,
            output_streaming: Streaming::None,
            http_version: HttpVersion::Any,
        }
    }

    /// Marks the operation as a long poll, whose response may take up to the given time.
    #[must_use]
    pub const fn with_long_poll(mut self, response: Duration) -> Self {
        self.long_poll = Some(response);
        self
    }

    /// Sets the modeled errors.
    #[must_use]
    pub const fn with_errors(mut self, errors: &'static [&'static StructSchema]) -> Self {
        self.errors = errors;
        self
    }

    /// Sets the HTTP method and the URI pattern.
    #[must_use]
    pub const fn with_http(mut self, method: &'static str, uri: &'static str) -> Self {
        self.http = Some(HttpTrait { method, uri });
        self
    }

    /// Sends the query string of a `GET` request as the body of a `POST` request.
    #[must_use]
    pub const fn with_form_query(mut self) -> Self {
        self.form_query = true;
        self
    }

    /// Sets the constant headers of requests, as pairs of a lower-case name and a value.
    #[must_use]
    pub const fn with_headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the authentication schemes, in order of preference.
    #[must_use]
    pub const fn with_auth(mut self, schemes: &'static [AuthSchemeId]) -> Self {
        self.auth = schemes;
        self
    }

    /// Moves the body of presigned requests into the query string, and sends these requests with `GET`.
    #[must_use]
    pub const fn with_presigned_get(mut self) -> Self {
        self.presigned_get = true;
        self
    }

    /// Marks the payload as unsigned. Signatures then do not cover the body of requests that are sent over TLS.
    #[must_use]
    pub const fn with_unsigned_payload(mut self) -> Self {
        self.unsigned_payload = true;
        self
    }

    /// Sets the checksum of the request's body.
    #[must_use]
    pub const fn with_checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = checksum;
        self
    }

    /// Sets how a large request body is compressed.
    #[must_use]
    pub const fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Sets whether the body of a request is a stream.
    #[must_use]
    pub const fn with_input_streaming(mut self, streaming: Streaming) -> Self {
        self.input_streaming = streaming;
        self
    }

    /// Sets whether the body of a response is a stream.
    #[must_use]
    pub const fn with_output_streaming(mut self, streaming: Streaming) -> Self {
        self.output_streaming = streaming;
        self
    }

    /// Sets the HTTP versions over which the operation can be sent.
    #[must_use]
    pub const fn with_http_version(mut self, version: HttpVersion) -> Self {
        self.http_version = version;
        self
    }

    /// Returns whether requests may be signed.
    #[must_use]
    pub fn may_be_signed(&self) -> bool {
        self.auth.iter().any(|scheme| scheme.is_signature())
    }

    /// Returns whether a call fails without credentials.
    #[must_use]
    pub fn requires_credentials(&self) -> bool {
        self.may_be_signed() && !self.auth.contains(&AuthSchemeId::NoAuth)
    }

    /// Returns whether the operation has an input.
    #[must_use]
    pub fn has_input(&self) -> bool {
        self.input.id != Unit::SCHEMA.id
    }
}

/// The HTTP method and URI of an operation, from the `smithy.api#http` trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpTrait {
    /// The method.
    pub method: &'static str,
    /// The URI pattern, such as `/functions/{FunctionName}/code`. It is a path with labels in braces, optionally
    /// followed by a query string.
    pub uri: &'static str,
}

/// An authentication scheme of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthSchemeId {
    /// AWS Signature Version 4: `aws.auth#sigv4`.
    SigV4,
    /// AWS Signature Version 4A, which can be valid in several regions: `aws.auth#sigv4a`.
    #[cfg(feature = "sigv4a")]
    SigV4a,
    /// A bearer token: `smithy.api#httpBearerAuth`.
    HttpBearerAuth,
    /// An API key: `smithy.api#httpApiKeyAuth`.
    #[cfg(feature = "http-auth")]
    HttpApiKeyAuth(&'static HttpApiKeyAuth),
    /// A user name and a password: `smithy.api#httpBasicAuth`.
    #[cfg(feature = "http-auth")]
    HttpBasicAuth,
    /// No authentication: `smithy.api#noAuth`. If it follows other schemes, calls without credentials are sent unsigned
    /// instead of failing.
    NoAuth,
}

impl AuthSchemeId {
    /// The schemes that sign requests.
    pub(crate) const SIGNING: &'static [Self] = &[
        Self::SigV4,
        #[cfg(feature = "sigv4a")]
        Self::SigV4a,
    ];

    /// Returns the name that settings and endpoint rules use, such as `sigv4`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SigV4 => "sigv4",
            #[cfg(feature = "sigv4a")]
            Self::SigV4a => "sigv4a",
            Self::HttpBearerAuth => "httpBearerAuth",
            #[cfg(feature = "http-auth")]
            Self::HttpApiKeyAuth(_) => "httpApiKeyAuth",
            #[cfg(feature = "http-auth")]
            Self::HttpBasicAuth => "httpBasicAuth",
            Self::NoAuth => "noAuth",
        }
    }

    /// Returns the signing scheme with the given name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::SIGNING.iter().copied().find(|scheme| scheme.name() == name)
    }

    /// Returns whether the scheme signs requests.
    #[must_use]
    pub const fn is_signature(self) -> bool {
        match self {
            Self::SigV4 => true,
            #[cfg(feature = "sigv4a")]
            Self::SigV4a => true,
            Self::HttpBearerAuth | Self::NoAuth => false,
            #[cfg(feature = "http-auth")]
            Self::HttpApiKeyAuth(_) | Self::HttpBasicAuth => false,
        }
    }
}

/// The location of an API key in a request, from the `smithy.api#httpApiKeyAuth` trait.
#[cfg(feature = "http-auth")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpApiKeyAuth {
    /// The name of the header or query parameter.
    pub name: &'static str,
    /// Whether the key is in a header or in the query string.
    pub location: ApiKeyLocation,
    /// The word that precedes the key in the header's value, such as `ApiKey`.
    pub scheme: Option<&'static str>,
}

/// The part of a request that contains an API key.
#[cfg(feature = "http-auth")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyLocation {
    /// A header.
    Header,
    /// A query parameter.
    Query,
}

/// The checksum of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checksum {
    /// No checksum.
    None,
    /// The `Content-MD5` header.
    #[cfg(feature = "md5")]
    Md5,
    /// The `x-amz-content-sha256` header with the SHA-256 of the body, and the `x-amz-sha256-tree-hash` header with the
    /// root of a hash tree over the SHA-256 hashes of the body's 1 MiB chunks.
    #[cfg(feature = "tree-hash")]
    TreeHash,
}

/// How a large request body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// No compression.
    None,
    /// gzip, if the body has at least the configured minimum size.
    #[cfg(feature = "gzip")]
    Gzip,
}

/// Whether the body of a message is a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Streaming {
    /// The body is read and written as a whole.
    None,
    /// The body is a stream of bytes.
    Bytes,
    /// The body is a stream of events.
    #[cfg(feature = "event-stream")]
    Events,
}

/// The HTTP versions over which an operation can be sent, from the `http` and `eventStreamHttp` properties of the
/// protocol trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/1.1, or HTTP/2 if the transport and the server support it.
    Any,
    /// HTTP/2 only.
    Http2,
}

/// The reason why a modeled error is retryable, from the `smithy.api#retryable` trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retryable {
    /// The problem is temporary.
    Transient,
    /// The service throttled the call.
    Throttling,
}
