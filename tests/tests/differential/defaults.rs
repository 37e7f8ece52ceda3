//! Compares the overlays in `models/overlays` with the defaults for long polls, attempts, and delays in botocore's
//! code.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::peer::Peer;

/// Operations that our overlays mark as long polls. botocore has no data about them, since it has no timeouts for
/// individual operations.
const NOT_IN_BOTOCORE: [&str; 1] = ["StartSyncExecution"];

/// Returns the long polls, attempts, and delays in the overlays, by file name.
fn overlays() -> Value {
    let (mut polls, mut attempts, mut delays) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for file in std::fs::read_dir(simba_tests::workspace().join("models/overlays")).unwrap() {
        let path = file.unwrap().path();
        let service = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let overlay: Value = serde_json::from_str(&simba_tests::text(&path)).unwrap();
        for (id, shape) in overlay["shapes"].as_object().unwrap() {
            let (name, traits) = (id.split('#').nth(1).unwrap().to_owned(), &shape["traits"]);
            if traits.get("smithy.api#longPoll").is_some() && !NOT_IN_BOTOCORE.contains(&name.as_str()) {
                polls.entry(service.clone()).or_insert_with(Vec::new).push(name);
            }
            if let Some(retry) = traits.get("simba.api#retry") {
                attempts.insert(service.clone(), retry["maxAttempts"].clone());
                delays.insert(service.clone(), retry["baseDelayMillis"].clone());
            }
        }
    }
    json!({ "polls": polls, "attempts": attempts, "delays": delays })
}

#[test]
fn defaults_of_services_match_botocore() {
    let Some(peer) = Peer::find() else { return };
    let (_, results) = peer.run("defaults", "defaults.py", &[json!({})], &[]);
    let mut theirs = results[0].clone();
    for defaults in theirs.as_object_mut().unwrap().values_mut() {
        let plain = std::mem::take(defaults.as_object_mut().unwrap()).into_iter();
        *defaults = plain.map(|(service, value)| (service.replace('-', ""), value)).collect();
    }
    assert_eq!(overlays(), theirs);
}
