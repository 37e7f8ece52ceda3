//! Which proxy a request goes through, as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.

use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use http::header::HeaderValue;

use super::{TransportError, TransportErrorKind};

/// The proxies in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies {
    https: Option<Arc<str>>,
    http: Option<Arc<str>>,
    except: Vec<Exception>,
}

/// A proxy, taken apart.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) uri: Uri,
    /// The value of `Proxy-Authorization`, if the URL holds a user.
    pub(super) authorization: Option<HeaderValue>,
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

impl Proxies {
    pub(super) fn from_env() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// This proxy for everything.
    pub(super) fn all(url: String) -> Self {
        let url: Arc<str> = url.into();
        Self { https: Some(Arc::clone(&url)), http: Some(url), except: Vec::new() }
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let either =
            |lower: &str, upper: &str| lookup(lower).or_else(|| lookup(upper)).filter(|value| !value.trim().is_empty());
        let all = either("all_proxy", "ALL_PROXY");
        // In a CGI program HTTP_PROXY holds what the caller of the program wrote in a header.
        let cgi = lookup("REQUEST_METHOD").is_some();
        let http = either("http_proxy", if cgi { "http_proxy" } else { "HTTP_PROXY" });
        let https = either("https_proxy", "HTTPS_PROXY");
        let except = either("no_proxy", "NO_PROXY").unwrap_or_default();
        Self {
            https: https.or_else(|| all.clone()).map(Arc::from),
            http: http.or(all).map(Arc::from),
            except: except.split(',').filter_map(|entry| Exception::parse(entry.trim())).collect(),
        }
    }

    /// The URL of the proxy for a request to this URI.
    pub(super) fn url_for(&self, uri: &Uri) -> Option<&str> {
        let proxy = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        let proxy = proxy.as_deref()?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        (!self.except.iter().any(|exception| exception.covers(host))).then_some(proxy)
    }

    /// The proxy for a request to this URI.
    pub(super) fn proxy_for(&self, uri: &Uri) -> Result<Option<Proxy>, TransportError> {
        self.url_for(uri).map(Proxy::parse).transpose()
    }
}

impl Proxy {
    fn parse(url: &str) -> Result<Self, TransportError> {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        // The URL may hold a password, so no error shows it.
        let invalid = |why| TransportError::new(TransportErrorKind::Other, format!("the proxy's URL {why}"));
        if !matches!(scheme, "http" | "https") {
            return Err(invalid(format!("starts with {scheme}://; only http:// and https:// proxies can be used")));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let uri = format!("{scheme}://{host}/").parse().map_err(|_| invalid("is no valid URL".to_owned()))?;
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let pair = [&unescape(name)[..], b":", &unescape(password)].concat();
            let mut value = HeaderValue::try_from(format!("Basic {}", base64(&pair)))
                .map_err(|_| invalid("holds a user that is no header value".to_owned()))?;
            value.set_sensitive(true);
            Ok(value)
        });
        Ok(Self { uri, authorization: authorization.transpose()? })
    }
}

impl Exception {
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

fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = escape.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
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
        for proxied in ["notinternal", "badexample.com", "127.0.0.2", "11.0.0.1", "[::2]", "[fe00::1]"] {
            assert_eq!(url(&proxies, &format!("https://{proxied}/")), Some("http://p"), "{proxied}");
        }
        let none = super::tests::proxies(&[("https_proxy", "http://p"), ("NO_PROXY", "*")]);
        assert_eq!(url(&none, "https://example.com"), None);
    }

    #[test]
    fn a_proxys_user_becomes_a_header_and_never_an_errors_text() {
        let proxy = Proxy::parse("http://us%40er:pass@proxy.example.com:3128/").unwrap();
        assert_eq!(proxy.uri, "http://proxy.example.com:3128/");
        assert_eq!(proxy.authorization.unwrap(), "Basic dXNAZXI6cGFzcw==");
        assert_eq!(Proxy::parse("proxy:80").unwrap().uri, "http://proxy:80/");
        assert!(Proxy::parse("proxy:80").unwrap().authorization.is_none());
        for bad in ["socks5://user:pass@host", "http://user:pass@ho st"] {
            let error = Proxy::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("pass"), "{error}");
        }
    }

    #[test]
    fn base64_pads() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
