//! Lowers the HTTP method and URI of operations, and determines whether operations require HTTP/2.

use serde_json::Value;

use super::Context;
use crate::{
    diagnostic::Report,
    ir::Http,
    model::{FORM_QUERY, Shape, http::HTTP},
};

/// Returns whether an operation requires HTTP/2. The protocol trait lists the HTTP versions for all operations and,
/// separately, those for event streams. The latter apply only if the request contains events.
pub(super) fn requires_http2(context: &Context<'_>, sends_events: bool) -> bool {
    let Some(settings) = context.chosen.shape.traits.get(context.chosen.protocol.id) else { return false };
    let key = if sends_events && settings.get("eventStreamHttp").is_some() { "eventStreamHttp" } else { "http" };
    let versions: Vec<&str> =
        settings.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    versions.contains(&"h2") && !versions.contains(&"http/1.1")
}

/// Returns the method and URI of an operation, or `None` if the protocol has no HTTP bindings.
pub(super) fn of(context: &Context<'_>, shape: &Shape, report: &mut Report) -> Option<Http> {
    let protocol = context.chosen.protocol;
    if !protocol.reads(HTTP) {
        return None;
    }
    // Operations without the `http` trait have been reported during validation.
    let value = shape.traits.get(HTTP)?;
    let string = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let form_query = protocol.get(&shape.traits, FORM_QUERY).is_some();
    let http = Http { method: string("method"), uri: string("uri"), form_query };
    if form_query && http.method != "GET" {
        let message = format!("the trait `{FORM_QUERY}` requires the method `GET`, found `{}`", http.method);
        let problem = report.error(message).in_file(&shape.file).at(&shape.id);
        problem
            .help("set `method` to `GET`; the client then sends the query string as the body of a `POST` request")
            .in_trait(FORM_QUERY);
    }
    Some(http)
}
