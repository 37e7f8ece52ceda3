//! The two ways in which HTTP and signatures write a moment, to the second and in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The months as HTTP names them.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The days of the week as HTTP names them.
pub(crate) const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A moment split into the parts that calendars know.
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) day: u32,
    /// Seconds since midnight.
    seconds: u32,
}

impl Civil {
    /// The moment that many seconds after the start of 1970.
    pub(crate) fn from_unix(seconds: i64) -> Self {
        civil(seconds)
    }

    /// Hour, minute and second.
    pub(crate) fn clock(&self) -> (u32, u32, u32) {
        (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60)
    }

    /// Days since 1970 of a date; `None` if there is no such day.
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

/// `20150830T123600Z`: the value of `X-Amz-Date`. Its first eight bytes are the day of the scope.
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

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of an HTTP date that is still sent.
pub(crate) fn parse_http_date(text: &str) -> Option<SystemTime> {
    let (_, rest) = text.trim().split_once(", ")?;
    let mut words = rest.split(' ');
    let day: u32 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as u32 + 1;
    // A calendar of more digits would be beyond what can be counted in seconds.
    let year: i64 = words.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if words.next() != Some("GMT") || hour > 23 || minute > 59 || second > 60 || !(1..=31).contains(&day) {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    shift(UNIX_EPOCH, seconds)
}

/// The moment that many seconds later, or earlier if they are negative.
pub fn shift(time: SystemTime, seconds: i64) -> Option<SystemTime> {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { time.checked_sub(by) } else { time.checked_add(by) }
}

/// Seconds since 1970, negative before.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    let clamp = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => clamp(since.as_secs()),
        Err(before) => -clamp(before.duration().as_secs()),
    }
}

/// Days since 1970 in the Gregorian calendar. Years start in March, so that the leap day is last.
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
    fn both_forms_name_the_same_moment() {
        for (http, amz) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "19700101T000000Z"),
            ("Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600Z"),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "20240229T235959Z"),
            ("Wed, 01 Mar 2000 00:00:00 GMT", "20000301T000000Z"),
            ("Fri, 31 Dec 2100 01:02:03 GMT", "21001231T010203Z"),
        ] {
            let time = parse_http_date(http).unwrap();
            assert_eq!(std::str::from_utf8(&amz_date(time)).unwrap(), amz);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Sun, 30 Aug 2015",
            "Sun, 30 Aug 2015 25:00:00 GMT",
            "Sun, 30 Foo 2015 12:36:00 GMT",
            "Sun, 30 Aug 9223372036854775807 12:36:00 GMT",
        ] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }
}
