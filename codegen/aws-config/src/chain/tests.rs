//! Tests the providers. Those that call a service use a fake server on the loopback interface.

mod container;
#[cfg(feature = "login")]
mod effects;
mod fake;
mod files;
mod imds;
#[cfg(feature = "login")]
mod login;
#[cfg(feature = "tracing")]
mod logs;
mod order;
mod retries;
mod sso;
mod sts;
mod token;
mod urls;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fake::{Direct, Fake};

use crate::Environment;
use simba_runtime::__private::block_on;
use simba_runtime::BoxFuture;
use simba_runtime::clock::Clock;
use simba_runtime::credentials::Credentials;
use simba_runtime::transport::Transport;

/// The current time in the tests, 2026-11-22T10:00:00Z, in seconds since 1970.
const NOW: u64 = 1_795_341_600;

/// A clock that does not advance. Sleeps end immediately.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Returns the credentials that the chain finds, or the error message.
fn search(environment: &Environment) -> Result<Credentials, String> {
    search_through(environment, Arc::new(Direct))
}

fn search_through(environment: &Environment, transport: Arc<dyn Transport>) -> Result<Credentials, String> {
    search_by(environment, transport, Arc::new(Still))
}

fn search_by(
    environment: &Environment,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
) -> Result<Credentials, String> {
    let config = crate::from_environment(environment).map_err(|error| error.to_string())?;
    let cache = simba_runtime::__private::components::credentials(&config, &transport, &clock);
    let credentials = block_on(cache.get()).map_err(|error| error.to_string())?;
    Ok((*credentials).clone())
}

fn environment(vars: &[(&str, &str)], config: &str) -> Environment {
    let vars = [("HOME", "/home/me"), ("AWS_EC2_METADATA_DISABLED", "true")].into_iter().chain(vars.iter().copied());
    Environment::fixed(vars).file("/home/me/.aws/config", config)
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns the credentials that the fake services return.
fn expected(id: &str) -> Credentials {
    Credentials::new(id, "s/e+c").session_token("to&ken").expiry(at(NOW + 3600))
}

/// Returns the JSON with which the container endpoint and the instance metadata service respond.
fn json(id: &str) -> String {
    format!(
        r#"{{"Code": "Success", "AccessKeyId": "{id}", "SecretAccessKey": "s/e+c",
            "Token": "to&ken", "Expiration": "2026-11-22T11:00:00Z"}}"#
    )
}
