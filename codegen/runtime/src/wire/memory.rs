//! How much memory the values of a response may take.
//!
//! Three bytes, `{},`, become a structure of hundreds, so a bound on a body's size bounds little. Lists, maps and boxes
//! claim what they allocate before they do, and the response is an error once that is more than the limit.

use std::cell::Cell;

use super::{Document, Error};

/// How much more memory than bytes of the body: twice what is usual.
const FACTOR: u64 = 4;

/// Is granted to every response, since the least that a list allocates is much for a tiny one.
const BASE: u64 = 1024 * 1024;

/// The most memory that a document takes for a byte of JSON: `{"":0}` is a whole node of a map.
const WORST: u64 = 128;

/// The entries of a map's node, which is what a map allocates. Keys that come in order leave [`FILLED`] in each.
const NODE: usize = 11;
const FILLED: usize = 6;

#[derive(Clone, Copy)]
struct Budget {
    max_response_size: u64,
    left: u64,
    /// Whether the whole body would fit as a document.
    documents: bool,
}

thread_local! {
    static BUDGET: Cell<Budget> =
        const { Cell::new(Budget { max_response_size: u64::MAX, left: u64::MAX, documents: true }) };
}

/// While it lives, what this thread reads is limited. Without one it is not: the caller's own data is no concern.
pub(crate) struct Limit {
    before: Budget,
}

impl Limit {
    /// Limits the reading of this body, which had to have at most `max_response_size` bytes.
    pub(crate) fn set(max_response_size: u64, body: &[u8]) -> Self {
        let left = max_response_size.saturating_mul(FACTOR).saturating_add(BASE);
        let is_small = || body.len() as u64 <= left / WORST;
        let documents = is_small() || as_document(body) <= left;
        Self { before: BUDGET.replace(Budget { max_response_size, left, documents }) }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        BUDGET.set(self.before);
    }
}

/// Claims memory that is about to be allocated.
pub(super) fn claim(bytes: usize) -> Result<(), Error> {
    let budget = BUDGET.get();
    let Some(left) = budget.left.checked_sub(bytes as u64) else { return Err(too_large(budget)) };
    BUDGET.set(Budget { left, ..budget });
    Ok(())
}

/// Claims a list's growth, and gives the number of elements to grow by.
pub(super) fn claim_elements(length: usize, size: usize) -> Result<usize, Error> {
    let more = length.max(if size <= 1024 { 4 } else { 1 });
    claim(more.saturating_mul(size))?;
    Ok(more)
}

/// Claims what the next entry of a map adds.
pub(super) fn claim_entry(length: usize, size: usize) -> Result<(), Error> {
    if length.is_multiple_of(FILLED) { claim(size.saturating_mul(NODE)) } else { Ok(()) }
}

/// Whether documents may be read of this body: a parser of others makes them, so they are judged as a whole.
pub(crate) fn check_document() -> Result<(), Error> {
    let budget = BUDGET.get();
    if budget.documents { Ok(()) } else { Err(too_large(budget)) }
}

/// The memory that the body takes as a document, roughly, and not less than it does.
fn as_document(body: &[u8]) -> u64 {
    let (value, entry) = (size_of::<Document>(), size_of::<(String, Document)>());
    let count = |wanted: u8| body.iter().filter(|byte| **byte == wanted).count();
    let [objects, lists, more] = [b'{', b'[', b','].map(count);
    let bytes = objects.saturating_mul(NODE * entry + 16).saturating_add(lists.saturating_mul(4 * value + 16));
    bytes.saturating_add(more.saturating_mul(2 * entry)) as u64
}

#[cold]
fn too_large(budget: Budget) -> Error {
    Error::new(format_args!(
        "response too large: its values take more than {FACTOR} times the memory of `max_response_size`, which is {} \
         bytes; raise it to read this response",
        budget.max_response_size
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_holds_while_it_lives_and_for_all_that_is_read_meanwhile() {
        assert!(claim(usize::MAX / 2).is_ok(), "there is none");
        {
            let _limit = Limit::set(1000, b"");
            let granted = usize::try_from(FACTOR * 1000 + BASE).unwrap();
            assert!(claim(granted - 1).is_ok());
            {
                let _inner = Limit::set(0, b"");
                assert!(claim(1000).is_ok());
            }
            assert!(claim(1).is_ok());
            let error = claim(1).unwrap_err().to_string();
            assert!(error.contains("`max_response_size`, which is 1000 bytes"), "{error}");
        }
        assert!(claim(usize::MAX / 2).is_ok());
    }

    #[test]
    fn documents_are_judged_by_what_they_become() {
        let body = br#"{"":0},"#.repeat(10_000);
        let fits = |max_size: u64| {
            let _limit = Limit::set(max_size, &body);
            check_document().is_ok()
        };
        assert!(!fits(body.len() as u64) && fits(body.len() as u64 * 32));
    }
}
