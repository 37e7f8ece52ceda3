//! Compares the names in the committed crate with a snapshot and with the names in `aws-sdk-fsx`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use simba_tests::{text, workspace};
use syn::{Fields, Item, Visibility};

/// The Rust names of types, such as `struct types::Tag` or `enum types::BackupType`, and of their fields or variants.
type Names = BTreeMap<String, BTreeSet<String>>;

/// Returns the files in `generated/fsx/src`, by module. The module of `types/tag.rs` is `types::tag`.
fn files() -> Vec<(String, String)> {
    let root = workspace().join("generated/fsx/src");
    let mut files = Vec::new();
    let mut queue = vec![root.clone()];
    while let Some(at) = queue.pop() {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&at).expect("the crate exists").filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                queue.push(path);
            } else {
                let inside = path.strip_prefix(&root).unwrap_or(&path).with_extension("");
                files.push((inside.display().to_string().replace('/', "::"), text(&path)));
            }
        }
    }
    files
}

/// Returns the names of our types with their fields and variants, without catch-all variants.
fn ours() -> Names {
    let mut names = Names::new();
    for (module, text) in files() {
        // Types and errors are exported by the parent module, and each operation has its own module.
        let path = match module.split_once("::") {
            Some((parent @ ("types" | "error"), _)) => parent,
            _ => &module,
        };
        let file = syn::parse_file(&text).expect("the crate is Rust");
        for item in file.items {
            match item {
                Item::Struct(item) => {
                    let Fields::Named(fields) = item.fields else { continue };
                    let public = fields.named.into_iter().filter(|field| matches!(field.vis, Visibility::Public(_)));
                    let fields = public.filter_map(|field| Some(unraw(&field.ident?.to_string())));
                    names.insert(format!("struct {path}::{}", item.ident), fields.collect());
                }
                Item::Enum(item) => {
                    let variants = item.variants.into_iter().map(|variant| variant.ident.to_string());
                    let known = variants.filter(|variant| variant != "Unknown");
                    names.insert(format!("enum {path}::{}", item.ident), known.collect());
                }
                _ => {}
            }
        }
    }
    names
}

fn unraw(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// Returns the names in `aws-sdk-fsx`. Names of inputs, outputs and errors are translated to ours.
fn theirs() -> Names {
    let data = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/aws-sdk-fsx-names.txt"));
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, parts) =
                line.split_once(':').map_or((line, ""), |_| line.rsplit_once(':').unwrap_or((line, "")));
            (translate(name), parts.split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

/// Translates the name of an input, an output, or the error type. In `aws-sdk-fsx`, the names of inputs and outputs are
/// derived from the name of the operation. In `fsx`, they are the names in the model.
fn translate(name: &str) -> String {
    if name == "enum error::Error" {
        return "enum error::ServiceError".to_owned();
    }
    if name.starts_with("struct operation::") {
        if let Some(operation) = name.strip_suffix("Input") {
            return format!("{operation}Request");
        }
        if let Some(operation) = name.strip_suffix("Output") {
            return format!("{operation}Response");
        }
    }
    name.to_owned()
}

#[test]
fn the_names_match_aws_sdk_fsx() {
    let (ours, theirs) = (ours(), theirs());
    let mut found = Vec::new();
    for (name, parts) in &theirs {
        match ours.get(name) {
            None => found.push(format!("{name} is missing")),
            Some(own) if own != parts => {
                let missing: Vec<_> = parts.difference(own).collect();
                let added: Vec<_> = own.difference(parts).collect();
                found.push(format!("{name} lacks {missing:?} and has {added:?}"));
            }
            Some(_) => {}
        }
    }
    found.extend(ours.keys().filter(|name| !theirs.contains_key(*name)).map(|name| format!("{name} is added")));
    // Intended differences are listed here, with reasons. There are none.
    assert_eq!(found, [""; 0]);
    assert!(theirs.len() > 370, "the list is there");
}

#[test]
fn the_names_have_not_changed() {
    let mut files = files();
    files.sort();
    let tables = files.iter().map(|(module, text)| table(module, text));
    insta::assert_snapshot!("fsx", tables.collect::<String>());
}

/// Returns the wire names and the Rust names in a file, with a line for each type, member and value.
fn table(module: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut add = |line: &str| {
        lines.push_str(line);
        lines.push('\n');
    };
    let mut rows = text.lines().map(str::trim);
    while let Some(row) = rows.next() {
        if row == "schema::structure! {" {
            let of_table = rows.by_ref().take_while(|row| *row != "}");
            for row in of_table {
                add(&structure_row(module, row.trim_end_matches(';')));
            }
        } else if let Some(name) = row.strip_prefix("pub enum ").filter(|_| !text.contains("service_error!")) {
            add(&format!("{module}: enum {}", name.trim_end_matches(" {")));
        } else if let Some((variant, value)) = row.strip_prefix("Self::").and_then(|row| row.split_once(" => \"")) {
            add(&format!("    {} -> {variant}", value.trim_end_matches(',').trim_end_matches('"')));
        }
    }
    lines
}

/// Formats a row such as `Tag: "com.amazonaws.fsx", "Tag"` or `required "Key" key: String`.
fn structure_row(module: &str, row: &str) -> String {
    let (before, after) = row.split_once(": ").unwrap_or((row, ""));
    if let Some((_, wire)) = after.split_once("\", \"") {
        return format!("{module}: structure {} -> {before}", wire.trim_matches('"'));
    }
    let mut parts = before.rsplitn(3, ' ');
    let (rust, wire) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("    {} -> {rust}", wire.trim_matches('"'))
}
