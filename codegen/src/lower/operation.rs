//! Operations: their names, inputs, outputs and errors, and the effects of their traits on requests.

mod endpoint;

use serde_json::Value;

use super::{
    Context, auth,
    closure::as_operation,
    doc_links::{DocScope, DocWaiters},
    docs, error, event_stream,
    example::{DocumentedOperation, Examples},
    http,
    names::{self, Scope},
    pagination, request_headers, reserved, shape, waiter,
};
use crate::{
    diagnostic::Report,
    ir::{self, Checksum, Compression, Direction, Effect, Module, Name, Retry, Structure, TypeRef, waiter::Waiters},
    model::{Operation, Shape, ShapeId, Traits},
    parallel,
};

/// The type parameter of request builders, which must not be shadowed by a type of the operation.
const MODE: &str = "M";

/// Lowers the selected operations. Returns them with their shapes, sorted by name.
pub(super) fn lower_all<'m>(
    context: &Context<'m>,
    types: &shape::Types,
    examples: &Examples<'_>,
    report: &mut Report,
) -> Vec<(&'m Shape, ir::Operation)> {
    let mut methods = Scope::with(&[&reserved::CLIENT[..], &reserved::PRELUDE].concat());
    let operations = context.chosen.operations.iter().filter_map(|shape| Some((*shape, as_operation(shape)?)));
    let operations: Vec<_> = operations.collect();
    let interfaces = parallel::map(operations, |(shape, operation)| {
        let mut problems = Report::default();
        (Interface::of(context, shape, operation, &mut problems), problems)
    });
    let named = interfaces.into_iter().map(|(interface, problems)| {
        let method = method(interface.shape, &mut methods, report);
        report.diagnostics.extend(problems.diagnostics);
        let waiters = waiter::lower(&interface.polled(context, types), &mut methods, report);
        Named { interface, method, waiters }
    });
    // Documentation can refer to the waiters of any operation, so waiters are lowered before documentation.
    let operations: Vec<Named<'_>> = named.collect();
    let waiters = DocWaiters::collect(operations.iter().flat_map(|named| &named.waiters.waiters));
    parallel::map_reporting(operations, report, |named, report| {
        (named.interface.shape, lower(context, types, examples, named, &waiters, report))
    })
}

/// An operation whose documentation has not been lowered yet.
struct Named<'m> {
    interface: Interface<'m>,
    method: String,
    waiters: Waiters,
}

/// The structures of an operation, and the other names in its module.
struct Interface<'m> {
    shape: &'m Shape,
    operation: &'m Operation,
    input: Structure,
    own_output: Option<Structure>,
    /// The name of the request builder.
    call: String,
    /// The name of the error.
    error: String,
}

impl<'m> Interface<'m> {
    fn of(context: &Context<'m>, shape: &'m Shape, operation: &'m Operation, report: &mut Report) -> Self {
        let wire = shape.id.name();
        // The structures are named first, so that they keep the names that they have in the model.
        let mut scope = Scope::with(&[MODE]);
        let input = input(context, shape, operation, &mut scope, report);
        let own_output = own_output(context, shape, operation, &mut scope, report);
        let call = scope.take(wire, names::type_name(wire));
        let error = scope.take("the error", format!("{}Error", names::type_name(wire)));
        Self { shape, operation, input, own_output, call, error }
    }

    fn polled<'c>(&'c self, context: &'c Context<'m>, types: &'c shape::Types) -> waiter::Polled<'c, 'm> {
        let Self { shape, operation, input, own_output, .. } = self;
        waiter::Polled { context, types, shape, operation, input, own_output: own_output.as_ref() }
    }
}

/// Returns the codes of the errors that the model marks with `smithy.api#retryable`.
pub(super) fn retryable(context: &Context<'_>) -> Vec<(String, Retry)> {
    let mut retryable = Vec::new();
    for shape in context.closure.reached().filter_map(|id| context.shape(id)) {
        let Some(value) = shape.traits.get("smithy.api#retryable") else { continue };
        let throttling = value.get("throttling").and_then(Value::as_bool);
        let retry = if throttling == Some(true) { Retry::Throttling } else { Retry::Transient };
        retryable.extend(error::codes(context, shape).into_iter().map(|code| (code, retry)));
    }
    retryable
}

/// Names the client method for an operation.
fn method(shape: &Shape, methods: &mut Scope, report: &mut Report) -> String {
    let wire = shape.id.name();
    let wanted = names::module_name(wire);
    let method = methods.take(wire, wanted.clone());
    methods.report_collision(&shape.id, &method, &wanted, &shape.file, report);
    method
}

