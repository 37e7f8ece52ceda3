//! Strings without escapes.

/// Returns whether a string contains no quote, backslash or control character.
#[inline]
pub(super) fn is_plain(string: &[u8]) -> bool {
    // The two halves of a short string are checked without a loop. They may overlap.
    match (string.len(), string.first_chunk(), string.last_chunk(), string.first_chunk(), string.last_chunk()) {
        (..8, Some(first), Some(last), ..) => specials(join(*first, *last)) == 0,
        (8..=16, .., Some(first), Some(last)) => specials(*first) | specials(*last) == 0,
        (len, ..) => plain_len(string) == len,
    }
}

/// Returns the number of bytes before the first quote, backslash or control character.
///
/// This function is not inlined, so that the constants of its loop remain in registers.
#[inline(never)]
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks();
    for (index, chunk) in chunks.iter().enumerate() {
        if let Some(offset) = special(*chunk) {
            return index * 8 + offset;
        }
    }
    // The last bytes are checked together with those before them, which are known not to be special.
    let found = match (rest, bytes.last_chunk(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        ([], ..) => None,
        (_, Some(last), ..) => special(*last).map(|offset| bytes.len() + offset - 8),
        (_, None, Some(first), Some(last)) => {
            let offset = special(join(*first, *last));
            offset.map(|offset| if offset < 4 { offset } else { bytes.len() + offset - 8 })
        }
        _ => rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)),
    };
    found.unwrap_or(bytes.len())
}

fn join([a, b, c, d]: [u8; 4], [e, f, g, h]: [u8; 4]) -> [u8; 8] {
    [a, b, c, d, e, f, g, h]
}

/// Returns the index of the first byte, in little-endian order, that is a quote, a backslash or a control character.
fn special(chunk: [u8; 8]) -> Option<usize> {
    let found = specials(chunk);
    (found != 0).then(|| (found.trailing_zeros() / 8) as usize)
}

/// Finds the first byte, in little-endian order, that is a quote, a backslash or a control character. In the result,
/// the highest bit of this byte is set, and possibly the highest bits of later bytes. Returns 0 if there is no such
/// byte.
fn specials(chunk: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let chunk = u64::from_le_bytes(chunk);
    // If a byte is below `limit`, the subtraction sets its highest bit. Bytes whose highest bit was already set
    // are masked out with `!chunk`. A borrow affects only bytes after the first byte that is found.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(ONES * u64::from(limit));
    let equal = |byte: u8| below(chunk ^ (ONES * u64::from(byte)), 1);
    (equal(b'"') | equal(b'\\') | below(chunk, 0x20)) & !chunk & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_of_a_string_is_found() {
        for len in 0..40 {
            let plain = vec![b'a'; len];
            assert_eq!(plain_len(&plain), len);
            assert!(is_plain(&plain));
            for at in 0..len {
                for after in at..len {
                    let mut bytes = plain.clone();
                    (bytes[at], bytes[after]) = (b'"', b'\\');
                    assert_eq!(plain_len(&bytes), at, "{len}, {after}");
                    assert!(!is_plain(&bytes), "{len}, {at}");
                }
            }
        }
    }

    #[test]
    fn the_first_special_byte_of_a_chunk_is_found() {
        for special_byte in [b'"', b'\\', 0, 0x1f] {
            for at in 0..8 {
                let mut chunk = *"aé\u{7f} z\u{80}".as_bytes().first_chunk::<8>().unwrap();
                assert_eq!(special(chunk), None);
                chunk[at] = special_byte;
                assert_eq!(special(chunk), Some(at), "{special_byte} at {at}");
            }
        }
    }
}
