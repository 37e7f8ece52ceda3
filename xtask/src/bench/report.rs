//! Formats the figures of this project's clients and of AWS's clients as Markdown tables and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A measurement of this project's client and of AWS's client.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub name: String,
    /// The unit of the values.
    pub unit: Unit,
    /// The values for this project's client, one for each run. Empty if this client was not measured.
    pub ours: Vec<f64>,
    /// The values for AWS's client, one for each run. Empty if this client was not measured.
    pub theirs: Vec<f64>,
}

/// The unit of a figure's values, which determines how they are formatted. Lower values are better, except for rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    Seconds,
    /// Seconds to process the given number of bytes. The rate is also displayed.
    SecondsFor(f64),
    Bytes,
    /// A number of items.
    Count,
    /// Items per second. Higher values are better.
    PerSecond,
    /// A ratio.
    Times,
}

/// A measurement that a figure is compared to. AWS's client has no counterpart to it.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub name: String,
    /// The name of the figure that is compared to this reference.
    pub figure: String,
    /// The values, in the figure's unit.
    pub values: Vec<f64>,
}

/// The limit for a figure.
#[derive(Clone, Copy, Debug)]
enum Budget {
    /// The maximum ratio of this project's value to AWS's.
    Ratio(f64),
    /// The minimum ratio of this project's value to AWS's.
    AtLeast(f64),
    /// The maximum of this project's value.
    AtMost(f64),
}

/// The budgets. Each of them applies to the figures whose names start with the given prefix.
const BUDGETS: &[(&str, Budget)] = &[
    ("program with one call, cold release build, processor time", Budget::Ratio(0.20)),
    ("program with one call and no features, cold release build, processor time", Budget::Ratio(0.25)),
    ("program with one call, stripped", Budget::Ratio(0.22)),
    ("program with one call, rebuild", Budget::Ratio(0.50)),
    ("service crate alone, release build", Budget::Ratio(0.18)),
    ("crates, default features", Budget::AtMost(80.0)),
    ("crates with several versions", Budget::AtMost(0.0)),
    ("generated lines", Budget::AtMost(35_200.0)),
    ("generating FSx", Budget::AtMost(0.045)),
    ("`CreateBackup` in memory: time", Budget::Ratio(0.18)),
    ("`CreateBackup` in memory: allocations", Budget::Ratio(0.15)),
    ("decode `DescribeFileSystems`", Budget::Ratio(0.45)),
    ("decode, peak memory", Budget::AtMost(1.5)),
    ("encode `CreateVolume`", Budget::Ratio(0.45)),
    ("idle client", Budget::AtMost(200e3)),
    ("latency, 99th percentile, 256 in flight", Budget::Ratio(0.45)),
    ("calls, 256 in flight", Budget::AtLeast(4.0)),
];

impl Reference {
    /// Parses a reference from the output of a program that measures calls.
    pub(crate) fn parse(json: &Value) -> Option<Self> {
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let values = json["values"].as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>()?;
        Some(Self { name: text("reference")?, figure: text("figure")?, values })
    }
}

impl Figure {
    /// Creates a figure with the values of both clients.
    pub(crate) fn new(name: impl Into<String>, unit: Unit, ours: Vec<f64>, theirs: Vec<f64>) -> Self {
        Self { name: name.into(), unit, ours, theirs }
    }

    fn ratio(&self) -> Option<f64> {
        Some(median(&self.ours)? / median(&self.theirs).filter(|theirs| *theirs != 0.0)?)
    }

    /// Returns the budget with the longest matching prefix, so that specific budgets override general ones.
    fn budget(&self) -> Option<Budget> {
        let fitting = BUDGETS.iter().filter(|(start, _)| self.name.starts_with(start));
        fitting.max_by_key(|(start, _)| start.len()).map(|(_, budget)| *budget)
    }

