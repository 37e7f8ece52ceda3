//! The resolvers of small rule sets of our own: written as the fixtures have them, compiled, and called.
//!
//! tests/fixtures/endpoint has each rule set with its tests, and beside it the module that is written for it. To take
//! over what the generator writes now, run the tests with `SIMBA_BLESS=1` and look at the difference.

use std::path::Path;

use serde_json::Value as Json;

use crate::{lower, render};

mod rules {
    include!("../../../../tests/fixtures/endpoint/rules.rs");
}

mod diagram {
    include!("../../../../tests/fixtures/endpoint/diagram.rs");
}

#[test]
fn rules_are_written_as_the_fixture_has_them() {
    check("rules", include_str!("../../../../tests/fixtures/endpoint/rules.json"));
}

#[test]
fn a_decision_diagram_is_written_as_the_fixture_has_it() {
    check("diagram", include_str!("../../../../tests/fixtures/endpoint/diagram.json"));
}

/// Compares the module for a fixture with the one that is compiled above, whose tests are tests here too.
fn check(name: &str, fixture: &str) {
    let fixture: Json = serde_json::from_str(fixture).unwrap();
    let partitions = include_str!("../../../../models/partitions.json");
    let tests = lower::endpoint::lower_tests(&fixture["tests"], &fixture["rules"]).unwrap();
    let rules = lower::endpoint::lower(&fixture["rules"], Some(partitions)).unwrap();
    let (resolver, tests) = (super::resolver(&rules), super::tests(&tests));
    let text = render::rust(name, quote::quote!(#resolver #tests)).unwrap();

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/endpoint");
    let path = folder.join(name).with_extension("rs");
    if std::env::var_os("SIMBA_BLESS").is_some() {
        std::fs::write(path, text).unwrap();
    } else {
        // Headers and blank lines are not what is tested here.
        let plain = |text: &str| prettyplease::unparse(&syn::parse_file(text).unwrap());
        let fixture = std::fs::read_to_string(path).unwrap();
        assert_eq!(plain(&text), plain(&fixture), "see this module's first lines");
    }
}
