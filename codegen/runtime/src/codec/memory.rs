//! Limits the memory that the values of a response may use.
//!
//! The three bytes `{},` deserialize to a structure of hundreds of bytes, so limiting the size of the body is not
//! enough. Before codecs allocate memory for lists, maps, boxes and documents, they claim it from the limit. Exceeding
//! the limit is an error.

use crate::schema::SerdeError;

/// The ratio of the memory limit to the body's maximum size. Typical responses use about half of the limit.
const FACTOR: u64 = 4;

/// The number of bytes that are added to every memory limit, since even a short list allocates more than a few bytes.
const BASE: u64 = 1024 * 1024;

/// The number of entries that fit into a node of a map. Maps allocate memory in nodes. If keys are inserted in order,
/// each node holds only [`FILLED`] entries.
const NODE: usize = 11;
const FILLED: usize = 6;

/// A limit on the memory of deserialized values.
#[derive(Clone, Copy, Debug)]
pub struct MemoryLimit {
    max_response_size: u64,
    left: u64,
}

impl MemoryLimit {
    /// No limit, for trusted data.
    pub const NONE: Self = Self { max_response_size: u64::MAX, left: u64::MAX };

    /// Returns the limit for a response of up to `max_response_size` bytes: four times as much memory, plus 1 MiB.
    #[must_use]
    pub fn for_response(max_response_size: u64) -> Self {
        Self { max_response_size, left: max_response_size.saturating_mul(FACTOR).saturating_add(BASE) }
    }

    /// Claims memory before it is allocated.
    pub(crate) fn claim(&mut self, bytes: usize) -> Result<(), SerdeError> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(|| self.exceeded())?;
        Ok(())
    }

    /// If a list is full, claims memory for its growth. Returns the number of elements to reserve. `expected` is an
    /// estimate of the number of elements that follow, which limits the growth.
    pub(crate) fn claim_elements(
        &mut self,
        len: usize,
        capacity: usize,
        size: usize,
        expected: usize,
    ) -> Result<usize, SerdeError> {
        if len < capacity {
            return Ok(0);
        }
        // Lists of large elements, such as structures, are often short.
        let doubled = len.max(if size <= 64 { 4 } else { 1 });
        // If the estimate is too low, the list still grows in proportion to its length, so that adding an element takes
        // amortized constant time.
        let more = doubled.min(expected.max(len / 8 + 1));
        self.claim_exactly(more, size)
    }

    /// Claims memory for the given number of elements, and returns the number.
    pub(crate) fn claim_exactly(&mut self, elements: usize, size: usize) -> Result<usize, SerdeError> {
        self.claim(elements.saturating_mul(size))?;
        Ok(elements)
    }

    /// Claims memory for the next entry of a map if the entry needs a new node.
    pub(crate) fn claim_entry(&mut self, len: usize, size: usize) -> Result<(), SerdeError> {
        if len.is_multiple_of(FILLED) { self.claim(size.saturating_mul(NODE)) } else { Ok(()) }
    }

    #[cold]
    fn exceeded(&self) -> SerdeError {
        SerdeError::new(format_args!(
            "the deserialized response exceeds {} bytes ({FACTOR} × `max_response_size` + 1 MiB); increase \
             `max_response_size` to read it",
            Self::for_response(self.max_response_size).left
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimed_memory_is_limited() {
        let mut limit = MemoryLimit::for_response(1000);
        assert!(limit.claim(usize::try_from(FACTOR * 1000 + BASE).unwrap()).is_ok());
        assert_eq!(
            limit.claim(1).unwrap_err().to_string(),
            "the deserialized response exceeds 1052576 bytes (4 × `max_response_size` + 1 MiB); increase \
             `max_response_size` to read it"
        );
        assert!(MemoryLimit::NONE.clone().claim(usize::MAX / 2).is_ok());
    }

    #[test]
    fn a_list_grows_by_the_expected_length_and_at_most_doubles() {
        let grow = |len: usize, size: usize, expected: usize| {
            MemoryLimit::NONE.clone().claim_elements(len, len, size, expected).unwrap()
        };
        assert_eq!((grow(0, 24, usize::MAX), grow(0, 512, usize::MAX), grow(0, 24, 2)), (4, 1, 2));
        assert_eq!((grow(256, 512, 1000), grow(256, 512, 194), grow(256, 512, 0)), (256, 194, 33));
        assert_eq!(MemoryLimit::NONE.clone().claim_elements(1, 2, 24, 0), Ok(0));
    }
}
