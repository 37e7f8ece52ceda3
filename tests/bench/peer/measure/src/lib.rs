//! Compares this project's client for Amazon FSx with AWS's client. The [`ours`] and [`theirs`] modules have the same
//! functions. [`hyper`] sends the same bytes without a client for the service.

pub mod hyper;
pub mod ours;
pub mod theirs;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::sync::Semaphore;

/// The average time of a run in each round, in seconds, for this project's client and for AWS's client.
pub type Times = (Vec<f64>, Vec<f64>);

/// Measures `ours` and `theirs` alternately, in rounds of `runs` runs each.
pub fn compare<A, B>(rounds: usize, runs: usize, mut ours: impl FnMut() -> A, mut theirs: impl FnMut() -> B) -> Times {
    compare_with(rounds, runs, || ((), ()), |()| ours(), |()| theirs())
}

/// Measures `ours` and `theirs` alternately. `input` creates the input of each run before the round starts.
pub fn compare_with<I, J, A, B>(
    rounds: usize,
    runs: usize,
    input: impl Fn() -> (I, J),
    mut ours: impl FnMut(I) -> A,
    mut theirs: impl FnMut(J) -> B,
) -> Times {
    let mut times = (Vec::new(), Vec::new());
    // The first round warms up caches and allocators, and is not counted.
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

/// Delays the responses of calls, so that many calls wait at the same time.
#[derive(Debug)]
pub struct Gate {
    arrived: Semaphore,
    opened: Semaphore,
}

impl Gate {
    /// Creates a closed gate, which is never opened.
    pub fn closed() -> Self {
        Self { arrived: Semaphore::new(0), opened: Semaphore::new(0) }
    }

    /// Records the arrival of a call, and waits until the gate is opened.
    pub async fn pass(&self) {
        self.arrived.add_permits(1);
        drop(self.opened.acquire().await);
    }

    /// Waits until this number of calls have arrived. These calls are not counted again.
    pub async fn wait_for(&self, calls: u32) {
        if let Ok(arrived) = self.arrived.acquire_many(calls).await {
            arrived.forget();
        }
    }
}

/// The result of a load test.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Calls per second.
    pub per_second: f64,
    /// The median latency, in seconds.
    pub median: f64,
    /// The 99th percentile of the latency, in seconds.
    pub p99: f64,
}

impl Load {
    /// Creates a result from the latencies of all calls in seconds, and the total time.
    pub fn new(mut times: Vec<f64>, all: Duration) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or_default();
        Self { per_second: times.len() as f64 / all.as_secs_f64(), median: at(0.5), p99: at(0.99) }
    }
}

/// Prints a figure: its name, its unit and the values of all rounds.
pub fn report(name: &str, unit: &str, ours: impl IntoIterator<Item = f64>, theirs: impl IntoIterator<Item = f64>) {
    let (ours, theirs): Times = (ours.into_iter().collect(), theirs.into_iter().collect());
    println!("{}", json!({ "figure": name, "unit": unit, "simba": ours, "aws": theirs }));
}

/// Prints a figure that is the time to process a number of bytes.
pub fn report_for(bytes: usize, name: &str, times: Times) {
    println!("{}", json!({ "figure": name, "bytes": bytes, "simba": times.0, "aws": times.1 }));
}

/// Prints a reference, which is a measurement that a figure is compared to.
pub fn report_reference(name: &str, figure: &str, values: &[f64]) {
    println!("{}", json!({ "reference": name, "figure": figure, "values": values }));
}

/// Measures a single function. `input` creates the input of each run before the round starts.
pub fn measure<I, T>(rounds: usize, runs: usize, input: impl Fn() -> I, mut run: impl FnMut(I) -> T) -> Vec<f64> {
    (0..rounds).map(|_| time((0..runs).map(|_| input()).collect(), &mut run)).collect()
}
