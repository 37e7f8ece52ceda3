//! Whom to trust, and with which cryptography.
//!
//! Roots come from the system through rustls-native-certs: two crates, the certificates that the
//! machine's administrator chose, and SSL_CERT_FILE works as it does elsewhere. A bundled list
//! would ignore both, and a platform verifier would bring a dozen crates for the same result on
//! servers.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
#[cfg(feature = "_hyper")]
use rustls::{ClientConfig, RootCertStore};

use super::{TransportError, TransportErrorKind};

/// The TLS settings of a client that trusts this bundle, or else the system's certificates.
#[cfg(feature = "_hyper")]
pub(super) fn client_config(ca_bundle: Option<&[u8]>) -> Result<Arc<ClientConfig>, TransportError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca_bundle)? {
        // A system's list may hold a certificate that is beyond rustls; it is then not trusted.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(unusable(
            "no certificate authority is known: install the system's certificates, or set SSL_CERT_FILE",
        ));
    }
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("TLS cannot be set up").with_source(error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificates to trust.
pub(super) fn certificates(ca_bundle: Option<&[u8]>) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    match ca_bundle {
        Some(pem) => CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| unusable("the CA bundle cannot be read").with_source(error)),
        None => {
            let found = rustls_native_certs::load_native_certs();
            match found.errors.into_iter().next() {
                Some(error) if found.certs.is_empty() => {
                    Err(unusable("the system's certificates cannot be read").with_source(error))
                }
                _ => Ok(found.certs),
            }
        }
    }
}

/// The cryptography that the features choose: aws-lc if it is there, else ring.
pub(super) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "aws-lc")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "aws-lc"))]
    let provider = rustls::crypto::ring::default_provider();
    Arc::new(provider)
}

fn unusable(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, message)
}
