//! The proxies that are configured by the `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` variables.

mod url;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;

use super::{TransportError, TransportErrorKind};

pub(super) use url::Proxy;

/// The addresses of the credentials endpoints of EC2, ECS and EKS. A proxy cannot reach the endpoints of this machine,
/// and must not receive the tokens that are sent to them.
const LINK: &str = "169.254.0.0/16,fe80::/10,fd00:ec2::/32";

/// The loopback interface, which is not accessed through a proxy that an environment variable configures.
const MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// The configured proxies. If a proxy is invalid, the requests that would use it fail.
#[derive(Clone, Default)]
pub(super) struct Proxies {
    https: Option<Result<Arc<Proxy>, Arc<str>>>,
    http: Option<Result<Arc<Proxy>, Arc<str>>>,
    except: Vec<Exception>,
}

/// Hosts that are accessed without a proxy.
#[derive(Clone, Debug, PartialEq)]
struct Exception {
    hosts: Hosts,
    /// The port to which the exception is limited, if any.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq)]
enum Hosts {
    All,
    /// A host and its subdomains.
    Domain(String),
    /// The addresses that share a prefix with the given address. The second field is the length of the prefix, in bits.
    Network(IpAddr, u8),
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies").field("https", &self.https).field("http", &self.http).finish_non_exhaustive()
    }
}

impl Proxies {
    pub(super) fn from_env() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Creates a configuration in which the proxy with the given URL is used for all requests, except those to the
    /// credentials endpoints.
    pub(super) fn all(url: &str) -> Self {
        let proxy = parsed("`HttpOptions::proxy`", url);
        Self { https: Some(proxy.clone()), http: Some(proxy), except: Exception::list(LINK) }
    }

    pub(super) fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 2]| {
            let mut set = names.into_iter().filter_map(|name| Some((name, lookup(name)?)));
            set.next().filter(|(_, value)| !value.trim().is_empty())
        };
        // In a CGI program, `HTTP_PROXY` contains the value of the `Proxy` header of the incoming request.
        let cgi = lookup("REQUEST_METHOD").is_some();
        let http = first(["http_proxy", if cgi { "http_proxy" } else { "HTTP_PROXY" }]);
        let https = first(["https_proxy", "HTTPS_PROXY"]);
        let all = first(["all_proxy", "ALL_PROXY"]);
        let mut except = first(["no_proxy", "NO_PROXY"]).map_or_else(Vec::new, |(_, list)| Exception::list(&list));
        except.extend([LINK, MACHINE].into_iter().flat_map(Exception::list));
        let chosen = |own: Option<(&str, String)>| own.or_else(|| all.clone()).map(|(name, url)| parsed(name, &url));
        Self { https: chosen(https), http: chosen(http), except }
    }

    /// Returns the proxy for a request to the given URI, if any.
    ///
    /// # Errors
    ///
    /// Returns an error if the configured proxy is invalid.
    pub(super) fn proxy_for(&self, uri: &Uri) -> Result<Option<&Arc<Proxy>>, TransportError> {
        let is_https = uri.scheme_str() == Some("https");
        let Some(proxy) = (if is_https { &self.https } else { &self.http }) else { return Ok(None) };
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        if self.except.iter().any(|exception| exception.covers(host, port)) {
            return Ok(None);
        }
        match proxy {
            Ok(proxy) => Ok(Some(proxy)),
            Err(message) => Err(TransportError::new(TransportErrorKind::Other, &**message)),
        }
    }
}

/// Parses a proxy's URL. The URL may contain a password, so error messages do not show the URL.
fn parsed(name: &str, url: &str) -> Result<Arc<Proxy>, Arc<str>> {
    Proxy::parse(url).map(Arc::new).map_err(|reason| {
        format!("invalid proxy URL in {name}: {reason}; expected a URL such as `http://proxy.example.com:3128`").into()
    })
}

impl Exception {
    /// Parses entries that are separated by commas or whitespace.
    fn list(entries: &str) -> Vec<Self> {
        entries.split([',', ' ', '\t', '\r', '\n']).filter_map(Self::parse).collect()
    }

    fn parse(entry: &str) -> Option<Self> {
        if let Some(hosts) = Hosts::parse(entry) {
            return Some(Self { hosts, port: None });
        }
        let (hosts, port) = entry.rsplit_once(':')?;
        Some(Self { hosts: Hosts::parse(hosts)?, port: Some(port.parse().ok()?) })
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|only| only == port) && self.hosts.cover(host)
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
            let width = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.unwrap_or(width);
            return (bits <= width).then_some(Self::Network(address, bits));
        }
        let domain = text.trim_start_matches('*').trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
        (!domain.is_empty() && !domain.contains([':', '/'])).then_some(Self::Domain(domain))
    }

    fn cover(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => {
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::Network(network, bits) => {
                host.parse().is_ok_and(|address| prefix(*network, *bits) == prefix(address, *bits))
            }
        }
    }
}

