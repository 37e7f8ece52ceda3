//! The form of time in which credentials say when they end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads `2026-11-22T10:00:00Z`, also with a fraction, an offset, or `UTC` as older tools write.
/// Fractions are dropped: ending a moment early does no harm.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone_at = rest.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')?;
    let (clock, zone) = rest.split_at(zone_at);
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let sound = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !sound {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = u64::try_from(seconds - offset(zone)?).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Writes `2026-11-22T10:00:00Z`.
pub(super) fn format(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil((seconds / 86_400).cast_signed());
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text
        .split(separator)
        .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ if matches!(zone, "Z" | "z" | "UTC") => return Some(0),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':')?;
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| (0..60).contains(number));
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

/// Days since 1970. Years begin in March here, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// Year, month and day of that many days since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        parse(text).map(|time| time.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn every_form_that_tools_write() {
        assert_eq!(seconds("2026-11-22T10:00:00Z"), Some(1_795_341_600));
        assert_eq!(seconds("2026-11-22T10:00:00.123456789Z"), Some(1_795_341_600));
        assert_eq!(seconds("2026-11-22T10:00:00UTC"), Some(1_795_341_600));
        assert_eq!(seconds("2026-11-22T12:00:00+02:00"), Some(1_795_341_600));
        assert_eq!(seconds("2026-11-22T04:30:00-05:30"), Some(1_795_341_600));
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T23:59:59Z"), Some(951_868_799));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "T",
            "soon",
            "2026-11-22",
            "2026-11-22T10:00:00",
            "2026-13-01T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:00:00+é",
            "2026-11-22T10:00:00+99:99",
            "-1-1-1T1:1:1Z",
            "99999999999999999999-01-01T00:00:00Z",
            "2026-11-22T+1:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn writing_and_reading_agree() {
        for text in ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2100-12-31T01:02:03Z"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
