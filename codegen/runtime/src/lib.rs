//! What every client that Simba generates links.
