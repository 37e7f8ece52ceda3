use super::*;
use crate::primitives::Document;

/// Returns powers of two and ten, the numbers at which the notation changes, and random numbers, each with its
/// neighbors.
fn doubles() -> impl Iterator<Item = f64> {
    let mut numbers = Numbers(1);
    let powers = (-324..=308).map(|power| format!("1e{power}").parse().unwrap());
    let bits = (0..=2046_u64).map(|exponent| f64::from_bits(exponent << 52));
    let random = std::iter::repeat_with(move || f64::from_bits(numbers.next())).take(2_000);
    let special = [0.0, f64::MIN_POSITIVE, f64::MAX, 0.1 + 0.2, 9_007_199_254_740_993.0, 1e15 + 0.3, 4.9e-324];
    let all = powers.chain(bits).chain(random).chain(special).filter(|number: &f64| number.is_finite());
    all.flat_map(|number| [number, number.next_up(), number.next_down(), -number]).filter(|number| number.is_finite())
}

#[test]
fn a_finite_double_is_valid_json_and_the_same_when_read() {
    for number in doubles() {
        let json = String::from_utf8(JsonCodec::AWS_JSON.serialize(&number).unwrap()).unwrap();
        let valid = serde_json::from_str::<serde_json::Number>(&json);
        assert!(valid.is_ok(), "{json}");
        let read = read_json::<f64>(&json).unwrap().unwrap();
        assert_eq!(read.to_bits(), number.to_bits(), "{json}");
        match read_json::<Document>(&json) {
            Ok(Some(Document::Double(read))) => assert_eq!(read.to_bits(), number.to_bits(), "{json}"),
            other => panic!("{json}: {other:?}"),
        }
        assert_eq!(Document::Double(number).to_string(), json);
    }
}

#[test]
fn a_finite_float_is_valid_json_and_the_same_when_read() {
    let mut numbers = Numbers(2);
    // If the digits of this number are rounded to 64 bits first, and then to 32 bits, the result is the next float.
    let rounded_twice = 7.038_531e-26_f32.to_bits();
    let bits = (0..=254_u32).map(|exponent| exponent << 23).chain([rounded_twice]);
    let random = std::iter::repeat_with(|| (numbers.next() >> 32) as u32).take(2_000);
    for bits in bits.chain(random).flat_map(|bits| [bits, bits ^ 1, bits | 1 << 31]) {
        let number = f32::from_bits(bits);
        if number.is_finite() {
            let json = String::from_utf8(JsonCodec::AWS_JSON.serialize(&number).unwrap()).unwrap();
            assert!(serde_json::from_str::<serde_json::Number>(&json).is_ok(), "{json}");
            assert_eq!(read_json::<f32>(&json).map(|read| read.map(f32::to_bits)), Ok(Some(bits)), "{json}");
        }
    }
}

#[test]
fn floats_of_any_value_are_the_same_in_every_format() {
    let names = [(f64::NAN, "\"NaN\""), (f64::INFINITY, "\"Infinity\""), (f64::NEG_INFINITY, "\"-Infinity\"")];
    for (number, name) in names {
        #[allow(clippy::cast_possible_truncation, reason = "The numbers have no digits.")]
        let float = number as f32;
        for json in [JsonCodec::AWS_JSON.serialize(&number), JsonCodec::AWS_JSON.serialize(&float)] {
            assert_eq!(json.unwrap(), name.as_bytes());
        }
        assert_eq!(read_json::<f64>(name).unwrap().unwrap().to_string(), number.to_string());
        assert_eq!(read_json::<f32>(name).unwrap().unwrap().to_string(), number.to_string());
    }
    #[cfg(feature = "cbor")]
    for number in doubles().chain(names.map(|(number, _)| number)) {
        let codec = cbor::CborCodec;
        let again = read::<f64>(codec, &codec.serialize(&number).unwrap()).unwrap().unwrap();
        assert!(again.to_bits() == number.to_bits() || again.is_nan() && number.is_nan(), "{number:e}");
    }
}

/// Servers may write numbers differently from this crate. All such numbers must be read as `serde_json` reads them.
#[test]
fn numbers_of_servers_are_read_as_serde_json_reads_them() {
    const NUMBERS: &str = "0 -0 00 01 -01 +1 - 1. .5 -.5 1e 1e+ 1E5 1e5 1e+2 1e-2 1.0 1.50 100E-2 0e0 0e999 1e-999 2.5 0x10 \
        1_000 NaN Infinity -Infinity 9007199254740993 -9007199254740993 9223372036854775807 9223372036854775808 \
        -9223372036854775808 -9223372036854775809 18446744073709551616 123456789012345678 1234567890123456789 1e18 \
        1e19 1e308 1.7976931348623157e308 2.2250738585072011e-308 5e-324 2e-324 ١";
    for json in NUMBERS.split(' ').flat_map(|number| [number.to_owned(), format!(" {number}\n"), format!("[{number}]")])
    {
        let number = json.trim_matches(['[', ']', ' ', '\n']);
        let valid = serde_json::from_str::<serde_json::Value>(&json).is_ok();
        let (double, integer) = match json.starts_with('[') {
            true => (
                read_json::<Vec<f64>>(&json).map(|read| read.unwrap()[0]),
                read_json::<Vec<i64>>(&json).map(|read| read.unwrap()[0]),
            ),
            false => (read_json::<f64>(&json).map(Option::unwrap), read_json::<i64>(&json).map(Option::unwrap)),
        };
        assert_eq!(double.is_ok(), valid, "{json}");
        assert_eq!(read_json::<Document>(&json).is_ok(), valid, "{json}");
        if let Ok(double) = double {
            assert_eq!(double.to_bits(), number.parse::<f64>().unwrap().to_bits(), "{json}");
        }
        // An integer may be written with an exponent, or with a fraction that is zero.
        let expected = number.parse().ok().or_else(|| exact_integer(number.parse().ok()?)).filter(|_| valid);
        assert_eq!(integer.ok(), expected, "{json}");
    }
}
