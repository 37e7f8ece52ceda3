//! The default credentials chain. Its order is the same as in every AWS SDK.
//!
//! The first provider that is configured supplies the credentials. If that provider fails, the search ends, since
//! credentials from the next provider could be those of an unintended identity. If no provider is configured, the error
//! lists the settings that each provider looked for.

mod container;
mod endpoint;
mod http;
mod imds;
mod json;
#[cfg(feature = "login")]
mod login;
mod process;
mod profile;
mod sso;
mod sts;
mod token;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::{fmt, io};

use simba_runtime::__private::{Features, offload};
use simba_runtime::BoxFuture;
use simba_runtime::clock::Clock;
use simba_runtime::credentials::{Credentials, CredentialsError, ProvideCredentials, ProviderConfig, Token};
use simba_runtime::primitives::Document;
use simba_runtime::random::{Random, SystemRandom};
use simba_runtime::transport::Transport;

use crate::environment::is_absent;
use crate::load::{Lookup, ProfileSelection, SharedConfig};
use crate::variables;
use endpoint::host;
use http::Http;
pub(crate) use token::DefaultTokenChain;

/// The outcome of a provider that did not fail.
enum ProviderOutcome {
    Credentials(Credentials),
    /// The provider is not configured. The string describes the settings that the provider looked for.
    NotConfigured(String),
}

impl ProviderOutcome {
    /// Returns the credentials. If there are none, adds the reason to `absent`.
    fn credentials(self, absent: &mut Vec<String>) -> Option<Credentials> {
        match self {
            Self::Credentials(credentials) => Some(credentials),
            Self::NotConfigured(reason) => {
                absent.push(reason);
                None
            }
        }
    }
}

/// Records the source of the credentials, so that the user agent can report it.
fn with_source(mut credentials: Credentials, source: Features) -> Credentials {
    credentials.features = source;
    credentials
}

/// Returns the name of a file in a cache of the AWS CLI. The name consists of a hash in hexadecimal digits and the
/// extension `.json`.
fn cache_file_name(hash: &[u8]) -> String {
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).chain(".json".chars()).collect()
}

/// The default chain of credentials providers.
pub(crate) struct DefaultCredentialsChain {
    context: Context,
}

/// The settings and the HTTP client that all providers share.
struct Context {
    found: SharedConfig,
    http: Http,
    region: Option<String>,
    /// The last credentials of the EC2 instance. They remain in use as long as the metadata service returns no newer
    /// credentials.
    last_of_instance: Mutex<Option<Credentials>>,
    /// Whether the EC2 instance lacks the extended API, which returns the account ID.
    instance_has_basic_api: AtomicBool,
    use_fips: bool,
    use_fips_in_all_regions: bool,
    use_dual_stack: bool,
}

impl DefaultCredentialsChain {
    pub(crate) fn new(found: SharedConfig, config: ProviderConfig) -> Self {
        Self { context: Context::of_client(found, config) }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        let context = &self.context;
        // As in AWS's tools, a profile selected in code takes precedence over credentials in environment variables.
        let uses_variables = context.found.chosen_by != ProfileSelection::Program;
        let mut absent = Vec::new();
        if uses_variables {
            match variables::read(&context.found.environment)? {
                Some(credentials) => return Ok(credentials),
                None => absent.push("AWS_ACCESS_KEY_ID is not set".to_owned()),
            }
        }
        if let Some(credentials) = profile::provide(context).await?.credentials(&mut absent) {
            return Ok(credentials);
        }
        if uses_variables
            && let Some(credentials) = sts::web_identity_of_variables(context).await?.credentials(&mut absent)
        {
            let source = Features::CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN;
            return Ok(with_source(credentials, source | Features::CREDENTIALS_STS_ASSUME_ROLE_WEB_ID));
        }
        if let Some(credentials) = container::provide(context).await?.credentials(&mut absent) {
            return Ok(with_source(credentials, Features::CREDENTIALS_HTTP));
        }
        if let Some(credentials) = imds::provide(context).await?.credentials(&mut absent) {
            return Ok(with_source(credentials, Features::CREDENTIALS_IMDS));
        }
        let fix = match uses_variables {
            true => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE",
            false => "add them to the profile (AWS_ACCESS_KEY_ID is not read, since the profile is set in code)",
        };
        let absent = absent.join("; ");
        Err(CredentialsError::not_configured(format!(
            "no credentials found: {absent}; {fix}, or set them in code with `.credentials_provider(…)`",
        )))
    }
}

