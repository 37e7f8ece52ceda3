//! What holds for any input, however wrong: an error at most, never a panic and never a hang.
//!
//! `SIMBA_MUTATIONS=10000` tries that many wrong models, and takes the official ones too where the folder
//! `shared/models` lies beside the workspace.

#![allow(clippy::unwrap_used, reason = "A panic is how a test fails.")]

#[path = "properties/checks.rs"]
mod checks;
#[path = "properties/mutation.rs"]
mod mutation;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fsx::runtime::wire::Timestamp;
use mutation::{Random, mutate};
use proptest::prelude::*;
use serde_json::{Value, json};
use simba_tests::{fixture, options, text, workspace};

/// Members of FSx's responses, so that what is made up gets past the first brace.
const NAMES: [&str; 24] = [
    "Backup",
    "Backups",
    "BackupId",
    "CreationTime",
    "Lifecycle",
    "Tags",
    "Key",
    "Value",
    "FileSystem",
    "FileSystems",
    "Volume",
    "Volumes",
    "AdministrativeActions",
    "TargetVolumeValues",
    "TargetFileSystemValues",
    "ProgressPercent",
    "OntapConfiguration",
    "LustreConfiguration",
    "NextToken",
    "StorageCapacity",
    "SubnetIds",
    "__type",
    "Message",
    "code",
];

/// JSON of any shape, with names that mean something.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-01-02T03:04:05Z")),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&NAMES[..]), inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// A document as text, with one byte of it changed.
fn damaged(document: &Value, at: prop::sample::Index, byte: u8) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    let at = at.index(text.len());
    text[at] = byte;
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn responses(document in documents(), at: prop::sample::Index, byte: u8) {
        for operation in 0..checks::OPERATIONS {
            checks::response(operation, document.to_string().as_bytes());
            checks::response(operation, &damaged(&document, at, byte));
        }
    }

    #[test]
    fn bytes(bytes: Vec<u8>, operation: usize) {
        checks::response(operation, &bytes);
        checks::error(&bytes);
        checks::profiles(&bytes);
        checks::model(&String::from_utf8_lossy(&bytes), &simba_codegen::Options::default());
    }

    #[test]
    fn errors(document in documents(), header: Vec<u8>, at: prop::sample::Index, byte: u8) {
        checks::error(&[&header[..], b"\n", document.to_string().as_bytes()].concat());
        checks::error(&damaged(&document, at, byte));
    }

    #[test]
    fn profiles(lines in prop::collection::vec("(\\[(default|profile dev|services s|sso-session x)\\]|[a-z_ =#;\\[\\]]{0,20}|(region|services|role_arn|source_profile|endpoint_url|fsx) = ?(dev|s|https://x|\\PC{0,9})| +[a-z]+ = x)", 0..12)) {
        checks::profiles(lines.join("\n").as_bytes());
    }

    #[test]
    fn endpoints(region in "([a-z]{2}(-gov|-iso)?-[a-z]+-[0-9]|\\PC{0,70})", url in "(https?://)?\\PC{0,40}", flags: u8) {
        checks::endpoint(&region, &url, flags);
    }

    #[test]
    fn times(text in "([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|z|[+-][0-9]{2}:[0-9]{2})?|[A-Z][a-z]{2}, [0-9]{2} (Jan|Feb|Dec) [0-9]{4} [0-9:]{8} GMT|\\PC{0,30})") {
        checks::timestamp(&text);
    }

    #[test]
    fn moments(seconds in -62_135_596_800_i64..253_402_300_800, nanoseconds in 0_u32..1_000_000_000) {
        checks::same(Timestamp::new(seconds, nanoseconds));
    }

    #[test]
    fn imports(document in documents()) {
        checks::imported(&document);
    }
}

/// A document that the importer takes, with all that it knows.
fn older_form() -> Value {
    json!({
        "metadata": {"apiVersion": "2020-01-01", "jsonVersion": "1.1", "protocol": "json", "serviceFullName": "Toys",
            "serviceId": "Toys", "signatureVersion": "v4", "signingName": "toys", "targetPrefix": "Toys", "endpointPrefix": "toys"},
        "operations": {"Act": {"name": "Act", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "ActRequest"},
            "output": {"shape": "ActResponse"}, "errors": [{"shape": "Broken"}], "idempotent": true}},
        "shapes": {
            "ActRequest": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "Name"},
                "Token": {"shape": "Name", "idempotencyToken": true}, "Parts": {"shape": "Parts"}}},
            "ActResponse": {"type": "structure", "members": {"Kind": {"shape": "Kind"}, "At": {"shape": "At"}}},
            "Name": {"type": "string", "max": 9, "min": 1, "pattern": "a*"}, "Kind": {"type": "string", "enum": ["A", "B"]},
            "Parts": {"type": "list", "member": {"shape": "Name"}}, "At": {"type": "timestamp"},
            "Broken": {"type": "structure", "members": {"Message": {"shape": "Name"}}, "exception": true}
        }
    })
}

#[test]
fn the_importer_survives_any_change_of_what_it_takes() {
    let mut random = Random(7);
    for _ in 0..2000 {
        let mut document = older_form();
        (0..=random.below(3)).for_each(|_| mutate(&mut document, &mut random));
        checks::imported(&document);
    }
}

#[test]
fn wrong_models_give_diagnostics_or_crates() {
    let count: Option<usize> = std::env::var("SIMBA_MUTATIONS").ok().map(|count| count.parse().unwrap());
    let models = models(count.is_some());
    let mut random = Random(2026);
    let (mut accepted, mut slowest) = (0, Duration::ZERO);
    let count = count.unwrap_or(300);
    for number in 0..count {
        let mut document = models[random.below(models.len())].clone();
        (0..=random.below(3)).for_each(|_| mutate(&mut document, &mut random));
        let text = document.to_string();
        let started = Instant::now();
        let outcome = std::panic::catch_unwind(|| checks::model(&text, &options()));
        let took = started.elapsed();
        slowest = slowest.max(took);
        if outcome.is_err() || took > Duration::from_secs(60) {
            let path = std::env::temp_dir().join(format!("simba-finding-{number}.json"));
            std::fs::write(&path, &text).unwrap();
            panic!("mutation {number} panicked or took {took:?}: {}", path.display());
        }
        accepted += usize::from(outcome.unwrap());
    }
    #[allow(clippy::print_stdout, reason = "The figures are what a long run is for.")]
    {
        println!("{accepted} of {count} wrong models gave a crate; the slowest took {slowest:?}");
    }
    assert!(accepted > 0 && accepted < count);
}

/// Small models with every construct; and, if asked for, the official ones.
fn models(official: bool) -> Vec<Value> {
    let mut folders = vec![fixture("constructs"), fixture("conformance")];
    if official {
        folders.push(workspace().join("../shared/models/smithy/sample"));
    }
    let service: Value = serde_json::from_str(&text(&fixture("constructs/service.json"))).unwrap();
    let mut models = Vec::new();
    for path in folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| files(folder)) {
        let mut model: Value = serde_json::from_str(&text(&path)).unwrap();
        if path.to_string_lossy().contains("constructs") && !text(&path).contains("\"service\"") {
            let shapes = model["shapes"].as_object_mut().unwrap();
            for (id, shape) in service["shapes"].as_object().unwrap() {
                shapes.entry(id.clone()).or_insert_with(|| shape.clone());
            }
        }
        models.push(model);
    }
    models
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths
}
