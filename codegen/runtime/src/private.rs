//! Items for generated crates and `simba-aws-config`. They are not part of the public API.

pub use crate::__events as events;
pub use crate::client::components;
#[cfg(any(test, feature = "blocking", feature = "testing"))]
pub use crate::clock::block_on;
pub use crate::clock::{default as default_clock, within};
pub use crate::config::{MIN_COMPRESSION_SIZE, SearchedSources, is_region, paths};
pub use crate::date::shift;
pub use crate::events::Events;
pub use crate::features::Features;
pub use crate::primitives::set_member;
pub use crate::random::{fraction, uuid};
pub use crate::retry::{ServiceRetry, classify};
pub use crate::timeout::ServiceReadTimeout;
pub use crate::transport::collect;
pub use crate::url;
#[cfg(feature = "tracing")]
pub use tracing;
