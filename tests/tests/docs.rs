//! Tests the documentation of `fsx`. Every operation, type and member must be documented, and every operation must have
//! a complete page.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use simba_codegen::{Options, Source, generate};

const DOCUMENTATION: &str = "smithy.api#documentation";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is inside the workspace").to_owned()
}

/// Returns the files of the FSx model.
fn sources() -> Vec<Source> {
    let directory = root().join("models/fsx");
    let entries = fs::read_dir(&directory).expect("the model's directory").map(|entry| entry.expect("an entry").path());
    let json = entries.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| Source { text: fs::read_to_string(&path).expect("a file"), name: path.display().to_string() })
        .collect()
}

/// Returns the shapes of the model, and the IDs of shapes and members that have documentation.
fn shapes() -> (BTreeMap<String, Value>, BTreeSet<String>) {
    let mut shapes = BTreeMap::new();
    let mut documented = BTreeSet::new();
    let has_text = |value: &Value| value["traits"][DOCUMENTATION].as_str().is_some_and(|text| !text.trim().is_empty());
    for source in sources() {
        let model: Value = serde_json::from_str(&source.text).expect("JSON");
        for (id, shape) in model["shapes"].as_object().expect("shapes") {
            if has_text(shape) {
                documented.insert(id.clone());
            }
            for (name, member) in shape["members"].as_object().into_iter().flatten() {
                if has_text(member) {
                    documented.insert(format!("{id}${name}"));
                }
            }
            if shape["type"] != "apply" {
                shapes.insert(id.clone(), shape.clone());
            }
        }
    }
    (shapes, documented)
}

#[test]
fn every_item_has_its_own_sentence() {
    let (shapes, documented) = shapes();
    let mut wanted = BTreeSet::new();
    for (id, shape) in &shapes {
        match shape["type"].as_str() {
            Some("operation" | "service" | "enum") => {
                wanted.insert(id.clone());
            }
            Some("structure" | "union") => {
                wanted.insert(id.clone());
                let members = shape["members"].as_object().into_iter().flatten();
                wanted.extend(members.map(|(name, _)| format!("{id}${name}")));
            }
            _ => {}
        }
    }
    let missing: Vec<&String> = wanted.difference(&documented).collect();
    assert!(missing.is_empty(), "{} of {} items say nothing: {missing:#?}", missing.len(), wanted.len());
    assert!(wanted.len() > 1000, "too few items of the model were found: {}", wanted.len());
}

/// Returns the documentation of the request builders, by operation.
fn pages() -> BTreeMap<String, String> {
    let partitions = fs::read_to_string(root().join("models/partitions.json")).expect("the partitions");
    let generated =
        generate(&sources(), &Options { partitions: Some(partitions), ..Options::default() }).expect("a valid model");
    let files = generated.files.iter().filter(|(path, _)| path.starts_with("src/operation/"));
    files
        .map(|(path, text)| {
            let page: Vec<&str> = text
                .lines()
                .skip_while(|line| !line.starts_with("///"))
                .map_while(|line| line.strip_prefix("///"))
                .map(|line| line.strip_prefix(' ').unwrap_or(line))
                .collect();
            (path.clone(), page.join("\n"))
        })
        .collect()
}

/// Returns the string between two others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(found, _)| found)
}

#[test]
fn every_operation_has_a_complete_page() {
    let (shapes, _) = shapes();
    let operations = shapes.iter().filter(|(_, shape)| shape["type"] == "operation");
    let names: BTreeSet<&str> = operations.filter_map(|(id, _)| id.split('#').nth(1)).collect();
    let pages = pages();
    assert_eq!(pages.len(), names.len());
    let mut seen = BTreeSet::new();
    for (path, page) in &pages {
        let target = between(page, "X-Amz-Target: AWSSimbaAPIService_v20180301.", "'").unwrap_or_default();
        assert!(names.contains(target), "{path}: no operation is called {target:?}\n{page}");
        seen.insert(target);
        for part in [
            "# async fn example(client: &fsx::Client) -> Result<(), fsx::Error> {\n",
            "\n# Errors\n\n- [`",
            "curl -X POST https://fsx.us-east-1.amazonaws.com \\\n  --aws-sigv4 aws:amz:us-east-1:fsx ",
            &format!("https://docs.aws.amazon.com/fsx/latest/APIReference/API_{target}.html"),
        ] {
            assert!(page.contains(part), "{path} lacks {part:?}:\n{page}");
        }
        let line = page.replace('\n', " ");
        for sentence in
            [") returns this request builder. ", " Awaiting the builder sends the request. The output is [`"]
        {
            assert!(line.contains(sentence), "{path} lacks {sentence:?}:\n{page}");
        }
        let body = between(page, "-d '", "'\n```").unwrap_or_default();
        let response = between(page, "```json\n", "\n```").unwrap_or_default();
        for json in [body, response] {
            let value: Result<Value, _> = serde_json::from_str(json);
            assert!(value.is_ok_and(|value| value.is_object()), "{path}: no JSON object:\n{json}");
        }
    }
    assert_eq!(seen, names);
}

