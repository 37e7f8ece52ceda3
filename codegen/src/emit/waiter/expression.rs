//! Rust expressions for compiled paths.
//!
//! A value that may be null is an `Option`. A list is an iterator that implements `Clone`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    code::{Binding, Code},
    read::{by_reference, field, items},
    variables::{Variables, read_by, visit_condition},
};
use crate::ir::{
    Name, PathStep,
    waiter::{Condition, Node, Order, PathResult, Read, StringTest, Truth, Unit, Value},
};

/// Emits the body of the function that evaluates a path.
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
            // A null element becomes an empty string, which no acceptor expects.
            let items = if nullable { quote!(#items.map(|item| item.unwrap_or_default())) } else { items };
            quote!(waiter::strings(#items))
        }
    }
}

fn value(value: &Value) -> Code {
    match &*value.node {
        Node::Request => Code::tight(quote!(request)),
        Node::Response => Code::tight(quote!(response)),
        Node::Item { list: true } => Code::tight(quote!(item.clone())),
        Node::Item { list: false } => Code::tight(quote!(item)),
        Node::String(string) => Code::tight(quote!(#string)),
        Node::Number(number) => number_literal(*number),
        Node::Boolean(_) if value.nullable => Code::tight(quote!(None::<bool>)),
        Node::Boolean(flag) => Code::tight(quote!(#flag)),
        Node::Member { of, step, read } => member(of, step, read),
        Node::Variant { of, method, read } => variant(of, method, read),
        Node::Index { list, index, nullable_items } => self::index(list, *index, *nullable_items),
        Node::Each { list, each } => on_list(list, |list| self::each(&list, each)),
        Node::Flatten(list) => {
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
        Node::Order(left, order, right) => self::order(left, *order, right),
        Node::Length(of, unit) => length(of, *unit),
        Node::Contains(list, item) => on_list(list, |list| {
            let code = self::value(item).value();
            match item.nullable {
                true => quote!(waiter::contains(#list.map(Some), #code)),
                false => quote!(waiter::contains(#list, #code)),
            }
        }),
        Node::StringTest(string, test, what) => {
            let method = match test {
                StringTest::Contains => quote!(contains),
                StringTest::StartsWith => quote!(starts_with),
                StringTest::EndsWith => quote!(ends_with),
            };
            both(string, what, |string, what| {
                let (string, what) = (string.receiver(), what.value());
                Code::tight(quote!(#string.#method(#what)))
            })
        }
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
    let items = value(list);
    let found = match list.nullable {
        true => {
            let items = items.receiver();
            quote!(#items.and_then(|list| waiter::element(list, #index)))
        }
        false => {
            let items = items.value();
            quote!(waiter::element(#items, #index))
        }
    };
    Code::tight(if nullable_items { quote!(#found.flatten()) } else { found })
}

/// Emits a comparison of numbers, such as `left <= right`.
fn order(left: &Value, order: Order, right: &Value) -> Code {
    let sign = match order {
        Order::Less => quote!(<),
        Order::LessOrEqual => quote!(<=),
        Order::Greater => quote!(>),
        Order::GreaterOrEqual => quote!(>=),
    };
    both(left, right, |left, right| {
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
    Code::tight(if of.nullable && unit == Unit::Items {
        let of = code.receiver();
        quote!(#of.map(waiter::count))
    } else if of.nullable {
        let (of, count) = (code.receiver(), count(quote!(value)));
        quote!(#of.map(|value| #count))
    } else if unit == Unit::Items {
        count(code.value())
    } else {
        count(code.receiver())
    })
}

/// Applies `make` to a list or map. If the list or map is null, the result is null.
fn on_list(list: &Value, make: impl FnOnce(TokenStream) -> TokenStream) -> Code {
    let of = value(list).receiver();
    Code::tight(match list.nullable {
        true => {
            let made = make(quote!(list));
            quote!(#of.map(|list| #made))
        }
        false => make(of),
    })
}

/// Emits an iterator over a list. The iterator is empty if the list is null.
fn or_empty(list: &Value) -> TokenStream {
    let receiver = value(list).receiver();
    match &*list.node {
        _ if !list.nullable => receiver,
        Node::Member { of, step, read: read @ Read::List { .. } } if !of.nullable => {
            let (of, name) = (value(of).receiver(), &step.member);
            items(&quote!(#of.#name.as_deref().unwrap_or_default()), read)
        }
        Node::Each { list, each } => self::each(&or_empty(list), each),
        Node::Flatten(list) => {
            let (list, each) = lists_of(list);
            flatten(&or_empty(list), each)
        }
        _ => quote!(#receiver.into_iter().flatten()),
    }
}

/// If an expression creates a list from each element of an outer list, returns the outer list, and the expression that
/// is evaluated for each element. Otherwise, returns the expression unchanged.
fn lists_of(lists: &Value) -> (&Value, Option<&Value>) {
    match &*lists.node {
        Node::Each { list, each } if read_by(each).item && (!each.nullable || is_list_member(each)) => {
            (list, Some(each))
        }
        _ => (lists, None),
    }
}

/// Returns whether a value is a list that is a member of a structure.
fn is_list_member(value: &Value) -> bool {
    matches!(&*value.node, Node::Member { of, read: Read::List { .. }, .. } if !of.nullable)
}

/// Emits an iterator over the elements of all lists in a list, or of the lists that `each` creates from its elements.
fn flatten(list: &TokenStream, each: Option<&Value>) -> TokenStream {
    match each {
        Some(each) => {
            let each = or_empty(each);
            quote!(#list.flat_map(|item| #each))
        }
        None => quote!(#list.flatten()),
    }
}

/// Emits an iterator over the results of an expression for all elements of a list. Null results are omitted.
fn each(list: &TokenStream, each: &Value) -> TokenStream {
    match &*each.node {
        Node::Item { .. } if each.nullable => quote!(#list.flatten()),
        Node::Item { .. } => list.clone(),
        Node::When(condition, then) => {
            let mut seen = Variables::default();
            visit_condition(condition, &mut seen);
            let condition = self::condition(condition).value();
            // `filter` passes a reference to its closure. All elements except iterators can be copied out of that
            // reference.
            let item = match (seen.item, seen.list) {
                (true, false) => quote!(&item),
                (true, true) => quote!(item),
                (false, _) => quote!(_),
            };
            self::each(&quote!(#list.filter(|#item| #condition)), then)
        }
        _ => {
            let item = if read_by(each).item { quote!(item) } else { quote!(_) };
            let code = value(each).value();
            match each.nullable {
                true => quote!(#list.filter_map(|#item| #code)),
                false => quote!(#list.map(|#item| #code)),
            }
        }
    }
}

fn list(values: &[Value], lists: bool) -> Code {
    let nullable = values.iter().any(|value| value.nullable);
    let items = values.iter().map(|item| {
        let code = value(item);
        let receiver = code.receiver();
        match (lists, item.nullable) {
            (true, true) => quote!(#receiver.map(|list| list.collect::<Vec<_>>().into_iter())),
            (true, false) if nullable => quote!(Some(#receiver.collect::<Vec<_>>().into_iter())),
            (true, false) => quote!(#receiver.collect::<Vec<_>>().into_iter()),
            (false, false) if nullable => {
                let code = code.value();
                quote!(Some(#code))
            }
            (false, _) => code.value(),
        }
    });
    Code::tight(quote!([#(#items),*].into_iter()))
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

fn either(left: &Value, right: &Value, truth: Truth, take_left: bool) -> Code {
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

fn condition(condition: &Condition) -> Code {
    match condition {
        Condition::Truthy(of, truth) => truthy(of, *truth),
        Condition::Null(of) if of.nullable => {
            let of = presence(of);
            Code::tight(quote!(#of.is_none()))
        }
        Condition::Null(_) => Code::tight(quote!(false)),
        Condition::Equal(left, right) => equal(left, right, &quote!(==)),
        Condition::Not(inner) => match &**inner {
            Condition::Equal(left, right) => equal(left, right, &quote!(!=)),
            Condition::Null(of) if of.nullable => {
                let of = presence(of);
                Code::tight(quote!(#of.is_some()))
            }
            inner => {
                let inner = self::condition(inner).receiver();
                Code(quote!(!#inner), Binding::Unary)
            }
        },
        Condition::And(left, right) => {
            let (left, right) =
                (self::condition(left).beside(Binding::And), self::condition(right).beside(Binding::And));
            Code(quote!(#left && #right), Binding::And)
        }
        Condition::Or(left, right) => {
            let (left, right) = (self::condition(left).beside(Binding::Or), self::condition(right).beside(Binding::Or));
            Code(quote!(#left || #right), Binding::Or)
        }
    }
}

/// Emits an `Option` that is `None` if a nullable value is null. If the value is derived from another one, such as the
/// length of a list, the `Option` may contain the other value.
fn presence(of: &Value) -> TokenStream {
    match &*of.node {
        Node::Member { of, step, .. } if !of.nullable => {
            let (of, name) = (value(of).receiver(), &step.member);
            quote!(#of.#name)
        }
        Node::Each { list: of, .. }
        | Node::Flatten(of)
        | Node::Keys(of)
        | Node::Values(of, _)
        | Node::Length(of, _) => presence(of),
        _ => value(of).receiver(),
    }
}

fn equal(left: &Value, right: &Value, sign: &TokenStream) -> Code {
    let (left, right) = match left.nullable || right.nullable {
        true => (option(left), option(right)),
        false => (value(left), value(right)),
    };
    let (left, right) = (left.beside(Binding::Comparison), right.beside(Binding::Comparison));
    Code(quote!(#left #sign #right), Binding::Comparison)
}

fn truthy(of: &Value, truth: Truth) -> Code {
    let of_code = value(of).receiver();
    if !of.nullable {
        return match truth {
            Truth::Always => Code::tight(quote!(true)),
            Truth::Itself => value(of),
            Truth::NotEmpty => Code(quote!(!#of_code.is_empty()), Binding::Unary),
            Truth::AnyItem => Code::tight(quote!(#of_code.next().is_some())),
        };
    }
    Code::tight(match truth {
        Truth::Always => quote!(#of_code.is_some()),
        Truth::Itself => quote!(#of_code.unwrap_or_default()),
        Truth::NotEmpty => quote!(#of_code.is_some_and(|value| !value.is_empty())),
        Truth::AnyItem => quote!(#of_code.is_some_and(|mut list| list.next().is_some())),
    })
}

/// Emits a value as an `Option`.
fn option(of: &Value) -> Code {
    let code = value(of);
    if of.nullable {
        return code;
    }
    let code = code.value();
    Code::tight(quote!(Some(#code)))
}

/// Applies `make` to two values. If one of them is null, the result is null.
fn both(left: &Value, right: &Value, make: impl FnOnce(Code, Code) -> Code) -> Code {
    if left.nullable || right.nullable {
        let (left, right) = (option(left).receiver(), option(right).value());
        let made = make(Code::tight(quote!(left)), Code::tight(quote!(right))).value();
        return Code::tight(quote!(#left.zip(#right).map(|(left, right)| #made)));
    }
    make(value(left), value(right))
}

fn number_literal(number: f64) -> Code {
    let literal = Literal::f64_unsuffixed(number.abs());
    if number < 0.0 { Code(quote!(-#literal), Binding::Unary) } else { Code::tight(quote!(#literal)) }
}
