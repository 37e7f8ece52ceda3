//! Checks that every token uses new random numbers from the operating system.

use std::collections::BTreeSet;
use std::path::Path;

use fsx::random::{Random as _, SystemRandom};
use simba_tests::{text, workspace};

/// Checks that no random number generator is seeded only once. Such a generator would repeat its tokens in a forked
/// process, or in a module that is loaded twice.
#[test]
fn no_generator_is_seeded_once_for_many_numbers() {
    let mut files = 0;
    for directory in ["codegen/runtime/src", "generated/fsx/src"] {
        visit(&workspace().join(directory), &mut |path, code| {
            files += 1;
            for seeded in ["RandomState", "DefaultHasher", "SmallRng", "StdRng", "ThreadRng", "fastrand"] {
                assert!(!code.contains(seeded), "{} uses {seeded}", path.display());
            }
            let asks_the_system = code.contains("getrandom::");
            assert_eq!(asks_the_system, path.ends_with("runtime/src/random.rs"), "{}", path.display());
        });
    }
    assert!(files > 100, "{files} files were read");
    let numbers: BTreeSet<u64> = (0..10_000).map(|_| SystemRandom.bits()).collect();
    assert_eq!(numbers.len(), 10_000);
}

fn visit(directory: &Path, see: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            see(&path, &text(&path));
        }
    }
}
