//! Two clients of Amazon FSx, made to do the same things: [`ours`] and [`theirs`] have the same functions.

pub mod ours;
pub mod theirs;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use serde_json::json;

/// Seconds that one run took, for each round: with this client, and with AWS's.
pub type Times = (Vec<f64>, Vec<f64>);

/// Times both by turns, in rounds of so many runs.
pub fn compare<A, B>(rounds: usize, runs: usize, mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) -> Times {
    compare_with(rounds, runs, || ((), ()), |()| ours(), |()| theirs())
}

/// Times both by turns, each run with an input that is made beforehand.
pub fn compare_with<I, J, A, B>(
    rounds: usize,
    runs: usize,
    input: impl Fn() -> (I, J),
    mut ours: impl FnMut(I) -> A,
    mut theirs: impl FnMut(J) -> B,
) -> Times {
    let mut times = (Vec::new(), Vec::new());
    // The first round warms up caches and allocators, and does not count.
    for round in 0..=rounds {
        let (our_inputs, their_inputs): (Vec<I>, Vec<J>) = (0..runs).map(|_| input()).unzip();
        let pair = (time(our_inputs, &mut ours), time(their_inputs, &mut theirs));
        if round > 0 {
            times.0.push(pair.0);
            times.1.push(pair.1);
        }
    }
    times
}

fn time<I, T>(inputs: Vec<I>, run: &mut impl FnMut(I) -> T) -> f64 {
    let (started, runs) = (Instant::now(), inputs.len());
    for input in inputs {
        black_box(run(input));
    }
    started.elapsed().as_secs_f64() / runs as f64
}

/// What a server was asked for, as its callers saw it.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Calls per second.
    pub per_second: f64,
    /// Seconds that half of the calls took at most.
    pub median: f64,
    /// Seconds that 99 of 100 calls took at most.
    pub p99: f64,
}

impl Load {
    /// From the seconds of each call, and the time of all.
    pub fn new(mut times: Vec<f64>, all: Duration) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or_default();
        Self { per_second: times.len() as f64 / all.as_secs_f64(), median: at(0.5), p99: at(0.99) }
    }
}

/// Prints a figure: its name, its unit, and a value for each round.
pub fn report(name: &str, unit: &str, ours: impl IntoIterator<Item = f64>, theirs: impl IntoIterator<Item = f64>) {
    let (ours, theirs): Times = (ours.into_iter().collect(), theirs.into_iter().collect());
    println!("{}", json!({ "figure": name, "unit": unit, "fsx": ours, "aws-sdk-fsx": theirs }));
}

/// Prints a figure that is the time for so many bytes.
pub fn report_for(bytes: usize, name: &str, times: Times) {
    println!("{}", json!({ "figure": name, "bytes": bytes, "fsx": times.0, "aws-sdk-fsx": times.1 }));
}
