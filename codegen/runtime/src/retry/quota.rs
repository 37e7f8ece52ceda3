//! The budget of retries that all calls of a client share, so that an outage is not made worse by
//! everyone asking three times.

use std::sync::atomic::{AtomicU32, Ordering};

use super::FailureKind;

const CAPACITY: u32 = 500;

/// Tokens that retries take and successes give back.
#[derive(Debug)]
pub(crate) struct Quota(AtomicU32);

impl Default for Quota {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Quota {
    /// Takes what a retry costs. False if there is not enough left.
    pub(crate) fn take(&self, kind: FailureKind) -> bool {
        let cost = match kind {
            FailureKind::Transient => 14,
            FailureKind::Throttling => 5,
            // The clock is corrected once; the retry adds no load worth counting.
            FailureKind::ClockSkew => 0,
        };
        let take = |tokens: u32| tokens.checked_sub(cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// A call succeeded.
    pub(crate) fn give_back(&self) {
        let add = |tokens: u32| (tokens < CAPACITY).then_some(tokens + 1);
        // Full is as good as one more.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_ends_the_retries_and_successes_bring_them_back() {
        let quota = Quota::default();
        let paid = std::iter::from_fn(|| quota.take(FailureKind::Transient).then_some(())).count();
        assert_eq!(paid, 35, "500 tokens at 14 a retry");
        // 10 are left: two throttling retries.
        assert!(quota.take(FailureKind::Throttling) && quota.take(FailureKind::Throttling));
        assert!(!quota.take(FailureKind::Throttling));
        assert!(quota.take(FailureKind::ClockSkew));
        (0..14).for_each(|_| quota.give_back());
        assert!(quota.take(FailureKind::Transient));
        assert!(!quota.take(FailureKind::Throttling));
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        let quota = Quota::default();
        (0..1000).for_each(|_| quota.give_back());
        assert_eq!(quota.0.load(Ordering::Relaxed), CAPACITY);
    }
}
