//! Checks the descriptions of changes that result from edits to a model.

use simba_codegen::{
    Source,
    diff::{Effect, diff},
};

use crate::{assert_step, options};

/// A reported change: its effect, the item, and the description.
pub(crate) type Reported = (Effect, &'static str, &'static str);

pub(crate) fn source(text: String) -> [Source; 1] {
    [Source { name: "books.smithy".to_owned(), text }]
}

/// Checks the description of each change. Each row contains an edit to the model, and the change that must be reported.
/// If no change is reported, both models generate the same crate.
#[track_caller]
pub(crate) fn assert_described(name: &str, model: &str, rows: &[(&str, &str, Option<Reported>)]) {
    for (index, (from, to, expected)) in rows.iter().enumerate() {
        let text = model.replace(from, to);
        assert_ne!(text, model, "the edit changes nothing");
        let (old, new) = (source(model.to_owned()), source(text));
        let found = diff(&old, &new, &options()).unwrap_or_else(|report| panic!("{to}: {report}"));
        assert_step(&found, &old, &new, &format!("{name}-{index}"));
        match expected {
            None => assert_eq!(found.changes, [], "{to}"),
            Some((effect, item, what)) => assert!(
                found
                    .changes
                    .iter()
                    .any(|change| change.effect == *effect && change.item == *item && change.what == *what),
                "expected {item}: {what}\nfound {:#?}",
                found.changes
            ),
        }
        let back = diff(&new, &old, &options()).expect("both models are valid");
        assert_step(&back, &new, &old, &format!("{name}-back-{index}"));
        assert_eq!(back.changes.is_empty(), found.changes.is_empty());
    }
}
