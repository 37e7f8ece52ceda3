//! Selects the service, its protocol and its operations, and lowers the service as a whole.

use serde_json::{Value, json};

use super::{
    Context, auth,
    closure::as_operation,
    doc_links::DocScope,
    docs, endpoint, event_stream,
    example::Examples,
    names::{self, Scope},
    operation,
    protocol::{self, Protocol},
    protocol_tests, request_headers, reserved, shape,
};
use crate::{
    Options,
    diagnostic::{Report, did_you_mean},
    ir::{self, ReadTimeout, RetryDefaults},
    markdown,
    model::{Member, Model, Service, Shape, ShapeId, Traits, is_identifier},
};

/// The service and operations for which code is generated.
pub(super) struct ServiceSelection<'m> {
    /// The shape of the service.
    pub(super) shape: &'m Shape,
    /// The references of the service to other shapes.
    pub(super) service: &'m Service,
    pub(super) protocol: &'static Protocol,
    /// All operations of the service, sorted by name.
    pub(super) all_operations: Vec<&'m Shape>,
    /// The operations for which code is generated, sorted by name.
    pub(super) operations: Vec<&'m Shape>,
}

/// Selects the service, and those of the requested operations that are supported.
pub(super) fn select<'m>(model: &'m Model, options: &Options, report: &mut Report) -> Option<ServiceSelection<'m>> {
    let (shape, service) = find_service(model, options, report)?;
    let protocol = protocol::of(model, shape, report);
    let all_operations = model.operations_of(service);
    let mut operations = wanted(&all_operations, options, report);
    // If the protocol is not supported, no operation can be generated.
    if protocol::is_supported(shape) {
        operations.retain(|operation| match unsupported_stream(model, protocol, operation) {
            None => true,
            Some(member) => {
                let message = format!(
                    "the operation is omitted: `{member}` is a stream of bytes, which the protocol does not support"
                );
                report.warning(message).in_file(&operation.file).at(&operation.id);
                false
            }
        });
    }
    Some(ServiceSelection { shape, service, protocol, all_operations, operations })
}

/// Returns the services with a supported protocol, sorted by ID.
pub(crate) fn supported(model: &Model) -> impl Iterator<Item = &Shape> {
    model.services().map(|(shape, _)| shape).filter(|shape| protocol::is_supported(shape))
}

/// Lowers the service and all its parts.
pub(super) fn lower(context: &Context<'_>, options: &Options, report: &mut Report) -> ir::Service {
    let shape = context.chosen.shape;
    let aws = |key: &str| shape.traits.get("aws.api#service").and_then(|value| value.get(key)).and_then(Value::as_str);
    let id = aws("sdkId").unwrap_or(shape.id.name()).to_owned();
    let signing_name = shape
        .traits
        .get("aws.auth#sigv4")
        .or_else(|| shape.traits.get("aws.auth#sigv4a"))
        .and_then(|value| value.get("name"))
        .and_then(Value::as_str)
        .map_or_else(|| names::crate_name(&id), str::to_owned);
    let target_prefix = shape.traits.string("simba.api#targetPrefix").unwrap_or(shape.id.name()).to_owned();
    check_header_token(shape, "aws.auth#sigv4", &signing_name, report);
    check_header_token(shape, "simba.api#targetPrefix", &target_prefix, report);
    request_headers::check_service(shape, report);
    if shape.traits.has("simba.api#endpointNote") {
        let problem =
            report.warning("the service requires endpoint discovery, which is not supported").in_file(&shape.file);
        problem
            .at(&shape.id)
            .help("pass the endpoint URL to each client or call, as described in the documentation of the crate")
            .in_trait("simba.api#endpointNote");
    }
    let title = docs::title(&shape.traits, &id);
    let crate_name = options.crate_name.clone().unwrap_or_else(|| names::package_name(&id));
    check_crate_name(&crate_name, report);
    let types = shape::lower_all(context, report);
    let doc_scope = DocScope::anywhere(context);
    let (endpoint, endpoint_tests) = endpoint_rules(context, options, &id, report);
    let examples = Examples::new(context, &types, &target_prefix, &endpoint_tests);
    let operations = operation::lower_all(context, &types, &examples, report);
    let protocol_tests = protocol_tests::lower(context, &types, &operations, report);
    ir::Service {
        endpoint,
        endpoint_tests,
        settings: settings(shape, report),
        protocol_tests,
        crate_name,
        doc: docs::of(&shape.traits, &doc_scope),
        title,
        is_aws: is_aws(shape),
        sdk_crate: aws("sdkId").map(|id| format!("aws-sdk-{}", names::crate_name(id))),
        namespace: shape.id.namespace().to_owned(),
        shape: shape.id.name().to_owned(),
        api_version: context.chosen.service.version.clone(),
        signing_name,
        target_prefix,
        protocol: context.chosen.protocol.lower(shape),
        auth: auth::of_service(context, report),
        retry: retry_defaults(shape),
        read_timeout: aws("sdkId").map_or(ReadTimeout::Standard, |id| read_timeout(options, id, report)),
        retryable: operation::retryable(context),
        types: types.items,
        errors: types.errors,
        operations: operations.into_iter().map(|(_, operation)| operation).collect(),
        id,
    }
}

