//! The other side: botocore, in a Python of its own.
//!
//! In: jobs. Out: an answer to each, in their order. `cargo xtask test` sets the Python up.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Answers jobs with what botocore does.
pub(crate) struct Peer {
    python: PathBuf,
}

/// What botocore says of itself, and its answers.
pub(crate) struct Answers {
    pub(crate) version: String,
    /// The operations of its own model of FSx.
    pub(crate) operations: Vec<String>,
    pub(crate) answers: Vec<Value>,
}

impl Peer {
    /// The peer; `None` where there is no Python for it, which is then said.
    pub(crate) fn find() -> Option<Self> {
        Some(Self { python: simba_tests::python()? })
    }

    /// Has the jobs done.
    pub(crate) fn answer(&self, name: &str, jobs: &[Value]) -> Answers {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.jsonl"));
        let lines: String = jobs.iter().map(|job| format!("{job}\n")).collect();
        std::fs::write(&file, lines).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/peer.py");
        let output = Command::new(&self.python).arg(script).arg(&file).output().unwrap();
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script} failed:\n{problem}");

        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let about = lines.next().unwrap();
        let answers: Vec<Value> = lines.collect();
        assert_eq!(answers.len(), jobs.len(), "each job has an answer");
        let operations = about["operations"].as_array().unwrap();
        Answers {
            version: about["botocore"].as_str().unwrap().to_owned(),
            operations: operations.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
            answers,
        }
    }
}
