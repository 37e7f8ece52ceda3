//! TLS: trusted certificates and cryptography.
//!
//! The system's certificates are loaded with rustls-native-certs. This adds only two dependencies, respects the
//! administrator's configuration of the machine, and supports `SSL_CERT_FILE`. A bundled list of certificates would
//! ignore both the configuration and the variable. A platform verifier would add a dozen dependencies and give the same
//! result on servers.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

#[cfg(feature = "_hyper")]
use super::connect::Tls;
#[cfg(feature = "_hyper")]
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::CertificateResult;

use super::CaBundle;
use super::{TransportError, TransportErrorKind};

/// The maximum size of the file that `SSL_CERT_FILE` names, in bytes. The certificates of a system take about 300 KB.
const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// Returns the TLS configurations of a client that trusts the bundle, or the system's certificates if there is no
/// bundle.
#[cfg(feature = "_hyper")]
pub(super) fn client_config(ca_bundle: Option<&CaBundle>) -> Result<Tls, TransportError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(ca_bundle)?);
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    #[cfg(feature = "http2")]
    let any = {
        let mut any = config.clone();
        any.alpn_protocols.insert(0, b"h2".to_vec());
        Arc::new(any)
    };
    Ok(Tls {
        http1: Arc::new(config),
        #[cfg(feature = "http2")]
        any,
    })
}

/// Returns the trusted certificates, or an error if there are none.
pub(super) fn certificates(ca_bundle: Option<&CaBundle>) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    match ca_bundle {
        Some(bundle) => of_bundle(bundle),
        None => {
            if let Some(path) = env::var_os("SSL_CERT_FILE") {
                check_file(Path::new(&path))?;
            }
            let set = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find_map(|name| Some((name, env::var_os(name)?)));
            of_system(rustls_native_certs::load_native_certs(), set)
        }
    }
}

/// Returns an error for a file that rustls-native-certs would read without a limit, such as a device, a pipe or a large
/// file. A file that cannot be found is not an error here.
fn check_file(path: &Path) -> Result<(), TransportError> {
    let Ok(metadata) = fs::metadata(path) else { return Ok(()) };
    let problem = match metadata.len() {
        _ if !metadata.is_file() => "is not a regular file".to_owned(),
        length if length > MAX_FILE_SIZE => format!("is larger than {MAX_FILE_SIZE} bytes"),
        _ => return Ok(()),
    };
    Err(unusable(format!("{} (named by SSL_CERT_FILE) {problem}", path.display())))
}

fn of_bundle(CaBundle { pem, origin }: &CaBundle) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let pem = pem.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(pem);
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(format!("cannot read the CA bundle {origin}")).with_source(error))?;
    if certificates.is_empty() {
        let found = found_in(pem);
        return Err(unusable(format!(
            "the CA bundle {origin} contains no certificate; expected PEM with `-----BEGIN CERTIFICATE-----`, found {found}"
        )));
    }
    // Certificates that rustls does not support are not trusted, so at least one certificate must be supported.
    let mut roots = RootCertStore::empty();
    let added = certificates.iter().map(|certificate| roots.add(certificate.clone())).reduce(Result::or);
    if let Some(Err(error)) = added {
        return Err(unusable(format!("the CA bundle {origin} contains no valid certificate")).with_source(error));
    }
    Ok(certificates)
}

/// Describes the content of a file without certificates. Only the labels of PEM blocks are shown, since the rest may be
/// secret.
fn found_in(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut labels: Vec<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----")).collect();
    labels.dedup();
    match bytes {
        _ if !labels.is_empty() => format!("`{}`", labels.join("`, `")),
        _ if bytes.trim_ascii().is_empty() => "an empty file".to_owned(),
        // A certificate in the DER format starts with the tag of a sequence, whose length takes two bytes.
        [0x30, 0x82, ..] => "DER; convert it with `openssl x509 -inform der`".to_owned(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16; save it as UTF-8".to_owned(),
        _ => "an unknown format".to_owned(),
    }
}

/// Returns the system's certificates. `set` is the name and the value of the environment variable that determines their
/// location, if one is set.
fn of_system(
    found: CertificateResult,
    set: Option<(&str, OsString)>,
) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    // Certificates that rustls does not support are not trusted, so at least one certificate must be supported.
    if RootCertStore::empty().add_parsable_certificates(found.certs.iter().cloned()).0 > 0 {
        return Ok(found.certs);
    }
    let place = set.map(|(name, path)| format!("{} (named by {name})", path.display()));
    Err(match (found.errors.into_iter().next(), place) {
        (Some(error), Some(place)) => unusable(format!("cannot read certificates from {place}")).with_source(error),
        (Some(error), None) => unusable("cannot read the system's certificates").with_source(error),
        (None, Some(place)) => unusable(format!("{place} contains no valid certificate; expected PEM")),
        (None, None) => unusable(
            "the system has no trusted certificates; install some, or set SSL_CERT_FILE to a file that contains them",
        ),
    })
}

/// Returns the cryptography provider that the features select: aws-lc if it is enabled, and ring otherwise.
pub(super) fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "aws-lc")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "aws-lc"))]
    let provider = rustls::crypto::ring::default_provider();
    Arc::new(provider)
}

