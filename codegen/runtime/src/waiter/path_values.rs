//! Helpers for compiled JMESPath expressions and for the arguments of waiters.

/// One or more strings. This is the argument type of waiters that can wait for several resources.
///
/// ```
/// # use simba_runtime::waiter::OneOrMore;
/// #
/// assert_eq!("a".into_strings(), ["a"]);
/// assert_eq!(["a", "b", "a"].into_strings(), ["a", "b"]);
/// ```
pub trait OneOrMore {
    /// Returns the strings without duplicates.
    fn into_strings(self) -> Vec<String>;
}

impl OneOrMore for &str {
    fn into_strings(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl OneOrMore for String {
    fn into_strings(self) -> Vec<String> {
        vec![self]
    }
}

impl OneOrMore for &String {
    fn into_strings(self) -> Vec<String> {
        vec![self.clone()]
    }
}

impl<T: Into<String>> OneOrMore for Vec<T> {
    fn into_strings(self) -> Vec<String> {
        once_each(self.into_iter().map(Into::into))
    }
}

impl<T: Into<String>, const N: usize> OneOrMore for [T; N] {
    fn into_strings(self) -> Vec<String> {
        once_each(self.into_iter().map(Into::into))
    }
}

impl<T: AsRef<str>> OneOrMore for &[T] {
    fn into_strings(self) -> Vec<String> {
        once_each(self.iter().map(|string| string.as_ref().to_owned()))
    }
}

impl<T: AsRef<str>> OneOrMore for &Vec<T> {
    fn into_strings(self) -> Vec<String> {
        self.as_slice().into_strings()
    }
}

/// Removes duplicates. A service returns a resource once even if it is requested twice, and waiters compare the numbers
/// of requested and returned resources.
fn once_each(strings: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for string in strings {
        if !found.contains(&string) {
            found.push(string);
        }
    }
    found
}

/// Returns the number of items as a JMESPath number, which is a floating-point number.
#[doc(hidden)]
pub fn count(items: impl Iterator) -> f64 {
    // `Iterator::count` would take much longer to compile, and a client has many paths.
    let mut count = 0.0;
    for _ in items {
        count += 1.0;
    }
    count
}

/// Collects the strings that a path selects.
#[doc(hidden)]
pub fn strings<'a>(items: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // This is a loop for the same reason as in `count`.
    let mut strings = Vec::new();
    for string in items {
        strings.push(string);
    }
    strings
}

/// Returns the element at an index. A negative index counts from the end.
#[doc(hidden)]
pub fn element<T>(mut items: impl Iterator<Item = T>, index: i32) -> Option<T> {
    if let Ok(index) = usize::try_from(index) {
        return items.nth(index);
    }
    let mut items: Vec<T> = items.collect();
    let back = usize::try_from(index.unsigned_abs()).ok()?;
    let place = items.len().checked_sub(back)?;
    Some(items.swap_remove(place))
}

/// Returns whether the items contain `item`.
#[doc(hidden)]
pub fn contains<T: PartialEq>(mut items: impl Iterator<Item = T>, item: T) -> bool {
    items.any(|other| other == item)
}

/// Implements JMESPath's `&&`: returns the first value if it is falsy, and the second value otherwise. `counts` returns
/// whether a value is truthy.
#[doc(hidden)]
pub fn and<T>(left: Option<T>, counts: impl FnOnce(&T) -> bool, right: Option<T>) -> Option<T> {
    match left {
        Some(value) if counts(&value) => right,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_counts_from_either_end() {
        let items = || [1, 2, 3].into_iter();
        for (index, expected) in [(0, Some(1)), (2, Some(3)), (3, None), (-1, Some(3)), (-3, Some(1)), (-4, None)] {
            assert_eq!(element(items(), index), expected, "{index}");
        }
        assert_eq!(element(items(), i32::MIN), None);
    }

    #[test]
    fn and_returns_one_of_its_operands() {
        let counts = |string: &&str| !string.is_empty();
        assert_eq!(and(Some("a"), counts, Some("b")), Some("b"));
        assert_eq!(and(Some("a"), counts, None), None);
        assert_eq!(and(Some(""), counts, Some("b")), Some(""));
        assert_eq!(and(None, counts, Some("b")), None);
    }
}
