//! The path and query of a request, from the URI pattern of an operation.

use crate::{
    schema::SerdeError,
    url::{percent_encode, percent_encode_except},
};

/// A path and query. Labels are replaced in the order of the pattern.
pub(super) struct UriBuilder {
    path: String,
    query: String,
}

impl UriBuilder {
    /// Creates the path from a pattern such as `/functions/{FunctionName}/code?list-type=2`. `label` returns the value
    /// of a label.
    pub(super) fn new(
        pattern: &str,
        mut label: impl FnMut(&str) -> Result<String, SerdeError>,
    ) -> Result<Self, SerdeError> {
        let (mut rest, query) = pattern.split_once('?').unwrap_or((pattern, ""));
        let mut path = String::with_capacity(pattern.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            path.push_str(before);
            match name.strip_suffix('+') {
                Some(name) => percent_encode_except(label(name)?.as_bytes(), |byte| byte == b'/', &mut path),
                None => {
                    let value = label(name)?;
                    if let "." | ".." = value.as_str() {
                        // Servers and proxies would remove the segment, so the request would mean something else.
                        return Err(SerdeError::new(format_args!(
                            "invalid value {value:?} of `{name}`, which is part of the path"
                        )));
                    }
                    percent_encode(value.as_bytes(), &mut path);
                }
            }
            rest = after;
        }
        path.push_str(rest);
        Ok(Self { path, query: query.to_owned() })
    }

    /// Adds a query parameter.
    pub(super) fn push_query(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        percent_encode(name.as_bytes(), &mut self.query);
        self.query.push('=');
        percent_encode(value.as_bytes(), &mut self.query);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(pattern: &str, value: &str) -> Result<String, String> {
        let builder = UriBuilder::new(pattern, |name| Ok(format!("{name}={value}")));
        builder.map(UriBuilder::finish).map_err(|error| error.to_string())
    }

    #[test]
    fn labels_are_encoded_where_they_are() {
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
    fn a_label_cannot_leave_its_place() {
        for value in [".", ".."] {
            let error = UriBuilder::new("/a/{Name}/b", |_| Ok(value.to_owned())).map(UriBuilder::finish).unwrap_err();
            assert_eq!(error.to_string(), format!("invalid value {value:?} of `Name`, which is part of the path"));
        }
    }
}
