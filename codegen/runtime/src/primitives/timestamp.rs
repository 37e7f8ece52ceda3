//! Points in time, and their three formats on the wire.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::date::{Civil, MONTHS, WEEKDAYS};

/// A point in time, with nanosecond precision.
///
/// A timestamp converts from and to [`SystemTime`]. `Display` and `Debug` use the RFC 3339 format, in UTC. The serde
/// implementations serialize the seconds since 1970 as a number, like the awsJson protocols, and also deserialize the
/// other formats.
///
/// ```
/// # use simba_runtime::primitives::Timestamp;
/// #
/// let time: Timestamp = "2026-11-22T12:17:36+01:00".parse()?;
/// assert_eq!(time.as_secs(), 1_795_346_256);
/// assert_eq!(time.to_string(), "2026-11-22T11:17:36Z");
/// # Ok::<(), simba_runtime::primitives::ParseTimestampError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "DateTime")]
pub struct Timestamp {
    /// Seconds since the Unix epoch, rounded down.
    seconds: i64,
    /// Nanoseconds to add to the seconds, amounting to less than a second.
    nanoseconds: u32,
}

/// The error returned when a parsed string is not a timestamp.
#[derive(Clone, PartialEq, Eq)]
pub struct ParseTimestampError(String);

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an RFC 3339 or HTTP date", self.0.escape_debug())
    }
}

debug_as_display!(ParseTimestampError);

impl std::error::Error for ParseTimestampError {}

impl Timestamp {
    /// Creates a timestamp from seconds and nanoseconds since the start of 1970, in UTC.
    ///
    /// If the nanoseconds amount to a second or more, the excess is added to the seconds.
    #[must_use]
    pub fn new(seconds: i64, nanoseconds: u32) -> Self {
        let seconds = seconds.saturating_add(i64::from(nanoseconds / NANOS));
        Self { seconds, nanoseconds: nanoseconds % NANOS }
    }

    /// Returns the seconds since the start of 1970, rounded down.
    #[must_use]
    pub fn as_secs(&self) -> i64 {
        self.seconds
    }

    /// Returns the fraction of a second, in nanoseconds.
    #[must_use]
    pub fn subsec_nanos(&self) -> u32 {
        self.nanoseconds
    }

    /// Returns the seconds since the start of 1970, including the fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "The nearest float is what is asked for.")]
    pub fn as_secs_f64(&self) -> f64 {
        self.seconds as f64 + f64::from(self.nanoseconds) / f64::from(NANOS)
    }

    /// Creates a timestamp from seconds since the start of 1970. The seconds are rounded to microseconds, which is
    /// about the precision of a float for present-day times. Returns `None` for NaN and for years outside the range
    /// from 0 to 9999.
    #[must_use]
    pub fn from_secs_f64(seconds: f64) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "What does not fit becomes a limit, which is out of range.")]
        let microseconds = (seconds * 1e6).round() as i64;
        let below = u32::try_from(microseconds.rem_euclid(1_000_000)).ok()?;
        Self::of_calendar(microseconds.div_euclid(1_000_000), below * 1000).filter(|_| !seconds.is_nan())
    }

    /// Creates a timestamp if its year is in the range from 0 to 9999, which all formats support.
    pub(crate) fn of_calendar(seconds: i64, nanoseconds: u32) -> Option<Self> {
        (-62_167_219_200..253_402_300_800).contains(&seconds).then_some(Self { seconds, nanoseconds })
    }

    /// Formats the timestamp as an HTTP date, which has no fraction of a second: `Sun, 22 Nov 2026 11:17:36 GMT`.
    #[must_use]
    pub fn to_http_date(&self) -> String {
        let civil = Civil::from_unix(self.seconds);
        let weekday =
            WEEKDAYS[usize::try_from((self.seconds.div_euclid(86_400) + 4).rem_euclid(7)).unwrap_or_default()];
        let month = MONTHS[(civil.month as usize).saturating_sub(1).min(11)];
        let (hour, minute, second) = civil.clock();
        format!("{weekday}, {:02} {month} {:04} {hour:02}:{minute:02}:{second:02} GMT", civil.day, civil.year)
    }

    /// Parses a date and time such as `1985-04-12T23:20:50.52+01:00`.
    fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let zone_at = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone_at);
        let mut date = date.split('-').map(whole);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (seconds, nanoseconds) = parse_clock(clock)?;
        let offset = match zone.split_at(1) {
            ("Z" | "z", "") => 0,
            (sign, hours) => {
                let (hours, minutes) = hours.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2)?;
                let (hours, minutes) = (whole(hours)?, whole(minutes)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let offset = i64::from(hours * 3600 + minutes * 60);
                if sign == "-" { -offset } else { offset }
            }
        };
        let days = Civil::days(i64::from(year), month, day)?;
        Self::of_calendar(days * 86_400 + i64::from(seconds) - offset, nanoseconds)
    }

    /// Parses a date and time such as `Tue, 29 Apr 2014 18:30:38.123 GMT`.
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(", ")?;
        let mut words = rest.split(' ');
        let (day, month, year, clock, zone) =
            (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let month = u32::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
        let (seconds, nanoseconds) = parse_clock(clock)?;
        if zone != "GMT" || words.next().is_some() {
            return None;
        }
        let days = Civil::days(i64::from(whole(year)?), month, whole(day)?)?;
        Self::of_calendar(days * 86_400 + i64::from(seconds), nanoseconds)
    }
}

