//! Validates licenses in the same way as crates.io.

use spdx::{Expression, ParseError, ParseMode, error::Reason, identifiers};

use crate::Problem;

/// The parser settings that accept the same expressions as crates.io.
const CRATES_IO: ParseMode = ParseMode {
    allow_slash_as_or_operator: true,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// The minimum similarity between an unknown identifier and the identifier that is suggested instead.
const NEAR: f64 = 0.85;

/// Validates an SPDX expression. It can contain custom licenses, such as `LicenseRef-Acme`.
///
/// # Errors
///
/// Returns an error if crates.io would reject the expression.
pub fn license(expression: &str) -> Result<String, Problem> {
    let Err(error) = Expression::parse_mode(expression, CRATES_IO) else { return Ok(expression.to_owned()) };
    let help = match suggestion(expression, &error) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            "expected an SPDX expression such as `MIT OR Apache-2.0`, or `LicenseRef-NAME` for a license that SPDX \
                 does not list"
                .to_owned()
        }
    };
    let message = format!("invalid license `{}`: {}", expression.escape_debug(), problem(&error.reason));
    Err(Problem::with_help(message, help))
}

fn problem(reason: &Reason) -> &'static str {
    match reason {
        Reason::UnknownLicense | Reason::UnknownException | Reason::UnknownTerm => "it contains an unknown identifier",
        Reason::UnclosedParens => "a parenthesis is not closed",
        Reason::Empty => "it is empty",
        Reason::InvalidCharacters
        | Reason::UnopenedParens
        | Reason::SeparatedPlus
        | Reason::Unexpected(_)
        | Reason::GnuNoPlus
        | Reason::GnuPlusWithSuffix
        | Reason::DeprecatedLicenseId => "it is not an SPDX expression",
    }
}

/// Returns the known identifier that is most similar to the invalid operand.
fn suggestion(expression: &str, error: &ParseError) -> Option<&'static str> {
    let (mut start, mut end) = (0, expression.len());
    let lower_case = expression.to_ascii_lowercase();
    for operator in [" or ", " and ", " with ", "/", "(", ")"] {
        for (at, _) in lower_case.match_indices(operator) {
            if at + operator.len() <= error.span.start {
                start = start.max(at + operator.len());
            } else {
                end = end.min(at.max(start));
            }
        }
    }
    let operand = expression.get(start..end)?.trim();
    let exceptions = identifiers::EXCEPTIONS.iter().map(|exception| exception.name);
    let names = identifiers::LICENSES.iter().map(|license| license.name).chain(exceptions);
    let likeness = |name: &str| strsim::jaro_winkler(&operand.to_lowercase(), &name.to_lowercase());
    let nearest = names.map(|name| (likeness(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = nearest.filter(|(likeness, _)| *likeness > NEAR).map(|(_, name)| name);
    nearest.or_else(|| spdx::imprecise_license_id(operand).map(|(license, _)| license.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licenses_are_those_of_crates_io() {
        for valid in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND BSD-3-Clause",
            "Apache-2.0 WITH LLVM-exception",
            "GPL-3.0+",
            "LicenseRef-Acme",
        ] {
            assert_eq!(license(valid), Ok(valid.to_owned()));
        }
        for (invalid, expected) in [
            ("Apache 2.0", "it contains an unknown identifier; did you mean `Apache-2.0`?"),
            ("mit", "it contains an unknown identifier; did you mean `MIT`?"),
            ("MIT or Apache-2", "it contains an unknown identifier; did you mean `Apache-2.0`?"),
            ("MIT OR Apache2", "it contains an unknown identifier; did you mean `Apache-2.0`?"),
            ("Apache-2.0 WITH LLVM", "it contains an unknown identifier; did you mean `LLVM-exception`?"),
            ("(Acme", "it contains an unknown identifier; expected"),
            (
                "Proprietary",
                "it contains an unknown identifier; expected an SPDX expression such as `MIT OR Apache-2.0`, or \
                 `LicenseRef-NAME` for a license that SPDX does not list",
            ),
            ("MIT AND", "it is not an SPDX expression; did you mean `MIT`?"),
            ("(MIT", "a parenthesis is not closed; expected"),
            ("", "it is empty; expected"),
        ] {
            let error = license(invalid).expect_err(invalid).to_string();
            let expected = format!("invalid license `{invalid}`: {expected}");
            assert!(error.starts_with(&expected), "{error}, not {expected}");
        }
    }
}
