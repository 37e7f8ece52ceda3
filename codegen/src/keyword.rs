//! Rust's keywords.

/// The keywords of all editions that can be raw identifiers, in alphabetical order.
const RAW: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns whether a name is a keyword that can be written as a raw identifier.
pub(crate) fn is_raw_keyword(name: &str) -> bool {
    RAW.binary_search(&name).is_ok()
}

/// Returns whether a name is a keyword.
pub(crate) fn is_keyword(name: &str) -> bool {
    is_raw_keyword(name) || NOT_RAW.contains(&name)
}

/// Keywords that cannot be raw identifiers.
pub(crate) const NOT_RAW: [&str; 5] = ["self", "super", "crate", "Self", "_"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_contains_the_keywords_of_syn() {
        assert!(RAW.is_sorted());
        let is_identifier = |name: &str| syn::parse_str::<proc_macro2::Ident>(name).is_ok();
        // `syn` accepts `gen` as an identifier, although it has been a keyword since the 2024 edition.
        for name in RAW.into_iter().filter(|name| *name != "gen") {
            assert!(!is_identifier(name), "{name}");
        }
        // Every word in the source code of the runtime's client that starts with a lower-case letter is either an
        // identifier or a keyword.
        let words = include_str!("../runtime/src/client.rs").split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())) {
            assert_eq!(is_identifier(word), !is_keyword(word), "{word}");
        }
    }
}
