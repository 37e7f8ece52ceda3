//! Reads CBOR tokens: simple values, and the boundaries of lists and maps.

use std::{borrow::Cow, fmt};

use minicbor::data::{IanaTag, Tag, Type};

use super::{CborDeserializer, DEEPEST, DEEPEST_STRUCTURES, TIMESTAMP, big};
use crate::{
    primitives::{BigDecimal, Timestamp},
    schema::SerdeError,
};

/// The number of items left in a list or map, or `None` if its length is indefinite.
pub(super) struct Remaining(Option<u64>);

impl Remaining {
    /// Returns the number of items that follow, including the one that `next` has just announced, or `usize::MAX` if
    /// the number is unknown.
    pub(super) fn expected(&self) -> usize {
        self.0.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX).saturating_add(1))
    }
}

/// The kind of a collection: a list, or a map with strings as keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    List,
    Map,
}

#[cold]
pub(super) fn malformed(error: impl fmt::Display) -> SerdeError {
    SerdeError::new(format_args!("invalid CBOR: {error}"))
}

impl<'a> CborDeserializer<'a> {
    /// Returns the type of the next value. Tags that this codec does not use are skipped.
    pub(super) fn peek(&mut self) -> Result<Type, SerdeError> {
        loop {
            let before = self.decoder.position();
            match self.decoder.datatype().map_err(malformed)? {
                Type::Break => return Err(malformed("unexpected break")),
                Type::Tag => {
                    let tag = self.decoder.tag().map_err(malformed)?;
                    let known = [IanaTag::PosBignum, IanaTag::NegBignum, IanaTag::Decimal, IanaTag::Timestamp];
                    if known.iter().any(|known| Tag::from(*known) == tag) {
                        self.decoder.set_position(before);
                        return Ok(Type::Tag);
                    }
                }
                found => return Ok(found),
            }
        }
    }

    /// Consumes the next value if it is null. Returns whether it was null.
    pub(super) fn null(&mut self) -> Result<bool, SerdeError> {
        match self.peek()? {
            Type::Null => self.decoder.null().map_err(malformed)?,
            Type::Undefined => self.decoder.undefined().map_err(malformed)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Skips a value, which may be nested to any depth. Unlike minicbor's own method, this one does not accept a break
    /// as a value.
    pub(super) fn skip(&mut self) -> Result<(), SerdeError> {
        // The lists and maps around the cursor.
        let mut around: Vec<(Remaining, Collection)> = Vec::new();
        loop {
            let (length, collection) = match self.peek()? {
                Type::Array | Type::ArrayIndef => (self.decoder.array(), Some(Collection::List)),
                Type::Map | Type::MapIndef => (self.decoder.map(), Some(Collection::Map)),
                Type::Tag => {
                    self.tag()?;
                    continue;
                }
                _ => (self.decoder.skip().map(|()| None), None),
            };
            let length = length.map_err(malformed)?;
            if let Some(collection) = collection {
                if around.len() >= DEEPEST as usize {
                    self.limit.claim(2 * size_of::<(Remaining, Collection)>())?;
                }
                around.push((Remaining(length), collection));
            }
            loop {
                let Some((remaining, collection)) = around.last_mut() else { return Ok(()) };
                if self.more(remaining)? {
                    if *collection == Collection::Map {
                        self.string()?;
                    }
                    break;
                }
                around.pop();
            }
        }
    }

    /// Returns `None` if the next value is null. Otherwise, returns an error, since it does not have the expected type.
    pub(super) fn null_or_unexpected<T>(&mut self, expected: &str) -> Result<Option<T>, SerdeError> {
        if self.null()? { Ok(None) } else { Err(self.unexpected(expected)) }
    }

    /// Returns an error for a value that does not have the expected type.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: &str) -> SerdeError {
        let next = match self.peek() {
            Ok(next) => next,
            Err(error) => return error,
        };
        let found = match next {
            Type::String | Type::StringIndef => "a string",
            Type::Bytes | Type::BytesIndef => "a blob",
            Type::Array | Type::ArrayIndef => "a list",
            Type::Map | Type::MapIndef => "a map",
            Type::Bool => "a boolean",
            Type::Null | Type::Undefined => "null",
            _ => "a number",
        };
        // A malformed value is reported as such.
        self.skip().map_or_else(|error| error, |()| SerdeError::unexpected(found, expected))
    }

    pub(super) fn tag(&mut self) -> Result<Option<IanaTag>, SerdeError> {
        let tag = self.decoder.tag().map_err(malformed)?;
        Ok(IanaTag::try_from(tag).ok())
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, SerdeError> {
        match self.decoder.datatype().map_err(malformed)? {
            Type::String => self.decoder.str().map(Cow::Borrowed).map_err(malformed),
            _ => {
                let chunks = self.decoder.str_iter().map_err(malformed)?;
                chunks.collect::<Result<String, _>>().map(Cow::Owned).map_err(malformed)
            }
        }
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, SerdeError> {
        let mut bytes = Vec::new();
        for chunk in self.decoder.bytes_iter().map_err(malformed)? {
            bytes.extend_from_slice(chunk.map_err(malformed)?);
        }
        Ok(bytes)
    }

    /// Reads a float of any width.
    pub(super) fn float(&mut self, found: Type) -> Result<f64, SerdeError> {
        match found {
            Type::F16 => {
                let at = self.decoder.position();
                let bits = self.decoder.input().get(at + 1..at + 3).and_then(|bytes| bytes.first_chunk());
                let bits = bits.ok_or_else(|| malformed("unexpected end of input in a number"))?;
                self.decoder.set_position(at + 3);
                Ok(half(u16::from_be_bytes(*bits)))
            }
            Type::F32 => self.decoder.f32().map(f64::from).map_err(malformed),
            _ => self.decoder.f64().map_err(malformed),
        }
    }

    /// Reads the digits of an integer of any size.
    pub(super) fn digits(&mut self) -> Result<String, SerdeError> {
        match self.peek()? {
            Type::Tag => match self.tag()? {
                Some(IanaTag::PosBignum) => big::to_digits(&self.bytes()?).ok_or_else(too_long),
                Some(IanaTag::NegBignum) => {
                    let digits = big::to_digits(&big::plus_one(&self.bytes()?)).ok_or_else(too_long)?;
                    Ok(format!("-{digits}"))
                }
                _ => Err(SerdeError::unexpected("an unexpected tag", "an integer")),
            },
            found if is_integer(found) => self.decoder.int().map(|int| int.to_string()).map_err(malformed),
            _ => Err(self.unexpected("an integer")),
        }
    }

    /// Reads a decimal fraction: a list of an exponent of ten and a mantissa.
    pub(super) fn decimal(&mut self) -> Result<BigDecimal, SerdeError> {
        let mut parts = Remaining(self.decoder.array().map_err(malformed)?);
        let mut numbers = Vec::new();
        while self.more(&mut parts)? {
            if numbers.len() == 2 {
                return Err(not_decimal());
            }
            numbers.push(self.digits()?);
        }
        let [exponent, mantissa] = &numbers[..] else { return Err(not_decimal()) };
        decimal_digits(mantissa, exponent).parse().map_err(malformed)
    }

    pub(super) fn timestamp(&mut self) -> Result<Timestamp, SerdeError> {
        let time = match self.peek()? {
            found if is_integer(found) => {
                self.decoder.i64().ok().and_then(|seconds| Timestamp::of_calendar(seconds, 0))
            }
            found if is_float(found) => {
                // Fractions are rounded to milliseconds.
                Timestamp::from_secs_f64((self.float(found)? * 1e3).round() / 1e3)
            }
            _ => return Err(SerdeError::unexpected("a value that is not a number", TIMESTAMP)),
        };
        time.ok_or_else(|| SerdeError::unexpected("a number out of range", TIMESTAMP))
    }

    /// Enters a list or map.
    fn open(&mut self, length: Option<u64>) -> Result<Remaining, SerdeError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SerdeError::new(format_args!("lists and maps are nested more than {DEEPEST} levels deep")));
        }
        Ok(Remaining(length))
    }

