//! The mode of account-based endpoints.

use crate::features::Features;

/// Whether endpoints contain the account ID of the credentials. This affects only services with account-based
/// endpoints, such as Amazon DynamoDB.
///
/// ```
/// # use simba_runtime::config::{AccountIdEndpointMode, Config};
/// #
/// let mode = AccountIdEndpointMode::Disabled;
/// let config = Config::builder().account_id_endpoint_mode(mode).build();
/// assert_eq!(config.account_id_endpoint_mode(), AccountIdEndpointMode::Disabled);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountIdEndpointMode {
    /// The account ID is used if the credentials have one.
    #[default]
    Preferred,
    /// The account ID is never used.
    Disabled,
    /// The account ID is required. Calls fail if the credentials have none.
    Required,
}

impl AccountIdEndpointMode {
    /// Returns the name that settings and endpoint rules use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preferred => "preferred",
            Self::Disabled => "disabled",
            Self::Required => "required",
        }
    }

    pub(crate) const fn features(self) -> Features {
        match self {
            Self::Preferred => Features::ACCOUNT_ID_MODE_PREFERRED,
            Self::Disabled => Features::ACCOUNT_ID_MODE_DISABLED,
            Self::Required => Features::ACCOUNT_ID_MODE_REQUIRED,
        }
    }

    /// Returns the mode with the given name, regardless of case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let modes = [Self::Preferred, Self::Disabled, Self::Required];
        modes.into_iter().find(|mode| mode.name().eq_ignore_ascii_case(name))
    }
}
