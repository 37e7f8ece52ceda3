//! The features that a call uses. The user agent reports them to AWS.

use std::fmt::{self, Write};
use std::ops::{BitOr, BitOrAssign};

/// A set of features. Each constant contains one feature, identified by the number that AWS has assigned to it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Features(u128);

impl Features {
    /// No features.
    pub const NONE: Self = Self(0);
    /// A waiter.
    pub const WAITER: Self = Self::number(1);
    /// A paginator.
    pub const PAGINATOR: Self = Self::number(2);
    /// The standard retry mode.
    pub const RETRY_MODE_STANDARD: Self = Self::number(4);
    /// The adaptive retry mode.
    pub const RETRY_MODE_ADAPTIVE: Self = Self::number(5);
    /// A compressed request.
    pub const GZIP_REQUEST_COMPRESSION: Self = Self::number(11);
    /// The rpcv2Cbor protocol.
    pub const PROTOCOL_RPC_V2_CBOR: Self = Self::number(12);
    /// A configured endpoint URL.
    pub const ENDPOINT_OVERRIDE: Self = Self::number(13);
    /// Account-based endpoints, if the account ID is known.
    pub const ACCOUNT_ID_MODE_PREFERRED: Self = Self::number(15);
    /// No account-based endpoints.
    pub const ACCOUNT_ID_MODE_DISABLED: Self = Self::number(16);
    /// Only account-based endpoints.
    pub const ACCOUNT_ID_MODE_REQUIRED: Self = Self::number(17);
    /// A SigV4a signature.
    pub const SIGV4A_SIGNING: Self = Self::number(18);
    /// Credentials with a known account ID.
    pub const RESOLVED_ACCOUNT_ID: Self = Self::number(19);
    /// Credentials that were set in code.
    pub const CREDENTIALS_CODE: Self = Self::number(30);
    /// Credentials in environment variables.
    pub const CREDENTIALS_ENV_VARS: Self = Self::number(32);
    /// A web identity in environment variables.
    pub const CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: Self = Self::number(33);
    /// An assumed role.
    pub const CREDENTIALS_STS_ASSUME_ROLE: Self = Self::number(34);
    /// A role assumed with a web identity.
    pub const CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: Self = Self::number(36);
    /// Access keys in a profile.
    pub const CREDENTIALS_PROFILE: Self = Self::number(39);
    /// A profile with `source_profile`.
    pub const CREDENTIALS_PROFILE_SOURCE_PROFILE: Self = Self::number(40);
    /// A profile with `credential_source`.
    pub const CREDENTIALS_PROFILE_NAMED_PROVIDER: Self = Self::number(41);
    /// A profile with a web identity.
    pub const CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN: Self = Self::number(42);
    /// A profile with settings for IAM Identity Center.
    pub const CREDENTIALS_PROFILE_SSO: Self = Self::number(43);
    /// Credentials from IAM Identity Center.
    pub const CREDENTIALS_SSO: Self = Self::number(44);
    /// A profile with settings for IAM Identity Center, but without a session.
    pub const CREDENTIALS_PROFILE_SSO_LEGACY: Self = Self::number(45);
    /// Credentials from IAM Identity Center, without a session.
    pub const CREDENTIALS_SSO_LEGACY: Self = Self::number(46);
    /// A profile with a `credential_process`.
    pub const CREDENTIALS_PROFILE_PROCESS: Self = Self::number(47);
    /// A process that prints credentials.
    pub const CREDENTIALS_PROCESS: Self = Self::number(48);
    /// The credentials endpoint of a container.
    pub const CREDENTIALS_HTTP: Self = Self::number(51);
    /// The instance metadata service.
    pub const CREDENTIALS_IMDS: Self = Self::number(52);
    /// A bearer token from the service-specific environment variable.
    pub const BEARER_SERVICE_ENV_VARS: Self = Self::number(55);
    /// A profile with a `login_session`.
    pub const CREDENTIALS_PROFILE_LOGIN: Self = Self::number(66);
    /// Credentials from `aws login`.
    pub const CREDENTIALS_LOGIN: Self = Self::number(67);

    const fn number(number: u32) -> Self {
        Self(1 << number)
    }

    /// Returns whether the set contains all features of `other`.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Features {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Features {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// Prints AWS's codes for the features, separated by commas. A code is the feature's number in base 64.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two-digit codes start at `AA`.
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
        let digit = |number: usize| char::from(DIGITS[number % 64]);
        let mut separator = "";
        for number in (0..128_usize).filter(|number| self.0 & (1 << number) != 0) {
            f.write_str(separator)?;
            if number >= 64 {
                f.write_char(digit(number / 64 - 1))?;
            }
            f.write_char(digit(number))?;
            separator = ",";
        }
        Ok(())
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Features({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_formatted_as_aws_defines_them() {
        assert_eq!(Features::NONE.to_string(), "");
        let features = Features::CREDENTIALS_IMDS | Features::WAITER | Features::CREDENTIALS_HTTP;
        assert_eq!(features.to_string(), "B,z,0");
        let login = Features::CREDENTIALS_LOGIN | Features::CREDENTIALS_PROFILE_LOGIN;
        assert_eq!((login | Features::CREDENTIALS_CODE).to_string(), "e,AC,AD");
        let legacy = Features::CREDENTIALS_PROFILE_SSO_LEGACY | Features::CREDENTIALS_SSO_LEGACY;
        assert_eq!((legacy | Features::BEARER_SERVICE_ENV_VARS).to_string(), "t,u,3");
        assert_eq!((Features::SIGV4A_SIGNING | Features::RESOLVED_ACCOUNT_ID).to_string(), "S,T");
    }
}
