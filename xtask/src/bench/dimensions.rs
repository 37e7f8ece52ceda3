//! Measures how the duration of each phase of the generator depends on the size of a model. Only one dimension of the
//! model grows at a time.
//!
//! Each dimension is doubled five times. Only the growth matters, so this command does not need to be built with
//! optimizations.

pub(crate) mod models;

use std::{fs, hint::black_box, time::Instant};

use simba_codegen::{Options, Source, phases};

use self::models::Dimension;
use super::plot;
use crate::files;

/// The number of times that a dimension is doubled.
const DOUBLINGS: u32 = 5;

/// The number of runs for each model. Only the fastest run is used, since it is the least affected by other processes.
const RUNS: usize = 5;

/// The names of the phases, in the order in which they are measured.
pub(crate) const PHASES: [&str; 4] = ["load", "lower", "emit", "render"];

/// The time that each phase takes, in seconds.
type Times = [f64; 4];

/// Measures all dimensions, prints a table, and writes the graph.
pub(crate) fn run() -> Result<(), String> {
    let mut table = format!("| dimension | sizes | {} |\n|---|---|---|---|---|---|\n", PHASES.join(" | "));
    let mut series = Vec::new();
    for dimension in Dimension::ALL {
        super::progress(&format!("generating models with more {}", dimension.name()));
        let sizes: Vec<usize> = (0..=DOUBLINGS).map(|doublings| dimension.start() << doublings).collect();
        let times: Vec<Times> = sizes.iter().map(|size| measure(dimension, *size)).collect::<Result<_, _>>()?;
        let growth = growth(&times).map(|growth| format!("{growth:.2}"));
        let (first, last) = (sizes[0], sizes[sizes.len() - 1]);
        table.push_str(&format!("| {} | {first} to {last} | {} |\n", dimension.name(), growth.join(" | ")));
        let totals = times.iter().map(|times| times.iter().sum::<f64>()).collect();
        series.push((dimension.name(), totals));
    }
    let text = format!("{table}\nGrowth of the time per doubling of the size: 1 is linear, 2 is quadratic.\n");
    let file = files::root().join("tests/bench/dimensions.svg");
    let svg = plot::doublings(&series, "Time to generate a crate, while one dimension of its model grows");
    fs::write(&file, svg).map_err(|error| format!("{}: {error}", file.display()))?;
    super::write("dimensions.md", &text)?;
    print_line!("{text}");
    Ok(())
}

/// Returns the exponent with which the time of each phase grows: 1 is linear, and 2 is quadratic. The smallest models
/// are ignored, since their time depends mostly on fixed costs.
pub(crate) fn growth(times: &[Times]) -> Times {
    let large = &times[times.len().saturating_sub(4)..];
    std::array::from_fn(|phase| {
        let points: Vec<_> =
            large.iter().zip(0_u32..).map(|(times, at)| (f64::from(at), times[phase].log2())).collect();
        plot::fit(&points).slope
    })
}

/// Returns the time that each phase takes for a model with the given size in one dimension.
pub(crate) fn measure(dimension: Dimension, size: usize) -> Result<Times, String> {
    let text = models::model(dimension, size).to_string();
    let sources = [Source { name: "large.json".to_owned(), text }];
    let options = Options { runtime: "\"0.1\"".to_owned(), ..Options::default() };
    let mut best = [f64::INFINITY; 4];
    for _ in 0..RUNS {
        let problem = |report: simba_codegen::Report| format!("{}: {report}", dimension.name());
        let (loaded, load) = timed(|| phases::load(&sources));
        let loaded = loaded.map_err(problem)?;
        let (lowered, lower) = timed(|| phases::lower(&loaded, &options));
        let lowered = lowered.map_err(problem)?;
        let (emitted, emit) = timed(|| phases::emit(&lowered));
        let (rendered, render) = timed(|| phases::render(emitted));
        black_box(rendered?);
        for (best, time) in best.iter_mut().zip([load, lower, emit, render]) {
            *best = best.min(time);
        }
    }
    Ok(best)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_the_exponent() {
        let times = |exponent: i32| [1.0, 2.0, 4.0, 8.0].map(|size: f64| [size.powi(exponent); 4]);
        assert_eq!(growth(&times(1)), [1.0; 4]);
        assert_eq!(growth(&times(2)), [2.0; 4]);
    }

    /// Returns the number of allocations that each phase makes for a model with the given size in one dimension.
    fn allocations(dimension: Dimension, size: usize) -> [u64; 4] {
        let text = models::model(dimension, size).to_string();
        let sources = [Source { name: "large.json".to_owned(), text }];
        let options = Options { runtime: "\"0.1\"".to_owned(), ..Options::default() };
        let (loaded, load) = counted(|| phases::load(&sources).unwrap());
        let (lowered, lower) = counted(|| phases::lower(&loaded, &options).unwrap());
        let (emitted, emit) = counted(|| phases::emit(&lowered));
        let (_, render) = counted(|| phases::render(emitted).unwrap());
        [load, lower, emit, render]
    }

    fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
        let mut result = None;
        let counts = allocation_counter::measure(|| result = Some(work()));
        (result.unwrap(), counts.count_total)
    }

    #[test]
    fn allocations_grow_linearly_in_every_dimension() {
        // The trait definitions are parsed when the first model is loaded. Loading a model here excludes the
        // allocations of the parser from the measurements below.
        allocations(Dimension::ALL[0], 1);
        for dimension in Dimension::ALL {
            let start = 2 * dimension.start();
            let [small, medium, large] = [start, 2 * start, 4 * start].map(|size| allocations(dimension, size));
            for (phase, name) in PHASES.iter().enumerate() {
                // The difference between the numbers for two sizes does not include allocations that are independent of
                // the size. When the sizes double, the difference doubles if the growth is linear, and quadruples if
                // the growth is quadratic.
                let (first, second) = (medium[phase] - small[phase], large[phase] - medium[phase]);
                let what =
                    format!("{name}, {}: {} to {} to {}", dimension.name(), small[phase], medium[phase], large[phase]);
                assert!(second <= first * 5 / 2, "{what}");
            }
        }
    }
}
