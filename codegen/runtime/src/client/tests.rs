//! The call path over a mock transport, on a clock that skips all waiting.

pub(crate) mod toy;

mod configured;
mod errors;
mod retries;
mod sending;
mod streams;
mod timeouts;
#[cfg(feature = "tracing")]
mod tracing;
mod untrusted;
