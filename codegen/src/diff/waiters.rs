//! Compares waiters.

use super::{Changes, Effect, Pair, changed, pairs, types};
use crate::ir::{
    Operation, Service, Type,
    waiter::{Acceptor, ArgumentPart, End, Matcher, Reader, Value, Waiter, WaiterState},
};

/// A waiter, and the operation that it polls.
type Polling<'a> = (&'a Operation, &'a Waiter);

impl Changes {
    pub(super) fn waiters(&mut self, old: &Service, new: &Service) {
        let (old, new) = (waiters(old), waiters(new));
        for pair in pairs(&old, &new, |(_, waiter)| &waiter.method) {
            match pair {
                Pair::Gone((_, waiter)) => self.add(Effect::Breaking, client_method(waiter), "removed"),
                Pair::New((_, waiter)) => self.add(Effect::Addition, client_method(waiter), "new waiter"),
                Pair::Both(old, new) => self.waiter(*old, *new),
            }
        }
    }

    fn waiter(&mut self, old: Polling<'_>, new: Polling<'_>) {
        let (before, after) = (signature(old), signature(new));
        let (old_acceptors, new_acceptors) = (acceptors(old), acceptors(new));
        let ((_, old), (_, new)) = (old, new);
        let Waiter {
            doc,
            deprecated,
            min_delay,
            max_delay,
            // Part of the signature.
            method: _,
            arguments: _,
            end: _,
            // Compared with the readers to which they refer.
            acceptors: _,
            // Used only for private items and in messages.
            name: _,
            constant: _,
        } = old;
        let item = client_method(old);
        self.doc(doc, &new.doc);
        self.deprecated(&item, deprecated, &new.deprecated);
        if before != after {
            self.add(Effect::Breaking, &item, changed("the signature", &before, &after));
        }
        if old_acceptors != new_acceptors {
            self.add(Effect::Behavior, &item, "the acceptors changed");
        }
        let delays = |min, max| format!("{min} to {max} seconds");
        let (before, after) = (delays(min_delay, max_delay), delays(&new.min_delay, &new.max_delay));
        if before != after {
            self.add(Effect::Behavior, item, changed("the delay between polls", &before, &after));
        }
    }
}

/// Returns the waiters of a service, in the order of the operations.
fn waiters(service: &Service) -> Vec<Polling<'_>> {
    let all = service.operations.iter();
    all.flat_map(|operation| operation.waiters.waiters.iter().map(move |waiter| (operation, waiter))).collect()
}

fn client_method(waiter: &Waiter) -> String {
    format!("Client::{}", waiter.method)
}

/// Returns the signature of the client's method. The parameters are the required members of the input, followed by the
/// arguments of the waiter.
fn signature((operation, waiter): Polling<'_>) -> String {
    let input = &operation.input;
    let required = input.required().map(|member| format!("{}: {}", member.name.rust, types::rust(&member.ty)));
    let arguments = waiter.arguments.iter().map(|argument| {
        let ty = match (argument.part, &argument.member.ty) {
            (ArgumentPart::Elements, _) => "impl OneOrMore".to_owned(),
            (ArgumentPart::OnlyElement, Type::List(element)) => types::rust(&element.ty),
            (ArgumentPart::Whole | ArgumentPart::OnlyElement, ty) => types::rust(ty),
        };
        format!("{}: {ty}", argument.name)
    });
    let parameters: Vec<String> = required.chain(arguments).collect();
    let end = match waiter.end {
        End::SuccessOutput => "",
        End::SuccessOrError => ", SuccessOrError",
    };
    format!("({}) -> Wait<operation::{}::{}{end}>", parameters.join(", "), operation.method, input.name.rust)
}

/// An acceptor with the readers to which it refers: that of the matcher, and that of the message.
type ResolvedAcceptor<'a> = (WaiterState, Matcher, Option<ResolvedReader<'a>>, Option<ResolvedReader<'a>>);

/// The path of a reader, and whether it refers to sensitive data.
type ResolvedReader<'a> = (&'a Value, bool);

/// Resolves the readers of a waiter's acceptors, since their indices also depend on the other waiters of the operation.
fn acceptors<'a>((operation, waiter): Polling<'a>) -> Vec<ResolvedAcceptor<'a>> {
    let resolve = |index: usize| {
        let reader: &Reader = operation.waiters.readers.get(index)?;
        Some((&reader.value, reader.sensitive))
    };
    let resolved = waiter.acceptors.iter().map(|Acceptor { state, matcher, message }| {
        let mut matcher = matcher.clone();
        let reader = match &mut matcher {
            Matcher::Success(_) | Matcher::Error(_) => None,
            Matcher::String(reader, _)
            | Matcher::All(reader, _)
            | Matcher::Any(reader, _)
            | Matcher::Boolean(reader, _) => resolve(std::mem::take(reader)),
        };
        (*state, matcher, reader, message.and_then(resolve))
    });
    resolved.collect()
}
