//! The format of expiry times in credentials.

use std::time::SystemTime;

use simba_runtime::primitives::Timestamp;

/// Parses a time such as `2026-11-22T10:00:00Z`. Older tools write `UTC` in place of the `Z`.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let time: Timestamp = match text.strip_suffix("UTC") {
        Some(start) => format!("{start}Z").parse().ok()?,
        None => text.parse().ok()?,
    };
    Some(time.into())
}

/// Formats a time in the form `2026-11-22T10:00:00Z`.
#[cfg(any(test, feature = "credentials"))]
pub(crate) fn format(time: SystemTime) -> String {
    Timestamp::new(Timestamp::from(time).as_secs(), 0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_tools_write_is_parsed() {
        for (text, expected) in [
            ("2026-11-22T10:00:00Z", Some("2026-11-22T10:00:00Z")),
            ("2026-11-22T10:00:00.75Z", Some("2026-11-22T10:00:00Z")),
            ("2026-11-22T10:00:00UTC", Some("2026-11-22T10:00:00Z")),
            ("2026-11-22T12:00:00+02:00", Some("2026-11-22T10:00:00Z")),
            ("2026-11-22T10:00:00", None),
            ("9999-99-99T10:00:00Z", None),
            ("soon", None),
            ("UTC", None),
            ("", None),
        ] {
            assert_eq!(parse(text).map(format).as_deref(), expected, "{text}");
        }
    }
}
