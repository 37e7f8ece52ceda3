//! Calendar calculations and the date format of signatures. All times are in UTC and have no fractions of a second.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The names of the months in HTTP dates.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The names of the weekdays in HTTP dates.
pub(crate) const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A date and time of day in the Gregorian calendar.
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) day: u32,
    /// The number of seconds since midnight.
    seconds: u32,
}

impl Civil {
    /// Converts a number of seconds since 1970 into a date and time of day.
    pub(crate) fn from_unix(seconds: i64) -> Self {
        civil(seconds)
    }

    /// Returns the hour, minute and second.
    pub(crate) fn clock(&self) -> (u32, u32, u32) {
        (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60)
    }

    /// Returns the number of days from 1970 to a date, or `None` if the date is invalid.
    pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        ((1..=12).contains(&month) && (1..=length).contains(&day)).then(|| days(year, month, day))
    }
}

/// Formats a time as `20150830T123600Z`, the value of `X-Amz-Date`. The first eight bytes are the date in the
/// credential scope.
pub(crate) fn amz_date(time: SystemTime) -> [u8; 16] {
    let civil = civil(unix_seconds(time));
    let mut out = *b"00000000T000000Z";
    let parts = [
        (0, 4, civil.year.clamp(0, 9999).unsigned_abs() as u32),
        (4, 2, civil.month),
        (6, 2, civil.day),
        (9, 2, civil.seconds / 3600),
        (11, 2, civil.seconds / 60 % 60),
        (13, 2, civil.seconds % 60),
    ];
    for (at, width, mut value) in parts {
        for digit in out[at..at + width].iter_mut().rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
        }
    }
    out
}

/// Adds a number of seconds, which may be negative. Returns `None` on overflow.
pub fn shift(time: SystemTime, seconds: i64) -> Option<SystemTime> {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { time.checked_sub(by) } else { time.checked_add(by) }
}

/// Returns the number of seconds since 1970, which is negative for earlier times.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    let clamp = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => clamp(since.as_secs()),
        Err(before) => -clamp(before.duration().as_secs()),
    }
}

/// Returns the number of days since 1970. The calculation uses years that start in March, so that the leap day is the
/// last day of the year.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(seconds: i64) -> Civil {
    let days = seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = (of_era - (365 * year + year / 4 - year / 100)) as u32;
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    Civil {
        year: year + era * 400 + i64::from(month <= 2),
        month,
        day: of_year - (153 * shifted + 2) / 5 + 1,
        seconds: seconds.rem_euclid(86_400) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_signature_is_formatted() {
        for (seconds, amz) in [
            (0, "19700101T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (1_709_251_199, "20240229T235959Z"),
            (951_868_800, "20000301T000000Z"),
            (4_133_898_123, "21001231T010203Z"),
        ] {
            let time = shift(UNIX_EPOCH, seconds).unwrap();
            assert_eq!(std::str::from_utf8(&amz_date(time)).unwrap(), amz);
        }
    }
}
