//! Compares the Rust APIs of the crates that are generated from two models.
//!
//! The result is a list of [`Change`]s, with breaking changes first. The models are compared after lowering, since two
//! models with the same intermediate representation result in the same crate.

mod service;
mod shapes;
mod types;
mod waiters;

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    Options, Report, Source,
    ir::{Deprecation, Items, Operation, OperationError, Pagination, PathStep, Service},
};

/// The changes between two models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The name of the crate that is generated from the new model.
    pub crate_name: String,
    /// The shape IDs of the old and the new service, if they differ.
    pub services: Option<[String; 2]>,
    /// The changes, ordered by effect, with breaking changes first. Among changes with the same effect, operations come
    /// first, followed by waiters, types, errors and the service.
    pub changes: Vec<Change>,
    /// The number of items whose documentation has changed.
    pub documentation: usize,
}

/// A change to the API of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The effect of the change on programs that use the crate.
    pub effect: Effect,
    /// The item that changes, as a path in the crate, such as `types::Tag`.
    pub item: String,
    /// A description of the change.
    pub what: String,
}

/// The effect of a change on programs that use the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Programs that compile with the old crate may not compile with the new one.
    Breaking,
    /// Programs still compile, but may behave differently.
    Behavior,
    /// The API is extended.
    Addition,
}

/// The part of a version number that must be incremented because of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No part, since there are no changes.
    None,
    /// The third number of the version.
    Patch,
    /// The second number of the version, or the third before version 1.0.
    Minor,
    /// The first number of the version, or the second before version 1.0.
    Major,
}

/// Compares the crates that are generated from two models.
///
/// # Errors
///
/// Returns all problems with the old model if it has errors. Otherwise, returns all problems with the new model if it
/// has errors.
pub fn diff(old: &[Source], new: &[Source], options: &Options) -> Result<Diff, Report> {
    let (old, _) = crate::read(old, options)?;
    let (new, _) = crate::read(new, options)?;
    let mut changes = Changes::default();
    changes.operations(&old, &new);
    changes.waiters(&old, &new);
    changes.types(&old.types, &new.types);
    changes.errors(&old.errors, &new.errors);
    changes.service(&old, &new);
    // The sort is stable, so changes with the same effect keep their order.
    changes.list.sort_by_key(|change| change.effect);
    let services = [&old, &new].map(|service| format!("{}#{}", service.namespace, service.shape));
    Ok(Diff {
        services: Some(services).filter(|[old, new]| old != new),
        crate_name: new.crate_name,
        changes: changes.list,
        documentation: changes.documentation,
    })
}

impl Diff {
    /// Returns whether programs that use the crate may have to be changed.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|change| change.effect == Effect::Breaking)
    }

    /// Returns the part of the version number that must be incremented.
    #[must_use]
    pub fn step(&self) -> Step {
        match self.changes.iter().map(|change| change.effect).min() {
            Some(Effect::Breaking) => Step::Major,
            Some(Effect::Behavior) if self.changes.iter().all(|change| change.effect == Effect::Behavior) => {
                Step::Patch
            }
            Some(Effect::Behavior | Effect::Addition) => Step::Minor,
            None if self.documentation > 0 => Step::Patch,
            None => Step::None,
        }
    }

    /// Formats the changes as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let step = match self.step() {
            Step::None => "The version does not change.",
            Step::Patch => "Requires a new **patch** version.",
            Step::Minor => "Requires a new **minor** version (**patch** before 1.0).",
            Step::Major => "Requires a new **major** version (**minor** before 1.0).",
        };
        let mut text = format!("# Changes in `{}`\n\n", self.crate_name);
        if let Some([old, new]) = &self.services {
            let _ = write!(text, "The models have different services: `{old}` and `{new}`.\n\n");
        }
        let _ = writeln!(text, "{} {step}", self.summary());
        let sections = [
            (Effect::Breaking, "Breaking changes"),
            (Effect::Behavior, "Changes in behavior"),
            (Effect::Addition, "Additions"),
        ];
        for (effect, title) in sections {
            let mut changes = self.changes.iter().filter(|change| change.effect == effect).peekable();
            if changes.peek().is_some() {
                let _ = write!(text, "\n## {title}\n\n");
            }
            for Change { item, what, .. } in changes {
                let _ = writeln!(text, "- `{item}`: {what}");
            }
        }
        text
    }

    fn summary(&self) -> String {
        let count = |effect| self.changes.iter().filter(|change| change.effect == effect).count();
        let counts = [
            (count(Effect::Breaking), "breaking"),
            (count(Effect::Behavior), "in behavior"),
            (count(Effect::Addition), if count(Effect::Addition) == 1 { "addition" } else { "additions" }),
            (self.documentation, "in documentation"),
        ];
        let parts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
        match parts.as_slice() {
            [] => "No changes.".to_owned(),
            parts => format!("Changes: {}.", parts.join(", ")),
        }
    }
}

