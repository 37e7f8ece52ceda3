//! Client error correction: the values of required members that are absent from a response.

use std::collections::BTreeMap;

use crate::primitives::{BigDecimal, BigInteger, Blob, ByteStream, Document, Timestamp};

/// A type that has a value for absent required members, as defined by Smithy's client error correction. The value is
/// zero, `false`, empty, or a structure whose required members have such values.
pub trait ErrorCorrection {
    /// Returns the value for an absent required member.
    fn corrected() -> Self;
}

macro_rules! corrected_is_default {
    ($($ty:ty),*) => {
        $(impl ErrorCorrection for $ty {
            fn corrected() -> Self {
                Self::default()
            }
        })*
    };
}

corrected_is_default!(
    bool, i8, i16, i32, i64, f32, f64, String, Blob, ByteStream, Document, Timestamp, BigInteger, BigDecimal
);

impl<T> ErrorCorrection for Option<T> {
    fn corrected() -> Self {
        None
    }
}

impl<T> ErrorCorrection for Vec<T> {
    fn corrected() -> Self {
        Self::new()
    }
}

impl<K, T> ErrorCorrection for BTreeMap<K, T> {
    fn corrected() -> Self {
        Self::new()
    }
}

impl<T: ErrorCorrection> ErrorCorrection for Box<T> {
    fn corrected() -> Self {
        Self::new(T::corrected())
    }
}
