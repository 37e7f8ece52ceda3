//! Compares structures, unions, enumerations and errors.

use super::{Changes, Effect, Pair, changed, pairs, types};
use crate::ir::{
    Direction, Enumeration, ErrorFacts, EventStreamMember, IntEnumeration, Item, Member, Presence, Structure, Union,
    UnionMember, Variant, WireTrait,
};

impl Changes {
    pub(super) fn types(&mut self, old: &[Item], new: &[Item]) {
        for pair in pairs(old, new, |item| &item.name().wire) {
            match pair {
                Pair::Gone(item) => self.add(Effect::Breaking, path("types", &item.name().rust), "removed"),
                Pair::New(item) => {
                    self.add(Effect::Addition, path("types", &item.name().rust), format!("new {}", kind(item)));
                }
                Pair::Both(old, new) => self.item(old, new),
            }
        }
    }

    pub(super) fn errors(&mut self, old: &[Structure], new: &[Structure]) {
        for pair in pairs(old, new, |error| &error.name.wire) {
            match pair {
                Pair::Gone(error) => self.add(Effect::Breaking, path("error", &error.name.rust), "removed"),
                Pair::New(error) => self.add(Effect::Addition, path("error", &error.name.rust), "new error"),
                Pair::Both(old, new) => {
                    let item = path("error", &old.name.rust);
                    self.renamed(&item, "the error", &old.name.rust, &new.name.rust);
                    self.structure(&item, old, new);
                    if let (Some(old), Some(new)) = (&old.error, &new.error) {
                        self.error_facts(item, old, new);
                    }
                }
            }
        }
    }

    fn error_facts(&mut self, item: String, old: &ErrorFacts, new: &ErrorFacts) {
        // `codes` consists of the name of the error and the other names, which are compared.
        let ErrorFacts { variant, fault, codes: _, query_code, original_name, http_status, message } = old;
        self.renamed("error::ServiceError", &format!("the variant `{variant}`"), variant, &new.variant);
        if (query_code, original_name) != (&new.query_code, &new.original_name)
            || (fault, http_status, message) != (&new.fault, &new.http_status, &new.message)
        {
            self.add(Effect::Behavior, item, "the code, fault, message or HTTP status changed");
        }
    }

    fn item(&mut self, old: &Item, new: &Item) {
        let item = path("types", &old.name().rust);
        self.renamed(&item, "the type", &old.name().rust, &new.name().rust);
        match (old, new) {
            (Item::Structure(old), Item::Structure(new)) => self.structure(&item, old, new),
            (Item::Union(old), Item::Union(new)) => self.union(&item, old, new),
            (Item::Enumeration(old), Item::Enumeration(new)) => self.enumeration(&item, old, new),
            (Item::IntEnumeration(old), Item::IntEnumeration(new)) => self.int_enumeration(&item, old, new),
            _ => self.add(Effect::Breaking, item, format!("changed from a{} to a{}", n(kind(old)), n(kind(new)))),
        }
    }

    pub(super) fn structure(&mut self, item: &str, old: &Structure, new: &Structure) {
        let Structure {
            doc,
            members,
            event_stream,
            direction,
            hash,
            sensitive,
            deprecated,
            // Compared by the callers.
            name: _,
            error: _,
            // Not visible to programs.
            namespace: _,
            module: _,
        } = old;
        self.doc(doc, &new.doc);
        for pair in pairs(members, &new.members, |member| &member.name.wire) {
            match pair {
                Pair::Gone(member) => {
                    self.add(Effect::Breaking, item, format!("the field `{}` was removed", member.name.rust));
                }
                Pair::New(member) => self.new_member(item, member),
                Pair::Both(old, new) => self.member(item, old, new),
            }
        }
        self.event_stream(item, event_stream.as_deref(), new.event_stream.as_deref());
        self.constructor(item, old, new);
        match (direction, new.direction) {
            (Direction::Input, Direction::Output) if old.settable().next().is_some() => {
                self.add(Effect::Breaking, item, "no longer sent in requests: the setters were removed");
            }
            (Direction::Output, Direction::Input) if new.settable().next().is_some() => {
                self.add(Effect::Addition, item, "now sent in requests: setters were added");
            }
            (Direction::Input | Direction::Output, _) => {}
        }
        self.implements(item, "`Eq` and `Hash` are", *hash, new.hash);
        match (old.has_stream(), new.has_stream()) {
            (false, true) => self.add(
                Effect::Breaking,
                item,
                "now has a stream: `Clone`, `PartialEq` and serde's traits are no longer implemented",
            ),
            (true, false) => self.add(
                Effect::Addition,
                item,
                "no longer has a stream: `Clone`, `PartialEq` and serde's traits are now implemented",
            ),
            _ => {}
        }
        self.sensitive(item, *sensitive, new.sensitive);
        self.deprecated(item, deprecated, &new.deprecated);
    }