const RETRY: &str = "simba.api#retry";

/// Lowers `simba.api#retry`, which contains the default retry settings of a service if they differ from those of most
/// services.
fn retry_defaults(shape: &Shape) -> Option<RetryDefaults> {
    let value = shape.traits.get(RETRY)?;
    let number = |key| value.get(key).and_then(Value::as_u64);
    let max_attempts = u32::try_from(number("maxAttempts")?).ok()?;
    Some(RetryDefaults { base_delay: number("baseDelayMillis")?, max_attempts })
}

/// Returns the read timeout for the AWS service with this ID.
fn read_timeout(options: &Options, id: &str, report: &mut Report) -> ReadTimeout {
    let Some(text) = &options.read_timeouts else { return ReadTimeout::Standard };
    let table = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    match table.as_ref().map(|table| table.get(id)) {
        Some(None) => return ReadTimeout::Standard,
        Some(Some(Value::Null)) => return ReadTimeout::Unlimited,
        Some(Some(value)) => {
            if let Some(seconds) = value.as_u64().filter(|seconds| *seconds > 0) {
                return ReadTimeout::Seconds(seconds);
            }
            report.error(format!("invalid read timeout for `{id}`; expected at least 1 second, or `null`"));
        }
        None => {
            report.error("invalid read timeouts; expected a JSON object that maps service IDs to seconds");
        }
    }
    ReadTimeout::Standard
}

/// Reports a crate name that is not valid for Cargo or in a Rust path.
fn check_crate_name(name: &str, report: &mut Report) {
    if !names::is_package_name(name) {
        let help = "expected ASCII letters, digits, `-` and `_`, starting with a letter; keywords and names such as \
                    `std` are reserved";
        report.error(format!("invalid crate name `{}`", name.escape_debug())).help(help);
    }
}

/// Reports a name that is not valid in a request header.
fn check_header_token(shape: &Shape, trait_id: &str, name: &str, report: &mut Report) {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) {
        let message = format!("invalid name `{}` in `{trait_id}`", name.escape_debug());
        let help = "expected letters, digits, hyphens, dots and underscores";
        report.error(message).in_file(&shape.file).at(&shape.id).help(help).in_trait(trait_id);
    }
}

const CLIENT_PARAMS: &str = "smithy.rules#clientContextParams";

