//! Tests properties that hold for any input. Invalid input may cause an error, but never a panic or an endless loop.
//!
//! With `SIMBA_MUTATIONS=10000`, 10,000 invalid models are tested, and some of the resulting crates are compiled. If
//! the `shared/models` directory exists next to the workspace, its official models are included.

#![allow(clippy::unwrap_used, reason = "Tests fail by panicking.")]

use std::time::{Duration, Instant};

use fsx::primitives::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use simba_tests::mutation::{Choose, Random, models, mutate};
use simba_tests::{Crates, checks, options, workspace};

/// The maximum time for processing a model. Normally, this takes at most a few seconds, even if other programs keep the
/// processor busy. A search without a limit would take hours.
const LONGEST: Duration = Duration::from_secs(120);

/// The names of members in FSx's responses, so that generated documents are not rejected at the first member.
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

/// Generates arbitrary JSON in which members have these names.
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

/// Serializes a document, and changes one byte.
fn damaged(document: &Value, at: prop::sample::Index, byte: u8) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    let at = at.index(text.len());
    text[at] = byte;
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_responses_do_not_panic(document in documents(), at: prop::sample::Index, byte: u8) {
        for operation in 0..checks::OPERATIONS {
            checks::response(operation, document.to_string().as_bytes());
            checks::response(operation, &damaged(&document, at, byte));
            checks::request(operation, document.to_string().as_bytes());
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes: Vec<u8>, operation: usize) {
        checks::response(operation, &bytes);
        checks::error(&bytes);
        checks::profiles(&bytes);
        checks::call(&bytes);
        checks::model(&String::from_utf8_lossy(&bytes), &simba_codegen::Options::default());
    }

    #[test]
    fn changed_error_responses_do_not_panic(document in documents(), header: Vec<u8>, at: prop::sample::Index, byte: u8) {
        checks::error(&[&header[..], b"\n", document.to_string().as_bytes()].concat());
        checks::error(&damaged(&document, at, byte));
    }

    #[test]
    fn values_of_profiles_occur_in_the_files(lines in prop::collection::vec("(\\[(default|profile dev|services s|sso-session x)\\]|[a-z_ =#;\\[\\]]{0,20}|(region|services|role_arn|source_profile|endpoint_url|fsx) = ?(dev|s|https://x|\\PC{0,9})| +[a-z]+ = x)", 0..12)) {
        checks::profiles(lines.join("\n").as_bytes());
    }

    #[test]
    fn arbitrary_regions_and_urls_do_not_panic(region in "([a-z]{2}(-gov|-iso)?-[a-z]+-[0-9]|\\PC{0,70})", url in "(https?://)?\\PC{0,40}", flags: u8) {
        checks::endpoint(&region, &url, flags);
    }

    #[test]
    fn valid_timestamps_survive_a_round_trip(text in "([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|z|[+-][0-9]{2}:[0-9]{2})?|[A-Z][a-z]{2}, [0-9]{2} (Jan|Feb|Dec) [0-9]{4} [0-9:]{8} GMT|\\PC{0,30})") {
        checks::timestamp(&text);
    }

    #[test]
    fn times_without_a_calendar_date_are_formatted(seconds: i64, nanoseconds: u32) {
        let time = Timestamp::new(seconds, nanoseconds);
        drop((time.to_string(), time.to_http_date(), std::time::SystemTime::from(time)));
    }

    #[test]
    fn calls_with_arbitrary_responses_end(status in 100_u16..1000, date in "([A-Z][a-z]{2}, [0-9]{1,2} (Jan|Feb|Dec) ([0-9]{4}|[0-9]{13,19}) [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT|[ -~]{0,9})", after in "[0-9]{0,22}|[a-z]{2}", millis in "[0-9]{0,22}|-1", code in "(RequestTimeTooSkewed|RequestExpired|Throttling|InternalError|[ -~]{0,20})?", body in "\\PC{0,30}") {
        checks::call(format!("{status}\n{date}\n{after}\n{millis}\n{code}\n\n{body}").as_bytes());
    }

    #[test]
    fn times_with_a_calendar_date_survive_a_round_trip(seconds in -62_167_219_200_i64..253_402_300_800, nanoseconds in 0_u32..1_000_000_000) {
        checks::same(Timestamp::new(seconds, nanoseconds));
    }

    #[test]
    fn arbitrary_documents_are_imported_or_rejected(document in documents()) {
        checks::imported(&document);
    }
}

