//! Predictions that are based on the structures and lists that were read before. They speed up reading the next ones. A
//! wrong prediction costs time, or the memory of a few list elements. This memory counts toward the limit.

use std::cell::Cell;

use crate::schema::{MemberSchema, StructSchema};

/// The lengths of the lists that were read most recently. Successive lists of the same member often have the same
/// length.
pub(super) struct ListLengths {
    /// The address of each list's schema, and the length. Entries with the address 0 are unused.
    lengths: [(usize, u8); 64],
}

impl ListLengths {
    pub(super) const UNKNOWN: Self = Self { lengths: [(0, 0); 64] };
    /// The maximum length that is predicted. It limits the memory that a wrong prediction wastes.
    const LONGEST: usize = 16;

    /// Returns the length that is recorded for a list, or 0. If another list uses the entry for the hash, one of the
    /// next three entries is used. Without these alternatives, lists with the same hash would have each other's length,
    /// and the number of allocations would depend on the addresses that the linker chooses.
    fn length(&mut self, schema: &MemberSchema) -> &mut u8 {
        let address = std::ptr::from_ref(schema).addr();
        let hash = address / size_of::<MemberSchema>();
        let found = (hash..hash + 4).find(|at| [0, address].contains(&self.lengths[at % 64].0));
        let entry = &mut self.lengths[found.unwrap_or(hash) % 64];
        if entry.0 != address {
            *entry = (address, 0);
        }
        &mut entry.1
    }

    /// Returns the likely length of a list, if a list with the same schema has been read and was not empty.
    pub(super) fn likely(&mut self, schema: &MemberSchema) -> Option<usize> {
        Some(usize::from(*self.length(schema))).filter(|length| *length > 0)
    }

    #[allow(clippy::cast_possible_truncation, reason = "The longest length fits.")]
    pub(super) fn learn(&mut self, schema: &MemberSchema, length: usize) {
        *self.length(schema) = length.min(Self::LONGEST) as u8;
    }
}

