//! The constraints of members, as paragraphs of their documentation.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt, quote};

use crate::{
    ir::{Bounds, Constraints, Doc},
    markdown::code_span,
};

/// The length of the longest pattern that is documented.
const LONGEST_PATTERN: usize = 200;

impl ToTokens for Constraints {
    /// Appends `/// Length: 1 to 64. Pattern: …` after an empty line, or nothing if there are no constraints.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let sentences = sentences(self);
        if !sentences.is_empty() {
            let paragraph = Doc::from(sentences.join(" "));
            tokens.append_all(quote!(#[doc = ""] #paragraph));
        }
    }
}

fn sentences(constraints: &Constraints) -> Vec<String> {
    let Constraints { length, range, pattern, unique_items } = constraints;
    let length = between(length).map(|bounds| format!("Length: {bounds}."));
    let range = between(range).map(|bounds| format!("Range: {bounds}."));
    let pattern = pattern.as_deref().filter(|pattern| is_readable(pattern));
    let pattern = pattern.map(|pattern| format!("Pattern: {}.", code_span(pattern)));
    let unique = unique_items.then(|| "Elements must be unique.".to_owned());
    [length, range, pattern, unique].into_iter().flatten().collect()
}

/// Returns `1 to 64`, `at least 1`, `at most 64`, or `exactly 1`.
fn between(bounds: &Bounds) -> Option<String> {
    match (&bounds.min, &bounds.max) {
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

/// Returns whether a pattern is short and on one line.
fn is_readable(pattern: &str) -> bool {
    pattern.len() <= LONGEST_PATTERN && !pattern.contains(['\n', '\r']) && !pattern.trim().is_empty()
}
