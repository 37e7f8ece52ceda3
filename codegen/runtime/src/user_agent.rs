//! The `User-Agent` header, in the form that AWS's own clients use.

use http::HeaderValue;

use crate::schema::ServiceSchema;

/// The longest app id that AWS keeps.
const LONGEST_APP_ID: usize = 50;

/// `simba-rust/0.1.0 ua/2.1 api/fsx#2018-03-01 os/linux lang/rust app/my-program`.
pub(crate) fn header(service: &ServiceSchema, app_id: Option<&str>) -> HeaderValue {
    let mut text = format!(
        "simba-rust/{} ua/2.1 api/{}#{} os/{} lang/rust",
        env!("CARGO_PKG_VERSION"),
        token(&service.sdk_id.to_lowercase()),
        token(service.version),
        os(),
    );
    if let Some(id) = app_id.filter(|id| !id.is_empty()) {
        let sent = app(id);
        #[cfg(feature = "tracing")]
        if sent != id {
            static ONCE: std::sync::Once = std::sync::Once::new();
            warn(&ONCE, id, &sent);
        }
        text.push_str(" app/");
        text.push_str(&sent);
    }
    // A text of tokens is always a header value; the fallback is only there for the type.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("simba-rust"))
}

/// The app id as it is sent.
fn app(id: &str) -> String {
    let allowed = |c: char| is_token(c) || matches!(c, '#' | ',');
    id.chars().take(LONGEST_APP_ID).map(|c| if allowed(c) { c } else { '-' }).collect()
}

/// Tells of an app id that is not sent as it is.
#[cfg(feature = "tracing")]
pub(crate) fn warn(once: &std::sync::Once, id: &str, sent: &str) {
    once.call_once(|| {
        let allowed = "up to 50 letters, digits and characters of !#$%&'*+,-.^_`|~";
        tracing::warn!(
            app_id = id,
            sent,
            "invalid app id, sent with its invalid characters replaced: expected {allowed}"
        );
    });
}

fn os() -> &'static str {
    match std::env::consts::OS {
        known @ ("linux" | "macos" | "windows" | "android" | "ios") => known,
        _ => "other",
    }
}

/// The string with a dash in place of each character that a token may not hold.
fn token(text: &str) -> String {
    text.chars().map(|c| if is_token(c) { c } else { '-' }).collect()
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c)
}