    /// Formats the budget, and marks it if it was missed.
    fn budget_cell(&self) -> String {
        let (text, met) = match self.budget() {
            None => return String::new(),
            Some(Budget::Ratio(limit)) => (format!("≤ {limit:.2}"), self.ratio().map(|ratio| ratio <= limit)),
            Some(Budget::AtLeast(limit)) => (format!("≥ {limit:.2}"), self.ratio().map(|ratio| ratio >= limit)),
            Some(Budget::AtMost(limit)) => {
                (format!("≤ {}", self.unit.show(limit)), median(&self.ours).map(|value| value <= limit))
            }
        };
        if met == Some(false) { format!("{text}, **missed**") } else { text }
    }

    /// Formats the median of the values. Returns an empty string if there are no values.
    fn show(&self, values: &[f64]) -> String {
        median(values).map(|value| self.unit.show(value)).unwrap_or_default()
    }

    fn ratio_cell(&self) -> String {
        self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default()
    }

    fn json(&self) -> Value {
        let (unit, bytes) = match self.unit {
            Unit::SecondsFor(bytes) => ("Seconds".to_owned(), Some(bytes)),
            unit => (format!("{unit:?}"), None),
        };
        json!({ "figure": self.name, "unit": unit, "bytes": bytes, "simba": self.ours, "aws": self.theirs })
    }

    /// Parses a figure from JSON, which is either the output of a program that measures calls, or a part of the file
    /// with the results of a run.
    pub(crate) fn parse(json: &Value) -> Option<Self> {
        let values = |side: &str| json[side].as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
        let unit = match json["bytes"].as_f64() {
            Some(bytes) => Unit::SecondsFor(bytes),
            None => Unit::named(json["unit"].as_str()?)?,
        };
        Some(Self::new(json["figure"].as_str()?, unit, values("simba")?, values("aws")?))
    }
}

impl Unit {
    /// Returns the unit that programs print as `name`.
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

/// Formats the figures as a Markdown table that includes the budgets and the spread of the values.
pub(crate) fn with_budgets(figures: &[Figure]) -> String {
    let mut table = String::from("| figure | Simba | AWS SDK | ratio | budget |\n|---|---|---|---|---|\n");
    for figure in figures {
        let shown = |values: &[f64]| match (figure.show(values), spread(values)) {
            (value, Some(spread)) => format!("{value} ± {:.0} %", spread * 100.0),
            (value, None) => value,
        };
        let (ours, theirs) = (shown(&figure.ours), shown(&figure.theirs));
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            table,
            "| {} | {ours} | {theirs} | {} | {} |",
            figure.name,
            figure.ratio_cell(),
            figure.budget_cell()
        );
    }
    table
}

/// Formats the Markdown table for the guide, which contains the figures that were measured for both clients.
pub(crate) fn for_guide(figures: &[Figure]) -> String {
    let mut table = String::from("| figure | Simba | AWS SDK | ratio |\n|---|---|---|---|\n");
    for figure in figures.iter().filter(|figure| !figure.theirs.is_empty()) {
        let (ours, theirs) = (figure.show(&figure.ours), figure.show(&figure.theirs));
        let _ = writeln!(table, "| {} | {ours} | {theirs} | {} |", figure.name, figure.ratio_cell());
    }
    table
}

/// Formats the references as a Markdown table, each with its figure and the ratio of the figure to the reference.
pub(crate) fn of_references(references: &[Reference], figures: &[Figure]) -> String {
    let mut table = String::from("| figure | Simba | reference | | ratio |\n|---|---|---|---|---|\n");
    for reference in references {
        let Some(figure) = figures.iter().find(|figure| figure.name == reference.figure) else { continue };
        let beside = Figure { theirs: reference.values.clone(), ..figure.clone() };
        let (ours, value) = (figure.show(&figure.ours), figure.show(&reference.values));
        let _ =
            writeln!(table, "| {} | {ours} | {} | {value} | {} |", figure.name, reference.name, beside.ratio_cell());
    }
    table
}

/// Formats all values of all runs as JSON.
pub(crate) fn json(figures: &[Figure], references: &[Reference], conditions: &str) -> String {
    let figures: Vec<Value> = figures.iter().map(Figure::json).collect();
    let reference = |reference: &Reference| json!({ "reference": reference.name, "figure": reference.figure, "values": reference.values });
    let references: Vec<Value> = references.iter().map(reference).collect();
    format!("{:#}\n", json!({ "conditions": conditions, "figures": figures, "references": references }))
}

