//! Reads the nodes of a decision diagram.
//!
//! `nodes` contains triples of big-endian 32-bit integers, encoded in Base64. Each triple consists of the index of a
//! condition and two references: one that is followed if the condition matches, and one that is followed if it does
//! not. A reference has one of these forms:
//!
//! - 1 and -1 mean that no rule matches.
//! - 100000000 also means that no rule matches. A larger number refers to a result: 100000001 is the first entry of
//!   `results`.
//! - A number from 2 to 99999999 refers to a node. Its index is one less than the number, and the node with index 0 is
//!   a placeholder.
//! - A number less than -1 refers to the same node as its absolute value, but with the two edges exchanged.

use serde_json::{Map, Value as Json};

use super::super::reader::Reader;
use crate::lower::literal::base64;

/// A decision diagram whose references are valid and do not form a cycle.
pub(super) struct Bdd<'a> {
    /// The conditions, with their locations.
    pub(super) conditions: Vec<(String, &'a Json)>,
    /// The results, with their locations.
    pub(super) results: Vec<(String, &'a Map<String, Json>)>,
    /// The nodes, without the placeholder at the beginning.
    pub(super) nodes: Vec<Node>,
    /// The target at which the diagram starts.
    pub(super) root: Target,
}

/// A node of a decision diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) condition: usize,
    /// The target if the condition matches.
    pub(super) high: Target,
    /// The target if the condition does not match.
    pub(super) low: Target,
}

/// The target of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// No rule matches.
    NoRule,
    /// The result with this index.
    Result(usize),
    /// A node.
    Node {
        index: usize,
        /// Whether the edges of the node are exchanged.
        complement: bool,
    },
}

/// The maximum number of nodes on a path, since the functions that follow a path are recursive. In the models of AWS, a
/// path visits each condition at most once, and a model has fewer than 200 conditions.
const LONGEST_PATH: usize = 1000;

/// The reference for "no rule matches".
const NO_RULE: i64 = 100_000_000;

/// Reads the members of `smithy.rules#endpointBdd` except for the version and the parameters.
pub(super) fn read<'a>(reader: &mut Reader, object: &'a Map<String, Json>) -> Option<Bdd<'a>> {
    reader.only("", object, &["version", "parameters", "conditions", "results", "root", "nodeCount", "nodes"]);
    let conditions = reader.required("", object, "conditions", Reader::items);
    let results = reader.required("", object, "results", results);
    let triples = triples(reader, object);
    let root = reader.required("", object, "root", Reader::integer);
    let (conditions, results, triples) = (conditions?, results?, triples?);

    // The placeholder is not counted, since references to it are invalid.
    let known = Known { conditions: conditions.len(), results: results.len(), nodes: triples.len().saturating_sub(1) };
    let mut nodes = Vec::new();
    for (index, triple) in triples.iter().enumerate().skip(1) {
        nodes.push(known.node(reader, &format!("nodes[{index}]"), *triple));
    }
    let root = known.target(reader, "root", root?);
    let bdd = Bdd { conditions, results, nodes: nodes.into_iter().collect::<Option<_>>()?, root: root? };
    match invalid_paths(&bdd.nodes) {
        Some(message) => reader.problem("nodes", &message),
        None => Some(bdd),
    }
}

/// Returns the problem if a path in the diagram does not end, or is too long.
fn invalid_paths(nodes: &[Node]) -> Option<String> {
    match longest_path(nodes) {
        None => Some("the nodes contain a cycle".to_owned()),
        Some(length) => (length > LONGEST_PATH)
            .then(|| format!("a path consists of {length} nodes; expected at most {LONGEST_PATH}")),
    }
}

fn results<'a>(reader: &mut Reader, at: &str, json: &'a Json) -> Option<Vec<(String, &'a Map<String, Json>)>> {
    let mut results = Vec::new();
    for (at, json) in reader.items(at, json)? {
        let object = reader.object(&at, json)?;
        let conditions = object.get("conditions").and_then(Json::as_array);
        if conditions.is_some_and(|conditions| !conditions.is_empty()) {
            return reader.problem(&at, "a result of a decision diagram cannot have conditions");
        }
        results.push((at, object));
    }
    Some(results)
}