/// Returns the first bits of an address, and whether it is an IPv4 address. This way, prefixes of IPv4 and IPv6
/// addresses are never equal.
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

    fn url(proxies: &Proxies, uri: &str) -> Option<String> {
        proxies.proxy_for(&uri.parse().unwrap()).unwrap().map(ToString::to_string)
    }

    fn some(url: &str) -> Option<String> {
        Some(url.to_owned())
    }

    #[test]
    fn each_scheme_has_its_proxy_and_all_proxy_applies_to_both() {
        let both = proxies(&[("HTTPS_PROXY", "http://s"), ("http_proxy", "http://h"), ("ALL_PROXY", "http://a")]);
        assert_eq!(url(&both, "https://example.com"), some("http://s"));
        assert_eq!(url(&both, "http://example.com"), some("http://h"));
        let all = proxies(&[("ALL_PROXY", "http://a"), ("https_proxy", " ")]);
        assert_eq!(url(&all, "https://example.com"), some("http://a"));
        assert_eq!(url(&proxies(&[]), "https://example.com"), None);
        let cgi = proxies(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil")]);
        assert_eq!(url(&cgi, "http://example.com"), None);
    }

    #[test]
    fn no_proxy_contains_domains_addresses_and_networks() {
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
            assert_eq!(url(&proxies, &format!("https://{proxied}/")), some("http://p"), "{proxied}");
        }
        let none = super::tests::proxies(&[("https_proxy", "http://p"), ("NO_PROXY", "*")]);
        assert_eq!(url(&none, "https://example.com"), None);
    }

    #[test]
    fn addresses_of_this_machine_are_accessed_without_a_proxy() {
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
            assert_eq!(url(&proxies, &format!("http://{proxied}/")), some("http://p"), "{proxied}");
        }
    }

    #[test]
    fn no_proxy_contains_ports_too() {
        let proxies = proxies(&[
            ("https_proxy", "http://p"),
            ("NO_PROXY", "a.example.com:8443 b.example.com:443\t[::2]:8443,10.0.0.0/8:8443,*:9443,c.example.com."),
        ]);
        for direct in [
            "a.example.com:8443",
            "x.a.example.com:8443",
            "b.example.com",
            "[::2]:8443",
            "10.1.2.3:8443",
            "anywhere.example.com:9443",
            "c.example.com",
            "c.example.com.",
        ] {
            assert_eq!(url(&proxies, &format!("https://{direct}/")), None, "{direct}");
        }
        for proxied in ["a.example.com", "b.example.com:8443", "[::2]", "10.1.2.3", "anywhere.example.com"] {
            assert_eq!(url(&proxies, &format!("https://{proxied}/")), some("http://p"), "{proxied}");
        }
    }

    #[test]
    fn invalid_entries_of_no_proxy_match_nothing() {
        let senseless = "10.0.0.0/33,10.0.0.0/x,a:b,example.com:99999,http://example.com,/,:,.";
        let proxies = proxies(&[("https_proxy", "http://p"), ("no_proxy", senseless)]);
        for proxied in ["10.0.0.0", "a", "example.com", "http"] {
            assert_eq!(url(&proxies, &format!("https://{proxied}/")), some("http://p"), "{proxied}");
        }
    }

    #[test]
    fn the_error_for_an_invalid_proxy_contains_its_variable() {
        let table = [
            ("socks5://user:hush@proxy:1080", "`socks5://` is not supported (only `http://` and `https://` are)"),
            ("http://user:hush@proxy:99999", "invalid port"),
            ("http://user:hush@proxy:port", "invalid port"),
            ("http://user:hu/sh@proxy:3128", "invalid port"),
            ("http://user:hush@", "no host"),
            ("http://user:hush@:3128", "no host"),
            ("http://user:hush@pro xy", "not a valid URL"),
            ("http://us%ffer:hush@proxy", "the user name or the password is not valid UTF-8"),
            ("us er://hush@proxy", "not a valid URL"),
        ];
        for (value, reason) in table {
            for (name, origin) in [("ALL_PROXY", "https://example.com"), ("http_proxy", "http://example.com")] {
                let proxies = proxies(&[(name, value)]);
                let error = proxies.proxy_for(&origin.parse().unwrap()).unwrap_err();
                assert_eq!(error.kind(), TransportErrorKind::Other);
                assert_eq!(
                    error.to_string(),
                    format!(
                        "invalid proxy URL in {name}: {reason}; expected a URL such as `http://proxy.example.com:3128`"
                    ),
                );
                // Hosts that are accessed without a proxy are not affected.
                assert!(proxies.proxy_for(&"http://localhost".parse().unwrap()).unwrap().is_none());
                assert!(!format!("{proxies:?}").contains("hush"));
            }
        }
    }
}
