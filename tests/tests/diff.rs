//! `cargo xtask diff`: how an update of a model changes the Rust API.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{
    Options, Source,
    diff::{Diff, Effect, Step, diff},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is inside the workspace").to_owned()
}

fn model(path: &str) -> Vec<Source> {
    let path = root().join(path);
    let files = match path.is_dir() {
        true => {
            fs::read_dir(&path).expect("the folder can be read").map(|entry| entry.expect("an entry").path()).collect()
        }
        false => vec![path],
    };
    let json = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| Source { text: fs::read_to_string(&path).expect("a file"), name: path.display().to_string() })
        .collect()
}

fn options() -> Options {
    let partitions = fs::read_to_string(root().join("models/partitions.json")).expect("the partitions");
    Options { partitions: Some(partitions), ..Options::default() }
}

fn compare(old: &str, new: &str) -> Diff {
    diff(&model(old), &model(new), &options()).expect("both models are sound")
}

const OLD: &str = "tests/fixtures/diff/old.json";
const NEW: &str = "tests/fixtures/diff/new.json";

#[test]
fn an_update_that_breaks_programs_says_what_and_asks_for_a_major_step() {
    let diff = compare(OLD, NEW);
    assert!(diff.is_breaking());
    assert_eq!(diff.step(), Step::Major);
    insta::assert_snapshot!("update", diff.markdown());
}

#[test]
fn a_model_does_not_differ_from_itself() {
    for path in [OLD, "models/fsx"] {
        let diff = compare(path, path);
        assert_eq!((diff.step(), diff.changes.len(), diff.documentation), (Step::None, 0, 0), "{path}");
        assert!(diff.markdown().contains("No changes. The version does not change."));
    }
}

#[test]
fn what_only_adds_is_a_minor_step_and_prose_a_patch() {
    let old = model(OLD);
    let changed = |from: &str, to: &str| {
        let text = old[0].text.replace(from, to);
        assert_ne!(text, old[0].text, "nothing is replaced");
        diff(&old, &[Source { name: "new.json".to_owned(), text }], &options()).expect("the model is sound")
    };
    let added = changed(r#""Title": {"#, r#""Author": {"target": "smithy.api#String"}, "Title": {"#);
    assert_eq!((added.step(), added.is_breaking()), (Step::Minor, false));
    assert!(added.changes.iter().all(|change| change.effect == Effect::Addition), "{added:?}");
    let prose = changed(r#""Books.""#, r#""All the books.""#);
    assert_eq!((prose.step(), prose.changes.len(), prose.documentation), (Step::Patch, 0, 1));
    let secret = changed(
        r#""Review": {"target": "smithy.api#String""#,
        r#""Review": {"target": "smithy.api#String", "traits": {"smithy.api#internal": {}}"#,
    );
    assert_eq!((secret.step(), secret.is_breaking()), (Step::Patch, false));
}

/// Compares the model with that of a year ago, if the official models are available.
#[test]
#[expect(clippy::print_stdout, reason = "It says why a test is left out.")]
fn the_model_of_a_year_ago_differs_as_the_release_notes_say() {
    let old = "../shared/models/smithy/fsx-2025-04.json";
    if !root().join(old).is_file() {
        println!("left out: {old} is not here");
        return;
    }
    let diff = compare(old, "models/fsx");
    let has = |effect: Effect, item: &str, what: &str| {
        diff.changes.iter().any(|change| change.effect == effect && change.item == item && change.what.contains(what))
    };
    assert_eq!(diff.step(), Step::Major);
    let directory = "types::SelfManagedActiveDirectoryConfiguration";
    assert!(has(Effect::Breaking, directory, "the field `password` changed from `String` to `Option<String>`"));
    assert!(has(Effect::Addition, "Client::create_and_attach_s3_access_point", "new operation"));
    assert!(has(Effect::Addition, "types::Status", "the variant `Paused` was added"));
    // The service has never removed anything.
    assert!(diff.changes.iter().all(|change| change.what != "removed"), "{}", diff.markdown());
}