fn lower(
    context: &Context<'_>,
    types: &shape::Types,
    examples: &Examples<'_>,
    named: Named<'_>,
    all_waiters: &DocWaiters,
    report: &mut Report,
) -> ir::Operation {
    let Named { interface, method, waiters } = named;
    let Interface { shape, operation, input, own_output, call, error } = interface;
    let wire = shape.id.name();
    let output = match &own_output {
        Some(output) => output.path(Module::Operation(method.clone())),
        None => context.names.path(&operation.output),
    };
    let output_structure = own_output.as_ref().or_else(|| types.structure(&output));
    let streaming_output = output_structure.is_some_and(Structure::has_stream);
    let output_events =
        output_structure.and_then(|output| output.event_stream.as_ref()).map(|stream| stream.name.clone());
    let polled = waiter::Polled { context, types, shape, operation, input: &input, own_output: own_output.as_ref() };
    let effect = effect(&shape.traits);
    let doc_scope = DocScope::operation(context, operation, &input, own_output.as_ref(), all_waiters);
    let doc = docs::of_operation(&shape.traits, effect, &input, doc_scope, || format!("Calls `{wire}`."));
    let host_prefix = endpoint::host_prefix(shape, &input);
    check_endpoint_discovery(shape, report);
    let http = http::of(context, shape, report);
    let documented =
        DocumentedOperation { shape, method: &method, input: &input, host_prefix: &host_prefix, http: http.as_ref() };
    ir::Operation {
        // Event streams have no value that an example could show.
        example: examples.example(&documented, report).filter(|_| input.event_stream.is_none()),
        links: docs::links(&shape.traits),
        doc,
        output,
        input_events: input.event_stream.as_ref().map(|stream| stream.name.clone()),
        output_events,
        requires_http2: http::requires_http2(context, input.event_stream.is_some()),
        error,
        errors: errors(context, types, operation),
        auth: auth::of_operation(context, shape, report),
        streaming_output,
        http,
        headers: request_headers::of(context, shape, operation, report),
        presigned_get: shape.traits.has("simba.api#presignedGet"),
        unsigned_payload: shape.traits.has("aws.auth#unsignedPayload"),
        checksum: checksum(shape, report),
        compression: compression(shape, report),
        long_poll: long_poll(shape),
        host_prefix,
        context: endpoint::context_params(&polled, report),
        pagination: pagination::of(&polled, report),
        waiters,
        deprecated: docs::deprecation(&shape.traits),
        name: Name { wire: wire.to_owned(), rust: call },
        method,
        input,
        has_input: !operation.input.is_prelude("Unit"),
        effect,
        own_output,
    }
}

fn effect(traits: &Traits) -> Effect {
    if traits.has("smithy.api#readonly") {
        Effect::ReadOnly
    } else if traits.has("smithy.api#idempotent") {
        Effect::Idempotent
    } else {
        Effect::Unknown
    }
}

/// Returns the input of an operation. If its structure is also used elsewhere, the input is a copy with a different
/// name.
fn input(
    context: &Context<'_>,
    shape: &Shape,
    operation: &Operation,
    types: &mut Scope,
    report: &mut Report,
) -> Structure {
    let paginated = shape.traits.has("smithy.api#paginated");
    let mut reserved = reserved::CALL.to_vec();
    if paginated {
        reserved.extend(reserved::PAGES);
    }
    let wire = if context.is_own(&operation.input) {
        context.wire_name(&operation.input)
    } else {
        format!("{}Request", shape.id.name())
    };
    let name = Name { rust: types.take(&wire, names::type_name(&wire)), wire };
    match context.shape(&operation.input) {
        Some(target) if !operation.input.is_prelude("Unit") => {
            shape::structure(context, target, name, Direction::Input, &Scope::with(&reserved), report)
        }
        _ => {
            let doc = format!("The request of `{}`, which has no members.", shape.id.name());
            empty(name, Direction::Input, doc)
        }
    }
}

/// Returns the output of an operation, or `None` if its structure is also used elsewhere.
fn own_output(
    context: &Context<'_>,
    shape: &Shape,
    operation: &Operation,
    types: &mut Scope,
    report: &mut Report,
) -> Option<Structure> {
    if operation.output.is_prelude("Unit") {
        let wire = format!("{}Response", shape.id.name());
        let name = Name { rust: types.take(&wire, names::type_name(&wire)), wire };
        let doc = format!("The response of `{}`, which has no members.", shape.id.name());
        return Some(empty(name, Direction::Output, doc));
    }
    if !context.is_own(&operation.output) {
        return None;
    }
    let wire = context.wire_name(&operation.output);
    let name = Name { rust: types.take(&wire, names::type_name(&wire)), wire };
    let target = context.shape(&operation.output)?;
    let direction = event_stream::output_direction(context, target);
    Some(shape::structure(context, target, name, direction, &Scope::default(), report))
}

