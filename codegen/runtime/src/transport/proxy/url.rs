//! A proxy's URL, taken apart for the transport that speaks to the proxy itself.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::Uri;
use http::header::HeaderValue;

use super::Proxies;
use crate::config::has_sound_port;
use crate::transport::{TransportError, TransportErrorKind};

/// A proxy, taken apart.
#[derive(Debug)]
pub(in crate::transport) struct Proxy {
    pub(in crate::transport) uri: Uri,
    /// The value of `Proxy-Authorization`, if the URL holds a user.
    pub(in crate::transport) authorization: Option<HeaderValue>,
}

impl Proxies {
    /// The proxy for a request to this URI.
    pub(in crate::transport) fn proxy_for(&self, uri: &Uri) -> Result<Option<Proxy>, TransportError> {
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
        let uri: Uri = format!("{scheme}://{host}/").parse().map_err(|_| invalid("is no valid URL".to_owned()))?;
        if !has_sound_port(&uri) {
            return Err(invalid("has a port that is no number up to 65535".to_owned()));
        }
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let pair = [&unescape(name)[..], b":", &unescape(password)].concat();
            let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(&pair)))
                .map_err(|_| invalid("holds a user that is no header value".to_owned()))?;
            value.set_sensitive(true);
            Ok(value)
        });
        Ok(Self { uri, authorization: authorization.transpose()? })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_user_becomes_a_header_and_never_an_errors_text() {
        let proxy = Proxy::parse("http://us%40er:pass@proxy.example.com:3128/").unwrap();
        assert_eq!(proxy.uri, "http://proxy.example.com:3128/");
        assert_eq!(proxy.authorization.unwrap(), "Basic dXNAZXI6cGFzcw==");
        assert_eq!(Proxy::parse("proxy:80").unwrap().uri, "http://proxy:80/");
        assert!(Proxy::parse("proxy:80").unwrap().authorization.is_none());
        for bad in ["socks5://user:pass@host", "http://user:pass@ho st", "http://user:pass@host:70000"] {
            let error = Proxy::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("pass"), "{error}");
        }
    }
}
