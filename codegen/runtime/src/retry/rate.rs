//! The rate limiter of the adaptive mode. The rate drops when the service throttles, and recovers along a cubic curve,
//! like TCP's congestion window.
//!
//! There is no limit before the first throttling response. From then on, each attempt takes a token when it is sent. A
//! waiting call has not taken a token, so dropping the call does not affect the limiter. All times come from
//! [`Clock::elapsed`](crate::clock::Clock::elapsed).

use std::sync::Mutex;
use std::time::Duration;

use crate::sync::lock;

/// The factor by which the rate is multiplied after a throttling response.
const BETA: f64 = 0.7;
/// The steepness of the curve along which the rate recovers.
const SCALE: f64 = 0.4;
/// The weight of the latest half second in the measured rate, which is an exponential moving average.
const SMOOTH: f64 = 0.8;
/// The minimum rate, in requests per second.
const MIN_RATE: f64 = 0.5;
/// The minimum wait for a token. All waiting calls try again at the same time, so a shorter wait would cost too much
/// CPU time. Tokens that are added in the meantime are not lost.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);

/// A limiter for the request rate of a client.
#[derive(Debug, Default)]
pub(crate) struct Rate(Mutex<RateState>);

#[derive(Debug, Default)]
struct RateState {
    /// Whether the service has throttled a call.
    throttled: bool,
    /// The number of tokens that are added per second.
    fill: f64,
    /// The maximum number of tokens.
    capacity: f64,
    /// The current number of tokens, which is never negative.
    tokens: f64,
    /// The time at which tokens were last added, in seconds.
    filled_at: f64,
    /// The measured rate, in attempts per second.
    measured: f64,
    /// The number of attempts in the current half second.
    counted: u32,
    /// The start of the current half second, in seconds.
    bucket: f64,
    /// The rate at the last throttling response. The cubic curve starts at [`BETA`] times this rate.
    last_max: f64,
    /// The time of the last throttling response, in seconds.
    throttled_at: f64,
    /// The time from the last throttling response until the curve reaches `last_max` again, in seconds.
    window: f64,
}

impl Rate {
    /// Takes a token for an attempt that is about to be sent.
    ///
    /// # Errors
    ///
    /// Returns the time until a token is available. Another call may take that token first.
    pub(crate) fn acquire(&self, now: Duration) -> Result<(), Duration> {
        let mut state = lock(&self.0);
        if !state.throttled {
            return Ok(());
        }
        state.refill(now.as_secs_f64());
        if state.tokens < 1.0 {
            // The rate has a lower bound, so the wait has an upper bound.
            let wait = Duration::try_from_secs_f64((1.0 - state.tokens) / state.fill).unwrap_or_default();
            return Err(wait.max(SHORTEST_WAIT));
        }
        state.tokens -= 1.0;
        Ok(())
    }

    /// Records the result of an attempt.
    pub(crate) fn record(&self, now: Duration, throttled: bool) {
        let now = now.as_secs_f64();
        let mut state = lock(&self.0);
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

impl RateState {
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

    /// Counts an attempt. The first attempt after the current half second updates the measured rate.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Checks the test cases in the retry specification for all AWS SDKs. Each case consists of the time in seconds,
    /// whether the attempt was throttled, the measured rate and the new rate.
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
            rate.record(Duration::from_secs_f64(at), throttled);
            let state = rate.0.lock().unwrap();
            assert!((state.measured - measured).abs() < 1e-5, "at {at}: measured {}", state.measured);
            if state.throttled {
                assert!((state.fill - fill).abs() < 1e-5, "at {at}: rate {}", state.fill);
            }
        }
    }

    #[test]
    fn the_first_measurement_ignores_the_time_before_the_first_attempt() {
        let rate = Rate::default();
        let now = Duration::from_secs(1_700_000_000);
        (0..100).for_each(|n| rate.record(now + Duration::from_millis(n * 10), false));
        assert!(rate.0.lock().unwrap().measured > 50.0);
    }

    #[test]
    fn nothing_waits_before_the_first_throttling_response() {
        let rate = Rate::default();
        let now = Duration::from_secs(10);
        assert!((0..1000).all(|_| rate.acquire(now).is_ok()));
        rate.record(now, true);
        let wait = rate.acquire(now).unwrap_err();
        assert_eq!(rate.acquire(now), Err(wait), "nobody waits longer because others wait");
        assert_eq!(rate.acquire(now + wait), Ok(()));
        assert!(rate.acquire(now + wait).is_err());
    }

    /// A simulation of a service that throttles until a given time, and of a fixed number of callers. Each caller
    /// either has an attempt in flight, which takes 100 ms, or waits for a token, and gives up after 30 s.
    struct Simulation {
        rate: Rate,
        throttling_until: Duration,
        now: Duration,
        /// For each caller, the time of its next step, its number, whether it has an attempt in flight, and the start
        /// of its wait.
        callers: BTreeSet<(Duration, usize, bool, Duration)>,
        /// The send times of the attempts that the service did not throttle.
        served: Vec<Duration>,
        sent: usize,
        gone: usize,
    }

