//! Tests the generated client with moto, an independent implementation of AWS's services.
//!
//! `cargo xtask test` installs moto. Without it, these tests are skipped with a message.

mod example;
mod server;
mod signatures;

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use fsx::{Config, credentials::Credentials};

/// The macros for scenarios with an asynchronous client.
macro_rules! client {
    ($config:expr) => {
        ::fsx::Client::new($config)
    };
}
macro_rules! ask {
    ($call:expr) => {
        $crate::wait(::std::future::IntoFuture::into_future($call))
    };
}
macro_rules! all {
    ($walk:expr) => {
        $crate::wait($walk.collect())
    };
}
#[path = "scenarios.rs"]
mod awaited;

/// The macros for scenarios with a blocking client.
macro_rules! client {
    ($config:expr) => {
        ::fsx::blocking::Client::new($config)
    };
}
macro_rules! ask {
    ($call:expr) => {
        $call.send()
    };
}
macro_rules! all {
    ($walk:expr) => {
        $walk.collect::<::std::result::Result<::std::vec::Vec<_>, _>>()
    };
}
#[expect(clippy::duplicate_mod, reason = "The scenarios are compiled twice, with different macros.")]
#[path = "scenarios.rs"]
mod blocking;

/// Returns settings for a server and a region, with dummy credentials.
fn config(url: &str, region: &str) -> Config {
    Config::builder()
        .region(region)
        .endpoint_url(url)
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
        .build()
}

/// Returns a region that no other test uses.
fn region() -> &'static str {
    const REGIONS: [&str; 20] = [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-south-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-east-1",
        "ap-northeast-3",
        "me-south-1",
        "sa-east-1",
    ];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    REGIONS.get(NEXT.fetch_add(1, Ordering::Relaxed)).expect("there are more tests than regions")
}

/// Waits for a future. All tests share a runtime, since a connection belongs to the runtime in which it was opened.
fn wait<F: Future>(future: F) -> F::Output {
    static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
    });
    RUNTIME.block_on(future)
}
