//! The options of the built-in transports.

use super::CaBundle;
use crate::transport::proxy::Proxies;

/// The options of the built-in transports: which certificates to trust and which proxies to use.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    pub(super) ca_bundle: Option<CaBundle>,
    pub(super) proxies: Proxies,
}

impl HttpOptions {
    /// The system's certificates, or those in the file that SSL_CERT_FILE names; proxies as
    /// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.
    ///
    /// Proxies are spoken to over HTTP or HTTPS. One with another scheme, such as `socks5://`, is the
    /// error of each request that would go through it. NO_PROXY lists domains, addresses and networks
    /// such as `10.0.0.0/8`, each with a port if need be; a domain covers everything below it, and
    /// `*` every host. This machine and the addresses of EC2's and ECS's credentials need no entry.
    #[must_use]
    pub fn from_env() -> Self {
        Self { ca_bundle: None, proxies: Proxies::from_env() }
    }

    /// The system's certificates and no proxy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificates in this PEM file's content, and no others.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_bundle = Some(CaBundle::of_code(pem.into()));
        self
    }

    /// Sends everything through this proxy, such as `http://proxy.example.com:3128`. A URL that is
    /// not usable is the error of each request.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies = Proxies::all(&url.into());
        self
    }
}

/// The options of a client that trusts these certificates.
pub(crate) fn trusting(ca_bundle: Option<&CaBundle>) -> HttpOptions {
    HttpOptions { ca_bundle: ca_bundle.cloned(), ..HttpOptions::from_env() }
}