    /// Returns whether another item follows. If not, leaves the list or map.
    pub(super) fn next(&mut self, remaining: &mut Remaining) -> Result<bool, SerdeError> {
        let more = self.more(remaining)?;
        self.depth -= u32::from(!more);
        Ok(more)
    }

    /// Returns whether another item follows. If not, moves past the end, but does not change the depth.
    fn more(&mut self, remaining: &mut Remaining) -> Result<bool, SerdeError> {
        Ok(match &mut remaining.0 {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None if self.decoder.datatype().map_err(malformed)? == Type::Break => {
                self.decoder.set_position(self.decoder.position() + 1);
                false
            }
            None => true,
        })
    }

    pub(super) fn open_map(&mut self) -> Result<Remaining, SerdeError> {
        let length = self.decoder.map().map_err(malformed)?;
        self.open(length)
    }

    pub(super) fn open_list(&mut self) -> Result<Remaining, SerdeError> {
        let length = self.decoder.array().map_err(malformed)?;
        self.open(length)
    }

    pub(super) fn open_structure(&mut self) -> Result<Remaining, SerdeError> {
        self.structures += 1;
        if self.structures > DEEPEST_STRUCTURES {
            let message = format_args!("structures are nested more than {DEEPEST_STRUCTURES} levels deep");
            return Err(SerdeError::new(message));
        }
        self.open_map()
    }
}

/// Formats a decimal fraction, without an exponent if the result is short. For example, a mantissa of 110 and an
/// exponent of -2 result in `1.10`. This is usually the notation that the number had before it was encoded.
fn decimal_digits(mantissa: &str, exponent: &str) -> String {
    /// The maximum number of digits after the decimal point in the notation without an exponent.
    const MOST: usize = 64;
    let places =
        exponent.strip_prefix('-').and_then(|places| places.parse::<usize>().ok()).filter(|places| *places <= MOST);
    match places {
        _ if exponent == "0" => mantissa.to_owned(),
        None => format!("{mantissa}e{exponent}"),
        Some(places) => {
            let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
            let digits = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
    }
}

#[cold]
fn not_decimal() -> SerdeError {
    SerdeError::unexpected("an invalid list", "a decimal fraction (an exponent and a mantissa)")
}

#[cold]
fn too_long() -> SerdeError {
    SerdeError::new(format!("an integer has more than {} bytes", big::LONGEST))
}

pub(super) fn is_integer(found: Type) -> bool {
    use Type::{I8, I16, I32, I64, Int, U8, U16, U32, U64};
    matches!(found, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | Int)
}

pub(super) fn is_float(found: Type) -> bool {
    matches!(found, Type::F16 | Type::F32 | Type::F64)
}

/// Converts a half-precision float: a sign bit, 5 bits of exponent and 10 bits of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (fraction / 1024.0 + 1.0) * 2_f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}
