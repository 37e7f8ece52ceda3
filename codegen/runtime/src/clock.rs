//! What time it is, and how to let some pass: the seam that lets tests run without waiting.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use crate::BoxFuture;

/// Tells the time and lets it pass.
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> SystemTime;

    /// Ends after that long.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
