use std::collections::BTreeMap;

use super::*;
use crate::{
    primitives::{BigDecimal, BigInteger, Blob, Document, Timestamp},
    schema::{self, ErrorCorrection, SerializableShape},
};

#[derive(Clone, Debug, PartialEq)]
struct Part {
    name: String,
    made: Option<Timestamp>,
    parts: Option<Vec<Part>>,
    sizes: Option<BTreeMap<String, Option<i32>>>,
    key: Option<String>,
}

schema::structure! {
    Part: "test", "Part";
    required "Name" name: String [JsonName("na\"me")];
    option "Made" made: Timestamp [TimestampFormat(TimestampFormat::DateTime)];
    option "Parts" parts: List(Structure);
    option "Sizes" sizes: Map(String; Integer) [Sparse];
    option "Key" key: String [Sensitive];
}

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Text(String),
    Nothing,
    Unknown(String),
}

schema::union! {
    Choice: "test", "Choice";
    "text" Text: String;
    "nothing" Nothing: Unit;
}

fn write(value: &dyn SerializableShape) -> String {
    String::from_utf8(JsonCodec::AWS_JSON.serialize(value).unwrap()).unwrap()
}

fn read<T: DeserializableShape + ErrorCorrection>(json: &str) -> Result<Option<T>, String> {
    let mut value = T::corrected();
    let found = JsonCodec::AWS_JSON.deserialize(json.as_bytes(), MemoryLimit::NONE, &mut value);
    found.map(|found| found.then_some(value)).map_err(|error| error.to_string())
}

#[test]
fn values_are_written_in_smithys_json_form() {
    assert_eq!(write(&i64::MIN), "-9223372036854775808");
    assert_eq!(write(&true), "true");
    assert_eq!(write(&vec![Some(1), None, Some(3)]), "[1,null,3]");
    assert_eq!(write(&Vec::<bool>::new()), "[]");
    assert_eq!(write(&f64::NEG_INFINITY), "\"-Infinity\"");
    assert_eq!(write(&0.1_f32), "0.1");
    assert_eq!(write(&Blob::from("abc")), "\"YWJj\"");
    assert_eq!(write(&"98765432109876543210987".parse::<BigInteger>().unwrap()), "98765432109876543210987");
    assert_eq!(write(&Timestamp::new(1, 500_000_000)), "1.5");
    assert_eq!(write(&Document::from(vec![1.5])), "[1.5]");
}

#[test]
fn strings_and_keys_are_escaped_where_json_requires_it() {
    assert_eq!(write(&"plain é".to_owned()), "\"plain é\"");
    assert_eq!(write(&"a\"b\\c\n\u{1}\u{7f}".to_owned()), "\"a\\\"b\\\\c\\n\\u0001\u{7f}\"");
    let map = BTreeMap::from([("a\"b".to_owned(), 1), ("c".to_owned(), 2)]);
    assert_eq!(write(&map), r#"{"a\"b":1,"c":2}"#);
}

#[test]
fn characters_are_escaped_as_serde_json_escapes_them() {
    for character in '\0'..='\u{ff}' {
        for string in
            [format!("{character}"), format!("{character}long enough for chunks{character}é{character}{character}")]
        {
            assert_eq!(write(&string), serde_json::to_string(&string).unwrap());
        }
    }
}

#[test]
fn integers_of_any_length_are_written_and_read() {
    let powers = (0..19).map(|power| 10_i64.pow(power));
    for integer in powers.flat_map(|power| [power - 1, power, -power]).chain([i64::MIN, i64::MAX]) {
        assert_eq!(write(&integer), integer.to_string());
        assert_eq!(read(&integer.to_string()), Ok(Some(integer)));
    }
    assert_eq!(read("-0"), Ok(Some(0_i64)));
    assert_eq!(read("1234567890123456789.0"), Ok(Some(1_234_567_890_123_456_768_i64)));
    for invalid in ["00", "01", "-", "-01", "1.5", ".5", "1.", "1e", "9223372036854775808"] {
        assert!(read::<i64>(invalid).is_err(), "{invalid}");
    }
}

#[test]
fn timestamps_with_any_fraction_are_read_to_the_microsecond() {
    for seconds in ["0.5", "1763816400.125", "1763816400.000001", "9999999999.5", "1.1234567", "-1.5", "1.5e3", "12e2"]
    {
        let expected = Timestamp::from_secs_f64(seconds.parse().unwrap());
        assert_eq!(read::<Timestamp>(seconds), Ok(expected), "{seconds}");
    }
    for invalid in ["01.5", "1.", "1.e2", ".5", "1.5.5", "99999999999999.5"] {
        assert!(read::<Timestamp>(invalid).is_err(), "{invalid}");
    }
}

#[test]
fn a_structure_contains_the_members_that_are_set() {
    let leaf = Part { name: "leaf".to_owned(), made: None, parts: None, sizes: None, key: None };
    let part = Part {
        made: Some(Timestamp::new(0, 0)),
        parts: Some(vec![leaf]),
        sizes: Some(BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), None)])),
        ..Part::corrected()
    };
    let json = r#"{"Name":"","Made":"1970-01-01T00:00:00Z","Parts":[{"Name":"leaf"}],"Sizes":{"a":1,"b":null}}"#;
    assert_eq!(write(&part), json);
    assert_eq!(read::<Part>(json), Ok(Some(part)));
}

