//! Generates a client from a [Smithy](https://smithy.io) model in a build script, so that the generated code does not
//! have to be stored.
//!
//! `build.rs`:
//!
//! ```no_run
//! # #[cfg(feature = "generate")]
//! fn main() -> Result<(), simba_build::Error> {
//!     simba_build::client("model/weather.smithy").operations(["GetCity"]).generate()
//! }
//! ```
//!
//! `src/main.rs`, in which the module can have any name and be at any place:
//!
//! ```text
//! mod weather {
//!     simba_build::include_client!("weather");
//! }
//!
//! let config = weather::Config::builder().endpoint_url("https://weather.example.com");
//! let client = weather::Client::new(config.build());
//! ```
//!
//! `Cargo.toml`:
//!
//! ```toml
//! [dependencies]
//! simba-build = { version = "0.1", default-features = false } # only the macro
//! simba-runtime = { version = "0.1", features = ["rustls"] }
//!
//! [build-dependencies]
//! simba-build = "0.1"
//! ```
//!
//! Clients for AWS services, which are those with one of AWS's traits, also need `simba-aws-config` with its
//! `credentials` and `login` features. Some protocols need a feature of `simba-runtime`: `cbor` for rpcv2Cbor,
//! `rpc-v2-json` for rpcv2Json, and `rest-json` for restJson1. If your package has features named `blocking` and
//! `testing`, they add the blocking client and the mock transport to the module. These features must enable those of
//! the same names in `simba-runtime`, and `blocking` must also enable `simba-aws-config/blocking` if the package
//! depends on `simba-aws-config`.
//!
//! A crate that is written by `simba generate` compiles independently of the program, which is faster if the
//! program changes often, and can be published.

#[cfg(feature = "generate")]
mod client;

#[cfg(feature = "generate")]
pub use client::{Client, Error, client};

/// Includes the client that the build script has generated, as the contents of the current module.
///
/// The argument is the name of the client: that of `Client::name`, or the name of the service in snake case.
#[macro_export]
macro_rules! include_client {
    ($name:literal) => {
        include!(concat!(env!("OUT_DIR"), "/simba/", $name, "/mod.rs"));
    };
}
