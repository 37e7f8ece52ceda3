//! The intended differences from botocore in how settings are read.

/// The reason for a difference, and the relevant page of the "AWS SDKs and Tools Reference Guide".
#[derive(Debug)]
pub(crate) struct Why {
    pub(crate) reason: &'static str,
    pub(crate) page: &'static str,
}

const FILES: &str = "Using shared config and credentials files to globally configure AWS SDKs and tools";
const VARIABLES: &str = "Using environment variables to globally configure AWS SDKs and tools";

pub(crate) static COMMENT: Why = Why {
    reason: "`#` or `;` after a space starts a comment, as in AWS's other SDKs; in botocore, the comment is part of \
             the value",
    page: FILES,
};
pub(crate) static BOM: Why = Why {
    reason: "a byte order mark, which editors on Windows write, is ignored; botocore rejects the file",
    page: FILES,
};
pub(crate) static HEADER_SPACE: Why =
    Why { reason: "spaces inside the brackets are not part of a section's name, as in AWS's other SDKs", page: FILES };
pub(crate) static TWICE: Why = Why {
    reason: "sections with the same name are merged, and the last setting with the same name is used, as in AWS's \
             other SDKs; botocore rejects the file",
    page: FILES,
};
pub(crate) static OTHER_SECTION: Why =
    Why { reason: "sections of other tools are ignored; botocore rejects the file", page: FILES };
pub(crate) static PREFIXED_DEFAULT: Why = Why {
    reason: "`[profile default]` takes precedence over `[default]` regardless of their order, as in AWS's other \
             SDKs; in botocore, the last one takes precedence",
    page: FILES,
};
pub(crate) static ABSENT_DEFAULT: Why = Why {
    reason: "the profile `default` may be absent even if it is selected explicitly; in botocore, it must exist in \
             this case",
    page: FILES,
};
pub(crate) static NESTED_CASE: Why = Why {
    reason: "the names of nested settings are case-insensitive, as are those of all settings",
    page: "Service-specific endpoints",
};
pub(crate) static DEFAULT_PROFILE: Why =
    Why { reason: "AWS_DEFAULT_PROFILE exists only in botocore; all SDKs support AWS_PROFILE", page: VARIABLES };
pub(crate) static TRIMMED: Why = Why {
    reason: "whitespace around the value of a variable is removed, as in profile files; an example is the carriage \
             return in a script from Windows",
    page: VARIABLES,
};
pub(crate) static EMPTY: Why = Why {
    reason: "a variable or setting with an empty value is not set; botocore uses the empty value, or fails",
    page: VARIABLES,
};
pub(crate) static REGION: Why = Why {
    reason: "AWS_REGION is the variable of all SDKs; botocore reads only AWS_DEFAULT_REGION",
    page: "AWS Region",
};
pub(crate) static LEGACY: Why = Why {
    reason: "`legacy` has the same effect as `standard`, since the legacy mode is specific to each SDK and Rust has \
             none",
    page: "Retry behavior",
};
pub(crate) static MODE: Why = Why {
    reason: "the mode is case-insensitive, as booleans are; botocore rejects other spellings",
    page: "Retry behavior",
};
pub(crate) static STRICT: Why = Why {
    reason: "an invalid value of a setting that every client uses is an error; botocore interprets it as false, or \
             fails later",
    page: "AWS SDKs and tools settings reference",
};
pub(crate) static UNUSED: Why = Why {
    reason: "the minimum size of compressed requests is checked only by operations that support compression, of \
             which FSx has none",
    page: "Request compression",
};
pub(crate) static APP_ID: Why = Why {
    reason: "at most 50 characters are sent, which is the limit that AWS documents; botocore sends all characters",
    page: "Application ID",
};
pub(crate) static PATH: Why = Why {
    reason: "the path of an operation, `/`, is appended to that of the endpoint, as in AWS's other SDKs; botocore \
             omits it",
    page: "Service-specific endpoints",
};
pub(crate) static RULES: Why = Why {
    reason: "the endpoint rules of FSx reject FIPS and dual stack together with an endpoint URL; botocore ignores \
             FIPS and dual stack",
    page: "Dual-stack and FIPS endpoints",
};
pub(crate) static URL: Why = Why {
    reason: "an endpoint URL must not have a query, a user name or a password; botocore sends or drops them",
    page: "Service-specific endpoints",
};
pub(crate) static HALF: Why = Why {
    reason: "a secret key without an access key ID in the variables is an error, as is an ID without a secret key; \
             botocore continues with the next source, which may be another identity",
    page: "AWS access keys",
};
pub(crate) static WEB_IDENTITY: Why = Why {
    reason: "keys in the profile take precedence over a web identity in variables, which applies to a whole container",
    page: "AWS SDKs and Tools standardized credential providers",
};
pub(crate) static PROCESS: Why = Why {
    reason: "keys take precedence over a process, regardless of the file; in botocore, only keys in the credentials \
             file do",
    page: "Process credential provider",
};
pub(crate) static SSO: Why = Why {
    reason: "an account without a session or start URL is ignored, since it may be for other tools; botocore \
             rejects the profile",
    page: "IAM Identity Center credential provider",
};
pub(crate) static SSO_SESSION: Why = Why {
    reason: "a session without an account and a role is not looked up, and keys in the profile are used; \
             botocore rejects the profile",
    page: "IAM Identity Center credential provider",
};
pub(crate) static SSO_START_URL: Why = Why {
    reason: "a session does not need a start URL, which only `aws sso login` uses; botocore rejects the profile",
    page: "IAM Identity Center credential provider",
};
