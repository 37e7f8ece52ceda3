//! A buffer to write JSON to.

use std::io;

/// A growable buffer of bytes.
///
/// The spare capacity is initialized, so that all parts of a token can be written after a single capacity check, and
/// short strings can be copied without a function call.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: vec![0; capacity], len: 0 }
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends `len` bytes, and returns them so that the caller can write to them.
    #[inline(always)]
    fn room(&mut self, len: usize) -> &mut [u8] {
        let start = self.len;
        if self.bytes.len() - start < len {
            self.grow(len);
        }
        self.len += len;
        &mut self.bytes[start..start + len]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, len: usize) {
        let len = (self.len + len).max(self.bytes.len() * 2);
        self.bytes.resize(len, 0);
    }

    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        if let [last] = self.room(1) {
            *last = byte;
        }
    }

    #[inline]
    pub(super) fn extend_from_slice(&mut self, bytes: &[u8]) {
        copy(bytes, self.room(bytes.len()));
    }

    /// Appends a prefix and a string in quotes, without escaping either.
    #[inline]
    pub(super) fn quoted(&mut self, prefix: &[u8], string: &[u8]) {
        let room = self.room(prefix.len() + string.len() + 2);
        if let Some((start, [first, content @ .., last])) = room.split_at_mut_checked(prefix.len()) {
            copy(prefix, start);
            *first = b'"';
            copy(string, content);
            *last = b'"';
        }
    }

    /// Appends a prefix and an integer below 10,000.
    #[inline]
    pub(super) fn short_integer(&mut self, prefix: &[u8], value: u32) {
        let digit = |value: u32| b'0' + (value % 10).to_le_bytes()[0];
        let (digits, len) = match value {
            0..10 => ([digit(value), 0, 0, 0], 1),
            10..100 => ([digit(value / 10), digit(value), 0, 0], 2),
            100..1000 => ([digit(value / 100), digit(value / 10), digit(value), 0], 3),
            _ => ([digit(value / 1000), digit(value / 100), digit(value / 10), digit(value)], 4),
        };
        let room = self.room(prefix.len() + digits.len());
        if let Some((start, to)) = room.split_last_chunk_mut() {
            copy(prefix, start);
            *to = digits;
        }
        self.len -= digits.len() - len;
    }

    /// Replaces the byte at `index`, or appends `byte` if `index` is the end.
    pub(super) fn set(&mut self, index: usize, byte: u8) {
        if index < self.len {
            self.bytes[index] = byte;
        } else {
            self.push(byte);
        }
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Copies bytes to a slice of the same length.
#[inline(always)]
fn copy(from: &[u8], to: &mut [u8]) {
    match from.len() {
        4..8 => copy_ends::<4>(from, to),
        8..=16 => copy_ends::<8>(from, to),
        17..=32 => copy_ends::<16>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first and the last `N` bytes, which may overlap.
#[inline(always)]
fn copy_ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(first), Some(to)) = (from.first_chunk::<N>(), to.first_chunk_mut()) {
        *to = *first;
    }
    if let (Some(last), Some(to)) = (from.last_chunk::<N>(), to.last_chunk_mut()) {
        *to = *last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_all_lengths_are_copied() {
        let bytes: Vec<u8> = (0..100).collect();
        for capacity in [0, 1, 50, 1000] {
            for prefix in 0..40 {
                for len in 0..40 {
                    let (mut buffer, mut expected) = (Buffer::with_capacity(capacity), Vec::new());
                    let (prefix, string) = (&bytes[..prefix], &bytes[50..50 + len]);
                    buffer.extend_from_slice(string);
                    buffer.quoted(prefix, string);
                    buffer.push(0xff);
                    for part in [string, prefix, b"\"", string, b"\"", b"\xff"] {
                        expected.extend_from_slice(part);
                    }
                    assert_eq!(buffer.into_bytes(), expected);
                }
            }
        }
    }

    #[test]
    fn short_integers_have_no_leading_zeros() {
        for value in 0..10_000 {
            let mut buffer = Buffer::with_capacity(0);
            buffer.short_integer(b",\"n\":", value);
            buffer.push(b'}');
            assert_eq!(buffer.into_bytes(), format!(",\"n\":{value}}}").into_bytes());
        }
    }
}
