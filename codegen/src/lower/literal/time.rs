//! Converts timestamps in models to seconds and nanoseconds since the Unix epoch.

/// Parses an RFC 3339 timestamp such as `1985-04-12T23:20:50.52Z`, or an HTTP date such as
/// `Tue, 29 Apr 2014 18:30:38 GMT`.
pub(super) fn parse(text: &str) -> Option<(i64, u32)> {
    rfc3339(text).or_else(|| http_date(text))
}

fn rfc3339(text: &str) -> Option<(i64, u32)> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let [year, month, day] = parts(date, '-')?;
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at(at);
    let (seconds, nanoseconds) = clock(time)?;
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let [hours, minutes] = parts(&zone[1..], ':')?;
            let offset = number(hours, 2, 23)? * 3600 + number(minutes, 2, 59)? * 60;
            if zone.starts_with('-') { -offset } else { offset }
        }
    };
    let days = days(number(year, 4, 9999)?, number(month, 2, 12)?, number(day, 2, 31)?)?;
    Some((days * 86_400 + seconds - offset, nanoseconds))
}

fn http_date(text: &str) -> Option<(i64, u32)> {
    let (weekday, rest) = text.split_once(", ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let &[day, month, year, time, "GMT"] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let days = days(number(year, 4, 9999)?, i64::try_from(month).ok()? + 1, number(day, 2, 31)?)?;
    let (seconds, nanoseconds) = clock(time)?;
    WEEKDAYS.contains(&weekday).then_some((days * 86_400 + seconds, nanoseconds))
}

/// Formats a time as an RFC 3339 timestamp.
pub(super) fn to_rfc3339(seconds: i64, nanoseconds: u32) -> String {
    let ([year, month, day], clock) = civil(seconds);
    let fraction = format!(".{nanoseconds:09}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{year:04}-{month:02}-{day:02}T{clock}{fraction}Z")
}

/// Formats a time as an HTTP date, without fractions of a second.
pub(super) fn to_http_date(seconds: i64) -> String {
    let ([year, month, day], clock) = civil(seconds);
    let name = |names: &[&'static str], index: i64| usize::try_from(index).ok().and_then(|at| names.get(at).copied());
    let weekday = name(&WEEKDAYS, (seconds.div_euclid(86_400) + 3).rem_euclid(7)).unwrap_or_default();
    let month = name(&MONTHS, month - 1).unwrap_or_default();
    format!("{weekday}, {day:02} {month} {year:04} {clock} GMT")
}

/// Returns the year, month and day of a time, and its time of day, such as `23:20:50`.
fn civil(seconds: i64) -> ([i64; 3], String) {
    // Years start in March in this calculation, as in `days`.
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12 + 1;
    let of_day = seconds.rem_euclid(86_400);
    let clock = format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
    ([era * 400 + year + i64::from(month <= 2), month, day], clock)
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Parses a time such as `23:20:50.52` to seconds since midnight and nanoseconds. Returns `None` if the time is invalid
/// or more precise than a nanosecond.
fn clock(text: &str) -> Option<(i64, u32)> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let [hour, minute, second] = parts(text, ':')?;
    let fraction = if fraction.len() > 9 { fraction.trim_end_matches('0') } else { fraction };
    let nanoseconds = format!("{fraction:0<9}");
    let nanoseconds = (!fraction.is_empty()).then(|| number(&nanoseconds, 9, 999_999_999))??;
    // A leap second is the same as the first second of the next minute.
    let seconds = number(hour, 2, 23)? * 3600 + number(minute, 2, 59)? * 60 + number(second, 2, 60)?;
    Some((seconds, nanoseconds.try_into().ok()?))
}

fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

/// Parses a number that has exactly `digits` digits and is at most `most`.
fn number(text: &str, digits: usize, most: i64) -> Option<i64> {
    let valid = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| valid && *number <= most)
}

/// Returns the number of days since 1970-01-01 in the proleptic Gregorian calendar, or `None` if the date does not
/// exist.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    };
    if !(1..=12).contains(&month) || !(1..=length).contains(&day) {
        return None;
    }
    // Years start in March in this calculation, so that the leap day is their last day.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_and_inexact_dates_are_rejected() {
        for (text, time) in [
            ("1985-04-12T23:20:50Z", Some((482_196_050, 0))),
            ("1985-04-12T23:20:50.520Z", Some((482_196_050, 520_000_000))),
            ("1985-04-12t23:20:50.000000001z", Some((482_196_050, 1))),
            ("1985-04-13T01:20:50.5200000000+02:00", Some((482_196_050, 520_000_000))),
            ("1969-12-31T23:59:59.999Z", Some((-1, 999_000_000))),
            ("2016-12-31T23:59:60Z", Some((1_483_228_800, 0))),
            ("2024-02-29T00:00:00Z", Some((1_709_164_800, 0))),
            ("Tue, 29 Apr 2014 18:30:38 GMT", Some((1_398_796_238, 0))),
            ("Sun, 02 Jan 2000 20:34:56.123 GMT", Some((946_845_296, 123_000_000))),
            ("2023-02-29T00:00:00Z", None),
            ("2023-02-28T24:00:00Z", None),
            ("2023-02-28T00:00:00", None),
            ("2023-02-28T00:00:00.Z", None),
            ("2023-02-28T00:00:00.0000000001Z", None),
            ("2023-02-28T00:00:00+1:00", None),
            ("2023-2-28T00:00:00Z", None),
            ("-023-02-28T00:00:00Z", None),
            ("Tue, 29 Apr 2014 18:30:38 UTC", None),
            ("29 Apr 2014", None),
            ("", None),
        ] {
            assert_eq!(parse(text), time, "{text}");
        }
    }

    #[test]
    fn times_are_formatted_as_dates() {
        for (seconds, nanoseconds, date_time, http_date) in [
            (482_196_050, 520_000_000, "1985-04-12T23:20:50.52Z", "Fri, 12 Apr 1985 23:20:50 GMT"),
            (1_709_164_799, 0, "2024-02-28T23:59:59Z", "Wed, 28 Feb 2024 23:59:59 GMT"),
            (1_709_164_800, 0, "2024-02-29T00:00:00Z", "Thu, 29 Feb 2024 00:00:00 GMT"),
            (951_868_800, 0, "2000-03-01T00:00:00Z", "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_767_225_600, 0, "2026-01-01T00:00:00Z", "Thu, 01 Jan 2026 00:00:00 GMT"),
            (-1, 999_000_000, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] {
            assert_eq!((&*to_rfc3339(seconds, nanoseconds), &*to_http_date(seconds)), (date_time, http_date));
            assert_eq!((parse(date_time), parse(http_date)), (Some((seconds, nanoseconds)), Some((seconds, 0))));
        }
    }
}
