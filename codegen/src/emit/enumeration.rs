//! Enumerations of strings and integers. Values that the model does not define are preserved.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::ident;
use crate::{
    ir::{Doc, Enumeration, IntEnumeration, Variant},
    markdown::code_span,
};

/// Emits code such as
/// ```ignore
/// pub enum BackupType {
///     AwsBackup,
///     UserInitiated,
///     /// A value that is unknown to this version of the crate.
///     Unknown(String),
/// }
/// impl BackupType {
///     pub const VALUES: &'static [&'static str] = &["AWS_BACKUP", "USER_INITIATED"];
///     pub fn as_str(&self) -> &str { … }
/// }
/// impl From<&str> for BackupType { … }
/// schema::string_enum!(BackupType);
/// ```
pub(super) fn texts(item: &Enumeration) -> TokenStream {
    let name = ident(&item.name.rust);
    let (doc, deprecated) = (&item.doc, &item.deprecated);
    let variants = item.variants.iter().map(|variant| {
        let (doc, deprecated, name) = (variant_doc(variant), &variant.deprecated, &variant.name);
        quote!(#doc #deprecated #name)
    });
    let values = item.variants.iter().map(|variant| &variant.value);
    let names: Vec<_> = item.variants.iter().map(|variant| &variant.name).collect();
    let texts: Vec<_> = item.variants.iter().map(|variant| &variant.value).collect();
    let order = item.ordered.then(|| quote!(PartialOrd, Ord,));
    let debug = (!item.sensitive).then(|| quote!(Debug,));
    let redacted = item.sensitive.then(|| redacted(&name));
    quote! {
        use simba_runtime::schema;
        #doc
        #deprecated
        #[derive(Clone, #debug PartialEq, Eq, Hash, #order)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that is unknown to this version of the crate.
            Unknown(String),
        }
        impl #name {
            /// The wire values of all known variants.
            pub const VALUES: &'static [&'static str] = &[#(#values),*];
            /// Returns the wire value of this variant.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #texts,)*
                    Self::Unknown(value) => value,
                }
            }
        }
        /// Converts a wire value. An unknown value becomes [`Unknown`](Self::Unknown), whereas `str::parse`
        /// rejects it.
        impl From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #(#texts => Self::#names,)*
                    unknown => Self::Unknown(unknown.to_owned()),
                }
            }
        }
        #redacted
        schema::string_enum!(#name);
    }
}

/// Emits code such as
/// ```ignore
/// pub enum Level {
///     Low,
///     /// A value that is unknown to this version of the crate.
///     Unknown(i32),
/// }
/// impl From<i32> for Level { … }
/// schema::int_enum!(Level);
/// ```
pub(super) fn numbers(item: &IntEnumeration) -> TokenStream {
    let name = ident(&item.name.rust);
    let (doc, deprecated) = (&item.doc, &item.deprecated);
    let variants = item.variants.iter().map(|variant| {
        let (doc, deprecated, name) = (variant_doc(variant), &variant.deprecated, &variant.name);
        quote!(#doc #deprecated #name)
    });
    let names: Vec<_> = item.variants.iter().map(|variant| &variant.name).collect();
    let numbers: Vec<_> = item.variants.iter().map(|variant| Literal::i32_unsuffixed(variant.value)).collect();
    quote! {
        use simba_runtime::schema;
        #doc
        #deprecated
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that is unknown to this version of the crate.
            Unknown(i32),
        }
        impl #name {
            /// The wire values of all known variants.
            pub const VALUES: &'static [i32] = &[#(#numbers),*];
            /// Returns the wire value of this variant.
            #[must_use]
            pub fn as_i32(&self) -> i32 {
                match self {
                    #(Self::#names => #numbers,)*
                    Self::Unknown(value) => *value,
                }
            }
        }
        /// Converts a wire value. An unknown value becomes [`Unknown`](Self::Unknown), whereas `str::parse`
        /// rejects it.
        impl From<i32> for #name {
            fn from(value: i32) -> Self {
                match value {
                    #(#numbers => Self::#names,)*
                    unknown => Self::Unknown(unknown),
                }
            }
        }
        schema::int_enum!(#name);
    }
}

/// Returns the documentation of a variant, which starts with the wire value, such as `` `FAILED`: The backup failed. ``
fn variant_doc<T: ToString>(variant: &Variant<T>) -> Doc {
    let value = variant.value.to_string();
    if value.is_empty() {
        return variant.doc.clone();
    }
    let value = code_span(&value);
    let Doc { summary, body } = &variant.doc;
    // The documentation may consist only of the value, or start with a block that is not a paragraph.
    let starts_with_prose = !summary.is_empty() && !body.starts_with(['-', '*', '#', '|', '>', '`', '1']);
    let body = if starts_with_prose { format!("{value}: {body}") } else { body.clone() };
    Doc { summary: summary.clone(), body }
}

/// Emits an implementation of `Debug` that redacts the value.
pub(super) fn redacted(name: &proc_macro2::Ident) -> TokenStream {
    quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(schema::REDACTED)
            }
        }
    }
}
