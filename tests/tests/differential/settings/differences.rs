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
    reason: "what follows `#` or `;` after a space is a comment, as in AWS's other SDKs; to botocore it is part of the value",
    page: FILES,
};
pub(crate) static BOM: Why = Why {
    reason: "a byte order mark, which editors of Windows write into files in UTF-8, is left out; botocore refuses the file",
    page: FILES,
};
pub(crate) static HEADER_SPACE: Why =
    Why { reason: "spaces inside the brackets are not part of a section's name, as in AWS's other SDKs", page: FILES };
pub(crate) static TWICE: Why = Why {
    reason: "sections of one name are merged and the last setting of one name counts, as in AWS's other SDKs; botocore \
             refuses the file",
    page: FILES,
};
pub(crate) static OTHER_SECTION: Why = Why {
    reason: "sections that mean nothing to an SDK belong to other tools and are not looked at; botocore refuses the file",
    page: FILES,
};
pub(crate) static PREFIXED_DEFAULT: Why = Why {
    reason: "`[profile default]` hides `[default]` wherever it is, as in AWS's other SDKs; in botocore the last one counts",
    page: FILES,
};
pub(crate) static ABSENT_DEFAULT: Why = Why {
    reason: "`default` is the profile that is used if none is chosen and need not exist; botocore wants it once it is named",
    page: FILES,
};
pub(crate) static NESTED_CASE: Why = Why {
    reason: "the names of nested settings are read in any case, like those of all settings",
    page: "Service-specific endpoints",
};
pub(crate) static DEFAULT_PROFILE: Why =
    Why { reason: "AWS_DEFAULT_PROFILE is botocore's own; the variable of all SDKs is AWS_PROFILE", page: VARIABLES };
pub(crate) static TRIMMED: Why = Why {
    reason: "white space around a variable, such as the carriage return of a script from Windows, is not part of its value, \
             as in profile files",
    page: VARIABLES,
};
pub(crate) static EMPTY: Why = Why {
    reason: "a variable or setting without a value counts as not set; botocore takes it for a value, or goes wrong",
    page: VARIABLES,
};
pub(crate) static REGION: Why = Why {
    reason: "AWS_REGION is the variable of all SDKs; botocore only reads AWS_DEFAULT_REGION",
    page: "AWS Region",
};
pub(crate) static LEGACY: Why = Why {
    reason: "`legacy` is read as `standard`: the legacy mode is that of old versions of each SDK, and Rust has none",
    page: "Retry behavior",
};
pub(crate) static MODE: Why =
    Why { reason: "the mode is read in any case, as booleans are; botocore refuses it", page: "Retry behavior" };
pub(crate) static STRICT: Why = Why {
    reason: "an invalid value of a setting that every client uses is an error; botocore takes it for false, or goes wrong later",
    page: "AWS SDKs and tools settings reference",
};
pub(crate) static UNUSED: Why = Why {
    reason: "the size from which on requests are compressed is checked by operations that compress, and FSx has none",
    page: "Request compression",
};
pub(crate) static APP_ID: Why = Why {
    reason: "no more than the 50 characters that AWS keeps are sent; botocore sends all",
    page: "Application ID",
};
pub(crate) static PATH: Why = Why {
    reason: "the path of an operation, `/`, comes behind that of the endpoint, as in AWS's other SDKs; botocore leaves it out",
    page: "Service-specific endpoints",
};
pub(crate) static RULES: Why = Why {
    reason: "the endpoint rules of FSx refuse FIPS or dual stack beside an endpoint URL; botocore drops the former",
    page: "Dual-stack and FIPS endpoints",
};
pub(crate) static URL: Why = Why {
    reason: "an endpoint has no query, and no user or password, which botocore would send or drop",
    page: "Service-specific endpoints",
};
pub(crate) static HALF: Why = Why {
    reason: "a secret key without its id in the variables is an error, like an id without its secret; botocore goes on to \
             the next source, another identity perhaps",
    page: "AWS access keys",
};
pub(crate) static WEB_IDENTITY: Why = Why {
    reason: "the keys of the profile come before a web identity of variables, which is set up for a whole container",
    page: "AWS SDKs and Tools standardized credential providers",
};
pub(crate) static PROCESS: Why = Why {
    reason: "keys come before a process, whichever file they are in; in botocore only those of the credentials file do",
    page: "Process credential provider",
};
pub(crate) static SSO: Why = Why {
    reason: "an account without a session or start URL is there for other tools; botocore refuses the profile",
    page: "IAM Identity Center credential provider",
};
pub(crate) static SSO_SESSION: Why = Why {
    reason: "a session that no account and role use is not looked up, and the keys beside it serve; botocore refuses the \
             profile",
    page: "IAM Identity Center credential provider",
};
pub(crate) static SSO_START_URL: Why = Why {
    reason: "a session needs no start URL, which only `aws sso login` uses; botocore refuses the profile",
    page: "IAM Identity Center credential provider",
};
