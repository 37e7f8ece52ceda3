//! AWS Signature Version 4 and Version 4A. A Version 4A signature can be valid in several regions.
//!
//! [`Signer`] adds the `X-Amz-Date` and `Authorization` headers to a request that is otherwise complete. It also adds
//! `X-Amz-Security-Token` if there is a session token, `X-Amz-Content-Sha256` if the body is unsigned or an event
//! stream, and `X-Amz-Region-Set` for Version 4A.
//!
//! The canonical request is hashed piece by piece, without building a string. The signing key of Version 4 changes once
//! a day. The signing key of Version 4A changes with the credentials. Both keys are cached.

mod canonical;
#[cfg(feature = "event-stream")]
mod event_stream;
mod header_values;
mod presign;

#[cfg(feature = "event-stream")]
pub use event_stream::EventSigner;
pub(crate) use header_values::HeaderValues;
#[cfg(feature = "sigv4a")]
mod v4a;

use std::sync::Mutex;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;
use sha2::{Digest, Sha256};

use crate::date::amz_date;
use crate::identity::Credentials;
use crate::sync::lock;

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
#[cfg(feature = "event-stream")]
const EVENT_STREAM: &str = "STREAMING-AWS4-HMAC-SHA256-EVENTS";
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The parameters of a signature.
#[derive(Clone, Copy, Debug)]
pub struct SigningParams<'a> {
    /// The credentials to sign with.
    pub credentials: &'a Credentials,
    /// The region in the credential scope. For Version 4A, the regions for which the signature is valid, separated by
    /// commas.
    pub region: &'a str,
    /// The name of the service in the credential scope.
    pub service: &'a str,
    /// The time of the signature.
    pub time: SystemTime,
    /// The settings that control how the request is signed.
    pub settings: SigningSettings,
}

/// Settings that control how a request is signed. The defaults are correct for all services except S3 and a few others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SigningSettings {
    /// The algorithm of the signature.
    pub algorithm: SigningAlgorithm,
    /// How many times the path is percent-encoded.
    pub percent_encoding_mode: PercentEncodingMode,
    /// Whether `.`, `..` and empty segments are removed from the path.
    pub uri_path_normalization_mode: UriPathNormalizationMode,
}

/// The algorithm of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// Version 4: `AWS4-HMAC-SHA256`.
    #[default]
    HmacSha256,
    /// Version 4A: `AWS4-ECDSA-P256-SHA256`.
    #[cfg(feature = "sigv4a")]
    EcdsaP256,
}

impl SigningAlgorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::HmacSha256 => "AWS4-HMAC-SHA256",
            #[cfg(feature = "sigv4a")]
            Self::EcdsaP256 => v4a::ALGORITHM,
        }
    }
}

/// How many times a path is percent-encoded before it is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PercentEncodingMode {
    /// The path is signed as it is sent, percent-encoded once.
    Single,
    /// The path is percent-encoded a second time before it is signed.
    #[default]
    Double,
}

/// Whether a path is normalized before it is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UriPathNormalizationMode {
    /// The path is signed without `.`, `..` and empty segments.
    #[default]
    Enabled,
    /// The path is signed with all its segments.
    Disabled,
}

/// How a signature covers the body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadHash<'a> {
    /// The signature covers the SHA-256 of the given bytes.
    Sha256(&'a [u8]),
    /// The signature covers the given SHA-256 hash of the body.
    Digest([u8; 32]),
    /// The body is not signed, as the `x-amz-content-sha256` header declares. The request must be sent over TLS.
    Unsigned,
    /// The body is an event stream. An [`EventSigner`] signs its messages.
    #[cfg(feature = "event-stream")]
    EventStream,
}

impl PayloadHash<'_> {
    fn content_hash(self) -> ContentHash {
        match self {
            Self::Sha256(bytes) => ContentHash::Digest(hex(&Sha256::digest(bytes))),
            Self::Digest(digest) => ContentHash::Digest(hex(&digest)),
            Self::Unsigned => ContentHash::Declared(UNSIGNED_PAYLOAD),
            #[cfg(feature = "event-stream")]
            Self::EventStream => ContentHash::Declared(EVENT_STREAM),
        }
    }
}

/// The last line of a canonical request.
enum ContentHash {
    /// The hash of the body, as hexadecimal digits.
    Digest([u8; 64]),
    /// A constant that declares why there is no hash, such as `UNSIGNED-PAYLOAD`.
    Declared(&'static str),
}

impl ContentHash {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Digest(digits) => digits,
            Self::Declared(value) => value.as_bytes(),
        }
    }
}

/// The signature of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Returns the signature as hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request signer, which caches the signing key.
#[derive(Default)]
pub struct Signer {
    key: Mutex<Option<HmacKey>>,
    #[cfg(feature = "sigv4a")]
    v4a_key: Mutex<Option<v4a::EcdsaKey>>,
}

/// The error for a request that cannot be signed.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningError {
    /// The credentials are not valid in a header.
    InvalidCredentials,
    /// No SigV4a signing key can be derived from the credentials.
    KeyDerivation,
    /// The regions for which the signature is valid are not valid in a header.
    InvalidRegionSet,
    /// The URI with the signature is not valid, for example because it is too long.
    InvalidUri,
}

impl std::fmt::Display for SigningError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InvalidCredentials => {
                "the access key ID or session token contains a character that is not allowed in HTTP headers"
            }
            Self::KeyDerivation => "no SigV4a signing key can be derived from the credentials",
            Self::InvalidRegionSet => {
                "the SigV4a signing region set contains a character that is not allowed in HTTP headers"
            }
            Self::InvalidUri => "the URL with the signature is too long",
        })
    }
}

debug_as_display!(SigningError);

impl std::error::Error for SigningError {}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

