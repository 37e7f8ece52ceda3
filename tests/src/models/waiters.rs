//! Random waiters and their paths.

use serde_json::{Map, Value, json};

use super::{Maker, operations::Operation, target};
use crate::mutation::Choose;

/// The maximum number of nested structures in a path.
const DEEPEST: usize = 3;

/// The type of the value at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    String,
    Boolean,
    Strings,
    /// A list, map, or string, which has a length.
    Length,
}

impl Maker {
    pub(super) fn waiters(&mut self, operation: &mut Operation) {
        let mut paths = Vec::new();
        if let Some(output) = &operation.output {
            self.paths(output, "", 0, &mut paths);
        }
        let mut waiters = Map::new();
        for number in 0..1 + self.random.below(2) {
            let mut acceptors = vec![json!({"state": "success", "matcher": {"success": true}})];
            for _ in 0..self.random.below(4) {
                let matcher = self.matcher(&paths);
                let acceptor = json!({"state": self.pick(&["success", "failure", "retry"]), "matcher": matcher});
                acceptors.insert(0, acceptor);
            }
            let mut waiter = json!({"documentation": self.text(), "acceptors": acceptors});
            if self.chance(30) {
                waiter["minDelay"] = json!(3);
            }
            // The number makes the name unique in the service, since each operation adds shapes.
            let number = 2 * self.shapes.len() + number;
            waiters.insert(format!("{}{number}", self.pick(&["Ready", "Self", "Type", "Box", "New"])), waiter);
        }
        self.arguments(operation, &waiters);
        operation.add("smithy.waiters#waitable", Value::Object(waiters));
    }

    fn matcher(&mut self, paths: &[(String, Leads)]) -> Value {
        if paths.is_empty() || self.chance(25) {
            return match self.random.below(3) {
                0 => json!({"success": false}),
                1 if !self.pool.errors.is_empty() => {
                    let errors = self.pool.errors.clone();
                    json!({"errorType": self.pick(&errors)})
                }
                _ => json!({"errorType": "Some.Code"}),
            };
        }
        let (path, leads) = self.pick(paths);
        let (path, comparator, expected) = match leads {
            Leads::String => (path, "stringEquals", self.text()),
            Leads::Boolean => (path, "booleanEquals", "true".to_owned()),
            Leads::Strings => (path, self.pick(&["allStringEquals", "anyStringEquals"]), self.text()),
            Leads::Length => (format!("length({path}) > `0`"), "booleanEquals", "true".to_owned()),
        };
        let both = self.chance(20);
        let plain = leads != Leads::Length;
        let (kind, path) = if both && plain { ("inputOutput", format!("output.{path}")) } else { ("output", path) };
        json!({(kind): {"path": path, "comparator": comparator, "expected": expected}})
    }

    /// Collects the paths that start at a structure, and the types of their values.
    pub(super) fn paths(&self, id: &str, before: &str, depth: usize, paths: &mut Vec<(String, Leads)>) {
        for (name, member) in self.members(id) {
            let path = format!("{before}{name}");
            let target = target(&member);
            match self.kind(target).as_str() {
                "string" | "enum" => {
                    paths.push((path.clone(), Leads::String));
                    paths.push((path, Leads::Length));
                }
                "boolean" => paths.push((path, Leads::Boolean)),
                "structure" | "union" if depth < DEEPEST && target != "smithy.api#Unit" => {
                    self.paths(target, &format!("{path}."), depth + 1, paths);
                }
                "list" => {
                    paths.push((path.clone(), Leads::Length));
                    self.projected(
                        self.shape(target).unwrap()["member"]["target"].as_str().unwrap(),
                        &format!("{path}[]"),
                        paths,
                    );
                }
                "map" => {
                    paths.push((format!("keys({path})"), Leads::Strings));
                    self.projected(
                        self.shape(target).unwrap()["value"]["target"].as_str().unwrap(),
                        &format!("values({path})[]"),
                        paths,
                    );
                }
                _ => {}
            }
        }
    }

    /// Collects the paths to strings in the elements of lists.
    fn projected(&self, element: &str, path: &str, paths: &mut Vec<(String, Leads)>) {
        match self.kind(element).as_str() {
            "string" | "enum" => paths.push((path.to_owned(), Leads::Strings)),
            "structure" => {
                for kind in ["string", "enum"] {
                    let members = self.members_of_type(element, kind).into_iter();
                    paths.extend(members.map(|(name, _)| (format!("{path}.{name}"), Leads::Strings)));
                }
            }
            _ => {}
        }
    }

    /// Adds arguments to some waiters. Each argument sets an optional member of the input.
    fn arguments(&mut self, operation: &mut Operation, waiters: &Map<String, Value>) {
        let Some(input) = &operation.input else { return };
        let optional = |member: &Value| {
            let traits = &member["traits"];
            ["required", "idempotencyToken", "default"]
                .iter()
                .all(|name| traits.get(format!("smithy.api#{name}")).is_none())
        };
        let members: Vec<String> = ["string", "integer", "list"]
            .iter()
            .flat_map(|kind| self.members_of_type(input, kind))
            .filter(|(_, member)| optional(member))
            .map(|(name, _)| name)
            .collect();
        if !members.is_empty() && self.chance(40) {
            let (member, name) = (self.pick(&members), self.name());
            let waiter = waiters.keys().next().unwrap();
            operation.add("simba.api#waiterArguments", json!({(waiter): {(name): member}}));
        }
    }
}
