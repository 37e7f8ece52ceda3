//! The `smithy.waiters#waitable` trait. The paths in acceptors are not parsed here.
//!
//! Reading the trait returns the name of each waiter, with the waiter itself or a description of the problem with it.

use serde_json::{Map, Value};

use crate::number;

/// Smithy's default minimum and maximum delays, in seconds.
const DEFAULT_DELAYS: (u32, u32) = (2, 120);

/// A waiter, which polls an operation until one of its acceptors ends the wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiter {
    /// The documentation of the waiter, in CommonMark.
    pub(crate) documentation: Option<String>,
    /// Whether the waiter is deprecated.
    pub(crate) deprecated: bool,
    /// The minimum delay between two polls, in seconds.
    pub(crate) min_delay: u32,
    /// The maximum delay between two polls, in seconds.
    pub(crate) max_delay: u32,
    /// The acceptors. The first one that matches determines the state.
    pub(crate) acceptors: Vec<Acceptor>,
}

/// A condition on the result of a poll, and the state that follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acceptor {
    /// The state of the waiter if the condition is true.
    pub(crate) state: State,
    pub(crate) matcher: Matcher,
    /// The path to a message in the output that explains a failure.
    pub(crate) message: Option<String>,
}

/// The state of a waiter after an acceptor has matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The wait has succeeded.
    Success,
    /// The wait has failed.
    Failure,
    /// The wait continues.
    Retry,
}

/// The condition of an acceptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Matcher {
    /// The operation succeeded (`true`) or failed (`false`).
    Success(bool),
    /// The operation failed with this error. The string is the name or ID of its shape, or its code.
    ErrorType(String),
    /// The value of a path into the output matches.
    Output(PathMatcher),
    /// The value of a path into `{input, output}` matches.
    InputOutput(PathMatcher),
}

/// A JMESPath expression and its expected value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathMatcher {
    /// The expression.
    pub(crate) path: String,
    pub(crate) comparator: Comparator,
    /// The expected value.
    pub(crate) expected: String,
}

/// How the value of a path is compared with the expected value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    /// The value equals the expected string.
    String,
    /// The value equals the expected boolean.
    Boolean,
    /// The value is a non-empty list of strings, all of which equal the expected one.
    AllString,
    /// The value is a list of strings, at least one of which equals the expected one.
    AnyString,
}

/// Returns the waiters in the value of the trait, by name.
pub(crate) fn read(value: &Value) -> Vec<(String, Result<Waiter, String>)> {
    let waiters = value.as_object().into_iter().flatten();
    waiters.map(|(name, value)| (name.clone(), waiter(name, value))).collect()
}

fn waiter(name: &str, value: &Value) -> Result<Waiter, String> {
    let valid = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    if !valid {
        return Err("invalid name; expected an uppercase letter followed by letters and digits".to_owned());
    }
    let fields = object(value, "the waiter")?;
    let min_delay = seconds(fields, "minDelay")?;
    let max_delay = seconds(fields, "maxDelay")?;
    // If only one of the delays is set, the default of the other is adjusted so that the minimum does not exceed the
    // maximum.
    let min = min_delay.unwrap_or(DEFAULT_DELAYS.0.min(max_delay.unwrap_or(DEFAULT_DELAYS.0)));
    let max = max_delay.unwrap_or(DEFAULT_DELAYS.1.max(min));
    if min > max {
        return Err(format!("`minDelay` ({min}s) is longer than `maxDelay` ({max}s)"));
    }
    let list = fields.get("acceptors").and_then(Value::as_array).ok_or("missing list `acceptors`")?;
    let acceptors: Vec<Acceptor> = list
        .iter()
        .enumerate()
        .map(|(index, value)| acceptor(value).map_err(|problem| format!("acceptor {}: {problem}", index + 1)))
        .collect::<Result<_, _>>()?;
    if !acceptors.iter().any(|acceptor| acceptor.state == State::Success) {
        return Err("no acceptor has the state `success`".to_owned());
    }
    Ok(Waiter {
        documentation: fields.get("documentation").and_then(Value::as_str).map(str::to_owned),
        deprecated: fields.get("deprecated").and_then(Value::as_bool).unwrap_or_default(),
        min_delay: min,
        max_delay: max,
        acceptors,
    })
}

fn acceptor(value: &Value) -> Result<Acceptor, String> {
    let fields = object(value, "the acceptor")?;
    let state = match string(fields, "state")? {
        "success" => State::Success,
        "failure" => State::Failure,
        "retry" => State::Retry,
        other => return Err(format!("unknown state `{other}`; expected `success`, `failure` or `retry`")),
    };
    let matcher = object(fields.get("matcher").unwrap_or(&Value::Null), "`matcher`")?;
    let mut entries = matcher.iter();
    let (Some((kind, value)), None) = (entries.next(), entries.next()) else {
        return Err("expected exactly one member in `matcher`".to_owned());
    };
    let matcher = match (kind.as_str(), value) {
        ("success", Value::Bool(success)) => Matcher::Success(*success),
        ("errorType", Value::String(error)) => Matcher::ErrorType(error.clone()),
        ("output", value) => Matcher::Output(path_matcher(value)?),
        ("inputOutput", value) => Matcher::InputOutput(path_matcher(value)?),
        ("success", _) => return Err("invalid value for `success`; expected a boolean".to_owned()),
        ("errorType", _) => return Err("invalid value for `errorType`; expected a string".to_owned()),
        (other, _) => {
            let known = "`success`, `errorType`, `output` or `inputOutput`";
            return Err(format!("unknown matcher `{other}`; expected {known}"));
        }
    };
    let message = fields.get("message").map(|_| string(fields, "message")).transpose()?.map(str::to_owned);
    if message.is_some() && state != State::Failure {
        return Err("`message` is only allowed with the state `failure`".to_owned());
    }
    Ok(Acceptor { state, matcher, message })
}

