//! Predictions from the structures and lists that were read before, which make reading the next ones faster. A wrong
//! prediction costs time, or the memory of a few list elements. This memory counts toward the limit.

use crate::schema::{MemberSchema, StructSchema};

/// The lengths of the lists that were read last. The lists of a member often have the same length.
pub(super) struct ListLengths {
    /// The lengths, by hash of the schema of the list. 0 if the length is unknown.
    lengths: [u8; 256],
}

impl ListLengths {
    pub(super) const UNKNOWN: Self = Self { lengths: [0; 256] };
    /// The maximum length that is predicted. It limits the memory that a wrong prediction wastes.
    const LONGEST: usize = 16;

    fn slot(&mut self, schema: &MemberSchema) -> &mut u8 {
        &mut self.lengths[std::ptr::from_ref(schema).addr() / size_of::<MemberSchema>() % 256]
    }

    /// Returns the likely length of a list, if one has been read.
    pub(super) fn likely(&mut self, schema: &MemberSchema) -> Option<usize> {
        Some(usize::from(*self.slot(schema))).filter(|length| *length > 0)
    }

    #[allow(clippy::cast_possible_truncation, reason = "The longest length fits.")]
    pub(super) fn learn(&mut self, schema: &MemberSchema, length: usize) {
        *self.slot(schema) = length.min(Self::LONGEST) as u8;
    }
}

/// The order in which a server sends the members of structures. It can differ from the model's order, but is usually
/// the same for all structures of a type. The name of the likely next member is compared with the input first, so that
/// most names need no search.
pub(super) struct MemberOrder {
    /// The distances from the next member in the model's order to the one that was next on the wire, by hash.
    distances: [u8; 2048],
}

impl MemberOrder {
    pub(super) const MODEL: Self = Self { distances: [0; 2048] };

    fn slot(&mut self, schema: &StructSchema, expected: usize) -> &mut u8 {
        let hash = std::ptr::from_ref(schema).addr() / size_of::<StructSchema>() * 32 + expected;
        &mut self.distances[hash % 2048]
    }

    /// Returns the index of the likely next member. If a hash collision makes it wrong, reading only takes longer.
    pub(super) fn likely(&mut self, schema: &StructSchema, expected: usize) -> usize {
        expected.wrapping_add(usize::from(*self.slot(schema, expected))) % 256
    }

    /// Records which member came next.
    #[allow(clippy::cast_possible_truncation, reason = "Only the order of the first 256 members is learned.")]
    pub(super) fn learn(&mut self, schema: &StructSchema, expected: usize, index: usize) {
        *self.slot(schema, expected) = index.wrapping_sub(expected) as u8;
    }
}