fn empty(name: Name, direction: Direction, doc: String) -> Structure {
    Structure {
        module: names::module_name(&name.rust),
        namespace: "smithy.api".to_owned(),
        name,
        doc: doc.into(),
        members: Vec::new(),
        event_stream: None,
        direction,
        hash: true,
        sensitive: false,
        deprecated: None,
        error: None,
    }
}

/// Returns the errors of the operation and of the service, sorted by variant.
fn errors(context: &Context<'_>, types: &shape::Types, operation: &Operation) -> Vec<ir::OperationError> {
    let mut ids: Vec<&ShapeId> = operation.errors.iter().chain(&context.chosen.service.errors).collect();
    ids.sort();
    ids.dedup();
    let mut variants = Scope::with(&["Unknown"]);
    let mut errors: Vec<ir::OperationError> = ids
        .into_iter()
        .filter_map(|id| {
            context.shape(id)?;
            let ty: TypeRef = context.names.path(id);
            let known = types.error(&ty.name);
            Some(ir::OperationError {
                variant: variants.take(id.as_str(), names::variant_name(&ty.name)),
                summary: known.map_or_else(|| format!("The error `{}`.", ty.name), |error| error.doc.summary.clone()),
                ty,
            })
        })
        .collect();
    errors.sort_by(|a, b| a.variant.cmp(&b.variant));
    errors
}

const CHECKSUM: &str = "aws.protocols#httpChecksum";
const DISCOVERY: &str = "aws.api#clientDiscoveredEndpoint";
const COMPRESSION: &str = "smithy.api#requestCompression";
const LONG_POLL: &str = "smithy.api#longPoll";

/// Returns the checksum that Smithy's checksum traits or `simba.api#treeHash` require for requests.
fn checksum(shape: &Shape, report: &mut Report) -> Checksum {
    let flexible = |key: &str| shape.traits.get(CHECKSUM).and_then(|value| value.get(key));
    let required = shape.traits.has("smithy.api#httpChecksumRequired")
        || flexible("requestChecksumRequired").and_then(Value::as_bool) == Some(true);
    if let Some(member) = flexible("requestAlgorithmMember").and_then(Value::as_str) {
        let message = format!("computing the checksum that `{member}` selects is not supported");
        let sent =
            if required { "requests contain a `Content-MD5` header instead" } else { "requests contain no checksum" };
        report.warning(message).in_file(&shape.file).at(&shape.id).help(sent).in_trait(CHECKSUM);
    }
    if flexible("responseAlgorithms").is_some() {
        let problem = report.warning("checking the checksums of responses is not supported");
        problem.in_file(&shape.file).at(&shape.id).help("the checksums are ignored").in_trait(CHECKSUM);
    }
    match required {
        _ if shape.traits.has("simba.api#treeHash") => Checksum::TreeHash,
        true => Checksum::Md5,
        false => Checksum::None,
    }
}

/// Warns if the endpoint of an operation must be discovered, since endpoint discovery is not supported.
fn check_endpoint_discovery(shape: &Shape, report: &mut Report) {
    let discovery = shape.traits.get(DISCOVERY);
    if discovery.and_then(|discovery| discovery.get("required")).and_then(Value::as_bool) == Some(true) {
        report
            .warning("endpoint discovery is not supported, but the operation requires it")
            .in_file(&shape.file)
            .at(&shape.id)
            .help("pass the discovered endpoint URL to each call")
            .in_trait(DISCOVERY);
    }
}

fn compression(shape: &Shape, report: &mut Report) -> Compression {
    let Some(value) = shape.traits.get(COMPRESSION) else { return Compression::None };
    let encodings = value.get("encodings").and_then(Value::as_array);
    if encodings.is_some_and(|list| list.iter().any(|encoding| encoding.as_str() == Some("gzip"))) {
        return Compression::Gzip;
    }
    let message = "requests are not compressed, because the trait does not list the encoding `gzip`";
    report.warning(message).in_file(&shape.file).at(&shape.id).in_trait(COMPRESSION);
    Compression::None
}

/// Lowers `smithy.api#longPoll`, which contains the maximum time until a response arrives, in milliseconds.
fn long_poll(shape: &Shape) -> Option<u64> {
    shape.traits.get(LONG_POLL)?.get("timeoutMillis")?.as_u64()
}
