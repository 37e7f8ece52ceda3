//! Checks limits for those costs of this client that are the same on every machine: crates, lines, code, allocations,
//! and sizes.
//!
//! Each limit was set slightly above the value at that time. A commit that makes a value exceed its limit must also
//! raise the limit. Times are measured by `cargo xtask bench`.

use std::{
    collections::BTreeSet,
    fmt::Display,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    pin::Pin,
    process::Stdio,
    task::{Context, Waker},
    thread,
};

use fsx::credentials::Credentials;
use fsx::transport::{HttpOptions, HyperTransport, Transport, TransportError};
use fsx::{Body, BoxFuture, Bytes, http};
use fsx::{
    Client, Config,
    operation::describe_file_systems::DescribeFileSystemsRequest,
    runtime::operation::Request,
    types::{Backup, FileSystem, Tag, Volume},
};
use serde_json::Value;
use simba_bench::{LARGE, PAGE, backup_response, canned, file_systems_response};
use simba_tests::workspace;

/// The maximum number of dependencies of fsx with its default features.
const CRATES: usize = 46;
/// The maximum number of dependencies of fsx without features.
const BARE_CRATES: usize = 22;
/// The maximum number of lines in `generated/fsx`, including documentation.
const LINES: usize = 35_200;
/// The maximum number of lines of LLVM IR before optimization, as counted by `cargo llvm-lines`, for each package,
/// library, and list of features.
const LLVM_LINES: [(&str, &str, &str, usize); 3] = [
    ("simba-fsx", "fsx", "", 82_100),
    ("simba-runtime", "simba_runtime", "", 148_600),
    ("simba-aws-config", "simba_aws_config", "credentials", 69_500),
];
/// The maximum number of allocations in a `CreateBackup` call, and their maximum total size in bytes.
const SMALL_CALL: (u64, u64) = (60, 7_800);
/// The maximum number of allocations in a `DescribeFileSystems` call that returns 100 file systems, and their maximum
/// total size in bytes.
const LARGE_CALL: (u64, u64) = (3_680, 320_000);
/// The maximum peak memory for deserializing a response, in bytes per 100 bytes of the response.
const DECODE_PEAK: u64 = 148;
/// The maximum memory of a client that has sent a request over HTTP and keeps its connection, in bytes. It does not
/// include the root certificates, which are loaded by the first call over HTTPS.
const IDLE_CLIENT: u64 = 48_000;
/// The maximum memory of a call that waits for its response, in bytes, without the memory of the transport.
const CALL_IN_FLIGHT: u64 = 5_000;
/// The maximum size of the future of a call, in bytes.
const FUTURE: usize = 64;
/// The largest types that are moved during a call, each with its size and the limit of its size, in bytes.
const TYPES: [(&str, usize, usize); 3] = [
    ("FileSystem", size_of::<FileSystem>(), 512),
    ("Backup", size_of::<Backup>(), 1_024),
    ("Volume", size_of::<Volume>(), 512),
];

/// Panics if a value exceeds its limit. The message contains the difference.
#[allow(clippy::print_stdout, reason = "The values are printed for lowering a limit.")]
#[track_caller]
fn hold<T: Copy + Display + PartialOrd + std::ops::Sub<Output = T>>(what: &str, found: T, limit: T) {
    println!("{what}: {found}, of {limit}");
    assert!(
        found <= limit,
        "{what}: {found}, which is {} over the limit of {limit}. Find the cause; if the increase is necessary, raise the limit.",
        found - limit
    );
}

#[test]
fn dependencies_are_few_and_have_no_duplicates() {
    for (features, limit) in [("default", CRATES), ("", BARE_CRATES)] {
        let output = simba_tests::cargo()
            .args(["tree", "--quiet", "--package", "simba-fsx", "--edges", "normal", "--prefix", "none"])
            .args(["--no-default-features", "--features", features, "--format", "{p}"])
            .current_dir(workspace())
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout);
        let crates: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        hold(&format!("crates in the tree of fsx with features `{features}`"), crates.len(), limit);
        let name = |line: &&str| line.split(' ').next().unwrap_or_default().to_owned();
        let names: BTreeSet<String> = crates.iter().map(name).collect();
        assert_eq!(names.len(), crates.len(), "crates with several versions: {crates:#?}");
    }
}

#[test]
fn the_length_of_the_generated_crate_is_limited() {
    let mut files = Vec::new();
    rust_files(&workspace().join("generated/fsx/src"), &mut files);
    let lines: usize = files.iter().map(|file| simba_tests::text(file).lines().count()).sum();
    hold("lines of generated/fsx", lines, LINES);
}

#[test]
fn the_amount_of_llvm_ir_is_limited() {
    for (package, library, features, limit) in LLVM_LINES {
        let lines = instructions(&llvm_ir(package, library, features));
        hold(&format!("lines of LLVM's code for {package} with features `{features}`"), lines, limit);
    }
}

