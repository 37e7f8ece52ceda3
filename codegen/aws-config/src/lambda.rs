//! Recursion detection in AWS Lambda.

use simba_runtime::__private::url;
use simba_runtime::http::{self, HeaderName, HeaderValue};
use simba_runtime::interceptor::{Attempt, Interceptor};

use crate::environment::Environment;

const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// Adds the trace ID of a Lambda function's invocation to each request. Lambda uses the ID to detect functions that
/// invoke each other in a loop.
#[derive(Debug)]
pub(crate) struct RecursionDetection {
    environment: Environment,
}

impl RecursionDetection {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self { environment: environment.clone() }
    }
}

impl Interceptor for RecursionDetection {
    fn before_send(&self, _: &Attempt<'_>, request: &mut http::request::Parts) {
        // Lambda sets the variable for each invocation, so it is read for each request.
        let Some(id) = self.environment.var("_X_AMZN_TRACE_ID") else { return };
        if let Ok(value) = HeaderValue::try_from(encoded(&id))
            && !request.headers.contains_key(&TRACE_ID)
        {
            request.headers.insert(TRACE_ID, value);
        }
    }
}

/// Percent-encodes the characters that are not allowed in a header.
fn encoded(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    url::percent_encode_except(id.as_bytes(), |byte| byte == b' ' || byte.is_ascii_graphic(), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_is_always_a_valid_header() {
        let usual = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;lineage=a:1|b:2";
        assert_eq!(encoded(usual), usual);
        assert_eq!(encoded("test123-=;:+&[]{}\"' x"), "test123-=;:+&[]{}\"' x");
        assert_eq!(encoded("first\nsecond\u{7f}"), "first%0Asecond%7F");
        assert_eq!(encoded("größe"), "gr%C3%B6%C3%9Fe");
        assert!(HeaderValue::try_from(encoded("\0\r\u{10ffff}")).is_ok());
    }
}
