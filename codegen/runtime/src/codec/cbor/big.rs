//! Integers of any size: conversions between decimal digits and the bytes of CBOR's bignums.

/// Converts decimal digits to bytes, most significant first.
pub(super) fn to_bytes(digits: &str) -> Vec<u8> {
    // Least significant first.
    let mut bytes: Vec<u8> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in &mut bytes {
            let value = u16::from(*byte) * 10 + carry;
            [*byte, _] = value.to_le_bytes();
            carry = value >> 8;
        }
        if carry > 0 {
            bytes.push(carry.to_le_bytes()[0]);
        }
    }
    bytes.reverse();
    bytes
}

/// Converts bytes, most significant first, to decimal digits.
pub(super) fn to_digits(bytes: &[u8]) -> String {
    // Least significant first.
    let mut digits = vec![0_u8];
    for byte in bytes {
        let mut carry = u16::from(*byte);
        for digit in &mut digits {
            let value = u16::from(*digit) * 256 + carry;
            [*digit, _] = (value % 10).to_le_bytes();
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10).to_le_bytes()[0]);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// Subtracts one from a number in bytes, most significant first.
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

/// Adds one to a number in bytes, most significant first.
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
    fn digits_and_bytes_are_the_same_number() {
        for number in [0_u128, 1, 9, 10, 255, 256, 65_535, 1 << 64, u128::MAX] {
            let bytes = to_bytes(&number.to_string());
            let expected: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            assert_eq!((&bytes, to_digits(&bytes)), (&expected, number.to_string()));
            assert_eq!(to_digits(&minus_one(plus_one(&bytes))), number.to_string());
        }
    }
}
