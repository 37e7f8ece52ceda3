//! The memory that the values of a response may take.
//!
//! Three bytes, `{},`, become a structure of hundreds, so a bound on a body's size bounds little. Codecs claim what lists,
//! maps, boxes and documents allocate before they do, and the response is an error once that is more than the limit.

use crate::schema::SerdeError;

/// How much more memory than bytes of the body: twice what is usual.
const FACTOR: u64 = 4;

/// Is granted to every response, since the least that a list allocates is much for a tiny one.
const BASE: u64 = 1024 * 1024;

/// The entries of a map's node, which is what a map allocates. Keys that come in order leave [`FILLED`] in each.
const NODE: usize = 11;
const FILLED: usize = 6;

/// A limit on the memory that values take while they are read.
#[derive(Clone, Copy, Debug)]
pub struct MemoryLimit {
    max_response_size: u64,
    left: u64,
}

impl MemoryLimit {
    /// No limit, for data of the program's own.
    pub const NONE: Self = Self { max_response_size: u64::MAX, left: u64::MAX };

    /// The limit for a response that may have `max_response_size` bytes.
    #[must_use]
    pub fn for_response(max_response_size: u64) -> Self {
        Self { max_response_size, left: max_response_size.saturating_mul(FACTOR).saturating_add(BASE) }
    }

    /// Claims memory that is about to be allocated.
    pub(crate) fn claim(&mut self, bytes: usize) -> Result<(), SerdeError> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(|| self.exceeded())?;
        Ok(())
    }

    /// Claims a list's growth if it has no capacity left; returns the number of elements to reserve.
    pub(crate) fn claim_elements(&mut self, len: usize, capacity: usize, size: usize) -> Result<usize, SerdeError> {
        if len < capacity {
            return Ok(0);
        }
        let more = len.max(if size <= 1024 { 4 } else { 1 });
        self.claim(more.saturating_mul(size))?;
        Ok(more)
    }

    /// Claims what the next entry of a map adds.
    pub(crate) fn claim_entry(&mut self, len: usize, size: usize) -> Result<(), SerdeError> {
        if len.is_multiple_of(FILLED) { self.claim(size.saturating_mul(NODE)) } else { Ok(()) }
    }

    #[cold]
    fn exceeded(&self) -> SerdeError {
        SerdeError::new(format_args!(
            "response too large: its values take more than {FACTOR} times the memory of `max_response_size`, which is \
             {} bytes; raise it to read this response",
            self.max_response_size
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_claimed_is_bounded() {
        let mut limit = MemoryLimit::for_response(1000);
        assert!(limit.claim(usize::try_from(FACTOR * 1000 + BASE).unwrap()).is_ok());
        let error = limit.claim(1).unwrap_err().to_string();
        assert!(error.contains("`max_response_size`, which is 1000 bytes"), "{error}");
        assert!(MemoryLimit::NONE.clone().claim(usize::MAX / 2).is_ok());
    }
}
