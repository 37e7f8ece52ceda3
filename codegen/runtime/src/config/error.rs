//! Errors of the configuration that was found.
//!
//! A [`ConfigError`] names the place (a variable, or file, line, profile and key), the value and
//! what is allowed there. [`MissingRegion`] is not an error of the configuration: a service may
//! need none. The call that needs one reports it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{CredentialsError, InputError, OneLine};

/// Why the configuration could not be used. Its text is one sentence that says how to mend it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError(Box<ConfigErrorKind>);

/// The kinds of [`ConfigError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// A setting has a value that it cannot have.
    InvalidValue {
        /// Where the setting is.
        origin: SettingOrigin,
        /// The value that was found.
        value: String,
        /// The values that are allowed.
        allowed: &'static str,
    },
    /// A line of a profile file cannot be understood.
    Syntax {
        /// The file.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
        /// The syntax that was expected there. The line itself may hold a secret and is not shown.
        expected: &'static str,
    },
    /// The value of a setting continues on another line, and must not.
    Continued {
        /// Where the setting is.
        origin: SettingOrigin,
        /// The line that continues it. It may hold a secret, and neither it nor the value is shown.
        line: usize,
    },
    /// A file exists, or was asked for by name, and cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The variable or profile key that names it, if one does.
        named_by: Option<String>,
        /// The error of the system.
        reason: String,
    },
    /// The profile that was asked for does not exist.
    MissingProfile {
        /// The profile.
        profile: String,
        /// The files that were searched.
        files: Vec<PathBuf>,
        /// The profiles that these files do have.
        known: Vec<String>,
        /// The variable that names the profile; `None` if the program chose it.
        named_by: Option<&'static str>,
    },
    /// A profile refers to a `[services …]` or `[sso-session …]` section that does not exist.
    MissingSection {
        /// Where the reference is.
        origin: SettingOrigin,
        /// The section that it names.
        section: String,
    },
}

/// Where a setting was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingOrigin {
    /// An environment variable.
    Variable(String),
    /// A key of a profile file.
    Key {
        /// The file.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
        /// The section as its header reads, such as `profile dev`.
        section: String,
        /// The key; that of a nested setting is `outer.inner`.
        key: String,
    },
}

impl ConfigError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.0
    }

    /// Creates the error of a setting whose value is not valid.
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
                write!(f, "{origin}: invalid value `{}`, expected {allowed}", value.escape_debug())
            }
            ConfigErrorKind::Syntax { file, line, expected } => {
                write!(f, "{file}:{line}: expected {expected}")
            }
            ConfigErrorKind::Continued { origin, line } => {
                write!(f, "{origin}: the value must be on one line, but continues on line {line}; if that line is a ")?;
                f.write_str("setting of its own, indent both lines the same")
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
                let named_by = named_by.unwrap_or("the name in code");
                write!(f, "; check {named_by}, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE")
            }
            ConfigErrorKind::MissingSection { origin, section } => {
                // What looks like a nested setting can be part of the name.
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
                write!(f, "{file}:{line}: `{}` of [{}]", key.escape_debug(), section.escape_debug())
            }
        }
    }
}

/// A call needs a region and its configuration has none.
///
/// The text says what was looked for, where, and how to set it.
#[derive(Clone, PartialEq, Eq)]
pub struct MissingRegion(pub(super) SearchedSources);

/// Where settings were searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub enum SearchedSources {
    /// Nowhere: the configuration was put together in code.
    #[default]
    Nowhere,
    /// In the environment and in this profile of these files.
    Environment { profile: String, files: Vec<PathBuf> },
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
            SearchedSources::Environment { profile, files } => {
                write!(
                    f,
                    "no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the profile \
                     `{profile}` has no `region` in {}",
                    paths(files, "or"),
                )?;
                f.write_str(
                    "; set AWS_REGION, add `region = …` to the profile, or set it in code with \
                     `.region(\"us-east-1\")`",
                )
            }
        }
    }
}

/// The paths as a list in a sentence.
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
        Self::new(error.to_string())
    }
}

impl From<ConfigError> for CredentialsError {
    fn from(error: ConfigError) -> Self {
        Self::new(error.to_string())
    }
}
