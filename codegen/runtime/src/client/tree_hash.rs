//! The tree hash of a body. Each mebibyte is hashed with SHA-256. The hashes are then concatenated in pairs and hashed
//! again, until a single hash is left.

use sha2::{Digest, Sha256};

/// The number of bytes in a leaf of the tree.
const LEAF: usize = 1024 * 1024;

type Hash = [u8; 32];

/// A tree hash in progress. It holds 32 bytes for each mebibyte that has been hashed.
pub(super) struct TreeHash {
    leaves: Vec<Hash>,
    /// The hash of the incomplete leaf. `length` is the number of bytes in this leaf.
    leaf: Sha256,
    length: usize,
}

impl TreeHash {
    pub(super) fn new() -> Self {
        Self { leaves: Vec::new(), leaf: Sha256::new(), length: 0 }
    }

    pub(super) fn update(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let (now, rest) = data.split_at(data.len().min(LEAF - self.length));
            self.leaf.update(now);
            self.length += now.len();
            if self.length == LEAF {
                self.leaves.push(self.leaf.finalize_reset().into());
                self.length = 0;
            }
            data = rest;
        }
    }

    /// Returns the root hash. For an empty body, it is the SHA-256 of the empty string.
    pub(super) fn finish(self) -> Hash {
        let mut level = self.leaves;
        if self.length > 0 || level.is_empty() {
            level.push(self.leaf.finalize().into());
        }
        while level.len() > 1 {
            let parent = |pair: &[Hash]| match pair {
                [only] => *only,
                pair => Sha256::digest(pair.concat()).into(),
            };
            level = level.chunks(2).map(parent).collect();
        }
        level.first().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sigv4::hex;

    /// Returns the tree hash of `length` zero bytes, which are passed in parts of `part` bytes.
    fn of_zeros(length: usize, part: usize) -> String {
        let mut tree = TreeHash::new();
        vec![0; length].chunks(part).for_each(|part| tree.update(part));
        String::from_utf8(hex(&tree.finish()).to_vec()).unwrap()
    }

    #[test]
    fn the_hash_equals_botocores_for_each_number_of_leaves() {
        for (length, hash) in [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (1048576, "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"),
            (1048577, "28638dab8d5e1754a4ecb38b0ebe6df66c844f94aed142d4d0283d208bb786cd"),
            (3145728, "ca6cc129a4514ec765de86a4e7a49adf44842c9cac213c383ebe4071271bdf21"),
            (5242887, "13d746fc53c7aea07e60f03dc3fe70aa35a8a3f08765e81ae7c77e0c81a51909"),
            (6291456, "05dec04baf9c9a3d2a7c2884f599063447ed24d312eb329226a778cdbbfd922b"),
        ] {
            for part in [LEAF, LEAF + 1, 999_983, length.max(1)] {
                assert_eq!(of_zeros(length, part), hash, "{length} bytes, {part} at a time");
            }
        }
    }
}
