//! A spinner that is displayed while a client is generated.

use std::{path::PathBuf, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use crate::files;

/// The interval between two frames.
const INTERVAL: Duration = Duration::from_millis(100);

/// A spinner on standard error, which is removed when this value is dropped. If standard error is not a terminal,
/// nothing is printed.
#[derive(Debug)]
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    /// Shows a spinner with the first path of the model.
    pub(crate) fn start(model: &[PathBuf]) -> Self {
        let spinner = ProgressBar::new_spinner().with_message(message(model));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(INTERVAL);
        Self(spinner)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn message(model: &[PathBuf]) -> String {
    let model = model.first().map(|path| files::shown(path)).unwrap_or_default();
    format!("generating a client from {model}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_of_the_model_is_shown() {
        let files = ["weather.smithy", "common.smithy"].map(PathBuf::from);
        assert_eq!(message(&files), "generating a client from weather.smithy");
    }
}
