//! Waiters: their names, their arguments, and the compilation of their paths against the types of the request and the
//! response.
//!
//! A waiter is omitted with a warning if it is invalid, or if a path in it uses an unsupported feature, since the rest
//! of the client does not depend on it.
//!
//! The arguments of a waiter are the required members of the input. A model can add arguments for optional members with
//! the operation's `simba.api#waiterArguments` trait. For each waiter, the trait contains the names of the arguments
//! and the members that they set. `"backupIds": "BackupIds"` accepts one or more elements of the list, and
//! `"backupId": "BackupIds[0]"` accepts exactly one.

mod functions;
mod inferred_types;
mod path;

use serde_json::Value;

use super::{
    Context,
    doc_links::DocScope,
    docs, error,
    names::{self, Scope},
    shape,
};
use crate::{
    diagnostic::{Report, did_you_mean},
    ir::{
        self, Element, Presence, Type,
        waiter::{Acceptor, Argument, ArgumentPart, End, Matcher, PathResult, Reader, Waiter, WaiterState, Waiters},
    },
    markdown,
    model::{Operation, Shape, ShapeId, jmespath::Problem, waiters as model},
};

/// The data needed to lower the waiters of an operation.
pub(super) struct Polled<'c, 'm> {
    pub(super) context: &'c Context<'m>,
    /// The types that have been lowered.
    pub(super) types: &'c shape::Types,
    /// The shape of the operation.
    pub(super) shape: &'m Shape,
    /// The references of the operation to other shapes.
    pub(super) operation: &'m Operation,
    /// The input.
    pub(super) input: &'c ir::Structure,
    /// The output, if it is in the operation's module.
    pub(super) own_output: Option<&'c ir::Structure>,
}

impl<'c> Polled<'c, '_> {
    /// Returns the output of the operation, or `None` if it does not exist. In that case, a problem has already been
    /// reported.
    pub(super) fn output(&self) -> Option<&'c ir::Structure> {
        self.own_output.or_else(|| self.types.structure(&self.context.names.path(&self.operation.output)))
    }
}

/// Lowers the waiters of an operation. Names their client methods in the scope `methods`.
pub(super) fn lower(polled: &Polled<'_, '_>, methods: &mut Scope, report: &mut Report) -> Waiters {
    let (shape, mut found) = (polled.shape, Waiters::default());
    let Some(value) = shape.traits.get(WAITABLE) else { return found };
    let mut waiters = model::read(value);
    waiters.sort_by(|a, b| a.0.cmp(&b.0));
    unknown_arguments(shape, &waiters, report);
    let mut scopes = Scopes { constants: Scope::with(&["OPERATION"]), readers: Scope::default() };
    for (name, waiter) in waiters {
        let kept = found.readers.len();
        let lowered =
            waiter.and_then(|waiter| one(polled, &name, &waiter, &mut found.readers, &mut scopes, methods, report));
        match lowered {
            Ok(waiter) => found.waiters.push(waiter),
            Err(problem) => {
                found.readers.truncate(kept);
                let message = format!("the waiter `{name}` is omitted: {problem}");
                report.warning(message).in_file(&shape.file).at(&shape.id).in_trait(WAITABLE);
            }
        }
    }
    found
}

/// The names that are used in the operation's module.
struct Scopes {
    constants: Scope,
    readers: Scope,
}

