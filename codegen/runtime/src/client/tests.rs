//! Tests of calls. Most of them use a mock transport and a clock whose sleeps end immediately.

pub(crate) mod toy;

mod account_id;
mod configured;
mod errors;
#[cfg(all(feature = "event-stream", feature = "_hyper"))]
mod event_loopback;
#[cfg(feature = "event-stream")]
mod event_requests;
#[cfg(feature = "event-stream")]
mod event_streams;
#[cfg(all(feature = "event-stream", feature = "_hyper"))]
mod http2;
#[cfg(feature = "http-auth")]
mod http_auth;
#[cfg(feature = "rest-json")]
mod rest;
mod retries;
mod sending;
mod streams;
mod timeouts;
#[cfg(feature = "tracing")]
mod tracing;
mod untrusted;
mod user_agent;