/// Returns the LLVM IR of a package's library, before optimization.
fn llvm_ir(package: &str, library: &str, features: &str) -> String {
    let mut cargo = simba_tests::cargo();
    cargo
        .args(["rustc", "--quiet", "--package", package, "--lib", "--no-default-features", "--features", features])
        .args(["--message-format=json-render-diagnostics", "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("budgets"))
        .args(["--", "--emit=llvm-ir", "-Cno-prepopulate-passes", "-Ccodegen-units=1"]);
    // The code must not depend on the user's settings. Debug information would also be counted.
    for (setting, value) in
        [("DEBUG", "0"), ("DEBUG_ASSERTIONS", "true"), ("OPT_LEVEL", "0"), ("OVERFLOW_CHECKS", "true")]
    {
        cargo.env(format!("CARGO_PROFILE_DEV_{setting}"), value);
    }
    cargo.env("RUSTFLAGS", "").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = cargo.current_dir(workspace()).stderr(Stdio::inherit()).output().expect("cargo starts");
    assert!(output.status.success(), "{package} does not compile");
    // The file is next to the library's metadata, in a directory that depends on Cargo's configuration.
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let artifacts = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut artifacts = artifacts.filter(|artifact| artifact["target"]["name"] == library);
    let files = artifacts.next_back().map(|artifact| artifact["filenames"].clone()).unwrap_or_default();
    let mut files = files.as_array().into_iter().flatten().filter_map(Value::as_str);
    let metadata = files.find(|file| file.ends_with(".rmeta")).map(Path::new).expect("a library has metadata");
    let name = metadata.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("lib"));
    simba_tests::text(&metadata.with_file_name(name.expect("a name")).with_extension("ll"))
}

#[test]
fn allocations_of_a_call_are_limited() {
    let runtime = runtime();
    let call = |what: &str, response: Vec<u8>, limit: (u64, u64), call: fn(&Client, &tokio::runtime::Runtime)| {
        let client = canned(response);
        // The first call includes initialization, such as the derivation of the signing key.
        call(&client, &runtime);
        let info = allocation_counter::measure(|| call(&client, &runtime));
        hold(&format!("allocations of {what}"), info.count_total, limit.0);
        hold(&format!("bytes allocated by {what}"), info.bytes_total, limit.1);
        assert_eq!(info.bytes_current, 0, "{what} leaves nothing behind");
    };
    call("CreateBackup", backup_response(), SMALL_CALL, |client, runtime| {
        let call = client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]);
        runtime.block_on(call.send()).expect("the backup is created");
    });
    call("DescribeFileSystems", file_systems_response(PAGE), LARGE_CALL, |client, runtime| {
        runtime.block_on(client.describe_file_systems().send()).expect("the file systems are listed");
    });
}

#[test]
fn the_memory_of_decoding_is_proportional_to_the_response() {
    for number in [PAGE, LARGE] {
        let response = Bytes::from(file_systems_response(number));
        let decode = || drop(DescribeFileSystemsRequest::decode_bytes(response.clone()).expect("a response"));
        let info = allocation_counter::measure(decode);
        let peak = info.bytes_max * 100 / response.len() as u64;
        hold(&format!("percent of a response of {number} file systems that decoding it takes"), peak, DECODE_PEAK);
    }
}

#[test]
fn the_memory_of_an_idle_client_is_limited() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it has an address"));
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(thread::spawn(|| respond(stream)))));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio starts");
    let mut clients = Vec::with_capacity(2);
    let connect = |clients: &mut Vec<Client>| {
        let config =
            Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
        let transport = HyperTransport::new(HttpOptions::new());
        let client = Client::new(config.endpoint_url(&url).transport(transport).build());
        runtime.block_on(client.create_backup().file_system_id("fs-0123456789abcdef0").send()).expect("a backup");
        clients.push(client);
    };
    // The first client allocates everything that all clients share.
    connect(&mut clients);
    let info = allocation_counter::measure(|| connect(&mut clients));
    hold("bytes of an idle client", info.bytes_current.unsigned_abs(), IDLE_CLIENT);
}

/// Responds to each request on a connection, which stays open.
fn respond(mut stream: TcpStream) -> std::io::Result<()> {
    let body = backup_response();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part)?;
        // The request ends at the end of the JSON.
        match part[..read].last() {
            None => return Ok(()),
            Some(b'}') => stream.write_all(&[head.as_bytes(), &body].concat())?,
            Some(_) => {}
        }
    }
}

#[test]
fn the_memory_of_calls_in_flight_is_limited() {
    const CALLS: usize = 10_000;
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"));
    let client = Client::new(config.transport(Silent).build());
    let mut calls = Vec::with_capacity(CALLS);
    let mut send = || {
        let mut call = client.create_backup().file_system_id("fs-0123456789abcdef0").send();
        assert!(Pin::new(&mut call).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        calls.push(call);
    };
    send();
    let info = allocation_counter::measure(|| (1..CALLS).for_each(|_| send()));
    hold("bytes of a call in flight", info.bytes_current.unsigned_abs() / (CALLS as u64 - 1), CALL_IN_FLIGHT);
}

/// A transport that never gets a response.
#[derive(Debug)]
struct Silent;

impl Transport for Silent {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            let _request = request;
            std::future::pending().await
        })
    }
}

#[test]
fn the_sizes_of_futures_and_types_are_limited() {
    let client = canned(Vec::new());
    hold("bytes of the future of CreateBackup", size_of_val(&client.create_backup().send()), FUTURE);
    hold("bytes of the future of DescribeFileSystems", size_of_val(&client.describe_file_systems().send()), FUTURE);
    for (name, size, limit) in TYPES {
        hold(&format!("bytes of {name}"), size, limit);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("tokio starts")
}

/// Counts the instructions in the functions of LLVM IR. Labels and continuation lines are not counted.
fn instructions(code: &str) -> usize {
    let mut inside = false;
    let counted = code.lines().filter(|line| {
        if line.starts_with("define") {
            inside = true;
        } else if *line == "}" {
            inside = false;
        }
        inside && line.starts_with("  ") && !line.starts_with("   ")
    });
    counted.count()
}

fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the directory can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else {
            files.push(path);
        }
    }
}
