//! The options of the built-in transports.

use super::CaBundle;
use crate::transport::proxy::Proxies;

/// The options of the built-in transports: trusted certificates and proxies.
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::transport::{HttpOptions, HyperTransport};
/// #
/// let options = HttpOptions::new().proxy("http://proxy.example.com:3128");
/// let config = Config::builder().transport(HyperTransport::new(options)).build();
/// # drop(config);
/// ```
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    pub(super) ca_bundle: Option<CaBundle>,
    pub(super) proxies: Proxies,
}

impl HttpOptions {
    /// Creates options from the environment. The certificates are the system's, unless `SSL_CERT_FILE` or
    /// `SSL_CERT_DIR` names the location of other certificates. The proxies come from `HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY`.
    ///
    /// Connections to a proxy use HTTP or HTTPS. If a proxy's URL has a different scheme, such as `socks5://`, requests
    /// that would use the proxy fail. `NO_PROXY` contains domains, addresses and networks such as `10.0.0.0/8`, each
    /// optionally with a port. A domain includes its subdomains, and `*` matches every host. The loopback interface and
    /// the credentials endpoints of EC2 and ECS are always accessed directly.
    #[must_use]
    pub fn from_env() -> Self {
        Self { ca_bundle: None, proxies: Proxies::from_env() }
    }

    /// Creates options with the system's certificates and without a proxy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the PEM-encoded certificates to trust instead of the system's.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_bundle = Some(CaBundle::of_code(pem.into()));
        self
    }

    /// Sets the proxy, such as `http://proxy.example.com:3128`, for all requests except those to the credentials
    /// endpoints of EC2 and ECS. If the URL is invalid, all requests that would use the proxy fail.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies = Proxies::all(&url.into());
        self
    }
}

/// Returns options from the environment. If certificates are given, they are trusted instead of the environment's.
pub(crate) fn trusting(ca_bundle: Option<&CaBundle>) -> HttpOptions {
    HttpOptions { ca_bundle: ca_bundle.cloned(), ..HttpOptions::from_env() }
}