/// Returns the parameters of the endpoint rules that are set on the client.
fn settings(shape: &Shape, report: &mut Report) -> Vec<ir::Setting> {
    let mut scope = Scope::with(&[&reserved::CONFIG_BUILDER[..], &reserved::PRELUDE].concat());
    let params = shape.traits.get(CLIENT_PARAMS).and_then(Value::as_object);
    let setting = |(name, value): (&String, &Value)| {
        if !is_identifier(name) {
            let message = format!("invalid parameter name `{}` in `{CLIENT_PARAMS}`", name.escape_debug());
            let help = "expected letters, digits and underscores";
            report.error(message).in_file(&shape.file).at(&shape.id).help(help).in_trait(CLIENT_PARAMS);
            return None;
        }
        let ty = match value.get("type").and_then(Value::as_str) {
            Some("boolean") => ir::SettingKind::Bool,
            Some("stringArray") => ir::SettingKind::StrArray,
            // The definition of the trait allows only `boolean`, `stringArray` and `string`.
            _ => ir::SettingKind::Str,
        };
        let prose = value.get("documentation").and_then(Value::as_str).map(markdown::from_documentation);
        let prose = prose.filter(|prose| !prose.is_empty());
        let wanted = names::member_name(name);
        let rust = scope.take(name, wanted.clone());
        scope.report_collision(&shape.id, &rust, &wanted, &shape.file, report);
        Some(ir::Setting {
            doc: prose.unwrap_or_else(|| format!("Sets the parameter `{name}` of the endpoint rules.")).into(),
            name: ir::Name { wire: name.clone(), rust },
            ty,
        })
    };
    params.into_iter().flatten().filter_map(setting).collect()
}

const BDD: &str = "smithy.rules#endpointBdd";
const RULE_SET: &str = "smithy.rules#endpointRuleSet";
const TESTS: &str = "smithy.rules#endpointTests";

/// Lowers the endpoint rules and their tests. Services without rules get the default rules.
fn endpoint_rules(
    context: &Context<'_>,
    options: &Options,
    id: &str,
    report: &mut Report,
) -> (ir::endpoint::Rules, Vec<ir::endpoint::EndpointTest>) {
    let shape = context.chosen.shape;
    let default = default_rules(shape, id);
    let (source, rules) = match (shape.traits.get(BDD), shape.traits.get(RULE_SET)) {
        (Some(bdd), _) => (BDD, bdd),
        (None, Some(rule_set)) => (RULE_SET, rule_set),
        (None, None) => ("the default endpoint rules", &default),
    };
    let mut complain = |source: &str, problems: Vec<String>| {
        for problem in problems {
            // The default rules do not come from a trait.
            let named = if shape.traits.has(source) { format!("`{source}`") } else { source.to_owned() };
            report.error(format!("{named}: {problem}")).in_file(&shape.file).at(&shape.id).in_trait(source);
        }
    };
    let tests = match shape.traits.get(TESTS) {
        Some(tests) => endpoint::lower_tests(tests, rules),
        None => Ok(Vec::new()),
    };
    let tests = tests.map_err(|problems| complain(TESTS, problems)).unwrap_or_default();
    let rules = endpoint::lower(rules, options.partitions.as_deref());
    (rules.map_err(|problems| complain(source, problems)).unwrap_or_default(), tests)
}

/// Returns whether a service belongs to AWS or accepts AWS's signatures.
fn is_aws(shape: &Shape) -> bool {
    ["aws.api#service", "aws.auth#sigv4", "aws.auth#sigv4a"].iter().any(|id| shape.traits.has(id))
}

