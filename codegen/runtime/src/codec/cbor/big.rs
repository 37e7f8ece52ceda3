//! Integers of any size: conversions between decimal digits and the bytes of CBOR's bignums.

/// The maximum length of a bignum, in bytes. The length is limited because the time to convert a bignum grows with the
/// square of its length.
pub(super) const LONGEST: usize = 1024;

/// The number of decimal digits that are processed at once, and the number of values that they can have.
const DIGITS: usize = 9;
const BASE: u64 = 1_000_000_000;

/// Converts decimal digits to bytes, most significant first. Returns `None` if there are more than [`LONGEST`] bytes.
pub(super) fn to_bytes(digits: &str) -> Option<Vec<u8>> {
    // The 32-bit limbs, least significant first.
    let mut limbs: Vec<u32> = Vec::new();
    let (first, rest) = digits.as_bytes().split_at(digits.len() % DIGITS);
    for chunk in std::iter::once(first).chain(rest.chunks(DIGITS)) {
        let mut carry = chunk.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
        for limb in &mut limbs {
            let value = u64::from(*limb) * BASE + carry;
            *limb = low(value);
            carry = value >> 32;
        }
        if carry > 0 {
            limbs.push(low(carry));
        }
        if limbs.len() > LONGEST / 4 {
            return None;
        }
    }
    let bytes = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    Some(bytes.skip_while(|byte| *byte == 0).collect())
}

/// Converts bytes, most significant first, to decimal digits. Returns `None` if there are more than `LONGEST + 1`
/// bytes. The additional byte is for the carry of [`plus_one`].
pub(super) fn to_digits(bytes: &[u8]) -> Option<String> {
    if bytes.len() > LONGEST + 1 {
        return None;
    }
    // The limbs of nine decimal digits, least significant first.
    let mut limbs: Vec<u32> = vec![0];
    let (first, rest) = bytes.split_at(bytes.len() % 4);
    for chunk in std::iter::once(first).chain(rest.chunks(4)) {
        let factor = 1_u64 << (8 * chunk.len());
        let mut carry = chunk.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        for limb in &mut limbs {
            let value = u64::from(*limb) * factor + carry;
            *limb = low(value % BASE);
            carry = value / BASE;
        }
        while carry > 0 {
            limbs.push(low(carry % BASE));
            carry /= BASE;
        }
    }
    let digits: String = limbs.iter().rev().map(|limb| format!("{limb:09}")).collect();
    let digits = digits.trim_start_matches('0');
    Some(if digits.is_empty() { "0".to_owned() } else { digits.to_owned() })
}

/// Returns the low 32 bits of a value.
fn low(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Subtracts one from a number, whose bytes are ordered from the most significant to the least.
pub(super) fn minus_one(mut bytes: Vec<u8>) -> Vec<u8> {
    for byte in bytes.iter_mut().rev() {
        let (value, borrow) = byte.overflowing_sub(1);
        *byte = value;
        if !borrow {
            break;
        }
    }
    bytes
}

/// Adds one to a number, whose bytes are ordered from the most significant to the least.
pub(super) fn plus_one(bytes: &[u8]) -> Vec<u8> {
    let mut sum = vec![0];
    sum.extend_from_slice(bytes);
    for byte in sum.iter_mut().rev() {
        let (value, carry) = byte.overflowing_add(1);
        *byte = value;
        if !carry {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_bytes_convert_to_each_other() {
        for number in [0_u128, 1, 9, 10, 255, 256, 65_535, 1 << 64, u128::MAX] {
            let bytes = to_bytes(&number.to_string());
            let expected: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            let bytes = bytes.expect("it is short");
            assert_eq!((&bytes, to_digits(&bytes)), (&expected, Some(number.to_string())));
            assert_eq!(to_digits(&minus_one(plus_one(&bytes))), Some(number.to_string()));
        }
        let long = "1234567890".repeat(200);
        assert_eq!(to_bytes(&long).and_then(|bytes| to_digits(&bytes)), Some(long));
    }

    #[test]
    fn numbers_that_would_take_long_to_convert_are_rejected() {
        assert_eq!(to_digits(&vec![0x5a; 1 << 20]), None);
        assert_eq!(to_bytes(&"9".repeat(1 << 20)), None);
        assert!(to_digits(&[0xff; LONGEST]).is_some_and(|digits| digits.len() == 2467));
    }
}
