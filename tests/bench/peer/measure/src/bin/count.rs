//! Counts the allocations of calls with both clients, and prints a line of JSON for each figure. With the argument
//! `sizes`, prints the peak memory that this client needs to deserialize responses of several sizes.
//!
//! This is a separate program because counting allocations takes time.

use std::hint::black_box;

use fsx::Bytes;
use measure::{ours, report, theirs};
use simba_bench::{LARGE, PAGE, backup_response, file_systems_response};

/// The numbers of file systems in the responses of several sizes.
const SIZES: [usize; 4] = [1, 10, 100, 1000];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().nth(1).is_some_and(|argument| argument == "sizes") {
        for number in SIZES {
            let response = Bytes::from(file_systems_response(number));
            let peak = count(|| ours::decode(response.clone())).peak;
            println!("{}", serde_json::json!({ "body": response.len(), "peak": peak }));
        }
        return Ok(());
    }
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;

    let response: &'static [u8] = backup_response().leak();
    let clients = (ours::canned(response), theirs::canned(response));
    let calls = [
        count(|| tokio.block_on(ours::create_backup(&clients.0))),
        count(|| tokio.block_on(theirs::create_backup(&clients.1))),
    ];
    tell("`CreateBackup` in memory", calls);

    let response: &'static [u8] = file_systems_response(PAGE).leak();
    let clients = (ours::canned(response), theirs::canned(response));
    let calls = [
        count(|| tokio.block_on(ours::describe_file_systems(&clients.0))),
        count(|| tokio.block_on(theirs::describe_file_systems(&clients.1))),
    ];
    tell("`DescribeFileSystems`, 100 of them, in memory", calls);

    let response: &'static [u8] = file_systems_response(LARGE).leak();
    let codec = theirs::Codec::describe_file_systems();
    let peak = [count(|| ours::decode(Bytes::from_static(response))), count(|| codec.decode(response))]
        .map(|counts| counts.peak);
    report(
        "decode, peak memory over the body",
        "Times",
        [peak[0] / response.len() as f64],
        [peak[1] / response.len() as f64],
    );

    let call = size_of_val(&ours::canned(b"{}").create_backup().send());
    report(
        "future of a call",
        "Bytes",
        [call as f64],
        [size_of_val(&theirs::canned(b"{}").create_backup().send()) as f64],
    );
    Ok(())
}

/// The allocations of one run: their number, their total size and the peak memory, in bytes.
struct Counts {
    number: f64,
    bytes: f64,
    peak: f64,
}

/// Counts the allocations of one run. Earlier runs are not counted, so that one-time allocations are excluded.
fn count<T>(mut run: impl FnMut() -> T) -> Counts {
    for _ in 0..3 {
        black_box(run());
    }
    let info = allocation_counter::measure(|| drop(black_box(run())));
    Counts { number: info.count_total as f64, bytes: info.bytes_total as f64, peak: info.bytes_max as f64 }
}

fn tell(name: &str, [ours, theirs]: [Counts; 2]) {
    report(&format!("{name}: allocations"), "Count", [ours.number], [theirs.number]);
    report(&format!("{name}: allocated"), "Bytes", [ours.bytes], [theirs.bytes]);
}
