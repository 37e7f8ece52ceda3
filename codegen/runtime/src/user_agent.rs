//! The `User-Agent` header, in the form that AWS's own clients use.

use http::HeaderValue;

use crate::operation::Service;

/// The longest app id that AWS keeps.
const LONGEST_APP_ID: usize = 50;

/// `simba-rust/0.1.0 ua/2.1 api/fsx#2018-03-01 os/linux lang/rust app/my-program`.
pub(crate) fn header(service: &Service, app_id: Option<&str>) -> HeaderValue {
    let mut text = format!(
        "simba-rust/{} ua/2.1 api/{}#{} os/{} lang/rust",
        env!("CARGO_PKG_VERSION"),
        token(&service.id.to_lowercase()),
        token(service.api_version),
        os(),
    );
    if let Some(id) = app_id.filter(|id| !id.is_empty()) {
        text.push_str(" app/");
        text.extend(token(id).chars().take(LONGEST_APP_ID));
    }
    // A text of tokens is always a header value; the fallback is only there for the type.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("simba-rust"))
}

fn os() -> &'static str {
    match std::env::consts::OS {
        known @ ("linux" | "macos" | "windows" | "android" | "ios") => known,
        _ => "other",
    }
}

/// Text with what a token may not hold made dashes.
fn token(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c);
    text.chars().map(|c| if allowed(c) { c } else { '-' }).collect()
}
