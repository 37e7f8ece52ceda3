//! The table of figures with the values of both clients, as Markdown and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A measurement of both clients.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub name: String,
    /// The unit of the values.
    pub unit: Unit,
    /// The values of this client, one for each run; empty if it was not measured.
    pub ours: Vec<f64>,
    /// The values of AWS's client.
    pub theirs: Vec<f64>,
}

/// The unit of a figure's values, which determines their format. Lower values are better, except for rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    /// Seconds.
    Seconds,
    /// Seconds for the given number of bytes, shown with the rate.
    SecondsFor(f64),
    /// Bytes.
    Bytes,
    /// A number of items.
    Count,
    /// Items per second. Higher values are better.
    PerSecond,
    /// A ratio.
    Times,
}

/// The target of a figure.
#[derive(Clone, Copy, Debug)]
enum Budget {
    /// The ratio to the other client's value is at most this.
    Ratio(f64),
    /// The value is at most this.
    AtMost(f64),
}

/// The budgets, by prefixes of names.
const BUDGETS: &[(&str, Budget)] = &[
    ("cold build, processor time, default features", Budget::Ratio(0.30)),
    ("service crate alone, release build", Budget::Ratio(0.20)),
    ("program, stripped, default features", Budget::Ratio(0.25)),
    ("crates", Budget::AtMost(80.0)),
    ("crates in several versions", Budget::AtMost(0.0)),
    ("`CreateBackup` in memory: time", Budget::Ratio(0.20)),
    ("`CreateBackup` in memory: allocations", Budget::Ratio(0.20)),
    ("decode `DescribeFileSystems`", Budget::Ratio(0.50)),
    ("encode", Budget::Ratio(0.50)),
    ("generated lines", Budget::AtMost(34_500.0)),
    ("rebuild after a touch of the program, default features", Budget::Ratio(0.50)),
    ("generating FSx, formatted", Budget::AtMost(0.1)),
    ("decode, peak memory over the body", Budget::AtMost(2.5)),
];

impl Figure {
    /// Creates a figure with the values of both clients.
    pub(crate) fn new(name: impl Into<String>, unit: Unit, ours: Vec<f64>, theirs: Vec<f64>) -> Self {
        Self { name: name.into(), unit, ours, theirs }
    }

    fn ratio(&self) -> Option<f64> {
        Some(median(&self.ours)? / median(&self.theirs).filter(|theirs| *theirs != 0.0)?)
    }

    /// Returns the budget with the longest prefix of the name, so that specific budgets override general ones.
    fn budget(&self) -> Option<Budget> {
        let fitting = BUDGETS.iter().filter(|(start, _)| self.name.starts_with(start));
        fitting.max_by_key(|(start, _)| start.len()).map(|(_, budget)| *budget)
    }

    /// Formats the budget, and marks it as missed if it was exceeded.
    fn budget_cell(&self) -> String {
        let (text, value, limit) = match self.budget() {
            None => return String::new(),
            Some(Budget::Ratio(limit)) => (format!("≤ {limit:.2}"), self.ratio(), limit),
            Some(Budget::AtMost(limit)) => (format!("≤ {}", self.unit.show(limit)), median(&self.ours), limit),
        };
        match value {
            Some(value) if value > limit => format!("{text}, **missed**"),
            _ => text,
        }
    }

    fn json(&self) -> Value {
        json!({ "figure": self.name, "unit": format!("{:?}", self.unit), "simba": self.ours, "aws": self.theirs })
    }
}

impl Unit {
    /// Returns the unit with the given name in the output of programs.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Seconds" => Self::Seconds,
            "Bytes" => Self::Bytes,
            "Count" => Self::Count,
            "PerSecond" => Self::PerSecond,
            "Times" => Self::Times,
            _ => return None,
        })
    }

    /// Formats a value with three significant digits, which is about the precision of the measurements.
    pub(crate) fn show(self, value: f64) -> String {
        let scaled = |value: f64, steps: &[(f64, &str)]| {
            let step = steps.iter().find(|(size, _)| value.abs() >= *size).or(steps.last());
            let (size, name) = step.copied().unwrap_or((1.0, ""));
            format!("{} {name}", digits(value / size))
        };
        match self {
            Self::Seconds => scaled(value, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]),
            Self::SecondsFor(bytes) => {
                format!("{} ({} MB/s)", Self::Seconds.show(value), digits(bytes / value / 1e6))
            }
            Self::Bytes if value < 1e3 => format!("{value:.0} B"),
            Self::Bytes => scaled(value, &[(1e9, "GB"), (1e6, "MB"), (1e3, "KB")]),
            Self::Count => grouped(value),
            Self::PerSecond => format!("{}/s", grouped(value)),
            Self::Times => format!("{value:.2}"),
        }
    }
}

/// Formats the figures as a Markdown table.
pub(crate) fn markdown(figures: &[Figure]) -> String {
    let mut table = String::from("| figure | Simba | AWS SDK | ratio | budget |\n|---|---|---|---|---|\n");
    for figure in figures {
        let shown = |values: &[f64]| median(values).map(|value| figure.unit.show(value)).unwrap_or_default();
        let ratio = figure.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let (ours, theirs, budget_cell) = (shown(&figure.ours), shown(&figure.theirs), figure.budget_cell());
        // Writing to a `String` cannot fail.
        let _ = writeln!(table, "| {} | {ours} | {theirs} | {ratio} | {budget_cell} |", figure.name);
    }
    table
}

/// Formats all values of all runs as JSON.
pub(crate) fn json(figures: &[Figure], conditions: &str) -> String {
    let figures: Vec<Value> = figures.iter().map(Figure::json).collect();
    format!("{:#}\n", json!({ "conditions": conditions, "figures": figures }))
}

/// Returns the median; `None` if there are no values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// Formats a number with three significant digits.
fn digits(value: f64) -> String {
    match value.abs() {
        large if large >= 99.95 => format!("{value:.0}"),
        middle if middle >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Formats an integer with thousands separators.
fn grouped(value: f64) -> String {
    let plain = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_unit_that_people_would_use() {
        assert_eq!(Unit::Seconds.show(187.4), "187 s");
        assert_eq!(Unit::Seconds.show(0.00441), "4.41 ms");
        assert_eq!(Unit::Seconds.show(0.0000123), "12.3 µs");
        assert_eq!(Unit::SecondsFor(812e3).show(0.0022), "2.20 ms (369 MB/s)");
        assert_eq!(Unit::Bytes.show(640.0), "640 B");
        assert_eq!(Unit::Bytes.show(11.7e6), "11.7 MB");
        assert_eq!(Unit::Count.show(138_151.0), "138,151");
    }

    #[test]
    fn a_missed_budget_is_reported() {
        let figure = |name: &str, ours, theirs| Figure::new(name, Unit::Count, vec![ours], vec![theirs]).budget_cell();
        assert_eq!(figure("crates, default features", 48.0, 128.0), "≤ 80");
        assert_eq!(figure("crates, default features", 81.0, 128.0), "≤ 80, **missed**");
        assert_eq!(figure("crates in several versions", 1.0, 0.0), "≤ 0, **missed**");
        assert_eq!(figure("encode it", 3.0, 4.0), "≤ 0.50, **missed**");
        assert_eq!(figure("something else", 3.0, 4.0), "");
    }
}
