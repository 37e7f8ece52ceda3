//! The behavior of setters for lists and maps, which append to the existing value instead of replacing it.

use std::collections::BTreeMap;

/// A list or map that setters append to, like [`Vec::extend`].
pub trait Append {
    /// Appends elements or entries. In a map, a new value replaces the existing value with the same key.
    fn append(&mut self, more: Self);
}

impl<T> Append for Vec<T> {
    fn append(&mut self, mut more: Self) {
        self.append(&mut more);
    }
}

impl<K: Ord, T> Append for BTreeMap<K, T> {
    fn append(&mut self, mut more: Self) {
        self.append(&mut more);
    }
}

/// Sets an absent list or map to the given one, even if the given one is empty.
impl<C: Append> Append for Option<C> {
    fn append(&mut self, more: Self) {
        match (self.as_mut(), more) {
            (Some(present), Some(more)) => present.append(more),
            (None, more) => *self = more,
            (Some(_), None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_elements_are_appended_and_later_values_replace_earlier_ones() {
        let mut list = vec![1, 2];
        Append::append(&mut list, vec![2, 3]);
        assert_eq!(list, [1, 2, 2, 3]);
        let mut map = BTreeMap::from([("a", 1), ("b", 2)]);
        Append::append(&mut map, BTreeMap::from([("b", 3), ("c", 4)]));
        assert_eq!(map, BTreeMap::from([("a", 1), ("b", 3), ("c", 4)]));
    }

    #[test]
    fn an_absent_list_becomes_the_added_list() {
        let mut list = None;
        list.append(Some(Vec::new()));
        assert_eq!(list, Some(Vec::new()));
        list.append(Some(vec![1]));
        list.append(None);
        list.append(Some(vec![2]));
        assert_eq!(list, Some(vec![1, 2]));
    }
}
