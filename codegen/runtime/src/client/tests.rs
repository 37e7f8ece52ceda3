//! The call path over a mock transport, on a clock that skips all waiting.

mod toy;

mod errors;
mod retries;
mod sending;
mod timeouts;
