//! Sends requests to a transport in memory, for profilers that count instructions:
//!
//! ```sh
//! cargo build --release -p simba-bench --example calls
//! valgrind --tool=callgrind target/release/examples/calls 1000
//! ```
//!
//! The argument is the number of calls. To exclude the creation of the client, subtract the results of two runs with
//! different numbers of calls.

use fsx::types::Tag;
use simba_bench::{backup_response, canned};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let calls: usize = std::env::args().nth(1).ok_or("the argument is the number of calls")?.parse()?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let client = canned(backup_response());
    tokio.block_on(async {
        for _ in 0..calls {
            client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]).await?;
        }
        Ok(())
    })
}