const NANOS: u32 = 1_000_000_000;

/// Parses a time such as `23:20:50.52` into the second of the day and nanoseconds.
fn parse_clock(text: &str) -> Option<(u32, u32)> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = clock.split(':').map(whole);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    // Second 60 is a leap second, which becomes the first second of the next minute.
    if hour > 23 || minute > 59 || second > 60 || parts.next().is_some() {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Digits after the ninth are fractions of a nanosecond, which are dropped.
    let digits = fraction.get(..9).unwrap_or(fraction);
    let nanoseconds = if digits.is_empty() {
        0
    } else {
        digits.parse::<u32>().ok()? * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?)
    };
    Some((hour * 3600 + minute * 60 + second, nanoseconds))
}

/// Parses a number that consists of digits only, without a sign.
fn whole(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Formats nanoseconds as a fraction of a second without trailing zeros, such as `.52`. Zero is formatted as the empty
/// string.
struct Fraction(u32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        let digits = format!("{:09}", self.0);
        write!(f, ".{}", digits.trim_end_matches('0'))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Civil::from_unix(self.seconds);
        let (hour, minute, second) = civil.clock();
        let fraction = Fraction(self.nanoseconds);
        let Civil { year, month, day, .. } = civil;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    }
}

debug_as_display!(Timestamp);

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        let parsed = Self::parse_rfc3339(text).or_else(|| Self::parse_http_date(text));
        parsed.ok_or_else(|| ParseTimestampError(text.to_owned()))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self { seconds: seconds(since), nanoseconds: since.subsec_nanos() },
            Err(error) => {
                let before = error.duration();
                let (whole, below) = (-seconds(before), before.subsec_nanos());
                if below == 0 {
                    Self { seconds: whole, nanoseconds: 0 }
                } else {
                    Self { seconds: whole - 1, nanoseconds: NANOS - below }
                }
            }
        }
    }
}

/// If the platform's [`SystemTime`] cannot represent the time, such as a time before 1601 on Windows, the result is the
/// nearest time that it can represent.
impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        let seconds = time.seconds.unsigned_abs();
        let at = |seconds| {
            let distance = Duration::from_secs(seconds);
            if time.seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
        };
        let exact = at(seconds).and_then(|whole| whole.checked_add(Duration::from_nanos(time.nanoseconds.into())));
        exact.unwrap_or_else(|| furthest(seconds, at))
    }
}