    impl Simulation {
        fn new(callers: usize, throttling_until: u64) -> Self {
            Self {
                rate: Rate::default(),
                throttling_until: Duration::from_secs(throttling_until),
                now: Duration::ZERO,
                callers: (0..callers).map(|number| (Duration::ZERO, number, false, Duration::ZERO)).collect(),
                served: Vec::new(),
                sent: 0,
                gone: 0,
            }
        }

        fn run(&mut self, until: u64) {
            const TAKES: Duration = Duration::from_millis(100);
            const PATIENCE: Duration = Duration::from_secs(30);
            let until = Duration::from_secs(until);
            while let Some((at, number, under_way, mut since)) = self.callers.pop_first() {
                if at >= until {
                    self.callers.insert((at, number, under_way, since));
                    break;
                }
                self.now = at;
                if under_way {
                    let throttled = at - TAKES < self.throttling_until;
                    self.rate.record(at, throttled);
                    if !throttled {
                        self.served.push(at);
                    }
                    since = at;
                }
                if at - since > PATIENCE {
                    self.gone += 1;
                    since = at;
                }
                let (next, under_way) = match self.rate.acquire(at) {
                    Ok(()) => (TAKES, true),
                    Err(wait) => (wait, false),
                };
                self.sent += usize::from(under_way);
                self.callers.insert((at + next, number, under_way, since));
                assert!(self.rate.0.lock().unwrap().tokens >= 0.0, "tokens are never owed");
            }
        }

        fn served_between(&self, from: u64, to: u64) -> usize {
            let span = Duration::from_secs(from)..Duration::from_secs(to);
            self.served.iter().filter(|&at| span.contains(at)).count()
        }
    }

    #[test]
    fn many_callers_recover_from_five_seconds_of_throttling() {
        let mut simulation = Simulation::new(200, 5);
        simulation.run(420);
        assert!(simulation.served_between(5, 30) > 100, "{}", simulation.served_between(5, 30));
        for minute in 1..7 {
            let served = simulation.served_between(minute * 60, minute * 60 + 60);
            assert!(served > 1000, "minute {minute}: {served}");
        }
    }

    #[test]
    fn minutes_of_throttling_lower_the_rate_to_its_minimum() {
        let mut simulation = Simulation::new(50, 300);
        simulation.run(60);
        let before = simulation.sent;
        simulation.run(300);
        let sent = simulation.sent - before;
        assert!((100..1000).contains(&sent), "{sent} attempts in four minutes");
        assert!(simulation.gone > 50, "{} callers went away meanwhile", simulation.gone);
        simulation.run(360);
        assert!(simulation.served_between(300, 330) > 50, "{}", simulation.served_between(300, 330));
        assert!(simulation.served_between(330, 360) > 500, "{}", simulation.served_between(330, 360));
    }

    /// Checks the rate at intervals of 7 seconds. The expected rates come from botocore 1.44.5, whose
    /// `ClientRateLimiter` was driven with the same attempts.
    ///
    /// Callers send ten attempts per second for five minutes, except from second 50 to 60, when they send a hundred per
    /// second. From second 20 to 80, one attempt in 37 is throttled. From second 120 to 240, all attempts are
    /// throttled.
    #[test]
    fn the_rate_equals_botocores_for_the_same_attempts() {
        let rate = Rate::default();
        let start = Duration::from_secs(1000);
        let mut found = Vec::new();
        for step in 1..=30_000_u64 {
            let at = Duration::from_millis(step * 10);
            let seconds = at.as_secs();
            if !(50..60).contains(&seconds) && step % 10 != 0 {
                continue;
            }
            let throttled = (20..80).contains(&seconds) && step / 10 % 37 == 0 || (120..240).contains(&seconds);
            rate.record(start + at, throttled);
            if step % 700 == 0 {
                let state = rate.0.lock().unwrap();
                found.push(if state.throttled { state.fill } else { f64::INFINITY });
            }
        }
        let expected = [
            20.0, 20.0, 20.0, 10.001, 9.993, 9.886, 9.527, 0.5, 6.835, 11.201, 10.453, 20.0, 20.0, 20.0, 20.0, 20.0,
            20.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 20.0, 20.0,
            20.0, 20.0, 20.0, 20.0, 20.0, 20.0,
        ];
        assert_eq!(found.len(), expected.len());
        // Before the first throttling response, there is no limit. botocore computes a rate in this phase, but does not
        // use it.
        assert!(found[..3].iter().all(|rate| rate.is_infinite()));
        for (index, (found, expected)) in found.iter().zip(expected).enumerate().skip(3) {
            assert!((found - expected).abs() <= expected * 0.05, "after {} s: {found}, not {expected}", index * 7 + 7);
        }
    }

    #[test]
    fn a_pause_does_not_allow_a_burst() {
        let mut simulation = Simulation::new(10, 5);
        simulation.run(30);
        let later = simulation.now + Duration::from_secs(3600);
        let rate = simulation.rate.0.lock().unwrap().fill;
        let burst = (0..10_000).take_while(|_| simulation.rate.acquire(later).is_ok()).count();
        assert!(burst as f64 <= rate.max(1.0), "{burst} at once at a rate of {rate}");
    }
}
