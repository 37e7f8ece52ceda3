//! Endpoint rules as a binary decision diagram.
//!
//! `nodes` is Base64 of big-endian 32-bit triples: a condition, and where to go if it matches and
//! if not. A reference is 1 or -1 for "no rule", more than 100000000 for a result, 2 and more for
//! the node before it (the first node is a placeholder), and less than -1 for such a node with its
//! two ways exchanged. The result that 100000000 itself stands for is "no rule" too, and not in
//! `results`, which therefore starts at 100000001.

use serde_json::{Map, Value as Json};

use super::json::Reader;
use super::rules::{self, Condition, Outcome};

/// A decision diagram, whose references all lead somewhere and never in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagram {
    /// What nodes ask.
    pub(crate) conditions: Vec<Condition>,
    /// What the decisions end in.
    pub(crate) results: Vec<Outcome>,
    /// The nodes, without the placeholder that the trait starts them with.
    pub(crate) nodes: Vec<Node>,
    /// Where to start.
    pub(crate) root: Target,
}

/// A decision: which condition, and where to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The index of the condition.
    pub(crate) condition: usize,
    /// Where to go if it matches.
    pub(crate) high: Target,
    /// Where to go if not.
    pub(crate) low: Target,
}

/// Where a decision leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// Nowhere: no rule fits.
    NoRule,
    /// To the result at this index.
    Result(usize),
    /// To another decision.
    Node {
        /// The index of the node.
        index: usize,
        /// Whether its two ways are exchanged.
        complement: bool,
    },
}

/// The reference to the result that is not listed: no rule fits.
const NO_RULE: i64 = 100_000_000;

/// Reads the members of `smithy.rules#endpointBdd` other than version and parameters.
pub(super) fn read(reader: &mut Reader, object: &Map<String, Json>) -> Option<Diagram> {
    reader.only("", object, &["version", "parameters", "conditions", "results", "root", "nodeCount", "nodes"]);
    let conditions = rules::conditions(reader, "", object);
    let results = reader.member("", object, "results");
    let results = results.and_then(|json| {
        let results = reader.array("results", json)?;
        reader.each("results", results, result)
    });
    let triples = triples(reader, object);
    let root = reader.member("", object, "root")?;
    let root = reader.integer("root", root)?;
    let (conditions, results, triples) = (conditions?, results?, triples?);

    // The first triple is a placeholder that nothing refers to.
    let known = Known { conditions: conditions.len(), results: results.len(), nodes: triples.len().saturating_sub(1) };
    let mut nodes = Vec::new();
    for (index, triple) in triples.iter().enumerate().skip(1) {
        nodes.push(known.node(reader, &format!("nodes[{index}]"), *triple));
    }
    let root = known.target(reader, "root", root);
    let diagram = Diagram { conditions, results, nodes: nodes.into_iter().collect::<Option<_>>()?, root: root? };
    if has_circle(&diagram) {
        return reader.problem("nodes", "the nodes lead in a circle");
    }
    Some(diagram)
}

fn result(reader: &mut Reader, at: &str, json: &Json) -> Option<Outcome> {
    let object = reader.object(at, json)?;
    let conditions = object.get("conditions").and_then(Json::as_array);
    if conditions.is_some_and(|conditions| !conditions.is_empty()) {
        return reader.problem(at, "a result of a decision diagram has no conditions");
    }
    rules::outcome(reader, at, object)
}

/// Reads `nodes` and checks it against `nodeCount`.
fn triples(reader: &mut Reader, object: &Map<String, Json>) -> Option<Vec<[i32; 3]>> {
    let nodes = reader.member("", object, "nodes")?;
    let nodes = reader.string("nodes", nodes)?;
    let count = reader.member("", object, "nodeCount")?;
    let count = reader.integer("nodeCount", count)?;
    let Some(bytes) = base64(&nodes) else {
        return reader.problem("nodes", "not valid Base64");
    };
    let (words, rest) = bytes.as_chunks::<4>();
    let words: Vec<i32> = words.iter().map(|word| i32::from_be_bytes(*word)).collect();
    let (triples, more) = words.as_chunks::<3>();
    if !rest.is_empty() || !more.is_empty() || i64::try_from(triples.len()) != Ok(count) {
        let message = format!("{} bytes are not the {count} nodes of nodeCount", bytes.len());
        return reader.problem("nodes", &message);
    }
    Some(triples.to_vec())
}

