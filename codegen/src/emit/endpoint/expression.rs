//! Expressions of the endpoint resolver.
//!
//! A string expression has the type `&str` or `String`, depending on its [`Form`]. The functions of this module differ
//! in the type of the expressions that they emit.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

use crate::ir::endpoint::{Attribute, Choose, Coalesce, Expr, Form, Piece};

use super::local;

/// Emits an expression in its own [`Form`], without conversion.
pub(super) fn value(expr: &Expr) -> TokenStream {
    match expr {
        Expr::String(string) => quote!(#string),
        Expr::Bool(bool) => quote!(#bool),
        Expr::Integer(integer) => {
            let integer = Literal::u32_unsuffixed(*integer);
            quote!(#integer)
        }
        Expr::Local(variable) => {
            let name = local(&variable.name);
            quote!(#name)
        }
        Expr::Format(pieces) => format(pieces),
        Expr::Attribute(of, attribute) => {
            let (of, attribute) = (operand(of), self::attribute(*attribute));
            quote!(#of.#attribute)
        }
        Expr::Element(of, index) => {
            let of = borrowed(of);
            let sign = (*index < 0).then(|| quote!(-));
            let index = Literal::u64_unsuffixed(index.unsigned_abs());
            quote!(functions::element(#of, #sign #index))
        }
        Expr::IsSet(of) => {
            let of = operand(of);
            quote!(#of.is_some())
        }
        Expr::Not(of) => not(of),
        Expr::Equal(left, right) => equal(left, right),
        Expr::Coalesce(values) => coalesce(values),
        Expr::Choose(values) => choose(values),
        Expr::Some(of) => {
            let of = value(of);
            quote!(Some(#of))
        }
        Expr::Partition(region) => {
            let region = borrowed(region);
            quote!(PARTITIONS.find(#region))
        }
        Expr::Call { function, arguments, .. } => {
            let (function, arguments) = (format_ident!("{function}"), arguments.iter().map(borrowed));
            quote!(functions::#function(#(#arguments),*))
        }
    }
}

/// Emits the expression as an operand, in parentheses if it needs them.
pub(super) fn operand(expr: &Expr) -> TokenStream {
    let value = value(expr);
    match expr {
        Expr::Choose(_) => quote!((#value)),
        Expr::String(_)
        | Expr::Bool(_)
        | Expr::Integer(_)
        | Expr::Local(_)
        | Expr::Format(_)
        | Expr::Attribute(..)
        | Expr::Element(..)
        | Expr::IsSet(_)
        | Expr::Not(_)
        | Expr::Equal(..)
        | Expr::Coalesce(_)
        | Expr::Some(_)
        | Expr::Partition(_)
        | Expr::Call { .. } => value,
    }
}

/// Emits the expression as an argument of type `impl Into<String>`.
pub(super) fn into_string(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Local(_) => borrowed(expr),
        _ => value(expr),
    }
}

/// Emits the expression as an argument of type `impl Into<Cow<'static, str>>`.
pub(super) fn into_message(expr: &Expr) -> TokenStream {
    match expr {
        Expr::String(string) => quote!(#string),
        _ => owned(expr),
    }
}

/// Emits the expression as a reference.
fn borrowed(expr: &Expr) -> TokenStream {
    match expr.form() {
        Form::Owned => {
            let value = operand(expr);
            quote!(&#value)
        }
        Form::Borrowed => value(expr),
    }
}

/// Emits a string as a `String`.
fn owned(expr: &Expr) -> TokenStream {
    let value = value(expr);
    match (expr, expr.form()) {
        (Expr::Local(_), Form::Owned) => quote!(#value.clone()),
        (_, Form::Owned) => value,
        (_, Form::Borrowed) => {
            let value = operand(expr);
            quote!(#value.to_owned())
        }
    }
}

/// Emits an optional string as an `Option<String>`.
fn optional_owned(expr: &Expr) -> TokenStream {
    match (expr, expr.form()) {
        (Expr::Some(of), _) => {
            let of = owned(of);
            quote!(Some(#of))
        }
        (_, Form::Owned) => value(expr),
        (_, Form::Borrowed) => {
            let value = operand(expr);
            quote!(#value.map(str::to_owned))
        }
    }
}

/// Emits `left == right`, or `left.is_empty()`.
fn equal(left: &Expr, right: &Expr) -> TokenStream {
    let left = operand(left);
    if is_empty_string(right) {
        return quote!(#left.is_empty());
    }
    let right = operand(right);
    quote!(#left == #right)
}

fn is_empty_string(expr: &Expr) -> bool {
    matches!(expr, Expr::String(string) if string.is_empty())
}

fn not(of: &Expr) -> TokenStream {
    match of {
        Expr::IsSet(of) => {
            let of = operand(of);
            quote!(#of.is_none())
        }
        Expr::Equal(left, right) if !is_empty_string(right) => {
            let (left, right) = (operand(left), operand(right));
            quote!(#left != #right)
        }
        _ => {
            let of = operand(of);
            quote!(!#of)
        }
    }
}

/// Emits `format!("https://fsx.{region}.{dns_suffix}")`.
fn format(pieces: &[Piece]) -> TokenStream {
    let mut template = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => template.push_str(&literal.replace('{', "{{").replace('}', "}}")),
            Piece::Local(name) => {
                template.push('{');
                template.push_str(name);
                template.push('}');
            }
        }
    }
    quote!(format!(#template))
}

fn coalesce(values: &Coalesce) -> TokenStream {
    let is_owned = values.form == Form::Owned;
    let optional = |expr| {
        if is_owned { optional_owned(expr) } else { operand(expr) }
    };
    let first = values
        .optional
        .iter()
        .map(optional)
        .reduce(|first, next| if is_owned { quote!(#first.or_else(|| #next)) } else { quote!(#first.or(#next)) });
    match values.last.as_deref() {
        None => quote!(#first),
        Some(last) if is_owned => {
            let last = owned(last);
            quote!(#first.unwrap_or_else(|| #last))
        }
        Some(last) => {
            let last = value(last);
            quote!(#first.unwrap_or(#last))
        }
    }
}

fn choose(values: &Choose) -> TokenStream {
    let branch = |expr: &Expr| match (values.form, expr) {
        (Form::Borrowed, _) => value(expr),
        (Form::Owned, Expr::Some(_)) => optional_owned(expr),
        (Form::Owned, _) if values.optional => optional_owned(expr),
        (Form::Owned, _) => owned(expr),
    };
    let condition = operand(&values.condition);
    let (then, otherwise) = (branch(&values.then), branch(&values.otherwise));
    quote!(if #condition { #then } else { #otherwise })
}

/// Emits `name` or `name()`.
fn attribute(attribute: Attribute) -> TokenStream {
    match attribute {
        Attribute::Field(name) => format_ident!("{name}").into_token_stream(),
        Attribute::Method(name) => {
            let name = format_ident!("{name}");
            quote!(#name())
        }
    }
}
