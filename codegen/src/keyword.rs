//! Rust's keywords.

/// Whether a name is a keyword that Rust accepts behind `r#`.
pub(crate) fn is_raw_keyword(name: &str) -> bool {
    // Syn knows the keywords, but asking it about every name would cost more than all else about names.
    let looks_like_one = name.len() <= 8 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    // What syn calls a keyword is one in all editions; `gen` is one since 2024.
    looks_like_one && (name == "gen" || syn::parse_str::<proc_macro2::Ident>(name).is_err()) && !NOT_RAW.contains(&name)
}

/// Whether a name is a keyword, raw or not.
pub(crate) fn is_keyword(name: &str) -> bool {
    is_raw_keyword(name) || NOT_RAW.contains(&name)
}

/// Keywords that cannot be written behind `r#`.
pub(crate) const NOT_RAW: [&str; 5] = ["self", "super", "crate", "Self", "_"];