/// Returns the region of the EC2 instance that the program runs on.
pub(crate) async fn region_of_instance(
    found: SharedConfig,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Result<String, CredentialsError> {
    imds::region(&Context::new(found, transport, clock, Arc::new(SystemRandom))).await
}

impl Context {
    fn of_client(found: SharedConfig, config: ProviderConfig) -> Self {
        let context = Self::new(found, &config.transport, &config.clock, config.random);
        Self {
            http: context.http.clock_skew_correction(config.clock_skew_correction),
            region: config.region,
            use_fips: config.use_fips,
            use_fips_in_all_regions: config.use_fips_in_all_regions,
            use_dual_stack: config.use_dual_stack,
            ..context
        }
    }

    /// Creates a context without a region.
    fn new(
        found: SharedConfig,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            found,
            http: Http::new(transport, clock, random),
            region: None,
            last_of_instance: Mutex::default(),
            instance_has_basic_api: AtomicBool::new(false),
            use_fips: false,
            use_fips_in_all_regions: false,
            use_dual_stack: false,
        }
    }

    /// Returns the endpoint URL of a service: the configured URL, or the default for the region.
    fn endpoint_url(
        &self,
        service_id: &str,
        prefix: &str,
        region: &str,
        use_fips: bool,
    ) -> Result<String, CredentialsError> {
        Ok(match self.found.endpoint_urls.get(service_id)? {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("https://{}", host(prefix, region, use_fips, self.use_dual_stack)),
        })
    }

    /// Reads a whole file.
    fn read(&self, path: &Path) -> FileAccess {
        let (environment, path) = (self.found.environment.clone(), path.to_owned());
        access_file(Box::new(move || environment.read(&path)))
    }

    /// Replaces a file. Callers ignore failures, since the credentials in it can be used even if the home directory is
    /// read-only.
    fn store(&self, path: &Path, content: &Document) -> FileAccess {
        let (environment, path, content) = (self.found.environment.clone(), path.to_owned(), content.to_string());
        access_file(Box::new(move || environment.replace(&path, content.as_bytes()).map(|()| Vec::new())))
    }

    /// Reads a JSON file that another program writes when the user signs in. Returns `None` if the file does not exist,
    /// and null if the file is not valid JSON.
    async fn read_session(&self, path: &Path) -> Result<Option<Document>, CredentialsError> {
        match self.read(path).await {
            Ok(content) => Ok(Some(json::parse(&content).unwrap_or_default())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(CredentialsError::new(format!("cannot read {}", path.display())).because(error)),
        }
    }

    /// Returns a lookup of settings in the environment variables and the profile.
    fn lookup(&self) -> Lookup<'_> {
        Lookup::of(&self.found)
    }
}

/// The content of a file, or nothing after a file was written. The future is a trait object, so that the code of
/// [`offload`] is compiled only once.
type FileAccess = BoxFuture<'static, io::Result<Vec<u8>>>;

/// Reads or writes a file without blocking the threads of the asynchronous executor.
fn access_file(access: Box<dyn Fn() -> io::Result<Vec<u8>> + Send + Sync>) -> FileAccess {
    Box::pin(offload(access))
}

impl ProvideCredentials for DefaultCredentialsChain {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(self.search())
    }
}

impl fmt::Debug for DefaultCredentialsChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultCredentialsChain").field("profile", &self.context.found.profile).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
