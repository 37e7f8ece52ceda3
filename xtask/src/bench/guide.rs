//! Updates the tables in `docs/guide/benchmarks.md`.

use std::fs;

use super::report::{self, Figure};
use crate::files;

/// Replaces a table, and the paragraph that describes how it was measured, with new results.
///
/// The table and the paragraph are between the lines `<!-- NAME -->` and `<!-- end of NAME -->`.
pub(crate) fn update(name: &str, figures: &[Figure], conditions: &str) -> Result<(), String> {
    let file = files::root().join("docs/guide/benchmarks.md");
    let failed = |problem: &dyn std::fmt::Display| format!("{}: {problem}", file.display());
    let page = fs::read_to_string(&file).map_err(|error| failed(&error))?;
    let results = format!("{}\n{}", report::for_guide(figures), wrapped(conditions));
    let page = replaced(&page, name, &results).ok_or_else(|| failed(&format!("no line `<!-- {name} -->`")))?;
    fs::write(&file, page).map_err(|error| failed(&error))
}

fn replaced(page: &str, name: &str, results: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = page.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}\n{results}\n{end}{after}"))
}

/// Breaks a paragraph into lines of at most 120 characters.
fn wrapped(paragraph: &str) -> String {
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 120 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_table_is_replaced() {
        let page = "a\n<!-- fsx -->\nold\n<!-- end of fsx -->\nb\n<!-- services -->\nold\n<!-- end of services -->\n";
        let expected =
            "a\n<!-- fsx -->\n\nnew\n\n<!-- end of fsx -->\nb\n<!-- services -->\nold\n<!-- end of services -->\n";
        assert_eq!(replaced(page, "fsx", "new\n").as_deref(), Some(expected));
        assert_eq!(replaced(page, "lambda", "new\n"), None);
    }

    #[test]
    fn paragraphs_are_wrapped() {
        let text = wrapped(&"word ".repeat(50));
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() <= 120), "{text}");
    }
}
