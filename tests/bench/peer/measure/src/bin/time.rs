//! Measures calls and their parts, alternating between this project's client and AWS's client. Prints a line of JSON
//! for each figure.
//!
//! The arguments are the number of rounds and the URL that the `server` program prints.

use std::{env, hint::black_box, time::Instant};

use fsx::Bytes;
use measure::{
    Load, compare, compare_with, hyper::Sender, measure, ours, report, report_for, report_reference, theirs,
};
use simba_bench::{LARGE, PAGE, backup_response, file_systems_response};

/// The numbers of concurrent calls.
const IN_FLIGHT: [usize; 3] = [1, 16, 256];

/// The number of calls in one round of a load test.
const CALLS: usize = 4096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let rounds =
        arguments.next().and_then(|rounds| rounds.parse().ok()).ok_or("the first argument is a number of rounds")?;
    let url = arguments.next().ok_or("the second argument is a URL")?;
    in_memory(rounds)?;
    wire(rounds);
    // Load tests have fewer rounds, since each round takes about a second instead of milliseconds.
    loads(rounds.div_ceil(5), &url)
}

fn in_memory(rounds: usize) -> Result<(), std::io::Error> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let backup: &'static [u8] = backup_response().leak();

    let create = compare(rounds, 50, || ours::canned(backup), || theirs::canned(backup));
    report("client creation, in memory", "Seconds", create.0, create.1);
    let first = compare(
        rounds,
        50,
        || tokio.block_on(ours::create_backup(&ours::canned(backup))),
        || tokio.block_on(theirs::create_backup(&theirs::canned(backup))),
    );
    report("client creation and first call, in memory", "Seconds", first.0, first.1);

    let clients = (ours::canned(backup), theirs::canned(backup));
    let call = compare(
        rounds,
        500,
        || tokio.block_on(ours::create_backup(&clients.0)),
        || tokio.block_on(theirs::create_backup(&clients.1)),
    );
    report("`CreateBackup` in memory: time", "Seconds", call.0, call.1);

    let page: &'static [u8] = file_systems_response(PAGE).leak();
    let clients = (ours::canned(page), theirs::canned(page));
    let call = compare(
        rounds,
        20,
        || tokio.block_on(ours::describe_file_systems(&clients.0)),
        || tokio.block_on(theirs::describe_file_systems(&clients.1)),
    );
    report("`DescribeFileSystems` with 100 file systems in the response, in memory: time", "Seconds", call.0, call.1);
    Ok(())
}

fn wire(rounds: usize) {
    let response: &'static [u8] = file_systems_response(LARGE).leak();
    let codec = theirs::Codec::describe_file_systems();
    assert_eq!(
        ours::decode(Bytes::from_static(response)).file_systems().len(),
        codec.decode(response).file_systems().len()
    );
    let decode = compare(rounds, 5, || ours::decode(Bytes::from_static(response)), || codec.decode(response));
    let name = format!("decode `DescribeFileSystems`, {} KB", response.len() / 1000);
    report_for(response.len(), &name, decode);
    decode_references(rounds, &name, response);

    let requests = (ours::large_request(), theirs::large_request());
    let mut codec = theirs::Codec::create_volume();
    let body = ours::encode(&requests.0);
    assert!(theirs::same_json(&body, codec.encode(requests.1.clone())), "the two write the same request");
    // AWS's client consumes the request, so each run needs its own copy.
    let encode = compare_with(
        rounds,
        20,
        || ((), requests.1.clone()),
        |()| ours::encode(&requests.0),
        |request| codec.encode(request),
    );
    let name = format!("encode `CreateVolume`, {} KB", body.len() / 1000);
    report_for(body.len(), &name, encode);
    let serde = measure(rounds, 20, || (), |()| serde_json::to_vec(&requests.0));
    report_reference("`serde_json::to_vec`, same types", &name, &serde);
}

/// Measures references for deserialization: parts of the work, and all of the work with serde_json.
fn decode_references(rounds: usize, name: &str, response: &'static [u8]) {
    let quotes = measure(rounds, 5, || (), |()| memchr::memchr_iter(b'"', response).count());
    report_reference("finding all quotation marks with memchr", name, &quotes);

    let value: serde_json::Value = serde_json::from_slice(response).expect("the response is JSON");
    let mut lengths = Vec::new();
    string_lengths(&value, &mut lengths);
    let strings = measure(
        rounds,
        5,
        || (),
        |()| lengths.iter().map(|length| String::with_capacity(*length)).collect::<Vec<String>>(),
    );
    report_reference("allocating its strings", name, &strings);

    let serde = measure(
        rounds,
        5,
        || (),
        |()| serde_json::from_slice::<fsx::operation::describe_file_systems::DescribeFileSystemsResponse>(response),
    );
    report_reference("`serde_json::from_slice`, same types", name, &serde);

    // simd-json changes its input, so each run needs its own copy.
    let tape =
        measure(rounds, 5, || response.to_vec(), |mut body| simd_json::to_tape(&mut body).map(|tape| tape.0.len()));
    report_reference("`simd_json::to_tape`", name, &tape);
}

fn string_lengths(value: &serde_json::Value, lengths: &mut Vec<usize>) {
    match value {
        serde_json::Value::String(text) => lengths.push(text.len()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| string_lengths(item, lengths)),
        serde_json::Value::Object(members) => members.values().for_each(|member| string_lengths(member, lengths)),
        _ => {}
    }
}

fn loads(rounds: usize, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for in_flight in IN_FLIGHT {
        let (mut our_loads, mut their_loads, mut hyper) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let client = ours::live(url);
            our_loads.push(tokio.block_on(load(in_flight, || {
                let client = client.clone();
                async move { ours::create_backup(&client).await }
            })));
            let client = theirs::live(url);
            their_loads.push(tokio.block_on(load(in_flight, || {
                let client = client.clone();
                async move { theirs::create_backup(&client).await }
            })));
            let sender = tokio.block_on(Sender::create_backup(url));
            hyper.push(tokio.block_on(load(in_flight, || {
                let sender = sender.clone();
                async move { sender.send().await }
            })));
        }
        let figure = |name: &str, unit, of: fn(&Load) -> f64| {
            let name = format!("{name}, {in_flight} in flight, loopback");
            report(&name, unit, our_loads.iter().map(of), their_loads.iter().map(of));
            report_reference("hyper's client, same bytes", &name, &hyper.iter().map(of).collect::<Vec<f64>>());
        };
        figure("calls", "PerSecond", |load| load.per_second);
        figure("latency, median", "Seconds", |load| load.median);
        figure("latency, 99th percentile", "Seconds", |load| load.p99);
    }
    Ok(())
}

/// Sends [`CALLS`] calls, `in_flight` of them concurrently.
async fn load<F: Future<Output = ()> + Send + 'static>(in_flight: usize, call: impl Fn() -> F) -> Load {
    // Connections are opened before the measurement starts.
    let warm: Vec<_> = (0..in_flight).map(|_| tokio::spawn(call())).collect();
    for task in warm {
        task.await.expect("the call is made");
    }
    let each = CALLS / in_flight;
    let started = Instant::now();
    let tasks: Vec<_> = (0..in_flight)
        .map(|_| {
            let calls: Vec<F> = (0..each).map(|_| call()).collect();
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(calls.len());
                for call in calls {
                    let started = Instant::now();
                    call.await;
                    times.push(started.elapsed().as_secs_f64());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::with_capacity(CALLS);
    for task in tasks {
        times.extend(task.await.expect("the calls are made"));
    }
    black_box(Load::new(times, started.elapsed()))
}
