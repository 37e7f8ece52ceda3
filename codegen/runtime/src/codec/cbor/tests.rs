use std::collections::BTreeMap;

use super::*;
use crate::{
    primitives::{BigDecimal, BigInteger, Blob, Document, Timestamp},
    schema::{self, ErrorCorrection},
};

#[derive(Clone, Debug, PartialEq)]
struct Part {
    name: String,
    made: Option<Timestamp>,
    parts: Option<Vec<Part>>,
    sizes: Option<BTreeMap<String, Option<i32>>>,
    huge: Option<BigInteger>,
    exact: Option<BigDecimal>,
    bytes: Option<Blob>,
    anything: Option<Document>,
    weight: Option<f64>,
}

schema::structure! {
    Part: "test", "Part";
    required "Name" name: String;
    option "Made" made: Timestamp [TimestampFormat(crate::schema::TimestampFormat::DateTime)];
    option "Parts" parts: List(Structure);
    option "Sizes" sizes: Map(String; Integer) [Sparse];
    option "Huge" huge: BigInteger;
    option "Exact" exact: BigDecimal;
    option "Bytes" bytes: Blob;
    option "Anything" anything: Document;
    option "Weight" weight: Double;
}

fn read<T: DeserializableShape + ErrorCorrection>(cbor: &[u8]) -> Result<Option<T>, String> {
    let mut value = T::corrected();
    let found = CborCodec.deserialize(cbor, MemoryLimit::for_response(1024), &mut value);
    found.map(|found| found.then_some(value)).map_err(|error| error.to_string())
}

#[test]
fn values_are_read_as_they_were_written() {
    let leaf = Part { name: "leaf".to_owned(), ..Part::corrected() };
    for (huge, exact) in [
        ("98765432109876543210987654321098765432109876543210", "0.1"),
        ("-98765432109876543210987654321098765432109876543210", "-12345678901234567890.123456789e-5"),
        ("18446744073709551615", "5"),
        ("-9223372036854775809", "1e400"),
        ("0", "0"),
    ] {
        let anything = Document::from(serde_json::json!({ "a": [1, 2.5, null, true, "x"] }));
        let part = Part {
            name: "é".to_owned(),
            made: Some(Timestamp::new(-1, 500_000_000)),
            parts: Some(vec![leaf.clone(), Part { parts: Some(vec![leaf.clone()]), ..leaf.clone() }]),
            sizes: Some(BTreeMap::from([("a".to_owned(), Some(-1)), ("b".to_owned(), None)])),
            huge: Some(huge.parse().unwrap()),
            exact: None,
            bytes: Some(Blob::from(&[0, 255])),
            anything: Some(anything),
            weight: Some(f64::NEG_INFINITY),
        };
        assert_eq!(read::<Part>(&CborCodec.serialize(&part).unwrap()), Ok(Some(part)));
        // A decimal number may have different digits after the round trip, but it must have the same value.
        let number: BigDecimal = exact.parse().unwrap();
        let again = read::<BigDecimal>(&CborCodec.serialize(&number).unwrap()).unwrap().unwrap();
        assert_eq!(again.as_str().parse::<f64>().unwrap(), exact.parse::<f64>().unwrap(), "{exact}: {again}");
    }
}

#[test]
fn a_timestamp_is_under_tag_1_whatever_its_format() {
    let part = Part { made: Some(Timestamp::new(1, 0)), ..Part::corrected() };
    assert_eq!(CborCodec.serialize(&part).unwrap(), b"\xbf\x64Name\x60\x64Made\xc1\x01\xff");
}

#[test]
fn the_resolution_of_timestamps_is_one_millisecond() {
    for (nanoseconds, encoded) in [
        (999_999, &b"\xc1\x01"[..]),
        (500_999_999, b"\xc1\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00"),
        (123_456_789, &[b"\xc1\xfb", &1.123_f64.to_be_bytes()[..]].concat()),
    ] {
        let part = Part { made: Some(Timestamp::new(1, nanoseconds)), ..Part::corrected() };
        let expected = [b"\xbf\x64Name\x60\x64Made", encoded, b"\xff"].concat();
        assert_eq!(CborCodec.serialize(&part).unwrap(), expected, "{nanoseconds}");
    }
}

