//! Random numbers for tokens and jitter, but not for secrets. Tests can replace the source of the numbers.

use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// A source of random numbers for idempotency tokens, invocation IDs and retry jitter.
///
/// Programs rarely need to implement this trait. A test can use constant numbers, so that requests are reproducible:
///
/// ```
/// # use simba_runtime::config::Config;
/// # use simba_runtime::random::Random;
/// #
/// #[derive(Debug)]
/// struct Constant;
///
/// impl Random for Constant {
///     fn bits(&self) -> u64 {
///         42
///     }
/// }
///
/// let config = Config::builder().random(Constant).build();
/// # drop(config);
/// ```
pub trait Random: Debug + Send + Sync {
    /// Returns 64 random bits.
    fn bits(&self) -> u64;

    /// Fills a slice with random bits. By default, this calls [`bits`](Self::bits) for each element. A source that
    /// returns many bits at once, such as one that calls the operating system, can override this method.
    fn fill(&self, out: &mut [u64]) {
        out.fill_with(|| self.bits());
    }
}

/// The operating system's random numbers, from the `getrandom` crate. Clients use this source by default.
///
/// No state is kept between calls, so threads, forked processes and multiple copies of the library never share a
/// sequence. Programs for `wasm32-unknown-unknown` must enable the `js` feature of `getrandom` 0.2.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn bits(&self) -> u64 {
        let mut out = [0];
        self.fill(&mut out);
        out[0]
    }

    fn fill(&self, out: &mut [u64]) {
        // A call to a service needs four numbers, which a single call to the operating system returns.
        for out in out.chunks_mut(4) {
            let mut bytes = [0; 32];
            let bytes = &mut bytes[..size_of_val(out)];
            match getrandom::getrandom(bytes) {
                Ok(()) => {
                    let numbers = bytes.as_chunks().0.iter().map(|bytes| u64::from_ne_bytes(*bytes));
                    out.iter_mut().zip(numbers).for_each(|(out, number)| *out = number);
                }
                Err(_) => out.fill_with(without_system),
            }
        }
    }
}

/// Returns a number that is unique among all calls, threads and processes on this machine. This is the fallback for
/// systems without a source of randomness. Tokens must be unique, but need not be secret.
#[cold]
fn without_system() -> u64 {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let hash = Sha256::new()
        .chain_update(since_epoch.as_nanos().to_ne_bytes())
        .chain_update(std::process::id().to_ne_bytes())
        .chain_update(CALLS.fetch_add(1, Ordering::Relaxed).to_ne_bytes())
        .finalize();
    hash.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
}

/// Returns a random number in the range `[0, 1)`.
#[doc(hidden)]
pub fn fraction(random: &dyn Random) -> f64 {
    // The mantissa of a double has 53 bits.
    (random.bits() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Returns a random UUID, version 4.
#[doc(hidden)]
pub fn uuid(random: &dyn Random) -> String {
    Uuid::random::<1>(random)[0].to_string()
}

#[derive(Clone, Copy)]
pub(crate) struct Uuid(u128);

impl Uuid {
    /// Returns random UUIDs, version 4. All random numbers are requested at once.
    pub(crate) fn random<const N: usize>(random: &dyn Random) -> [Self; N] {
        let mut bits = [[0; 2]; N];
        random.fill(bits.as_flattened_mut());
        bits.map(|[high, low]| {
            let bits = (u128::from(high) << 64) | u128::from(low);
            Self(bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62))
        })
    }

    /// Returns the digits and hyphens of the UUID.
    pub(crate) fn digits(self) -> [u8; 36] {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [b'-'; 36];
        let mut at = 0;
        for (index, byte) in self.0.to_be_bytes().iter().enumerate() {
            at += usize::from(matches!(index, 4 | 6 | 8 | 10));
            digits[at] = HEX[usize::from(byte >> 4)];
            digits[at + 1] = HEX[usize::from(byte & 0xf)];
            at += 2;
        }
        digits
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The digits are ASCII.
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_version_4_and_is_new_each_time() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..10_000 {
            let id = uuid(&SystemRandom);
            assert_eq!(id.len(), 36);
            assert_eq!(&id[14..15], "4", "{id}");
            assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
            assert!(seen.insert(id));
        }
    }

    #[test]
    fn a_slice_of_any_length_is_filled() {
        for length in 0..10 {
            let mut numbers = vec![0; length];
            SystemRandom.fill(&mut numbers);
            let unique: std::collections::BTreeSet<u64> =
                numbers.iter().copied().filter(|number| *number != 0).collect();
            assert_eq!(unique.len(), length, "{numbers:?}");
        }
    }

    #[test]
    fn numbers_are_unique_if_the_system_provides_none() {
        let seen: std::collections::BTreeSet<u64> = (0..10_000).map(|_| without_system()).collect();
        assert_eq!(seen.len(), 10_000);
    }

    #[test]
    fn fractions_fill_their_range() {
        let (mut low, mut high) = (1.0_f64, 0.0_f64);
        for _ in 0..10_000 {
            let x = fraction(&SystemRandom);
            assert!((0.0..1.0).contains(&x));
            low = low.min(x);
            high = high.max(x);
        }
        assert!(low < 0.01 && high > 0.99, "{low} {high}");
    }
}