fn unusable(message: impl Into<String>) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, message)
}

#[cfg(test)]
pub(in crate::transport) mod tests {
    use super::*;

    /// Creates a certificate for a server on 127.0.0.1. Returns the server's configuration and the certificate to
    /// trust.
    pub(in crate::transport) fn certificate() -> (rustls::ServerConfig, String) {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = made.signing_key.serialize_der().try_into().unwrap();
        let config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        (config, made.cert.pem())
    }

    fn read(pem: impl Into<Vec<u8>>) -> Result<usize, String> {
        let bundle = CaBundle { pem: pem.into(), origin: "/ca.pem (named by AWS_CA_BUNDLE)".to_owned() };
        certificates(Some(&bundle)).map(|all| all.len()).map_err(|error| crate::root_cause::with_root_cause(&error))
    }

    #[test]
    fn a_bundle_may_contain_a_byte_order_mark_and_other_blocks() {
        let made = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap();
        let (pem, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        assert_eq!(read(&*pem), Ok(1));
        assert_eq!(read(format!("\u{feff}{pem}")), Ok(1));
        assert_eq!(read(format!("\u{feff}# comment\r\n{}\n{key}{pem}", pem.replace('\n', "\r\n"))), Ok(2));
    }

    #[test]
    fn the_error_for_a_bundle_without_certificates_describes_its_content() {
        let made = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap();
        let key = made.signing_key.serialize_pem();
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(made.cert.pem().bytes().flat_map(|b| [b, 0])).collect();
        for (content, found) in [
            (Vec::new(), "an empty file"),
            (b"\xEF\xBB\xBF\n".to_vec(), "an empty file"),
            (made.cert.der().to_vec(), "DER; convert it with `openssl x509 -inform der`"),
            (format!("{key}{key}").into_bytes(), "`PRIVATE KEY`"),
            (made.cert.pem().replace("CERTIFICATE", "TRUSTED CERTIFICATE").into_bytes(), "`TRUSTED CERTIFICATE`"),
            (utf16, "UTF-16; save it as UTF-8"),
            (b"hush".to_vec(), "an unknown format"),
        ] {
            let expected = format!(
                "the CA bundle /ca.pem (named by AWS_CA_BUNDLE) contains no certificate; expected PEM with \
                 `-----BEGIN CERTIFICATE-----`, found {found}"
            );
            assert_eq!(read(content), Err(expected));
        }
    }

    #[test]
    fn the_error_for_a_system_without_certificates_contains_the_variable() {
        let from = |path: &str| rustls_native_certs::load_certs_from_paths(Some(Path::new(path)), None);
        let line = |found, set: Option<(&'static str, &str)>| {
            let set = set.map(|(name, path)| (name, OsString::from(path)));
            crate::root_cause::with_root_cause(&of_system(found, set).unwrap_err())
        };
        let missing = fs::read("/none.pem").unwrap_err();
        assert_eq!(
            line(from("/none.pem"), Some(("SSL_CERT_FILE", "/none.pem"))),
            format!("cannot read certificates from /none.pem (named by SSL_CERT_FILE): {missing}")
        );
        assert_eq!(line(from("/none.pem"), None), format!("cannot read the system's certificates: {missing}"));
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert_eq!(
            line(from(manifest), Some(("SSL_CERT_FILE", "/ca.pem"))),
            "/ca.pem (named by SSL_CERT_FILE) contains no valid certificate; expected PEM"
        );
        assert_eq!(
            line(CertificateResult::default(), None),
            "the system has no trusted certificates; install some, or set SSL_CERT_FILE to a file that contains them"
        );
    }

    #[test]
    fn an_endless_certificate_file_is_rejected() {
        let check = |path: &Path| check_file(path).map_err(|error| error.to_string());
        let directory = tempfile::tempdir().unwrap();
        let refused = |path: &Path, problem| Err(format!("{} (named by SSL_CERT_FILE) {problem}", path.display()));
        assert_eq!(check(directory.path()), refused(directory.path(), "is not a regular file"));
        if cfg!(unix) {
            assert_eq!(check(Path::new("/dev/zero")), refused(Path::new("/dev/zero"), "is not a regular file"));
        }
        let path = directory.path().join("ca.pem");
        assert_eq!(check(&path), Ok(()));
        let file = fs::File::create(&path).unwrap();
        file.set_len(MAX_FILE_SIZE).unwrap();
        assert_eq!(check(&path), Ok(()));
        file.set_len(MAX_FILE_SIZE + 1).unwrap();
        assert_eq!(check(&path), refused(&path, "is larger than 16777216 bytes"));
    }

    #[test]
    fn the_error_for_a_damaged_bundle_contains_its_origin() {
        let not_base64 = read("-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n").unwrap_err();
        assert!(not_base64.starts_with("cannot read the CA bundle /ca.pem (named by AWS_CA_BUNDLE): "), "{not_base64}");
        let no_certificate = read("-----BEGIN CERTIFICATE-----\naHVzaA==\n-----END CERTIFICATE-----\n").unwrap_err();
        assert!(
            no_certificate
                .starts_with("the CA bundle /ca.pem (named by AWS_CA_BUNDLE) contains no valid certificate: "),
            "{no_certificate}"
        );
    }
}
