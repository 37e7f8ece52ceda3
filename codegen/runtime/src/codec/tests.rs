//! Tests of numbers and timestamps in JSON and CBOR, and of members that are out of order, repeated, unknown or
//! invalid.

mod members;
mod numbers;

use super::{json::JsonCodec, *};
use crate::schema::ErrorCorrection;

#[test]
fn a_date_outside_the_range_of_years_is_an_error() {
    let wire =
        |seconds, format| timestamp_string(format, Timestamp::new(seconds, 0)).map_err(|error| error.to_string());
    assert_eq!(wire(253_402_300_799, TimestampFormat::DateTime), Ok("9999-12-31T23:59:59Z".to_owned()));
    assert_eq!(wire(253_402_300_800, TimestampFormat::EpochSeconds), Ok("253402300800".to_owned()));
    let error = "expected a timestamp with a year from 0 to 9999, found a year outside this range";
    for (seconds, format) in [
        (253_402_300_800, TimestampFormat::DateTime),
        (253_402_300_800, TimestampFormat::HttpDate),
        (-62_167_219_201, TimestampFormat::DateTime),
    ] {
        assert_eq!(wire(seconds, format), Err(error.to_owned()));
    }
}

/// A source of pseudorandom numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn shuffle<T>(&mut self, values: &mut [T]) {
        for index in (1..values.len()).rev() {
            values.swap(index, self.below(index + 1));
        }
    }
}

/// Deserializes JSON.
fn read_json<T: DeserializableShape + ErrorCorrection>(json: &str) -> Result<Option<T>, String> {
    read(JsonCodec::AWS_JSON, json.as_bytes())
}

/// Deserializes a value. Returns `None` for null.
fn read<T: DeserializableShape + ErrorCorrection>(codec: impl Codec, data: &[u8]) -> Result<Option<T>, String> {
    let mut value = T::corrected();
    let found = codec.deserialize(data, MemoryLimit::NONE, &mut value);
    found.map(|found| found.then_some(value)).map_err(|error| error.to_string())
}
