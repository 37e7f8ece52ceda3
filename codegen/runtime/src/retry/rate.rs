//! Adaptive mode's sending rate: it drops when the service throttles and grows back along a cubic
//! curve, as TCP's congestion window does.
//!
//! In: when attempts are sent and how they end. Out: how long the next one must wait. Nothing is
//! held back before the first throttling answer.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How much of the rate survives a throttling answer.
const BETA: f64 = 0.7;
/// How fast the rate grows back.
const SCALE: f64 = 0.4;
/// How much the newest measurement of the rate counts.
const SMOOTH: f64 = 0.8;
/// The lowest rate, in requests a second.
const MIN_RATE: f64 = 0.5;

/// The sending rate of one client.
#[derive(Debug, Default)]
pub(crate) struct Rate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    throttled: bool,
    /// Tokens a second, the most that can be saved up, and what there is. Negative is owed: calls
    /// that wait have already taken theirs.
    fill: f64,
    capacity: f64,
    tokens: f64,
    filled_at: f64,
    /// The measured rate, and the half second being counted.
    measured: f64,
    counted: u32,
    bucket: f64,
    /// The cubic curve: the rate at the last throttling, when that was, and how long until the
    /// curve is back there.
    last_max: f64,
    throttled_at: f64,
    window: f64,
}

impl Rate {
    /// Takes a token. The attempt may be sent after the wait that this gives.
    pub(crate) fn take(&self, now: SystemTime) -> Duration {
        let now = seconds(now);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.throttled {
            return Duration::ZERO;
        }
        state.refill(now);
        state.tokens -= 1.0;
        if state.tokens >= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(-state.tokens / state.fill).unwrap_or_default()
    }

    /// An attempt ended, throttled or not.
    pub(crate) fn record(&self, now: SystemTime, throttled: bool) {
        let now = seconds(now);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.measure(now);
        let rate = if throttled {
            let rate = if state.throttled { state.measured.min(state.fill) } else { state.measured };
            state.last_max = rate;
            state.window = (rate * (1.0 - BETA) / SCALE).cbrt();
            state.throttled_at = now;
            state.throttled = true;
            rate * BETA
        } else {
            let since = now - state.throttled_at - state.window;
            SCALE * since.powi(3) + state.last_max
        };
        let limit = 2.0 * state.measured;
        if state.throttled {
            state.set_rate(rate.min(limit), now);
        }
    }
}

impl State {
    fn refill(&mut self, now: f64) {
        let gained = (now - self.filled_at).max(0.0) * self.fill;
        self.tokens = (self.tokens + gained).min(self.capacity);
        self.filled_at = now;
    }

    fn set_rate(&mut self, rate: f64, now: f64) {
        self.refill(now);
        self.fill = rate.max(MIN_RATE);
        self.capacity = self.fill.max(1.0);
        self.tokens = self.tokens.min(self.capacity);
    }

    /// Counts an attempt; each half second's count becomes part of the measured rate.
    fn measure(&mut self, now: f64) {
        let bucket = (now * 2.0).floor() / 2.0;
        if self.counted == 0 && self.bucket == 0.0 {
            self.bucket = bucket;
        }
        self.counted += 1;
        if bucket > self.bucket {
            let rate = f64::from(self.counted) / (bucket - self.bucket);
            self.measured = rate * SMOOTH + self.measured * (1.0 - SMOOTH);
            self.counted = 0;
            self.bucket = bucket;
        }
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of the retry specification that all AWS SDKs share: seconds, and whether the
    /// attempt was throttled; then the measured and the new rate.
    #[test]
    fn the_rate_follows_the_shared_curve() {
        let rate = Rate::default();
        for (at, throttled, measured, fill) in [
            (0.2, false, 0.000000, 0.5),
            (0.4, false, 0.000000, 0.5),
            (0.6, false, 4.800000, 0.5),
            (0.8, false, 4.800000, 0.5),
            (1.0, false, 4.160000, 0.5),
            (1.2, false, 4.160000, 0.5),
            (1.4, false, 4.160000, 0.5),
            (1.6, false, 5.632000, 0.5),
            (1.8, false, 5.632000, 0.5),
            (2.0, true, 4.326400, 3.028480),
            (2.2, false, 4.326400, 3.486639),
            (2.4, false, 4.326400, 3.821874),
            (2.6, false, 5.665280, 4.053386),
            (2.8, false, 5.665280, 4.200373),
            (3.0, false, 4.333056, 4.282037),
            (3.2, true, 4.333056, 2.997426),
            (3.4, false, 4.333056, 3.452226),
        ] {
            rate.record(UNIX_EPOCH + Duration::from_secs_f64(at), throttled);
            let state = rate.0.lock().unwrap();
            assert!((state.measured - measured).abs() < 1e-5, "at {at}: measured {}", state.measured);
            if state.throttled {
                assert!((state.fill - fill).abs() < 1e-5, "at {at}: rate {}", state.fill);
            }
        }
    }

    #[test]
    fn the_first_measurement_does_not_reach_back_to_1970() {
        let rate = Rate::default();
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        (0..100).for_each(|n| rate.record(now + Duration::from_millis(n * 10), false));
        assert!(rate.0.lock().unwrap().measured > 50.0);
    }

    #[test]
    fn nothing_waits_before_the_first_throttling_answer() {
        let rate = Rate::default();
        let now = UNIX_EPOCH + Duration::from_secs(10);
        assert!((0..1000).all(|_| rate.take(now).is_zero()));
        rate.record(now, true);
        assert!(rate.take(now) > Duration::ZERO);
        assert!(rate.take(now) > Duration::from_secs(1), "each call waits behind the one before");
    }
}
