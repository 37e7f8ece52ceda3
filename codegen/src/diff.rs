//! Compares the Rust APIs of the crates that are generated from two models.
//!
//! The result is a list of [`Change`]s, with breaking changes first. The models are compared after lowering, since two
//! models with the same intermediate representation result in the same crate.

mod shapes;
mod types;

use std::fmt::Write as _;

use crate::{
    Options, Report, Source,
    ir::{Operation, Service},
};

/// The changes between two models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The name of the crate that is generated from the new model.
    pub crate_name: String,
    /// The shape IDs of the old and the new service, if they differ.
    pub services: Option<[String; 2]>,
    /// The changes, ordered by effect, with breaking changes first. Among changes with the same effect, operations come
    /// first, followed by types, errors and the service.
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
    let find = |list: &'a [T], wanted: &str| list.iter().find(|item| key(item) == wanted);
    let mut pairs: Vec<Pair<'a, T>> =
        old.iter().map(|item| find(new, key(item)).map_or(Pair::Gone(item), |other| Pair::Both(item, other))).collect();
    pairs.extend(new.iter().filter(|item| find(old, key(item)).is_none()).map(Pair::New));
    pairs
}

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

    fn deprecated<T>(&mut self, item: &str, old: Option<&T>, new: Option<&T>) {
        if old.is_none() && new.is_some() {
            self.add(Effect::Behavior, item, "deprecated, so using it causes a warning");
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
        let method = client_method(old);
        self.doc(&old.doc, &new.doc);
        self.renamed(&method, "the method", &old.method, &new.method);
        let module = format!("operation::{}", old.method);
        self.renamed(&format!("{module}::{}", old.name.rust), "the request builder", &old.name.rust, &new.name.rust);
        self.renamed(&format!("{module}::{}", old.error), "the error", &old.error, &new.error);
        let request = format!("{module}::{}", old.input.name.rust);
        self.renamed(&request, "the request", &old.input.name.rust, &new.input.name.rust);
        self.structure(&request, &old.input, &new.input);
        match (&old.own_output, &new.own_output) {
            (Some(old), Some(new)) => {
                let response = format!("{module}::{}", old.name.rust);
                self.renamed(&response, "the response", &old.name.rust, &new.name.rust);
                self.structure(&response, old, new);
            }
            _ if old.output != new.output => {
                let what = changed("the output", &types::path(&old.output), &types::path(&new.output));
                self.add(Effect::Breaking, &method, what);
            }
            _ => {}
        }
        self.operation_errors(&format!("{module}::{}", old.error), old, new);
        self.pages(&format!("{module}::{}", old.name.rust), old, new);
        self.deprecated(&method, old.deprecated.as_ref(), new.deprecated.as_ref());
        let facts = [
            (old.auth != new.auth, "the authentication changed"),
            (old.headers != new.headers, "the constant headers of the request changed"),
            (
                old.checksum != new.checksum || old.compression != new.compression,
                "the checksum or compression of the request changed",
            ),
            (old.long_poll != new.long_poll, "the default timeouts changed"),
            (
                old.host_prefix != new.host_prefix || old.context != new.context,
                "the host prefix or the endpoint parameters changed",
            ),
        ];
        for (_, what) in facts.into_iter().filter(|(changed, _)| *changed) {
            self.add(Effect::Behavior, &method, what);
        }
        self.http(&method, old, new);
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
                Pair::Both(old, new) if old.ty != new.ty => {
                    let what = changed(
                        &format!("the variant `{}`", old.variant),
                        &types::path(&old.ty),
                        &types::path(&new.ty),
                    );
                    self.add(Effect::Breaking, item, what);
                }
                Pair::Both(..) => {}
            }
        }
    }

    fn pages(&mut self, item: &str, old: &Operation, new: &Operation) {
        let items = |operation: &Operation| {
            let items = operation.pagination.as_ref()?.items.as_ref()?;
            Some(types::rust(&items.collection))
        };
        match (&old.pagination, &new.pagination) {
            (Some(_), None) => self.add(Effect::Breaking, item, "the methods `pages` and `items` were removed"),
            (None, Some(_)) => self.add(Effect::Addition, item, "the methods `pages` and `items` were added"),
            (None, None) => {}
            (Some(_), Some(_)) => match (items(old), items(new)) {
                (Some(old), Some(new)) if old != new => {
                    self.add(Effect::Breaking, item, changed("the collection that `items` reads", &old, &new));
                }
                (Some(_), None) => self.add(Effect::Breaking, item, "the method `items` was removed"),
                (None, Some(_)) => self.add(Effect::Addition, item, "the method `items` was added"),
                _ => {}
            },
        }
    }

    fn service(&mut self, old: &Service, new: &Service) {
        self.doc(&old.doc, &new.doc);
        let facts = [
            (old.protocol != new.protocol, "the protocol changed"),
            (old.target_prefix != new.target_prefix, "the name of the service in requests changed"),
            (old.signing_name != new.signing_name, "the signing name changed"),
            (old.api_version != new.api_version, "the API version changed"),
            (old.endpoint != new.endpoint, "the endpoint rules changed"),
            (old.retryable != new.retryable, "the retryable errors changed"),
            (old.retry != new.retry, "the default retry settings changed"),
        ];
        for (_, what) in facts.into_iter().filter(|(changed, _)| *changed) {
            self.add(Effect::Behavior, "Client", what);
        }
        match (old.is_aws, new.is_aws) {
            (true, false) => self.add(Effect::Breaking, "Client", "the method `from_env` was removed"),
            (false, true) => self.add(Effect::Addition, "Client", "the method `from_env` was added"),
            (true, true) | (false, false) => {}
        }
        if old.id != new.id {
            let what =
                changed("the service ID, which is part of the names of service-specific settings,", &old.id, &new.id);
            self.add(Effect::Behavior, "Client", what);
        }
        if old.crate_name != new.crate_name {
            let what = format!("the crate is renamed to `{}`, unless `--crate-name` sets its name", new.crate_name);
            self.add(Effect::Breaking, &old.crate_name, what);
        }
    }
}

/// Describes a change from one value to another.
fn changed(what: &str, old: &str, new: &str) -> String {
    format!("{what} changed from `{old}` to `{new}`")
}

fn client_method(operation: &Operation) -> String {
    format!("Client::{}", operation.method)
}
