//! Credentials from a profile. They come from static keys, a login session, a process, SSO or a web identity, or from a
//! role that is assumed with the credentials of another profile or source.
//!
//! The settings are first resolved to a [`ProviderChain`]. This requires no I/O, since the profile files have already
//! been read.

#[cfg(feature = "login")]
use super::login;
use super::{Context, ProviderOutcome};
use super::{Credentials, CredentialsError, container, imds, process, sso, sts};
use simba_runtime::__private::{Features, paths};

use crate::load::SharedConfig;
use crate::profile_file::{Section, Setting};
use crate::variables;

/// The providers of a profile: a base provider, followed by roles to assume.
#[derive(Debug, PartialEq)]
struct ProviderChain {
    base: BaseProvider,
    /// The roles to assume, in order.
    roles: Vec<sts::Role>,
}

/// The first provider of a chain.
#[derive(Debug, PartialEq)]
enum BaseProvider {
    Keys(Credentials),
    #[cfg(feature = "login")]
    Login(login::Session),
    Process(process::Process),
    Sso(sso::Role),
    WebIdentity {
        role: sts::Role,
        token_file: String,
    },
    Variables,
    Container,
    Instance,
}

/// Returns the credentials of the selected profile.
pub(super) async fn provide(context: &Context) -> Result<ProviderOutcome, CredentialsError> {
    let found = &context.found;
    let name = &found.profile;
    let within = |error: CredentialsError| error.context(format_args!("profile `{name}`"));
    let Some(plan) = plan(found, name).map_err(within)? else {
        let files = paths(&found.files, "or");
        let reason = match found.profiles.profile(name) {
            Some(section) => {
                let session = ["sso_session", "sso_start_url"].into_iter().find(|key| section.get(key).is_some());
                let session = session.map_or_else(String::new, |key| {
                    format!(": `{key}` also requires `sso_account_id` and `sso_role_name`")
                });
                format!("the profile `{name}` in {files} has no credentials{session}")
            }
            None => format!("profile `{name}` not found in {files}"),
        };
        return Ok(ProviderOutcome::NotConfigured(reason));
    };
    run(context, plan).await.map(ProviderOutcome::Credentials).map_err(within)
}

async fn run(context: &Context, plan: ProviderChain) -> Result<Credentials, CredentialsError> {
    let features = features(&plan);
    let outcome = match plan.base {
        BaseProvider::Keys(credentials) => ProviderOutcome::Credentials(credentials),
        #[cfg(feature = "login")]
        BaseProvider::Login(session) => ProviderOutcome::Credentials(session.credentials(context).await?),
        BaseProvider::Process(process) => {
            ProviderOutcome::Credentials(process.credentials(context.http.clock()).await?)
        }
        BaseProvider::Sso(role) => ProviderOutcome::Credentials(sso::provide(context, &role).await?),
        BaseProvider::WebIdentity { role, token_file } => {
            ProviderOutcome::Credentials(sts::web_identity(context, &role, &token_file).await?)
        }
        BaseProvider::Variables => match variables::read(&context.found.environment)? {
            Some(credentials) => ProviderOutcome::Credentials(credentials),
            None => ProviderOutcome::NotConfigured("AWS_ACCESS_KEY_ID is not set".to_owned()),
        },
        BaseProvider::Container => container::provide(context).await?,
        BaseProvider::Instance => imds::provide(context).await?,
    };
    let mut credentials = match outcome {
        ProviderOutcome::Credentials(credentials) => credentials,
        ProviderOutcome::NotConfigured(reason) => {
            let message = format!("its `credential_source` has no credentials: {reason}");
            return Err(CredentialsError::new(message));
        }
    };
    for role in &plan.roles {
        credentials = sts::assume_role(context, role, &credentials).await?;
    }
    credentials.features = features;
    Ok(credentials)
}

