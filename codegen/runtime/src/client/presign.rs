//! Presigned requests, whose signature is in the query string.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST, HeaderMap};

use super::account_id::RequestTarget;
use super::attempt::payload_hash;
use super::auth::SelectedAuth;
use super::{Client, SerializedRequest, headers};
use crate::body::Body;
use crate::clock::within;
use crate::date::shift;
use crate::error::{CallContext, CallFailure, ErrorMetadata, InputError, SdkError};
use crate::protocol::{ClientProtocol, presigned_get};
#[cfg(feature = "tree-hash")]
use crate::schema::Checksum;
use crate::sigv4::{PayloadHash, SigningParams};

/// The maximum time for which a presigned request is valid.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Client {
    /// Returns the request with a signature in its query string.
    pub(super) async fn sign_query(
        &self,
        call: Result<SerializedRequest, SdkError<ErrorMetadata>>,
        expires: Duration,
    ) -> Result<http::Request<Body>, SdkError<ErrorMetadata>> {
        let (call, components) = (call?, &self.inner.components);
        let state = self.begin(components, &call).await?;
        let work = pin!(self.presigned(&call, &state.target, expires));
        let signed = within(&*components.clock, state.left(components), work).await;
        signed.unwrap_or_else(|_| Err(state.timed_out(&call, 0)))
    }

    async fn presigned(
        &self,
        call: &SerializedRequest,
        target: &RequestTarget,
        expires: Duration,
    ) -> Result<http::Request<Body>, SdkError<ErrorMetadata>> {
        let context = || CallContext { operation: call.operation.name.clone(), ..CallContext::default() };
        let input = |error| SdkError::Input(CallFailure::new(error, context()));
        if expires < Duration::from_secs(1) || expires > LONGEST {
            return Err(input(InputError::new("invalid expiration; expected 1 second to 7 days")));
        }
        let components = &self.inner.components;
        let config = &self.inner.config;
        let schemes: Vec<_> = call.operation.auth.iter().copied().filter(|scheme| scheme.is_signature()).collect();
        let signing = target.endpoint.auth.select(&schemes, config.auth_scheme_preference(), config);
        let signing = signing.map_err(|error| SdkError::Endpoint(CallFailure::new(error, context())))?;
        let Some(SelectedAuth::Signature(signing)) = signing else {
            return Err(input(InputError::new("requests for this operation are not signed")));
        };
        let credentials = components.credentials.get().await;
        let credentials = credentials.map_err(|error| SdkError::Credentials(CallFailure::new(error, context())))?;
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method = call.head.method.clone();
        parts.uri = target.uri.clone();
        parts.headers = presigned_headers(self.inner.service.protocol, call, target).map_err(input)?;
        let moved = call.operation.presigned_get;
        if moved {
            presigned_get::convert(&mut parts, call.body.body()).map_err(input)?;
        }
        #[cfg(feature = "tree-hash")]
        if call.operation.checksum == Checksum::TreeHash {
            call.body.add_tree_hash(&mut parts.headers).await.map_err(input)?;
        }
        let now = components.clock.now();
        let params = SigningParams {
            credentials: &credentials,
            region: &signing.region,
            service: &signing.name,
            time: shift(now, self.inner.skew.load(Ordering::Relaxed)).unwrap_or(now),
            settings: signing.settings,
        };
        let payload = match payload_hash(call, target).map_err(input)? {
            Some(_) if moved => PayloadHash::Sha256(b""),
            Some(payload) => payload,
            None => PayloadHash::Digest(call.body.digest().await.map_err(input)?),
        };
        if let Err(error) = self.inner.signer.presign(&mut parts, payload, params, expires) {
            return Err(SdkError::Credentials(CallFailure::new(error.into(), context())));
        }
        let body = if moved { None } else { call.body.body().for_attempt() };
        Ok(http::Request::from_parts(parts, body.unwrap_or_default()))
    }
}

/// Returns the headers that must be sent with the request, except for those that describe this client and its attempts.
fn presigned_headers(
    protocol: &dyn ClientProtocol,
    call: &SerializedRequest,
    target: &RequestTarget,
) -> Result<HeaderMap, InputError> {
    let (operation, endpoint) = (&*call.operation, &*target.endpoint);
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(HOST, endpoint.host.clone());
    headers::add_serialized(protocol, call, &mut headers)?;
    if operation.presigned_get {
        headers.remove(CONTENT_TYPE);
    }
    headers::replace(&mut headers, &endpoint.headers);
    if let Some(overrides) = &call.options.overrides {
        headers::add(operation, &mut headers, &overrides.headers)?;
    }
    if !operation.presigned_get {
        call.body.add_headers(operation.checksum, &mut headers)?;
    }
    Ok(headers)
}