#[test]
fn half_floats_integers_and_undefined_are_read() {
    for (cbor, expected) in [
        (&b"\xf9\x3e\x00"[..], Some(1.5)),
        (b"\xf9\x00\x01", Some(2_f64.powi(-24))),
        (b"\xf9\xfc\x00", Some(f64::NEG_INFINITY)),
        (b"\xfa\x40\xf4\x00\x00", Some(7.625)),
        (b"\x18\x38", Some(56.0)),
        (b"\xf7", None),
        (b"\xf6", None),
    ] {
        assert_eq!(read::<f64>(cbor), Ok(expected), "{cbor:x?}");
    }
    assert_eq!(read::<i64>(b"\xfb\x40\x00\x00\x00\x00\x00\x00\x00"), Ok(Some(2)));
    // A tag that the codec does not use is skipped.
    assert_eq!(read::<String>(b"\xd9\xd9\xf7\x61x"), Ok(Some("x".to_owned())));
    assert_eq!(read::<String>(b"\x7f\x61a\x61b\xff"), Ok(Some("ab".to_owned())));
}

#[test]
fn null_is_kept_if_it_is_a_value_of_the_type() {
    let null = Document::Null;
    let list = vec![Document::from(1), null.clone(), Document::from(vec![null.clone()])];
    assert_eq!(CborCodec.serialize(&list).unwrap(), b"\x83\x01\xf6\x81\xf6");
    assert_eq!(read::<Vec<Document>>(b"\x83\x01\xf6\x81\xf6"), Ok(Some(list)));
    let map = BTreeMap::from([("a".to_owned(), null)]);
    assert_eq!(CborCodec.serialize(&map).unwrap(), b"\xa1\x61a\xf6");
    assert_eq!(read::<BTreeMap<String, Document>>(b"\xa1\x61a\xf6"), Ok(Some(map)));
    // The elements of these types cannot be null, so null elements are skipped.
    assert_eq!(read::<Vec<i32>>(b"\x83\x01\xf6\x02"), Ok(Some(vec![1, 2])));
    assert_eq!(read::<BTreeMap<String, bool>>(b"\xa1\x61a\xf6"), Ok(Some(BTreeMap::new())));
}

