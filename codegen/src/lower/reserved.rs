//! The names of methods that generated code contains for every service. If a name from the model is equal to one of
//! them, a number is appended, since one of the methods would otherwise hide the other.
//!
//! A test compares these lists with the code that defines the methods.

/// Methods of traits in the prelude, which take precedence over methods that are found through `Deref`.
pub(super) const PRELUDE: [&str; 5] = ["clone", "clone_from", "into", "to_owned", "try_into"];

/// Methods of clients.
pub(super) const CLIENT: [&str; 5] = ["call_raw", "config", "from_env", "new", "send"];

/// Methods of request builders. Not every request builder has all of them.
pub(super) const CALL: [&str; 6] = ["into_future", "new", "prepare", "presign", "send", "with_options"];

/// Additional methods of request builders for paginated operations.
pub(super) const PAGES: [&str; 2] = ["items", "pages"];

/// Methods of responses, which dereference to the structures of the model.
pub(super) const RESPONSE: [&str; 6] = ["attempts", "headers", "into_inner", "map", "request_id", "status"];

/// Methods of the configuration builder.
pub(super) const CONFIG_BUILDER: [&str; 33] = [
    "account_id_endpoint_mode",
    "api_key",
    "app_id",
    "auth_scheme_preference",
    "basic_auth",
    "build",
    "ca_bundle",
    "ca_bundle_from",
    "clock",
    "clock_skew_correction",
    "compression",
    "credentials_provider",
    "credentials_source",
    "endpoint_param",
    "endpoint_url",
    "endpoint_urls",
    "execution_env",
    "interceptor",
    "host_prefix",
    "loaded_auth_scheme_preference",
    "max_response_size",
    "min_compression_size",
    "random",
    "region",
    "retry",
    "searched",
    "sigv4a_signing_region_set",
    "timeouts",
    "token_provider",
    "token_source",
    "transport",
    "use_dual_stack",
    "use_fips",
];

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use proc_macro2::{Delimiter, TokenStream, TokenTree};

    use super::*;

    /// Parses the source files of the runtime.
    fn runtime() -> Vec<syn::File> {
        let mut queue: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/src")];
        let mut files = Vec::new();
        while let Some(path) = queue.pop() {
            if path.is_dir() {
                let entries = fs::read_dir(&path).expect("the directory exists");
                queue.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else {
                let text = fs::read_to_string(&path).expect("the file exists");
                files.push(syn::parse_file(&text).expect("the runtime is Rust"));
            }
        }
        files
    }

    /// Returns the public inherent methods of a type in the runtime.
    fn methods(files: &[syn::File], ty: &str) -> BTreeSet<String> {
        let items = files.iter().flat_map(|file| &file.items);
        let of_type = items.filter_map(|item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => match &*item.self_ty {
                syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == ty) => Some(item),
                _ => None,
            },
            _ => None,
        });
        let methods = of_type.flat_map(|item| &item.items).filter_map(|item| match item {
            syn::ImplItem::Fn(method) if matches!(method.vis, syn::Visibility::Public(_)) => {
                Some(method.sig.ident.to_string())
            }
            _ => None,
        });
        methods.collect()
    }

    /// Returns the names of the functions in the code that the given emitters produce.
    fn functions(file: &str, emitters: &[&str]) -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emit").join(file);
        let code: TokenStream = fs::read_to_string(path).expect("the file exists").parse().expect("it is Rust");
        let mut found = BTreeSet::new();
        let (mut after_fn, mut wanted) = (false, false);
        for token in code {
            match token {
                TokenTree::Ident(ident) => {
                    wanted |= after_fn && emitters.iter().any(|emitter| ident == emitter);
                    after_fn = ident == "fn";
                }
                TokenTree::Group(body) if wanted && body.delimiter() == Delimiter::Brace => {
                    collect(body.stream(), &mut found);
                    wanted = false;
                }
                _ => {}
            }
        }
        found
    }

    fn collect(tokens: TokenStream, found: &mut BTreeSet<String>) {
        let mut after_fn = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => collect(group.stream(), found),
                TokenTree::Ident(ident) if after_fn => {
                    found.insert(ident.to_string());
                    after_fn = false;
                }
                other => after_fn = matches!(&other, TokenTree::Ident(ident) if ident == "fn"),
            }
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_lists_match_the_runtime_and_the_emitted_code() {
        let files = runtime();
        assert_eq!(set(&CLIENT), functions("client.rs", &["common"]));
        assert_eq!(set(&CALL), functions("call.rs", &["call", "sending"]));
        assert_eq!(set(&PAGES), functions("call.rs", &["pages"]));
        assert_eq!(set(&RESPONSE), methods(&files, "Response"));
        assert_eq!(set(&CONFIG_BUILDER), methods(&files, "Builder"));
    }
}
