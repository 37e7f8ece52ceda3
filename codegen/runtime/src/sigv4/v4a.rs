//! AWS Signature Version 4A: ECDSA with a key that is derived from the credentials.

use std::fmt::Write;
use std::sync::Mutex;

use hmac::Mac;
use http::header::HeaderName;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use super::{SigningError, hmac};
use crate::identity::Credentials;
use crate::sync::lock;

pub(super) const ALGORITHM: &str = "AWS4-ECDSA-P256-SHA256";
pub(super) const REGION_SET: HeaderName = HeaderName::from_static("x-amz-region-set");

/// The order of the P-256 curve minus two, which is the largest candidate that becomes a key.
const LARGEST_CANDIDATE: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// A signing key and the credentials that it was derived from.
pub(super) struct EcdsaKey {
    id: String,
    secret: String,
    key: SigningKey,
}

/// Signs a string and returns the signature in hexadecimal. Derives the key unless it was also used for the previous
/// signature.
pub(super) fn sign(
    kept: &Mutex<Option<EcdsaKey>>,
    credentials: &Credentials,
    string_to_sign: &[u8],
) -> Result<String, SigningError> {
    let mut kept = lock(kept);
    let is_current =
        |key: &EcdsaKey| key.id == credentials.access_key_id && key.secret == credentials.secret_access_key;
    let key = match kept.take().filter(is_current) {
        Some(key) => key,
        None => EcdsaKey {
            key: derive(&credentials.access_key_id, &credentials.secret_access_key)
                .ok_or(SigningError::KeyDerivation)?,
            id: credentials.access_key_id.clone(),
            secret: credentials.secret_access_key.clone(),
        },
    };
    let signature: Signature = key.key.sign(string_to_sign);
    *kept = Some(key);
    let mut text = String::with_capacity(144);
    for byte in signature.to_der().as_bytes() {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// Derives the signing key from an access key, using the counter mode of NIST SP 800-108. The key is one more than the
/// first candidate that is at most [`LARGEST_CANDIDATE`].
///
/// Returns `None` if none of the 254 candidates is valid, which is practically impossible.
fn derive(id: &str, secret: &str) -> Option<SigningKey> {
    let secret = format!("AWS4A{secret}");
    (1..=254_u8).find_map(|counter| {
        let mut mac = hmac(secret.as_bytes());
        for part in [
            &1_u32.to_be_bytes()[..],
            ALGORITHM.as_bytes(),
            &[0],
            id.as_bytes(),
            &[counter],
            // The length of the key in bits.
            &256_u32.to_be_bytes(),
        ] {
            mac.update(part);
        }
        let mut candidate: [u8; 32] = mac.finalize().into_bytes().into();
        if candidate > LARGEST_CANDIDATE {
            return None;
        }
        for byte in candidate.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        SigningKey::from_slice(&candidate).ok()
    })
}

#[cfg(test)]
mod tests;
