//! The parser of proxy URLs.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::Uri;
use http::header::HeaderValue;

use crate::url::{has_sound_port, percent_decode};

/// A proxy. `Display` and `Debug` omit the user and the password.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::transport) struct Proxy {
    /// The scheme, host and port.
    pub(in crate::transport) uri: Uri,
    /// The user and the password, if the URL contains them.
    pub(in crate::transport) user: Option<(String, String)>,
}

impl Proxy {
    /// Parses a URL, whose scheme defaults to `http`. The error is a description of the problem.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let scheme = scheme.to_ascii_lowercase();
        if !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            return Err("not a valid URL".to_owned());
        }
        if !matches!(&*scheme, "http" | "https") {
            return Err(format!("`{scheme}://` is not supported (only `http://` and `https://` are)"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        if host.is_empty() || host.starts_with(':') {
            return Err("no host".to_owned());
        }
        let uri: Uri = format!("{scheme}://{host}/").parse().map_err(|_| "not a valid URL".to_owned())?;
        if !has_sound_port(&uri) {
            return Err("invalid port".to_owned());
        }
        let user = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let decode = |text| String::from_utf8(percent_decode(text)).ok();
            Some((decode(name)?, decode(password)?))
        });
        match user {
            Some(None) => Err("the user name or the password is not valid UTF-8".to_owned()),
            user => Ok(Self { uri, user: user.flatten() }),
        }
    }

    /// Returns the value of the `Proxy-Authorization` header, if the URL contains a user.
    pub(in crate::transport) fn authorization(&self) -> Option<HeaderValue> {
        let (name, password) = self.user.as_ref()?;
        let mut value =
            HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        write!(f, "{}://{authority}", self.uri.scheme_str().unwrap_or("http"))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_scheme_a_user_a_host_and_a_port() {
        for (url, shown, authorization) in [
            (
                "http://us%40er:pass@proxy.example.com:3128/",
                "http://proxy.example.com:3128",
                Some("Basic dXNAZXI6cGFzcw=="),
            ),
            (" proxy:80\n", "http://proxy:80", None),
            ("HTTPS://user@[::1]:3128", "https://[::1]:3128", Some("Basic dXNlcjo=")),
            ("user:p@ss@proxy", "http://proxy", Some("Basic dXNlcjpwQHNz")),
        ] {
            let proxy = Proxy::parse(url).unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert_eq!(proxy.authorization().as_ref().map(|value| value.to_str().unwrap()), authorization, "{url}");
            assert_eq!(format!("{proxy:?}"), format!("Proxy({shown})"));
        }
    }
}
