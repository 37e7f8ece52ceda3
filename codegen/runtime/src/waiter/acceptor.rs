//! Acceptors: the conditions that end or continue a wait.

use super::CallResult;
use crate::operation::Request;
use crate::schema::REDACTED;

/// The strings that a path selects.
type Strings<R> = for<'a> fn(&'a R, &'a <R as Request>::Response) -> Vec<&'a str>;

/// The boolean that a path selects.
type Boolean<R> = fn(&R, &<R as Request>::Response) -> Option<bool>;

/// A condition and the resulting state of the wait.
#[derive(Debug)]
#[doc(hidden)]
pub struct Acceptor<R: Request> {
    pub(super) state: AcceptorState,
    matcher: Matcher<R>,
    /// The path to a message that explains a failure.
    message: Option<Strings<R>>,
}

/// The state of a wait after an acceptor has matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AcceptorState {
    Success,
    Failure,
    Retry,
}

/// The condition of an acceptor.
#[derive(Debug)]
#[doc(hidden)]
pub struct Matcher<R: Request> {
    kind: Kind<R>,
    /// Whether the selected values are redacted in messages.
    sensitive: bool,
}

#[derive(Debug)]
enum Kind<R: Request> {
    Success,
    AnyError,
    Error(&'static [&'static str]),
    Strings { path: &'static str, read: Strings<R>, expected: Expected },
    Boolean { path: &'static str, read: Boolean<R>, expected: bool },
}

/// The expected strings.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// All strings are equal to the given one.
    All(&'static str),
    /// At least one string is equal to one of the given strings.
    Any(&'static [&'static str]),
}

/// Matches any successful response.
#[doc(hidden)]
pub const fn success<R: Request>() -> Matcher<R> {
    Matcher::new(Kind::Success)
}

/// Matches any error.
#[doc(hidden)]
pub const fn any_error<R: Request>() -> Matcher<R> {
    Matcher::new(Kind::AnyError)
}

/// Matches errors with one of the given codes.
#[doc(hidden)]
pub const fn error<R: Request>(codes: &'static [&'static str]) -> Matcher<R> {
    Matcher::new(Kind::Error(codes))
}

/// Matches responses in which the path selects the string `expected`.
#[doc(hidden)]
pub const fn string_equals<R: Request>(path: &'static str, read: Strings<R>, expected: &'static str) -> Matcher<R> {
    Matcher::new(Kind::Strings { path, read, expected: Expected::All(expected) })
}

/// Matches responses in which the path selects at least one string, and all selected strings are equal to `expected`.
#[doc(hidden)]
pub const fn all_string_equals<R: Request>(path: &'static str, read: Strings<R>, expected: &'static str) -> Matcher<R> {
    Matcher::new(Kind::Strings { path, read, expected: Expected::All(expected) })
}

/// Matches responses in which the path selects at least one of the expected strings.
#[doc(hidden)]
pub const fn any_string_equals<R: Request>(
    path: &'static str,
    read: Strings<R>,
    expected: &'static [&'static str],
) -> Matcher<R> {
    Matcher::new(Kind::Strings { path, read, expected: Expected::Any(expected) })
}

/// Matches responses in which the path selects the boolean `expected`.
#[doc(hidden)]
pub const fn boolean_equals<R: Request>(path: &'static str, read: Boolean<R>, expected: bool) -> Matcher<R> {
    Matcher::new(Kind::Boolean { path, read, expected })
}

impl<R: Request> Matcher<R> {
    const fn new(kind: Kind<R>) -> Self {
        Self { kind, sensitive: false }
    }

    /// Redacts the selected values in all messages.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Creates an acceptor that ends the wait successfully.
    pub const fn succeeds(self) -> Acceptor<R> {
        Acceptor { state: AcceptorState::Success, matcher: self, message: None }
    }

    /// Creates an acceptor that ends the wait with an error.
    pub const fn fails(self) -> Acceptor<R> {
        Acceptor { state: AcceptorState::Failure, matcher: self, message: None }
    }

    /// Creates an acceptor that continues the wait.
    pub const fn retry(self) -> Acceptor<R> {
        Acceptor { state: AcceptorState::Retry, matcher: self, message: None }
    }
}

impl<R: Request> Acceptor<R> {
    /// Adds the message that the path selects to the wait's error.
    #[must_use]
    pub const fn with_message(mut self, read: Strings<R>) -> Self {
        self.message = Some(read);
        self
    }

    /// Describes the failure that the acceptor matched: the selected values or the error, followed by the message in
    /// the response.
    pub(super) fn failure(&self, request: &R, outcome: &CallResult<R>) -> Option<String> {
        let seen = self.seen(request, outcome);
        let (Some(read), Ok(response)) = (self.message, outcome) else { return seen };
        let message = read(request, response).join("; ");
        match (seen, message.is_empty()) {
            (Some(seen), false) => Some(format!("{seen}: {message}")),
            (None, false) => Some(message),
            (seen, true) => seen,
        }
    }

    /// Returns whether the acceptor matches the result of a call.
    pub(super) fn matches(&self, request: &R, outcome: &CallResult<R>) -> bool {
        match (&self.matcher.kind, outcome) {
            (Kind::Success, outcome) => outcome.is_ok(),
            (Kind::AnyError, outcome) => outcome.is_err(),
            (Kind::Error(codes), Err(error)) => error.code().is_some_and(|code| codes.contains(&code)),
            (Kind::Strings { read, expected, .. }, Ok(response)) => {
                let strings = read(request, response);
                match expected {
                    Expected::All(expected) => !strings.is_empty() && strings.iter().all(|string| string == expected),
                    Expected::Any(expected) => strings.iter().any(|string| expected.contains(string)),
                }
            }
            (Kind::Boolean { read, expected, .. }, Ok(response)) => read(request, response) == Some(*expected),
            (Kind::Error(_), Ok(_)) | (Kind::Strings { .. } | Kind::Boolean { .. }, Err(_)) => false,
        }
    }

    /// Describes the result that the acceptor matched.
    pub(super) fn seen(&self, request: &R, outcome: &CallResult<R>) -> Option<String> {
        match (&self.matcher.kind, outcome) {
            (Kind::Boolean { path, .. }, Ok(_)) if self.matcher.sensitive => Some(format!("{path} is {REDACTED}")),
            (Kind::Boolean { path, expected, .. }, Ok(_)) => Some(format!("{path} is {expected}")),
            (_, Err(error)) => Some(error.to_string()),
            _ => self.state_seen(request, outcome),
        }
    }

    /// Describes the strings that the path selects, if any.
    pub(super) fn state_seen(&self, request: &R, outcome: &CallResult<R>) -> Option<String> {
        let (Kind::Strings { path, read, .. }, Ok(response)) = (&self.matcher.kind, outcome) else { return None };
        let found = read(request, response);
        if self.matcher.sensitive {
            return (!found.is_empty()).then(|| format!("{path} is {REDACTED}"));
        }
        let mut strings: Vec<&str> = Vec::new();
        for string in found {
            if !strings.contains(&string) {
                strings.push(string);
            }
        }
        (!strings.is_empty()).then(|| format!("{path} is {}", strings.join(", ")))
    }
}
