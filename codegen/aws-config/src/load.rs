//! Loads settings. As in all AWS tools, environment variables take precedence over the profile.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use simba_runtime::__private::{MIN_COMPRESSION_SIZE, SearchedSources, is_region, offload};
use simba_runtime::config::{AccountIdEndpointMode, Builder, Config, ConfigError, ConfigErrorKind, SettingOrigin};
use simba_runtime::credentials::{CredentialsSource, ProvideCredentials, ProvideToken, ProviderConfig, TokenSource};
use simba_runtime::retry::RetryConfig;
use simba_runtime::timeout::TimeoutConfig;
#[cfg(feature = "credentials")]
use simba_runtime::transport::Transport;

use crate::endpoint_urls::EndpointUrls;
use crate::environment::{Environment, is_absent};
use crate::lambda::RecursionDetection;
use crate::profile_file::{FileKind, Profiles, Section};
use crate::variables;

const REGION: &str = "a region such as `us-east-1`";
const BOOLEAN: &str = "`true` or `false`";
pub(crate) const POSITIVE: &str = "an integer of at least 1";
const RETRY_MODE: &str = "`standard`, `adaptive` or `legacy`";
const DEFAULTS_MODE: &str = "`auto`, `standard`, `in-region`, `cross-region`, `mobile` or `legacy`";
const ACCOUNT_ID_MODE: &str = "`preferred`, `disabled` or `required`";
const AUTH_SCHEMES: &str = "names of authentication schemes, separated by commas, such as `sigv4a,sigv4`";
const REGIONS: &str = "regions separated by commas, or `*`";
const SIZE: &str = "a number of bytes from 0 to 10485760";

/// The modes of `AWS_DEFAULTS_MODE`, with their connect timeouts in milliseconds.
const DEFAULTS_MODES: [(&str, Option<u64>); 6] = [
    ("auto", Some(3100)),
    ("standard", Some(3100)),
    ("in-region", Some(1100)),
    ("cross-region", Some(3100)),
    ("mobile", Some(30_000)),
    ("legacy", None),
];

/// The environment, the contents of the profile files, and the selected profile. The credential chain reads its
/// settings from them too.
#[derive(Clone, Debug)]
pub(crate) struct SharedConfig {
    pub(crate) environment: Environment,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) profile: String,
    pub(crate) endpoint_urls: EndpointUrls,
    #[cfg_attr(not(feature = "credentials"), expect(dead_code, reason = "only the credential chain uses it"))]
    pub(crate) chosen_by: ProfileSelection,
}

/// How the profile was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileSelection {
    /// No profile was selected, so the profile is `default`, which does not have to exist.
    Nobody,
    /// The environment variable `AWS_PROFILE` selects the profile.
    Variable,
    /// The program selects the profile. In this case, credentials in environment variables are ignored.
    Program,
}

/// Loads all settings. `profile` is the profile selected by the program.
pub(crate) fn load(environment: &Environment, profile: Option<&str>) -> Result<Config, ConfigError> {
    Ok(load_with_files(environment, profile)?.0)
}

/// Loads all settings, and also returns the contents of the profile files.
fn load_with_files(environment: &Environment, profile: Option<&str>) -> Result<(Config, SharedConfig), ConfigError> {
    let found = find(environment, profile)?;
    Ok((builder(found.clone())?.build(), found))
}

/// Loads all settings without blocking the threads of the asynchronous executor.
pub(crate) async fn load_offloaded(
    environment: &Environment,
    profile: Option<&str>,
) -> Result<(Config, SharedConfig), ConfigError> {
    let (environment, profile) = (environment.clone(), profile.map(str::to_owned));
    offload(move || load_with_files(&environment, profile.as_deref())).await
}

/// Loads all settings as [`load`] does. If no region is set and the program runs on an EC2 instance, the instance's
/// region is used.
#[cfg(feature = "credentials")]
pub(crate) async fn load_with_instance(
    environment: &Environment,
    profile: Option<&str>,
    transport: fn(&Config) -> Arc<dyn Transport>,
) -> Result<Config, ConfigError> {
    let (config, found) = load_offloaded(environment, profile).await?;
    if config.region().is_some() {
        return Ok(config);
    }
    let transport = transport(&config);
    Ok(with_region(config, found, &transport, &simba_runtime::__private::default_clock()).await)
}

