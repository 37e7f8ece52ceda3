//! How deep structures may nest.
//!
//! A structure that can hold itself is read by recursion, and it is the sender who says how deep that goes. The limit
//! keeps a reply from using up the stack, whatever format and whichever parser brought it.

use std::cell::Cell;

use super::Error;

/// The most structures and unions that may be within each other. Among AWS's services, DynamoDB goes deepest, with 32
/// levels of values. The largest types of FSx take 1.4 MB of stack here in an unoptimised build.
const DEEPEST: u32 = 48;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// One structure that is being read.
pub(super) struct Level(());

impl Level {
    /// Goes one level down, unless that is too deep.
    pub(super) fn enter() -> Result<Self, Error> {
        DEPTH.with(|depth| {
            if depth.get() >= DEEPEST {
                return Err(Error::new(format_args!("more than {DEEPEST} structures are nested")));
            }
            depth.set(depth.get() + 1);
            Ok(Self(()))
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}