fn one(
    polled: &Polled<'_, '_>,
    name: &str,
    waiter: &model::Waiter,
    readers: &mut Vec<Reader>,
    scopes: &mut Scopes,
    methods: &mut Scope,
    report: &mut Report,
) -> Result<Waiter, String> {
    if !polled.input.is_cloneable() {
        return Err("the request contains a stream, so it cannot be cloned for each poll".to_owned());
    }
    let arguments = arguments(polled, name)?;
    let mut acceptors = Vec::new();
    for (index, acceptor) in waiter.acceptors.iter().enumerate() {
        let matcher = matcher(polled, name, &acceptor.matcher, readers, scopes, report);
        let matcher = matcher.map_err(|problem| format!("acceptor {}: {problem}", index + 1))?;
        let state = match acceptor.state {
            model::State::Success => WaiterState::Success,
            model::State::Failure => WaiterState::Failure,
            model::State::Retry => WaiterState::Retry,
        };
        let message = message(polled, acceptor, readers, scopes).unwrap_or_else(|problem| {
            let message = format!("the message of acceptor {} of the waiter `{name}` is omitted: {problem}", index + 1);
            report.warning(message).in_file(&polled.shape.file).at(&polled.shape.id).in_trait(WAITABLE);
            None
        });
        push(&mut acceptors, Acceptor { state, matcher, message });
    }
    let may_end_with_an_error = acceptors.iter().any(|acceptor| {
        let on_error = matches!(acceptor.matcher, Matcher::Error(_) | Matcher::Success(false));
        acceptor.state == WaiterState::Success && on_error
    });
    let constant = names::member_name(name).to_uppercase();
    let wanted = format!("wait_until_{}", names::member_name(name));
    let method = methods.take(name, wanted.clone());
    methods.report_collision(&polled.shape.id, &method, &wanted, &polled.shape.file, report);
    Ok(Waiter {
        method,
        constant: scopes.constants.take(name, constant),
        doc: doc(polled, waiter),
        deprecated: waiter.deprecated.then_some(ir::Deprecation { note: None, since: None }),
        min_delay: waiter.min_delay,
        max_delay: waiter.max_delay,
        arguments,
        acceptors,
        end: if may_end_with_an_error { End::SuccessOrError } else { End::SuccessOutput },
        name: name.to_owned(),
    })
}

/// Compiles a path that starts at the request. Returns its value, and the return type of the function that evaluates
/// it.
pub(super) fn request_path(polled: &Polled<'_, '_>, path: &str) -> Result<(ir::waiter::Value, PathResult), String> {
    path::compile_request(polled, path).map_err(|problem| cite(path, &problem))
}

/// Formats a problem with its position in the path.
fn cite(path: &str, problem: &Problem) -> String {
    format!("{}, column {}: {}", docs::code_span(path), problem.column(path), problem.message)
}

/// Adds an acceptor. If it differs from the previous acceptor only in the strings with which the same path is compared,
/// merges the two instead.
fn push(acceptors: &mut Vec<Acceptor>, acceptor: Acceptor) {
    if let (Some(last), Matcher::Any(reader, texts)) = (acceptors.last_mut(), &acceptor.matcher)
        && let Matcher::Any(last_reader, last_texts) = &mut last.matcher
        && last_reader == reader
        && last.state == acceptor.state
        && last.message == acceptor.message
    {
        last_texts.extend(texts.iter().cloned());
        return;
    }
    acceptors.push(acceptor);
}

/// Returns the documentation in the model. If there is none, returns a description of the acceptors for success.
fn doc(polled: &Polled<'_, '_>, waiter: &model::Waiter) -> ir::Doc {
    let doc_scope = DocScope::anywhere(polled.context);
    let prose = waiter
        .documentation
        .as_deref()
        .map(|text| markdown::prose(text, &|name| doc_scope.resolve(name)))
        .filter(|prose| !prose.markdown.is_empty());
    if let Some(prose) = prose {
        return ir::Doc { summary: prose.summary, body: prose.markdown };
    }
    let operation = polled.shape.id.name();
    let endings = waiter.acceptors.iter().filter(|acceptor| acceptor.state == model::State::Success);
    let endings: Vec<String> = endings
        .map(|acceptor| match &acceptor.matcher {
            model::Matcher::Success(true) => "it succeeds".to_owned(),
            model::Matcher::Success(false) => "it fails".to_owned(),
            model::Matcher::ErrorType(error) => format!("it fails with {}", docs::code_span(local_name(error))),
            model::Matcher::Output(path) | model::Matcher::InputOutput(path) => {
                let (code, expected) = (docs::code_span(&path.path), docs::code_span(&path.expected));
                match path.comparator {
                    model::Comparator::String | model::Comparator::Boolean => {
                        format!("{code} is {expected}")
                    }
                    model::Comparator::AllString => format!("all values of {code} are {expected}"),
                    model::Comparator::AnyString => format!("any value of {code} is {expected}"),
                }
            }
        })
        .collect();
    format!("Calls `{operation}` until {}.", endings.join(", or ")).into()
}

