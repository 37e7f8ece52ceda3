//! A helper for locking mutexes.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks one of this crate's mutexes, even if a thread panicked while holding the lock. This is safe because the locked
/// values are consistent after every statement.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
