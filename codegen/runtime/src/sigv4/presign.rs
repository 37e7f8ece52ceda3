//! Presigned requests, which have their signature in the query string. Anyone can send such a request until the
//! signature expires.

use std::time::Duration;

use bytes::BytesMut;
use hmac::Mac;
use http::Uri;
use http::request::Parts;
use http::uri::PathAndQuery;

use super::{
    InvalidCredentials, PayloadHash, Signer, SigningAlgorithm, SigningParams,
    canonical::{digest, signed_headers},
    hex,
};
use crate::date::amz_date;
use crate::url::percent_encode;

impl Signer {
    /// Adds a signature to the query string of the request, which must already have a `Host` header. The request must
    /// be sent with the headers that it has now.
    ///
    /// # Errors
    ///
    /// Returns an error if the URI with the signature is not valid, for example because it is too long.
    pub(crate) fn presign(
        &self,
        request: &mut Parts,
        payload: PayloadHash<'_>,
        signing: SigningParams<'_>,
        expires: Duration,
    ) -> Result<(), InvalidCredentials> {
        let date = amz_date(signing.time);
        let mut day = [0; 8];
        day.copy_from_slice(&date[..8]);
        let (date, day_digits) = (String::from_utf8_lossy(&date), String::from_utf8_lossy(&day));
        let algorithm = signing.settings.algorithm;
        let scope = match algorithm {
            SigningAlgorithm::HmacSha256 => {
                format!("{day_digits}/{}/{}/aws4_request", signing.region, signing.service)
            }
            #[cfg(feature = "sigv4a")]
            SigningAlgorithm::EcdsaP256 => format!("{day_digits}/{}/aws4_request", signing.service),
        };
        let credential = format!("{}/{scope}", signing.credentials.access_key_id);
        let expires = expires.as_secs().to_string();
        let headers = signed_headers(request);
        let mut query = request.uri.query().map(str::to_owned).unwrap_or_default();
        let push = |query: &mut String, name: &str, value: &str| {
            query.push_str(if query.is_empty() { "" } else { "&" });
            query.push_str(name);
            query.push('=');
            percent_encode(value.as_bytes(), query);
        };
        push(&mut query, "X-Amz-Algorithm", algorithm.name());
        push(&mut query, "X-Amz-Credential", &credential);
        push(&mut query, "X-Amz-Date", &date);
        push(&mut query, "X-Amz-Expires", &expires);
        #[cfg(feature = "sigv4a")]
        if algorithm == SigningAlgorithm::EcdsaP256 {
            push(&mut query, "X-Amz-Region-Set", signing.region);
        }
        if let Some(token) = &signing.credentials.session_token {
            push(&mut query, "X-Amz-Security-Token", token);
        }
        push(&mut query, "X-Amz-SignedHeaders", &headers);
        set_query(request, &query)?;

        let content = payload.content_hash();
        let canonical = hex(&digest(request, signing.settings, content.as_bytes(), &mut BytesMut::new()));
        let signed = [algorithm.name().as_bytes(), b"\n", date.as_bytes(), b"\n", scope.as_bytes(), b"\n", &canonical];
        let signature = match algorithm {
            SigningAlgorithm::HmacSha256 => {
                let mut hmac = self.key(day, signing);
                signed.iter().for_each(|part| hmac.update(part));
                String::from_utf8_lossy(&hex(&hmac.finalize().into_bytes())).into_owned()
            }
            #[cfg(feature = "sigv4a")]
            SigningAlgorithm::EcdsaP256 => super::v4a::sign(&self.v4a_key, signing.credentials, &signed.concat())?,
        };
        push(&mut query, "X-Amz-Signature", &signature);
        set_query(request, &query)
    }
}

fn set_query(request: &mut Parts, query: &str) -> Result<(), InvalidCredentials> {
    let mut parts = std::mem::take(&mut request.uri).into_parts();
    let path = parts.path_and_query.as_ref().map_or("/", PathAndQuery::path);
    let path_and_query = PathAndQuery::try_from(format!("{path}?{query}"));
    parts.path_and_query = Some(path_and_query.map_err(|_| InvalidCredentials)?);
    request.uri = Uri::from_parts(parts).map_err(|_| InvalidCredentials)?;
    Ok(())
}
