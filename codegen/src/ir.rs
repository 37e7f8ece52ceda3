//! What the generator has decided to write: data only.

pub mod endpoint;
