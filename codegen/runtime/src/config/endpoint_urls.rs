//! The endpoint URLs that the environment and the profile name, for all services at once.
//!
//! In: variables and profile sections. Out: one URL per service. Which service asks is known only
//! later, so all of them are kept.

use std::collections::BTreeMap;
use std::fmt;

use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind, Place};
use super::profile::{Profiles, Section, SectionKind, Setting};
use super::url::{self, Redacted};

const ALLOWED: &str = "a URL such as `https://example.com` or `http://localhost:4566/path`";

/// Endpoint URLs by service; those of the environment come before those of the profile.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointUrls {
    environment: Layer,
    profile: Layer,
}

/// The URLs of one place: a service's own, and that of all others.
#[derive(Clone, Default)]
struct Layer {
    by_service: BTreeMap<String, String>,
    all: Option<String>,
}

impl EndpointUrls {
    /// Reads AWS_ENDPOINT_URL, `AWS_ENDPOINT_URL_<SERVICE>`, and in the profile `endpoint_url` and
    /// the `[services …]` section that it names.
    pub(crate) fn load(
        environment: &Environment,
        profiles: &Profiles,
        profile: Option<&Section>,
    ) -> Result<Self, ConfigError> {
        let from_profile = match profile {
            Some(profile) => Layer::of_profile(profiles, profile)?,
            None => Layer::default(),
        };
        Ok(Self { environment: Layer::of_environment(environment)?, profile: from_profile })
    }

    /// The URL for a service by its identifier, such as `FSx` or `Elastic Beanstalk`.
    pub(crate) fn get(&self, service_id: &str) -> Option<&str> {
        let key = normalized(service_id);
        [&self.environment, &self.profile]
            .into_iter()
            .find_map(|layer| layer.by_service.get(&key).or(layer.all.as_ref()))
            .map(String::as_str)
    }
}

impl Layer {
    fn of_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let variable = |name: &str, url: String| checked(url, || Place::Variable(name.to_owned()));
        let all = environment.var("AWS_ENDPOINT_URL").map(|url| variable("AWS_ENDPOINT_URL", url)).transpose()?;
        let by_service = environment
            .vars_after("AWS_ENDPOINT_URL_")
            .into_iter()
            .map(|(service, url)| {
                let url = variable(&format!("AWS_ENDPOINT_URL_{service}"), url)?;
                Ok((normalized(&service), url))
            })
            .collect::<Result<_, ConfigError>>()?;
        Ok(Self { by_service, all })
    }

    fn of_profile(profiles: &Profiles, profile: &Section) -> Result<Self, ConfigError> {
        let url = |setting: &Setting| checked(setting.value().to_owned(), || setting.place().clone());
        let all = profile.get("endpoint_url").map(url).transpose()?;
        let mut by_service = BTreeMap::new();
        if let Some(reference) = profile.get("services") {
            let name = reference.value();
            let services = profiles.section(SectionKind::Services, name).ok_or_else(|| {
                ConfigError::from(ConfigErrorKind::MissingSection {
                    place: reference.place().clone(),
                    section: format!("services {name}"),
                })
            })?;
            for (service, setting) in services.nested("endpoint_url") {
                by_service.insert(normalized(service), url(setting)?);
            }
        }
        Ok(Self { by_service, all })
    }
}

/// A service's identifier as the variables and sections write it, in lower case.
fn normalized(service_id: &str) -> String {
    service_id.replace([' ', '-'], "_").to_ascii_lowercase()
}

fn checked(url: String, place: impl FnOnce() -> Place) -> Result<String, ConfigError> {
    if is_url(&url) { Ok(url) } else { Err(ConfigError::invalid(place(), &Redacted(&url).to_string(), ALLOWED)) }
}

fn is_url(text: &str) -> bool {
    url::parse(text).is_ok_and(|uri| uri.query().is_none())
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_service: BTreeMap<_, _> = self.by_service.iter().map(|(id, url)| (id, Redacted(url))).collect();
        let all = self.all.as_deref().map(Redacted);
        f.debug_struct("Layer").field("by_service", &by_service).field("all", &all).finish()
    }
}
