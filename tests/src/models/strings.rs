//! Random names and strings.

use serde_json::{Value, json};

use super::Maker;
use crate::hostile::{INJECTIONS, KEYWORDS, OWN, PRELUDE};
use crate::mutation::Choose;

/// Parts of ordinary names.
const WORDS: [&str; 16] = [
    "File", "system", "ID", "ARN", "IPv6", "GiB", "Next", "Token", "Zone", "Type", "Status", "Headers", "2nd", "X",
    "ARNs", "List",
];

/// Strings that are unusual, but not hostile.
const TEXTS: [&str; 14] = [
    "plain",
    "Two words",
    "",
    " ",
    "naïve café",
    "日本語のテキスト",
    "🦀 and 👩‍👩‍👧",
    "مرحبا",
    "a\tb",
    "{\"json\": [1, null]}",
    "<p>A <b>paragraph</b> with <a href=\"https://example.com/?a=1&b=2\">a link</a>.</p><ul><li>one<li>two</ul>",
    "See `types::Tag` and [another](https://example.com). A second sentence.",
    "m²",
    "100% \\d+ $1 #[x]",
];

impl Maker {
    /// Returns a random string.
    pub(super) fn text(&mut self) -> String {
        if self.chance(30) { self.pick(INJECTIONS).to_owned() } else { self.pick(&TEXTS).to_owned() }
    }

    /// Returns a random name: one to three words, or a hostile name.
    pub(super) fn name(&mut self) -> String {
        let name = match self.random.below(8) {
            0 => self.pick(KEYWORDS).to_owned(),
            1 => self.pick(PRELUDE).to_owned(),
            2 => self.pick(OWN).to_owned(),
            _ => (0..=self.random.below(3)).map(|_| self.pick(&WORDS)).collect(),
        };
        let name = match self.random.below(6) {
            0 => name.to_uppercase(),
            1 => name[..1].to_uppercase() + &name[1..],
            2 => name[..1].to_lowercase() + &name[1..],
            3 => format!("_{name}"),
            _ => name,
        };
        if name.starts_with(|c: char| c.is_ascii_digit()) { format!("n{name}") } else { name }
    }

    /// Returns the ID of a new shape, whose name is unique regardless of case.
    pub(super) fn id(&mut self) -> String {
        let mut name = self.name();
        while self.names.contains(&name.to_lowercase()) {
            name = format!("{name}{}", self.random.below(100));
        }
        self.names.push(name.to_lowercase());
        let namespace = self.pick(&["m", "com.example.model", "type.self"]);
        format!("{namespace}#{name}")
    }

    /// Returns a name that is not in `taken`, but that may differ from a name in it only in case.
    pub(super) fn other_name(&mut self, taken: &[String]) -> String {
        let mut name = self.name();
        while taken.contains(&name) {
            name = format!("{name}{}", self.random.below(10));
        }
        name
    }

    /// Returns traits that any shape can have, such as documentation and deprecation.
    pub(super) fn remarks(&mut self) -> serde_json::Map<String, Value> {
        let mut traits = serde_json::Map::new();
        if self.chance(40) {
            traits.insert("smithy.api#documentation".to_owned(), json!(self.text()));
        }
        if self.chance(8) {
            let value = if self.chance(50) { json!({}) } else { json!({"message": self.text(), "since": self.text()}) };
            traits.insert("smithy.api#deprecated".to_owned(), value);
        }
        if self.chance(6) {
            let value = json!({(format!("a{}", self.text())): "https://example.com/docs", (format!("b{}", self.text())): "not a URL"});
            traits.insert("smithy.api#externalDocumentation".to_owned(), value);
        }
        for name in ["unstable", "internal"] {
            if self.chance(4) {
                traits.insert(format!("smithy.api#{name}"), json!({}));
            }
        }
        if self.chance(4) {
            traits.insert("smithy.api#since".to_owned(), json!(self.text()));
        }
        traits
    }
}