#[test]
fn the_importer_accepts_or_rejects_any_mutation() {
    let mut random = Random(7);
    for _ in 0..2000 {
        let mut document = checks::botocore_service();
        (0..=random.below(3)).for_each(|_| mutate(&mut document, &mut random));
        checks::imported(&document);
    }
}

#[test]
fn invalid_models_result_in_diagnostics_or_crates() {
    let count: Option<usize> = std::env::var("SIMBA_MUTATIONS").ok().map(|count| count.parse().unwrap());
    let official = count.map(|_| workspace().join("../shared/models/smithy/sample"));
    let models = models(official.as_slice());
    let mut random = Random(2026);
    let mut accepted = Vec::new();
    let mut slowest = Duration::ZERO;
    let tried = count.unwrap_or(300);
    for number in 0..tried {
        let mut document = models[random.below(models.len())].clone();
        (0..=random.below(3)).for_each(|_| mutate(&mut document, &mut random));
        let text = document.to_string();
        let started = Instant::now();
        let name = format!("mutant-{number}");
        let outcome = std::panic::catch_unwind(|| checks::model(&text, &Crates::options(&name)));
        let took = started.elapsed();
        slowest = slowest.max(took);
        if outcome.is_err() || took > LONGEST {
            let (_, path) = tempfile::Builder::new().suffix(".json").tempfile().unwrap().keep().unwrap();
            std::fs::write(&path, &text).unwrap();
            panic!("mutation {number} panicked or took {took:?}: {}", path.display());
        }
        accepted.extend(outcome.unwrap().map(|_| (name, text)));
    }
    assert!(!accepted.is_empty() && accepted.len() < tried);
    if count.is_some() {
        #[allow(clippy::print_stdout, reason = "Long runs print their results.")]
        {
            println!("{} of {tried} wrong models gave a crate; the slowest took {slowest:?}", accepted.len());
        }
        compile(&accepted);
    }
}

/// Returns a model with several hundred shapes, each of which refers to the next one.
fn chain(shape: impl Fn(&str) -> Value) -> String {
    const LENGTH: usize = 300;
    let mut shapes: serde_json::Map<String, Value> =
        (1..LENGTH).map(|at| (format!("toy#Shape{at}"), shape(&format!("toy#Shape{}", at + 1)))).collect();
    let first = json!({"type": "structure", "members": {"Next": {"target": "toy#Shape1"}}});
    let mut last = json!({"type": "structure", "members": {}});
    if let Some(mixin) = shape("toy#First").pointer("/traits/smithy.api#mixin") {
        last["traits"] = json!({"smithy.api#mixin": mixin});
    }
    let operation = json!({"type": "operation", "input": {"target": "toy#First"}, "output": {"target": "toy#First"}});
    let service = json!({"type": "service", "version": "1", "operations": [{"target": "toy#Act"}],
        "traits": {"aws.protocols#awsJson1_1": {}}});
    let others = [("First", first), ("Act", operation), ("Toy", service)];
    shapes.extend(others.map(|(name, shape)| (format!("toy#{name}"), shape)));
    shapes.insert(format!("toy#Shape{LENGTH}"), last);
    json!({"smithy": "2.0", "shapes": shapes}).to_string()
}

