//! The delays between the calls of a wait, as defined by Smithy's waiter specification.

use std::time::Duration;

use crate::random::{self, Random};

/// The limits of a wait: the minimum and maximum delay between calls, and the maximum duration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delay {
    pub(super) min: Duration,
    pub(super) max: Duration,
    pub(super) limit: Duration,
}

impl Delay {
    /// Returns the delay after the given number of calls, or `None` if there is no time left for another call.
    ///
    /// The delay is a random duration between the minimum delay and a limit that doubles with each call, up to the
    /// maximum delay. If less than the minimum delay would be left afterwards, the delay is shortened so that the
    /// minimum delay is left, and the next call is the last one.
    pub(super) fn next(self, random: &dyn Random, calls: u32, left: Duration) -> Option<Duration> {
        if left <= self.min {
            return None;
        }
        let doubled = 2_u32.checked_pow(calls.saturating_sub(1)).and_then(|factor| self.min.checked_mul(factor));
        let longest = doubled.map_or(self.max, |doubled| doubled.min(self.max));
        let pause = self.min + longest.saturating_sub(self.min).mul_f64(random::fraction(random));
        match left.saturating_sub(pause) <= self.min {
            true => Some(left - self.min),
            false => Some(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    const SECOND: Duration = Duration::from_secs(1);

    fn pauses(pace: Delay, calls: u32, left: Duration) -> (Duration, Duration) {
        let mut found: Vec<Duration> = (0..2_000).filter_map(|_| pace.next(&SystemRandom, calls, left)).collect();
        found.sort();
        (found[0], found[found.len() - 1])
    }

    #[test]
    fn a_delay_is_random_and_its_limit_doubles_up_to_the_maximum() {
        let pace = Delay { min: 2 * SECOND, max: 120 * SECOND, limit: 3_600 * SECOND };
        assert_eq!(pauses(pace, 1, pace.limit), (2 * SECOND, 2 * SECOND));
        for (calls, bound) in [(2, 4), (3, 8), (6, 64), (7, 120), (8, 120), (40, 120), (u32::MAX, 120)] {
            let (least, most) = pauses(pace, calls, pace.limit);
            assert!(least >= 2 * SECOND && least < 4 * SECOND, "{calls}: {least:?}");
            assert!(most <= bound * SECOND && most.as_secs_f64() > 0.9 * f64::from(bound), "{calls}: {most:?}");
        }
    }

    #[test]
    fn after_the_last_delay_the_minimum_delay_is_left() {
        let pace = Delay { min: 10 * SECOND, max: 10 * SECOND, limit: 60 * SECOND };
        assert_eq!(pace.next(&SystemRandom, 1, 21 * SECOND), Some(10 * SECOND));
        assert_eq!(pace.next(&SystemRandom, 1, 20 * SECOND), Some(10 * SECOND));
        assert_eq!(pace.next(&SystemRandom, 1, 15 * SECOND), Some(5 * SECOND));
        assert_eq!(pace.next(&SystemRandom, 1, 10 * SECOND), None);
        assert_eq!(pace.next(&SystemRandom, 1, Duration::ZERO), None);
    }
}