    fn event_stream(&mut self, item: &str, old: Option<&EventStreamMember>, new: Option<&EventStreamMember>) {
        match (old, new) {
            (Some(EventStreamMember { name, doc, deprecated, events }), Some(new))
                if (name, events) == (&new.name, &new.events) =>
            {
                self.doc(doc, &new.doc);
                self.deprecated(&format!("{item}::{}", name.rust), deprecated, &new.deprecated);
            }
            (None, None) => {}
            _ => self.add(Effect::Breaking, item, "the event stream changed"),
        }
    }

    /// Compares the constructors. The parameters of `new` are the required members and, in an input, the event stream.
    /// A structure without them implements `Default` and, only if it is an input, has `new` as well.
    fn constructor(&mut self, item: &str, old: &Structure, new: &Structure) {
        let arguments = |structure: &Structure| -> Vec<String> {
            let members = structure.required().map(|member| (&member.name.rust, types::rust(&member.ty)));
            let stream = structure.event_stream.iter().filter(|_| structure.direction == Direction::Input);
            let stream =
                stream.map(|stream| (&stream.name.rust, format!("EventSender<{}>", types::path(&stream.events))));
            members.chain(stream).map(|(name, ty)| format!("{name}: {ty}")).collect()
        };
        let constructor = |structure: &Structure| match (&arguments(structure)[..], structure.direction) {
            ([], Direction::Output) => "default()".to_owned(),
            (arguments, _) => format!("new({})", arguments.join(", ")),
        };
        let (before, after) = (constructor(old), constructor(new));
        // An input also has `default` if `new` has no parameters.
        if before != after && (before.as_str(), after.as_str()) != ("default()", "new()") {
            self.add(Effect::Breaking, item, changed("the constructor", &before, &after));
        }
    }

    fn new_member(&mut self, item: &str, member: &Member) {
        let (name, ty) = (&member.name.rust, types::field(member));
        // A required field also becomes a parameter of `new`, which `constructor` reports as a breaking change.
        let kind = if member.presence == Presence::Required { "required field" } else { "field" };
        self.add(Effect::Addition, item, format!("the {kind} `{name}: {ty}` was added"));
    }

    fn member(&mut self, item: &str, old: &Member, new: &Member) {
        let Member {
            name,
            doc,
            constraints,
            ty,
            presence,
            traits,
            sensitive,
            idempotency_token,
            deprecated,
            accessor,
            // Part of the type of the field.
            boxed: _,
        } = old;
        self.documentation += usize::from(*doc != new.doc || *constraints != new.constraints);
        let name = &name.rust;
        self.renamed(item, &format!("the field `{name}`"), name, &new.name.rust);
        let (before, after) = (types::field(old), types::field(new));
        if before != after {
            self.add(Effect::Breaking, item, changed(&format!("the field `{name}`"), &before, &after));
        } else if *ty != new.ty || has_other_form(traits, &new.traits) {
            self.add(Effect::Behavior, item, format!("the serialized form of the field `{name}` changed"));
        } else if *presence != new.presence && *presence != Presence::Required && new.presence != Presence::Required {
            self.add(Effect::Behavior, item, format!("the default of the field `{name}` changed"));
        }
        match (accessor, &new.accessor) {
            (Some(method), None) if before == after => {
                self.add(Effect::Breaking, item, format!("the method `{method}` was removed"));
            }
            (Some(old), Some(new)) if before == after => self.renamed(item, &format!("the method `{old}`"), old, new),
            _ => {}
        }
        if *idempotency_token != new.idempotency_token {
            let now = if new.idempotency_token { "is now" } else { "is no longer" };
            self.add(Effect::Behavior, item, format!("the field `{name}` {now} an idempotency token"));
        }
        self.sensitive(&format!("{item}::{name}"), *sensitive, new.sensitive);
        self.deprecated(&format!("{item}::{name}"), deprecated, &new.deprecated);
    }

    fn union(&mut self, item: &str, old: &Union, new: &Union) {
        let Union {
            doc,
            members,
            hash,
            sensitive,
            deprecated,
            event_stream,
            // Compared by the caller.
            name: _,
            // Not visible to programs.
            namespace: _,
            module: _,
        } = old;
        self.doc(doc, &new.doc);
        for pair in pairs(members, &new.members, |member| &member.name.wire) {
            match pair {
                Pair::Gone(member) => {
                    self.add(Effect::Breaking, item, format!("the variant `{}` was removed", member.name.rust));
                }
                Pair::New(member) => {
                    self.add(Effect::Addition, item, format!("the variant `{}` was added", member.name.rust));
                }
                Pair::Both(old, new) => self.union_member(item, old, new),
            }
        }
        if *event_stream != new.event_stream {
            self.add(Effect::Behavior, item, "the errors of the event stream changed");
        }
        self.implements(item, "`Eq` and `Hash` are", *hash, new.hash);
        self.sensitive(item, *sensitive, new.sensitive);
        self.deprecated(item, deprecated, &new.deprecated);
    }

