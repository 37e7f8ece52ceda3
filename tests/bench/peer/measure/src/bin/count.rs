//! Counts the allocations of calls with this project's client and with AWS's client, and prints a line of JSON for each
//! figure.
//!
//! The argument is the URL that the `server` program prints. If the argument is `sizes` instead, prints the peak memory
//! that this project's client needs to deserialize responses of several sizes.
//!
//! This program is separate from `time`, since counting allocations slows down calls.

use std::{hint::black_box, sync::Arc};

use fsx::Bytes;
use measure::{Gate, ours, report, theirs};
use simba_bench::{LARGE, PAGE, backup_response, file_systems_response};
use tokio::{runtime::Runtime, task::JoinHandle};

/// The numbers of file systems in the responses that are deserialized if the argument is `sizes`.
const SIZES: [usize; 4] = [1, 10, 100, 1000];

/// The number of concurrent calls whose memory is measured.
const IN_FLIGHT: u32 = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = std::env::args().nth(1).ok_or("the argument is a URL, or `sizes`")?;
    if argument == "sizes" {
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
    tell("`DescribeFileSystems` with 100 file systems in the response, in memory", calls);

    let response: &'static [u8] = file_systems_response(LARGE).leak();
    let codec = theirs::Codec::describe_file_systems();
    let peak = [count(|| ours::decode(Bytes::from_static(response))), count(|| codec.decode(response))]
        .map(|counts| counts.peak);
    report(
        "decode, peak memory divided by the size of the body",
        "Times",
        [peak[0] / response.len() as f64],
        [peak[1] / response.len() as f64],
    );

    // Each client sends a request first, so that it has a connection.
    let clients = [
        retained(|| tokio.block_on(called(ours::live(&argument), ours::create_backup))),
        retained(|| tokio.block_on(called(theirs::live(&argument), theirs::create_backup))),
    ];
    report("memory of an idle client with a connection", "Bytes", [clients[0]], [clients[1]]);

    let (gate, response) = (Arc::new(Gate::closed()), &*backup_response().leak());
    let (our_client, their_client) =
        (ours::held(response, Arc::clone(&gate)), theirs::held(response, Arc::clone(&gate)));
    let in_flight = [
        retained(|| start(&tokio, &gate, || create(our_client.clone()))),
        retained(|| start(&tokio, &gate, || create_with_theirs(their_client.clone()))),
    ];
    let each = in_flight.map(|bytes| bytes / f64::from(IN_FLIGHT));
    report("memory of each call, with 10,000 in flight", "Bytes", [each[0]], [each[1]]);

    let call = size_of_val(&ours::canned(b"{}").create_backup().send());
    report(
        "future of a call",
        "Bytes",
        [call as f64],
        [size_of_val(&theirs::canned(b"{}").create_backup().send()) as f64],
    );
    Ok(())
}

/// The allocations of one run: their number, their total size in bytes, and the peak memory in bytes.
struct Counts {
    number: f64,
    bytes: f64,
    peak: f64,
}

/// Counts the allocations of one run. A few runs precede the measurement, so that one-time allocations are excluded.
fn count<T>(mut run: impl FnMut() -> T) -> Counts {
    for _ in 0..3 {
        black_box(run());
    }
    let info = allocation_counter::measure(|| drop(black_box(run())));
    Counts { number: info.count_total as f64, bytes: info.bytes_total as f64, peak: info.bytes_max as f64 }
}

/// Measures the memory that a value keeps allocated, in bytes.
fn retained<T>(create: impl FnOnce() -> T) -> f64 {
    let mut value = None;
    let info = allocation_counter::measure(|| value = Some(create()));
    drop(black_box(value));
    info.bytes_current as f64
}

/// Calls an operation once, and returns the client.
async fn called<C>(client: C, call: impl AsyncFn(&C)) -> C {
    call(&client).await;
    client
}

async fn create(client: fsx::Client) {
    ours::create_backup(&client).await;
}

async fn create_with_theirs(client: aws_sdk_fsx::Client) {
    theirs::create_backup(&client).await;
}

/// Starts `IN_FLIGHT` calls. Returns them when all of them are waiting for their responses.
fn start<F: Future<Output = ()> + Send + 'static>(
    tokio: &Runtime,
    gate: &Gate,
    call: impl Fn() -> F,
) -> Vec<JoinHandle<()>> {
    tokio.block_on(async {
        let calls = (0..IN_FLIGHT).map(|_| tokio::spawn(call())).collect();
        gate.wait_for(IN_FLIGHT).await;
        calls
    })
}

fn tell(name: &str, [ours, theirs]: [Counts; 2]) {
    report(&format!("{name}: allocations"), "Count", [ours.number], [theirs.number]);
    report(&format!("{name}: allocated"), "Bytes", [ours.bytes], [theirs.bytes]);
}