fn path_matcher(value: &Value) -> Result<PathMatcher, String> {
    let fields = object(value, "the matcher")?;
    let comparator = match string(fields, "comparator")? {
        "stringEquals" => Comparator::String,
        "booleanEquals" => Comparator::Boolean,
        "allStringEquals" => Comparator::AllString,
        "anyStringEquals" => Comparator::AnyString,
        other => {
            let known = "`stringEquals`, `booleanEquals`, `allStringEquals` or `anyStringEquals`";
            return Err(format!("unknown comparator `{other}`; expected {known}"));
        }
    };
    let expected = string(fields, "expected")?.to_owned();
    if comparator == Comparator::Boolean && !matches!(expected.as_str(), "true" | "false") {
        return Err(format!("invalid value `{expected}` for `booleanEquals`; expected `true` or `false`"));
    }
    Ok(PathMatcher { path: string(fields, "path")?.to_owned(), comparator, expected })
}

fn object<'v>(value: &'v Value, what: &str) -> Result<&'v Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{what} is not an object"))
}

fn string<'v>(fields: &'v Map<String, Value>, key: &str) -> Result<&'v str, String> {
    fields.get(key).and_then(Value::as_str).ok_or_else(|| format!("missing string `{key}`"))
}

fn seconds(fields: &Map<String, Value>, key: &str) -> Result<Option<u32>, String> {
    let Some(value) = fields.get(key) else { return Ok(None) };
    let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0);
    seconds.map(Some).ok_or_else(|| {
        let value = number::text(value);
        format!("invalid value {value} for `{key}`; expected a positive integer, in seconds")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn only(value: Value) -> Result<Waiter, String> {
        read(&json!({ "ThingExists": value })).remove(0).1
    }

    #[test]
    fn delays_default_to_smithys_and_are_consistent() {
        let acceptors = json!([{"state": "success", "matcher": {"success": true}}]);
        for (delays, expected) in [
            (json!({}), Ok((2, 120))),
            (json!({"minDelay": 15}), Ok((15, 120))),
            (json!({"minDelay": 300}), Ok((300, 300))),
            (json!({"maxDelay": 1}), Ok((1, 1))),
            (json!({"minDelay": 0}), Err("invalid value 0 for `minDelay`; expected a positive integer, in seconds")),
            (json!({"minDelay": 5, "maxDelay": 3}), Err("`minDelay` (5s) is longer than `maxDelay` (3s)")),
        ] {
            let mut waiter = delays;
            waiter["acceptors"] = acceptors.clone();
            let found = only(waiter).map(|waiter| (waiter.min_delay, waiter.max_delay));
            assert_eq!(found, expected.map_err(str::to_owned));
        }
    }

    #[test]
    fn problems_of_waiters_are_reported() {
        let output = |comparator: &str, expected: &str| {
            json!([{
                "state": "success",
                "matcher": {"output": {"path": "a", "comparator": comparator, "expected": expected}},
            }])
        };
        for (acceptors, expected) in [
            (json!("x"), "missing list `acceptors`"),
            (json!([]), "no acceptor has the state `success`"),
            (
                json!([{"state": "done", "matcher": {"success": true}}]),
                "acceptor 1: unknown state `done`; expected `success`, `failure` or `retry`",
            ),
            (
                json!([{"state": "success", "matcher": {"success": "yes"}}]),
                "acceptor 1: invalid value for `success`; expected a boolean",
            ),
            (
                json!([{"state": "success", "matcher": {"errorType": true}}]),
                "acceptor 1: invalid value for `errorType`; expected a string",
            ),
            (
                json!([{"state": "success", "matcher": {"output": {"comparator": "stringEquals", "expected": ""}}}]),
                "acceptor 1: missing string `path`",
            ),
            (json!([{"state": "success", "matcher": {}}]), "acceptor 1: expected exactly one member in `matcher`"),
            (
                json!([{"state": "success", "matcher": {"status": 200}}]),
                "acceptor 1: unknown matcher `status`; expected `success`, `errorType`, `output` or `inputOutput`",
            ),
            (
                output("equals", "x"),
                "acceptor 1: unknown comparator `equals`; expected `stringEquals`, `booleanEquals`, `allStringEquals` or \
                 `anyStringEquals`",
            ),
            (
                output("booleanEquals", "yes"),
                "acceptor 1: invalid value `yes` for `booleanEquals`; expected `true` or `false`",
            ),
        ] {
            assert_eq!(only(json!({ "acceptors": acceptors })), Err(expected.to_owned()));
        }
        let named = read(&json!({ "thing_exists": {} })).remove(0).1;
        assert_eq!(named, Err("invalid name; expected an uppercase letter followed by letters and digits".to_owned()));
    }
}