fn matcher(
    polled: &Polled<'_, '_>,
    waiter: &str,
    matcher: &model::Matcher,
    readers: &mut Vec<Reader>,
    scopes: &mut Scopes,
    report: &mut Report,
) -> Result<Matcher, String> {
    let (path, reads_request) = match matcher {
        model::Matcher::Success(success) => return Ok(Matcher::Success(*success)),
        model::Matcher::ErrorType(error) => return Ok(Matcher::Error(codes(polled, waiter, error, report))),
        model::Matcher::Output(path) => (path, false),
        model::Matcher::InputOutput(path) => (path, true),
    };
    let wanted = match path.comparator {
        model::Comparator::String => path::Wanted::String,
        model::Comparator::Boolean => path::Wanted::Boolean,
        model::Comparator::AllString | model::Comparator::AnyString => path::Wanted::Strings,
    };
    let reader = reader(polled, &path.path, reads_request, wanted, readers, scopes)?;
    let expected = path.expected.clone();
    Ok(match path.comparator {
        model::Comparator::String => Matcher::String(reader, expected),
        model::Comparator::AllString => Matcher::All(reader, expected),
        model::Comparator::AnyString => Matcher::Any(reader, vec![expected]),
        model::Comparator::Boolean => Matcher::Boolean(reader, expected == "true"),
    })
}

/// Returns the index of the function that evaluates the path of an acceptor's message.
fn message(
    polled: &Polled<'_, '_>,
    acceptor: &model::Acceptor,
    readers: &mut Vec<Reader>,
    scopes: &mut Scopes,
) -> Result<Option<usize>, String> {
    let Some(path) = &acceptor.message else { return Ok(None) };
    let kept = readers.len();
    let index = reader(polled, path, false, path::Wanted::StringOrStrings, readers, scopes)?;
    if readers[index].sensitive {
        readers.truncate(kept);
        return Err("its path refers to a sensitive member".to_owned());
    }
    Ok(Some(index))
}

/// Returns the index of the function that evaluates a path. Acceptors with the same path share the function.
fn reader(
    polled: &Polled<'_, '_>,
    path: &str,
    reads_request: bool,
    wanted: path::Wanted,
    readers: &mut Vec<Reader>,
    scopes: &mut Scopes,
) -> Result<usize, String> {
    let same = |reader: &Reader| {
        let fits = match reader.gives {
            PathResult::String => matches!(wanted, path::Wanted::String | path::Wanted::StringOrStrings),
            PathResult::Strings { .. } => matches!(wanted, path::Wanted::Strings | path::Wanted::StringOrStrings),
            PathResult::Boolean => wanted == path::Wanted::Boolean,
        };
        reader.path == path && reader.reads_request == reads_request && fits
    };
    if let Some(index) = readers.iter().position(same) {
        return Ok(index);
    }
    let compiled = path::compile(polled, path, reads_request, wanted);
    let compiled = compiled.map_err(|problem| cite(path, &problem))?;
    let words: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let name = names::member_name(words.trim());
    // For a long path, the name of the function consists of the first words of the path.
    let name: String = name.split('_').take(6).collect::<Vec<_>>().join("_");
    let on = match reads_request {
        true => "on the request, `input`, and the response, `output`",
        false => "on a response",
    };
    readers.push(Reader {
        doc: format!("Evaluates {} {on}.", docs::code_span(path)).into(),
        name: scopes.readers.take(path, name),
        path: path.to_owned(),
        locals: compiled.locals,
        requirements: compiled.requirements,
        value: compiled.value,
        gives: compiled.gives,
        reads_request,
        sensitive: compiled.sensitive,
    });
    Ok(readers.len() - 1)
}

