//! Builds the path and query string of a request from the URI pattern of an operation.

#[cfg(any(test, feature = "testing"))]
use std::collections::BTreeMap;

#[cfg(any(test, feature = "testing"))]
use crate::url::percent_decode;
use crate::{
    schema::SerdeError,
    url::{percent_encode_except, push_query},
};

/// A builder for the path and query string of a request.
pub(super) struct UriBuilder {
    path: String,
    query: String,
}

impl UriBuilder {
    /// Creates a builder from a pattern such as `/functions/{FunctionName}/code?list-type=2`. The function `label`
    /// returns the value of a label. It is called in the order in which the labels appear in the pattern.
    pub(super) fn new(
        pattern: &str,
        mut label: impl FnMut(&str) -> Result<String, SerdeError>,
    ) -> Result<Self, SerdeError> {
        let (mut rest, query) = pattern.split_once('?').unwrap_or((pattern, ""));
        let mut path = String::with_capacity(pattern.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            path.push_str(before);
            let (name, is_greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
            let value = label(name)?;
            // Servers and proxies remove `.` and `..` segments, even if they are encoded, so the request would reach a
            // different path. Other SDKs send such segments unchanged.
            let is_removed = |segment: &&str| matches!(*segment, "." | "..");
            if let Some(segment) = value.split('/').find(is_removed).filter(|segment| is_greedy || *segment == value) {
                return Err(SerdeError::new(format_args!(
                    "invalid segment `{segment}` in `{name}`, which is part of the path"
                )));
            }
            percent_encode_except(value.as_bytes(), if is_greedy { |byte| byte == b'/' } else { |_| false }, &mut path);
            rest = after;
        }
        path.push_str(rest);
        Ok(Self { path, query: query.to_owned() })
    }

    /// Adds a query parameter.
    pub(super) fn push_query(&mut self, name: &str, value: &str) {
        push_query(&mut self.query, name, value);
    }

    /// Returns the relative URI.
    pub(super) fn finish(self) -> String {
        let Self { mut path, query } = self;
        if !query.is_empty() {
            path.push('?');
            path.push_str(&query);
        }
        path
    }
}

/// Returns the values of the labels in a path, by name. Returns `None` if the path does not match the pattern. The path
/// may start with the endpoint's path.
#[cfg(any(test, feature = "testing"))]
pub(super) fn labels<'p>(pattern: &'p str, path: &str) -> Option<BTreeMap<&'p str, String>> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let pattern: Vec<&str> = pattern.strip_prefix('/')?.split('/').collect();
    let greedy = pattern.iter().position(|segment| segment.ends_with("+}"));
    (0..segments.len()).find_map(|start| {
        let segments = &segments[start..];
        let (before, after) = match greedy {
            None => (pattern.as_slice(), [].as_slice()),
            Some(at) => (&pattern[..at], &pattern[at + 1..]),
        };
        let rest = segments.len().checked_sub(before.len() + after.len())?;
        let mut found = BTreeMap::new();
        let middle = &segments[before.len()..before.len() + rest];
        match greedy {
            None if rest > 0 => return None,
            Some(_) if rest == 0 => return None,
            None => {}
            Some(at) => {
                let name = pattern[at].trim_start_matches('{').trim_end_matches("+}");
                found.insert(name, decode(&middle.join("/")));
            }
        }
        let ends = before.iter().zip(segments).chain(after.iter().zip(&segments[before.len() + rest..]));
        for (pattern, segment) in ends {
            match pattern.strip_prefix('{').and_then(|pattern| pattern.strip_suffix('}')) {
                Some(name) => drop(found.insert(name, decode(segment))),
                None if pattern == segment => {}
                None => return None,
            }
        }
        Some(found)
    })
}

/// Decodes a part of a path or query string. Invalid UTF-8 is replaced.
#[cfg(any(test, feature = "testing"))]
pub(super) fn decode(encoded: &str) -> String {
    String::from_utf8_lossy(&percent_decode(encoded)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(pattern: &str, value: &str) -> Result<String, String> {
        let builder = UriBuilder::new(pattern, |name| Ok(format!("{name}={value}")));
        builder.map(UriBuilder::finish).map_err(|error| error.to_string())
    }

    #[test]
    fn labels_are_encoded_in_place() {
        assert_eq!(uri("/", "x").unwrap(), "/");
        assert_eq!(uri("/a/{b}/c", "x/ä").unwrap(), "/a/b%3Dx%2F%C3%A4/c");
        assert_eq!(uri("/a/{b+}", "x/y z").unwrap(), "/a/b%3Dx/y%20z");
        assert_eq!(uri("/{a}{b}?c=d&e", "-").unwrap(), "/a%3D-b%3D-?c=d&e");
    }

    #[test]
    fn query_parameters_follow_those_of_the_pattern() {
        let mut builder = UriBuilder::new("/a?b=c", |_| Ok(String::new())).unwrap();
        builder.push_query("d e", "&=");
        builder.push_query("f", "");
        assert_eq!(builder.finish(), "/a?b=c&d%20e=%26%3D&f=");
    }

    #[test]
    fn labels_are_found_in_a_path() {
        let found = |pattern, path| {
            let labels = labels(pattern, path)?.into_iter();
            Some(labels.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(","))
        };
        assert_eq!(found("/", "/").as_deref(), Some(""));
        assert_eq!(found("/a/{B}", "/a/x%2Fy%C3%A4").as_deref(), Some("B=x/yä"));
        assert_eq!(found("/{B}/{C+}", "/x/y/z%20").as_deref(), Some("B=x,C=y/z "));
        assert_eq!(found("/{B+}/end", "/x//y/end").as_deref(), Some("B=x//y"));
        assert_eq!(found("/a/{B}", "/of/the/endpoint/a/x").as_deref(), Some("B=x"));
        assert_eq!(found("/a/{B+}/{C}", "/of/a/x/y/z").as_deref(), Some("B=x/y,C=z"));
        for (pattern, path) in [("/a/{B}", "/c/x"), ("/a/{B}", "/a/x/y"), ("/{B+}/end", "/end"), ("/a", "*")] {
            assert_eq!(found(pattern, path), None, "{path}");
        }
    }

    #[test]
    fn bytes_are_decoded() {
        assert_eq!(decode("a%2fb%ff"), "a/b\u{fffd}");
    }

    #[test]
    fn a_label_cannot_change_the_path_around_it() {
        let uri = |pattern, value: &str| {
            let uri = UriBuilder::new(pattern, |_| Ok(value.to_owned())).map(UriBuilder::finish);
            uri.map_err(|error| error.to_string())
        };
        let invalid = |segment: &str| Err(format!("invalid segment `{segment}` in `Name`, which is part of the path"));
        for value in [".", ".."] {
            assert_eq!(uri("/a/{Name}/b", value), invalid(value));
        }
        assert_eq!(uri("/a/{Name}/b", "../c"), Ok("/a/..%2Fc/b".to_owned()));
        for (value, segment) in [("..", ".."), ("a/../../b", ".."), ("a/.", "."), ("/./", ".")] {
            assert_eq!(uri("/a/{Name+}", value), invalid(segment));
        }
        assert_eq!(uri("/a/{Name+}", ".../a..b/.c"), Ok("/a/.../a..b/.c".to_owned()));
    }
}
