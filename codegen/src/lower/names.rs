//! The one authority for names: how a name of the model is spelt in Rust.
//!
//! Escaping, collisions and reserved words are settled here and nowhere else. There are two layers of reserved words:
//! those of the language, and the names that the generated code itself uses without a path.

use std::{collections::BTreeMap, fmt::Display};

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::{
    diagnostic::Report,
    keyword::{NOT_RAW, is_keyword},
};

/// The name of a type: `OpenZFSFileSystemConfiguration` is `OpenZfsFileSystemConfiguration`.
pub(super) fn type_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_upper_camel_case(), 'T');
    if PRELUDE.contains(&name.as_str()) { format!("{name}Shape") } else { name }
}

/// The name of a member or method: `SizeGiB` is `size_gib`.
pub(super) fn member_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_snake_case(), 'n');
    if NOT_RAW.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The name of a module, which is also a file's: `mod.rs` would be the file of the folder.
pub(super) fn module_name(wire: &str) -> String {
    let name = member_name(wire);
    if name == "mod" { format!("{name}_") } else { name }
}

/// The name of an enumeration's or union's variant: `USER_INITIATED` is `UserInitiated`.
pub(super) fn variant_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_upper_camel_case(), 'V');
    if USED_VARIANTS.contains(&name.as_str()) { format!("{name}Value") } else { name }
}

/// The name of a crate: `opensearchserverless` from `OpenSearchServerless`.
pub(super) fn crate_name(id: &str) -> String {
    let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    leading_letter(name, 'c')
}

/// The name of the crate of a service, which is no keyword and not that of a crate which every program has.
pub(super) fn package_name(id: &str) -> String {
    let name = crate_name(id);
    if is_package_name(&name) { name } else { format!("{name}-client") }
}

/// Whether Cargo accepts a crate's name, and Rust a path that starts with it.
pub(super) fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        && !is_keyword(&name.to_lowercase())
        && !CRATES.contains(&name.replace('-', "_").as_str())
}

/// The crates that every program has, or that the generated one depends on.
const CRATES: [&str; 6] = ["alloc", "core", "proc_macro", "simba_runtime", "std", "test"];

/// PathResult every name of a scope that is spelt like an earlier one a number, so that both can stand.
///
/// The names come in the model's order; the first one keeps its spelling.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// What has each name.
    taken: BTreeMap<String, String>,
    /// The number for the next item that wants a name which is taken.
    next: BTreeMap<String, usize>,
}

impl Scope {
    /// A scope in which these names are taken already.
    pub(super) fn with(taken: &[&str]) -> Self {
        Self { taken: taken.iter().map(|name| ((*name).to_owned(), String::new())).collect(), next: BTreeMap::new() }
    }

    /// Takes a name for the generated code itself.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), String::new());
    }

    /// Takes a name for the item that the model calls `wire`; if another has it, a number is added.
    pub(super) fn take(&mut self, wire: &str, name: String) -> String {
        let mut candidate = name.clone();
        while self.taken.contains_key(&candidate) {
            let number = self.next.entry(name.clone()).or_insert(2);
            candidate = format!("{name}{number}");
            *number += 1;
        }
        self.taken.insert(candidate.clone(), wire.to_owned());
        candidate
    }

    /// Warns if an item could not get the name that it would have had alone.
    pub(super) fn report_collision(
        &self,
        place: impl Display,
        got: &str,
        wanted: &str,
        file: &str,
        report: &mut Report,
    ) {
        if got != wanted {
            let owner = self.taken.get(wanted).filter(|owner| !owner.is_empty());
            let owner = owner.map_or("the generated code".to_owned(), |owner| format!("`{owner}`"));
            let message = format!("its Rust name `{wanted}` is taken by {owner}; it is called `{got}`");
            report.warning(message).in_file(file).at(place);
        }
    }
}

/// Names that generated code and its examples use without a path: those of Rust's prelude, and of what they derive. A
/// type that took the name of a trait would also hide the trait's methods.
const PRELUDE: [&str; 46] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Variants that every generated enumeration has of its own.
const USED_VARIANTS: [&str; 2] = ["Self", "Unknown"];

/// Words that are one word although their capitals say otherwise.
const WHOLE_WORDS: [&str; 7] = ["GiB", "IPv4", "IPv6", "KiB", "MiB", "SigV4", "TiB"];

