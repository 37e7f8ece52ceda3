//! The retry quota that all calls of a client share. It prevents retries from multiplying the load during an outage.

use std::sync::atomic::{AtomicU32, Ordering};

use super::FailureKind;

const CAPACITY: u32 = 500;

/// The number of tokens that a successful call without retries adds to the quota.
const NO_RETRY: u32 = 1;

/// The tokens that retries take and successful calls return.
#[derive(Debug)]
pub(crate) struct Quota(AtomicU32);

impl Default for Quota {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Quota {
    /// Returns the permit for a call's first attempt.
    pub(crate) fn first_attempt(&self) -> Permit<'_> {
        Permit { quota: self, taken: 0, returns: NO_RETRY }
    }

    /// Returns the permit for a retry that takes no tokens.
    pub(crate) fn free(&self) -> Permit<'_> {
        Permit { quota: self, taken: 0, returns: 0 }
    }

    /// Takes the tokens for a retry. Returns `None` if there are not enough tokens.
    pub(crate) fn acquire(&self, kind: FailureKind) -> Option<Permit<'_>> {
        let cost = match kind {
            FailureKind::Transient => 14,
            FailureKind::Throttling => 5,
            // The clock is corrected only once, so the additional load is negligible.
            FailureKind::ClockSkew => 0,
        };
        let take = |tokens: u32| tokens.checked_sub(cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        Some(Permit { quota: self, taken: cost, returns: cost })
    }

    fn add(&self, tokens: u32) {
        if tokens > 0 {
            let add = |available: u32| (available < CAPACITY).then(|| (available + tokens).min(CAPACITY));
            // The update fails if the quota is already full.
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
    }
}

/// A permit to send an attempt. If it is dropped before the attempt is sent, its tokens return to the quota.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    quota: &'a Quota,
    /// The tokens to return if the attempt is not sent.
    taken: u32,
    /// The tokens to return if the attempt succeeds.
    returns: u32,
}

impl<'a> Permit<'a> {
    /// Marks the attempt as sent, so that its tokens do not return to the quota when the permit is dropped.
    pub(crate) fn spend(&mut self) {
        self.taken = 0;
    }

    /// Adds tokens to the quota after a successful attempt: those that the last retry took, or [`NO_RETRY`] tokens if
    /// there was no retry.
    pub(crate) fn give_back(self) {
        self.quota.add(self.returns);
    }

    /// Replaces this permit with the next attempt's permit. If the next permit took no tokens, it returns this permit's
    /// tokens on success.
    pub(crate) fn replaced_by(self, mut next: Self) -> Self {
        if next.returns == 0 {
            next.returns = self.returns;
        }
        next
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.quota.add(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(permit: Permit<'_>) -> Permit<'_> {
        let mut permit = permit;
        permit.spend();
        permit
    }

    #[test]
    fn an_outage_ends_retries_and_successes_allow_them_again() {
        let quota = Quota::default();
        let paid = std::iter::from_fn(|| quota.acquire(FailureKind::Transient).map(send)).count();
        assert_eq!(paid, 35, "500 tokens at 14 a retry");
        // The 10 tokens that are left are enough for two retries after throttling.
        assert!((0..2).all(|_| quota.acquire(FailureKind::Throttling).map(send).is_some()));
        assert!(quota.acquire(FailureKind::Throttling).is_none());
        assert!(quota.acquire(FailureKind::ClockSkew).is_some());
        (0..14).for_each(|_| quota.first_attempt().give_back());
        send(quota.acquire(FailureKind::Transient).unwrap()).give_back();
        assert_eq!(quota.0.load(Ordering::Relaxed), 14, "a success gives back what its last retry took");
        drop(quota.acquire(FailureKind::Transient));
        assert_eq!(quota.0.load(Ordering::Relaxed), 14, "a retry that is not sent costs nothing");
    }

    #[test]
    fn a_free_retry_does_not_change_the_tokens_that_a_success_returns() {
        let quota = Quota::default();
        let paid = send(quota.acquire(FailureKind::Transient).unwrap());
        let free = quota.acquire(FailureKind::ClockSkew).unwrap();
        send(paid.replaced_by(free)).give_back();
        assert_eq!(quota.0.load(Ordering::Relaxed), CAPACITY);
    }

    #[test]
    fn the_quota_never_exceeds_its_capacity() {
        let quota = Quota::default();
        (0..1000).for_each(|_| quota.first_attempt().give_back());
        assert_eq!(quota.0.load(Ordering::Relaxed), CAPACITY);
    }
}