/// Adds the region of the EC2 instance to a configuration without a region.
#[cfg(feature = "credentials")]
pub(crate) async fn with_region(
    config: Config,
    found: SharedConfig,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn simba_runtime::clock::Clock>,
) -> Config {
    let (profile, files) = (found.profile.clone(), found.files.clone());
    match crate::chain::region_of_instance(found, transport, clock).await {
        Ok(region) => config.to_builder().region(region).build(),
        Err(reason) => {
            let searched = SearchedSources::Environment { profile, files, instance: Some(reason.to_string()) };
            config.to_builder().searched(searched).build()
        }
    }
}

/// Returns a builder with the settings from the environment and the profile.
fn builder(found: SharedConfig) -> Result<Builder, ConfigError> {
    let environment = &found.environment;
    let lookup = Lookup::of(&found);
    let mut builder = Config::builder().retry(lookup.retry()?).compression(lookup.min_compression_size());
    if let Some(on) = lookup.boolean("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")? {
        builder = builder.use_fips(on);
    }
    let region = lookup.get(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region", REGION, region)?;
    if let Some(region) = &region {
        builder = builder.region(region);
    }
    if let Some(on) = lookup.boolean("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")? {
        builder = builder.use_dual_stack(on);
    }
    if let Some(off) = lookup.boolean("AWS_DISABLE_HOST_PREFIX_INJECTION", "disable_host_prefix_injection")? {
        builder = builder.host_prefix(!off);
    }
    if let Some(off) = lookup.boolean("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "disable_clock_skew_correction")? {
        builder = builder.clock_skew_correction(!off);
    }
    let variable = "AWS_ACCOUNT_ID_ENDPOINT_MODE";
    let from_name = AccountIdEndpointMode::from_name;
    if let Some(mode) = lookup.get(&[variable], "account_id_endpoint_mode", ACCOUNT_ID_MODE, from_name)? {
        builder = builder.account_id_endpoint_mode(mode);
    }
    let preference = lookup.get(&["AWS_AUTH_SCHEME_PREFERENCE"], "auth_scheme_preference", AUTH_SCHEMES, |text| {
        let names = list(text)?;
        Some(names.iter().map(|name| name.rsplit('#').next().unwrap_or_default().to_owned()).collect::<Vec<_>>())
    })?;
    let regions = lookup.get(&["AWS_SIGV4A_SIGNING_REGION_SET"], "sigv4a_signing_region_set", REGIONS, |text| {
        list(text).filter(|list| list.iter().all(|region| region == "*" || is_region(region)))
    })?;
    builder = builder
        .loaded_auth_scheme_preference(preference.unwrap_or_default())
        .sigv4a_signing_region_set(regions.unwrap_or_default());
    if let Some(timeout) = lookup.connect_timeout(region.as_deref())? {
        builder = builder.timeouts(TimeoutConfig::new().connect(timeout));
    }
    if let Some(name) = environment.var("AWS_EXECUTION_ENV") {
        builder = builder.execution_env(name);
    }
    if environment.var("AWS_LAMBDA_FUNCTION_NAME").is_some() {
        builder = builder.interceptor(RecursionDetection::new(environment));
    }
    if let Some((id, _)) = lookup.raw(&["AWS_SDK_UA_APP_ID"], "sdk_ua_app_id")? {
        builder = builder.app_id(id);
    }
    builder = lookup.ca_bundle(builder)?;
    let searched =
        SearchedSources::Environment { profile: found.profile.clone(), files: found.files.clone(), instance: None };
    Ok(builder
        .endpoint_urls(found.endpoint_urls.clone())
        .searched(searched)
        .token_source(found.clone())
        .credentials_source(found))
}

impl CredentialsSource for SharedConfig {
    fn provider(&self, config: ProviderConfig) -> Arc<dyn ProvideCredentials> {
        #[cfg(feature = "credentials")]
        return Arc::new(crate::chain::DefaultCredentialsChain::new(self.clone(), config));
        #[cfg(not(feature = "credentials"))]
        {
            let _ = config;
            Arc::new(variables::Variables::new(&self.environment))
        }
    }
}

impl TokenSource for SharedConfig {
    fn token_provider(&self, config: ProviderConfig, signing_name: &str) -> Arc<dyn ProvideToken> {
        #[cfg(feature = "credentials")]
        return Arc::new(crate::chain::DefaultTokenChain::new(self.clone(), config, signing_name));
        #[cfg(not(feature = "credentials"))]
        {
            let _ = config;
            Arc::new(variables::TokenVariable::new(&self.environment, signing_name))
        }
    }

    fn has_token_of_service(&self, signing_name: &str) -> bool {
        variables::read_token(&self.environment, &variables::bearer_token(signing_name)).is_some()
    }
}

/// Reads the profile files and determines the selected profile.
pub(crate) fn find(environment: &Environment, profile: Option<&str>) -> Result<SharedConfig, ConfigError> {
    let mut profiles = Profiles::default();
    let mut files = Vec::new();
    for (kind, variable, default) in [
        (FileKind::Config, "AWS_CONFIG_FILE", "~/.aws/config"),
        (FileKind::Credentials, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ] {
        let named = environment.expanded(variable);
        let path = named.clone().unwrap_or_else(|| environment.expand(default));
        match environment.read(&path) {
            Ok(text) => profiles.add(kind, &path, &text)?,
            // As in all AWS tools, a missing file is not an error, even if a variable names it. An unreadable default
            // file is also ignored, since the user in a container may not have access to the home directory.
            Err(error) if is_absent(&error) || named.is_none() && error.kind() != io::ErrorKind::FileTooLarge => {}
            Err(error) => {
                return Err(ConfigErrorKind::Unreadable {
                    file: path,
                    named_by: named.map(|_| variable.to_owned()),
                    reason: error.to_string(),
                }
                .into());
            }
        }
        files.push(path);
    }
    let (profile, chosen_by) = match (profile, environment.var("AWS_PROFILE")) {
        (Some(name), _) => (name.to_owned(), ProfileSelection::Program),
        (None, Some(name)) => (name, ProfileSelection::Variable),
        (None, None) => ("default".to_owned(), ProfileSelection::Nobody),
    };
    if profile != "default" && profiles.profile(&profile).is_none() {
        let known = profiles.names().map(str::to_owned).collect();
        let named_by = (chosen_by == ProfileSelection::Variable).then_some("AWS_PROFILE");
        return Err(ConfigErrorKind::MissingProfile { profile, files, known, named_by }.into());
    }
    let lookup = Lookup { environment, profile: profiles.profile(&profile) };
    let endpoint_urls = lookup.endpoint_urls(&profiles)?;
    let profiles = Arc::new(profiles);
    Ok(SharedConfig { environment: environment.clone(), profiles, files, profile, endpoint_urls, chosen_by })
}

/// Looks up settings in the environment variables, then in the profile.
pub(crate) struct Lookup<'a> {
    environment: &'a Environment,
    profile: Option<&'a Section>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn of(found: &'a SharedConfig) -> Self {
        Self { environment: &found.environment, profile: found.profiles.profile(&found.profile) }
    }

    /// Returns the first value that is set, after parsing it with `parse`.
    pub(crate) fn get<T>(
        &self,
        variables: &[&str],
        key: &str,
        allowed: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let mut parsed = None;
        self.parse(variables, key, allowed, &mut |value| {
            parsed = parse(value);
            parsed.is_some()
        })?;
        Ok(parsed)
    }

    /// Calls `parse` with the first value that is set. `parse` returns whether the value is valid.
    fn parse(
        &self,
        variables: &[&str],
        key: &str,
        allowed: &'static str,
        parse: &mut dyn FnMut(&str) -> bool,
    ) -> Result<(), ConfigError> {
        match self.raw(variables, key)? {
            Some((value, origin)) if !parse(&value) => Err(ConfigError::invalid(origin, &value, allowed)),
            _ => Ok(()),
        }
    }

    /// Returns the first value that is set, and where it is set.
    pub(crate) fn raw(&self, variables: &[&str], key: &str) -> Result<Option<(String, SettingOrigin)>, ConfigError> {
        let variable = variables.iter().find_map(|name| {
            let value = self.environment.var(name)?;
            Some((value, SettingOrigin::Variable((*name).to_owned())))
        });
        match (variable, self.profile.and_then(|profile| profile.get(key))) {
            (Some(found), _) => Ok(Some(found)),
            (None, Some(setting)) => Ok(Some((setting.value()?.to_owned(), setting.origin().clone()))),
            (None, None) => Ok(None),
        }
    }

    fn boolean(&self, variable: &str, key: &str) -> Result<Option<bool>, ConfigError> {
        self.get(&[variable], key, BOOLEAN, boolean)
    }

    /// Returns the origin of the setting that turns a switch on, or `None` if the switch is off.
    #[cfg(feature = "credentials")]
    pub(crate) fn turned_on_by(&self, variable: &str, key: &str) -> Result<Option<SettingOrigin>, ConfigError> {
        let on = self.boolean(variable, key)?.unwrap_or_default();
        Ok(self.raw(&[variable], key)?.filter(|_| on).map(|(_, origin)| origin))
    }

    fn retry(&self) -> Result<RetryConfig, ConfigError> {
        let mode = self.get(&["AWS_RETRY_MODE"], "retry_mode", RETRY_MODE, |mode| {
            match mode.to_ascii_lowercase().as_str() {
                // Current SDKs treat the legacy mode as the standard mode.
                "standard" | "legacy" => Some(RetryConfig::standard()),
                "adaptive" => Some(RetryConfig::adaptive()),
                _ => None,
            }
        })?;
        let attempts = self.get(&["AWS_MAX_ATTEMPTS"], "max_attempts", POSITIVE, |text| {
            text.parse::<u32>().ok().filter(|attempts| *attempts > 0)
        })?;
        let mode = mode.unwrap_or_default();
        Ok(match attempts {
            Some(attempts) => mode.max_attempts(attempts),
            None => mode,
        })
    }

    /// Returns the connect timeout for the mode in `AWS_DEFAULTS_MODE`, if the mode defines one.
    fn connect_timeout(&self, region: Option<&str>) -> Result<Option<Duration>, ConfigError> {
        let mode = self.get(&["AWS_DEFAULTS_MODE"], "defaults_mode", DEFAULTS_MODE, |mode| {
            let mode = mode.to_ascii_lowercase();
            DEFAULTS_MODES.into_iter().find(|(name, _)| *name == mode)
        })?;
        let Some((name, millis)) = mode else { return Ok(None) };
        // On AWS's compute services, the variables for the region contain the region in which the program runs.
        let is_home = |region| {
            self.environment.var("AWS_EXECUTION_ENV").is_some()
                && ["AWS_REGION", "AWS_DEFAULT_REGION"]
                    .iter()
                    .any(|name| self.environment.var(name).as_deref() == region)
        };
        let millis = if name == "auto" && region.is_some() && is_home(region) { Some(1100) } else { millis };
        Ok(millis.map(Duration::from_millis))
    }

    fn min_compression_size(&self) -> Result<Option<usize>, ConfigError> {
        let disabled = self.boolean("AWS_DISABLE_REQUEST_COMPRESSION", "disable_request_compression")?;
        if disabled == Some(true) {
            return Ok(None);
        }
        let variable = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES";
        let size = self.get(&[variable], "request_min_compression_size_bytes", SIZE, |size| {
            size.parse::<usize>().ok().filter(|size| *size <= 10_485_760)
        })?;
        Ok(Some(size.unwrap_or(MIN_COMPRESSION_SIZE)))
    }

    fn ca_bundle(&self, builder: Builder) -> Result<Builder, ConfigError> {
        let Some((path, origin)) = self.raw(&["AWS_CA_BUNDLE"], "ca_bundle")? else {
            return Ok(builder);
        };
        let file = self.environment.expand(&path);
        match self.environment.read(&file) {
            Ok(pem) => Ok(builder.ca_bundle_from(pem, format!("{} (named by {origin})", file.display()))),
            Err(error) => {
                Err(ConfigErrorKind::Unreadable { file, named_by: Some(origin.to_string()), reason: error.to_string() }
                    .into())
            }
        }
    }

    fn endpoint_urls(&self, profiles: &Profiles) -> Result<EndpointUrls, ConfigError> {
        let ignored = self.boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")?;
        if ignored == Some(true) {
            return Ok(EndpointUrls::default());
        }
        Ok(EndpointUrls::load(self.environment, profiles, self.profile))
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Parses a comma-separated list. White space in names is ignored.
fn list(text: &str) -> Option<Vec<String>> {
    let names = text.split(',').map(|name| name.split_whitespace().collect::<String>());
    names.map(|name| (!name.is_empty()).then_some(name)).collect()
}

/// Parses a region. The region becomes part of host names, so it must be a valid host label.
fn region(text: &str) -> Option<String> {
    is_region(text).then(|| text.to_owned())
}
