//! Proofs of possession of a key, as defined by RFC 9449 (DPoP). A proof is a JSON web token that is signed with ES256.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::chain::json;

/// The length of a P-256 coordinate, in bytes.
const COORDINATE: usize = 32;

/// The first byte of an uncompressed point. The two coordinates follow it.
const UNCOMPRESSED: u8 = 4;

/// A private key on the P-256 curve.
pub(super) struct Key {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Key {
    /// Reads an `EC PRIVATE KEY` or a `PRIVATE KEY` (PKCS#8), which must contain the public key too. The error
    /// describes what was found instead.
    pub(super) fn from_pem(pem: &str) -> Result<Self, &'static str> {
        let (label, content) = decode(pem).ok_or("not PEM")?;
        let (private, public) = match label {
            "EC PRIVATE KEY" => keys(&content),
            "PRIVATE KEY" => pkcs8(&content).and_then(keys),
            _ => return Err("PEM data of a different type"),
        }
        .ok_or("not an elliptic-curve key that contains its public key")?;
        let random = SystemRandom::new();
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, private, public, &random);
        Ok(Self { pair: pair.map_err(|_| "an invalid key, or one on a different curve")?, random })
    }

    /// Returns the proof for a `POST` request to this URL. `id` must be unique, and `seconds` is the current time in
    /// seconds since 1970.
    pub(super) fn proof(&self, url: &str, id: &str, seconds: u64) -> Option<String> {
        let point = self.pair.public_key().as_ref().strip_prefix(&[UNCOMPRESSED])?;
        let (x, y) = point.split_at_checked(COORDINATE)?;
        let jwk = json::object([
            ("kty", "EC".into()),
            ("crv", "P-256".into()),
            ("x", URL_SAFE_NO_PAD.encode(x).into()),
            ("y", URL_SAFE_NO_PAD.encode(y).into()),
        ]);
        let header = json::object([("typ", "dpop+jwt".into()), ("alg", "ES256".into()), ("jwk", jwk)]).to_string();
        let seconds = i64::try_from(seconds).ok()?;
        let claims = [("htm", "POST".into()), ("htu", url.into()), ("iat", seconds.into()), ("jti", id.into())];
        let claims = json::object(claims).to_string();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Returns the label and the content of the first PEM block.
fn decode(pem: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once("-----END ")?;
    let content: String = content.split_whitespace().collect();
    Some((label, STANDARD.decode(content).ok()?))
}

/// The DER tags that occur in keys.
mod tag {
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const OCTET_STRING: u8 = 0x04;
    pub(super) const SEQUENCE: u8 = 0x30;
    /// The public key in an `ECPrivateKey`.
    pub(super) const PUBLIC_KEY: u8 = 0xA1;
}

/// Returns the `ECPrivateKey` in a `PrivateKeyInfo`, which is a sequence of version, algorithm and key.
fn pkcs8(der: &[u8]) -> Option<&[u8]> {
    find(find(der, tag::SEQUENCE)?, tag::OCTET_STRING)
}

/// Returns the private key and the public key in an `ECPrivateKey` (RFC 5915).
fn keys(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let key = find(der, tag::SEQUENCE)?;
    let private = find(key, tag::OCTET_STRING)?;
    let public = find(find(key, tag::PUBLIC_KEY)?, tag::BIT_STRING)?;
    // The first byte of a bit string is the number of unused bits.
    Some((private, public.strip_prefix(&[0])?))
}

/// Returns the content of the first element with this tag.
fn find(mut der: &[u8], tag: u8) -> Option<&[u8]> {
    loop {
        let [found, length, rest @ ..] = der else { return None };
        let (length, rest) = match (*length, rest) {
            (length @ ..=0x7F, rest) => (usize::from(length), rest),
            (0x81, [length, rest @ ..]) => (usize::from(*length), rest),
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        if *found == tag {
            return Some(content);
        }
        der = rest;
    }
}

#[cfg(test)]
pub(in crate::chain) mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::{Value, json};

    use super::*;

    /// A private key in the SEC 1 format, which was created for tests. `PKCS8` is the same key in the PKCS#8 format.
    pub(in crate::chain) const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIESdoZ1U2bGokoo6U+aVDiK12rUSEa6KXElJq2bgmuBboAoGCCqGSM49\n\
        AwEHoUQDQgAEj1aXcY50+OrsFwykw544XXi/TrpAwiuRXVdUWK634vpZT/ZU9oWC\n\
        rPQg+JoPEyryP7a3XKpsXd29l2w+s5FBzg==\n\
        -----END EC PRIVATE KEY-----\n";
    const PKCS8: &str = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRJ2hnVTZsaiSijpT\n\
        5pUOIrXatRIRropcSUmrZuCa4FuhRANCAASPVpdxjnT46uwXDKTDnjhdeL9OukDC\n\
        K5FdV1RYrrfi+llP9lT2hYKs9CD4mg8TKvI/trdcqmxd3b2XbD6zkUHO\n\
        -----END PRIVATE KEY-----\n";
    const X: &str = "j1aXcY50-OrsFwykw544XXi_TrpAwiuRXVdUWK634vo";
    const Y: &str = "WU_2VPaFgqz0IPiaDxMq8j-2t1yqbF3dvZdsPrORQc4";

    fn json(part: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn a_proof_is_signed_with_the_key_and_contains_it() {
        for pem in [SEC1, PKCS8] {
            let key = Key::from_pem(pem).unwrap();
            let proof = key.proof("https://us-east-1.signin.aws.amazon.com/v1/token", "an id", 1_795_341_600).unwrap();
            let (signed, signature) = proof.rsplit_once('.').unwrap();
            let (header, claims) = signed.split_once('.').unwrap();
            let jwk = json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y });
            assert_eq!(json(header), json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }));
            let url = "https://us-east-1.signin.aws.amazon.com/v1/token";
            assert_eq!(json(claims), json!({ "htm": "POST", "htu": url, "iat": 1_795_341_600, "jti": "an id" }),);
            let point = [&[4][..], &URL_SAFE_NO_PAD.decode(X).unwrap(), &URL_SAFE_NO_PAD.decode(Y).unwrap()].concat();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &signature).unwrap();
        }
    }

    #[test]
    fn other_keys_are_rejected() {
        let wrong = SEC1.replace("IESdoZ1U", "IESdoZ1V");
        for (pem, found) in [
            ("", "not PEM"),
            ("-----BEGIN PRIVATE KEY-----\nhush!\n-----END PRIVATE KEY-----\n", "not PEM"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\naHVzaA==\n-----END RSA PRIVATE KEY-----\n",
                "PEM data of a different type",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\naHVzaA==\n-----END PRIVATE KEY-----\n",
                "not an elliptic-curve key that contains its public key",
            ),
            (&*wrong, "an invalid key, or one on a different curve"),
        ] {
            assert_eq!(Key::from_pem(pem).err(), Some(found));
        }
    }
}
