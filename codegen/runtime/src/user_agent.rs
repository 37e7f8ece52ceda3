//! The `User-Agent` header, in the format of AWS's SDKs.

use std::sync::Mutex;

use http::HeaderValue;

use crate::config::Config;
use crate::features::Features;
use crate::schema::ServiceSchema;
use crate::sync::lock;

/// The maximum length of an application ID.
const LONGEST_APP_ID: usize = 50;

/// The user agent of a client, such as
/// `simba-rust/0.1.0 ua/2.1 api/fsx#2018-03-01 os/linux md/arch#x86_64 lang/rust m/E,n cfg/retry-mode#standard app/my-program`.
#[derive(Debug)]
pub(crate) struct UserAgent {
    /// The part of the header before the features and the retry mode, which depend on the call.
    before: String,
    /// The part of the header after the retry mode.
    after: String,
    /// The features and the header of the last call. Most calls send the same header.
    last: Mutex<Option<(Features, HeaderValue)>>,
}

impl UserAgent {
    pub(crate) fn new(service: &ServiceSchema, config: &Config) -> Self {
        let mut before = format!(
            "simba-rust/{} ua/2.1 api/{}#{} os/{} md/arch#{} lang/rust",
            env!("CARGO_PKG_VERSION"),
            token(&service.sdk_id.to_lowercase()),
            token(service.version),
            os(),
            std::env::consts::ARCH,
        );
        if let Some(name) = config.execution_env().filter(|name| !name.is_empty()) {
            before.push_str(" exec-env/");
            before.push_str(&token(name));
        }
        let mut after = String::new();
        if let Some(id) = config.app_id().filter(|id| !id.is_empty()) {
            let sent = app(id);
            #[cfg(feature = "tracing")]
            if sent != id {
                static ONCE: std::sync::Once = std::sync::Once::new();
                warn(&ONCE, id, &sent);
            }
            after.push_str(" app/");
            after.push_str(&sent);
        }
        Self { before, after, last: Mutex::default() }
    }

    /// Returns the header for a call that uses the given features.
    pub(crate) fn header(&self, features: Features) -> HeaderValue {
        let mut last = lock(&self.last);
        if let Some((_, header)) = last.as_ref().filter(|(of, _)| *of == features) {
            return header.clone();
        }
        let features_part = if features == Features::NONE { String::new() } else { format!(" m/{features}") };
        let retry_mode = if features.contains(Features::RETRY_MODE_STANDARD) {
            " cfg/retry-mode#standard"
        } else if features.contains(Features::RETRY_MODE_ADAPTIVE) {
            " cfg/retry-mode#adaptive"
        } else {
            ""
        };
        let text = format!("{}{features_part}{retry_mode}{}", self.before, self.after);
        // Tokens always form a valid header value, so the fallback is never used.
        let header = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("simba-rust"));
        *last = Some((features, header.clone()));
        header
    }
}

/// Returns the application ID as it is sent: truncated, and with a dash in place of each character that is not allowed.
fn app(id: &str) -> String {
    let allowed = |c: char| is_token(c) || matches!(c, '#' | ',');
    id.chars().take(LONGEST_APP_ID).map(|c| if allowed(c) { c } else { '-' }).collect()
}

/// Logs a warning that the application ID was changed before it was sent. The warning is logged only once.
#[cfg(feature = "tracing")]
pub(crate) fn warn(once: &std::sync::Once, id: &str, sent: &str) {
    once.call_once(|| {
        let allowed = "up to 50 characters: letters, digits and !#$%&'*+,-.^_`|~";
        tracing::warn!(app_id = id, sent, "the app ID is not valid and was changed; expected {allowed}");
    });
}

fn os() -> &'static str {
    match std::env::consts::OS {
        known @ ("linux" | "macos" | "windows" | "android" | "ios") => known,
        _ => "other",
    }
}

/// Replaces each character that is not allowed in a token with a dash.
fn token(text: &str) -> String {
    text.chars().map(|c| if is_token(c) { c } else { '-' }).collect()
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c)
}
