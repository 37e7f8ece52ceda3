//! The front page: the documentation of the crate, from the first request to the migration from AWS's SDK.
//!
//! All code on this page uses operations of the service. Doctests compile the code.

use super::{super::tokens::ident, Examples, example};
use crate::ir::{
    AuthSchemeId, Direction, Doc, Effect, Item, Operation, OperationError, Service, Structure, Type, waiter::Waiter,
};

/// Returns the front page as Markdown.
pub(in crate::emit) fn documentation(examples: &Examples<'_>) -> Doc {
    let service = examples.service;
    let title = &service.title;
    let name = service.crate_name.replace('-', "_");
    let mut parts = vec![format!("A client for {title}."), service.doc.body.clone()];
    parts.push(
        "Each operation is a method of [`Client`] that returns a request builder. Set the optional members, then `.await` the builder.\n\
         Structures and enumerations are in [`types`], requests and responses in [`operation`], and errors in [`error`]."
            .to_owned(),
    );
    parts.extend(first_call(examples, &name));
    parts.push(configuration(service, &name));
    parts.extend(errors(examples, &name));
    parts.extend(pages(examples, &name));
    parts.extend(waiters(service, &name));
    parts.extend(testing(examples, &name));
    parts.push(features(service));
    parts.extend(migrating(examples, &name));
    parts.retain(|part| !part.is_empty());
    Doc { summary: String::new(), body: parts.join("\n\n") }
}

/// Returns the operation to try first: if possible, a read-only operation that returns pages of items.
///
/// If there is none, read-only operations are preferred, and then paginated operations. The latter are most likely
/// read-only too, even if the model does not mark them.
fn harmless<'e, 's>(examples: &'e Examples<'s>) -> Option<(&'s Operation, &'e example::Code)> {
    let is_read_only = |operation: &Operation| operation.effect == Effect::ReadOnly;
    let shortest = |picks: &dyn Fn(&Operation) -> bool| examples.shortest(picks);
    shortest(&|operation| is_read_only(operation) && has_items(operation))
        .or_else(|| shortest(&is_read_only))
        .or_else(|| shortest(&has_items))
        .or_else(|| shortest(&|operation| operation.pagination.is_some()))
        .or_else(|| shortest(&|_| true))
}

fn has_items(operation: &Operation) -> bool {
    operation.pagination.as_ref().is_some_and(|pagination| pagination.items.is_some())
}

/// Returns the code of a function that sends a first request.
pub(super) fn first_code(examples: &Examples<'_>, name: &str) -> Option<String> {
    let service = examples.service;
    let (_, code) = harmless(examples)?;
    let body = indented(&code.body);
    let uses = code.uses.trim_end();
    let uses = if uses.is_empty() { String::new() } else { format!("{uses}\n") };
    let (imports, setup, client) = match service.is_aws {
        true => ("Client".to_owned(), String::new(), "Client::from_env().await?"),
        false => {
            let Setup { uses, setters } = Setup::of(service);
            let config = indented(&format!("let config = Config::builder()\n{setters}    .build();"));
            (format!("{{Client, Config{uses}}}"), config + "\n", "Client::new(config)")
        }
    };
    Some(format!(
        "{uses}use {name}::{imports};\n\nasync fn first_call() -> Result<(), {name}::Error> {{\n{setup}    \
         let client = {client};\n{body}\n    Ok(())\n}}"
    ))
}

fn first_call(examples: &Examples<'_>, name: &str) -> Option<String> {
    let code = first_code(examples, name)?;
    Some(format!(
        "# First call\n\n```\n{code}\n```\n\nThe default transport requires a \
         tokio runtime, such as the one that `#[tokio::main]` starts. The `blocking` feature\nadds the \
         `blocking` module, whose client needs no asynchronous runtime."
    ))
}

fn configuration(service: &Service, name: &str) -> String {
    let sources = match service.is_aws {
        true => format!(
            "[`Client::from_env`] reads the settings that all AWS tools share: environment variables such as \
             `AWS_REGION`,\n`AWS_PROFILE`, `AWS_ACCESS_KEY_ID` and `{}`, and the files \
             `~/.aws/config` and\n`~/.aws/credentials`. You can also configure the client in code, and override settings \
             for a single call with `with_options`:",
            endpoint_variable(service)
        ),
        false => {
            "Configure the client in code. Settings can be overridden for a single call with `with_options`:".to_owned()
        }
    };
    let Setup { uses, setters } = Setup::of(service);
    format!(
        "# Configuration\n\n{sources}\n\n\
         ```\nuse {name}::{{Client, Config{uses}, retry::RetryConfig}};\n\n\
         let config = Config::builder()\n{setters}    .retry(RetryConfig::standard().max_attempts(5))\n    .build();\n// If a \
         setting is missing, the first call that needs it returns an error.\nlet client = Client::new(config);\n```"
    )
}