/// Returns the figures in the output of [`json()`].
pub(crate) fn parse(json: &str) -> Option<Vec<Figure>> {
    let json: Value = serde_json::from_str(json).ok()?;
    json["figures"].as_array()?.iter().map(Figure::parse).collect()
}

/// Formats the differences between the figures of two runs as a Markdown table.
///
/// The changes are computed from the ratios to AWS's client, since these depend less on the machine than the values do.
pub(crate) fn changes(old: &[Figure], new: &[Figure]) -> String {
    let mut table =
        String::from("| figure | old | new | old ratio | new ratio | change |\n|---|---|---|---|---|---|\n");
    for new in new {
        let Some(old) = old.iter().find(|old| old.name == new.name) else { continue };
        let change = match (old.ratio(), new.ratio()) {
            (Some(old), Some(new)) => Some(new / old),
            _ => median(&new.ours).zip(median(&old.ours)).map(|(new, old)| new / old),
        };
        let change = change.map(|change| format!("{:+.0} %", (change - 1.0) * 100.0)).unwrap_or_default();
        let (before, after) = (old.show(&old.ours), new.show(&new.ours));
        let _ = writeln!(
            table,
            "| {} | {before} | {after} | {} | {} | {change} |",
            new.name,
            old.ratio_cell(),
            new.ratio_cell()
        );
    }
    table
}

/// Returns the median, or `None` if there are no values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// Returns half of the interquartile range, relative to the median, or `None` if there are fewer than four values.
fn spread(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quartile = |part: usize| sorted.get(sorted.len() * part / 4);
    let (low, high) = (quartile(1)?, quartile(3)?);
    (sorted.len() >= 4).then_some((high - low) / 2.0 / median(values).filter(|median| *median != 0.0)?)
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
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index) % 3 == 0 {
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
    fn values_are_formatted_with_readable_units() {
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
        assert_eq!(figure("crates with several versions", 1.0, 0.0), "≤ 0, **missed**");
        assert_eq!(figure("encode `CreateVolume`", 3.0, 4.0), "≤ 0.45, **missed**");
        assert_eq!(figure("calls, 256 in flight", 4.0, 1.0), "≥ 4.00");
        assert_eq!(figure("calls, 256 in flight", 3.0, 1.0), "≥ 4.00, **missed**");
        assert_eq!(figure("something else", 3.0, 4.0), "");
    }

    #[test]
    fn two_runs_are_compared_by_their_ratios() {
        let run = |ours, theirs| vec![Figure::new("decode", Unit::SecondsFor(1e6), vec![ours], vec![theirs])];
        let (old, new) = (run(0.002, 0.004), run(0.003, 0.008));
        let read = parse(&json(&old, &[], "here")).expect("the JSON is valid");
        let change = changes(&read, &new);
        let row = "| decode | 2.00 ms (500 MB/s) | 3.00 ms (333 MB/s) | 0.50 | 0.38 | -25 % |";
        assert_eq!(change.lines().last(), Some(row), "{change}");
    }

    #[test]
    fn a_reference_is_shown_with_its_figure() {
        let figures = [Figure::new("decode", Unit::Seconds, vec![0.004], vec![0.008])];
        let reference = Reference { name: "serde_json".into(), figure: "decode".into(), values: vec![0.002] };
        let table = of_references(&[reference], &figures);
        assert_eq!(table.lines().last(), Some("| decode | 4.00 ms | serde_json | 2.00 ms | 2.00 |"), "{table}");
    }

    #[test]
    fn the_spread_is_half_of_the_interquartile_range() {
        let figure = Figure::new("decode", Unit::Seconds, vec![1.0, 9.0, 10.0, 11.0, 50.0], vec![20.0]);
        assert!(with_budgets(&[figure]).ends_with("| decode | 10.0 s ± 10 % | 20.0 s | 0.50 |  |\n"));
    }
}
