//! Rust expressions for compiled paths.
//!
//! A value that may be null is an `Option`. A list is an iterator that implements `Clone`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    code::{Binding, Code},
    condition::{condition, emptiness},
    lists::{each, flatten, flattened, is_split, list, lists_of, on_list, or_empty, parts, stored_list},
    read::{by_reference, field, items},
};
use crate::{
    emit::tokens::ident,
    ir::{
        Name, PathStep,
        waiter::{Condition, Node, Order, PathResult, Read, StringTest, Truth, Unit, Value},
    },
};

/// Emits the result of a path.
pub(in crate::emit) fn result(value: &Value, gives: PathResult) -> TokenStream {
    let code = self::value(value);
    let receiver = code.receiver();
    match (gives, value.nullable) {
        (PathResult::String, true) => quote!(#receiver.into_iter().collect()),
        (PathResult::String, false) => {
            let value = code.value();
            quote!(vec![#value])
        }
        (PathResult::Boolean, true) => code.value(),
        (PathResult::Boolean, false) => {
            let value = code.value();
            quote!(Some(#value))
        }
        (PathResult::Strings { nullable }, absent) => {
            let items = if absent { or_empty(value) } else { receiver };
            let items = without_nulls(items, nullable);
            quote!(waiter::strings(#items))
        }
    }
}

/// Emits a boolean that is true if a condition holds.
pub(in crate::emit) fn holds(condition: &Condition) -> TokenStream {
    self::condition(condition).value()
}

/// Emits a list of strings that may be null, as an `Option` of an iterator.
pub(in crate::emit) fn optional_list(list: &Value, nullable_items: bool) -> TokenStream {
    match nullable_items {
        true => on_list(list, |list| without_nulls(list, true)).value(),
        false => value(list).value(),
    }
}

/// Replaces null elements with empty strings, which no acceptor expects.
fn without_nulls(items: TokenStream, nullable: bool) -> TokenStream {
    if nullable { quote!(#items.map(|item| item.unwrap_or_default())) } else { items }
}

pub(super) fn value(value: &Value) -> Code {
    match &*value.node {
        Node::Request => Code::tight(quote!(request)),
        Node::Response => Code::tight(quote!(response)),
        Node::Item { list: true } => Code::tight(quote!(item.clone())),
        Node::Item { list: false } => Code::tight(quote!(item)),
        Node::Local { name, read } => {
            let name = ident(name);
            match read {
                Read::List { .. } => Code::tight(items(&quote!(#name), read)),
                _ => Code::tight(quote!(#name)),
            }
        }
        Node::String(string) => Code::tight(quote!(#string)),
        Node::Number(number) => number_literal(*number),
        Node::Boolean(_) if value.nullable => Code::tight(quote!(None::<bool>)),
        Node::Boolean(flag) => Code::tight(quote!(#flag)),
        Node::Member { of, step, read } => member(of, step, read),
        Node::Variant { of, method, read } => variant(of, method, read),
        Node::Index { list, index, nullable_items, .. } => self::index(list, *index, *nullable_items),
        Node::Each { list, each } if matches!(&*each.node, Node::Item { .. }) && each.nullable && !list.nullable => {
            Code::tight(flattened(list).unwrap_or_else(|| self::each(&self::value(list).receiver(), each)))
        }
        Node::Each { list, each } => on_list(list, |list| self::each(&list, each)),
        Node::Flatten(list) => {
            if let Some(flattened) = flattened(list) {
                return Code::tight(flattened);
            }
            let (list, each) = lists_of(list);
            on_list(list, |list| flatten(&list, each))
        }
        Node::OrEmpty(list) => Code::tight(or_empty(list)),
        Node::Keys(map) => on_list(map, |map| quote!(#map.keys().map(|key| key.as_str()))),
        Node::Values(map, read) => on_list(map, |map| match by_reference(quote!(item), read) {
            Some(read) => {
                let read = read.value();
                quote!(#map.values().map(|item| #read))
            }
            None => quote!(#map.values()),
        }),
        Node::List { values, lists } => list(values, *lists),
        Node::When(condition, then) => when(condition, then),
        Node::Either { left, right, truth, take_left } => either(left, right, *truth, *take_left),
        Node::FirstOf(values) => first_of(values),
        Node::Condition(condition) => self::condition(condition),
        Node::Order(left, order, right) => compared(self::order(left, *order, right)),
        Node::Length(of, unit) => length(of, *unit),
        Node::Contains(list, item) => on_list(list, |list| {
            let code = self::value(item).value();
            match item.nullable {
                true => quote!(waiter::contains(#list.map(Some), #code)),
                false => quote!(waiter::contains(#list, #code)),
            }
        }),
        Node::StringTest(string, test, what) => compared(string_test(string, *test, what)),
    }
}

/// Emits an expression that accesses a member of a structure, such as
/// `value.table_status.as_ref().map(|value| value.as_str())`.
fn member(of: &Value, step: &PathStep, read: &Read) -> Code {
    let base = value(of).receiver();
    if !of.nullable {
        return field(&base, step, read);
    }
    let found = field(&quote!(value), step, read).value();
    Code::tight(match step.optional {
        true => quote!(#base.and_then(|value| #found)),
        false => quote!(#base.map(|value| #found)),
    })
}

/// Emits an expression that accesses a member of a union, such as
/// `value.as_s().map(|value| value.as_str())`.
fn variant(of: &Value, method: &Name, read: &Read) -> Code {
    let from_union = |union: TokenStream| {
        let found = quote!(#union.#method());
        match by_reference(quote!(value), read) {
            Some(read) => {
                let read = read.value();
                quote!(#found.map(|value| #read))
            }
            None => found,
        }
    };
    let base = value(of).receiver();
    Code::tight(match of.nullable {
        true => {
            let found = from_union(quote!(value));
            quote!(#base.and_then(|value| #found))
        }
        false => from_union(base),
    })
}

/// Emits an expression that accesses an element of a list, such as `waiter::element(list, -1)`.
fn index(list: &Value, index: i32, nullable_items: bool) -> Code {
    let index = Literal::i32_unsuffixed(index);
    let found = match list.nullable {
        true => {
            let (option, list) = parts(list);
            quote!(#option.and_then(|list| waiter::element(#list, #index)))
        }
        false => {
            let list = value(list).value();
            quote!(waiter::element(#list, #index))
        }
    };
    Code::tight(if nullable_items { quote!(#found.flatten()) } else { found })
}

/// Emits a comparison of numbers, such as `left <= right`.
fn order(left: &Value, order: Order, right: &Value) -> Compared {
    let sign = match order {
        Order::Less => quote!(<),
        Order::LessOrEqual => quote!(<=),
        Order::Greater => quote!(>),
        Order::GreaterOrEqual => quote!(>=),
    };
    if let (Order::Greater, Some(empty)) = (order, emptiness(left, right)) {
        return Compared::Values(Code(quote!(!#empty), Binding::Unary));
    }
    Compared::new(left, right, |left, right| {
        let (left, right) = (left.beside(Binding::Comparison), right.beside(Binding::Comparison));
        Code(quote!(#left #sign #right), Binding::Comparison)
    })
}

/// Emits the number of characters, elements or entries of a value, such as `waiter::count(value.chars())`.
fn length(of: &Value, unit: Unit) -> Code {
    let code = value(of);
    let count = |of: TokenStream| match unit {
        Unit::Characters => quote!(waiter::count(#of.chars())),
        Unit::Items => quote!(waiter::count(#of)),
        Unit::Entries => quote!(waiter::count(#of.iter())),
    };
    if let (Unit::Items, Some(list)) = (unit, stored_list(of)) {
        return Code::tight(quote!(waiter::count(#list.iter())));
    }
    match (of.nullable, unit) {
        (true, Unit::Items) => match &*of.node {
            Node::Member { of, step, read: Read::List { .. } } if !of.nullable => {
                let (of, name) = (value(of).receiver(), &step.member);
                Code::tight(quote!(#of.#name.as_ref().map(|list| waiter::count(list.iter()))))
            }
            _ if is_split(of) => on_list(of, |list| quote!(waiter::count(#list))),
            _ => {
                let of = code.receiver();
                Code::tight(quote!(#of.map(waiter::count)))
            }
        },
        (true, Unit::Characters | Unit::Entries) => {
            let (of, count) = (code.receiver(), count(quote!(value)));
            Code::tight(quote!(#of.map(|value| #count)))
        }
        (false, Unit::Items) => Code::tight(count(code.value())),
        (false, Unit::Characters | Unit::Entries) => Code::tight(count(code.receiver())),
    }
}

fn when(condition: &Condition, then: &Value) -> Code {
    let (condition, value) = (self::condition(condition), value(then).value());
    let is_trivial =
        matches!(&*then.node, Node::Item { list: false } | Node::String(_) | Node::Number(_) | Node::Boolean(_));
    if is_trivial && !then.nullable {
        let condition = condition.receiver();
        return Code::tight(quote!(#condition.then_some(#value)));
    }
    // `bool::then` takes a closure, which would add more code to a program.
    let (condition, value) = (condition.value(), if then.nullable { value } else { quote!(Some(#value)) });
    Code(quote!(if #condition { #value } else { None }), Binding::Or)
}

/// Emits `left || right` or `left && right`, whose result is one of the operands.
fn either(left: &Value, right: &Value, truth: Truth, take_left: bool) -> Code {
    if truth == Truth::Itself && !left.nullable && right.nullable {
        let (left, right) = (value(left).value(), value(right).value());
        return Code(
            match take_left {
                true => {
                    let is_if = right.clone().into_iter().next().is_some_and(|token| token.to_string() == "if");
                    let right = if is_if { right } else { quote!({ #right }) };
                    quote!(if #left { Some(true) } else #right)
                }
                false => quote!(if #left { #right } else { Some(false) }),
            },
            Binding::Or,
        );
    }
    let (left_code, right_code) = (option(left).receiver(), option(right).value());
    let test = match truth {
        Truth::Itself => Some(quote!(*value)),
        Truth::NotEmpty => Some(quote!(!value.is_empty())),
        // Operands are never lists, and values of all other types are always truthy.
        Truth::Always | Truth::AnyItem => None,
    };
    if take_left {
        let taken = match test {
            Some(test) => quote!(#left_code.filter(|value| #test)),
            None => left_code,
        };
        return Code::tight(match right.nullable {
            true => quote!(#taken.or(#right_code)),
            false => {
                let right = value(right).value();
                quote!(#taken.unwrap_or(#right))
            }
        });
    }
    Code::tight(match test {
        Some(test) => quote!(waiter::and(#left_code, |value| #test, #right_code)),
        None => quote!(#left_code.and(#right_code)),
    })
}

fn first_of(values: &[Value]) -> Code {
    let mut code = None;
    for item in values {
        let found = value(item).value();
        code = Some(match (code, item.nullable) {
            (None, true) => value(item).receiver(),
            (None, false) => return Code::tight(found),
            (Some(before), true) => quote!(#before.or(#found)),
            (Some(before), false) => return Code::tight(quote!(#before.unwrap_or(#found))),
        });
    }
    Code::tight(code.unwrap_or_default())
}

/// Emits a value as an `Option`.
pub(super) fn option(of: &Value) -> Code {
    let code = value(of);
    if of.nullable {
        return code;
    }
    let code = code.value();
    Code::tight(quote!(Some(#code)))
}

/// Emits a comparison of two values. If one of them is null, the result is null.
fn compared(compared: Compared) -> Code {
    match compared {
        Compared::Values(code) => code,
        Compared::Options { option, pattern, code } => Code::tight(quote!(#option.map(|#pattern| #code))),
    }
}

/// A comparison of two values.
pub(super) enum Compared {
    /// The values are not null.
    Values(Code),
    /// At least one of the values may be null.
    Options {
        option: TokenStream,
        /// The parameter of a closure that takes the contents of the `Option`.
        pattern: TokenStream,
        /// The body of the closure, which is a boolean.
        code: TokenStream,
    },
}

impl Compared {
    /// Splits an expression, or returns `None` if it is not a comparison.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match &*value.node {
            Node::Order(left, order, right) => Some(self::order(left, *order, right)),
            Node::StringTest(string, test, what) => Some(string_test(string, *test, what)),
            _ => None,
        }
    }

    fn new(left: &Value, right: &Value, make: impl FnOnce(Code, Code) -> Code) -> Self {
        let inner = |name: TokenStream| Code::tight(name);
        let (option, pattern, code) = match (left.nullable, right.nullable) {
            (false, false) => return Self::Values(make(value(left), value(right))),
            (true, false) => (value(left).receiver(), quote!(value), make(inner(quote!(value)), value(right))),
            (false, true) => (value(right).receiver(), quote!(value), make(value(left), inner(quote!(value)))),
            (true, true) => {
                let (first, second) = (value(left).receiver(), value(right).value());
                let code = make(inner(quote!(left)), inner(quote!(right)));
                (quote!(#first.zip(#second)), quote!((left, right)), code)
            }
        };
        Self::Options { option, pattern, code: code.value() }
    }
}

fn string_test(string: &Value, test: StringTest, what: &Value) -> Compared {
    let method = match test {
        StringTest::Contains => quote!(contains),
        StringTest::StartsWith => quote!(starts_with),
        StringTest::EndsWith => quote!(ends_with),
    };
    Compared::new(string, what, |string, what| {
        let (string, what) = (string.receiver(), what.value());
        Code::tight(quote!(#string.#method(#what)))
    })
}

fn number_literal(number: f64) -> Code {
    let literal = Literal::f64_unsuffixed(number.abs());
    if number < 0.0 { Code(quote!(-#literal), Binding::Unary) } else { Code::tight(quote!(#literal)) }
}
