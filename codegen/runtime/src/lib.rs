//! What every client that Simba generates links.

pub mod endpoint;