/// Returns the features that a chain uses.
fn features(plan: &ProviderChain) -> Features {
    let (of_profile, named) =
        (Features::CREDENTIALS_PROFILE_SOURCE_PROFILE, Features::CREDENTIALS_PROFILE_NAMED_PROVIDER);
    let (base, role) = match &plan.base {
        BaseProvider::Keys(_) => (Features::CREDENTIALS_PROFILE, of_profile),
        BaseProvider::Process(_) => (Features::CREDENTIALS_PROFILE_PROCESS | Features::CREDENTIALS_PROCESS, of_profile),
        BaseProvider::Sso(role) => (role.features(), of_profile),
        #[cfg(feature = "login")]
        BaseProvider::Login(_) => (Features::CREDENTIALS_PROFILE_LOGIN | Features::CREDENTIALS_LOGIN, of_profile),
        BaseProvider::WebIdentity { .. } => {
            let web_identity = Features::CREDENTIALS_STS_ASSUME_ROLE_WEB_ID;
            (Features::CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN | web_identity, of_profile)
        }
        BaseProvider::Variables => (Features::CREDENTIALS_ENV_VARS, named),
        BaseProvider::Container => (Features::CREDENTIALS_HTTP, named),
        BaseProvider::Instance => (Features::CREDENTIALS_IMDS, named),
    };
    match plan.roles.is_empty() {
        true => base,
        false => base | role | Features::CREDENTIALS_STS_ASSUME_ROLE,
    }
}

/// Resolves the chain of `source_profile` settings. Returns `None` if the profile has no credentials settings.
fn plan(found: &SharedConfig, first: &str) -> Result<Option<ProviderChain>, CredentialsError> {
    let mut roles = Vec::new();
    let mut path = vec![first];
    loop {
        let name = path[path.len() - 1];
        let Some(section) = found.profiles.profile(name) else {
            if path.len() == 1 {
                return Ok(None);
            }
            return Err(CredentialsError::invalid(format!("{} does not exist", via(&path))));
        };
        let is_first = path.len() == 1;
        let step = step(found, name, section, is_first)
            .map_err(|error| if is_first { error } else { error.context(via(&path)) })?;
        let base = match step {
            Step::BaseProvider(base) => base,
            Step::Role(role, Source::BaseProvider(base)) => {
                roles.push(role);
                base
            }
            Step::Role(role, Source::Profile(next)) => {
                roles.push(role);
                if path.contains(&next) {
                    // A profile may be its own source if it also has static keys.
                    let own = if next == name { keys(section)? } else { None };
                    match own {
                        Some(keys) => BaseProvider::Keys(keys),
                        None => {
                            path.push(next);
                            return Err(CredentialsError::invalid(format!(
                                "`source_profile` forms a cycle: {}",
                                path.join(" -> "),
                            )));
                        }
                    }
                } else {
                    path.push(next);
                    continue;
                }
            }
            Step::Nothing if is_first => return Ok(None),
            Step::Nothing => {
                return Err(CredentialsError::invalid(format!("{} has no credentials", via(&path))));
            }
        };
        roles.reverse();
        return Ok(Some(ProviderChain { base, roles }));
    }
}

/// The result of resolving a single profile.
enum Step<'a> {
    BaseProvider(BaseProvider),
    Role(sts::Role, Source<'a>),
    Nothing,
}

/// The source of the credentials with which a role is assumed.
enum Source<'a> {
    Profile(&'a str),
    BaseProvider(BaseProvider),
}

fn step<'a>(
    found: &SharedConfig,
    name: &str,
    section: &'a Section,
    is_first: bool,
) -> Result<Step<'a>, CredentialsError> {
    // For a profile named by `source_profile`, static keys take precedence over a role.
    if !is_first && let Some(keys) = keys(section)? {
        return Ok(Step::BaseProvider(BaseProvider::Keys(keys)));
    }
    if let Some(role) = role(section)? {
        return assumed(section, role);
    }
    if let Some(token_file) = section.get("web_identity_token_file") {
        return Err(alone(token_file, "role_arn"));
    }
    if let Some(role) = sso::Role::of(found, name, section)? {
        return Ok(Step::BaseProvider(BaseProvider::Sso(role)));
    }
    if let Some(keys) = keys(section)? {
        return Ok(Step::BaseProvider(BaseProvider::Keys(keys)));
    }
    if let Some(session) = section.get("login_session") {
        return Ok(Step::BaseProvider(login(name, session)?));
    }
    if let Some(command) = section.get("credential_process") {
        let process = process::Process { command: command.lines().to_owned(), account_id: account_id(section)? };
        return Ok(Step::BaseProvider(BaseProvider::Process(process)));
    }
    Ok(Step::Nothing)
}

#[cfg(feature = "login")]
fn login(profile: &str, session: &Setting) -> Result<BaseProvider, CredentialsError> {
    let arn = session.value()?.to_owned();
    Ok(BaseProvider::Login(login::Session { arn, profile: profile.to_owned() }))
}

