//! Tests `cargo xtask diff`, which shows how a new model changes the Rust API.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value as Json, json};
use simba_codegen::{
    Options, Source,
    diff::{Diff, Effect, Step, diff},
};

#[path = "diff/client.rs"]
mod client;
#[path = "diff/edits.rs"]
mod edits;
#[path = "diff/http.rs"]
mod http;
#[path = "api/skeleton.rs"]
mod skeleton;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is inside the workspace").to_owned()
}

fn model(path: &str) -> Vec<Source> {
    let path = root().join(path);
    let files = match path.is_dir() {
        true => fs::read_dir(&path)
            .expect("the directory can be read")
            .map(|entry| entry.expect("an entry").path())
            .collect(),
        false => vec![path],
    };
    let json = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| Source { text: fs::read_to_string(&path).expect("a file"), name: path.display().to_string() })
        .collect()
}

fn options() -> Options {
    let partitions = fs::read_to_string(root().join("models/partitions.json")).expect("the partitions");
    let read_timeouts = Some(r#"{"Archive": 300}"#.to_owned());
    Options { partitions: Some(partitions), read_timeouts, ..Options::default() }
}

fn compare(old: &str, new: &str) -> Diff {
    diff(&model(old), &model(new), &options()).expect("both models are valid")
}

const OLD: &str = "tests/fixtures/diff/old.json";
const NEW: &str = "tests/fixtures/diff/new.json";

#[test]
fn breaking_changes_are_listed_and_require_a_major_version() {
    let diff = compare(OLD, NEW);
    assert!(diff.is_breaking());
    assert_eq!(diff.step(), Step::Major);
    insta::assert_snapshot!("update", diff.markdown());
    assert_step(&diff, &model(OLD), &model(NEW), "update");
}

#[test]
fn a_model_has_no_changes_from_itself() {
    for path in [OLD, "models/fsx"] {
        let diff = compare(path, path);
        assert_eq!((diff.step(), diff.changes.len(), diff.documentation), (Step::None, 0, 0), "{path}");
        assert!(diff.markdown().contains("No changes. The version does not change."));
    }
}

#[test]
fn additions_require_a_minor_and_prose_a_patch_version() {
    let old = model(OLD);
    let changed = |from: &str, to: &str| {
        let text = old[0].text.replace(from, to);
        assert_ne!(text, old[0].text, "the edit changes nothing");
        let new = [Source { name: "new.json".to_owned(), text }];
        let diff = diff(&old, &new, &options()).expect("the model is valid");
        assert_step(&diff, &old, &new, "addition");
        diff
    };
    let added = changed(r#""Title": {"#, r#""Author": {"target": "smithy.api#String"}, "Title": {"#);
    assert_eq!((added.step(), added.is_breaking()), (Step::Minor, false));
    assert!(added.changes.iter().all(|change| change.effect == Effect::Addition), "{added:?}");
    assert!(added.markdown().contains("Requires a new **minor** version (**patch** before 1.0)."));
    let prose = changed(r#""Books.""#, r#""All the books.""#);
    assert_eq!((prose.step(), prose.changes.len(), prose.documentation), (Step::Patch, 0, 1));
    assert!(prose.markdown().contains("Requires a new **patch** version."));
    let secret = changed(
        r#""Review": {"target": "smithy.api#String""#,
        r#""Review": {"target": "smithy.api#String", "traits": {"smithy.api#internal": {}}"#,
    );
    assert_eq!((secret.step(), secret.is_breaking()), (Step::Patch, false));
}

#[test]
fn different_services_are_named_first() {
    let old = model(OLD);
    let text = old[0].text.replace("example.books#Library", "example.books#Archive");
    let new = [Source { name: "new.json".to_owned(), text }];
    let markdown = diff(&old, &new, &options()).expect("both models are valid").markdown();
    let expected = "# Changes in `archive`\n\nThe models have different services: `example.books#Library` and \
                    `example.books#Archive`.\n\nChanges: 1 breaking, ";
    assert!(markdown.starts_with(expected), "{markdown}");
}

/// Compares the model with AWS's model of April 2025, if that model is available.
#[test]
#[expect(clippy::print_stdout, reason = "Prints why a test is skipped.")]
fn changes_within_a_year_match_the_release_notes() {
    let old = "../shared/models/smithy/fsx-2025-04.json";
    if !root().join(old).is_file() {
        println!("skipped: {old} does not exist");
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
    // Since April 2025, no update of the model has removed anything.
    assert!(diff.changes.iter().all(|change| change.what != "removed"), "{}", diff.markdown());
}

/// Checks the descriptions of changes. Each row contains edits to the old model (pairs of a pointer and a value), edits
/// to the new model, and the change that must be reported.
#[test]
fn every_kind_of_change_is_described() {
    let shape = |name: &str, rest: &str| format!("/shapes/example.books#{name}{rest}");
    let service = |id: &str| shape("Library", &format!("/traits/{id}"));
    let operation = |id: &str| shape("GetBook", &format!("/traits/{id}"));
    let member = |owner: &str, name: &str| shape(owner, &format!("/members/{name}"));
    let (string, empty) = (json!({"target": "smithy.api#String"}), json!({}));
    let pages = json!({"inputToken": "Next", "outputToken": "Next"});
    let paginated = shape("ListBooks", "/traits/smithy.api#paginated");
    let list_books = "operation::list_books::ListBooks";
    let request = "operation::get_book::GetBookRequest";
    let number = |default: i64| json!({"target": "smithy.api#Integer", "traits": {"smithy.api#default": default}});
    let by_genre = json!({
        "type": "map",
        "key": {"target": "example.books#Genre"},
        "value": {"target": "smithy.api#String"}
    });
    let genres = shape("ByGenre", "");
    let list = json!({"type": "list", "member": {"target": "smithy.api#String"}});
    let pages_stream = json!({
        "type": "union",
        "members": {"page": {"target": "example.books#Book"}},
        "traits": {"smithy.api#streaming": {}}
    });
    // A structure in the request or the response.
    let filter = |members: &Json, owner: &str| {
        vec![
            (shape("Filter", ""), json!({"type": "structure", "members": members})),
            (member(owner, "Filter"), json!({"target": "example.books#Filter"})),
        ]
    };
    let sigv4 = || (service("aws.auth#sigv4"), json!({"name": "books"}));
    let rows: Vec<(Edits, Edits, &str, &str)> = vec![
        (vec![], vec![sigv4()], "Client", "the method `from_env` was added"),
        (vec![sigv4()], vec![], "Client", "the method `from_env` was removed"),
        (
            vec![sigv4()],
            vec![sigv4(), (operation("smithy.api#auth"), json!([]))],
            "Client::get_book",
            "the authentication changed",
        ),
        (
            vec![],
            vec![(operation("smithy.api#httpChecksumRequired"), empty.clone())],
            "Client::get_book",
            "the checksum or compression of the request changed",
        ),
        (
            vec![],
            vec![(operation("smithy.api#endpoint"), json!({"hostPrefix": "books."}))],
            "Client::get_book",
            "the host prefix or the endpoint parameters changed",
        ),
        (vec![], vec![(paginated.clone(), Json::Null)], list_books, "the methods `pages` and `items` were removed"),
        (vec![(paginated.clone(), Json::Null)], vec![], list_books, "the methods `pages` and `items` were added"),
        (vec![], vec![(paginated.clone(), pages.clone())], list_books, "the method `items` was removed"),
        (vec![(paginated, pages)], vec![], list_books, "the method `items` was added"),
        (
            vec![],
            vec![(shape("Books", ""), list)],
            list_books,
            "the collection that `items` reads changed from `Vec<types::Book>` to `Vec<String>`",
        ),
        (
            vec![],
            vec![
                (service("aws.protocols#awsJson1_0"), Json::Null),
                (service("aws.protocols#awsJson1_1"), empty.clone()),
            ],
            "Client",
            "the protocol changed",
        ),
        (
            vec![],
            vec![(service("simba.api#targetPrefix"), json!("Books"))],
            "Client",
            "the name of the service in requests changed",
        ),
        (vec![], vec![(service("aws.auth#sigv4"), json!({"name": "books"}))], "Client", "the signing name changed"),
        (
            vec![],
            vec![(service("aws.api#service"), json!({"sdkId": "Book Store"}))],
            "Client",
            "the service ID, which is part of the names of service-specific settings, changed from `Library` to `Book Store`",
        ),
        (
            vec![],
            vec![(service("aws.api#service"), json!({"sdkId": "Book Store"}))],
            "library",
            "the crate is renamed to `bookstore`, unless `--crate-name` sets its name",
        ),
        (
            vec![],
            vec![(service("aws.api#service"), json!({"sdkId": "Archive"}))],
            "Client",
            "the default read timeout changed",
        ),
        (vec![], vec![(shape("Library", "/version"), json!("2026-02-01"))], "Client", "the API version changed"),
        (
            vec![],
            vec![(service("aws.api#service"), json!({"sdkId": "Library", "endpointPrefix": "books"}))],
            "Client",
            "the endpoint rules changed",
        ),
        (
            vec![],
            vec![(shape("NotFound", "/traits/smithy.api#retryable"), empty.clone())],
            "Client",
            "the retryable errors changed",
        ),
        (
            vec![],
            vec![(service("simba.api#retry"), json!({"baseDelayMillis": 25, "maxAttempts": 4}))],
            "Client",
            "the default retry settings changed",
        ),
        (
            vec![],
            vec![(operation("simba.api#requestHeaders"), json!({"Accept": "text/plain"}))],
            "Client::get_book",
            "the constant headers of the request changed",
        ),
        (
            vec![],
            vec![(operation("smithy.api#longPoll"), json!({"timeoutMillis": 20000}))],
            "Client::get_book",
            "the default timeouts changed",
        ),
        (
            vec![],
            vec![(shape("NotFound", "/traits/smithy.api#error"), json!("server"))],
            "error::NotFound",
            "the code, fault, message or HTTP status changed",
        ),
        (
            vec![],
            vec![(shape("Genre", ""), json!({"type": "structure", "members": {}}))],
            "types::Genre",
            "changed from a string enum to a structure",
        ),
        (
            filter(&json!({"A": string}), "GetBookRequest"),
            filter(&json!({"A": string}), "GetBookResponse"),
            "types::Filter",
            "no longer sent in requests: the setters were removed",
        ),
        (
            filter(&empty, "GetBookRequest"),
            filter(&empty, "GetBookResponse"),
            "types::Filter",
            "the constructor changed from `new()` to `default()`",
        ),
        (
            filter(&json!({"A": string}), "GetBookResponse"),
            filter(&json!({"A": string}), "GetBookRequest"),
            "types::Filter",
            "now sent in requests: setters were added",
        ),
        (
            vec![(member("GetBookResponse", "Book/traits"), json!({"smithy.api#required": {}}))],
            vec![],
            "operation::get_book::GetBookResponse",
            "the constructor changed from `new(book: types::Book)` to `default()`",
        ),
        (
            vec![],
            vec![(member("GetBookResponse", "Book/traits"), json!({"smithy.api#required": {}}))],
            "operation::get_book::GetBookResponse",
            "the constructor changed from `default()` to `new(book: types::Book)`",
        ),
        (
            vec![
                (shape("Pages", ""), pages_stream.clone()),
                (member("GetBookRequest", "Pages"), json!({"target": "example.books#Pages"})),
            ],
            vec![
                (shape("Pages", ""), pages_stream.clone()),
                (member("GetBookRequest", "Pages"), json!({"target": "example.books#Pages"})),
                (member("GetBookRequest", "Id/traits"), empty.clone()),
            ],
            request,
            "the constructor changed from `new(id: String, pages: EventSender<types::Pages>)` to \
             `new(pages: EventSender<types::Pages>)`",
        ),
        (
            vec![(member("GetBookRequest", "Edition"), number(1))],
            vec![(member("GetBookRequest", "Edition"), number(2))],
            request,
            "the default of the field `edition` changed",
        ),
        (
            vec![],
            vec![(
                member("GetBookRequest", "Shelf"),
                json!({"target": "smithy.api#String", "traits": {"smithy.api#idempotencyToken": {}}}),
            )],
            request,
            "the field `shelf` is now an idempotency token",
        ),
        (
            vec![(
                member("GetBookRequest", "Shelf"),
                json!({"target": "smithy.api#String", "traits": {"smithy.api#idempotencyToken": {}}}),
            )],
            vec![],
            request,
            "the field `shelf` is no longer an idempotency token",
        ),
        (
            vec![
                (genres.clone(), by_genre),
                (member("GetBookResponse", "Genres"), json!({"target": "example.books#ByGenre"})),
            ],
            vec![],
            "types::Genre",
            "`Ord` is no longer implemented",
        ),
        (
            vec![],
            vec![(shape("Genre", "/members/POEM/traits/smithy.api#enumValue"), json!("poem"))],
            "types::Genre",
            "the value of the variant `Poem` changed from `\"POEM\"` to `\"poem\"`",
        ),
        (
            vec![(member("Book", "Price"), json!({"target": "smithy.api#Double"}))],
            vec![],
            "types::Book",
            "`Eq` and `Hash` are now implemented",
        ),
        (
            vec![(member("Book", "Review/traits"), json!({"smithy.api#deprecated": {}}))],
            vec![],
            "types::Book::review",
            "no longer deprecated",
        ),
        (
            vec![],
            vec![(
                member("Book", "Review"),
                json!({"target": "smithy.api#String", "traits": {"smithy.api#sensitive": {}}}),
            )],
            "types::Book::review",
            "now redacted in `Debug` output",
        ),
        (
            vec![(
                member("Book", "Review"),
                json!({"target": "smithy.api#String", "traits": {"smithy.api#sensitive": {}}}),
            )],
            vec![],
            "types::Book::review",
            "no longer redacted in `Debug` output",
        ),
        (
            vec![],
            vec![
                (shape("Pages", ""), pages_stream),
                (member("GetBookResponse", "Pages"), json!({"target": "example.books#Pages"})),
            ],
            "operation::get_book::GetBookResponse",
            "the event stream changed",
        ),
        (
            vec![(member("Book", "FooBar"), string.clone()), (member("Book", "foo_bar"), string.clone())],
            vec![(member("Book", "foo_bar"), string)],
            "types::Book",
            "the field `foo_bar2` was renamed to `foo_bar`",
        ),
    ];
    for (index, (old, new, item, what)) in rows.into_iter().enumerate() {
        let (old, new) = (edited(old), edited(new));
        let diff = diff(&old, &new, &options()).expect("both models are valid");
        assert_step(&diff, &old, &new, &format!("row-{index}"));
        let lines: Vec<String> =
            diff.changes.iter().map(|change| format!("{}: {}", change.item, change.what)).collect();
        assert!(lines.contains(&format!("{item}: {what}")), "expected {item}: {what}\nfound {lines:#?}");
    }
}

/// Checks that the semver step is consistent with the public APIs of the crates that are generated from the two models.
#[track_caller]
fn assert_step(diff: &Diff, old: &[Source], new: &[Source], name: &str) {
    let [old, new] = [("old", old), ("new", new)].map(|(version, model)| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name).join(version);
        api(&simba_codegen::generate(model, &options()).expect("the model is valid").files, &directory)
    });
    let removed: Vec<&String> = old.difference(&new).collect();
    let added: Vec<&String> = new.difference(&old).collect();
    let expected: &[Step] = match (removed.is_empty(), added.is_empty()) {
        (false, _) => &[Step::Major],
        (true, false) => &[Step::Minor, Step::Major],
        // A change may be breaking without changing the API, since values and defaults are not part of it.
        (true, true) => &[Step::None, Step::Patch, Step::Major],
    };
    let changes = diff.markdown();
    assert!(expected.contains(&diff.step()), "{changes}\nremoved: {removed:#?}\nadded: {added:#?}");
}

/// Returns the items and members of a crate's public API, each preceded by the items that contain it. The set also
/// contains the traits that each type derives.
fn api(files: &simba_codegen::Files, directory: &Path) -> BTreeSet<String> {
    let _ = fs::remove_dir_all(directory);
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("src/")) {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("the directory can be created");
        fs::write(path, text).expect("the file can be written");
    }
    let (mut items, mut containers) = (BTreeSet::new(), Vec::<String>::new());
    // `Debug` is ignored, since every type implements it, with or without a derive.
    let skeleton = skeleton::of(&directory.join("src")).replace("Debug, ", "");
    for line in skeleton.lines().filter(|line| !line.contains("impl std::fmt::Debug for ")) {
        let item = line.trim_start();
        containers.truncate((line.len() - item.len()) / 4);
        let (derives, item) = match item.strip_prefix("#[derive(").and_then(|rest| rest.split_once(")] ")) {
            Some((derives, item)) => (derives, item),
            None => ("", item),
        };
        // Deprecations, the fault of an error and the traits of a member are not part of the API.
        let item = item.replace("#[deprecated] ", "").replace(", Server, ", ", Client, ");
        let item = if item.starts_with("schema::union!") { without_brackets(&item) } else { item };
        let path = [&containers[..], std::slice::from_ref(&item)].concat().join(" ");
        items.extend(derives.split_terminator(", ").map(|derive| format!("{path} derives {derive}")));
        items.insert(path);
        if item.ends_with('{') {
            containers.push(item);
        }
    }
    items
}

/// Returns a string without the parts in square brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0;
    let is_kept = |c: &char| {
        depth += usize::from(*c == '[');
        let is_outside = depth == 0;
        depth -= usize::from(*c == ']');
        is_outside
    };
    text.chars().filter(is_kept).collect()
}

type Edits = Vec<(String, Json)>;

/// Returns the old model after setting values at JSON pointers. A null removes the value at its pointer.
fn edited(edits: Edits) -> Vec<Source> {
    let mut json: Json = serde_json::from_str(&model(OLD)[0].text).expect("the fixture is JSON");
    // Only models that were converted from botocore's format may have the `sensitive` trait on members.
    json["metadata"]["simba.importedFrom"] = "botocore".into();
    for (pointer, value) in edits {
        let mut at = &mut json;
        let keys: Vec<&str> = pointer.split('/').skip(1).collect();
        let (last, parents) = keys.split_last().expect("the pointer has a key");
        for key in parents {
            at = &mut at[*key];
        }
        match value {
            Json::Null => drop(at.as_object_mut().and_then(|object| object.remove(*last))),
            value => at[*last] = value,
        }
    }
    vec![Source { name: "books.json".to_owned(), text: json.to_string() }]
}
