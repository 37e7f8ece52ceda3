//! Tests that secrets are not printed, that values from a server are not sent where they could do harm, and that a
//! model cannot inject code.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

#[path = "security/hostile.rs"]
mod hostile;
#[path = "security/memory.rs"]
mod memory;
#[path = "security/randomness.rs"]
mod randomness;
#[path = "security/requests.rs"]
mod requests;
#[path = "security/secrets.rs"]
mod secrets;
#[path = "faults/server.rs"]
mod server;
