//! What decides about a call: acceptors, as the generator writes them down.

use super::Outcome;
use crate::operation::Request;
use crate::schema::REDACTED;

/// The texts that a path leads to.
type Texts<R> = for<'a> fn(&'a R, &'a <R as Request>::Response) -> Vec<&'a str>;

/// The truth value that a path leads to.
type Flag<R> = fn(&R, &<R as Request>::Response) -> Option<bool>;

/// One of the things that decide.
#[derive(Debug)]
pub struct Acceptor<R: Request> {
    pub(super) state: State,
    matcher: Matcher<R>,
}

/// What follows from an acceptor that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Success,
    Failure,
    Retry,
}

/// What an acceptor looks at.
#[derive(Debug)]
pub struct Matcher<R: Request> {
    kind: Kind<R>,
    /// Whether what it finds is left out of what is printed.
    sensitive: bool,
}

#[derive(Debug)]
enum Kind<R: Request> {
    Success,
    AnyError,
    Error(&'static [&'static str]),
    Texts { path: &'static str, read: Texts<R>, expected: Expected },
    Flag { path: &'static str, read: Flag<R>, expected: bool },
}

/// Which texts there have to be.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// This one, and no other.
    All(&'static str),
    /// One of these, among others.
    Any(&'static [&'static str]),
}

/// Matches any answer.
pub const fn success<R: Request>() -> Matcher<R> {
    Matcher::new(Kind::Success)
}

/// Matches any error.
pub const fn any_error<R: Request>() -> Matcher<R> {
    Matcher::new(Kind::AnyError)
}

/// Matches errors of these codes.
pub const fn error<R: Request>(codes: &'static [&'static str]) -> Matcher<R> {
    Matcher::new(Kind::Error(codes))
}

/// Matches answers in which the path leads to this text.
pub const fn text<R: Request>(path: &'static str, read: Texts<R>, expected: &'static str) -> Matcher<R> {
    Matcher::new(Kind::Texts { path, read, expected: Expected::All(expected) })
}

/// Matches answers in which the path leads to nothing but this text, at least once.
pub const fn all<R: Request>(path: &'static str, read: Texts<R>, expected: &'static str) -> Matcher<R> {
    Matcher::new(Kind::Texts { path, read, expected: Expected::All(expected) })
}

/// Matches answers in which the path leads to one of these texts, among others.
pub const fn any<R: Request>(path: &'static str, read: Texts<R>, expected: &'static [&'static str]) -> Matcher<R> {
    Matcher::new(Kind::Texts { path, read, expected: Expected::Any(expected) })
}

/// Matches answers in which the path leads to this truth value.
pub const fn flag<R: Request>(path: &'static str, read: Flag<R>, expected: bool) -> Matcher<R> {
    Matcher::new(Kind::Flag { path, read, expected })
}

impl<R: Request> Matcher<R> {
    const fn new(kind: Kind<R>) -> Self {
        Self { kind, sensitive: false }
    }

    /// Redacts what the path leads to in everything that is printed.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// If it matches, the wait ends well.
    pub const fn succeeds(self) -> Acceptor<R> {
        Acceptor { state: State::Success, matcher: self }
    }

    /// If it matches, the wait has failed.
    pub const fn fails(self) -> Acceptor<R> {
        Acceptor { state: State::Failure, matcher: self }
    }

    /// If it matches, the wait goes on.
    pub const fn retry(self) -> Acceptor<R> {
        Acceptor { state: State::Retry, matcher: self }
    }
}

impl<R: Request> Acceptor<R> {
    /// Whether it matches what came of a call.
    pub(super) fn matches(&self, request: &R, outcome: &Outcome<R>) -> bool {
        match (&self.matcher.kind, outcome) {
            (Kind::Success, outcome) => outcome.is_ok(),
            (Kind::AnyError, outcome) => outcome.is_err(),
            (Kind::Error(codes), Err(error)) => error.code().is_some_and(|code| codes.contains(&code)),
            (Kind::Texts { read, expected, .. }, Ok(answer)) => {
                let texts = read(request, answer);
                match expected {
                    Expected::All(expected) => !texts.is_empty() && texts.iter().all(|text| text == expected),
                    Expected::Any(expected) => texts.iter().any(|text| expected.contains(text)),
                }
            }
            (Kind::Flag { read, expected, .. }, Ok(answer)) => read(request, answer) == Some(*expected),
            (Kind::Error(_), Ok(_)) | (Kind::Texts { .. } | Kind::Flag { .. }, Err(_)) => false,
        }
    }

    /// What it has matched, in words.
    pub(super) fn seen(&self, request: &R, outcome: &Outcome<R>) -> Option<String> {
        match (&self.matcher.kind, outcome) {
            (Kind::Flag { path, .. }, Ok(_)) if self.matcher.sensitive => Some(format!("{path} is {REDACTED}")),
            (Kind::Flag { path, expected, .. }, Ok(_)) => Some(format!("{path} is {expected}")),
            (_, Err(error)) => Some(error.to_string()),
            _ => self.state_seen(request, outcome),
        }
    }

    /// The texts that its path leads to, in words; nothing if there are none.
    pub(super) fn state_seen(&self, request: &R, outcome: &Outcome<R>) -> Option<String> {
        let (Kind::Texts { path, read, .. }, Ok(answer)) = (&self.matcher.kind, outcome) else { return None };
        let found = read(request, answer);
        if self.matcher.sensitive {
            return (!found.is_empty()).then(|| format!("{path} is {REDACTED}"));
        }
        let mut texts: Vec<&str> = Vec::new();
        for text in found {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        (!texts.is_empty()).then(|| format!("{path} is {}", texts.join(", ")))
    }
}