/// Returns the name of the environment variable that sets the service's endpoint.
fn endpoint_variable(service: &Service) -> String {
    let variable = service.id.to_uppercase().replace([' ', '-'], "_");
    // A service ID may contain characters that are not allowed in the name of a variable.
    let is_variable = variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_variable { format!("AWS_ENDPOINT_URL_{variable}") } else { "AWS_ENDPOINT_URL".to_owned() }
}

/// The code that creates the settings of an example.
struct Setup {
    /// The imports, each preceded by a comma and a space.
    uses: &'static str,
    /// The calls to the builder's methods, each on its own line.
    setters: String,
}

impl Setup {
    /// Returns the settings that all calls to the service require: an identity and, unless the service is an AWS
    /// service, an endpoint.
    fn of(service: &Service) -> Self {
        let endpoint = if service.is_aws { "" } else { "    .endpoint_url(\"https://service.example.com\")\n" };
        let (uses, identity) = match service.auth.first() {
            Some(AuthSchemeId::SigV4 | AuthSchemeId::SigV4a) => (
                ", credentials::Credentials",
                "    .region(\"us-east-1\")\n    .credentials_provider(Credentials::new(\"an access key ID\", \"its secret\"))\n",
            ),
            Some(AuthSchemeId::HttpBearerAuth) => {
                (", credentials::Token", "    .token_provider(Token::new(\"a bearer token\"))\n")
            }
            Some(AuthSchemeId::HttpApiKeyAuth(_)) => ("", "    .api_key(\"an API key\")\n"),
            Some(AuthSchemeId::HttpBasicAuth) => ("", "    .basic_auth(\"a user name\", \"a password\")\n"),
            Some(AuthSchemeId::NoAuth) | None => ("", ""),
        };
        Self { uses, setters: format!("{endpoint}{identity}") }
    }
}

fn errors(examples: &Examples<'_>, name: &str) -> Option<String> {
    // An error such as `FileSystemNotFound` is the easiest to understand. If no operation has one, any error is used.
    let not_found = |error: &&OperationError| error.variant.contains("NotFound");
    let (operation, code) = examples
        .shortest(|operation| operation.own_output.is_some() && operation.errors.iter().any(|error| not_found(&error)))
        .or_else(|| examples.shortest(|operation| !operation.errors.is_empty()))?;
    let error = operation.errors.iter().find(not_found).or(operation.errors.first())?;
    let (module, enumeration, variant) = (ident(&operation.method), &operation.error, &error.variant);
    let (uses, call) = (&code.uses, example::call_code(examples.service, operation)?);
    Some(format!(
        "# Errors\n\nA failed call returns an [`SdkError`](error::SdkError), whose `Display` output is one line. If the service returned\nan error, \
         the line contains the operation, error code, message, HTTP status and request ID. Otherwise, it contains the\n\
         operation and the root cause. `?` converts the errors of all operations into [`Error`].\n\n```\n# async fn example(client: &{name}::Client) -> Result<(), \
         {name}::Error> {{\n{uses}use {name}::operation::{module}::{enumeration};\n\nmatch {call}.await {{\n    \
         Ok(response) => println!(\"{{:?}}\", response.request_id()),\n    Err(error) => match error.service() {{\n        \
         Some({enumeration}::{variant}(_)) => println!(\"{{error}}\"),\n        _ => return Err(error.into()),\n    }},\n\
         }}\n# Ok(()) }}\n```"
    ))
}

fn pages(examples: &Examples<'_>, name: &str) -> Option<String> {
    let (_, code) = examples.shortest(has_items)?;
    let example::Code { uses, body } = code;
    Some(format!(
        "# Pagination\n\nThe request builders of paginated operations have the methods `items()` and `pages()`. They return \
         streams, or\niterators if the client is blocking. Each page is requested only when it is needed.\n\n```\n# async fn example(client: &{name}::Client) -> \
         Result<(), {name}::Error> {{\n{uses}{body}\n# Ok(()) }}\n```"
    ))
}

