//! Rust expressions that are parenthesized where necessary.

use proc_macro2::TokenStream;
use quote::quote;

/// The precedence of an expression. The variants are ordered from the tightest binding to the loosest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// An expression that can be followed by `.method()`.
    Tight,
    /// A place expression. It is emitted unchanged before `.method()` or `.field`, and with `&` elsewhere.
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

/// An expression and its precedence.
pub(super) struct Code(pub(super) TokenStream, pub(super) Binding);

impl Code {
    /// Creates an expression that can be followed by `.method()`.
    pub(super) fn tight(tokens: TokenStream) -> Self {
        Self(tokens, Binding::Tight)
    }

    /// Returns the expression as a value that is not part of another expression.
    pub(super) fn value(&self) -> TokenStream {
        let tokens = &self.0;
        if self.1 == Binding::Place { quote!(&#tokens) } else { quote!(#tokens) }
    }

    /// Returns the expression as the receiver of `.method()` or `.field`.
    pub(super) fn receiver(&self) -> TokenStream {
        let tokens = &self.0;
        if self.1 <= Binding::Place { quote!(#tokens) } else { quote!((#tokens)) }
    }

    /// Returns the expression as an operand of an operator with the given precedence.
    pub(super) fn beside(&self, operator: Binding) -> TokenStream {
        let value = self.value();
        // Comparisons cannot be chained, and `<` after `as` would start a list of generic arguments.
        if self.1 < operator || (self.1 == operator && operator > Binding::Comparison) {
            value
        } else {
            quote!((#value))
        }
    }
}
