//! Compiles and calls the resolvers that are generated from small rule sets.
//!
//! Each rule set is in tests/fixtures/endpoint, with its tests and the module that is generated from it. To update
//! these modules, run the tests with `SIMBA_BLESS=1` and review the differences.

use std::path::Path;

use serde_json::Value as Json;

use crate::{emit::FileTokens, lower, render};

mod rules {
    include!("../../../../tests/fixtures/endpoint/rules.rs");
}

mod diagram {
    include!("../../../../tests/fixtures/endpoint/diagram.rs");
}

#[test]
fn rules_generate_the_module_in_the_fixture() {
    check("rules", include_str!("../../../../tests/fixtures/endpoint/rules.json"));
}

#[test]
fn a_decision_diagram_generates_the_module_in_the_fixture() {
    check("diagram", include_str!("../../../../tests/fixtures/endpoint/diagram.json"));
}

/// Checks that the module that is generated from a fixture is the one compiled above. The tests in that module run as
/// tests of this crate too.
fn check(name: &str, fixture: &str) {
    let fixture: Json = serde_json::from_str(fixture).unwrap();
    let partitions = include_str!("../../../../models/partitions.json");
    let tests = lower::endpoint::lower_tests(&fixture["tests"], &fixture["rules"]).unwrap();
    let rules = lower::endpoint::lower(&fixture["rules"], Some(partitions)).unwrap();
    let file = FileTokens::of(|| {
        let (resolver, tests) = (super::resolver(&rules), super::tests(&tests));
        Some(quote::quote!(#resolver #tests))
    });
    let text = render::rust(name, file.unwrap()).unwrap();

    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/endpoint");
    let path = directory.join(name).with_extension("rs");
    if std::env::var_os("SIMBA_BLESS").is_some() {
        std::fs::write(path, text).unwrap();
    } else {
        // Headers and blank lines are not compared.
        let plain = |text: &str| prettyplease::unparse(&syn::parse_file(text).unwrap());
        let fixture = std::fs::read_to_string(path).unwrap();
        assert_eq!(plain(&text), plain(&fixture), "see this module's first lines");
    }
}
