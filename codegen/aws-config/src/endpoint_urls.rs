//! The endpoint URLs that the environment and the profile contain for all services.
//!
//! The services that use the configuration are not known while it is loaded, so all URLs are kept. If the URL of a
//! service is invalid, only clients of that service return an error.

use std::fmt;
use std::sync::Arc;

use simba_runtime::__private::url::{self, Redacted};
use simba_runtime::config::{self, ConfigError, ConfigErrorKind, SettingOrigin};

use crate::environment::Environment;
use crate::profile_file::{Profiles, Section, SectionKind, Setting};

const ALLOWED: &str = "a URL such as `https://example.com` or `http://localhost:4566/path`";

/// The endpoint URLs of services. URLs in the environment take precedence over URLs in the profile.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointUrls(Arc<[Layer; 2]>);

/// The URLs from one source: the URLs of individual services, and the default for all other services.
#[derive(Debug, Default)]
struct Layer {
    /// The URL of each service. If a service is listed twice, the last URL applies.
    by_service: Vec<(String, Url)>,
    all: Option<Url>,
    /// The error to return if the profile references a `[services …]` section that does not exist.
    missing: Option<ConfigError>,
}

/// A URL, or the reason why it is invalid.
struct Url(Result<String, ConfigError>);

impl EndpointUrls {
    /// Reads `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` from the environment, and `endpoint_url` and the
    /// referenced `[services …]` section from the profile.
    pub(crate) fn load(environment: &Environment, profiles: &Profiles, profile: Option<&Section>) -> Self {
        let of_profile = profile.map(|profile| Layer::of_profile(profiles, profile)).unwrap_or_default();
        Self(Arc::new([Layer::of_environment(environment), of_profile]))
    }

    /// Returns the URL for a service ID, such as `FSx` or `Elastic Beanstalk`.
    pub(crate) fn get(&self, service_id: &str) -> Result<Option<&str>, ConfigError> {
        let key = normalized(service_id);
        for layer in &*self.0 {
            if let Some(missing) = &layer.missing {
                return Err(missing.clone());
            }
            if let Some(url) = layer.get(&key) {
                return url.0.as_deref().map(Some).map_err(Clone::clone);
            }
        }
        Ok(None)
    }
}

impl config::EndpointUrls for EndpointUrls {
    fn endpoint_url(&self, service_id: &str) -> Result<Option<String>, ConfigError> {
        Ok(self.get(service_id)?.map(str::to_owned))
    }
}

impl Layer {
    fn of_environment(environment: &Environment) -> Self {
        let by_service = environment.vars_after("AWS_ENDPOINT_URL_").into_iter().map(|(service, url)| {
            let origin = SettingOrigin::Variable(format!("AWS_ENDPOINT_URL_{service}"));
            (normalized(&service), checked(&url, &origin))
        });
        let all = |url: String| checked(&url, &SettingOrigin::Variable("AWS_ENDPOINT_URL".to_owned()));
        Self { by_service: by_service.collect(), all: environment.var("AWS_ENDPOINT_URL").map(all), missing: None }
    }

    fn get(&self, service: &str) -> Option<&Url> {
        let own = self.by_service.iter().rev().find(|(name, _)| name == service);
        own.map(|(_, url)| url).or(self.all.as_ref())
    }

    fn of_profile(profiles: &Profiles, profile: &Section) -> Self {
        let url = |setting: &Setting| match setting.value() {
            Ok(url) => checked(url, setting.origin()),
            Err(continued) => Url(Err(continued)),
        };
        let all = profile.get("endpoint_url").map(url);
        match services(profiles, profile) {
            Ok(services) => {
                let nested = services.into_iter().flat_map(|section| section.nested("endpoint_url"));
                let by_service = nested.map(|(service, setting)| (normalized(service), url(setting))).collect();
                Self { by_service, all, missing: None }
            }
            Err(missing) => Self { by_service: Vec::new(), all, missing: Some(missing) },
        }
    }
}

/// Returns the `[services …]` section that the profile references.
fn services<'a>(profiles: &'a Profiles, profile: &Section) -> Result<Option<&'a Section>, ConfigError> {
    let Some(reference) = profile.get("services") else { return Ok(None) };
    let name = reference.value()?;
    let section = profiles.section(SectionKind::Services, name);
    section.map(Some).ok_or_else(|| {
        let (origin, section) = (reference.origin().clone(), format!("services {name}"));
        ConfigErrorKind::MissingSection { origin, section }.into()
    })
}

/// Converts a service ID, or the part of a variable's name that identifies a service, into the form that `[services …]`
/// sections use: in lower case, with underscores in place of spaces and hyphens.
fn normalized(service_id: &str) -> String {
    service_id.replace([' ', '-'], "_").to_ascii_lowercase()
}

fn checked(url: &str, origin: &SettingOrigin) -> Url {
    let invalid = || ConfigError::invalid(origin.clone(), &Redacted(url).to_string(), ALLOWED);
    Url(if is_url(url) { Ok(url.to_owned()) } else { Err(invalid()) })
}

fn is_url(text: &str) -> bool {
    url::parse(text).is_ok_and(|uri| uri.query().is_none())
}

/// Redacts the URL's user information and query string.
impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(url) => Redacted(url).fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}