#[test]
fn deeply_and_repeatedly_nested_shapes_are_processed_quickly() {
    let required = |next: &str| json!({"target": next, "traits": {"smithy.api#required": {}}});
    let models = [
        ("a structure", chain(|next| json!({"type": "structure", "members": {"Next": {"target": next}}}))),
        ("it is required", chain(|next| json!({"type": "structure", "members": {"Next": required(next)}}))),
        (
            "it is required twice",
            chain(|next| json!({"type": "structure", "members": {"A": required(next), "B": required(next)}})),
        ),
        ("a union", chain(|next| json!({"type": "union", "members": {"A": {"target": next}, "B": {"target": next}}}))),
        ("a list", chain(|next| json!({"type": "list", "member": {"target": next}}))),
        ("a map", chain(|next| json!({"type": "map", "key": {"target": next}, "value": {"target": next}}))),
        (
            "a mixin",
            chain(|next| {
                json!({"type": "structure", "mixins": [{"target": next}, {"target": next}],
                "members": {}, "traits": {"smithy.api#mixin": {}}})
            }),
        ),
    ];
    for (name, model) in models {
        let started = Instant::now();
        let accepted = checks::model(&model, &options()).is_some();
        assert_eq!(accepted, !["a list", "a map", "a mixin"].contains(&name), "{name}");
        assert!(started.elapsed() < LONGEST, "{name} took {:?}", started.elapsed());
    }
}

#[test]
fn structures_that_contain_each_other_are_processed_quickly() {
    const LENGTH: usize = 4000;
    let member = |at: usize| json!({"target": format!("toy#Shape{}", at % LENGTH)});
    let mut model: Value = serde_json::from_str(&chain(|_| json!({"type": "structure", "members": {}}))).unwrap();
    for at in 0..LENGTH {
        let members = json!({"Next": member(at + 1), "Other": member(at + 77)});
        model["shapes"][format!("toy#Shape{at}")] = json!({"type": "structure", "members": members});
    }
    let source = simba_codegen::Source { name: "ring.json".to_owned(), text: model.to_string() };
    let started = Instant::now();
    let loaded = simba_codegen::phases::load(&[source]).unwrap_or_else(|report| panic!("{report}"));
    assert!(simba_codegen::phases::lower(&loaded, &options()).is_ok());
    // Processing the model usually takes half a second.
    assert!(started.elapsed() < LONGEST, "it took {:?}", started.elapsed());
}

#[test]
fn costly_patterns_are_processed_quickly() {
    for pattern in [
        "^(a+)+$",
        "^(a|aa|a*)*b$",
        "((((((a*)*)*)*)*)*)*x{9}",
        "(.{0,99}){99}y",
        "a{0,65535}{0,65535}",
        "(a|b|ab)*{200}",
        r"^(\w*,?){10000}$",
        r"^(\w*,?){1000}$",
        "(((((a?){1000}){1000}){1000}){1000}){1000}",
        &"a".repeat(100_000),
        &"(a)?".repeat(10_000),
        &"a|".repeat(10_000),
        &format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000)),
    ] {
        for (min, max) in [(1, 64), (200, 201), (0, 0)] {
            let name = json!({"type": "string",
                "traits": {"smithy.api#pattern": pattern, "smithy.api#length": {"min": min, "max": max}}});
            let mut model: Value = serde_json::from_str(&chain(|_| name.clone())).unwrap();
            model["shapes"]["toy#First"]["members"]["Next"]["traits"] = json!({"smithy.api#required": {}});
            let started = Instant::now();
            assert!(checks::model(&model.to_string(), &options()).is_some());
            assert!(started.elapsed() < LONGEST, "{pattern} took {:?}", started.elapsed());
        }
    }
}

/// Compiles some of the crates for mutated models, since compiling all of them would take a day.
fn compile(accepted: &[(String, String)]) {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "mutants");
    for (name, text) in accepted.iter().step_by((accepted.len() / 60).max(1)) {
        crates.add(name, &checks::model(text, &Crates::options(name)).unwrap().files);
    }
    crates.run(&["check", "--workspace", "--keep-going"]);
}
