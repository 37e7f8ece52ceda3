//! Calls over a mock transport, with a clock whose sleeps end immediately.

pub(crate) mod toy;

mod account_id;
mod configured;
mod errors;
mod retries;
mod sending;
mod streams;
mod timeouts;
#[cfg(feature = "tracing")]
mod tracing;
mod untrusted;
mod user_agent;
