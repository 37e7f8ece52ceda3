//! Rust expressions for conditions.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    code::{Binding, Code},
    expression::{Compared, option, value},
    lists::{on_iterator, stored_list},
    variables::{Variables, visit_condition},
};
use crate::ir::waiter::{Condition, Node, Read, Truth, Unit, Value};

/// Emits a boolean that is true if a condition holds.
pub(super) fn condition(condition: &Condition) -> Code {
    match condition {
        Condition::Truthy(of, truth) => truthy(of, *truth),
        Condition::Null(of) if of.nullable => {
            let of = presence(of);
            Code::tight(quote!(#of.is_none()))
        }
        Condition::Null(_) => Code::tight(quote!(false)),
        Condition::Equal(left, right) => match emptiness(left, right).or_else(|| emptiness(right, left)) {
            Some(empty) => Code::tight(empty),
            None => equal(left, right, &quote!(==)),
        },
        Condition::All(list, condition) => all(list, condition),
        Condition::Not(inner) => negated(inner),
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

/// Emits a boolean that is true if a condition does not hold.
pub(super) fn negated(condition: &Condition) -> Code {
    match condition {
        Condition::Equal(left, right) => match emptiness(left, right).or_else(|| emptiness(right, left)) {
            Some(empty) => Code(quote!(!#empty), Binding::Unary),
            None => equal(left, right, &quote!(!=)),
        },
        Condition::Null(of) if of.nullable => {
            let of = presence(of);
            Code::tight(quote!(#of.is_some()))
        }
        Condition::Not(inner) => self::condition(inner),
        Condition::Truthy(of, Truth::NotEmpty) if of.nullable => {
            let of = value(of).receiver();
            Code::tight(quote!(#of.is_none_or(|value| value.is_empty())))
        }
        Condition::Or(left, right) => {
            let (left, right) = (negated(left).beside(Binding::And), negated(right).beside(Binding::And));
            Code(quote!(#left && #right), Binding::And)
        }
        Condition::Truthy(of, Truth::AnyItem) => match optional_list(of) {
            Some(member) => Code::tight(quote!(#member.is_none_or(|list| list.is_empty()))),
            None => not(condition),
        },
        inner @ (Condition::Truthy(..) | Condition::Null(_) | Condition::And(..) | Condition::All(..)) => not(inner),
    }
}

fn not(condition: &Condition) -> Code {
    let condition = self::condition(condition).receiver();
    Code(quote!(!#condition), Binding::Unary)
}

/// If a value is an optional member that is a list, emits it as an `Option` that contains a reference.
fn optional_list(of: &Value) -> Option<TokenStream> {
    match &*of.node {
        Node::Member { of, step, read: Read::List { .. } } if !of.nullable && step.optional => {
            let (of, name) = (value(of).receiver(), &step.member);
            Some(quote!(#of.#name.as_ref()))
        }
        _ => None,
    }
}

/// Emits code such as `list.iter().all(|item| item.tags.is_some())`.
fn all(list: &Value, condition: &Condition) -> Code {
    let mut seen = Variables::default();
    visit_condition(condition, &mut seen);
    let (item, code) = (if seen.item { quote!(item) } else { quote!(_) }, self::condition(condition).value());
    if list.nullable {
        return Code::tight(on_iterator(list, "is_none_or", |list| quote!(#list.all(|#item| #code))));
    }
    let list = value(list).receiver();
    Code::tight(quote!(#list.all(|#item| #code)))
}

/// Emits an `Option` that is `None` if a nullable value is null. The `Option` may contain another value.
pub(super) fn presence(of: &Value) -> TokenStream {
    match &*of.node {
        Node::Member { of, step, .. } if !of.nullable => {
            let (of, name) = (value(of).receiver(), &step.member);
            quote!(#of.#name)
        }
        Node::Member { of, step, .. } if !step.optional => presence(of),
        Node::Each { list: of, .. }
        | Node::Flatten(of)
        | Node::Keys(of)
        | Node::Values(of, _)
        | Node::Length(of, _) => presence(of),
        _ => value(of).receiver(),
    }
}

/// If the left side is the length of a value and the right side is zero, emits code that returns whether the value is
/// empty.
pub(super) fn emptiness(left: &Value, right: &Value) -> Option<TokenStream> {
    let (Node::Length(of, unit), Node::Number(0.0)) = (&*left.node, &*right.node) else { return None };
    let of = match unit {
        Unit::Items => stored_list(of)?,
        Unit::Characters | Unit::Entries if !of.nullable => value(of).receiver(),
        Unit::Characters | Unit::Entries => return None,
    };
    Some(quote!(#of.is_empty()))
}

fn equal(left: &Value, right: &Value, sign: &TokenStream) -> Code {
    // A literal is on the right side, as in code that is written by hand.
    let is_literal = matches!(&*left.node, Node::String(_) | Node::Number(_) | Node::Boolean(_));
    let (left, right) = if is_literal { (right, left) } else { (left, right) };
    let (left, right) = match left.nullable || right.nullable {
        true => (option(left), option(right)),
        false => (value(left), value(right)),
    };
    let (left, right) = (left.beside(Binding::Comparison), right.beside(Binding::Comparison));
    Code(quote!(#left #sign #right), Binding::Comparison)
}

fn truthy(of: &Value, truth: Truth) -> Code {
    if !of.nullable {
        let code = value(of).receiver();
        return match truth {
            Truth::Always => Code::tight(quote!(true)),
            Truth::Itself => value(of),
            Truth::NotEmpty => Code(quote!(!#code.is_empty()), Binding::Unary),
            Truth::AnyItem => match stored_list(of) {
                Some(list) => Code(quote!(!#list.is_empty()), Binding::Unary),
                None => Code::tight(quote!(#code.next().is_some())),
            },
        };
    }
    Code::tight(match truth {
        Truth::Always => {
            let of = presence(of);
            quote!(#of.is_some())
        }
        Truth::Itself => match Compared::of(of) {
            Some(Compared::Options { option, pattern, code }) => quote!(#option.is_some_and(|#pattern| #code)),
            Some(Compared::Values(_)) | None => {
                let of = value(of).receiver();
                quote!(#of.unwrap_or_default())
            }
        },
        Truth::NotEmpty => {
            let of = value(of).receiver();
            quote!(#of.is_some_and(|value| !value.is_empty()))
        }
        Truth::AnyItem => match optional_list(of) {
            Some(member) => quote!(#member.is_some_and(|list| !list.is_empty())),
            None => on_iterator(of, "is_some_and", |list| quote!(#list.next().is_some())),
        },
    })
}