/// Returns the endpoint rules for a service without its own. The endpoint is the one that the user sets. If the user
/// does not set an endpoint, a service with AWS's traits has the endpoint `<prefix>.<region>.<DNS suffix>`.
fn default_rules(shape: &Shape, id: &str) -> Value {
    let endpoint = json!({
        "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
        "endpoint": {"url": {"ref": "Endpoint"}, "properties": {}, "headers": {}},
        "type": "endpoint"
    });
    if !is_aws(shape) {
        return json!({
            "version": "1.0",
            "parameters": {"Endpoint": {"builtIn": "SDK::Endpoint", "required": false, "type": "string"}},
            "rules": [endpoint, {"conditions": [], "error": "no endpoint; set one with `endpoint_url`", "type": "error"}]
        });
    }
    let prefix = shape.traits.get("aws.api#service").and_then(|value| value.get("endpointPrefix"));
    let prefix = prefix.and_then(Value::as_str).map_or_else(|| names::crate_name(id), str::to_owned);
    json!({
        "version": "1.0",
        "parameters": {
            "Region": {"builtIn": "AWS::Region", "required": false, "type": "string"},
            "Endpoint": {"builtIn": "SDK::Endpoint", "required": false, "type": "string"}
        },
        "rules": [
            endpoint,
            {
                "conditions": [
                    {"fn": "isSet", "argv": [{"ref": "Region"}]},
                    {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "Partition"}
                ],
                "endpoint": {
                    "url": format!("https://{prefix}.{{Region}}.{{Partition#dnsSuffix}}"),
                    "properties": {},
                    "headers": {}
                },
                "type": "endpoint"
            },
            {"conditions": [], "error": "set an endpoint or a region", "type": "error"}
        ]
    })
}

fn find_service<'m>(model: &'m Model, options: &Options, report: &mut Report) -> Option<(&'m Shape, &'m Service)> {
    let mut services: Vec<_> = model.services().collect();
    if let Some(wanted) = &options.service {
        let is_wanted = |shape: &Shape| shape.id.name() == wanted || shape.id.as_str() == wanted;
        let names = || services.iter().map(|(shape, _)| shape.id.name());
        let expected = || format!("expected `{}`", names().collect::<Vec<_>>().join("` or `"));
        let help = did_you_mean(wanted, names()).or_else(|| (!services.is_empty()).then(expected));
        services.retain(|(shape, _)| is_wanted(shape));
        if services.is_empty() {
            let problem = report.error(format!("the model has no service `{wanted}`"));
            if let Some(help) = help {
                problem.help(help);
            }
            return None;
        }
    }
    match services.as_slice() {
        [only] => Some(*only),
        // The service may be missing because its file could not be read.
        [] if report.has_errors() => None,
        [] => {
            report.error("the model has no service").help("expected a shape of type `service`");
            None
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|(shape, _)| shape.id.as_str()).collect();
            let message = format!("the model has {} services: {}", several.len(), ids.join(", "));
            report.error(message).help("select one with `--service`, or pass files that contain only one service");
            None
        }
    }
}

/// Returns the names of the operations of a service and its resources.
pub(crate) fn operation_names(model: &Model, service: &Service) -> Vec<String> {
    model.operations_of(service).iter().map(|operation| operation.id.name().to_owned()).collect()
}

/// Returns the operations that the options select, or all operations if the options contain no selection.
fn wanted<'m>(all: &[&'m Shape], options: &Options, report: &mut Report) -> Vec<&'m Shape> {
    let Some(names) = &options.operations else { return all.to_vec() };
    for name in names {
        if !all.iter().any(|operation| operation.id.name() == name) {
            let help = report.did_you_mean(name, all.iter().map(|operation| operation.id.name()));
            let problem = report.error(format!("the service has no operation `{name}`"));
            if let Some(help) = help {
                problem.help(help);
            }
        }
    }
    all.iter().filter(|operation| names.iter().any(|name| name == operation.id.name())).copied().collect()
}

/// Returns a member of an operation's input or output that is a stream of bytes, if the protocol does not support
/// streams of bytes.
fn unsupported_stream(model: &Model, protocol: &Protocol, operation: &Shape) -> Option<ShapeId> {
    let operation = as_operation(operation).filter(|_| !protocol.reads("smithy.api#httpPayload"))?;
    let is_streaming = |traits: &Traits| traits.has("smithy.api#streaming");
    let is_byte_stream = |member: &&Member| {
        let is_streaming = is_streaming(&member.traits)
            || model.get(&member.target).is_some_and(|target| is_streaming(&target.traits));
        is_streaming && event_stream::union_of(model, member).is_none()
    };
    [&operation.input, &operation.output].into_iter().find_map(|id| {
        let members = model.get(id)?.kind.members();
        Some(id.member(&members.into_iter().find(is_byte_stream)?.name))
    })
}
