//! Redaction of sensitive values.

use std::fmt;

/// The string that replaces a sensitive value in debug output.
pub const REDACTED: &str = "*** redacted ***";

/// A placeholder for a sensitive value, whose debug output is [`REDACTED`].
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
