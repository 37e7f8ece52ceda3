//! Errors in loaded settings.
//!
//! A [`ConfigError`] names the setting's origin (a variable, or the file, line, section and key), its value and the
//! allowed values. A missing region is not a `ConfigError`, since some operations need none. Calls that need a region
//! fail with [`MissingRegion`].

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{CredentialsError, InputError, OneLine};

/// The error for an invalid setting or file. The message is one line that contains the location of the problem and how
/// to fix it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError(Box<ConfigErrorKind>);

/// The kinds of [`ConfigError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The value of a setting is invalid.
    InvalidValue {
        /// The origin of the setting.
        origin: SettingOrigin,
        /// The invalid value.
        value: String,
        /// The allowed values.
        allowed: &'static str,
    },
    /// A line in a profile file has a syntax error.
    Syntax {
        /// The file.
        file: Arc<str>,
        /// The line number, starting at 1.
        line: usize,
        /// The expected syntax. The line itself is not shown, since it may contain a secret.
        expected: &'static str,
    },
    /// The value of a setting continues on another line, which is not allowed.
    Continued {
        /// The origin of the setting.
        origin: SettingOrigin,
        /// The number of the continuation line. Neither this line nor the value is shown, since they may contain a
        /// secret.
        line: usize,
    },
    /// A file exists, or was explicitly requested, but cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The variable or profile key that names the file, if any.
        named_by: Option<String>,
        /// The system's error message.
        reason: String,
    },
    /// The requested profile does not exist.
    MissingProfile {
        /// The name of the profile.
        profile: String,
        /// The files that were searched.
        files: Vec<PathBuf>,
        /// The profiles in these files.
        known: Vec<String>,
        /// The variable that names the profile, or `None` if the program selected it.
        named_by: Option<&'static str>,
    },
    /// A profile references a `[services …]` or `[sso-session …]` section that does not exist.
    MissingSection {
        /// The origin of the reference.
        origin: SettingOrigin,
        /// The section that is referenced.
        section: String,
    },
}

/// The origin of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingOrigin {
    /// An environment variable.
    Variable(String),
    /// A key in a profile file.
    Key {
        /// The file.
        file: Arc<str>,
        /// The line number, starting at 1.
        line: usize,
        /// The section's header, such as `profile dev`.
        section: String,
        /// The key, or `outer.inner` for a nested setting.
        key: String,
    },
}

impl ConfigError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.0
    }

    /// Creates an error for a setting with an invalid value.
    #[must_use]
    pub fn invalid(origin: SettingOrigin, value: &str, allowed: &'static str) -> Self {
        let value = value.to_owned();
        ConfigErrorKind::InvalidValue { origin, value, allowed }.into()
    }
}

impl From<ConfigErrorKind> for ConfigError {
    fn from(kind: ConfigErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

debug_as_display!(ConfigError);

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ConfigErrorKind::InvalidValue { origin, value, allowed } => {
                write!(f, "{origin}: invalid value `{}`; expected {allowed}", value.escape_debug())
            }
            ConfigErrorKind::Syntax { file, line, expected } => {
                write!(f, "{file}:{line}: expected {expected}")
            }
            ConfigErrorKind::Continued { origin, line } => {
                write!(f, "{origin}: the value must be on one line, but continues on line {line}; if that line is a ")?;
                f.write_str("separate setting, indent both lines equally")
            }
            ConfigErrorKind::Unreadable { file, named_by, reason } => {
                write!(f, "cannot read {}", OneLine(&file.to_string_lossy()))?;
                if let Some(named_by) = named_by {
                    write!(f, " (named by {named_by})")?;
                }
                write!(f, ": {reason}")
            }
            ConfigErrorKind::MissingProfile { profile, files, known, named_by } => {
                write!(f, "profile `{}` not found in {}; ", profile.escape_debug(), paths(files, "or"))?;
                if known.is_empty() {
                    f.write_str("no profiles were found")?;
                } else {
                    write!(f, "available profiles: {}", known.join(", ").escape_debug())?;
                }
                let named_by = named_by.unwrap_or("the name set in code");
                write!(f, "; check {named_by} and the paths in AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE")
            }
            ConfigErrorKind::MissingSection { origin, section } => {
                // The name comes from a profile file, so it may contain control characters.
                let section = section.escape_debug();
                write!(f, "{origin}: the section `[{section}]` does not exist")
            }
        }
    }
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingOrigin::Variable(name) => f.write_str(name),
            SettingOrigin::Key { file, line, section, key } => {
                write!(f, "{file}:{line}: `{}` in [{}]", key.escape_debug(), section.escape_debug())
            }
        }
    }
}

/// The error for a call that requires a region when none is set.
///
/// The message lists the sources that were searched and how to set a region.
#[derive(Clone, PartialEq, Eq)]
pub struct MissingRegion(pub(super) SearchedSources);

/// The sources that were searched for settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub enum SearchedSources {
    /// No sources, since the configuration was created in code.
    #[default]
    Nowhere,
    /// The environment, and the given profile in the given files. If the EC2 instance was searched too, `instance` is
    /// the reason why it provided no region.
    Environment { profile: String, files: Vec<PathBuf>, instance: Option<String> },
}

debug_as_display!(MissingRegion);

impl std::error::Error for MissingRegion {}

impl fmt::Display for MissingRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            SearchedSources::Nowhere => f.write_str(
                "no region: the configuration was built without one; add `.region(\"us-east-1\")` \
                 to `Config::builder()`, or load it with `from_env()`, which reads AWS_REGION and \
                 the profile",
            ),
            SearchedSources::Environment { profile, files, instance } => {
                write!(
                    f,
                    "no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the profile \
                     `{profile}` has no `region` in {}",
                    paths(files, "or"),
                )?;
                if let Some(reason) = instance {
                    write!(f, "; {reason}")?;
                }
                f.write_str(
                    "; set AWS_REGION, add `region = …` to the profile, or set it in code with \
                     `.region(\"us-east-1\")`",
                )
            }
        }
    }
}

/// Formats paths as a list for a sentence, with `word` before the last path.
#[doc(hidden)]
#[must_use]
pub fn paths(paths: &[PathBuf], word: &str) -> String {
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    match paths.split_last() {
        None => "any file".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}

impl From<ConfigError> for InputError {
    fn from(error: ConfigError) -> Self {
        Self::new(error)
    }
}

impl From<ConfigError> for CredentialsError {
    fn from(error: ConfigError) -> Self {
        Self::invalid(error.to_string()).because(error)
    }
}
