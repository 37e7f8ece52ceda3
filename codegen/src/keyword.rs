//! Rust's keywords.

/// Returns whether a name is a keyword that can be written as a raw identifier.
pub(crate) fn is_raw_keyword(name: &str) -> bool {
    // Calling syn for every name would dominate the time of converting names.
    let looks_like_one = name.len() <= 8 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    // Syn's keywords are those of all editions; `gen` is one since 2024.
    looks_like_one && (name == "gen" || syn::parse_str::<proc_macro2::Ident>(name).is_err()) && !NOT_RAW.contains(&name)
}

/// Returns whether a name is a keyword.
pub(crate) fn is_keyword(name: &str) -> bool {
    is_raw_keyword(name) || NOT_RAW.contains(&name)
}

/// Keywords that cannot be raw identifiers.
pub(crate) const NOT_RAW: [&str; 5] = ["self", "super", "crate", "Self", "_"];
