//! The error messages of failed calls. Each message is a single line.

use std::error::Error;
use std::fmt;

use http::header::LOCATION;

use super::{CallContext, ResponseError, SdkError};
use crate::{root_cause::with_root_cause, url::Redacted};

/// The maximum number of characters of an unreadable body that are shown in a message.
const SHOWN_BODY: usize = 120;

/// The maximum number of characters of any other untrusted string that are shown in a message.
const SHOWN_TEXT: usize = 1000;

// This method is short, since it is compiled separately for each error type.
impl<E: fmt::Display> fmt::Display for SdkError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (_, Ok(error), context) => service(error, context, f),
            (_, Err(cause), context) => failed_by(cause, context, f),
        }
    }
}

fn begin(context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} failed: ", OneLine(&context.operation))
}

fn failed(cause: &dyn fmt::Display, context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    begin(context, f)?;
    write!(f, "{}", OneLine(&cause.to_string()))?;
    details(context, true, f)
}

fn failed_by(cause: &(dyn Error + 'static), context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match cause.downcast_ref() {
        Some(cause) => response_error(cause, context, f),
        None => failed(&with_root_cause(cause), context, f),
    }
}

fn service(cause: &dyn fmt::Display, context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (&context.meta.code, context.meta.shown_message()) {
        (Some(code), Some(message)) => {
            begin(context, f)?;
            write!(f, "{}: {}", OneLine(code), OneLine(message))?;
            details(context, true, f)
        }
        (Some(code), None) => failed(code, context, f),
        (None, _) => failed(cause, context, f),
    }
}

fn response_error(cause: &ResponseError, context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let ResponseError::Missing(missing) = cause {
        // The call itself succeeded, so the message must not report that the operation failed.
        return fmt::Display::fmt(missing, f);
    }
    begin(context, f)?;
    unreadable(cause, context, f)
}

fn unreadable(cause: &ResponseError, context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (cause, &context.response) {
        (ResponseError::NoErrorCode, Some(response)) => {
            write!(f, "HTTP {} without an error code", response.status().as_u16())?;
            details(context, false, f)?;
            if let Some(elsewhere) = response.headers().get(LOCATION).filter(|_| response.status().is_redirection()) {
                let elsewhere = String::from_utf8_lossy(elsewhere.as_bytes());
                let elsewhere = Redacted(&elsewhere).to_string();
                return write!(f, "; the redirect to {} was not followed", OneLine(&elsewhere));
            }
            if response.body().is_empty() {
                return f.write_str("; the body is empty");
            }
            if let Some(message) = context.meta.shown_message() {
                return write!(f, "; message: {}", OneLine(message));
            }
            // Proxies respond with HTML or plain text, so JSON comes from the service. It is not shown, because without
            // an error code it is unknown which members of the JSON are sensitive.
            let start = response.body().iter().find(|byte| !byte.is_ascii_whitespace());
            if matches!(start, Some(b'{' | b'[')) {
                return f.write_str("; the body is JSON (see `raw_body`)");
            }
            write!(f, "; the body starts with: {}", Start(response.body()))
        }
        _ => {
            write!(f, "{}", OneLine(&cause.to_string()))?;
            details(context, true, f)
        }
    }
}

/// Writes ` (HTTP 400, request ID 1234, 3 attempts)`. If the response has no request ID, writes
/// ` (HTTP 400, no request ID)`. The status and the attempts are omitted if they do not apply.
fn details(context: &CallContext, with_status: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut before = " (";
    if let Some(response) = &context.response {
        if with_status {
            write!(f, "{before}HTTP {}", response.status().as_u16())?;
            before = ", ";
        }
        match crate::response::request_id(response.headers()) {
            Some(id) => write!(f, "{before}request ID {}", OneLine(id))?,
            None => write!(f, "{before}no request ID")?,
        }
        before = ", ";
    }
    if context.attempts > 1 {
        write!(f, "{before}{} attempts", context.attempts)?;
        before = ", ";
    }
    if before == ", " { f.write_str(")") } else { Ok(()) }
}

/// Displays an untrusted string on one line. Control characters are replaced with spaces, and a long string is
/// truncated.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((end, _)) = self.0.char_indices().nth(SHOWN_TEXT) {
            return write!(f, "{}…", OneLine(&self.0[..end]));
        }
        let mut first = true;
        for word in self.0.split(|c: char| c.is_control()).map(str::trim).filter(|part| !part.is_empty()) {
            if !first {
                f.write_str(" ")?;
            }
            first = false;
            f.write_str(word)?;
        }
        Ok(())
    }
}

/// The first characters of a body.
struct Start<'a>(&'a [u8]);

impl fmt::Display for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A character has at most four bytes, so this prefix contains all characters that are shown.
        let head = String::from_utf8_lossy(&self.0[..self.0.len().min(4 * SHOWN_BODY)]);
        let shown: String = head.chars().take(SHOWN_BODY).collect();
        let cut = shown.len() < self.0.len();
        write!(f, "{}{}", OneLine(&shown), if cut { "…" } else { "" })
    }
}

/// Prints the line of `Display` first, since `main` prints the error that it returns with `Debug`. The details of the
/// call and the typed cause follow on separate lines.
impl<E: fmt::Debug + fmt::Display> fmt::Debug for SdkError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        let (name, cause, context) = self.parts();
        let cause: &dyn fmt::Debug = match &cause {
            Ok(error) => error,
            Err(cause) => cause,
        };
        record_debug(name, cause, context, f)
    }
}

impl<T: fmt::Debug> fmt::Debug for super::CallFailure<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        record_debug("CallFailure", &self.cause, &self.context, f)
    }
}

/// Writes the `Debug` output of a failed call. The headers and the body are omitted, since they would be too long for a
/// panic message.
fn record_debug(name: &str, cause: &dyn fmt::Debug, context: &CallContext, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("operation", &context.operation)
        .field("cause", cause)
        .field("status", &context.response.as_ref().map(|response| response.status().as_u16()))
        .field(
            "request_id",
            &context.response.as_ref().and_then(|response| crate::response::request_id(response.headers())),
        )
        .field("attempts", &context.attempts)
        .finish()
}