#[cfg(not(feature = "login"))]
fn login(_: &str, session: &Setting) -> Result<BaseProvider, CredentialsError> {
    Err(CredentialsError::invalid(format!(
        "{}: login sessions require the `login` feature, which is not enabled",
        session.origin(),
    )))
}

fn assumed(section: &Section, role: sts::Role) -> Result<Step<'_>, CredentialsError> {
    if let Some(token_file) = section.value("web_identity_token_file")? {
        let token_file = token_file.to_owned();
        return Ok(Step::BaseProvider(BaseProvider::WebIdentity { role, token_file }));
    }
    if let Some(mfa) = section.get("mfa_serial") {
        return Err(CredentialsError::invalid(format!(
            "{}: roles that require an MFA code are not supported; get the \
             credentials with a `credential_process` or the AWS CLI",
            mfa.origin(),
        )));
    }
    let source = match (section.value("source_profile")?, section.get("credential_source")) {
        (Some(profile), None) => Source::Profile(profile),
        (None, Some(setting)) => Source::BaseProvider(match setting.value()? {
            "Environment" => BaseProvider::Variables,
            "EcsContainer" => BaseProvider::Container,
            "Ec2InstanceMetadata" => BaseProvider::Instance,
            other => {
                return Err(CredentialsError::invalid(format!(
                    "{}: invalid value `{other}`; expected `Environment`, `EcsContainer` or \
                     `Ec2InstanceMetadata`",
                    setting.origin(),
                )));
            }
        }),
        (Some(_), Some(setting)) => {
            return Err(CredentialsError::invalid(format!(
                "{}: `source_profile` is also set; remove one of them",
                setting.origin(),
            )));
        }
        (None, None) => {
            return Err(CredentialsError::invalid(
                "`role_arn` is set without `source_profile`, `credential_source` or \
                 `web_identity_token_file`; set one of them",
            ));
        }
    };
    Ok(Step::Role(role, source))
}

fn role(section: &Section) -> Result<Option<sts::Role>, CredentialsError> {
    let Some(arn) = section.value("role_arn")? else {
        return Ok(None);
    };
    let duration_seconds = section
        .get("duration_seconds")
        .map(|setting| {
            let value = setting.value()?;
            let seconds = value.parse::<u32>().ok();
            seconds.filter(|seconds| (900..=43_200).contains(seconds)).ok_or_else(|| {
                CredentialsError::invalid(format!(
                    "{}: invalid value `{value}`; expected a number of seconds from 900 to 43200",
                    setting.origin(),
                ))
            })
        })
        .transpose()?;
    Ok(Some(sts::Role {
        arn: arn.to_owned(),
        session_name: section.value("role_session_name")?.map(str::to_owned),
        external_id: section.value("external_id")?.map(str::to_owned),
        duration_seconds,
    }))
}

fn keys(section: &Section) -> Result<Option<Credentials>, CredentialsError> {
    let (id, secret) = (section.get("aws_access_key_id"), section.get("aws_secret_access_key"));
    let (id, secret) = match (id, secret) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => return Ok(None),
        (Some(half), None) => return Err(alone(half, "aws_secret_access_key")),
        (None, Some(half)) => return Err(alone(half, "aws_access_key_id")),
    };
    let mut credentials = Credentials::new(id.value()?, secret.value()?);
    credentials.session_token = section.value("aws_session_token")?.map(str::to_owned);
    credentials.account_id = account_id(section)?;
    Ok(Some(credentials))
}

fn account_id(section: &Section) -> Result<Option<String>, CredentialsError> {
    Ok(section.value("aws_account_id")?.map(str::to_owned))
}

fn alone(half: &Setting, missing: &str) -> CredentialsError {
    // If this value continues on another line, the missing setting is probably on that line, so the error contains the
    // line number instead.
    match half.value() {
        Ok(_) => CredentialsError::invalid(format!("{} is set, but `{missing}` is not", half.origin())),
        Err(continued) => continued.into(),
    }
}

/// Describes, for error messages, how the selected profile references another profile. The result is ``its
/// `source_profile` `b` ``, or the whole path if there are several references.
fn via(path: &[&str]) -> String {
    let last = path.last().copied().unwrap_or_default();
    match path {
        [_, _] => format!("its `source_profile` `{last}`"),
        _ => format!("the source profile `{last}` ({})", path.join(" -> ")),
    }
}

#[cfg(test)]
mod tests;
