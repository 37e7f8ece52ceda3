//! Measures the elapsed time, CPU time, and memory that a program and its descendants use.
//!
//! The data is read from `/proc`, which exists only on Linux. Only one program can be measured at a time, since the CPU
//! times of several programs cannot be distinguished.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// The resources that a run of a program used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// The elapsed time, in seconds.
    pub wall: f64,
    /// The CPU time of the program and of all processes that it waited for, in seconds.
    pub processor: f64,
    /// The peak memory of the program and its descendants together, in bytes.
    pub peak: f64,
}

/// The interval at which memory is sampled. A shorter interval would affect the measurement.
const INTERVAL: Duration = Duration::from_millis(100);

/// The number of ticks per second in `/proc`, which is the same on every Linux system.
const TICKS: f64 = 100.0;

/// Checks that this system provides the data.
///
/// # Errors
///
/// Returns an error on systems other than Linux.
pub(crate) fn available() -> Result<(), String> {
    children().map(drop)
}

/// Runs a program until it exits, and returns the resources that it used.
///
/// # Errors
///
/// Returns an error if the program fails. The message contains its standard error.
pub(crate) fn measured(command: &mut Command) -> Result<Usage, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (before, started) = (children()?, Instant::now());
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.map_err(|error| format!("cannot run `{name}`: {error}"))?;
    let (ended, waiting) = mpsc::channel::<()>();
    let id = child.id();
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        while waiting.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            peak = peak.max(memory(id));
        }
        peak
    });
    let output = child.wait_with_output().map_err(|error| format!("`{name}`: {error}"))?;
    let wall = started.elapsed().as_secs_f64();
    let processor = children()? - before;
    drop(ended);
    let peak = watcher.join().map_err(|_| "the thread that watches memory failed".to_owned())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{name}` failed: {}\n{said}", output.status));
    }
    Ok(Usage { wall, processor, peak: peak as f64 })
}

/// Returns the CPU time of all terminated children of this process and their descendants, in seconds.
fn children() -> Result<f64, String> {
    let stat = fs::read_to_string("/proc/self/stat");
    let stat = stat.map_err(|_| "`cargo xtask bench` requires Linux, since it reads /proc".to_owned())?;
    // The second field is the program's name in parentheses, which may contain any characters. The fields after the
    // closing parenthesis are at fixed positions.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(13).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

/// Returns the memory of a process and its descendants, in bytes.
fn memory(root: u32) -> u64 {
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok) {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may exit before its status is read.
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        processes.insert(id, (field("PPid:").unwrap_or(0), field("VmRSS:").unwrap_or(0)));
    }
    let descends = |mut id: u32| {
        while id != root {
            match processes.get(&id).and_then(|(parent, _)| u32::try_from(*parent).ok()) {
                Some(parent) if parent != 0 => id = parent,
                _ => return false,
            }
        }
        true
    };
    processes.iter().filter(|(id, _)| descends(**id)).map(|(_, (_, kilobytes))| kilobytes * 1024).sum()
}
