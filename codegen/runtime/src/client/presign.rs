//! Presigned requests, whose signature is in the query string.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::account_id::RequestTarget;
use super::attempt::payload_hash;
use super::auth::SelectedAuth;
use super::{Client, SerializedRequest};
use crate::body::Body;
use crate::clock::within;
use crate::error::{ErrorMetadata, InputError, SdkError};
use crate::protocol::presigned_get;
#[cfg(feature = "tree-hash")]
use crate::schema::Checksum;
use crate::sigv4::{HeaderValues, PayloadHash};

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
        let input = |error| call.input_error(0, error);
        if expires < Duration::from_secs(1) || expires > LONGEST {
            return Err(input(InputError::new("invalid expiration; expected 1 second to 7 days")));
        }
        let components = &self.inner.components;
        let schemes: Vec<_> = call.operation.auth.iter().copied().filter(|scheme| scheme.is_signature()).collect();
        let Some(SelectedAuth::Signature(signing)) = self.select_auth(call, target, &schemes, 0)? else {
            return Err(input(InputError::new("requests for this operation are not signed")));
        };
        let credentials = components.credentials.get().await;
        let credentials = credentials.map_err(|error| call.credentials_error(0, error))?;
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method = call.head.method.clone();
        parts.uri = target.uri.clone();
        parts.headers = self.headers(call, target, None, &mut HeaderValues::new()).map_err(input)?;
        #[cfg(feature = "tree-hash")]
        if call.operation.checksum == Checksum::TreeHash {
            call.body.add_tree_hash(&mut parts.headers).await.map_err(input)?;
        }
        let moved = call.operation.presigned_get;
        let payload = if moved {
            presigned_get::convert(&mut parts, call.body.body()).map_err(input)?;
            PayloadHash::Sha256(b"")
        } else {
            payload_hash(call, target).await.map_err(input)?
        };
        let skew = self.inner.skew.load(Ordering::Relaxed);
        let params = self.signing_params(components, call, signing, &credentials, 0, skew)?;
        if let Err(error) = self.inner.signer.presign(&mut parts, payload, params, expires) {
            return Err(call.signing_error(0, error));
        }
        let body = if moved { None } else { call.body.body().for_attempt() };
        Ok(http::Request::from_parts(parts, body.unwrap_or_default()))
    }
}
