//! Tests crates for random models. Generation must be deterministic, the crates must not have warnings, and their
//! examples must compile.
//!
//! `SIMBA_MODELS=500` sets the number of models. With `SIMBA_SEED=7 SIMBA_MODELS=1`, only the model for this seed is
//! tested, and its files are kept.

use std::collections::BTreeSet;
use std::{env, fs};

use serde_json::Value;
use simba_codegen::{Options, Source, Tests, phases};
use simba_tests::{Crates, generate, models};

/// The default number of models.
const FEW: u64 = 10;
/// The maximum number of crates that a single run of Cargo compiles.
const AT_ONCE: usize = 25;

/// Returns the number in an environment variable.
fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|number| number.parse().expect("it is a number"))
}

#[test]
fn random_models_generate_crates_without_warnings() {
    let first = number("SIMBA_SEED").unwrap_or_default();
    let seeds: Vec<u64> = (first..first + number("SIMBA_MODELS").unwrap_or(FEW)).collect();
    for seeds in seeds.chunks(AT_ONCE) {
        let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "models");
        // The crates in all runs have the same names, so each run replaces those of the previous one.
        for (index, seed) in seeds.iter().enumerate() {
            let name = format!("model-{index}");
            let sources = models::model(*seed);
            if seeds.len() == 1 {
                keep(&name, &sources);
            }
            let tests = if seed % 2 == 0 { Tests::Emit } else { Tests::Omit };
            let options = Options { tests, ..Crates::options(&name) };
            let files = generate(&sources, &options).files;
            assert_eq!(files, generate(&models::model(*seed), &options).files, "the model of seed {seed}");
            crates.add(&name, &files);
        }
        #[allow(clippy::print_stdout, reason = "The test harness shows it if Cargo fails.")]
        {
            println!("model-0 is of seed {}", seeds[0]);
        }
        crates.run(&["check", "--workspace", "--keep-going", "--all-targets", "--features", "blocking,testing"]);
        crates.run(&["test", "--doc", "--workspace", "--no-fail-fast"]);
    }
}

/// Writes the files of a model to a directory.
fn keep(name: &str, sources: &[Source]) {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).expect("the directory can be created");
    for source in sources {
        fs::write(directory.join(&source.name), &source.text).expect("the file can be written");
    }
}

#[test]
fn random_models_are_valid() {
    let seeds = 0..number("SIMBA_MODELS").unwrap_or(50);
    let invalid = seeds.filter_map(|seed| {
        let report = simba_codegen::generate(&models::model(seed), &Crates::options("model")).err()?;
        Some(format!("seed {seed}: {report}"))
    });
    assert_eq!(invalid.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn random_models_contain_every_trait_that_is_read() {
    let mut seen = BTreeSet::new();
    for source in (0..60).flat_map(models::model) {
        collect(&serde_json::from_str(&source.text).expect("it is JSON"), &mut seen);
    }
    let missing: Vec<&str> = phases::traits_that_are_read().filter(|id| !seen.contains(*id)).collect();
    assert!(missing.is_empty(), "add them to tests/src/models: {missing:?}");
}

/// Collects all keys of a document, which include the IDs of traits.
fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect(value, keys);
        }),
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, keys)),
        _ => {}
    }
}