/// Checks that an example in Rust contains the same values as the request on the wire.
#[test]
fn the_example_and_the_request_have_the_same_values() {
    let pages = pages();
    let page = &pages["src/operation/copy_backup.rs"];
    let example = between(page, "# Example\n\n```\n", "\n```").expect("an example");
    let body = between(page, "-d '", "'\n```").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    for (name, value) in body.as_object().expect("an object") {
        assert!(example.contains(&value.to_string()), "{name} is not in the example:\n{example}");
    }
}

/// Checks that the section on migrating from AWS's SDK mentions only types and members that the crate has.
#[test]
fn the_front_page_mentions_only_existing_items() {
    for name in ["auth", "host_prefix"] {
        let generated =
            simba_tests::generate(&[simba_tests::source(&format!("constructs/{name}.json"))], &simba_tests::options());
        let front = &generated.files["src/lib.rs"];
        assert!(front.contains("# Migrating from `aws-sdk-"), "{front}");
        assert!(!front.contains("Tag::") && !front.contains(".tags("), "{front}");
    }
    let front = simba_tests::text(&simba_tests::workspace().join("generated/fsx/src/lib.rs"));
    assert!(front.contains("| `Tag::builder().key(key).value(value).build()` | `Tag::new(key, value)`;"), "{front}");
    let shapes = "| `DeleteBackupInput`, `DeleteBackupOutput` | `DeleteBackupRequest`, `DeleteBackupResponse` |";
    assert!(front.contains(shapes), "{front}");
}

/// The minimum number of consecutive words that count as copied from AWS's documentation.
const RUN: usize = 7;

/// Checks that our FSx documentation is in our own words: it has no [`RUN`] consecutive words in common with AWS's.
#[test]
fn no_sentence_is_copied_from_aws() {
    let Some(botocore) = simba_tests::botocore() else { return };
    let file = botocore.join("botocore/data/fsx/2018-03-01/service-2.json");
    let theirs: Value = serde_json::from_str(&fs::read_to_string(file).expect("AWS's model")).expect("JSON");
    let mut runs = BTreeSet::new();
    passages(&theirs, &mut |passage| runs.extend(words(passage).windows(RUN).map(<[String]>::to_vec)));
    assert!(runs.len() > 10_000, "AWS's documentation was found");
    let mut shared = Vec::new();
    for source in sources() {
        let model = serde_json::from_str(&source.text).expect("JSON");
        passages(&model, &mut |passage| {
            shared.extend(words(passage).windows(RUN).filter(|run| runs.contains(*run)).map(|run| run.join(" ")));
        });
    }
    assert!(shared.is_empty(), "{shared:#?}");
}

/// Calls a function for each documentation string in a model, which is in the JSON AST or in botocore's format.
fn passages(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| match value {
            Value::String(passage) if key == "documentation" || key == DOCUMENTATION => found(passage),
            _ => passages(value, found),
        }),
        Value::Array(list) => list.iter().for_each(|value| passages(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Converts a passage of HTML or Markdown to lower case, and returns its words.
fn words(passage: &str) -> Vec<String> {
    let mut text = String::new();
    let mut in_tag = false;
    for c in passage.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag && (c.is_alphanumeric() || "_'".contains(c)) => text.extend(c.to_lowercase()),
            _ => text.push(' '),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn runs_of_words_are_found_in_html() {
    assert_eq!(
        words("<p>The <code>ID</code> of a volume's backup.</p>"),
        ["the", "id", "of", "a", "volume's", "backup"]
    );
}
