//! Strings without escapes.

/// Returns the number of bytes before the first quote, backslash or control character.
///
/// It is not inlined, so that the constants of its loop remain in registers.
#[inline(never)]
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks();
    for (index, chunk) in chunks.iter().enumerate() {
        if let Some(offset) = special(u64::from_le_bytes(*chunk)) {
            return index * 8 + offset;
        }
    }
    // The last bytes are checked together with those before them, which are known not to be special.
    let found = match (rest, bytes.last_chunk(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        ([], ..) => None,
        (_, Some(last), ..) => special(u64::from_le_bytes(*last)).map(|offset| bytes.len() + offset - 8),
        (_, None, Some(first), Some(last)) => {
            let [a, b, c, d] = *first;
            let [e, f, g, h] = *last;
            let offset = special(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
            offset.map(|offset| if offset < 4 { offset } else { bytes.len() + offset - 8 })
        }
        _ => rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)),
    };
    found.unwrap_or(bytes.len())
}

/// Returns the index of the first byte, in little-endian order, that is a quote, a backslash or a control character.
fn special(chunk: u64) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte below `limit` borrows from its highest bit, unless that was set before. Borrows only affect bytes after
    // the first such byte.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(ONES * u64::from(limit));
    let equal = |byte: u8| below(chunk ^ (ONES * u64::from(byte)), 1);
    let found = (equal(b'"') | equal(b'\\') | below(chunk, 0x20)) & !chunk & HIGHS;
    (found != 0).then(|| (found.trailing_zeros() / 8) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_of_a_string_is_found() {
        for len in 0..40 {
            let plain = vec![b'a'; len];
            assert_eq!(plain_len(&plain), len);
            for at in 0..len {
                for after in at..len {
                    let mut bytes = plain.clone();
                    (bytes[at], bytes[after]) = (b'"', b'\\');
                    assert_eq!(plain_len(&bytes), at, "{len}, {after}");
                }
            }
        }
    }

    #[test]
    fn the_first_special_byte_of_a_chunk_is_found() {
        for special_byte in [b'"', b'\\', 0, 0x1f] {
            for at in 0..8 {
                let mut chunk = *"aé\u{7f} z\u{80}".as_bytes().first_chunk::<8>().unwrap();
                assert_eq!(special(u64::from_le_bytes(chunk)), None);
                chunk[at] = special_byte;
                assert_eq!(special(u64::from_le_bytes(chunk)), Some(at), "{special_byte} at {at}");
            }
        }
    }
}
