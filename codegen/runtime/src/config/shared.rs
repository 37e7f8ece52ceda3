//! The components that clients with the same configuration share.

use std::borrow::Borrow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use crate::credentials::{CredentialsCache, TokenCache};
use crate::sync::lock;
use crate::transport::Transport;

/// The components that clients with the same configuration share. The first client that needs a component creates it.
#[derive(Default)]
pub(crate) struct SharedComponents {
    /// The built-in transport, for clients that do not configure one.
    pub(crate) transport: OnceLock<Arc<dyn Transport>>,
    /// The built-in transport for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) blocking: OnceLock<Arc<dyn Transport>>,
    pub(crate) credentials: Caches<(), CredentialsCache>,
    /// The token caches, each with a signing name as its key.
    pub(crate) tokens: Caches<str, TokenCache>,
}

/// Caches that are identified by two keys each: the client's transport, over which the provider sends its requests, and
/// another key.
pub(crate) struct Caches<K: ToOwned + ?Sized, C>(Mutex<Vec<Entry<K, C>>>);

type Entry<K, C> = (Arc<dyn Transport>, <K as ToOwned>::Owned, Arc<C>);

impl<K: ToOwned + PartialEq + ?Sized, C> Caches<K, C> {
    pub(crate) fn get(&self, transport: &Arc<dyn Transport>, key: &K) -> Option<Arc<C>> {
        find(&self.lock(), transport, key)
    }

    /// Returns the cache with the given keys. If there is none yet, calls `create` to create it.
    pub(crate) fn get_or_create(&self, transport: &Arc<dyn Transport>, key: &K, create: impl FnOnce() -> C) -> Arc<C> {
        if let Some(cache) = self.get(transport, key) {
            return cache;
        }
        // The lock is not held while `create` runs, since a credentials source may create a client with the same
        // configuration.
        let cache = Arc::new(create());
        let mut entries = self.lock();
        find(&entries, transport, key).unwrap_or_else(|| {
            entries.push((Arc::clone(transport), key.to_owned(), Arc::clone(&cache)));
            cache
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry<K, C>>> {
        // No code panics while it holds this lock.
        lock(&self.0)
    }
}

fn find<K, C>(entries: &[Entry<K, C>], transport: &Arc<dyn Transport>, key: &K) -> Option<Arc<C>>
where
    K: ToOwned + PartialEq + ?Sized,
{
    let mut entries = entries.iter();
    let (.., cache) = entries.find(|(known, name, _)| Arc::ptr_eq(known, transport) && name.borrow() == key)?;
    Some(Arc::clone(cache))
}

impl<K: ToOwned + ?Sized, C> Default for Caches<K, C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