/// Reads `nodes`, and compares the number of nodes with `nodeCount`.
fn triples(reader: &mut Reader, object: &Map<String, Json>) -> Option<Vec<[i32; 3]>> {
    let nodes = reader.required("", object, "nodes", Reader::string)?;
    let count = reader.required("", object, "nodeCount", Reader::integer)?;
    let Some(bytes) = base64(nodes).filter(|_| nodes.len().is_multiple_of(4)) else {
        return reader.problem("nodes", "not valid base64");
    };
    let (words, rest) = bytes.as_chunks::<4>();
    let words: Vec<i32> = words.iter().map(|word| i32::from_be_bytes(*word)).collect();
    let (triples, more) = words.as_chunks::<3>();
    if !rest.is_empty() || !more.is_empty() || i64::try_from(triples.len()) != Ok(count) {
        let message = format!(
            "expected {} bytes, 12 for each of the {count} nodes in `nodeCount`, found {}",
            12 * i128::from(count),
            bytes.len()
        );
        return reader.problem("nodes", &message);
    }
    Some(triples.to_vec())
}

/// The numbers of conditions, results and nodes, which limit the valid references.
struct Known {
    conditions: usize,
    results: usize,
    nodes: usize,
}

impl Known {
    fn node(&self, reader: &mut Reader, at: &str, [condition, high, low]: [i32; 3]) -> Option<Node> {
        let index = usize::try_from(condition).ok();
        let Some(condition) = index.filter(|index| *index < self.conditions) else {
            return reader.problem(at, &format!("condition {condition} is out of range"));
        };
        let high = self.target(reader, at, high.into());
        let low = self.target(reader, at, low.into());
        Some(Node { condition, high: high?, low: low? })
    }

    fn target(&self, reader: &mut Reader, at: &str, reference: i64) -> Option<Target> {
        let magnitude = reference.unsigned_abs();
        if magnitude == 1 || reference == NO_RULE {
            return Some(Target::NoRule);
        }
        let to = |first: i64| usize::try_from(magnitude.checked_sub(first.unsigned_abs())?).ok();
        let target = if reference > NO_RULE {
            to(NO_RULE + 1).filter(|index| *index < self.results).map(Target::Result)
        } else {
            to(2).filter(|index| *index < self.nodes).map(|index| Target::Node { index, complement: reference < 0 })
        };
        target.or_else(|| reader.problem(at, &format!("reference {reference} is out of range")))
    }
}

/// Returns the number of nodes on the longest path, or `None` if the nodes contain a cycle.
fn longest_path(nodes: &[Node]) -> Option<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; nodes.len()];
    let mut lengths = vec![1; nodes.len()];
    for start in 0..nodes.len() {
        // Each entry consists of a node, and the index of the edge to follow next.
        let mut stack = vec![(start, 0)];
        while let Some((index, edge)) = stack.pop() {
            let node = &nodes[index];
            let targets = [node.high, node.low];
            if edge == 0 && marks[index] == Mark::Done {
                continue;
            }
            marks[index] = Mark::Open;
            let Some(target) = targets.get(edge) else {
                marks[index] = Mark::Done;
                let next = targets.iter().filter_map(|target| match target {
                    Target::Node { index, .. } => Some(lengths[*index]),
                    Target::NoRule | Target::Result(_) => None,
                });
                lengths[index] = 1 + next.max().unwrap_or_default();
                continue;
            };
            stack.push((index, edge + 1));
            if let Target::Node { index: next, .. } = *target {
                match marks[next] {
                    Mark::New => stack.push((next, 0)),
                    Mark::Open => return None,
                    Mark::Done => {}
                }
            }
        }
    }
    Some(lengths.into_iter().max().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_is_found() {
        let to = |index| Target::Node { index, complement: false };
        let node = |high, low| Node { condition: 0, high, low };
        let end = node(Target::NoRule, Target::Result(0));
        assert_eq!(longest_path(&[]), Some(0));
        assert_eq!(longest_path(&[node(to(1), to(2)), node(to(2), Target::NoRule), end]), Some(3));
        assert_eq!(longest_path(&[node(to(1), Target::NoRule), node(Target::NoRule, to(0))]), None);
        let chain: Vec<Node> = (1..100_000).map(|next| node(to(next), Target::NoRule)).chain([end]).collect();
        assert_eq!(invalid_paths(&chain).as_deref(), Some("a path consists of 100000 nodes; expected at most 1000"));
        assert_eq!(invalid_paths(&chain[99_999..]), None);
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
        for bad in [0, 4, -4, 100_000_003, -100_000_001, i64::MIN, i64::MAX] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
