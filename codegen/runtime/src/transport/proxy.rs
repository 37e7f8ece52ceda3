//! Which proxy a request goes through, as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.

#[cfg(feature = "_hyper")]
mod url;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;

use crate::config::url::Redacted;

#[cfg(feature = "_hyper")]
pub(super) use url::Proxy;

/// Where EC2, ECS and EKS hand out credentials. No proxy reaches the ones of this machine, and none
/// should learn the token that is shown there.
const LINK: &str = "169.254.0.0/16,fe80::/10,fd00:ec2::/32";

/// This machine, which the variables do not mean either.
const MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// The proxies in use.
#[derive(Clone, Default)]
pub(super) struct Proxies {
    https: Option<Arc<str>>,
    http: Option<Arc<str>>,
    except: Vec<Exception>,
}

/// Hosts that are reached without a proxy.
#[derive(Clone, Debug, PartialEq)]
enum Exception {
    All,
    /// A host and everything below it.
    Domain(String),
    /// Addresses that share their first bits.
    Network(IpAddr, u8),
}

/// A proxy's URL may hold a password.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("https", &self.https.as_deref().map(Redacted))
            .field("http", &self.http.as_deref().map(Redacted))
            .finish_non_exhaustive()
    }
}

impl Proxies {
    pub(super) fn from_env() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// This proxy for everything.
    pub(super) fn all(url: String) -> Self {
        let url: Arc<str> = url.into();
        Self { https: Some(Arc::clone(&url)), http: Some(url), except: Exception::list(LINK) }
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let either =
            |lower: &str, upper: &str| lookup(lower).or_else(|| lookup(upper)).filter(|value| !value.trim().is_empty());
        let all = either("all_proxy", "ALL_PROXY");
        // In a CGI program HTTP_PROXY holds what the caller of the program wrote in a header.
        let cgi = lookup("REQUEST_METHOD").is_some();
        let http = either("http_proxy", if cgi { "http_proxy" } else { "HTTP_PROXY" });
        let https = either("https_proxy", "HTTPS_PROXY");
        let mut except = Exception::list(either("no_proxy", "NO_PROXY").as_deref().unwrap_or_default());
        except.extend([LINK, MACHINE].into_iter().flat_map(Exception::list));
        Self { https: https.or_else(|| all.clone()).map(Arc::from), http: http.or(all).map(Arc::from), except }
    }

    /// The URL of the proxy for a request to this URI.
    pub(super) fn url_for(&self, uri: &Uri) -> Option<&str> {
        let proxy = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        let proxy = proxy.as_deref()?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        (!self.except.iter().any(|exception| exception.covers(host))).then_some(proxy)
    }
}

impl Exception {
    fn list(entries: &str) -> Vec<Self> {
        entries.split(',').filter_map(|entry| Self::parse(entry.trim())).collect()
    }

    fn parse(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::All);
        }
        if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Some(Self::Network(address, 128));
        }
        if let Some((address, bits)) = entry.split_once('/')
            && let (Ok(address), Ok(bits)) = (address.parse(), bits.parse())
        {
            return Some(Self::Network(address, bits));
        }
        let domain = entry.trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
        (!domain.is_empty()).then_some(Self::Domain(domain))
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => {
                let host = host.to_ascii_lowercase();
                host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::Network(network, bits) => {
                host.parse().is_ok_and(|address| prefix(*network, *bits) == prefix(address, *bits))
            }
        }
    }
}

/// An address's first bits. IPv4 and IPv6 never have the same.
fn prefix(address: IpAddr, bits: u8) -> (bool, u128) {
    let (number, width) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let dropped = width - u32::from(bits).min(width);
    (address.is_ipv4(), number.checked_shr(dropped).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Proxies::from_lookup(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    fn url<'a>(proxies: &'a Proxies, uri: &str) -> Option<&'a str> {
        proxies.url_for(&uri.parse().unwrap())
    }

    #[test]
    fn each_scheme_has_its_proxy_and_all_proxy_serves_both() {
        let both = proxies(&[("HTTPS_PROXY", "http://s"), ("http_proxy", "http://h"), ("ALL_PROXY", "http://a")]);
        assert_eq!(url(&both, "https://example.com"), Some("http://s"));
        assert_eq!(url(&both, "http://example.com"), Some("http://h"));
        let all = proxies(&[("ALL_PROXY", "http://a"), ("https_proxy", " ")]);
        assert_eq!(url(&all, "https://example.com"), Some("http://a"));
        assert_eq!(url(&proxies(&[]), "https://example.com"), None);
        let cgi = proxies(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil")]);
        assert_eq!(url(&cgi, "http://example.com"), None);
    }

    #[test]
    fn no_proxy_names_domains_addresses_and_networks() {
        let proxies = proxies(&[
            ("https_proxy", "http://p"),
            ("no_proxy", "internal, .example.com,*.example.org,127.0.0.1,10.0.0.0/8,::1,fd00::/8"),
        ]);
        for direct in [
            "internal",
            "a.internal",
            "example.com",
            "a.b.EXAMPLE.com",
            "x.example.org",
            "127.0.0.1",
            "10.200.3.4",
            "[::1]",
            "[fd12::1]",
        ] {
            assert_eq!(url(&proxies, &format!("https://{direct}:8443/")), None, "{direct}");
        }
        for proxied in ["notinternal", "badexample.com", "11.0.0.1", "[::2]", "[fe00::1]"] {
            assert_eq!(url(&proxies, &format!("https://{proxied}/")), Some("http://p"), "{proxied}");
        }
        let none = super::tests::proxies(&[("https_proxy", "http://p"), ("NO_PROXY", "*")]);
        assert_eq!(url(&none, "https://example.com"), None);
    }

    #[test]
    fn what_only_this_machine_can_reach_needs_no_proxy() {
        let proxies = proxies(&[("all_proxy", "http://p")]);
        for direct in [
            "localhost",
            "127.0.0.2",
            "[::1]",
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "[fd00:ec2::254]",
            "[fe80::1]",
        ] {
            assert_eq!(url(&proxies, &format!("http://{direct}:8080/x")), None, "{direct}");
        }
        for proxied in ["localhost.example.com", "169.253.0.1", "10.0.0.1", "[fd00::1]"] {
            assert_eq!(url(&proxies, &format!("http://{proxied}/")), Some("http://p"), "{proxied}");
        }
    }
}
