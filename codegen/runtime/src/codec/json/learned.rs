//! Predictions from the structures and lists that were read before, which make reading the next ones faster. A wrong
//! prediction costs time, or the memory of a few list elements. This memory counts toward the limit.

use crate::schema::{MemberSchema, StructSchema};

/// The lengths of the lists that were read most recently. Successive lists of the same member often have the same
/// length.
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
    /// The structures that were read, by hash of the schema, with the index in `next` at which their members begin.
    starts: [Option<(&'static StructSchema, usize)>; 64],
    /// The number of entries of `next` that are in use.
    used: usize,
    /// For each member of a structure in the model's order, the index of the member that was on the wire instead when
    /// the structure was read last.
    next: [u8; 2048],
}

/// The members of a structure in [`MemberOrder`], or `None` if their order is not recorded.
#[derive(Clone, Copy)]
pub(super) struct Order(Option<usize>);

impl MemberOrder {
    pub(super) const MODEL: Self = Self { starts: [None; 64], used: 0, next: [0; 2048] };

    /// Returns the order of a structure's members. It is the model's order, and is not recorded, if a response has very
    /// many structures or a structure very many members.
    #[inline]
    pub(super) fn of(&mut self, schema: &'static StructSchema) -> Order {
        // A hash of the address alone would let the speed depend on the order in which a program is linked, so
        // structures with the same hash use the entries that follow.
        let hash = std::ptr::from_ref(schema).addr() / size_of::<StructSchema>();
        for at in hash..hash + 4 {
            match self.starts[at % self.starts.len()] {
                Some((known, start)) if std::ptr::eq(known, schema) => return Order(Some(start)),
                Some(_) => {}
                None => return Order(self.add(schema, at)),
            }
        }
        Order(None)
    }

    /// Adds a structure, in the model's order.
    #[cold]
    #[inline(never)]
    fn add(&mut self, schema: &'static StructSchema, at: usize) -> Option<usize> {
        let start = self.used;
        // After the last member, none is expected.
        let end = start + schema.members.len() + 1;
        for (next, index) in self.next.get_mut(start..end)?.iter_mut().zip(0..) {
            *next = u8::try_from(index).ok()?;
        }
        self.used = end;
        self.starts[at % self.starts.len()] = Some((schema, start));
        Some(start)
    }

    /// Returns the index of the likely next member. `expected` is the index of the next member in the model's order.
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
    fn the_order_of_each_structure_is_learned() {
        // Their addresses are adjacent, so every 64th structure has the same hash.
        let schemas: &'static [StructSchema] = (0..200).map(|_| schema(3)).collect::<Vec<_>>().leak();
        let mut order = MemberOrder::MODEL;
        for schema in &schemas[..64] {
            let of = order.of(schema);
            assert_eq!((order.likely(of, 0), order.likely(of, 1), order.likely(of, 3)), (0, 1, 3));
            order.learn(of, 0, 2);
        }
        for schema in &schemas[..64] {
            let of = order.of(schema);
            assert_eq!((order.likely(of, 0), order.likely(of, 1)), (2, 1));
        }
        // No entries are left, so the others have the model's order.
        for schema in &schemas[64..] {
            let of = order.of(schema);
            order.learn(of, 0, 2);
            assert_eq!(order.likely(of, 0), 0);
        }
    }

    #[test]
    fn structures_with_very_many_members_have_the_models_order() {
        let mut order = MemberOrder::MODEL;
        for (members, learned) in [(300, 0), (255, 7), (0, 0), (3000, 0)] {
            let of = order.of(Box::leak(Box::new(schema(members))));
            order.learn(of, 0, learned);
            assert_eq!(order.likely(of, 0), learned, "{members}");
            assert_eq!(order.likely(of, members), members);
        }
    }
}
