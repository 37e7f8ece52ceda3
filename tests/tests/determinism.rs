//! Tests that the same model results in the same files, regardless of the order of its shapes, and that the committed
//! crates are up to date.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value};
use simba_codegen::{Files, Options, Package, Publish, Source};
use simba_tests::{generate, model, options, workspace};

/// Returns the options with which `cargo xtask codegen` generates a crate in `generated`.
fn committed_options(name: &str) -> Options {
    let version = env!("CARGO_PKG_VERSION");
    let dependency = |name| format!("{{ path = \"../../codegen/{name}\", version = \"{version}\" }}");
    let (runtime, aws_config) = (dependency("runtime"), dependency("aws-config"));
    let package = Package {
        name: Some(format!("simba-{name}")),
        version: Some(version.to_owned()),
        license: Some("Apache-2.0".to_owned()),
        publish: Some(Publish::Anywhere),
        ..Package::default()
    };
    Options { crate_name: Some(name.to_owned()), runtime, aws_config, package, ..options() }
}

#[test]
fn the_committed_crates_are_generated_from_their_models() {
    let generated = generate(&model("fsx"), &committed_options("fsx"));
    let committed = read_crate(&workspace().join("generated/fsx"));
    let paths = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&generated.files), paths(&committed), "run `cargo xtask codegen`");
    let stale: Vec<&String> =
        generated.files.iter().filter(|(path, text)| committed[*path] != **text).map(|(path, _)| path).collect();
    assert!(stale.is_empty(), "run `cargo xtask codegen`: {stale:?}");
    assert_eq!(generated.operations, 48);
    assert_eq!(generated.warnings.to_string(), "");
}

#[test]
fn the_order_of_shapes_does_not_matter() {
    let sources = model("fsx");
    let in_order = generate(&sources, &committed_options("fsx")).files;
    let again = generate(&sources, &committed_options("fsx")).files;
    assert_eq!(in_order, again);
    let shuffled: Vec<Source> = sources.iter().map(|source| shuffle(source, 2026)).collect();
    assert!(shuffled.iter().zip(&sources).any(|(a, b)| a.text != b.text));
    let files = generate(&shuffled, &committed_options("fsx")).files;
    let differs = |(path, text): &(&String, &String)| in_order.get(*path) != Some(text);
    let different: Vec<&String> = files.iter().filter(differs).map(|(path, _)| path).collect();
    assert!(different.is_empty() && files.len() == in_order.len(), "{different:?}");
}

/// Shuffles the shapes in a file. The order of members is significant, and is not changed.
fn shuffle(source: &Source, mut seed: u64) -> Source {
    let mut root: Value = serde_json::from_str(&source.text).expect("the model is JSON");
    let Some(shapes) = root.get_mut("shapes").and_then(Value::as_object_mut) else { return source.clone() };
    let mut entries: Vec<(String, Value)> = std::mem::take(shapes).into_iter().collect();
    for last in (1..entries.len()).rev() {
        // This is Knuth's linear congruential generator, whose upper bits are sufficiently random.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(seed >> 33).expect("31 bits fit") % (last + 1);
        entries.swap(last, other);
    }
    *shapes = entries.into_iter().collect::<Map<_, _>>();
    Source { name: source.name.clone(), text: root.to_string() }
}

/// Returns the files of a crate, except those that Cargo creates.
fn read_crate(directory: &Path) -> Files {
    let mut files = BTreeMap::new();
    let mut queue = vec![directory.to_owned()];
    while let Some(at) = queue.pop() {
        for entry in fs::read_dir(&at).expect("the crate can be read") {
            let path = entry.expect("the crate can be read").path();
            let inside = path.strip_prefix(directory).expect("it is inside").display().to_string();
            if path.is_dir() {
                queue.push(path);
            } else if inside != "Cargo.lock" {
                files.insert(inside, simba_tests::text(&path));
            }
        }
    }
    files
}
