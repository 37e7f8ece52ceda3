//! Presigned requests, which have their signature in the query string. Anyone can send such a request until the
//! signature expires.

use std::time::Duration;

use bytes::BytesMut;
use hmac::Mac;
use http::request::Parts;

use super::{
    PayloadHash, Signer, SigningAlgorithm, SigningError, SigningParams,
    canonical::{digest, signed_headers},
    hex,
};
use crate::date::amz_date;
use crate::url::{push_query, set_query};

impl Signer {
    /// Adds a signature to the query string of the request, which must already have a `Host` header. The request must
    /// be sent with the headers that it has now.
    ///
    /// # Errors
    ///
    /// Returns an error if the URI with the signature is too long.
    pub(crate) fn presign(
        &self,
        request: &mut Parts,
        payload: PayloadHash<'_>,
        signing: SigningParams<'_>,
        expires: Duration,
    ) -> Result<(), SigningError> {
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
        push_query(&mut query, "X-Amz-Algorithm", algorithm.name());
        push_query(&mut query, "X-Amz-Credential", &credential);
        push_query(&mut query, "X-Amz-Date", &date);
        push_query(&mut query, "X-Amz-Expires", &expires);
        #[cfg(feature = "sigv4a")]
        if algorithm == SigningAlgorithm::EcdsaP256 {
            push_query(&mut query, "X-Amz-Region-Set", signing.region);
        }
        if let Some(token) = &signing.credentials.session_token {
            push_query(&mut query, "X-Amz-Security-Token", token);
        }
        push_query(&mut query, "X-Amz-SignedHeaders", &headers);
        set_query(&mut request.uri, &query).map_err(|_| SigningError::InvalidUri)?;

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
        push_query(&mut query, "X-Amz-Signature", &signature);
        set_query(&mut request.uri, &query).map_err(|_| SigningError::InvalidUri)
    }
}
