//! Rust expressions for lists, which are iterators.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::{
    code::Code,
    condition,
    expression::value,
    read::{by_reference, items},
    variables::{Variables, read_by, visit_condition},
};
use crate::{
    emit::tokens::ident,
    ir::waiter::{Node, Read, Value},
};

/// Applies `make` to a list or map. If the list or map is null, the result is null.
pub(super) fn on_list(list: &Value, make: impl FnOnce(TokenStream) -> TokenStream) -> Code {
    if !list.nullable {
        return Code::tight(make(value(list).receiver()));
    }
    let (option, list) = parts(list);
    let made = make(list);
    Code::tight(quote!(#option.map(|list| #made)))
}

/// Applies `make`, which returns code that advances an iterator, to a list that may be null. Calls `method` of `Option`
/// with the result as a closure.
pub(super) fn on_iterator(list: &Value, method: &str, make: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
    let (method, (option, code)) = (ident(method), parts(list));
    let pattern = if is_split(list) { quote!(list) } else { quote!(mut list) };
    let made = make(code);
    quote!(#option.#method(|#pattern| #made))
}

/// Returns whether [`parts`] splits a list or map.
pub(super) fn is_split(list: &Value) -> bool {
    match &*list.node {
        Node::Member { of, read: Read::List { .. }, .. } => !of.nullable,
        Node::Each { list, .. } | Node::Flatten(list) => list.nullable,
        _ => false,
    }
}

/// Splits a list or map that may be null into an `Option`, and an expression for the list or map that refers to the
/// contents of the `Option` by the name `list`.
pub(super) fn parts(list: &Value) -> (TokenStream, TokenStream) {
    match &*list.node {
        _ if !is_split(list) => (value(list).receiver(), quote!(list)),
        Node::Member { of, step, read } => {
            let (of, name) = (value(of).receiver(), &step.member);
            (quote!(#of.#name.as_ref()), items(&quote!(list), read))
        }
        Node::Each { list, each } => {
            let (option, list) = parts(list);
            (option, self::each(&list, each))
        }
        Node::Flatten(lists) => {
            let (lists, each) = lists_of(lists);
            let (option, lists) = parts(lists);
            (option, flatten(&lists, each))
        }
        _ => (value(list).receiver(), quote!(list)),
    }
}

/// If a value is a list that is a member or a local variable, emits the list as a place that can be followed by
/// `.iter()` or `.is_empty()`.
pub(super) fn stored_list(list: &Value) -> Option<TokenStream> {
    match &*list.node {
        Node::Local { name, read: Read::List { .. } } => Some(ident(name).into_token_stream()),
        Node::Member { of, step, read: Read::List { .. } } if !of.nullable && !step.optional => {
            let (of, name) = (value(of).receiver(), &step.member);
            Some(quote!(#of.#name))
        }
        Node::OrEmpty(list) => match &*list.node {
            Node::Member { of, step, read: Read::List { .. } } if !of.nullable && step.optional => {
                let (of, name) = (value(of).receiver(), &step.member);
                Some(quote!(#of.#name.as_deref().unwrap_or_default()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Emits an iterator over a list. The iterator is empty if the list is null.
pub(super) fn or_empty(list: &Value) -> TokenStream {
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
pub(super) fn lists_of(lists: &Value) -> (&Value, Option<&Value>) {
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

/// If the elements of a list that is a member or a local variable are lists or may be null, emits an iterator over the
/// elements of these lists, or over the elements that are not null.
pub(super) fn flattened(list: &Value) -> Option<TokenStream> {
    let place = stored_list(list)?;
    let (Node::Local { read, .. } | Node::Member { read, .. }) = &*list.node else { return None };
    let Read::List { item, sparse } = read else { return None };
    let code = by_reference(quote!(item), item).map(|code| code.value());
    Some(match (sparse, code) {
        (true, Some(code)) => quote!(#place.iter().filter_map(|item| item.as_ref().map(|item| #code))),
        (false, Some(code)) => quote!(#place.iter().flat_map(|item| #code)),
        (_, None) => quote!(#place.iter().flatten()),
    })
}

/// Emits an iterator over the elements of all lists in a list, or of the lists that `each` creates from its elements.
pub(super) fn flatten(list: &TokenStream, each: Option<&Value>) -> TokenStream {
    match each {
        Some(each) => {
            let each = or_empty(each);
            quote!(#list.flat_map(|item| #each))
        }
        None => quote!(#list.flatten()),
    }
}

/// Emits an iterator over the results of an expression for all elements of a list. Null results are omitted.
pub(super) fn each(list: &TokenStream, each: &Value) -> TokenStream {
    match &*each.node {
        Node::Item { .. } if each.nullable => quote!(#list.flatten()),
        Node::Item { .. } => list.clone(),
        Node::When(condition, then) => {
            let mut seen = Variables::default();
            visit_condition(condition, &mut seen);
            let condition = condition::condition(condition).value();
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

pub(super) fn list(values: &[Value], lists: bool) -> Code {
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
