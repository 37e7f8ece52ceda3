//! Converts timestamps in models to seconds and nanoseconds since the Unix epoch, and back.

/// Parses an RFC 3339 timestamp such as `1985-04-12T23:20:50.52Z`, or an HTTP date such as
/// `Tue, 29 Apr 2014 18:30:38 GMT`.
pub(crate) fn parse(text: &str) -> Option<(i64, u32)> {
    parse_date_time(text).or_else(|| parse_http_date(text))
}

/// Parses an RFC 3339 timestamp.
pub(crate) fn parse_date_time(text: &str) -> Option<(i64, u32)> {
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

/// Formats a timestamp as `1985-04-12T23:20:50.52Z`.
pub(crate) fn date_time(seconds: i64, nanoseconds: u32) -> String {
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let fraction = if nanoseconds == 0 { String::new() } else { format!(".{nanoseconds:09}") };
    let fraction = fraction.trim_end_matches('0');
    format!("{year:04}-{month:02}-{day:02}T{}{fraction}Z", time_of_day(seconds))
}

/// Formats a timestamp as `Tue, 29 Apr 2014 18:30:38 GMT`, without the fraction of a second.
pub(crate) fn http_date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400);
    let (year, month, day) = date(days);
    // The first day of 1970 was a Thursday.
    let named = |names: &[&'static str], index: i64| names[usize::try_from(index).unwrap_or_default()];
    let (weekday, month) = (named(&WEEKDAYS, (days + 3).rem_euclid(7)), named(&MONTHS, month - 1));
    format!("{weekday}, {day:02} {month} {year:04} {} GMT", time_of_day(seconds))
}

/// Formats a time as `23:20:50`.
fn time_of_day(seconds: i64) -> String {
    let seconds = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Parses an HTTP date.
pub(crate) fn parse_http_date(text: &str) -> Option<(i64, u32)> {
    let (weekday, rest) = text.split_once(", ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let &[day, month, year, time, "GMT"] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let days = days(number(year, 4, 9999)?, i64::try_from(month).ok()? + 1, number(day, 2, 31)?)?;
    let (seconds, nanoseconds) = clock(time)?;
    WEEKDAYS.contains(&weekday).then_some((days * 86_400 + seconds, nanoseconds))
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

/// Returns the year, month and day of a number of days since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatted_timestamps_can_be_parsed() {
        for text in ["1985-04-12T23:20:50.52Z", "0000-01-01T00:00:00Z", "2024-02-29T23:59:59.000000001Z"] {
            let (seconds, nanoseconds) = parse(text).expect("it is valid");
            assert_eq!(date_time(seconds, nanoseconds), text);
        }
        for text in ["Tue, 29 Apr 2014 18:30:38 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"]
        {
            assert_eq!(http_date(parse(text).expect("it is valid").0), text);
        }
    }

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
}
