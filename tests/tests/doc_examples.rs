//! Checks that the documentation of each runtime type contains an example, if users of a generated crate need the type.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use simba_tests::{text, workspace};
use syn::{Attribute, Item, UseTree, Visibility};

/// Other modules of the runtime that generated crates re-export, in addition to those in their `lib.rs`.
const OTHER_MODULES: [&str; 2] = ["error", "event_stream"];

/// Types that need no example, with the reasons.
const WITHOUT: [(&[&str], &str); 7] = [
    (&["Async", "Blocking", "SuccessOrError", "SuccessOutput"], "a mode, which programs use only in signatures"),
    (&["Event", "Paginated", "PaginatedItems", "RawEvents", "ServiceReadTimeout", "Waiter"], "for generated code"),
    (&["Preparing", "Sending"], "a future, returned by the methods of a call"),
    (
        &["Attempt", "EndpointUrls", "FailedAttempt", "Outcome", "ProviderConfig", "Settings", "TokenSource"],
        "used by implementations of a trait that has an example, or of a similar trait",
    ),
    (&["ErrorMetadata", "ErrorResponse", "ErrorShape", "Fault", "ServiceError"], "the data of modeled errors"),
    (
        &[
            "CallFailure",
            "ConfigError",
            "ConfigErrorKind",
            "CredentialsError",
            "CredentialsErrorKind",
            "DecodeError",
            "EndpointError",
            "FailureKind",
            "InputError",
            "MissingRegion",
            "ParseNumberError",
            "ParseTimestampError",
            "ResponseError",
            "SettingOrigin",
            "TimeoutError",
            "TimeoutKind",
            "TransportErrorKind",
            "UnknownError",
        ],
        "an error that the documentation of another type describes, or a part of one",
    ),
    (
        &["RecordedRequest", "SystemClock", "SystemRandom"],
        "the default of clients, or part of the example of another type",
    ),
];

/// Returns the items in a file.
fn items(path: &Path) -> Vec<Item> {
    syn::parse_file(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items
}

/// Returns whether an item is hidden from the documentation.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden")
    })
}

/// Returns the name and attributes of a type or trait, if it is public and not hidden.
fn public_type(item: &Item) -> Option<(String, &[Attribute])> {
    let (name, attributes, visibility) = match item {
        Item::Struct(item) => (&item.ident, &item.attrs, &item.vis),
        Item::Enum(item) => (&item.ident, &item.attrs, &item.vis),
        Item::Trait(item) => (&item.ident, &item.attrs, &item.vis),
        _ => return None,
    };
    (matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)).then(|| (name.to_string(), &attributes[..]))
}

/// Collects the names that a `use` imports.
fn imported(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, names)),
        UseTree::Name(name) => _ = names.insert(name.ident.to_string()),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

/// Returns the names that the `pub use` items of a file export, except those of hidden items.
fn exported(items: &[Item]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Public(_))
            && !is_hidden(&item.attrs)
        {
            imported(&item.tree, &mut names);
        }
    }
    names
}

/// Collects the types in all files of a directory, and whether their documentation has an example.
fn collect(directory: &Path, types: &mut BTreeMap<String, bool>) {
    for entry in std::fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the directory can be read").path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_test {
            collect(&path, types);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            for item in items(&path) {
                let Some((name, attributes)) = public_type(&item) else { continue };
                let has_example = attributes.iter().any(|attribute| match &attribute.meta {
                    syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => {
                        let syn::Expr::Lit(value) = &doc.value else { return false };
                        matches!(&value.lit, syn::Lit::Str(line) if line.value().trim() == "```")
                    }
                    _ => false,
                });
                types.insert(name, has_example);
            }
        }
    }
}

#[test]
fn public_types_of_the_runtime_have_examples() {
    let runtime: PathBuf = workspace().join("codegen/runtime/src");
    let mut modules = exported(&items(&workspace().join("generated/fsx/src/lib.rs")));
    modules.extend(OTHER_MODULES.map(str::to_owned));
    modules.insert("config".to_owned());
    let mut types = BTreeMap::new();
    collect(&runtime, &mut types);

    let mut seen = BTreeSet::new();
    for module in &modules {
        let file = runtime.join(format!("{module}.rs"));
        if !file.exists() {
            continue;
        }
        let items = items(&file);
        seen.extend(exported(&items));
        seen.extend(items.iter().filter_map(|item| Some(public_type(item)?.0)));
    }
    seen.retain(|name| types.contains_key(name));
    assert!(seen.len() > 60, "the types were found");

    let without: BTreeSet<&str> = WITHOUT.iter().flat_map(|(names, _)| *names).copied().collect();
    let missing: Vec<&String> = seen.iter().filter(|name| !types[*name] && !without.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "without an example, and not listed with a reason: {missing:?}");
    let needless: Vec<&&str> =
        without.iter().filter(|name| !seen.contains(**name) || types.get(**name) == Some(&true)).collect();
    assert!(needless.is_empty(), "listed but not needed: {needless:?}");
}
