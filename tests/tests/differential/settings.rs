//! Compares how our client and botocore read settings. With the same environment variables and profile files, both must
//! send the same requests for a call, including the requests for credentials. Each intended difference is listed in
//! [`differences`], with a reason and the page in AWS's guide. The intended differences are also tested: our client
//! must return an error, or behave as botocore does in another case.

mod case;
mod cases;
mod differences;
mod ours;

use std::path::PathBuf;

use case::{Case, Ours};
use serde_json::{Value, json};

use super::peer::Peer;
use super::random::Random;
use super::report;

/// Returns a case as a job for botocore.
fn job(case: &Case) -> Value {
    let hex = |file: &Option<Vec<u8>>| {
        let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        file.as_ref().map(hex)
    };
    let object = |pairs: &[(&str, &str)]| -> Value {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
    };
    let vars: Value = case.vars.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "vars": vars,
        "config": hex(&case.config),
        "credentials": hex(&case.credentials),
        "files": case.all_files(),
        "responses": object(case::RESPONSES),
        "endpoints": case.endpoints,
    })
}

/// Returns the outcome without error messages and generated session names.
fn comparable(outcome: &Value) -> Value {
    if outcome.get("refused").is_some() {
        return json!("refused");
    }
    let mut outcome = outcome.clone();
    for request in outcome["requests"].as_array_mut().into_iter().flatten() {
        for pair in request["form"].as_array_mut().into_iter().flatten() {
            let generated = |name: &str| ["botocore-session-", "simba-"].iter().any(|start| name.starts_with(start));
            if pair[0] == "RoleSessionName" && pair[1].as_str().is_some_and(generated) {
                pair[1] = json!("(generated)");
            }
        }
    }
    outcome
}

fn difference(case: &Case, theirs: &Value, instead: Option<&Value>) -> Option<String> {
    let ours = ours::outcome(case);
    let (found, same) = (comparable(&ours), comparable(theirs));
    let expected = match &case.difference {
        None => same.clone(),
        Some((_, Ours::Refused)) => json!("refused"),
        Some((_, Ours::As(_))) => comparable(instead.unwrap()),
    };
    let text = |file: &Option<Vec<u8>>| file.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let input = || format!("{:?} config {:?} credentials {:?}", case.vars, text(&case.config), text(&case.credentials));
    match &case.difference {
        _ if found != expected => Some(format!("{}\n  ours:     {ours}\n  botocore: {theirs}", input())),
        Some((why, _)) if found == same => Some(format!("{}\n  the clients no longer differ: {}", input(), why.reason)),
        _ => None,
    }
}

#[test]
fn settings_match_botocore() {
    let Some(peer) = Peer::find() else { return };
    let cases = cases::all();
    assert!(cases.len() >= 200, "{} cases", cases.len());
    let instead = |case: &Case| match &case.difference {
        Some((_, Ours::As(other))) => Some((**other).clone()),
        _ => None,
    };
    let others: Vec<_> = cases.iter().filter_map(instead).collect();
    let jobs: Vec<_> = cases.iter().chain(&others).map(job).collect();
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("settings-home");
    let (about, outcomes) = peer.run("settings", "settings.py", &jobs, &[home.as_os_str()]);

    let (theirs, mut others) = (&outcomes[..cases.len()], outcomes[cases.len()..].iter());
    let mut differences = Vec::new();
    for (case, theirs) in cases.iter().zip(theirs) {
        let instead = instead(case).map(|_| others.next().unwrap());
        differences.extend(difference(case, theirs, instead));
    }
    report("settings", cases.len(), &differences);
    let own: Vec<_> = cases.iter().filter_map(|case| case.difference.as_ref()).map(|(why, _)| why).collect();
    println!(
        "{} settings are read as by botocore {}, {} others on purpose:",
        cases.len() - own.len(),
        about["botocore"].as_str().unwrap(),
        own.len(),
    );
    let mut listed: Vec<_> = own.iter().map(|why| format!("- {} ({})", why.reason, why.page)).collect();
    listed.sort();
    listed.dedup();
    println!("{}", listed.join("\n"));
}