#[test]
fn malformed_or_large_input_is_an_error() {
    for cbor in
        [&b""[..], b"\x61", b"\xbf\x64Name", b"\x9f\x01", b"\xbf\x01\x02\xff", b"\x61\xff", b"\xf9\x00", b"\x00\x00"]
    {
        assert!(read::<Part>(cbor).is_err(), "{cbor:x?}");
    }
    assert_eq!(read::<Part>(b"\xa1\x64Name\x05").unwrap_err(), "Part.Name: expected a string, found a number");
    // If a length exceeds the rest of the body, no memory is reserved for it.
    assert!(read::<Vec<i64>>(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01").is_err());
    assert!(read::<Document>(&[0x81; 1000]).unwrap_err().contains("nested more than 128 levels"));
    let many = [&b"\x9f"[..], &b"\xa0".repeat(100_000), b"\xff"].concat();
    assert!(read::<Vec<Part>>(&many).unwrap_err().starts_with("the deserialized response exceeds"));
}

#[test]
fn a_break_is_not_a_value() {
    for cbor in [
        &b"\xff"[..],
        b"\x81\xff",
        b"\x82\x01\xff",
        b"\xbf\x61a\xff",
        b"\xa1\x61a\xff",
        b"\x9f\xc1\xff",
        b"\xc4\x9f\x20\xff",
    ] {
        let malformed = |error: String| error.contains("invalid CBOR") || error.contains("decimal fraction");
        assert!(read::<Document>(cbor).is_err_and(malformed), "{cbor:x?}");
        // The value of an unknown member is checked too, but a decimal fraction only needs to be a valid list.
        let unknown = [b"\xa1\x61x", cbor].concat();
        assert!(read::<Part>(&unknown).is_err() || cbor.starts_with(b"\xc4"), "{cbor:x?}");
    }
    assert!(read::<Part>(b"\xbf\x64Name\xff").is_err());
    assert!(read::<bool>(b"\xff").is_err());
    // Unknown members with valid values are skipped.
    let skipped = b"\xbf\x61x\x9f\xbf\x61a\x82\x01\x80\xff\xc4\x82\x01\x02\xff\x64Name\x61n\xff";
    assert_eq!(read::<Part>(skipped).unwrap().unwrap().name, "n");
}

#[test]
fn a_decimal_fraction_is_an_exponent_and_a_mantissa() {
    assert_eq!(read::<BigDecimal>(b"\xc4\x82\x20\x0f"), Ok(Some("1.5".parse().unwrap())));
    assert_eq!(read::<BigDecimal>(b"\xc4\x9f\x20\x0f\xff"), Ok(Some("1.5".parse().unwrap())));
    for cbor in [
        &b"\xc4\x82\xf6\xf6"[..],
        b"\xc4\x82\x20\xf6",
        b"\xc4\x80",
        b"\xc4\x81\x01",
        b"\xc4\x83\x20\x0f\x01",
        b"\xc4\x9f\x20\x0f\x01\xff",
        b"\xc4\x9f\x20\xff",
        b"\xc4\xf6",
        b"\xc4\x82\x20\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00",
    ] {
        assert!(read::<BigDecimal>(cbor).is_err(), "{cbor:x?}");
        assert!(read::<Document>(cbor).is_err(), "{cbor:x?}");
    }
    // A bignum is not a timestamp.
    assert!(read::<Timestamp>(b"\xc2\x01").is_err());
    // Decimal fractions have no negative zero.
    let zero: BigDecimal = "-0.0".parse().unwrap();
    assert_eq!(CborCodec.serialize(&zero).unwrap(), b"\xc4\x82\x20\x00");
}

#[test]
fn a_bignum_that_would_take_long_to_convert_is_rejected() {
    // {"Huge": 2(h'5a5a…')}
    let bignum = |length: u16| {
        let mut cbor = b"\xa1\x64Huge\xc2\x59".to_vec();
        cbor.extend(length.to_be_bytes());
        cbor.extend(std::iter::repeat_n(0x5a, length.into()));
        read::<Part>(&cbor)
    };
    assert_eq!(bignum(60_000).unwrap_err(), "Part.Huge: an integer has more than 1024 bytes");
    let huge = bignum(1024).unwrap().and_then(|part| part.huge).unwrap();
    assert_eq!(huge.as_str().len(), 2466);
}

#[test]
fn malformed_cbor_is_described() {
    fn error<T: DeserializableShape + ErrorCorrection + std::fmt::Debug>(cbor: &[u8]) -> String {
        read::<T>(cbor).unwrap_err()
    }
    for (found, expected) in [
        (error::<i64>(b"\x05\x05"), "unexpected data after the value"),
        (error::<f64>(b"\xf9\x00"), "unexpected end of input in a number"),
        (error::<Document>(&[0x81; 1000]), "lists and maps are nested more than 128 levels deep"),
        (error::<bool>(b"\x05"), "expected a boolean, found a number"),
        (
            error::<i64>(b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
            "expected an integer, found a number that does not fit in 64 bits",
        ),
        (error::<BigInteger>(b"\xc4\x82\x00\x01"), "expected an integer, found an unexpected tag"),
        (error::<Timestamp>(b"\xc2\x41\x01"), "expected a timestamp (seconds since 1970), found an unexpected tag"),
        (
            error::<Timestamp>(b"\xc1\x61a"),
            "expected a timestamp (seconds since 1970), found a value that is not a number",
        ),
        (
            error::<BigDecimal>(b"\xc4\x80"),
            "expected a decimal fraction (an exponent and a mantissa), found an invalid list",
        ),
        (error::<BigDecimal>(b"\xf9\x7e\x00"), "expected a decimal number, found a number that is not finite"),
    ] {
        assert!(found.ends_with(expected), "{found}");
    }
    let huge: BigDecimal = "1e99999999999999999999".parse().unwrap();
    let error = CborCodec.serialize(&huge).unwrap_err();
    assert_eq!(error.to_string(), "the exponent of a decimal number is too large");
}

#[test]
fn a_decimal_number_keeps_its_digits() {
    for number in ["0.5", "1.10", "-0.05", "-12.0", "100", "0.000001", "123456789.987654321"] {
        let decimal: BigDecimal = number.parse().unwrap();
        assert_eq!(read::<BigDecimal>(&CborCodec.serialize(&decimal).unwrap()), Ok(Some(decimal)), "{number}");
    }
}
