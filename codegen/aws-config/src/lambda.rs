//! Recursion detection in AWS Lambda.

use simba_runtime::http::{self, HeaderName, HeaderValue};
use simba_runtime::interceptor::{Attempt, Interceptor};

use crate::environment::Environment;

const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// Adds the trace ID of a Lambda function's invocation to each request. Lambda uses it to detect functions that invoke
/// each other in a loop.
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
        if let Ok(value) = HeaderValue::try_from(id)
            && !request.headers.contains_key(&TRACE_ID)
        {
            request.headers.insert(TRACE_ID, value);
        }
    }
}