/// Spells a name so that heck finds the words that a reader finds: units are whole words, and so is an
/// abbreviation in the plural (`ARNs`).
fn words(wire: &str) -> String {
    let mut spelt = ascii(wire);
    for whole in WHOLE_WORDS {
        let mut capitalised = whole.to_lowercase();
        capitalised[..1].make_ascii_uppercase();
        spelt = replace_word(&spelt, whole, &capitalised);
    }
    let characters: Vec<char> = spelt.chars().collect();
    let plural = |index: usize| {
        characters[index] == 's'
            && index >= 2
            && characters[index - 1].is_ascii_uppercase()
            && characters[index - 2].is_ascii_uppercase()
            && characters.get(index + 1).is_none_or(|next| !next.is_ascii_lowercase())
    };
    let mut out = String::with_capacity(spelt.len());
    for (index, character) in characters.iter().enumerate() {
        out.push(if plural(index) { 'S' } else { *character });
        if plural(index) && characters.get(index + 1).is_some_and(char::is_ascii_uppercase) {
            out.push('_');
        }
    }
    out
}

/// Spells a name in ASCII: `m²` is `m_U00B2`. Not every letter may be part of a Rust name, and of those that may some
/// look like others or are written in two ways, of which the compiler warns.
fn ascii(wire: &str) -> String {
    let mut out = String::with_capacity(wire.len());
    for c in wire.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            c if c.is_alphanumeric() => out.push_str(&format!("_U{:04X}_", u32::from(c))),
            _ => out.push('_'),
        }
    }
    out
}

/// Replaces a word where no lower-case letter follows it.
fn replace_word(text: &str, word: &str, replacement: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        let after = &from[word.len()..];
        out.push_str(before);
        let ends = !after.starts_with(|c: char| c.is_ascii_lowercase());
        out.push_str(if ends { replacement } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Puts a letter before a name that starts with a digit or is empty.
fn leading_letter(name: String, letter: char) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("{letter}{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::is_raw_keyword;

    #[test]
    fn names_are_split_into_the_words_that_a_reader_finds() {
        for (wire, member, ty) in [
            ("SizeGiB", "size_gib", "SizeGib"),
            ("StorageCapacityQuotaGiB", "storage_capacity_quota_gib", "StorageCapacityQuotaGib"),
            ("RecordSizeKiB", "record_size_kib", "RecordSizeKib"),
            ("OpenZFSFileSystemConfiguration", "open_zfs_file_system_configuration", "OpenZfsFileSystemConfiguration"),
            ("DNSName", "dns_name", "DnsName"),
            ("ResourceARN", "resource_arn", "ResourceArn"),
            ("ResourceARNs", "resource_arns", "ResourceArns"),
            ("ARNsByName", "arns_by_name", "ArnsByName"),
            ("EndpointIpv6AddressRange", "endpoint_ipv6_address_range", "EndpointIpv6AddressRange"),
            ("IPv6Address", "ipv6_address", "Ipv6Address"),
            ("S3AccessPoint", "s3_access_point", "S3AccessPoint"),
            ("nfsExports", "nfs_exports", "NfsExports"),
            ("Type", "type", "Type"),
        ] {
            assert_eq!(member_name(wire), member);
            assert_eq!(type_name(wire), ty);
        }
    }

    #[test]
    fn reserved_words_are_evaded_in_layers() {
        assert_eq!(member_name("Self"), "self_");
        assert!(is_raw_keyword("type") && !is_raw_keyword("self_") && !is_raw_keyword("name"));
        assert_eq!(type_name("Option"), "OptionShape");
        assert!(is_raw_keyword("gen"));
        assert_eq!(module_name("Mod"), "mod_");
        assert_eq!(variant_name("UNKNOWN"), "UnknownValue");
        assert_eq!(variant_name("self"), "SelfValue");
        assert_eq!(variant_name("1.5"), "V15");
        assert_eq!(variant_name("m²"), "MU00b2");
        assert_eq!(variant_name("日本"), "U65e5U672c");
        assert_eq!((variant_name("“"), variant_name("")), ("V".to_owned(), "V".to_owned()));
        assert_eq!(package_name("Std"), "std-client");
        assert_eq!(package_name("Match"), "match-client");
        assert_eq!(package_name("FSx"), "fsx");
    }

    #[test]
    fn names_that_collide_are_numbered() {
        let mut scope = Scope::with(&["send"]);
        assert_eq!(scope.take("Send", "send".to_owned()), "send2");
        assert_eq!(scope.take("fooBar", "foo_bar".to_owned()), "foo_bar");
        assert_eq!(scope.take("foo_bar", "foo_bar".to_owned()), "foo_bar2");
        // As many as one may want, in no more time than it takes to count.
        let last = (3..=100_000).map(|_| scope.take("FooBar", "foo_bar".to_owned())).last();
        assert_eq!(last.as_deref(), Some("foo_bar100000"));
    }
}
