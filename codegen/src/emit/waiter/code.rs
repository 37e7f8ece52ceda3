//! An expression in Rust that knows where it needs parentheses.

use proc_macro2::TokenStream;
use quote::quote;

/// How tightly an expression holds together; in the order of what binds less and less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// It can stand before `.method()`.
    Tight,
    /// It is a place: before `.field` it stands as it is, elsewhere behind `&`.
    Place,
    /// `!a` or `*a`.
    Unary,
    /// `a as f64`, `a == b`, `a < b`.
    Comparison,
    /// `a && b`.
    And,
    /// `a || b`.
    Or,
}

/// An expression.
pub(super) struct Code(pub(super) TokenStream, pub(super) Binding);

impl Code {
    /// An expression that can stand before `.method()`.
    pub(super) fn tight(tokens: TokenStream) -> Self {
        Self(tokens, Binding::Tight)
    }

    /// The expression where nothing binds tighter.
    pub(super) fn value(&self) -> TokenStream {
        let tokens = &self.0;
        if self.1 == Binding::Place { quote!(&#tokens) } else { quote!(#tokens) }
    }

    /// The expression before `.method()` or `.field`.
    pub(super) fn receiver(&self) -> TokenStream {
        let tokens = &self.0;
        if self.1 <= Binding::Place { quote!(#tokens) } else { quote!((#tokens)) }
    }

    /// The expression beside an operator that binds this tightly.
    pub(super) fn beside(&self, operator: Binding) -> TokenStream {
        let value = self.value();
        // Comparisons do not chain, and `<` after `as` would begin a type's arguments.
        if self.1 < operator || (self.1 == operator && operator > Binding::Comparison) {
            value
        } else {
            quote!((#value))
        }
    }
}
