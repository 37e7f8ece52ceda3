//! Decides what to write: names, types, order.

pub mod endpoint;