/// The order in which a server sends the members of structures. It can differ from the model's order, but is usually
/// the same for all structures of a type. The name of the likely next member is compared with the input first, so that
/// most names need no search.
///
/// Each thread keeps what it has learned for the next response.
pub(super) struct MemberOrder {
    /// The structures that were read, indexed by a hash of the schema, each with the index in `next` at which its
    /// members begin.
    starts: [Option<(&'static StructSchema, usize)>; 256],
    /// The number of entries of `next` that are in use.
    used: usize,
    /// For each member of a structure, in the model's order, the index of the member that the server sent in its place
    /// when the structure was last read.
    next: [u8; 4096],
}

thread_local! {
    /// The order that this thread has learned, unless a deserializer is using it.
    static KEPT: Cell<Option<Box<MemberOrder>>> = const { Cell::new(None) };
}

/// The members of a structure in [`MemberOrder`], or `None` if their order is not recorded.
#[derive(Clone, Copy)]
pub(super) struct Order(Option<usize>);

impl MemberOrder {
    const MODEL: Self = Self { starts: [None; 256], used: 0, next: [0; 4096] };

    /// Takes the order that this thread has learned, or returns the model's order if there is none.
    pub(super) fn take() -> Box<Self> {
        KEPT.try_with(Cell::take).ok().flatten().unwrap_or_else(|| Box::new(Self::MODEL))
    }

    /// Keeps the order for the next deserializer of this thread.
    pub(super) fn keep(self: Box<Self>) {
        // While the thread exits, the order is dropped instead.
        let _ = KEPT.try_with(|kept| kept.set(Some(self)));
    }

    /// Returns the order of a structure's members. If the structure has too many members to record, this is the model's
    /// order.
    #[inline]
    pub(super) fn of(&mut self, schema: &'static StructSchema) -> Order {
        // If another structure uses the entry for the hash, one of the next three entries is used. Without these
        // alternatives, only one of the structures with the same hash could be recorded, and the speed would depend on
        // the addresses that the linker chooses.
        let hash = std::ptr::from_ref(schema).addr() / size_of::<StructSchema>();
        for at in hash..hash + 4 {
            match self.starts[at % self.starts.len()] {
                Some((known, start)) if std::ptr::eq(known, schema) => return Order(Some(start)),
                Some(_) => {}
                None => return self.add(schema, at),
            }
        }
        self.start_over();
        self.add(schema, hash)
    }

    /// Adds a structure. The order of its members is initially the model's order.
    #[cold]
    #[inline(never)]
    fn add(&mut self, schema: &'static StructSchema, at: usize) -> Order {
        // The additional entry is for the end of the structure, where no member is expected.
        let entries = schema.members.len() + 1;
        if entries > usize::from(u8::MAX) {
            return Order(None);
        }
        if self.used + entries > self.next.len() {
            self.start_over();
        }
        let start = self.used;
        self.used += entries;
        for (next, index) in self.next[start..self.used].iter_mut().zip(0..) {
            *next = index;
        }
        self.starts[at % self.starts.len()] = Some((schema, start));
        Order(Some(start))
    }

    /// Forgets all structures. The predictions for structures that are being read may then be wrong.
    #[cold]
    fn start_over(&mut self) {
        *self = Self::MODEL;
    }

    /// Returns the index of the member that probably comes next. `expected` is the index of the next member in the
    /// model's order.
    #[inline]
    pub(super) fn likely(&self, order: Order, expected: usize) -> usize {
        match order.0.and_then(|start| self.next.get(start + expected)) {
            Some(index) => usize::from(*index),
            None => expected,
        }
    }

    /// Records which member came next.
    pub(super) fn learn(&mut self, order: Order, expected: usize, index: usize) {
        let next = order.0.and_then(|start| self.next.get_mut(start + expected));
        if let (Some(next), Ok(index)) = (next, u8::try_from(index)) {
            *next = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{MemberSchema, ShapeId, Target};

    fn schema(members: usize) -> StructSchema {
        let members: Vec<_> = (0..members).map(|_| MemberSchema::root(Target::String)).collect();
        StructSchema { id: ShapeId { namespace: "test", name: "Structure" }, members: members.leak(), traits: &[] }
    }

    #[test]
    fn lists_with_the_same_hash_have_their_own_lengths() {
        // The schemas are adjacent in memory, so every 64th list has the same hash.
        let schemas: Vec<_> = (0..512).map(|_| MemberSchema::root(Target::String)).collect();
        let mut lengths = ListLengths::UNKNOWN;
        for (schema, length) in schemas.iter().step_by(64).zip(1..=4) {
            lengths.learn(schema, length);
        }
        for (schema, length) in schemas.iter().step_by(64).zip(1..=4) {
            assert_eq!(lengths.likely(schema), Some(length));
        }
        // No entries are left, so the next list replaces a recorded one.
        let next = &schemas[4 * 64];
        assert_eq!(lengths.likely(next), None);
        lengths.learn(next, 100);
        assert_eq!(lengths.likely(next), Some(16));
    }

    #[test]
    fn the_order_of_each_structure_is_learned() {
        // The schemas are adjacent in memory, so every 256th structure has the same hash.
        let schemas: &'static [StructSchema] = (0..1000).map(|_| schema(3)).collect::<Vec<_>>().leak();
        let mut order = MemberOrder::MODEL;
        for schema in &schemas[..256] {
            let of = order.of(schema);
            assert_eq!((order.likely(of, 0), order.likely(of, 1), order.likely(of, 3)), (0, 1, 3));
            order.learn(of, 0, 2);
        }
        for schema in &schemas[..256] {
            let of = order.of(schema);
            assert_eq!((order.likely(of, 0), order.likely(of, 1)), (2, 1));
        }
        // No entries are left, so the remaining structures replace the recorded ones.
        for schema in &schemas[256..] {
            let of = order.of(schema);
            assert_eq!(order.likely(of, 0), 0);
            order.learn(of, 0, 2);
            assert_eq!(order.likely(of, 0), 2);
        }
    }

    #[test]
    fn structures_with_too_many_members_have_the_models_order() {
        let mut order = MemberOrder::MODEL;
        for (members, learned) in [(300, 0), (254, 7), (255, 0), (0, 0), (3000, 0)] {
            let of = order.of(Box::leak(Box::new(schema(members))));
            order.learn(of, 0, learned);
            assert_eq!(order.likely(of, 0), learned, "{members}");
            assert_eq!(order.likely(of, members), members);
        }
    }

    #[test]
    fn structures_with_more_members_than_are_recorded_replace_those_before() {
        let mut order = MemberOrder::MODEL;
        for schema in (0..100).map(|_| &*Box::leak(Box::new(schema(200)))) {
            let of = order.of(schema);
            order.learn(of, 0, 7);
            assert_eq!((order.likely(of, 0), order.likely(of, 200)), (7, 200));
        }
    }

    #[test]
    fn a_thread_keeps_the_order_for_the_next_response() {
        let schema: &'static StructSchema = Box::leak(Box::new(schema(3)));
        let mut first = MemberOrder::take();
        let of = first.of(schema);
        first.learn(of, 0, 2);
        // A second deserializer, which is used at the same time, starts with the model's order.
        let mut second = MemberOrder::take();
        let of = second.of(schema);
        assert_eq!(second.likely(of, 0), 0);
        drop(second);
        first.keep();
        let mut third = MemberOrder::take();
        let of = third.of(schema);
        assert_eq!(third.likely(of, 0), 2);
    }
}