/// A signing key and the parameters that it was derived from.
struct HmacKey {
    day: [u8; 8],
    secret: String,
    region: String,
    service: String,
    hmac: Hmac<Sha256>,
}

impl Signer {
    /// Creates a signer without a cached key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Signs the request, which must already have a `Host` header. All headers are signed except those that may change
    /// on the way to the service. If the algorithm is HMAC, returns the signature, to which the signatures of events
    /// can be chained.
    ///
    /// # Errors
    ///
    /// Returns an error if the credentials or the SigV4a regions are not valid in a header.
    pub fn sign(
        &self,
        request: &mut Parts,
        payload: PayloadHash<'_>,
        signing: SigningParams<'_>,
    ) -> Result<Option<Signature>, SigningError> {
        self.sign_with(request, payload, signing, &mut HeaderValues::new())
    }

    /// Signs the request as [`sign`](Self::sign) does, using the buffer for its header values.
    pub(crate) fn sign_with(
        &self,
        request: &mut Parts,
        payload: PayloadHash<'_>,
        signing: SigningParams<'_>,
        values: &mut HeaderValues,
    ) -> Result<Option<Signature>, SigningError> {
        let date = amz_date(signing.time);
        let mut day = [0; 8];
        day.copy_from_slice(&date[..8]);
        // ASCII digits are always a valid header value.
        let value = values.value(&date).map_err(|_| SigningError::InvalidCredentials)?;
        request.headers.insert(DATE, value);
        if let Some(token) = &signing.credentials.session_token {
            let mut value = HeaderValue::from_str(token).map_err(|_| SigningError::InvalidCredentials)?;
            value.set_sensitive(true);
            request.headers.insert(TOKEN, value);
        }

        #[cfg(feature = "sigv4a")]
        if signing.settings.algorithm == SigningAlgorithm::EcdsaP256 {
            let value = HeaderValue::from_str(signing.region).map_err(|_| SigningError::InvalidRegionSet)?;
            request.headers.insert(v4a::REGION_SET, value);
        }

        let content = payload.content_hash();
        if let ContentHash::Declared(value) = content {
            request.headers.insert(CONTENT_SHA256, HeaderValue::from_static(value));
        }

        let credentials = signing.credentials;
        let algorithm = signing.settings.algorithm;
        let text = values.buffer();
        for part in [algorithm.name(), " Credential=", &credentials.access_key_id, "/"] {
            text.extend_from_slice(part.as_bytes());
        }
        let scope_start = text.len();
        text.extend_from_slice(&day);
        let region = match algorithm {
            SigningAlgorithm::HmacSha256 => Some(signing.region),
            #[cfg(feature = "sigv4a")]
            SigningAlgorithm::EcdsaP256 => None,
        };
        for part in region.into_iter().chain([signing.service, "aws4_request"]) {
            text.extend_from_slice(b"/");
            text.extend_from_slice(part.as_bytes());
        }
        let scope_end = text.len();
        text.extend_from_slice(b", SignedHeaders=");
        let canonical = hex(&canonical::digest(request, signing.settings, content.as_bytes(), text));

        let scope = &text[scope_start..scope_end];
        let signed = [algorithm.name().as_bytes(), b"\n", &date, b"\n", scope, b"\n", &canonical];
        let signature = match algorithm {
            SigningAlgorithm::HmacSha256 => {
                let mut hmac = self.key(day, signing);
                signed.iter().for_each(|part| hmac.update(part));
                let signature = Signature(hex(&hmac.finalize().into_bytes()));
                text.extend_from_slice(b", Signature=");
                text.extend_from_slice(&signature.0);
                Some(signature)
            }
            #[cfg(feature = "sigv4a")]
            SigningAlgorithm::EcdsaP256 => {
                let signature = v4a::sign(&self.v4a_key, credentials, &signed.concat())?;
                text.extend_from_slice(b", Signature=");
                text.extend_from_slice(signature.as_bytes());
                None
            }
        };

        let mut value = values.finish().map_err(|_| SigningError::InvalidCredentials)?;
        value.set_sensitive(true);
        request.headers.insert(AUTHORIZATION, value);
        Ok(signature)
    }

    /// Returns the signing key, which is derived unless it was also used for the previous signature.
    fn key(&self, day: [u8; 8], signing: SigningParams<'_>) -> Hmac<Sha256> {
        let mut kept = lock(&self.key);
        if let Some(key) = &*kept
            && key.day == day
            && key.secret == signing.credentials.secret_access_key
            && key.region == signing.region
            && key.service == signing.service
        {
            return key.hmac.clone();
        }
        let hmac = derive(day, signing);
        *kept = Some(HmacKey {
            day,
            secret: signing.credentials.secret_access_key.clone(),
            region: signing.region.to_owned(),
            service: signing.service.to_owned(),
            hmac: hmac.clone(),
        });
        hmac
    }
}

/// Derives the signing key for a day, region and service from the secret access key.
fn derive(day: [u8; 8], signing: SigningParams<'_>) -> Hmac<Sha256> {
    let mut secret = String::with_capacity(64);
    secret.push_str("AWS4");
    secret.push_str(&signing.credentials.secret_access_key);
    let mut key = hmac(secret.as_bytes());
    for part in [&day[..], signing.region.as_bytes(), signing.service.as_bytes(), b"aws4_request"] {
        key.update(part);
        key = hmac(&key.finalize().into_bytes());
    }
    key
}

/// Returns an HMAC for a key of any length. The key is padded to the block length here, so that its length cannot cause
/// an error.
fn hmac(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::new(&block.into())
}

pub(crate) fn hex(digest: &[u8]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [b'0'; 64];
    for (pair, byte) in out.chunks_exact_mut(2).zip(digest) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0xf)];
    }
    out
}

#[cfg(test)]
mod tests;