/// How many of each thing there are to refer to.
struct Known {
    conditions: usize,
    results: usize,
    nodes: usize,
}

impl Known {
    fn node(&self, reader: &mut Reader, at: &str, [condition, high, low]: [i32; 3]) -> Option<Node> {
        let index = usize::try_from(condition).ok();
        let Some(condition) = index.filter(|index| *index < self.conditions) else {
            return reader.problem(at, &format!("there is no condition {condition}"));
        };
        let high = self.target(reader, at, high.into());
        let low = self.target(reader, at, low.into());
        Some(Node { condition, high: high?, low: low? })
    }

    fn target(&self, reader: &mut Reader, at: &str, reference: i64) -> Option<Target> {
        if reference.abs() == 1 || reference == NO_RULE {
            return Some(Target::NoRule);
        }
        let to = |first: i64| usize::try_from(reference.abs() - first).ok();
        let target = if reference > NO_RULE {
            to(NO_RULE + 1).filter(|index| *index < self.results).map(Target::Result)
        } else {
            to(2).filter(|index| *index < self.nodes).map(|index| Target::Node { index, complement: reference < 0 })
        };
        target.or_else(|| reader.problem(at, &format!("reference {reference} leads nowhere")))
    }
}

/// Whether any way through the diagram comes back to a node that it has passed.
fn has_circle(diagram: &Diagram) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; diagram.nodes.len()];
    for start in 0..diagram.nodes.len() {
        // Each entry is a node, and which of its ways come next.
        let mut stack = vec![(start, 0)];
        while let Some((index, way)) = stack.pop() {
            let node = &diagram.nodes[index];
            let targets = [node.high, node.low];
            if way == 0 && marks[index] == Mark::Done {
                continue;
            }
            marks[index] = Mark::Open;
            let Some(target) = targets.get(way) else {
                marks[index] = Mark::Done;
                continue;
            };
            stack.push((index, way + 1));
            if let Target::Node { index: next, .. } = *target {
                match marks[next] {
                    Mark::New => stack.push((next, 0)),
                    Mark::Open => return true,
                    Mark::Done => {}
                }
            }
        }
    }
    false
}

/// Decodes Base64 with padding; `None` if it is not that.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_or_refused() {
        assert_eq!(base64("AAECAw=="), Some(vec![0, 1, 2, 3]));
        assert_eq!(base64("+/8="), Some(vec![0xfb, 0xff]));
        assert_eq!(base64(""), Some(vec![]));
        assert_eq!(base64("AAE"), None);
        assert_eq!(base64("AA E"), None);
        assert_eq!(base64("A==="), None);
    }

    #[test]
    fn references_are_checked() {
        let known = Known { conditions: 1, results: 2, nodes: 2 };
        let mut reader = Reader::default();
        let mut target = |reference| known.target(&mut reader, "root", reference);
        let node = |index, complement| Some(Target::Node { index, complement });
        assert_eq!(target(1), Some(Target::NoRule));
        assert_eq!(target(-1), Some(Target::NoRule));
        assert_eq!(target(2), node(0, false));
        assert_eq!(target(-3), node(1, true));
        assert_eq!(target(100_000_000), Some(Target::NoRule));
        assert_eq!(target(100_000_001), Some(Target::Result(0)));
        assert_eq!(target(100_000_002), Some(Target::Result(1)));
        for bad in [0, 4, -4, 100_000_003, -100_000_001] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
