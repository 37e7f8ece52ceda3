//! Runs botocore in a Python process.
//!
//! The process returns a result for each job, in order. `cargo xtask test` installs the Python packages.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Runs jobs with botocore.
pub(crate) struct Peer {
    python: PathBuf,
}

/// The version of botocore, and the results of the jobs.
pub(crate) struct Results {
    pub(crate) version: String,
    /// The operations in botocore's FSx model.
    pub(crate) operations: Vec<String>,
    pub(crate) results: Vec<Value>,
}

impl Peer {
    /// Finds the Python interpreter. If it is missing, reports this and returns `None`.
    pub(crate) fn find() -> Option<Self> {
        Some(Self { python: simba_tests::python()? })
    }

    /// Runs the jobs in `peer.py`, and returns their results.
    pub(crate) fn results(&self, name: &str, jobs: &[Value]) -> Results {
        let (about, results) = self.run(name, "peer.py", jobs, &[]);
        let operations = about["operations"].as_array().unwrap();
        Results {
            version: about["botocore"].as_str().unwrap().to_owned(),
            operations: operations.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
            results,
        }
    }

    /// Runs a script in this directory. Returns its information about botocore, and its results.
    pub(crate) fn run(&self, name: &str, script: &str, jobs: &[Value], args: &[&OsStr]) -> (Value, Vec<Value>) {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.jsonl"));
        let lines: String = jobs.iter().map(|job| format!("{job}\n")).collect();
        std::fs::write(&file, lines).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential").join(script);
        // The script must use UTF-8 regardless of the locale.
        let mut command = simba_tests::program(&self.python);
        let output = command.env("PYTHONUTF8", "1").arg(&script).arg(&file).args(args).output().unwrap();
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} failed:\n{problem}", script.display());

        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let about = lines.next().unwrap();
        let results: Vec<Value> = lines.collect();
        assert_eq!(results.len(), jobs.len(), "each job has a result");
        (about, results)
    }
}
