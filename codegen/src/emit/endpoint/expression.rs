//! Expressions of the endpoint resolver.
//!
//! A string may be a `&str` or a `String`, as its [`Form`] says; which of them the place takes is
//! what the functions here differ in.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::endpoint::{Attribute, Call, Choose, Coalesce, Expr, Form, Piece};

use super::local;

/// The expression as it is.
pub(super) fn value(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Text(text) => quote!(#text),
        Expr::Bool(bool) => quote!(#bool),
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
        Expr::Call(call) => self::call(call),
    }
}

/// The expression where something stands beside it.
pub(super) fn operand(expr: &Expr) -> TokenStream {
    let value = value(expr);
    match expr {
        Expr::Choose(_) => quote!((#value)),
        Expr::Text(_)
        | Expr::Bool(_)
        | Expr::Local(_)
        | Expr::Format(_)
        | Expr::Attribute(..)
        | Expr::Element(..)
        | Expr::IsSet(_)
        | Expr::Not(_)
        | Expr::Equal(..)
        | Expr::Coalesce(_)
        | Expr::Some(_)
        | Expr::Call(_) => value,
    }
}

/// The expression where an `impl Into<String>` is taken.
pub(super) fn into_string(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Local(_) => borrowed(expr),
        _ => value(expr),
    }
}

/// The expression where an `impl Into<Cow<'static, str>>` is taken.
pub(super) fn into_message(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Text(text) => quote!(#text),
        _ => owned(expr),
    }
}

/// The expression where a reference is taken.
fn borrowed(expr: &Expr) -> TokenStream {
    match expr.form() {
        Form::Owned => {
            let value = operand(expr);
            quote!(&#value)
        }
        Form::Borrowed => value(expr),
    }
}

/// A string where a `String` is taken.
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

/// An optional string where an `Option<String>` is taken.
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

/// `left == right`, or `left.is_empty()`
fn equal(left: &Expr, right: &Expr) -> TokenStream {
    let left = operand(left);
    if is_empty_text(right) {
        return quote!(#left.is_empty());
    }
    let right = operand(right);
    quote!(#left == #right)
}

fn is_empty_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(text) if text.is_empty())
}

fn not(of: &Expr) -> TokenStream {
    match of {
        Expr::IsSet(of) => {
            let of = operand(of);
            quote!(#of.is_none())
        }
        Expr::Equal(left, right) if !is_empty_text(right) => {
            let (left, right) = (operand(left), operand(right));
            quote!(#left != #right)
        }
        _ => {
            let of = operand(of);
            quote!(!#of)
        }
    }
}

/// `format!("https://fsx.{region}.{dns_suffix}")`
fn format(pieces: &[Piece]) -> TokenStream {
    let mut template = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => template.push_str(&text.replace('{', "{{").replace('}', "}}")),
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

fn call(call: &Call) -> TokenStream {
    let number = |number: u32| Literal::u32_unsuffixed(number);
    match call {
        Call::Partition(region) => {
            let region = borrowed(region);
            quote!(PARTITIONS.find(#region))
        }
        Call::ParseArn(text) => {
            let text = borrowed(text);
            quote!(functions::parse_arn(#text))
        }
        Call::ParseUrl(text) => {
            let text = borrowed(text);
            quote!(functions::parse_url(#text))
        }
        Call::UriEncode(text) => {
            let text = borrowed(text);
            quote!(functions::uri_encode(#text))
        }
        Call::IsValidHostLabel(text, dots) => {
            let (text, dots) = (borrowed(text), value(dots));
            quote!(functions::is_valid_host_label(#text, #dots))
        }
        Call::IsVirtualHostableS3Bucket(text, dots) => {
            let (text, dots) = (borrowed(text), value(dots));
            quote!(functions::is_virtual_hostable_s3_bucket(#text, #dots))
        }
        Call::Substring { text, start, end, reverse } => {
            let (text, start, end) = (borrowed(text), number(*start), number(*end));
            quote!(functions::substring(#text, #start, #end, #reverse))
        }
        Call::Split { text, delimiter, limit } => {
            let (text, delimiter, limit) = (borrowed(text), borrowed(delimiter), number(*limit));
            quote!(functions::split(#text, #delimiter, #limit))
        }
    }
}

/// The field or the method that an attribute is in the runtime.
fn attribute(attribute: Attribute) -> TokenStream {
    match attribute {
        Attribute::PartitionName => quote!(name),
        Attribute::PartitionDnsSuffix => quote!(dns_suffix),
        Attribute::PartitionDualStackDnsSuffix => quote!(dual_stack_dns_suffix),
        Attribute::PartitionSupportsFips => quote!(supports_fips),
        Attribute::PartitionSupportsDualStack => quote!(supports_dual_stack),
        Attribute::PartitionImplicitGlobalRegion => quote!(implicit_global_region),
        Attribute::ArnPartition => quote!(partition()),
        Attribute::ArnService => quote!(service()),
        Attribute::ArnRegion => quote!(region()),
        Attribute::ArnAccountId => quote!(account_id()),
        Attribute::ArnResourceId => quote!(resource_id()),
        Attribute::UrlScheme => quote!(scheme()),
        Attribute::UrlAuthority => quote!(authority()),
        Attribute::UrlPath => quote!(path()),
        Attribute::UrlNormalizedPath => quote!(normalized_path()),
        Attribute::UrlIsIp => quote!(is_ip()),
    }
}