/// Returns the error codes that responses contain for the error in an acceptor.
fn codes(polled: &Polled<'_, '_>, waiter: &str, error: &str, report: &mut Report) -> Vec<String> {
    let name = local_name(error);
    let service = &polled.context.chosen.service.errors;
    let known: Vec<&ShapeId> = polled.operation.errors.iter().chain(service).collect();
    let all_codes = |id: &ShapeId| polled.context.shape(id).map(|shape| error::codes(polled.context, shape));
    let mut found = known.iter().filter_map(|id| all_codes(id)).filter(|codes| codes.iter().any(|code| code == name));
    if let Some(codes) = found.next() {
        return codes;
    }
    // A service may return errors that its model does not list, so only names that are similar to a known one are
    // reported.
    if let Some(help) = did_you_mean(name, known.iter().map(|id| id.name())) {
        let message = format!("unknown error `{name}` in the waiter `{waiter}`");
        let problem = report.warning(message).in_file(&polled.shape.file).at(&polled.shape.id);
        problem.help(help).in_trait(WAITABLE);
    }
    vec![name.to_owned()]
}

fn local_name(error: &str) -> &str {
    error.rsplit_once('#').map_or(error, |(_, name)| name)
}

const WAITABLE: &str = "smithy.waiters#waitable";
const ARGUMENTS: &str = "simba.api#waiterArguments";

/// Reports arguments for waiters that do not exist.
fn unknown_arguments(shape: &Shape, waiters: &[(String, Result<model::Waiter, String>)], report: &mut Report) {
    let named = shape.traits.get(ARGUMENTS).and_then(Value::as_object).into_iter().flatten();
    for (name, _) in named.filter(|(name, _)| !waiters.iter().any(|(known, _)| known == *name)) {
        let message = format!("unknown waiter `{name}` in `{ARGUMENTS}`");
        let problem = report.warning(message).in_file(&shape.file).at(&shape.id).in_trait(ARGUMENTS);
        if let Some(help) = did_you_mean(name, waiters.iter().map(|(known, _)| known.as_str())) {
            problem.help(help);
        }
    }
}

/// Returns the arguments that the model adds to the required members.
fn arguments(polled: &Polled<'_, '_>, waiter: &str) -> Result<Vec<Argument>, String> {
    let Some(entries) = polled.shape.traits.get(ARGUMENTS).and_then(|value| value.get(waiter)?.as_object()) else {
        return Ok(Vec::new());
    };
    let mut scope = Scope::default();
    for member in polled.input.required() {
        scope.take(&member.name.wire, member.name.rust.clone());
    }
    entries
        .iter()
        .map(|(name, member)| {
            let member = member.as_str().unwrap_or_default();
            let (only, wire) = match member.strip_suffix("[0]") {
                Some(list) => (true, list),
                None => (false, member),
            };
            let complain = |what: &str| format!("invalid argument `{name}`: `{member}` is {what}");
            let found = polled.input.members.iter().find(|found| found.name.wire == wire);
            let found = found.ok_or_else(|| complain("not a member of the input"))?;
            if found.presence == Presence::Required {
                return Err(complain("required, and therefore already an argument"));
            }
            let part = match (&found.ty, only) {
                (Type::List(_), true) => ArgumentPart::OnlyElement,
                (_, true) => return Err(complain("not a list")),
                (Type::List(element), false) if **element == TEXT => ArgumentPart::Elements,
                (_, false) => ArgumentPart::Whole,
            };
            let name = scope.take(name, names::member_name(name));
            Ok(Argument { name, member: found.clone(), part })
        })
        .collect()
}

const TEXT: Element = Element { ty: Type::String, sparse: false, traits: Vec::new() };
