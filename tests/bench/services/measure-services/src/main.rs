//! Measures calls in memory, alternating between this project's clients and AWS's clients, and counts their
//! allocations. Prints a line of JSON for each figure. The argument is the number of rounds.

mod ours;
mod theirs;

use std::{env, hint::black_box, time::Instant};

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

/// The number of functions in a response of half a megabyte.
const FUNCTIONS: usize = 500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds =
        env::args().nth(1).and_then(|rounds| rounds.parse().ok()).ok_or("the argument is a number of rounds")?;
    let tokio = Builder::new_current_thread().enable_all().build()?;

    let one: &'static [u8] = functions_response(1).leak();
    let clients = (ours::lambda(one), theirs::lambda(one));
    let call = (|| ours::list_functions(&clients.0), || theirs::list_functions(&clients.1));
    compare(&tokio, "Lambda: `ListFunctions` in memory", rounds, 200, call.0, call.1);

    let many: &'static [u8] = functions_response(FUNCTIONS).leak();
    let clients = (ours::lambda(many), theirs::lambda(many));
    let name = format!("Lambda: `ListFunctions`, {} KB, in memory", many.len() / 1000);
    let call = (|| ours::list_functions(&clients.0), || theirs::list_functions(&clients.1));
    compare(&tokio, &name, rounds, 5, call.0, call.1);

    let item: &'static [u8] = item_response().leak();
    let clients = (ours::dynamodb(item), theirs::dynamodb(item));
    let call = (|| ours::get_item(&clients.0), || theirs::get_item(&clients.1));
    compare(&tokio, "DynamoDB: `GetItem` in memory", rounds, 200, call.0, call.1);
    Ok(())
}

/// Prints the time of a call in each round, and the number of its allocations, for both `ours` and `theirs`.
fn compare<A, B>(tokio: &Runtime, name: &str, rounds: usize, runs: usize, ours: impl Fn() -> A, theirs: impl Fn() -> B)
where
    A: Future<Output = usize>,
    B: Future<Output = usize>,
{
    assert_eq!(tokio.block_on(ours()), tokio.block_on(theirs()), "both clients read the same response");
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    // The first round warms up caches and allocators, and is not counted.
    for round in 0..=rounds {
        let pair = (time(tokio, runs, &ours), time(tokio, runs, &theirs));
        if round > 0 {
            our_times.push(pair.0);
            their_times.push(pair.1);
        }
    }
    report(&format!("{name}: time"), "Seconds", &our_times, &their_times);
    let [ours, theirs] = [count(tokio, ours), count(tokio, theirs)];
    report(&format!("{name}: allocations"), "Count", &[ours], &[theirs]);
}

/// Returns the average time of a run, in seconds.
fn time<F: Future>(tokio: &Runtime, runs: usize, call: impl Fn() -> F) -> f64 {
    let started = Instant::now();
    for _ in 0..runs {
        black_box(tokio.block_on(call()));
    }
    started.elapsed().as_secs_f64() / runs as f64
}

/// Counts the allocations of one call, after previous calls have made one-time allocations.
fn count<F: Future>(tokio: &Runtime, call: impl Fn() -> F) -> f64 {
    for _ in 0..3 {
        black_box(tokio.block_on(call()));
    }
    allocation_counter::measure(|| drop(black_box(tokio.block_on(call())))).count_total as f64
}

fn report(name: &str, unit: &str, ours: &[f64], theirs: &[f64]) {
    println!("{}", json!({ "figure": name, "unit": unit, "simba": ours, "aws": theirs }));
}

/// Returns the body of a `ListFunctions` response from Lambda, with the given number of functions.
fn functions_response(number: usize) -> Vec<u8> {
    let function = |index: usize| {
        json!({
            "FunctionName": format!("orders-{index}"),
            "FunctionArn": format!("arn:aws:lambda:us-east-1:123456789012:function:orders-{index}"),
            "Runtime": "nodejs22.x",
            "Role": "arn:aws:iam::123456789012:role/service-role/orders",
            "Handler": "index.handler",
            "CodeSize": 1_048_576 + index,
            "Description": "Accepts orders, checks them and puts them into a queue.",
            "Timeout": 30,
            "MemorySize": 512,
            "LastModified": "2026-11-01T12:00:00.000+0000",
            "CodeSha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "Version": "$LATEST",
            "VpcConfig": {
                "SubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                "SecurityGroupIds": ["sg-0123456789abcdef0"],
                "VpcId": "vpc-0123456789abcdef0",
                "Ipv6AllowedForDualStack": false,
            },
            "Environment": { "Variables": { "QUEUE": "orders", "STAGE": "production", "LOG_LEVEL": "info" } },
            "TracingConfig": { "Mode": "Active" },
            "RevisionId": "0a6e1a2b-1d2c-4e3f-8a9b-0c1d2e3f4a5b",
            "PackageType": "Zip",
            "Architectures": ["arm64"],
            "EphemeralStorage": { "Size": 512 },
            "SnapStart": { "ApplyOn": "None", "OptimizationStatus": "Off" },
            "LoggingConfig": { "LogFormat": "JSON", "LogGroup": "/aws/lambda/orders" },
        })
    };
    json!({ "Functions": (0..number).map(function).collect::<Vec<_>>() }).to_string().into_bytes()
}

/// Returns the body of a `GetItem` response from DynamoDB.
fn item_response() -> Vec<u8> {
    let item = json!({
        "Item": {
            "Id": { "S": "order-4711" },
            "Total": { "N": "129.95" },
            "Paid": { "BOOL": true },
            "Tags": { "SS": ["express", "gift"] },
            "Address": { "M": { "City": { "S": "Kiel" }, "Zip": { "S": "24103" }, "Street": { "S": "Hafenstrasse 7" } } },
            "Lines": { "L": [
                { "M": { "Sku": { "S": "A-1" }, "Count": { "N": "2" } } },
                { "M": { "Sku": { "S": "B-7" }, "Count": { "N": "1" } } },
            ] },
        },
    });
    item.to_string().into_bytes()
}