fn waiters(service: &Service, name: &str) -> Option<String> {
    let simple = |operation: &&Operation| operation.input.required().next().is_none();
    let fits = |waiter: &&Waiter| waiter.deprecated.is_none() && waiter.takes_one_string();
    let mut all = service.operations.iter().filter(simple).flat_map(|operation| &operation.waiters.waiters);
    let waiter = all.find(fits)?;
    let argument = &waiter.arguments.first()?.name;
    let (method, argument) = (&waiter.method, ident(if argument == "client" { "value" } else { argument }));
    Some(format!(
        "# Waiters\n\nThe `wait_until_…` methods poll an operation, with increasing delays, until a resource reaches a \
         given state, or\ncan no longer reach it.\n\n```\n# async fn example(client: &{name}::Client, {argument}: &str) -> Result<(), \
         {name}::Error> {{\nuse std::time::Duration;\n\nclient\n    .{method}({argument})\n    .max_wait(Duration::from_secs(30 * 60))\n    \
         .on_poll(|poll| println!(\"call {{}}, after {{:?}}\", poll.number(), poll.elapsed()))\n    .await?;\n\
         # Ok(()) }}\n```"
    ))
}

fn testing(examples: &Examples<'_>, name: &str) -> Option<String> {
    let service = examples.service;
    let (operation, code) = harmless(examples)?;
    let example::Code { uses, body } = code;
    let wire = &operation.name.wire;
    let items = operation.pagination.as_ref().and_then(|pagination| pagination.items.as_ref());
    let response = match items.map(|items| (items.path.as_slice(), &items.collection)) {
        Some(([only], Type::List(_))) => serde_json::json!({ &only.member.wire: [] }).to_string(),
        Some(_) | None => "{}".to_owned(),
    };
    let uses = uses.trim_end();
    let uses = if uses.is_empty() { String::new() } else { format!("{uses}\n") };
    let setup = match service.is_aws {
        true => Setup {
            uses: ", credentials::Credentials",
            setters: "    .region(\"us-east-1\")\n    .credentials_provider(Credentials::new(\"id\", \"secret\"))\n"
                .to_owned(),
        },
        false => Setup::of(service),
    };
    let Setup { uses: settings, setters } = setup;
    Some(format!(
        "# Testing\n\nWith the `testing` feature, a mock transport can replace the network, and tests can control \
         the clock:\n\n```\n# #[cfg(feature = \"testing\")]\n# async fn example() -> Result<(), {name}::Error> {{\n{uses}use \
         {name}::{{Client, Config{settings}}};\nuse {name}::testing::{{MockResponse, \
         MockTransport}};\n\nlet mock = MockTransport::new();\nmock.respond(\"{wire}\", MockResponse::json(r#\"{response}\"#));\n\
         let config = Config::builder()\n{setters}    .transport(mock.clone());\nlet client = Client::new(config.build());\n\n{body}\nassert_eq!(mock.requests_of(\"{wire}\")\
         .len(), 1);\n# Ok(()) }}\n```"
    ))
}

fn features(service: &Service) -> String {
    format!(
        "# Features\n\n{}\n\nWithout any features, the crate contains types, serialization, signing and the \
         [`Transport`](transport::Transport) trait,\nwhich you can implement with any HTTP client.",
        feature_table(service)
    )
}

/// Returns the table of the crate's features.
pub(super) fn feature_table(service: &Service) -> String {
    let sdk = if service.sdk_crate.is_some() { SDK_FEATURE } else { "" };
    let aws = if service.is_aws { AWS_FEATURES } else { "" };
    let http2 = if service.requires_http2() { " yes" } else { "" };
    format!(
        "| feature | provides | by default |\n|---|---|---|\n\
         | `rustls` | the default transport: hyper, and rustls with ring; reads proxy settings from the environment | yes |\n{aws}\
         | `serde` | `Serialize` and `Deserialize` for all types, except those with an event stream | yes |\n\
         | `aws-lc` | the default transport with aws-lc instead of ring | |\n\
         | `http2` | HTTP/2 in the default transport, if the server supports it |{http2} |\n{sdk}\
         | `blocking` | a blocking client, which does not need tokio | |\n\
         | `serde_json` | conversions between `Document` and `serde_json::Value` | |\n\
         | `testing` | a mock transport and a manual clock | |\n\
         | `tracing` | a span for each call and an event for each failed attempt | |"
    )
}

const AWS_FEATURES: &str = "\
    | `credentials` | the default credential chain: environment, profiles, roles, SSO, containers, instances | yes |\n\
    | `login` | login sessions (`aws login`), as another source in the default credential chain; uses ring | yes |\n";

