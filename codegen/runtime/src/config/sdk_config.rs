//! Conversion from the `SdkConfig` of AWS's `aws-config` crate.
//!
//! The region, credentials, bearer token, endpoints, retries, timeouts and app name are converted. The HTTP client, the
//! clock and the identity cache are not, since this crate has its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::error::{CredentialsError as AwsCredentialsError, TokenError};
use aws_credential_types::provider::token::{ProvideToken as _, SharedTokenProvider};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_types::retry::RetryMode;
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::builder::Builder;
use super::settings::{Compression, ConfigValues};
use super::{AccountIdEndpointMode, Config, ConfigError, EndpointUrls};
use crate::BoxFuture;
use crate::credentials::{
    Credentials, CredentialsError, CredentialsErrorKind, ProvideCredentials, ProvideToken, Token,
};
use crate::retry::{RetryConfig, ServiceRetry};
use crate::timeout::TimeoutConfig;

/// Converts the settings of AWS's SDK.
///
/// `aws-config` sets the number of attempts to 3 if neither the environment nor the profile contains one. Such an
/// `SdkConfig` leaves the number of attempts to the defaults of the services, some of which are not 3. To limit the
/// attempts to 3 for all services, set a [`RetryConfig`] with `to_builder`. The timeout for establishing a connection
/// that `aws-config` sets, 3.1 seconds, replaces the default of 5 seconds.
impl From<&SdkConfig> for Config {
    fn from(sdk: &SdkConfig) -> Self {
        Builder::from(sdk).build()
    }
}

impl From<&SdkConfig> for Builder {
    fn from(sdk: &SdkConfig) -> Self {
        let settings = ConfigValues {
            use_fips: sdk.use_fips(),
            use_dual_stack: sdk.use_dual_stack(),
            account_id_endpoint_mode: account_id_endpoint_mode(sdk),
            auth_scheme_preference: auth_scheme_preference(sdk),
            keeps_auth_scheme_preference: sdk.get_origin("auth_scheme_preference").is_client_config(),
            retry: retry(sdk),
            timeouts: timeouts(sdk),
            app_id: sdk.app_name().map(ToString::to_string),
            compression: compression(sdk),
            endpoint_urls: Some(Arc::new(SdkConfigEndpoints(sdk.clone()))),
            ..ConfigValues::default()
        };
        let mut builder = Self::from(settings);
        if let Some(region) = sdk.region() {
            builder = builder.region(region.to_string());
        }
        if let Some(provider) = sdk.credentials_provider() {
            builder = builder.credentials_provider(Provider(provider));
        }
        match sdk.token_provider() {
            Some(provider) => builder.token_provider(TokenProvider(provider)),
            None => builder,
        }
    }
}

fn auth_scheme_preference(sdk: &SdkConfig) -> Vec<String> {
    let names = sdk.auth_scheme_preference().cloned().into_iter().flatten();
    names.map(|scheme| scheme.inner().to_owned()).collect()
}

fn account_id_endpoint_mode(sdk: &SdkConfig) -> AccountIdEndpointMode {
    let name = sdk.account_id_endpoint_mode().map(ToString::to_string);
    name.and_then(|name| AccountIdEndpointMode::from_name(&name)).unwrap_or_default()
}

/// Converts the retry configuration. `aws-config` always sets the number of attempts. If the number is AWS's default,
/// and is not known to have been set in code, the default of each service applies, as in AWS's SDK.
fn retry(sdk: &SdkConfig) -> RetryConfig {
    let Some(theirs) = sdk.retry_config() else {
        return RetryConfig::default();
    };
    let ours = match theirs.mode() {
        RetryMode::Adaptive => RetryConfig::adaptive(),
        _ => RetryConfig::standard(),
    };
    let ours = ours.max_backoff(theirs.max_backoff());
    let is_default = theirs.max_attempts() == ServiceRetry::STANDARD.max_attempts;
    match is_default && !sdk.get_origin("retry_config").is_client_config() {
        true => ours,
        false => ours.max_attempts(theirs.max_attempts()),
    }
}

fn compression(sdk: &SdkConfig) -> Compression {
    if sdk.disable_request_compression() == Some(true) {
        return Compression(Ok(None));
    }
    let size = sdk.request_min_compression_size_bytes().and_then(|size| usize::try_from(size).ok());
    Compression(Ok(Some(size.unwrap_or(Compression::MIN_SIZE))))
}

