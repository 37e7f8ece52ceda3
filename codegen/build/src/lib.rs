//! Generates a client from a [Smithy](https://smithy.io) model in a build script, so that the generated code does not
//! have to be added to the repository.
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
//! `src/main.rs`, where the module can have any name and can be anywhere in the crate:
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
//! If the service belongs to AWS or accepts AWS's signatures, its client also needs `simba-aws-config` with its
//! `credentials` and `login` features. Some protocols need a feature of `simba-runtime`: `cbor` for rpcv2Cbor,
//! `rpc-v2-json` for rpcv2Json, and `rest-json` for restJson1. The `serde` feature of `simba-runtime` implements the
//! traits of serde for all types. If your package has features named `blocking` and `testing`, they add the blocking
//! client and the mock transport to the module. These features must enable those of the same names in `simba-runtime`,
//! and `blocking` must also enable `simba-aws-config/blocking` if the package depends on `simba-aws-config`.
//!
//! Alternatively, `simba generate` writes a client as a crate. The crate can be published, and is not compiled again
//! when the program changes.

#[cfg(feature = "generate")]
mod client;

#[cfg(feature = "generate")]
pub use client::{Client, Error, client};

/// Includes the code of a client that the build script generated. The code becomes the contents of the current module.
///
/// The argument is the name of the client, which was set with `Client::name`. By default, it is the name of the service
/// in snake case.
#[macro_export]
macro_rules! include_client {
    ($name:literal) => {
        include!(concat!(env!("OUT_DIR"), "/simba/", $name, "/mod.rs"));
    };
}