/// Returns the time at the given distance from the epoch, in seconds. If `at` returns `None` for this distance, returns
/// the time at the largest smaller distance for which `at` returns a value.
fn furthest(seconds: u64, at: impl Fn(u64) -> Option<SystemTime>) -> SystemTime {
    let (mut found, mut bit) = (0, 1 << 63);
    while bit > 0 {
        if bit <= seconds - found && at(found + bit).is_some() {
            found += bit;
        }
        bit >>= 1;
    }
    at(found).unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_strings_are_shown() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert_eq!(error.to_string(), "`yesterday` is not an RFC 3339 or HTTP date");
    }

    #[test]
    fn rfc_3339_is_read_with_offsets_and_fractions_and_printed_in_utc() {
        for (text, printed) in [
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
            ("2000-01-01T00:00:00.000+01:00", "1999-12-31T23:00:00Z"),
            ("2026-11-22t11:17:36.123456789z", "2026-11-22T11:17:36.123456789Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn the_debug_output_of_a_structure_contains_the_date() {
        let time = Timestamp::new(482_196_050, 520_000_000);
        assert_eq!(format!("{:?}", Some(time)), "Some(1985-04-12T23:20:50.52Z)");
    }

    #[test]
    fn http_dates_are_read_and_printed() {
        for text in ["Tue, 29 Apr 2014 18:30:38 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_http_date(), text);
        }
        let fraction: Timestamp = "Sun, 02 Jan 2000 20:34:56.456 GMT".parse().unwrap();
        assert_eq!(fraction.subsec_nanos(), 456_000_000);
        assert_eq!(fraction.to_http_date(), "Sun, 02 Jan 2000 20:34:56 GMT");
    }

    #[test]
    fn an_invalid_timestamp_is_an_error() {
        for text in [
            "",
            "now",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00.1x Z",
            "+026-01-01T00:00:00Z",
            "Tue, 29 Apr 2014 18:30:38 PST",
            "Tue, 29 Apr 2014 18:30:38 GMT GMT",
            "Tue, 29 Foo 2014 18:30:38 GMT",
            "Tue, 29 Apr 2014",
            "Sat, 31 Feb 2026 12:36:00 GMT",
            "Sat, +1 Feb 2026 12:36:00 GMT",
            "Sat, 01 Feb 2026 25:00:00 GMT",
            "Sat, 01 Feb 9223372036854775807 12:36:00 GMT",
            "2026-01-01T00:00:00Z\u{e9}",
            "\u{e9}T\u{e9}Z",
            // The following times are before the year 0 because of the offset, or after the year 9999.
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:60Z",
            "10000-01-01T00:00:00Z",
            "Sat, 01 Jan 10000 00:00:00 GMT",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn system_times_before_and_after_1970_convert_both_ways() {
        for (seconds, nanoseconds) in [(0, 0), (1_700_000_000, 123_456_789), (-1, 999_999_999), (-86_400, 0)] {
            let time = Timestamp::new(seconds, nanoseconds);
            assert_eq!(Timestamp::from(SystemTime::from(time)), time);
        }
    }

    #[test]
    fn a_time_that_the_platform_cannot_represent_becomes_the_nearest_one() {
        // The number of seconds from 1601, the earliest year that Windows can represent, to 1970.
        const LAST: u64 = 11_644_473_600;
        let at = |seconds| UNIX_EPOCH.checked_sub(Duration::from_secs(seconds)).filter(|_| seconds <= LAST);
        for seconds in [0, 1, LAST - 1, LAST, LAST + 1, 62_135_596_800, 1 << 63, u64::MAX] {
            assert_eq!(Some(furthest(seconds, at)), at(seconds.min(LAST)), "{seconds}");
        }
        assert_eq!(furthest(5, |_| None), UNIX_EPOCH);
        let extremes = [i64::MIN, i64::MAX].map(|seconds| SystemTime::from(Timestamp::new(seconds, 999_999_999)));
        assert!(extremes[0] < UNIX_EPOCH && extremes[1] > UNIX_EPOCH);
    }

    #[test]
    fn seconds_with_a_fraction_are_kept_to_the_microsecond() {
        let time: Timestamp = serde_json::from_str("1700000000.123456").unwrap();
        assert_eq!(time, Timestamp::new(1_700_000_000, 123_456_000));
        assert_eq!(serde_json::to_string(&time).unwrap(), "1700000000.123456");
        assert_eq!(serde_json::from_str::<Timestamp>("-0.5").unwrap(), Timestamp::new(-1, 500_000_000));
        for beyond in ["1e300", "253402300799.9999999", "253402300800", "-62167219201", "-9223372036854775808"] {
            assert!(serde_json::from_str::<Timestamp>(beyond).is_err(), "{beyond}");
        }
    }
}
