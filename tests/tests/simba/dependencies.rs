//! Tests warnings about the dependencies of a generated crate.

use std::fs;

use simba_tests::fixture;

use crate::Project;

/// Checks the default path of `simba-aws-config`. If this dependency is not set, the crate is assumed to be in the
/// directory next to the runtime.
#[test]
fn a_path_without_a_package_is_a_warning() {
    let project = Project::new("beside");
    fs::copy(fixture("overlay/sqs.json"), project.0.join("sqs.json")).expect("the fixture can be copied");
    let generate = ["generate", "sqs.json", "--out", "client", "--runtime", "{ path = \"simba/codegen/runtime\" }"];
    let (code, _, stderr) = project.run(&generate);
    let expected = "warning: client: expected the package `simba-aws-config` in \
                    `client/../simba/codegen/aws-config`, found no Cargo.toml; set the path of this package\n";
    assert!(code == Some(0) && stderr.contains(expected), "{stderr}");
    assert!(!stderr.contains("expected the package `simba-runtime`"), "{stderr}");
    project.write("simba/codegen/aws-config/Cargo.toml", "[package]\nname = 'simba-aws-config'\n");
    let (code, _, stderr) = project.run(&generate);
    assert!(code == Some(0) && !stderr.contains("expected the package"), "{stderr}");
}

#[test]
fn a_published_crate_requires_versions_of_dependencies() {
    let project = Project::new("publish");
    let generate = ["generate", "weather.smithy", "--service", "Weather", "--out", "client"];
    let expected = "warning: client: `cargo publish` rejects the crate, because its dependency on `simba-runtime` has no version; \
                    add one, as in `{ path = \"...\", version = \"0.1.0\" }`\n";
    let expected = expected.replace("0.1.0", env!("CARGO_PKG_VERSION"));
    for (arguments, is_refused) in [
        (&["--runtime", "{ path = \"simba/codegen/runtime\" }"][..], false),
        (&["--publish", "true"], true),
        (&["--publish", "ours"], true),
        (&["--runtime", "{ path = \"simba/codegen/runtime\", version = \"0.1\" }"], false),
        (&["--runtime", "0.1"], false),
    ] {
        let (code, _, stderr) = project.run(&[&generate[..], arguments].concat());
        assert_eq!((code, stderr.contains(&expected)), (Some(0), is_refused), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_runtime_from_crates_io_is_a_warning_until_it_is_published() {
    let project = Project::new("unpublished");
    let generate = ["generate", "weather.smithy", "--service", "Weather", "--out", "client"];
    let expected = "warning: client: crates.io does not contain `simba-runtime` yet; set its path or Git repository, as in \
                    `--runtime '{ path = \"../simba/codegen/runtime\" }'`\n";
    for (arguments, is_unpublished) in [
        (&[][..], true),
        (&["--runtime", "0.1"], true),
        (&["--runtime", "{ path = \"simba/codegen/runtime\" }"], false),
        // The dependency is kept.
        (&[], false),
        (&["--runtime", "{ version = \"0.1\", registry = \"ours\" }"], false),
    ] {
        let (code, _, stderr) = project.run(&[&generate[..], arguments].concat());
        assert_eq!((code, stderr.contains(expected)), (Some(0), is_unpublished), "{arguments:?}: {stderr}");
    }
}
