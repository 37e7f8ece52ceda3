//! Draws plots as SVG.

use std::fmt::Write as _;

/// A straight line, fitted to points by least squares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// The slope of the line.
    pub slope: f64,
    /// The value of `y` at `x = 0`.
    pub start: f64,
    /// The coefficient of determination: 1 if all points are on the line.
    pub r2: f64,
}

/// Fits a line to at least two points.
pub(crate) fn fit(points: &[(f64, f64)]) -> Fit {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|point| of(point.0 - x, point.1 - y)).sum::<f64>();
    let (xx, xy, yy) = (sum(&|dx, _| dx * dx), sum(&|dx, dy| dx * dy), sum(&|_, dy| dy * dy));
    let slope = xy / xx;
    Fit { slope, start: y - slope * x, r2: xy * xy / (xx * yy) }
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 50.0;

/// Returns an SVG plot of points and the line fitted to them, with a title and labels for the axes.
pub(crate) fn svg(points: &[(f64, f64)], line: Fit, title: &str, x_axis: &str, y_axis: &str) -> String {
    let most = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(0.0, f64::max);
    let (x_step, y_step) = (step(most(|point| point.0)), step(most(|point| point.1)));
    let (x_end, y_end) = (ceil(most(|point| point.0), x_step), ceil(most(|point| point.1), y_step));
    let x = |value: f64| MARGIN + value / x_end * (WIDTH - 2.0 * MARGIN);
    let y = |value: f64| HEIGHT - MARGIN - value / y_end * (HEIGHT - 2.0 * MARGIN);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"11\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let mut text = |at: (f64, f64), anchor: &str, text: &str| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(svg, "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\">{text}</text>", at.0, at.1);
    };
    text((WIDTH / 2.0, 24.0), "middle", title);
    text((WIDTH / 2.0, HEIGHT - 12.0), "middle", x_axis);
    text((MARGIN, MARGIN - 10.0), "middle", y_axis);
    for tick in ticks(x_end, x_step) {
        text((x(tick), y(0.0) + 16.0), "middle", &tick.to_string());
    }
    for tick in ticks(y_end, y_step) {
        text((MARGIN - 6.0, y(tick) + 4.0), "end", &tick.to_string());
    }
    let grid = ticks(y_end, y_step).map(|tick| format!("M{:.0} {:.1}H{:.0}", MARGIN, y(tick), WIDTH - MARGIN));
    let _ = writeln!(svg, "<path d=\"{}\" stroke=\"#ddd\"/>", grid.collect::<String>());
    // The line ends at the edge of the plot.
    let end = x_end.min((y_end - line.start) / line.slope);
    let ends = (y(line.start.max(0.0)), y(line.start + line.slope * end));
    let _ = writeln!(svg, "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#c33\"/>", x(0.0), ends.0, x(end), ends.1);
    for point in points {
        let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"#369\"/>", x(point.0), y(point.1));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The colors in which series are drawn, in order.
const COLORS: [&str; 7] = ["#369", "#c33", "#393", "#939", "#c80", "#099", "#666"];

/// Returns an SVG plot of values that were measured after each doubling of a size, relative to the first value. Both
/// axes are logarithmic, so that the gray diagonal represents linear growth.
pub(crate) fn doublings(series: &[(&str, Vec<f64>)], title: &str) -> String {
    let steps = series.iter().map(|(_, values)| values.len().saturating_sub(1)).max().unwrap_or(0).max(1) as f64;
    let x = |doublings: f64| MARGIN + doublings / steps * (WIDTH - 2.0 * MARGIN);
    let y = |doublings: f64| HEIGHT - MARGIN - doublings / steps * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"11\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <path d=\"M{:.0} {:.0}L{:.0} {:.0}\" stroke=\"#ccc\"/>\n",
        x(0.0),
        y(0.0),
        x(steps),
        y(steps)
    );
    let mut text = |at: (f64, f64), anchor: &str, color: &str, text: &str| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\" fill=\"{color}\">{text}</text>",
            at.0, at.1
        );
    };
    text((WIDTH / 2.0, 24.0), "middle", "#333", title);
    text((WIDTH / 2.0, HEIGHT - 12.0), "middle", "#333", "size, relative to the smallest");
    text((MARGIN, MARGIN - 10.0), "middle", "#333", "time");
    for doublings in 0..=steps as u32 {
        let (at, factor) = (f64::from(doublings), format!("× {}", 1_u64 << doublings));
        text((x(at), y(0.0) + 16.0), "middle", "#333", &factor);
        text((MARGIN - 6.0, y(at) + 4.0), "end", "#333", &factor);
    }
    for (index, ((name, _), color)) in series.iter().zip(COLORS.iter().cycle()).enumerate() {
        text((MARGIN + 16.0, MARGIN + 14.0 * (index as f64 + 1.0)), "start", color, name);
    }
    for ((_, values), color) in series.iter().zip(COLORS.iter().cycle()) {
        let first = values.first().copied().unwrap_or(1.0);
        let at = |(index, value): (usize, &f64)| format!("{:.1},{:.1}", x(index as f64), y((value / first).log2()));
        let points: Vec<String> = values.iter().enumerate().map(at).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"/>",
            points.join(" ")
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Returns a round distance between ticks such that there are about five ticks.
fn step(end: f64) -> f64 {
    let rough = end / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough).unwrap_or(rough)
}

fn ceil(end: f64, step: f64) -> f64 {
    (end / step).ceil() * step
}

fn ticks(end: f64, step: f64) -> impl Iterator<Item = f64> {
    (0..).map(move |number| f64::from(number) * step).take_while(move |tick| *tick <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_fitted_to_its_points() {
        let fit = fit(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]);
        assert!((fit.slope - 2.0).abs() < 1e-9 && (fit.start - 1.0).abs() < 1e-9 && (fit.r2 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn linear_growth_is_the_diagonal() {
        let svg = doublings(&[("shapes", vec![1.0, 2.0, 4.0])], "title");
        let corners = [(MARGIN, HEIGHT - MARGIN), (WIDTH / 2.0, HEIGHT / 2.0), (WIDTH - MARGIN, MARGIN)];
        let points = corners.map(|(x, y)| format!("{x:.1},{y:.1}")).join(" ");
        assert!(svg.contains(&format!("points=\"{points}\"")), "{svg}");
        assert!(svg.contains("× 4") && svg.contains(">shapes<"), "{svg}");
    }

    #[test]
    fn every_point_is_inside_the_axes() {
        let points = [(10.0, 3.0), (500.0, 81.0)];
        let svg = svg(&points, fit(&points), "title", "KB", "ms");
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains(">500</text>") && svg.contains(">100</text>"), "{svg}");
    }
}
