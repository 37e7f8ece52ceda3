//! Locks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex of this crate, also after a thread that held it has panicked. The values are consistent after every
/// statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
