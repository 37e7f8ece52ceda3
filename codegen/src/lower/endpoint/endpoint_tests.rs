//! Lowers the model's tests for its endpoint rules, which are in `smithy.rules#endpointTests`.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use crate::ir::endpoint::EndpointTest;

use super::reader::{Reader, join};
use super::rule_result::{read_auth_scheme, read_endpoint};

/// Lowers the value of `smithy.rules#endpointTests` for the resolver generated from `rules`. Removes duplicate tests.
///
/// # Errors
///
/// Returns every problem with its location in the value.
pub(crate) fn lower(tests: &Json, rules: &Json) -> Result<Vec<EndpointTest>, Vec<String>> {
    let mut reader = Reader::default();
    let mut lowered = Vec::new();
    for (at, json) in cases(&mut reader, tests).unwrap_or_default() {
        if let Some(test) = test(&mut reader, &at, json, rules)
            && !lowered.contains(&test)
        {
            lowered.push(test);
        }
    }
    if reader.problems.is_empty() { Ok(lowered) } else { Err(reader.problems) }
}

fn cases<'a>(reader: &mut Reader, json: &'a Json) -> Option<Vec<(String, &'a Json)>> {
    let object = reader.object("", json)?;
    reader.only("", object, &["version", "testCases"]);
    reader.optional("", object, "testCases", Reader::items)?
}

fn test(reader: &mut Reader, at: &str, json: &Json, rules: &Json) -> Option<EndpointTest> {
    let object = reader.object(at, json)?;
    // `operationInputs` contains the same values as `params`, but as inputs of operations.
    reader.only(at, object, &["documentation", "params", "operationInputs", "expect"]);
    let mut params = Vec::new();
    for (at, name, json) in reader.optional(at, object, "params", Reader::members)?.unwrap_or_default() {
        let value = reader.value(&at, json)?;
        // Parameters with their default value are omitted, which shortens most tests.
        let default = rules.get("parameters").and_then(|all| all.get(name)?.get("default"));
        if default != Some(json) {
            params.push((name.to_owned(), value));
        }
    }
    let expect = reader.required(at, object, "expect", Reader::object)?;
    let at = join(at, "expect");
    reader.only(&at, expect, &["endpoint", "error"]);
    let expect = match reader.optional(&at, expect, "error", Reader::string)? {
        Some(message) => Err(message.to_owned()),
        None => {
            let endpoint = reader.required(&at, expect, "endpoint", Reader::object)?;
            Ok(display(reader, &join(&at, "endpoint"), endpoint)?)
        }
    };
    Some(EndpointTest { params, expect })
}

/// Formats an expected endpoint in the same way as the `Display` implementation of the runtime's `Endpoint`. All
/// strings in an expected endpoint are literals.
fn display(reader: &mut Reader, at: &str, object: &Map<String, Json>) -> Option<String> {
    let endpoint = read_endpoint(reader, at, object)?;
    let mut line = reader.string(&join(at, "url"), endpoint.url)?.to_owned();
    // Writing to a `String` cannot fail.
    for (at, name, value) in endpoint.headers {
        let _ = write!(line, " {name}: {}", reader.string(&at, value)?);
    }
    for (at, scheme) in endpoint.auth_schemes {
        let scheme = read_auth_scheme(reader, &at, scheme)?;
        let _ = write!(line, " [{}", reader.string(&join(&at, "name"), scheme.name)?);
        for (at, setting, value) in scheme.settings {
            let key = setting.trim_start_matches("signing_").replace('_', "-");
            let _ = write!(line, " {key}={}", reader.string(&at, value)?);
        }
        for flag in scheme.flags {
            let _ = write!(line, " {}", flag.replace('_', "-"));
        }
        line.push(']');
    }
    Some(line)
}
