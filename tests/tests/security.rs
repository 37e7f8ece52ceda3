//! Tests that secrets, values from a server, and code in a model do not get to places where they must not be.

#![allow(clippy::unwrap_used, reason = "A panic is how a test fails.")]

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
