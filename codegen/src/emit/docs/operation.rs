//! The documentation of an operation, which appears on its request builder: prose, an example in Rust, errors, and the
//! HTTP request that the example sends.

use super::{Examples, example, json};
use crate::ir::{ApiKey, AuthSchemeId, Doc, Example, ExampleBody, ExampleWire, Operation, Pagination, Service};

/// Returns the documentation as Markdown.
///
/// It consists of the documentation in the model, sentences about the request builder, the sections `# Example`,
/// `# Errors` and `# On the wire`, and links.
pub(in crate::emit) fn documentation(examples: &Examples<'_>, operation: &Operation) -> Doc {
    let service = examples.service;
    let mut parts = vec![operation.doc.body.clone(), gives(operation)];
    parts.extend(example::text(examples, operation));
    parts.extend(errors(operation));
    if let Some(example) = &operation.example {
        parts.extend(wire(service, operation, example));
    }
    let links: Vec<&str> = operation.links.iter().map(|link| link.body.as_str()).collect();
    if !links.is_empty() {
        parts.push(format!("See also: {}.", links.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    Doc { summary: String::new(), body: parts.join("\n\n") }
}

/// Returns sentences about the request builder: the method that returns it, its required members, and the types to
/// which it resolves.
fn gives(operation: &Operation) -> String {
    let input = &operation.input.name.rust;
    let required = operation.input.arguments().map(|name| &name.rust);
    let required: Vec<String> = required.map(|name| format!("[`{name}`](struct@{input}#structfield.{name})")).collect();
    let required = match required.as_slice() {
        [] if operation.input.members.is_empty() => "The request has no members.".to_owned(),
        [] => "All members are optional.".to_owned(),
        [only] => format!("The member {only} is required."),
        several => format!("The members {} are required.", enumerated(several)),
    };
    let response = match &operation.own_output {
        Some(output) => format!("[`{}`]", output.name.rust),
        None => format!("[`{0}`](crate::types::{0})", operation.output.name),
    };
    let waiters = operation.waiters.waiters.iter().filter(|waiter| waiter.deprecated.is_none());
    let waiters: Vec<String> = waiters.map(|waiter| format!("[`{0}`](crate::Client::{0})", waiter.method)).collect();
    let waiters = match waiters.as_slice() {
        [] => String::new(),
        [only] => format!("\nThe {only} waiter polls this operation."),
        several => format!("\nThe {} waiters poll this operation.", enumerated(several)),
    };
    let pages = match &operation.pagination {
        None => "",
        Some(Pagination { items: None, .. }) => "\n[`pages`](Self::pages) requests each page when it is needed.",
        Some(_) => "\n[`items`](Self::items) and [`pages`](Self::pages) request each page when it is needed.",
    };
    format!(
        "[`Client::{0}`](crate::Client::{0}) returns this request builder. {required}\nAwaiting the builder sends the \
         request. The output is {response}, and errors from the service have the type [`{1}`].{pages}{waiters}",
        operation.method, operation.error
    )
}

/// Returns `a`, `a and b`, or `a, b and c`.
fn enumerated(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns the section with a list of the errors and their summaries.
fn errors(operation: &Operation) -> Option<String> {
    let line = |error: &crate::ir::OperationError| {
        let module = match &error.ty.module {
            crate::ir::Module::Error => "error",
            crate::ir::Module::Types | crate::ir::Module::Operation(_) => "types",
        };
        format!("- [`{0}`](crate::{module}::{1}): {2}", error.variant, error.ty.name, error.summary)
    };
    let lines: Vec<String> = operation.errors.iter().map(line).collect();
    (!lines.is_empty()).then(|| format!("# Errors\n\n{}", lines.join("\n")))
}

/// Returns the example request as a shell command, followed by its response. Returns `None` for binary formats,
/// including event streams.
fn wire(service: &Service, operation: &Operation, example: &Example) -> Option<String> {
    let ExampleWire { request, response } = example.wire.as_ref().filter(|_| operation.output_events.is_none())?;
    let signed = match operation.auth.first() {
        // curl does not support Signature Version 4A, but nearly all services that prefer it also accept Version 4.
        Some(AuthSchemeId::SigV4 | AuthSchemeId::SigV4a) => format!(
            " \\\n  --aws-sigv4 aws:amz:{}:{} --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"",
            word(&example.region),
            word(&service.signing_name)
        ),
        Some(AuthSchemeId::HttpApiKeyAuth(ApiKey::Header { name, scheme })) => {
            let scheme = scheme.as_ref().map(|scheme| format!("{} ", word(scheme))).unwrap_or_default();
            format!(" \\\n  -H \"{}: {scheme}$API_KEY\"", word(name))
        }
        // The key is in the query string of the URL.
        Some(AuthSchemeId::HttpApiKeyAuth(ApiKey::Query { .. })) => String::new(),
        Some(AuthSchemeId::HttpBasicAuth) => " \\\n  --user \"$USER_NAME:$PASSWORD\"".to_owned(),
        Some(AuthSchemeId::HttpBearerAuth) => " \\\n  --oauth2-bearer \"$TOKEN\"".to_owned(),
        Some(AuthSchemeId::NoAuth) | None => String::new(),
    };
    let mut url = format!("{}{}", word(&example.url), request.path.replace('$', "%24"));
    if let Some(AuthSchemeId::HttpApiKeyAuth(ApiKey::Query { name })) = operation.auth.first() {
        url.push_str(if url.contains('?') { "&" } else { "?" });
        url.push_str(&format!("{}=$API_KEY", word(name)));
    }
    let header = |(name, value): &(String, String)| format!(" \\\n  -H '{}: {}'", word(name), quotable(value));
    let is_set = |name: &str| request.headers.iter().any(|(set, _)| set.eq_ignore_ascii_case(name));
    let constant = operation.headers.iter().filter(|(name, _)| !is_set(name));
    let headers: String = request.headers.iter().chain(constant).map(header).collect();
    let body = match &request.body {
        ExampleBody::None => String::new(),
        ExampleBody::Json(body) => format!(" \\\n  -d '{}'", json::text(body).replace('\'', r"'\''")),
        // curl itself adds the `Content-Type` header of forms.
        ExampleBody::Form(form) => format!(" \\\n  -d '{}'", quotable(form)),
        ExampleBody::Bytes => " \\\n  --data-binary @FILE".to_owned(),
    };
    let response = match response {
        ExampleBody::None | ExampleBody::Form(_) | ExampleBody::Bytes => String::new(),
        ExampleBody::Json(body) => format!("\n\nExample response:\n\n```json\n{}\n```", json::text(body)),
    };
    let method = match request.method.as_str() {
        "GET" => String::new(),
        // With `-X HEAD`, curl would wait for a body.
        "HEAD" => " --head".to_owned(),
        method => format!(" -X {}", word(method)),
    };
    let url = argument(&url);
    Some(format!("# On the wire\n\n```sh\ncurl{method} {url}{signed}{headers}{body}\n```{response}"))
}

/// Returns a URL as an argument of the command. If the URL contains a character that a shell would interpret, the
/// argument is in double quotes. The shell still replaces variables inside the quotes.
fn argument(url: &str) -> String {
    let url: String = url.chars().filter(|c| c.is_ascii_graphic() && !"\"'`\\".contains(*c)).collect();
    if word(&url) == url { url } else { format!("\"{url}\"") }
}

/// Escapes the quotes of a string for a single-quoted argument. Removes characters that are not allowed in headers.
fn quotable(text: &str) -> String {
    let allowed: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    allowed.replace('\'', r"'\''")
}

/// Keeps only those characters of a string that can occur in a simple URL, or in the name of a region or service. Other
/// characters could end the shell command, or the code block that contains the command.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-._:/".contains(*c)).collect()
}
