//! What must not get out, in or through: secrets, values that a server chooses, and code that a model brings along.

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
