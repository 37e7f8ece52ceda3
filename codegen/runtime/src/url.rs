//! Validation, redaction and percent-encoding of URLs.

use std::fmt;

use http::Uri;

/// Parses an absolute `http` or `https` URL.
///
/// User information is rejected rather than ignored, since no AWS service uses it. It would also be exposed wherever
/// the URL is shown or a `Host` header is derived from the URL.
///
/// # Errors
///
/// Returns an error if the URL is malformed, or if it contains a part that is not allowed.
pub fn parse(text: &str) -> Result<Uri, InvalidUrl> {
    let invalid = |reason| InvalidUrl { url: Redacted(text).to_string(), reason };
    let absolute = text.contains("://");
    let uri = text.parse::<Uri>().ok().filter(|_| absolute).ok_or_else(|| invalid(Reason::Syntax))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(invalid(Reason::Syntax));
    }
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return Err(invalid(Reason::Host));
    };
    if authority.as_str().contains('@') {
        return Err(invalid(Reason::User));
    }
    if !has_sound_port(&uri) {
        return Err(invalid(Reason::Port));
    }
    if text.contains('#') {
        return Err(invalid(Reason::Fragment));
    }
    Ok(uri)
}

/// Returns whether the port is valid or absent. This check is needed because [`Uri`] ignores an invalid port, and the
/// request would then be sent to the scheme's default port. `Uri` also accepts `+80`, which is not valid in a `Host`
/// header.
pub(crate) fn has_sound_port(uri: &Uri) -> bool {
    let usual = |authority: &http::uri::Authority| authority.as_str().ends_with(authority.host());
    match uri.port() {
        Some(port) => port.as_str().bytes().all(|byte| byte.is_ascii_digit()),
        None => uri.authority().is_none_or(usual),
    }
}

/// The error for an invalid URL. The message contains the URL in [redacted](Redacted) form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUrl {
    url: String,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Syntax,
    Host,
    User,
    Port,
    Fragment,
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.reason {
            Reason::Syntax => "is not a valid URL; expected one that starts with https:// or http://",
            Reason::Host => "has no host",
            Reason::User => "contains a user name or password; remove everything from `//` to `@`",
            Reason::Port => "has an invalid port; expected a number up to 65535",
            Reason::Fragment => "has a fragment; remove the `#` and everything after it",
        };
        write!(f, "`{}` {reason}", self.url.escape_debug())
    }
}

/// Displays a URL without its user information, query string and fragment, which may be secret.
///
/// The URL may be invalid, so everything between the scheme and the last `@` is treated as user information.
pub struct Redacted<'a>(pub &'a str);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_at(self.0.find("://").map_or(0, |at| at + 3));
        f.write_str(scheme)?;
        let rest = match rest.rfind('@') {
            Some(at) => {
                f.write_str("***")?;
                &rest[at..]
            }
            None => rest,
        };
        match rest.find(['?', '#']) {
            Some(at) => write!(f, "{}***", &rest[..=at]),
            None => f.write_str(rest),
        }
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// Percent-encodes bytes and appends the result to `out`. The unreserved characters of RFC 3986 are appended unchanged.
pub fn percent_encode(bytes: &[u8], out: &mut String) {
    percent_encode_except(bytes, |_| false, out);
}

/// Percent-encodes bytes and appends the result to `out`. The unreserved characters of RFC 3986 and the characters that
/// `keep` accepts are appended unchanged.
pub fn percent_encode_except(bytes: &[u8], keep: fn(u8) -> bool, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes.iter().copied() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        }
    }
}

/// Appends a parameter to a query string, percent-encoded.
pub(crate) fn push_query(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    percent_encode(name.as_bytes(), query);
    query.push('=');
    percent_encode(value.as_bytes(), query);
}

/// Replaces the query string of a URI.
///
/// # Errors
///
/// Returns an error if the new URI is too long or malformed.
pub(crate) fn set_query(uri: &mut Uri, query: &str) -> Result<(), http::Error> {
    let mut path_and_query = uri.path().to_owned();
    if !query.is_empty() {
        path_and_query.push('?');
        path_and_query.push_str(query);
    }
    *uri = with_path_and_query(uri, path_and_query)?;
    Ok(())
}

/// Returns the URI with a different path and query string.
///
/// # Errors
///
/// Returns an error if the new URI is too long or malformed.
pub(crate) fn with_path_and_query(uri: &Uri, path_and_query: String) -> Result<Uri, http::Error> {
    http::uri::Builder::from(uri.clone()).path_and_query(path_and_query).build()
}

/// Decodes a percent-encoded string. A `%` that is not followed by two hexadecimal digits is kept.
pub(crate) fn percent_decode(encoded: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = digit(after.first()).zip(digit(after.get(1))).filter(|_| first == b'%');
        let byte = digits.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        decoded.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_and_invalid_urls() {
        for url in ["https://example.com", "http://[::1]:80/a/b", "https://127.0.0.1:8443/?a=b", "http://h/users/@me"] {
            assert!(parse(url).is_ok(), "{url}");
        }
        for (url, error) in [
            ("", "`` is not a valid URL; expected one that starts with https:// or http://"),
            ("example.com", "`example.com` is not a valid URL; expected one that starts with https:// or http://"),
            ("ftp://a.b", "`ftp://a.b` is not a valid URL; expected one that starts with https:// or http://"),
            ("http://:80", "`http://:80` has no host"),
            ("http://h:", "`http://h:` has an invalid port; expected a number up to 65535"),
            ("http://h:+80/", "`http://h:+80/` has an invalid port; expected a number up to 65535"),
            ("http://h:65536", "`http://h:65536` has an invalid port; expected a number up to 65535"),
            ("http://h/#hush", "`http://h/#***` has a fragment; remove the `#` and everything after it"),
            (
                "https://u:hush@h/",
                "`https://***@h/` contains a user name or password; remove everything from `//` to `@`",
            ),
        ] {
            assert_eq!(parse(url).map_err(|error| error.to_string()), Err(error.to_owned()));
        }
    }

    #[test]
    fn parts_that_may_be_secret_are_not_shown() {
        for (url, shown) in [
            ("https://example.com/a", "https://example.com/a"),
            ("https://user:hush@example.com/a", "https://***@example.com/a"),
            ("user:hush@example.com", "***@example.com"),
            ("http://user:hu/hush@host", "http://***@host"),
            ("http://user:hu?hush@host/?hush", "http://***@host/?***"),
            ("http://host/?hush#hush", "http://host/?***"),
            ("http://host/#hush", "http://host/#***"),
        ] {
            assert_eq!(
                (Redacted(url).to_string(), format!("{:?}", Redacted(url))),
                (shown.into(), format!("{shown:?}"))
            );
        }
    }

    #[test]
    fn an_escape_has_two_hexadecimal_digits() {
        assert_eq!(percent_decode("a%2fb%C3%A4+%25"), "a/bä+%".as_bytes());
        assert_eq!(percent_decode("%+1%4%zz%"), b"%+1%4%zz%");
        assert_eq!(percent_decode("%ff%0"), b"\xff%0");
    }
}
