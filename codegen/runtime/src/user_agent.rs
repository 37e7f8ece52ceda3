//! The `User-Agent` header, in the format of AWS's SDKs.

use http::HeaderValue;

use crate::config::Config;
use crate::retry::RetryMode;
use crate::schema::ServiceSchema;

/// The maximum length of an application ID.
const LONGEST_APP_ID: usize = 50;

/// Returns the user agent, such as
/// `simba-rust/0.1.0 ua/2.1 api/fsx#2018-03-01 os/linux md/arch#x86_64 lang/rust m/E cfg/retry-mode#standard app/my-program`.
pub(crate) fn header(service: &ServiceSchema, config: &Config) -> HeaderValue {
    let mut text = format!(
        "simba-rust/{} ua/2.1 api/{}#{} os/{} md/arch#{} lang/rust",
        env!("CARGO_PKG_VERSION"),
        token(&service.sdk_id.to_lowercase()),
        token(service.version),
        os(),
        std::env::consts::ARCH,
    );
    if let Some(name) = config.execution_env().filter(|name| !name.is_empty()) {
        text.push_str(" exec-env/");
        text.push_str(&token(name));
    }
    // The letters are AWS's codes for SDK features.
    match config.retry().mode() {
        RetryMode::Standard => text.push_str(" m/E cfg/retry-mode#standard"),
        RetryMode::Adaptive => text.push_str(" m/F cfg/retry-mode#adaptive"),
        RetryMode::Off | RetryMode::Custom(_) => {}
    }
    if let Some(id) = config.app_id().filter(|id| !id.is_empty()) {
        let sent = app(id);
        #[cfg(feature = "tracing")]
        if sent != id {
            static ONCE: std::sync::Once = std::sync::Once::new();
            warn(&ONCE, id, &sent);
        }
        text.push_str(" app/");
        text.push_str(&sent);
    }
    // Tokens are always a valid header value, so the fallback is never used.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("simba-rust"))
}

/// Returns the application ID as it is sent.
fn app(id: &str) -> String {
    let allowed = |c: char| is_token(c) || matches!(c, '#' | ',');
    id.chars().take(LONGEST_APP_ID).map(|c| if allowed(c) { c } else { '-' }).collect()
}

/// Logs a warning, once, about an application ID that is changed before it is sent.
#[cfg(feature = "tracing")]
pub(crate) fn warn(once: &std::sync::Once, id: &str, sent: &str) {
    once.call_once(|| {
        let allowed = "up to 50 letters, digits and characters of !#$%&'*+,-.^_`|~";
        tracing::warn!(
            app_id = id,
            sent,
            "invalid app ID, sent with its invalid characters replaced: expected {allowed}"
        );
    });
}

fn os() -> &'static str {
    match std::env::consts::OS {
        known @ ("linux" | "macos" | "windows" | "android" | "ios") => known,
        _ => "other",
    }
}

/// Replaces each character that is not allowed in a token by a dash.
fn token(text: &str) -> String {
    text.chars().map(|c| if is_token(c) { c } else { '-' }).collect()
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c)
}
