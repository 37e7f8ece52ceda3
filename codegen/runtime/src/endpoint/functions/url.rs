//! URLs, as `parseURL` parses them. No part is resolved or rewritten.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
    normalized_path: Cow<'a, str>,
    is_ip: bool,
}

impl<'a> Url<'a> {
    /// Returns the scheme: `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// Returns the host, and the port if the URL contains one.
    #[must_use]
    pub fn authority(&self) -> &'a str {
        self.authority
    }

    /// Returns the path as written, which may be empty.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Returns the path with a leading and a trailing `/`.
    #[must_use]
    pub fn normalized_path(&self) -> &str {
        &self.normalized_path
    }

    /// Returns whether the host is an IPv4 or IPv6 address.
    #[must_use]
    pub fn is_ip(&self) -> bool {
        self.is_ip
    }
}

/// Implements `parseURL`: parses an `http` or `https` URL.
///
/// Returns `None` if the URL is malformed, or if it has a query or a fragment, which an endpoint cannot have. User
/// information is not part of the authority.
#[must_use]
pub fn parse_url(url: &str) -> Option<Url<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") || !rest.bytes().all(is_url_byte) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Some(Url { scheme, authority, path, normalized_path: normalize(path), is_ip: is_ip(host(authority)?) })
}

/// Returns whether a byte is allowed in a URL that has neither a query nor a fragment.
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#".contains(&byte)
}

/// Returns the host of an authority, or `None` if the host or the port is invalid.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, rest) = authority.split_at(end);
        match rest.strip_prefix(':') {
            Some(port) => (host, port),
            None if rest.is_empty() => (host, ""),
            None => return None,
        }
    } else {
        authority.split_once(':').unwrap_or((authority, ""))
    };
    let port_is_valid = port.is_empty() || !port.starts_with('+') && port.parse::<u16>().is_ok();
    (port_is_valid && !host.is_empty()).then_some(host)
}

fn is_ip(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok(),
    }
}

fn normalize(path: &str) -> Cow<'_, str> {
    match path {
        "" => Cow::Borrowed("/"),
        path if path.ends_with('/') => Cow::Borrowed(path),
        path => Cow::Owned(format!("{path}/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_url_are_not_changed() {
        for (url, scheme, authority, path, normalized, is_ip) in [
            ("https://example.com", "https", "example.com", "", "/", false),
            ("http://example.com:80/a/b", "http", "example.com:80", "/a/b", "/a/b/", false),
            ("https://127.0.0.1", "https", "127.0.0.1", "", "/", true),
            ("http://10.0.0.1:1234/x/", "http", "10.0.0.1:1234", "/x/", "/x/", true),
            ("https://[fe80::1]:443", "https", "[fe80::1]:443", "", "/", true),
            ("http://99_ab-.com", "http", "99_ab-.com", "", "/", false),
            ("https://999.999.a.b", "https", "999.999.a.b", "", "/", false),
            ("https://me:secret@host/p", "https", "host", "/p", "/p/", false),
            ("https://host/a%20b/@", "https", "host", "/a%20b/@", "/a%20b/@/", false),
        ] {
            let parsed = parse_url(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!(
                (parsed.scheme(), parsed.authority(), parsed.path(), parsed.normalized_path(), parsed.is_ip()),
                (scheme, authority, path, normalized, is_ip),
                "{url}"
            );
        }
    }

    #[test]
    fn a_url_that_cannot_be_an_endpoint_is_none() {
        for url in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https:///path",
            "https://:80",
            "https://example.com:a/b",
            "https://example.com:99999",
            "https://example.com:+443",
            "https://example.com?query",
            "https://example.com/path?query",
            "https://example.com/#fragment",
            "https://exam ple.com",
            "https://[fe80::1",
            "https://[fe80::1]x",
        ] {
            assert_eq!(parse_url(url), None, "{url}");
        }
    }
}
