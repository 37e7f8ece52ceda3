//! The functions in the standard library of endpoint rules, as specified by Smithy.
//!
//! The generator compiles `isSet`, `not`, `stringEquals`, `booleanEquals`, `coalesce` and `ite` to `is_some`, `!`,
//! `==`, `unwrap_or` and `if`.

mod arn;
mod url;

pub use arn::{Arn, parse_arn};
pub use url::{Url, parse_url};

/// Implements `getAttr` with an index: returns the element at `index`. A negative index counts from the end.
#[must_use]
pub fn element<'a>(array: &[&'a str], index: isize) -> Option<&'a str> {
    let index = if index < 0 { array.len().checked_sub(index.unsigned_abs())? } else { index.unsigned_abs() };
    array.get(index).copied()
}

/// Implements `substring`: returns the characters from `start` up to `end`. The positions count from the end if
/// `reverse` is set.
///
/// Returns `None` if the string is too short or is not ASCII, or if `start` is not less than `end`.
#[must_use]
pub fn substring(value: &str, start: usize, end: usize, reverse: bool) -> Option<&str> {
    if !value.is_ascii() || start >= end {
        return None;
    }
    if reverse {
        let from = value.len().checked_sub(end)?;
        value.get(from..value.len() - start)
    } else {
        value.get(start..end)
    }
}

/// Implements `split`: splits `value` at the delimiter into at most `limit` parts. A limit of 0 means no limit.
///
/// If the delimiter is empty, which the specification does not allow, the value is not split.
#[must_use]
pub fn split<'a>(value: &'a str, delimiter: &str, limit: usize) -> Vec<&'a str> {
    match limit {
        _ if delimiter.is_empty() => vec![value],
        0 => value.split(delimiter).collect(),
        limit => value.splitn(limit, delimiter).collect(),
    }
}

/// Implements `uriEncode`: percent-encodes all but the unreserved characters of RFC 3986.
#[must_use]
pub fn uri_encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    crate::url::percent_encode(value.as_bytes(), &mut encoded);
    encoded
}

/// Implements `isValidHostLabel`: returns whether `value` is a valid label of a host name or, with
/// `allow_sub_domains`, several labels separated by dots.
#[must_use]
pub fn is_valid_host_label(value: &str, allow_sub_domains: bool) -> bool {
    if allow_sub_domains { value.split('.').all(is_label) } else { is_label(value) }
}

/// Returns whether `label` is a label as defined by RFC 1123: 1 to 63 letters, digits and inner hyphens.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Implements `aws.isVirtualHostableS3Bucket`: returns whether a bucket's name can be part of a host name.
///
/// The name must have 3 to 63 characters and no upper-case letters, must be a valid label (or several with
/// `allow_sub_domains`), and must not look like an IPv4 address.
#[must_use]
pub fn is_virtual_hostable_s3_bucket(bucket: &str, allow_sub_domains: bool) -> bool {
    (3..=63).contains(&bucket.len())
        && !bucket.bytes().any(|b| b.is_ascii_uppercase())
        && is_valid_host_label(bucket, allow_sub_domains)
        && !looks_like_ipv4(bucket)
}

/// Returns whether `value` consists of four numbers separated by dots. The numbers may be out of range.
fn looks_like_ipv4(value: &str) -> bool {
    let mut parts = 0;
    value.split('.').all(|part| {
        parts += 1;
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
    }) && parts == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_counts_from_either_end() {
        let array = ["a", "b", "c"];
        for (index, expected) in
            [(0, Some("a")), (2, Some("c")), (3, None), (-1, Some("c")), (-3, Some("a")), (-4, None)]
        {
            assert_eq!(element(&array, index), expected, "{index}");
        }
    }

    #[test]
    fn a_substring_is_none_if_the_string_is_too_short() {
        for (value, start, end, reverse, expected) in [
            ("abcdefg", 0, 4, false, Some("abcd")),
            ("abcdefg", 0, 4, true, Some("defg")),
            ("defg", 1, 3, true, Some("ef")),
            ("abcd", 1, 3, false, Some("bc")),
            ("abc", 0, 4, false, None),
            ("abc", 0, 4, true, None),
            ("", 0, 1, true, None),
            ("abc", 2, 2, false, None),
            ("äbcdef", 0, 4, false, None),
        ] {
            assert_eq!(substring(value, start, end, reverse), expected, "{value} {start}..{end}");
        }
    }

    #[test]
    fn a_split_keeps_empty_parts_and_the_limit() {
        for (value, limit, expected) in [
            ("a--b--c", 0, &["a", "b", "c"][..]),
            ("a--b--c", 1, &["a--b--c"]),
            ("a--b--c", 2, &["a", "b--c"]),
            ("--b--", 0, &["", "b", ""]),
            ("", 0, &[""]),
            ("---", 0, &["", "-"]),
        ] {
            assert_eq!(split(value, "--", limit), expected, "{value} {limit}");
        }
        assert_eq!(split("abc", "", 0), ["abc"]);
    }

    #[test]
    fn encoding_leaves_only_unreserved_characters() {
        assert_eq!(uri_encode("aZ09-_.~"), "aZ09-_.~");
        assert_eq!(uri_encode("a b/ü%"), "a%20b%2F%C3%BC%25");
    }

    #[test]
    fn host_labels_follow_rfc_1123() {
        let long = "a".repeat(64);
        for (value, single, several) in [
            ("us-east-1", true, true),
            ("3a", true, true),
            ("a.b", false, true),
            ("", false, false),
            ("a.", false, false),
            ("a..b", false, false),
            ("-a", false, false),
            ("a-", false, false),
            ("a_b", false, false),
            ("a b", false, false),
            (&long[..63], true, true),
            (&long, false, false),
        ] {
            assert_eq!(is_valid_host_label(value, false), single, "{value}");
            assert_eq!(is_valid_host_label(value, true), several, "{value}");
        }
    }

    #[test]
    fn a_bucket_in_a_host_name_is_lower_case_and_not_an_address() {
        for (bucket, single, several) in [
            ("my-bucket", true, true),
            ("my.bucket", false, true),
            ("ab", false, false),
            ("My-bucket", false, false),
            ("192.168.1.999", false, false),
            ("1.2.3", false, true),
            ("my--bucket", true, true),
            ("my-.bucket", false, false),
        ] {
            assert_eq!(is_virtual_hostable_s3_bucket(bucket, false), single, "{bucket}");
            assert_eq!(is_virtual_hostable_s3_bucket(bucket, true), several, "{bucket}");
        }
    }
}
