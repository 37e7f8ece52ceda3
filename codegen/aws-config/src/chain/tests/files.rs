//! Tests that reading a file that is too large results in an error, both in the providers and while settings are
//! loaded.

use super::*;

const TOO_LARGE: &str = "the file is larger than 16777216 bytes";

/// Searches for credentials when the file `large` is larger than 16 MiB, and returns the error.
fn error(vars: &[(&str, &str)], config: &str, large: &str) -> String {
    let environment = environment(vars, config).file(large, vec![b'#'; 16 * 1024 * 1024 + 1]);
    search(&environment).unwrap_err()
}

#[test]
fn a_large_file_of_a_provider_is_an_error() {
    let role = [("AWS_ROLE_ARN", "arn:r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")];
    assert_eq!(
        error(&role, "", "/token"),
        format!("cannot assume the role arn:r: cannot read the web identity token /token: {TOO_LARGE}")
    );
    let container = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"),
    ];
    assert_eq!(
        error(&container, "", "/token"),
        format!("cannot read /token (named by AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE): {TOO_LARGE}")
    );
    assert_eq!(
        error(&[], sso::SESSION, sso::CACHE),
        format!("profile `default`: cannot read {}: {TOO_LARGE}", sso::CACHE)
    );
    #[cfg(feature = "login")]
    assert_eq!(
        error(&[], login::PROFILE, &login::path()),
        format!("profile `default`: cannot read {}: {TOO_LARGE}", login::path())
    );
}

/// Loading settings fails if a file is too large, even at a default path. If a file at a default path cannot be read
/// for another reason, the file is ignored.
#[test]
fn a_large_file_of_settings_is_an_error() {
    for file in ["/home/me/.aws/config", "/home/me/.aws/credentials"] {
        assert_eq!(error(&[], "", file), format!("cannot read {file}: {TOO_LARGE}"));
    }
    assert_eq!(
        error(&[("AWS_CA_BUNDLE", "/ca.pem")], "", "/ca.pem"),
        format!("cannot read /ca.pem (named by AWS_CA_BUNDLE): {TOO_LARGE}")
    );
}
