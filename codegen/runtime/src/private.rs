//! Items for generated crates and `simba-aws-config`. They are not part of the public API.

pub use crate::__events as events;
pub use crate::clock::limit::within;
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub use crate::clock::system::block_on;
pub use crate::clock::system::default as default_clock;
pub use crate::config::{MIN_COMPRESSION_SIZE, SearchedSources, is_region, paths};
pub use crate::date::shift;
pub use crate::error::modeled::{display, fill_option, fill_required, names, recognize};
pub use crate::events::Events;
pub use crate::features::Features;
pub use crate::offload::offload;
pub use crate::primitives::set_member;
pub use crate::random::{fraction, uuid};
pub use crate::retry::ServiceRetry;
pub use crate::sync::lock;
pub use crate::timeout::ServiceReadTimeout;
pub use crate::transport::collect;
pub use crate::url;
#[cfg(feature = "tracing")]
pub use tracing;

/// The shared components of clients.
pub mod components {
    pub use crate::client::components::*;
}

/// The classification of failures.
pub mod classify {
    pub use crate::retry::classify::*;
}
