//! The canonical request, which the signer and the service compute identically.

use std::borrow::Cow;

use bytes::BytesMut;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::{PercentEncodingMode, SigningSettings, UriPathNormalizationMode};
use crate::url::{percent_decode, percent_encode};

/// Returns whether a header is signed. Headers that proxies, tracing agents or the HTTP client may add, change or
/// remove are not signed.
fn is_signed(name: &str) -> bool {
    !matches!(
        name,
        "accept-encoding"
            | "authorization"
            | "baggage"
            | "connection"
            | "content-length"
            | "expect"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "traceparent"
            | "tracestate"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "user-agent"
            | "x-amzn-trace-id"
    )
}

/// Returns the names of the headers that are signed, separated by semicolons.
pub(super) fn signed_headers(request: &Parts) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in request.headers.keys().map(HeaderName::as_str).filter(|name| is_signed(name)) {
        // There are few names, and they are unique. Inserting them in order compiles to less code than a generic sort.
        names.insert(names.partition_point(|other| *other < name), name);
    }
    names.join(";")
}

/// The maximum number of signed headers that are sorted without allocating. Few requests have more.
const USUAL: usize = 16;

/// Returns the SHA-256 of the canonical request. Appends the names of the signed headers to `names`.
pub(super) fn digest(request: &Parts, settings: SigningSettings, payload: &[u8], names: &mut BytesMut) -> [u8; 32] {
    static NONE: HeaderValue = HeaderValue::from_static("");
    let (mut usual, mut all) = ([("", &NONE); USUAL], Vec::new());
    let mut signed =
        request.headers.iter().map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| is_signed(name));
    let mut count = 0;
    for (header, found) in usual.iter_mut().zip(&mut signed) {
        *header = found;
        count += 1;
    }
    let headers = match signed.next() {
        None => &mut usual[..count],
        Some(next) => {
            all.extend(usual);
            all.extend(std::iter::once(next).chain(signed));
            &mut all[..]
        }
    };
    // The sort is stable, so the values of a header keep their order.
    headers.sort_by_key(|(name, _)| *name);

    let mut hash = Sha256::new();
    hash.update(request.method.as_str());
    hash.update(b"\n");
    hash.update(path(request.uri.path(), settings).as_bytes());
    hash.update(b"\n");
    if let Some(text) = request.uri.query() {
        hash.update(query(text));
    }
    hash.update(b"\n");
    let names_start = names.len();
    let mut last = "";
    for &mut (name, value) in headers {
        if name == last {
            hash.update(b",");
        } else {
            if !last.is_empty() {
                hash.update(b"\n");
                names.extend_from_slice(b";");
            }
            hash.update(name);
            hash.update(b":");
            names.extend_from_slice(name.as_bytes());
            last = name;
        }
        hash.update(squeeze(value.as_bytes()));
    }
    hash.update(b"\n\n");
    hash.update(&names[names_start..]);
    hash.update(b"\n");
    hash.update(payload);
    hash.finalize().into()
}

/// Returns the canonical path, normalized and encoded according to the settings.
pub(super) fn path(path: &str, settings: SigningSettings) -> Cow<'_, str> {
    if path == "/" || path.is_empty() {
        return Cow::Borrowed("/");
    }
    let path = match settings.uri_path_normalization_mode {
        UriPathNormalizationMode::Enabled => Cow::Owned(normalize(path)),
        UriPathNormalizationMode::Disabled => Cow::Borrowed(path),
    };
    match settings.percent_encoding_mode {
        PercentEncodingMode::Single => return path,
        PercentEncodingMode::Double => {}
    }
    let mut out = String::with_capacity(path.len() + 8);
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        percent_encode(segment.as_bytes(), &mut out);
    }
    Cow::Owned(out)
}

fn normalize(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let directory = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    let end = if directory && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

/// Returns the canonical query string, in which the parameters are re-encoded and sorted.
fn query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (recode(name), recode(value))
        })
        .collect();
    pairs.sort_unstable();
    let mut out = String::with_capacity(query.len() + 8);
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(&name);
        out.push('=');
        out.push_str(&value);
    }
    out
}

/// Decodes a percent-encoded string and encodes the result canonically.
fn recode(text: &str) -> String {
    let decoded = percent_decode(text);
    let mut out = String::with_capacity(decoded.len());
    percent_encode(&decoded, &mut out);
    out
}

/// Trims a header value and collapses consecutive spaces.
fn squeeze(value: &[u8]) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    if !value.windows(2).any(|pair| pair == b"  ") {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        if *byte != b' ' || out.last() != Some(&b' ') {
            out.push(*byte);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_normalized_and_encoded_once_more_by_default() {
        let usual = SigningSettings::default();
        let as_sent = SigningSettings { percent_encoding_mode: PercentEncodingMode::Single, ..usual };
        let with_dots = SigningSettings { uri_path_normalization_mode: UriPathNormalizationMode::Disabled, ..usual };
        let exact = SigningSettings { percent_encoding_mode: PercentEncodingMode::Single, ..with_dots };
        for (sent, settings, signed) in [
            ("", usual, "/"),
            ("/", exact, "/"),
            ("/a%20b//c/./d/", usual, "/a%2520b/c/d/"),
            ("/a%20b//c/./d/", as_sent, "/a%20b/c/d/"),
            ("/a%20b//c/./d/", with_dots, "/a%2520b//c/./d/"),
            ("/a%20b//c/./d/", exact, "/a%20b//c/./d/"),
            ("/a/../..", usual, "/"),
            ("/a/b/..", usual, "/a/"),
            ("//", usual, "/"),
        ] {
            assert_eq!(path(sent, settings), signed, "{sent} {settings:?}");
        }
    }

    #[test]
    fn any_number_of_headers_is_signed_in_order() {
        for count in [0, USUAL, USUAL + 1, 100] {
            let (mut parts, ()) = http::Request::new(()).into_parts();
            for number in (0..count).rev() {
                let name = HeaderName::try_from(format!("x-{number:03}")).unwrap();
                parts.headers.insert(name, HeaderValue::from(number));
            }
            let mut names = BytesMut::new();
            digest(&parts, SigningSettings::default(), b"", &mut names);
            assert_eq!(names, signed_headers(&parts));
        }
    }
}
