//! Converts names in the model to Rust names.
//!
//! Escaping, collisions and reserved words are handled only here. There are two kinds of reserved words: those of the
//! language, and the names that generated code uses without a path.

use std::{borrow::Cow, collections::BTreeMap, fmt::Display};

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::{
    diagnostic::Report,
    keyword::{NOT_RAW, is_keyword},
};

/// Returns the Rust name of a type: `OpenZFSFileSystemConfiguration` becomes `OpenZfsFileSystemConfiguration`.
pub(super) fn type_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_upper_camel_case(), 'T');
    if PRELUDE.contains(&name.as_str()) { format!("{name}Shape") } else { name }
}

/// Returns the Rust name of a member or method: `SizeGiB` becomes `size_gib`.
pub(super) fn member_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_snake_case(), 'n');
    if NOT_RAW.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Returns the name of a module, which is also the name of its file. The name is never `mod`, since `mod.rs` has a
/// special meaning, nor the name of a device, since Windows does not allow files with such names.
pub(super) fn module_name(wire: &str) -> String {
    let name = member_name(wire);
    if name == "mod" || is_device(&name) { format!("{name}_") } else { name }
}

/// Returns whether Windows reserves a name for a device, with or without a file extension.
fn is_device(name: &str) -> bool {
    let number = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    matches!(name, "aux" | "con" | "nul" | "prn")
        || number.is_some_and(|number| number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Returns the Rust name of a variant in an enumeration or union: `USER_INITIATED` becomes `UserInitiated`.
pub(super) fn variant_name(wire: &str) -> String {
    let name = leading_letter(words(wire).to_upper_camel_case(), 'V');
    if USED_VARIANTS.contains(&name.as_str()) { format!("{name}Value") } else { name }
}

/// Returns the name of a crate: `OpenSearchServerless` becomes `opensearchserverless`.
pub(super) fn crate_name(id: &str) -> String {
    let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    leading_letter(name, 'c')
}

/// Returns the crate name for a service. The name is neither a keyword nor the name of a crate that every generated
/// crate can use.
pub(super) fn package_name(id: &str) -> String {
    let name = crate_name(id);
    if is_package_name(&name) { name } else { format!("{name}-client") }
}

/// Returns whether a name is valid for Cargo and as the start of a Rust path.
pub(crate) fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        && !is_keyword(&name.to_lowercase())
        && !CRATES.contains(&name.replace('-', "_").as_str())
}

/// The crates that every program can use, and those on which generated crates depend.
const CRATES: [&str; 6] = ["alloc", "core", "proc_macro", "simba_runtime", "std", "test"];

/// A scope in which names are unique. If the name of an item is taken, a number is appended.
///
/// The first item that takes a name keeps it, so the results depend on the order in which items are named.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The items that have been named, by name.
    taken: BTreeMap<String, String>,
    /// For each name that is taken, the number to append for the next item with this name.
    next: BTreeMap<String, usize>,
}

impl Scope {
    /// Creates a scope in which the given names are taken.
    pub(super) fn with(taken: &[&str]) -> Self {
        Self { taken: taken.iter().map(|name| ((*name).to_owned(), String::new())).collect(), next: BTreeMap::new() }
    }

    /// Reserves a name for generated code.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), String::new());
    }

    /// Returns a name for the item that the model calls `wire`. If `name` is taken, a number is appended.
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

    /// Warns if the name of an item was changed because of a collision.
    pub(super) fn report_collision(
        &self,
        location: impl Display,
        got: &str,
        wanted: &str,
        file: &str,
        report: &mut Report,
    ) {
        if got != wanted {
            let owner = self.taken.get(wanted).filter(|owner| !owner.is_empty());
            let owner = owner.map_or("the generated code".to_owned(), |owner| format!("`{owner}`"));
            let message = format!("the Rust name `{wanted}` is already used by {owner}; renamed to `{got}`");
            report.warning(message).in_file(file).at(location);
        }
    }
}

/// Names that generated code and its examples use without a path: those of Rust's prelude and of derived traits. A type
/// with the name of a trait would also make the trait's methods inaccessible.
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

/// The names that variants cannot have: a keyword, and the variant for unknown values that every generated enumeration
/// has.
const USED_VARIANTS: [&str; 2] = ["Self", "Unknown"];

/// Words that must not be split at their capital letters, each with a spelling that heck does not split.
const WHOLE_WORDS: [(&str, &str); 7] = [
    ("GiB", "Gib"),
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("KiB", "Kib"),
    ("MiB", "Mib"),
    ("SigV4", "Sigv4"),
    ("TiB", "Tib"),
];

/// Changes a name so that heck splits it into the expected words. Units and plural abbreviations such as `ARNs` are
/// kept whole.
fn words(wire: &str) -> String {
    let mut spelt = if wire.is_ascii() { Cow::Borrowed(wire) } else { Cow::Owned(ascii(wire)) };
    for (word, capitalised) in WHOLE_WORDS {
        if spelt.contains(word) {
            spelt = Cow::Owned(replace_word(&spelt, word, capitalised));
        }
    }
    let bytes = spelt.as_bytes();
    let is_plural = |index: usize| {
        let (before, after) = bytes.split_at(index);
        matches!(before, [.., a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
            && after.get(1).is_none_or(|next| !next.is_ascii_lowercase())
    };
    let mut out = String::with_capacity(spelt.len() + 1);
    for (index, character) in spelt.char_indices() {
        if character == 's' && is_plural(index) {
            out.push('S');
            if bytes.get(index + 1).is_some_and(u8::is_ascii_uppercase) {
                out.push('_');
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// Converts a name to ASCII: `m²` becomes `m_U00B2_`. Rust does not allow all characters in names, and the compiler
/// warns about characters that look like others or have several encodings.
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

/// Replaces all occurrences of a word that are not followed by a lower-case letter.
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

/// Prepends a letter to a name that does not start with one.
fn leading_letter(name: String, letter: char) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("{letter}{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword::is_raw_keyword;

    #[test]
    fn names_are_split_into_words() {
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
    fn reserved_words_are_avoided() {
        assert_eq!(member_name("Self"), "self_");
        assert!(is_raw_keyword("type") && !is_raw_keyword("self_") && !is_raw_keyword("name"));
        assert_eq!(type_name("Option"), "OptionShape");
        assert!(is_raw_keyword("gen"));
        assert_eq!(module_name("Mod"), "mod_");
        assert_eq!((module_name("Aux"), module_name("COM1")), ("aux_".to_owned(), "com1_".to_owned()));
        assert_eq!((module_name("Com"), module_name("Com10")), ("com".to_owned(), "com10".to_owned()));
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
        // Naming many items with the same name takes linear time.
        let last = (3..=100_000).map(|_| scope.take("FooBar", "foo_bar".to_owned())).last();
        assert_eq!(last.as_deref(), Some("foo_bar100000"));
    }
}