    fn union_member(&mut self, item: &str, old: &UnionMember, new: &UnionMember) {
        let UnionMember {
            name,
            method,
            doc,
            constraints,
            ty,
            traits,
            sensitive,
            deprecated,
            // Part of the value that the variant holds.
            boxed: _,
        } = old;
        self.documentation += usize::from(*doc != new.doc || *constraints != new.constraints);
        let name = &name.rust;
        self.renamed(item, &format!("the variant `{name}`"), name, &new.name.rust);
        // Members without a value have no accessor.
        if ty.is_some() && new.ty.is_some() {
            self.renamed(item, &format!("the method `{method}`"), method, &new.method);
        }
        let holds = |member: &UnionMember| {
            let ty = member.ty.as_ref().map(types::rust)?;
            Some(if member.boxed { format!("Box<{ty}>") } else { ty })
        };
        let (before, after) = (holds(old), holds(new));
        if before != after {
            let [before, after] = [before, after].map(|ty| ty.unwrap_or("()".to_owned()));
            self.add(Effect::Breaking, item, changed(&format!("the variant `{name}`"), &before, &after));
        } else if *ty != new.ty || has_other_form(traits, &new.traits) {
            self.add(Effect::Behavior, item, format!("the serialized form of the variant `{name}` changed"));
        }
        self.sensitive(&format!("{item}::{name}"), *sensitive, new.sensitive);
        self.deprecated(&format!("{item}::{name}"), deprecated, &new.deprecated);
    }

    fn enumeration(&mut self, item: &str, old: &Enumeration, new: &Enumeration) {
        let Enumeration { name: _, module: _, doc, variants, ordered, sensitive, deprecated } = old;
        self.doc(doc, &new.doc);
        self.variants(item, variants, &new.variants);
        self.implements(item, "`Ord` is", *ordered, new.ordered);
        self.sensitive(item, *sensitive, new.sensitive);
        self.deprecated(item, deprecated, &new.deprecated);
    }

    fn int_enumeration(&mut self, item: &str, old: &IntEnumeration, new: &IntEnumeration) {
        let IntEnumeration { name: _, module: _, doc, variants, deprecated } = old;
        self.doc(doc, &new.doc);
        self.variants(item, variants, &new.variants);
        self.deprecated(item, deprecated, &new.deprecated);
    }

    fn variants<T: PartialEq + std::fmt::Debug>(&mut self, item: &str, old: &[Variant<T>], new: &[Variant<T>]) {
        for pair in pairs(old, new, |variant| &variant.name.rust) {
            match pair {
                Pair::Gone(variant) => {
                    self.add(Effect::Breaking, item, format!("the variant `{}` was removed", variant.name.rust));
                }
                Pair::New(variant) => {
                    self.add(Effect::Addition, item, format!("the variant `{}` was added", variant.name.rust));
                }
                Pair::Both(old, new) => {
                    let Variant { name, value, doc, deprecated } = old;
                    self.doc(doc, &new.doc);
                    let name = &name.rust;
                    if *value != new.value {
                        let what =
                            format!("the value of the variant `{name}` changed from `{value:?}` to `{:?}`", new.value);
                        self.add(Effect::Behavior, item, what);
                    }
                    self.deprecated(&format!("{item}::{name}"), deprecated, &new.deprecated);
                }
            }
        }
    }

    /// Compares whether traits are implemented. `subject` ends with a verb, as in "`Ord` is".
    fn implements(&mut self, item: &str, subject: &str, old: bool, new: bool) {
        match (old, new) {
            (true, false) => self.add(Effect::Breaking, item, format!("{subject} no longer implemented")),
            (false, true) => self.add(Effect::Addition, item, format!("{subject} now implemented")),
            (true, true) | (false, false) => {}
        }
    }

    fn sensitive(&mut self, item: &str, old: bool, new: bool) {
        if old != new {
            let what = if new { "now redacted in `Debug` output" } else { "no longer redacted in `Debug` output" };
            self.add(Effect::Behavior, item, what);
        }
    }
}

fn path(module: &str, name: &str) -> String {
    format!("{module}::{name}")
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Structure(_) => "structure",
        Item::Union(_) => "union",
        Item::Enumeration(_) => "string enum",
        Item::IntEnumeration(_) => "integer enum",
    }
}

/// Returns the characters that follow the letter `a` when an indefinite article is put before a word: the rest of the
/// article, a space, and the word.
fn n(word: &str) -> String {
    if word.starts_with(['a', 'e', 'i', 'o']) { format!("n {word}") } else { format!(" {word}") }
}

/// Returns whether two lists of traits differ in a trait that affects the serialized form.
fn has_other_form(old: &[WireTrait], new: &[WireTrait]) -> bool {
    let form = |traits: &[WireTrait]| -> Vec<WireTrait> {
        let has_no_form = |wire_trait: &&WireTrait| !matches!(wire_trait, WireTrait::Sensitive | WireTrait::Required);
        traits.iter().filter(has_no_form).cloned().collect()
    };
    form(old) != form(new)
}