const SDK_FEATURE: &str =
    "| `aws-config` | `Config::from(&SdkConfig)`, for settings that the AWS SDK for Rust has loaded | |\n";

/// Returns the section on migrating from AWS's SDK, if there is one for the service.
fn migrating(examples: &Examples<'_>, name: &str) -> Option<String> {
    let service = examples.service;
    let sdk = service.sdk_crate.as_ref()?;
    let snake = sdk.replace('-', "_");
    let (operation, _) = examples
        .shortest(|operation| operation.input.required().next().is_some())
        .or_else(|| examples.shortest(|_| true))?;
    let method = ident(&operation.method);
    let (list, builder) = (migrating_list(service).unwrap_or_default(), migrating_builder(service).unwrap_or_default());
    let shapes = migrating_shapes(operation).unwrap_or_default();
    let required: Vec<String> = operation.input.required().map(|member| ident(&member.name.rust).to_string()).collect();
    let setters: String = required.iter().map(|member| format!(".{member}({member})")).collect();
    let arguments = required.join(", ");
    Some(format!(
        "# Migrating from `{sdk}`\n\nStructures, members and variants have the same names. This table shows the differences:\n\n\
         | with `{sdk}` | with `{name}` |\n|---|---|\n\
         | `Client::new(&aws_config::load_from_env().await)` | `Client::from_env().await?` |\n\
         | `Client::new(&sdk_config)` | `Client::new(Config::from(&sdk_config))`, with the `aws-config` feature |\n\
         | `.{method}(){setters}.send().await?` | `.{method}({arguments}).await?`: required members are arguments |\n\
         {list}{builder}{shapes}\
         | `{snake}::types::error` | `{name}::error` |\n\
         | `response.name()` returns an `Option` | the field `response.name` is an `Option`. For a structure, the method `response.name()` returns the structure or a `MissingMember` error. For a list or map, the method returns a slice or map, which may be empty |\n\
         | `.into_paginator().send()` | `.pages()`, or `.items()` for the items of all pages |\n\
         | `error.as_service_error()`, `DisplayErrorContext(&error)` | `error.service()`, `{{error}}` |\n\
         | `{snake}::primitives::DateTime` | `{name}::primitives::Timestamp`, which converts from and to `SystemTime` |\n\
         | `.behavior_version(…)`, `.sleep_impl(…)` | not needed |\n\
         | `.http_client(…)` | `.transport(…)` |\n\
         | `StaticReplayClient` | `MockTransport`, with the `testing` feature |"
    ))
}

/// Returns the row about inputs and outputs, which AWS's SDK names after their operations.
fn migrating_shapes(operation: &Operation) -> Option<String> {
    let (name, input) = (&operation.name.rust, &operation.input.name.rust);
    let output = &operation.own_output.as_ref()?.name.rust;
    let differs = *input != format!("{name}Input") || *output != format!("{name}Output");
    differs.then(|| format!("| `{name}Input`, `{name}Output` | `{input}`, `{output}` |\n"))
}

/// Returns the row about lists. Its example is the list with the shortest name among the settable members of requests.
fn migrating_list(service: &Service) -> Option<String> {
    let settable = service.operations.iter().flat_map(|operation| operation.input.settable());
    let lists = settable.filter(|member| matches!(member.ty, Type::List(_))).map(|member| &member.name.rust);
    let member = lists.min_by_key(|name| (name.len(), *name))?;
    Some(format!(
        "| `.{member}(item)` appends one element | `.{member}([item])` appends any number of elements; to replace the list, set the field |\n"
    ))
}

/// Returns the row about builders. Its example is the structure of the service that results in the shortest row.
fn migrating_builder(service: &Service) -> Option<String> {
    let row = |structure: &Structure| {
        let name = &structure.name.rust;
        let required: Vec<&str> = structure.required().map(|member| member.name.rust.as_str()).collect();
        let setters: String = required.iter().map(|member| format!(".{member}({member})")).collect();
        let arguments = required.join(", ");
        format!(
            "| `{name}::builder(){setters}.build()` | `{name}::new({arguments})`; methods set the other members |\n"
        )
    };
    let picked = service.types.iter().filter_map(|item| match item {
        Item::Structure(structure) => (structure.direction == Direction::Input
            && structure.deprecated.is_none()
            && structure.required().next().is_some())
        .then(|| row(structure)),
        Item::Union(_) | Item::Enumeration(_) | Item::IntEnumeration(_) => None,
    });
    picked.min_by_key(String::len)
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("    {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
