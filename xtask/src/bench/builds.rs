//! Measures builds of a program that makes one call: from scratch, with and without features, and after an edit. Also
//! measures builds of the service crate alone.
//!
//! The clients are built alternately. Cargo downloads all dependencies before the measurements start.

use std::{
    fs::{self, File},
    path::Path,
    time::SystemTime,
};

use super::{
    peer::{self, Client, Pair},
    report::{Figure, Unit},
    resource_usage::{self, Usage},
};
use crate::process;

/// The Cargo command that is measured.
#[derive(Clone, Copy)]
enum Task {
    /// Compiles and links the package.
    Build,
    /// Compiles only the package's library.
    Library,
    /// Checks only the package's library.
    Check,
}

impl Task {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Build => &["build", "--release"],
            Self::Library => &["build", "--release", "--lib"],
            Self::Check => &["check", "--lib"],
        }
    }
}

/// Builds the programs and the service crates of both clients `rounds` times, and returns the figures.
pub(crate) fn figures(pair: &Pair, rounds: usize) -> Result<Vec<Figure>, String> {
    process::run(pair.workspace.cargo("fetch").arg("--quiet"))?;
    let mut all =
        programs(pair, "program with one call", pair.clients.each_ref().map(|client| client.program), rounds)?;
    if let [Some(ours), Some(theirs)] = pair.clients.each_ref().map(|client| client.bare) {
        all.extend(programs(pair, "program with one call and no features", [ours, theirs], rounds)?);
    }
    all.extend(alone(pair, rounds)?);
    for figure in &mut all {
        figure.name.insert_str(0, pair.prefix);
    }
    Ok(all)
}

/// Measures builds of the programs that use each client.
fn programs(pair: &Pair, program: &str, packages: [&str; 2], rounds: usize) -> Result<Vec<Figure>, String> {
    let mut cold = Pairs::default();
    let mut touched = Pairs::default();
    let mut sizes = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (index, package) in packages.into_iter().enumerate() {
            super::progress(&format!("cold build of {package}"));
            remove(&peer::target(package))?;
            cold.add(index, cargo(pair, Task::Build, package)?);
            let built = pair.workspace.build(package)?.join(package);
            let size = fs::metadata(&built).map_err(|error| format!("{}: {error}", built.display()))?.len();
            sizes[index].push(size as f64);
            for _ in 0..3 {
                touch(&pair.workspace.directory().join(package).join("src/main.rs"))?;
                touched.add(index, cargo(pair, Task::Build, package)?);
            }
        }
    }
    let [ours, theirs] = sizes;
    Ok(vec![
        cold.figure(format!("{program}, cold release build"), Unit::Seconds, |usage| usage.wall),
        cold.figure(format!("{program}, cold release build, processor time"), Unit::Seconds, |usage| usage.processor),
        cold.figure(format!("{program}, cold release build, peak memory"), Unit::Bytes, |usage| usage.peak),
        touched.figure(format!("{program}, rebuild after a change to the program"), Unit::Seconds, |usage| usage.wall),
        Figure::new(format!("{program}, stripped"), Unit::Bytes, ours, theirs),
    ])
}

/// Measures builds of the service crate alone, after its dependencies have been built.
fn alone(pair: &Pair, rounds: usize) -> Result<Vec<Figure>, String> {
    let mut all = Vec::new();
    for (name, task) in [("release build", Task::Library), ("`cargo check`", Task::Check)] {
        let mut pairs = Pairs::default();
        for client in &pair.clients {
            super::progress(&format!("{name} of the dependencies of {}", client.package));
            cargo(pair, task, client.program)?;
        }
        for _ in 0..rounds {
            for (index, Client { package, program, .. }) in pair.clients.iter().enumerate() {
                super::progress(&format!("{name} of {package} alone"));
                let mut clean = pair.workspace.cargo("clean");
                clean.args(["--quiet", "--package", package, "--target-dir"]).arg(peer::target(program));
                if matches!(task, Task::Library) {
                    clean.arg("--release");
                }
                process::run(&mut clean)?;
                pairs.add(index, cargo(pair, task, program)?);
            }
        }
        all.extend([
            pairs.figure(format!("service crate alone, {name}"), Unit::Seconds, |usage| usage.wall),
            pairs
                .figure(format!("service crate alone, {name}, processor time"), Unit::Seconds, |usage| usage.processor),
        ]);
    }
    Ok(all)
}

/// The resources that the builds of each client used in each round.
#[derive(Default)]
struct Pairs([Vec<Usage>; 2]);

impl Pairs {
    fn add(&mut self, index: usize, usage: Usage) {
        self.0[index].push(usage);
    }

    fn figure(&self, name: String, unit: Unit, of: fn(&Usage) -> f64) -> Figure {
        let [ours, theirs] = [0, 1].map(|index: usize| self.0[index].iter().map(of).collect());
        Figure::new(name, unit, ours, theirs)
    }
}

fn cargo(pair: &Pair, task: Task, package: &str) -> Result<Usage, String> {
    let (subcommand, rest) = task.arguments().split_first().unwrap_or((&"build", &[]));
    let mut cargo = pair.workspace.cargo(subcommand);
    cargo.args(rest).args(["--quiet", "--offline", "--package", package, "--target-dir"]).arg(peer::target(package));
    resource_usage::measured(&mut cargo)
}

fn remove(directory: &Path) -> Result<(), String> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {error}", directory.display())),
        _ => Ok(()),
    }
}

fn touch(file: &Path) -> Result<(), String> {
    let touched = File::options().append(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|error| format!("{}: {error}", file.display()))
}