#[test]
fn a_protocol_may_use_json_names() {
    let codec = JsonCodec { use_json_name: true, ..JsonCodec::AWS_JSON };
    let mut part = Part::corrected();
    codec.deserialize(br#"{"na\"me":"x","Name":"y"}"#, MemoryLimit::NONE, &mut part).unwrap();
    assert_eq!(part.name, "x");
    assert_eq!(codec.serialize(&part).unwrap(), br#"{"na\"me":"x"}"#);
}

/// The deserializer learns the order of members, since structures of the same type usually have the same order. Other
/// orders must not change the result.
#[test]
fn members_are_read_in_any_order() {
    let (name, key, parts) = (r#""Name":"n""#, r#""Key" : "k""#, r#""Parts":[{"Key":"inner","Name":"i"}]"#);
    let orders = [[name, key, parts], [parts, key, name], [parts, key, name], [key, name, parts], [name, parts, key]];
    let list: Vec<String> = orders.iter().map(|order| format!("{{{}}}", order.join(" , "))).collect();
    let read = read::<Vec<Part>>(&format!("[{}]", list.join(","))).unwrap().unwrap();
    let inner = Part { name: "i".to_owned(), key: Some("inner".to_owned()), ..Part::corrected() };
    let part = Part { name: "n".to_owned(), key: Some("k".to_owned()), parts: Some(vec![inner]), ..Part::corrected() };
    assert_eq!(read, vec![part; orders.len()]);
}

#[test]
fn a_string_with_escapes_is_allocated_once() {
    for json in [r#""a\"b""#, r#""\u00e9\ud83d\ude00 and more than eight characters \\""#, r#""\\\"\n""#] {
        let read: String = read(json).unwrap().unwrap();
        assert_eq!(read, serde_json::from_str::<String>(json).unwrap());
        assert!(read.capacity() < json.len(), "{json}: {}", read.capacity());
    }
}

#[test]
fn reading_accepts_what_servers_send() {
    assert_eq!(read::<i32>(" 5.0 "), Ok(Some(5)));
    assert_eq!(read::<i64>("1e3"), Ok(Some(1000)));
    assert_eq!(read::<f64>("\"Infinity\""), Ok(Some(f64::INFINITY)));
    assert_eq!(read::<bool>("null"), Ok(None));
    assert_eq!(read::<Part>("\"part-1\""), Ok(None));
    assert_eq!(read::<Vec<i32>>("[1,null,2]"), Ok(Some(vec![1, 2])));
    assert_eq!(read::<Vec<Option<i32>>>("[1,null]"), Ok(Some(vec![Some(1), None])));
    assert_eq!(read::<Timestamp>("\"Thu, 01 Jan 1970 00:00:01 GMT\""), Ok(Some(Timestamp::new(1, 0))));
    assert_eq!(read::<BigDecimal>("\"1.50\""), Ok(Some("1.50".parse().unwrap())));
    let part = read::<Part>(r#"{"new":[{}],"Name":null,"Parts":null}"#).unwrap().unwrap();
    assert_eq!(part, Part::corrected());
}

#[test]
fn null_is_kept_if_it_is_a_value_of_the_type() {
    let null = Document::Null;
    for json in ["[1,null]", r#"{"a":null,"b":[null]}"#] {
        assert_eq!(write(&read::<Document>(json).unwrap().unwrap()), json);
    }
    let list = Some(vec![Document::from(1), null.clone(), Document::from(vec![null.clone()])]);
    assert_eq!(read::<Vec<Document>>("[1,null,[null]]"), Ok(list.clone()));
    assert_eq!(write(&list), "[1,null,[null]]");
    let map = Some(BTreeMap::from([("a".to_owned(), null), ("b".to_owned(), Document::from(1))]));
    assert_eq!(read::<BTreeMap<String, Document>>(r#"{"a":null,"b":1}"#), Ok(map.clone()));
    assert_eq!(write(&map), r#"{"a":null,"b":1}"#);
    // The elements of these types cannot be null, so null elements are skipped.
    assert_eq!(read::<Vec<i32>>("[1,null,2]"), Ok(Some(vec![1, 2])));
    assert_eq!(read::<BTreeMap<String, bool>>(r#"{"a":null}"#), Ok(Some(BTreeMap::new())));
    assert_eq!(read::<Vec<Vec<bool>>>("[null,[]]"), Ok(Some(vec![vec![]])));
}

#[test]
fn the_numbers_of_a_document_keep_all_digits() {
    for json in ["1e400", "-1e-400", "123456789012345678901234567890", "0.1234567890123456789", "[0.1,-0.0,1.5e300]"] {
        assert_eq!(write(&read::<Document>(json).unwrap().unwrap()).replace("e+", "e"), json);
    }
    assert_eq!(read::<Document>("1e400"), Ok(Some(Document::BigDecimal("1e400".parse().unwrap()))));
    assert_eq!(read::<Document>("1.50"), Ok(Some(Document::Double(1.5))));
}

#[test]
fn a_number_that_would_become_infinite_is_an_error() {
    assert!(read::<f64>("1e400").unwrap_err().ends_with("found a number out of range"));
    assert_eq!(
        read::<f32>("-1e39").unwrap_err(),
        "expected a number that fits in an `f32`, found a number out of range"
    );
    assert_eq!(read::<f32>("3.4028235e38"), Ok(Some(f32::MAX)));
    assert_eq!(read::<f32>("\"-Infinity\""), Ok(Some(f32::NEG_INFINITY)));
}

#[test]
fn a_surrogate_without_the_other_half_is_replaced() {
    for (json, string) in [
        (r#""\ud83d\ude00""#, "😀"),
        (r#""a\ud83d""#, "a\u{fffd}"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ude00b""#, "\u{fffd}b"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
    ] {
        assert_eq!(read::<String>(json).as_ref().map(Option::as_deref), Ok(Some(string)), "{json}");
    }
    assert!(read::<String>(r#""\ud83d\u00""#).is_err());
}

#[test]
fn a_union_has_the_one_member_that_is_not_null() {
    assert_eq!(read::<Choice>(r#"{"text":null,"__type":"x","nothing":{}}"#), Ok(Some(Choice::Nothing)));
    assert_eq!(read::<Choice>(r#"{"text":"a","nothing":null}"#), Ok(Some(Choice::Text("a".to_owned()))));
    assert_eq!(read::<Choice>(r#"{"newer":{"a":[1]}}"#), Ok(Some(Choice::Unknown("newer".to_owned()))));
    assert_eq!(read::<Choice>("{}"), Ok(Some(Choice::Unknown(String::new()))));
    assert_eq!(read::<Choice>("null"), Ok(None));
    let mixed = read::<Choice>(r#"{"text":"a","nothing":{}}"#).unwrap_err();
    assert_eq!(mixed, "more than one member of the union is set");
    assert_eq!(read::<Vec<Choice>>("[{},null]"), Ok(Some(vec![Choice::Unknown(String::new())])));
    assert_eq!(write(&Choice::Nothing), r#"{"nothing":{}}"#);
    let error = JsonCodec::AWS_JSON.serialize(&Choice::Unknown("newer".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "unknown member `newer` of the union `Choice`");
}

#[test]
fn an_error_contains_the_member_but_not_the_value() {
    let error = |json: &str| read::<Part>(json).unwrap_err();
    assert_eq!(error(r#"{"Parts":[{"Name":5}]}"#), "Part.Parts.Name: expected a string, found a number");
    assert_eq!(error(r#"{"Name":["x"]}"#), "Part.Name: expected a string, found a list");
    assert_eq!(error(r#"{"Key":12345}"#), "Part.Key: expected a string, found a number");
    assert_eq!(
        error(r#"{"Sizes":{"a":3000000000}}"#),
        "Part.Sizes: expected an integer in the range of `i32`, found an integer out of range"
    );
}

#[test]
fn the_error_for_malformed_json_contains_the_position() {
    for (json, message) in [
        ("", "invalid JSON at line 1 column 1: expected a value, found the end of the input"),
        (
            "{\"Name\":\n  \"x",
            "Part.Name: invalid JSON at line 2 column 5: expected a closing quote, found the end of the input",
        ),
        ("{} x", "invalid JSON at line 1 column 4: expected the end of the input, found 'x'"),
        (r#"{"Name" "x"}"#, "invalid JSON at line 1 column 9: expected `:`, found '\"'"),
        (r#"{"Name":"x",}"#, "invalid JSON at line 1 column 13: expected a value, found '}'"),
    ] {
        assert_eq!(read::<Part>(json), Err(message.to_owned()), "{json}");
    }
    for json in ["01", "1.", "-", "+1", "1e", "nul", "[1 2]", "[,1]", "\"\\x\"", "\"\u{1}\"", "{1:2}"] {
        assert!(read::<Document>(json).is_err(), "{json}");
    }
    assert!(JsonCodec::AWS_JSON.deserialize(b"\"\xff\"", MemoryLimit::NONE, &mut String::new()).is_err());
}

#[test]
fn nesting_and_memory_are_limited() {
    let nested = format!("{}{}", "[".repeat(129), "]".repeat(129));
    assert!(read::<Document>(&nested).unwrap_err().contains("nested more than 128 levels"));
    let parts = format!("{}{}{}", "{\"Parts\":[".repeat(49), "{}", "]}".repeat(49));
    assert!(read::<Part>(&parts).unwrap_err().contains("nested more than 48 levels"));
    let parts = format!("[{}]", vec!["{}"; 100_000].join(","));
    let limit = MemoryLimit::for_response(1024);
    let error = JsonCodec::AWS_JSON.deserialize(parts.as_bytes(), limit, &mut Vec::<Part>::new()).unwrap_err();
    assert!(error.to_string().starts_with("the deserialized response exceeds"), "{error}");
}

/// Documents and strings of random JSON are read as `serde_json` reads them.
#[test]
fn any_json_is_read_as_serde_json_reads_it() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    const TOKENS: [&str; 26] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"\\u00e9\\ud83d\\ude00\\n\"",
        "\"long enough to be scanned by chunks\"",
        "1",
        "-0",
        "2.5e3",
        "1e400",
        "true",
        "false",
        "null",
        " ",
        "\n",
        "\"",
        "\\",
        "é",
        "0",
        "123456789012345678901234567890",
        "\u{1}",
        "-",
        ".",
    ];
    for _ in 0..200_000 {
        let json: String = (0..=random(7)).map(|_| TOKENS[random(TOKENS.len())]).collect();
        let ours = read::<Document>(&json).map(Option::unwrap_or_default);
        let theirs = serde_json::from_str::<serde_json::Value>(&json);
        match (ours, theirs) {
            // Long inputs and some exponents are not compared, because serde_json rounds floats less exactly or writes
            // exponents with a sign.
            (Ok(ours), Ok(theirs)) if json.len() < 30 && !json.contains("5e3") && !json.contains("e400") => {
                assert_eq!(ours, Document::from(theirs), "{json}")
            }
            (Ok(_), Ok(_)) => {}
            (Err(_), Err(_)) => {}
            // serde_json rejects numbers that are out of a float's range. This codec reads them as decimal numbers.
            (Ok(_), Err(error)) if error.to_string().contains("number out of range") => {}
            (ours, theirs) => panic!("{json}: {ours:?}, {theirs:?}"),
        }
    }
}

#[test]
fn invalid_tokens_are_described() {
    for (found, expected) in [
        (read::<bool>("5").unwrap_err(), "expected a boolean, found a number"),
        (read::<String>("\"\\x\"").unwrap_err(), "expected an escape sequence, found 'x'"),
        (read::<String>("\"\\u12x4\"").unwrap_err(), "expected four hexadecimal digits, found 'x'"),
        (read::<BigInteger>("1.5").unwrap_err(), "expected an integer, found a value that cannot be parsed"),
        (read::<Blob>("\"?\"").unwrap_err(), "expected base64, found a string that cannot be decoded"),
    ] {
        assert!(found.ends_with(expected), "{found}");
    }
}

#[test]
fn a_stream_within_a_value_is_an_error() {
    let mut stream = crate::primitives::ByteStream::from("a");
    let error = "a stream of bytes can only be the body of a message";
    assert_eq!(JsonCodec::AWS_JSON.serialize(&stream).unwrap_err().to_string(), error);
    let read = JsonCodec::AWS_JSON.deserialize(b"\"YQ==\"", MemoryLimit::NONE, &mut stream);
    assert_eq!(read.unwrap_err().to_string(), error);
}

#[test]
fn a_malformed_value_is_absent() {
    let mut value = Some(5_i64);
    assert!(JsonCodec::AWS_JSON.deserialize(b"\"five\"", MemoryLimit::NONE, &mut value).is_err());
    assert_eq!(value, None);
}

#[test]
fn an_optional_value_is_dropped_when_another_one_is_read() {
    use std::cell::Cell;
    thread_local!(static LIVE: Cell<i32> = const { Cell::new(0) });

    struct Counted;

    impl Drop for Counted {
        fn drop(&mut self) {
            LIVE.set(LIVE.get() - 1);
        }
    }

    impl ErrorCorrection for Counted {
        fn corrected() -> Self {
            LIVE.set(LIVE.get() + 1);
            Self
        }
    }

    impl DeserializableShape for Counted {
        fn deserialize(
            &mut self,
            schema: &MemberSchema,
            deserializer: &mut dyn schema::ShapeDeserializer,
        ) -> Result<bool, SerdeError> {
            Ok(deserializer.read_boolean(schema)?.is_some())
        }
    }

    let mut value: Option<Counted> = None;
    for (json, live) in [("true", 1), ("false", 1), ("null", 0), ("true", 1), ("5", 0), ("true", 1)] {
        let _ = JsonCodec::AWS_JSON.deserialize(json.as_bytes(), MemoryLimit::NONE, &mut value);
        assert_eq!((LIVE.get(), value.is_some()), (live, live == 1), "{json}");
    }
}