/// Converts the timeouts. Timeouts that are not set keep this crate's defaults, which depend on the operation.
fn timeouts(sdk: &SdkConfig) -> TimeoutConfig {
    /// The value of a timeout that is not set. `None` means that the timeout is disabled.
    const UNSET: Duration = Duration::MAX;
    let unset = aws_smithy_types::timeout::TimeoutConfig::builder()
        .connect_timeout(UNSET)
        .read_timeout(UNSET)
        .operation_attempt_timeout(UNSET)
        .operation_timeout(UNSET)
        .build();
    let mut theirs = sdk.timeout_config().cloned().unwrap_or_else(|| unset.clone());
    theirs.take_defaults_from(&unset);
    let settings: [(Option<Duration>, SetTimeout); 4] = [
        (theirs.connect_timeout(), |ours, timeout| ours.connect(timeout)),
        (theirs.read_timeout(), |ours, timeout| ours.read(timeout)),
        (theirs.operation_attempt_timeout(), |ours, timeout| ours.attempt(timeout)),
        (theirs.operation_timeout(), |ours, timeout| ours.call(timeout)),
    ];
    let set = settings.into_iter().filter(|(timeout, _)| *timeout != Some(UNSET));
    set.fold(TimeoutConfig::default(), |ours, (timeout, set)| set(ours, timeout))
}

/// A function that sets one of the timeouts.
type SetTimeout = fn(TimeoutConfig, Option<Duration>) -> TimeoutConfig;

/// An adapter for a credentials provider from AWS's SDK.
#[derive(Debug)]
struct Provider(SharedCredentialsProvider);

impl ProvideCredentials for Provider {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            let theirs = self.0.provide_credentials().await.map_err(|error| {
                let kind = match &error {
                    AwsCredentialsError::CredentialsNotLoaded(_) => CredentialsErrorKind::NotConfigured,
                    AwsCredentialsError::InvalidConfiguration(_) => CredentialsErrorKind::Invalid,
                    _ => CredentialsErrorKind::Failed,
                };
                failed("credentials", kind, error)
            })?;
            let mut ours = Credentials::new(theirs.access_key_id(), theirs.secret_access_key());
            ours.session_token = theirs.session_token().map(str::to_owned);
            ours.expiry = theirs.expiry();
            ours.account_id = theirs.account_id().map(|id| id.as_str().to_owned());
            Ok(ours)
        })
    }
}

/// An adapter for a token provider from AWS's SDK.
#[derive(Debug)]
struct TokenProvider(SharedTokenProvider);

impl ProvideToken for TokenProvider {
    fn provide_token(&self) -> BoxFuture<'_, Result<Token, CredentialsError>> {
        Box::pin(async {
            let theirs = self.0.provide_token().await.map_err(|error| {
                let kind = match &error {
                    TokenError::TokenNotLoaded(_) => CredentialsErrorKind::NotConfigured,
                    TokenError::InvalidConfiguration(_) => CredentialsErrorKind::Invalid,
                    _ => CredentialsErrorKind::Failed,
                };
                failed("token", kind, error)
            })?;
            let mut ours = Token::new(theirs.token());
            ours.expiry = theirs.expiration();
            Ok(ours)
        })
    }
}

fn failed(
    identity: &str,
    kind: CredentialsErrorKind,
    error: impl std::error::Error + Send + Sync + 'static,
) -> CredentialsError {
    let message = format!("the SdkConfig's {identity} provider failed");
    let failed = match kind {
        CredentialsErrorKind::NotConfigured => CredentialsError::not_configured(message),
        CredentialsErrorKind::Invalid => CredentialsError::invalid(message),
        CredentialsErrorKind::Failed => CredentialsError::new(message),
    };
    failed.because(error)
}

/// The endpoint URLs of an `SdkConfig`, which are looked up by service.
struct SdkConfigEndpoints(SdkConfig);