/// The changes that have been found so far.
#[derive(Default)]
struct Changes {
    list: Vec<Change>,
    documentation: usize,
}

/// Two items with the same key, or an item that is in only one of two lists.
enum Pair<'a, T> {
    Gone(&'a T),
    New(&'a T),
    Both(&'a T, &'a T),
}

/// Pairs the items of two lists by key. The pairs are in the order of the old list, followed by the items that are only
/// in the new list.
fn pairs<'a, T>(old: &'a [T], new: &'a [T], key: impl Fn(&T) -> &str) -> Vec<Pair<'a, T>> {
    let by_key = |list: &'a [T]| -> BTreeMap<&'a str, &'a T> { list.iter().map(|item| (key(item), item)).collect() };
    let (old_items, new_items) = (by_key(old), by_key(new));
    let with_new = |item| new_items.get(key(item)).map_or(Pair::Gone(item), |other| Pair::Both(item, other));
    let mut pairs: Vec<Pair<'a, T>> = old.iter().map(with_new).collect();
    pairs.extend(new.iter().filter(|item| !old_items.contains_key(key(item))).map(Pair::New));
    pairs
}

// The functions below destructure the old item without `..`. When a field is added to the intermediate representation,
// they do not compile until they compare the field, or ignore it for a stated reason.
impl Changes {
    fn add(&mut self, effect: Effect, item: impl Into<String>, what: impl Into<String>) {
        self.list.push(Change { effect, item: item.into(), what: what.into() });
    }

    fn doc(&mut self, old: &crate::ir::Doc, new: &crate::ir::Doc) {
        self.documentation += usize::from(old != new);
    }

    /// Adds a breaking change if two names differ.
    fn renamed(&mut self, item: &str, kind: &str, old: &str, new: &str) {
        if old != new {
            self.add(Effect::Breaking, item, format!("{kind} was renamed to `{new}`"));
        }
    }

    fn deprecated(&mut self, item: &str, old: &Option<Deprecation>, new: &Option<Deprecation>) {
        match (old, new) {
            (None, Some(_)) => self.add(Effect::Behavior, item, "deprecated, so using it causes a warning"),
            (Some(_), None) => self.add(Effect::Behavior, item, "no longer deprecated"),
            (old, new) => self.documentation += usize::from(old != new),
        }
    }

    fn operations(&mut self, old: &Service, new: &Service) {
        for pair in pairs(&old.operations, &new.operations, |operation| &operation.name.wire) {
            match pair {
                Pair::Gone(operation) => self.add(Effect::Breaking, client_method(operation), "removed"),
                Pair::New(operation) => self.add(Effect::Addition, client_method(operation), "new operation"),
                Pair::Both(old, new) => self.operation(old, new),
            }
        }
    }

    fn operation(&mut self, old: &Operation, new: &Operation) {
        let Operation {
            name,
            method,
            doc,
            links,
            input,
            output,
            own_output,
            error,
            auth,
            headers,
            checksum,
            compression,
            long_poll,
            host_prefix,
            context,
            deprecated,
            // Compared by separate functions.
            errors: _,
            pagination: _,
            waiters: _,
            http: _,
            has_input: _,
            requires_http2: _,
            presigned_get: _,
            unsigned_payload: _,
            // Compared as parts of the structures.
            input_events: _,
            output_events: _,
            streaming_output: _,
            // The effect is part of the documentation, and the example depends on everything else.
            effect: _,
            example: _,
        } = old;
        let client_method = client_method(old);
        self.documentation += usize::from(*doc != new.doc || *links != new.links);
        self.renamed(&client_method, "the method", method, &new.method);
        let module = format!("operation::{method}");
        let builder = format!("{module}::{}", name.rust);
        self.renamed(&builder, "the request builder", &name.rust, &new.name.rust);
        self.renamed(&format!("{module}::{error}"), "the error", error, &new.error);
        let request = format!("{module}::{}", input.name.rust);
        self.renamed(&request, "the request", &input.name.rust, &new.input.name.rust);
        self.structure(&request, input, &new.input);
        match (own_output, &new.own_output) {
            (Some(old), Some(new)) => {
                let response = format!("{module}::{}", old.name.rust);
                self.renamed(&response, "the response", &old.name.rust, &new.name.rust);
                self.structure(&response, old, new);
            }
            _ if *output != new.output => {
                let what = changed("the output", &types::path(output), &types::path(&new.output));
                self.add(Effect::Breaking, &client_method, what);
            }
            _ => {}
        }
        self.operation_errors(&format!("{module}::{error}"), old, new);
        self.pagination(&builder, old, new);
        self.deprecated(&client_method, deprecated, &new.deprecated);
        let facts = [
            (*auth != new.auth, "the authentication changed"),
            (*headers != new.headers, "the constant headers of the request changed"),
            (
                *checksum != new.checksum || *compression != new.compression,
                "the checksum or compression of the request changed",
            ),
            (*long_poll != new.long_poll, "the default timeouts changed"),
            (
                *host_prefix != new.host_prefix || *context != new.context,
                "the host prefix or the endpoint parameters changed",
            ),
        ];
        for (_, what) in facts.into_iter().filter(|(changed, _)| *changed) {
            self.add(Effect::Behavior, &client_method, what);
        }
        self.http(&client_method, old, new);
    }

    /// Compares the HTTP requests of an operation. A difference affects only behavior, unless the `presign` method is
    /// added or removed.
    fn http(&mut self, method: &str, old: &Operation, new: &Operation) {
        let request =
            |operation: &Operation| operation.http.as_ref().map(|http| format!("{} {}", http.method, http.uri));
        if let (Some(old), Some(new)) = (request(old), request(new))
            && old != new
        {
            self.add(Effect::Behavior, method, changed("the method and URI of the request", &old, &new));
        }
        let builder = format!("operation::{}::{}", old.method, old.name.rust);
        match (old.is_presignable(), new.is_presignable()) {
            (true, false) => self.add(Effect::Breaking, builder, "the method `presign` was removed"),
            (false, true) => self.add(Effect::Addition, builder, "the method `presign` was added"),
            (true, true) | (false, false) => {}
        }
        let form = |operation: &Operation| operation.http.as_ref().is_some_and(|http| http.form_query);
        let facts = [
            (form(old), form(new), "sent as a form"),
            (old.requires_http2, new.requires_http2, "sent over HTTP/2 only"),
            (old.unsigned_payload, new.unsigned_payload, "signed without its body"),
            (old.presigned_get, new.presigned_get, "presigned as a `GET`"),
            (old.has_input, new.has_input, "sent with an input"),
        ];
        for (before, after, what) in facts.into_iter().filter(|(before, after, _)| before != after) {
            let now = if after && !before { "is now" } else { "is no longer" };
            self.add(Effect::Behavior, method, format!("the request {now} {what}"));
        }
    }

    fn operation_errors(&mut self, item: &str, old: &Operation, new: &Operation) {
        for pair in pairs(&old.errors, &new.errors, |error| &error.variant) {
            match pair {
                Pair::Gone(error) => {
                    self.add(Effect::Breaking, item, format!("the variant `{}` was removed", error.variant));
                }
                Pair::New(error) => {
                    self.add(Effect::Addition, item, format!("the variant `{}` was added", error.variant));
                }
                Pair::Both(old, new) => {
                    // The summary is part of the documentation of the error.
                    let OperationError { variant, ty, summary: _ } = old;
                    if *ty != new.ty {
                        let what =
                            changed(&format!("the variant `{variant}`"), &types::path(ty), &types::path(&new.ty));
                        self.add(Effect::Breaking, item, what);
                    }
                }
            }
        }
    }

    fn pagination(&mut self, item: &str, old: &Operation, new: &Operation) {
        match (&old.pagination, &new.pagination) {
            (Some(_), None) => self.add(Effect::Breaking, item, "the methods `pages` and `items` were removed"),
            (None, Some(_)) => self.add(Effect::Addition, item, "the methods `pages` and `items` were added"),
            (None, None) => {}
            (Some(old), Some(new)) => self.pages(item, old, new),
        }
    }

    fn pages(&mut self, item: &str, old: &Pagination, new: &Pagination) {
        let Pagination { input_token, output_token, token, items } = old;
        let (before, after) = (types::rust(token), types::rust(&new.token));
        if before != after {
            self.add(Effect::Breaking, item, changed("the type of the pagination token", &before, &after));
        }
        let tokens = |input: &PathStep, output: &[PathStep]| format!("{} = {}", input.member.wire, wire_path(output));
        let (before, after) = (tokens(input_token, output_token), tokens(&new.input_token, &new.output_token));
        if before != after {
            self.add(Effect::Behavior, item, changed("the pagination token", &before, &after));
        }
        match (items, &new.items) {
            (Some(Items { path, collection }), Some(new)) => {
                let (before, after) = (types::rust(collection), types::rust(&new.collection));
                if before != after {
                    self.add(Effect::Breaking, item, changed("the collection that `items` reads", &before, &after));
                }
                let (before, after) = (wire_path(path), wire_path(&new.path));
                if before != after {
                    self.add(Effect::Behavior, item, changed("the member that `items` reads", &before, &after));
                }
            }
            (Some(_), None) => self.add(Effect::Breaking, item, "the method `items` was removed"),
            (None, Some(_)) => self.add(Effect::Addition, item, "the method `items` was added"),
            (None, None) => {}
        }
    }
}

/// Returns a path in a response, with the names of the members in the model.
fn wire_path(path: &[PathStep]) -> String {
    path.iter().map(|step| step.member.wire.as_str()).collect::<Vec<_>>().join(".")
}

/// Describes a change from one value to another.
fn changed(what: &str, old: &str, new: &str) -> String {
    format!("{what} changed from `{old}` to `{new}`")
}

fn client_method(operation: &Operation) -> String {
    format!("Client::{}", operation.method)
}