impl EndpointUrls for SdkConfigEndpoints {
    fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError> {
        let Self(sdk) = self;
        let general = || sdk.endpoint_url().map(str::to_owned);
        if sdk.get_origin("endpoint_url").is_client_config() {
            return Ok(general());
        }
        let key =
            ServiceConfigKey::builder().service_id(service_id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = key.ok().and_then(|key| sdk.service_config()?.load_config(key));
        Ok(own.or_else(general))
    }
}

impl fmt::Debug for SdkConfigEndpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdkConfigEndpoints").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use aws_credential_types::{Credentials as AwsCredentials, Token as AwsToken};
    use aws_smithy_types::retry::RetryConfig as AwsRetry;
    use aws_smithy_types::timeout::TimeoutConfig as AwsTimeouts;
    use aws_types::app_name::AppName;
    use aws_types::origin::Origin;
    use aws_types::region::Region;
    use aws_types::service_config::LoadServiceConfig;

    use super::*;
    use crate::clock::{self, block_on};
    use crate::credentials::CredentialsCache;
    use crate::retry::RetryMode;

    #[derive(Debug)]
    struct Table;

    impl LoadServiceConfig for Table {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            assert_eq!((key.env(), key.profile()), ("AWS_ENDPOINT_URL", "endpoint_url"));
            (key.service_id() == "FSx").then(|| "http://fsx".to_owned())
        }
    }

    /// Returns the credentials cache of a client with the given configuration.
    fn credentials(config: &Config) -> Arc<CredentialsCache> {
        use crate::client::components;
        components::credentials(config, &components::transport(config), &clock::default())
    }

    #[test]
    fn all_settings_are_converted() {
        let expiry = SystemTime::now() + Duration::from_secs(3600);
        let theirs = AwsCredentials::builder()
            .access_key_id("id")
            .secret_access_key("hush")
            .session_token("token")
            .expiry(expiry)
            .account_id("123456789012")
            .provider_name("test")
            .build();
        let sdk = SdkConfig::builder()
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(theirs))
            .token_provider(SharedTokenProvider::new(AwsToken::new("hush", Some(expiry))))
            .use_fips(true)
            .use_dual_stack(true)
            .app_name(AppName::new("app").unwrap())
            .retry_config(AwsRetry::adaptive().with_max_attempts(7))
            .timeout_config(AwsTimeouts::builder().read_timeout(Duration::from_secs(9)).build())
            .endpoint_url("http://all")
            .service_config(Table)
            .build();
        let config = Config::from(&sdk);
        assert_eq!(config.region(), Some("eu-west-1"));
        assert!(config.use_fips() && config.use_dual_stack());
        assert_eq!(config.app_id(), Some("app"));
        assert!(matches!(config.retry().mode(), RetryMode::Adaptive));
        assert_eq!(config.retry().attempts(), 7);
        assert_eq!(config.timeouts().read_timeout(), Some(Duration::from_secs(9)));
        let usual = TimeoutConfig::default();
        assert_eq!(config.timeouts().connect_timeout(), usual.connect_timeout());
        let ours = Credentials::new("id", "hush").session_token("token").expiry(expiry).account_id("123456789012");
        assert_eq!(block_on(credentials(&config).get()), Ok(Arc::new(ours)));
        let cache = crate::client::components::token(
            &config,
            &crate::client::components::transport(&config),
            &clock::default(),
            "fsx",
        );
        assert_eq!(block_on(cache.get()), Ok(Arc::new(Token::new("hush").expiry(expiry))));
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn the_error_of_a_token_provider_is_returned() {
        use aws_credential_types::provider::future;

        #[derive(Debug)]
        struct Failing;

        impl aws_credential_types::provider::token::ProvideToken for Failing {
            fn provide_token<'a>(&'a self) -> future::ProvideToken<'a>
            where
                Self: 'a,
            {
                future::ProvideToken::ready(Err(TokenError::not_loaded("no session")))
            }
        }

        let error = block_on(TokenProvider(SharedTokenProvider::new(Failing)).provide_token()).unwrap_err();
        let message = "the SdkConfig's token provider failed: the access token provider was not enabled: no session";
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
    }

    #[test]
    fn a_pseudo_region_selects_fips_endpoints() {
        let config = Config::from(&SdkConfig::builder().region(Region::new("fips-us-west-2")).build());
        assert_eq!((config.region(), config.use_fips()), (Some("us-west-2"), true));
    }

    #[test]
    fn endpoints_are_converted() {
        let sdk = SdkConfig::builder().service_config(Table).build();
        let config = Config::from(&sdk);
        for _ in 0..2 {
            assert_eq!(config.endpoint_url_for("FSx"), Ok(Some("http://fsx".into())));
            assert_eq!(config.endpoint_url_for("S3"), Ok(None));
        }
        let config = config.to_builder().endpoint_url("http://code").build();
        assert_eq!(config.endpoint_url_for("FSx"), Ok(Some("http://code".into())));
        let sdk = sdk.into_builder().endpoint_url("http://all").build();
        assert_eq!(Config::from(&sdk).endpoint_url_for("S3"), Ok(Some("http://all".into())));
    }

    #[test]
    fn the_error_of_a_credentials_provider_is_shown() {
        use aws_credential_types::provider::future;

        #[derive(Debug)]
        struct Fails(fn() -> AwsCredentialsError);

        impl aws_credential_types::provider::ProvideCredentials for Fails {
            fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
            where
                Self: 'a,
            {
                future::ProvideCredentials::ready(Err(self.0()))
            }
        }

        let failure = |error| {
            let provider = SharedCredentialsProvider::new(Fails(error));
            let sdk = SdkConfig::builder().credentials_provider(provider).build();
            block_on(credentials(&Config::from(&sdk)).get()).unwrap_err()
        };
        let error = failure(|| AwsCredentialsError::not_loaded("no profile"));
        assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
        let error = failure(|| AwsCredentialsError::invalid_configuration("no role"));
        assert_eq!(error.kind(), CredentialsErrorKind::Invalid);
        let error = failure(|| AwsCredentialsError::provider_error("the vault is sealed"));
        assert_eq!(error.kind(), CredentialsErrorKind::Failed);
        assert_eq!(
            error.to_string(),
            "the SdkConfig's credentials provider failed: an error occurred while loading credentials: the vault is \
             sealed"
        );
    }

    #[test]
    fn timeouts_that_are_not_set_keep_the_defaults_of_each_operation() {
        let sdk = |theirs| SdkConfig::builder().timeout_config(theirs).build();
        let config = Config::from(&sdk(AwsTimeouts::builder().connect_timeout(Duration::from_secs(3)).build()));
        assert_eq!(*config.timeouts(), TimeoutConfig::new().connect(Duration::from_secs(3)));
        let mut of_upload = config.timeouts().clone();
        of_upload.allow_stream();
        assert_eq!((of_upload.attempt_timeout(), of_upload.call_timeout()), (None, None));
        let config = Config::from(&sdk(AwsTimeouts::builder().disable_read_timeout().build()));
        assert_eq!(*config.timeouts(), TimeoutConfig::new().read(None));
        assert_eq!(*Config::from(&sdk(AwsTimeouts::disabled())).timeouts(), TimeoutConfig::disabled());
        assert_eq!(*Config::from(&SdkConfig::builder().build()).timeouts(), TimeoutConfig::new());
    }

    #[test]
    fn the_attempts_that_a_loader_sets_by_default_do_not_replace_the_default_of_a_service() {
        let service = ServiceRetry { max_attempts: 4, ..ServiceRetry::STANDARD };
        let sdk = |theirs: AwsRetry| SdkConfig::builder().retry_config(theirs);
        let attempts = |sdk: &SdkConfig| Config::from(sdk).retry().attempts_for(&service);
        assert_eq!(attempts(&sdk(AwsRetry::standard()).build()), 4);
        assert_eq!(attempts(&sdk(AwsRetry::adaptive()).build()), 4);
        assert_eq!(attempts(&sdk(AwsRetry::standard().with_max_attempts(7)).build()), 7);
        assert_eq!(attempts(&sdk(AwsRetry::disabled()).build()), 1);
        let mut in_code = sdk(AwsRetry::standard());
        in_code.insert_origin("retry_config", Origin::shared_config());
        assert_eq!(attempts(&in_code.build()), 3);
    }

    #[test]
    fn an_empty_configuration_has_this_crates_defaults() {
        let config = Config::from(&SdkConfig::builder().build());
        assert_eq!(config.region(), None);
        assert_eq!(config.retry().attempts(), 3);
        assert!(block_on(credentials(&config).get()).is_err());
    }
}
