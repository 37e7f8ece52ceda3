//! Random data shapes.

use serde_json::{Map, Value, json};

use super::{Maker, target};
use crate::mutation::Choose;

const SIMPLE: [&str; 13] = [
    "bigDecimal",
    "bigInteger",
    "blob",
    "boolean",
    "byte",
    "document",
    "double",
    "float",
    "integer",
    "long",
    "short",
    "string",
    "timestamp",
];
const PATTERNS: [&str; 6] =
    ["^[a-z]{3}-\\d+$", "(\\w*,?){3}", "^$|[^\\p{Cntrl}]*", "[\u{202e}\\x00]", "a|b|", "^(?:no|yes)`\"#"];

impl Maker {
    /// Adds all data shapes.
    pub(super) fn data(&mut self) {
        for kind in SIMPLE {
            self.pool.simple.push(format!("smithy.api#{}", kind[..1].to_uppercase() + &kind[1..]));
            if self.chance(60) {
                self.simple(kind);
            }
        }
        (0..2 + self.random.below(3)).for_each(|_| self.enumeration());
        // The IDs are chosen before the structures are created, so that structures can contain each other.
        self.pool.structures = (0..3 + self.random.below(4)).map(|_| self.id()).collect();
        self.pool.unions = (0..1 + self.random.below(2)).map(|_| self.id()).collect();
        for (kind, ids) in [("structure", &self.pool.structures), ("union", &self.pool.unions)] {
            let unmade = |id: &String| (id.clone(), json!({"type": kind, "members": {}}));
            self.shapes.extend(ids.iter().map(unmade));
        }
        (0..4 + self.random.below(4)).for_each(|_| self.collection());
        for index in 0..self.pool.structures.len() {
            let id = self.pool.structures[index].clone();
            let structure = self.structure(Some(index));
            self.shapes.insert(id, structure);
        }
        for id in self.pool.unions.clone() {
            let union = self.union();
            self.shapes.insert(id, union);
        }
        if self.chance(40) {
            self.version_1();
        }
        (0..1 + self.random.below(4)).for_each(|_| self.error());
        if self.chance(40) {
            self.mixin();
        }
    }

    fn simple(&mut self, kind: &str) {
        let id = self.id();
        let mut traits = self.remarks();
        traits.extend(self.constraints(kind));
        if self.chance(10) {
            traits.insert("smithy.api#sensitive".to_owned(), json!({}));
        }
        self.shapes.insert(id.clone(), json!({"type": kind, "traits": traits}));
        self.pool.simple.push(id);
    }

    /// Returns random constraints and formats for a type, as traits.
    fn constraints(&mut self, kind: &str) -> Map<String, Value> {
        let mut traits = Map::new();
        let mut add = |name: &str, value: Value| traits.insert(format!("smithy.api#{name}"), value);
        match kind {
            "string" | "blob" | "list" | "map" if self.chance(30) => {
                add("length", self.pick(&[json!({"min": 1}), json!({"min": 2, "max": 9}), json!({"max": 0})]));
            }
            "string" if self.chance(40) => {
                add("pattern", json!(self.pick(&PATTERNS)));
            }
            "byte" | "short" | "integer" | "long" | "float" | "double" | "bigInteger" | "bigDecimal"
                if self.chance(40) =>
            {
                let whole = !["float", "double", "bigDecimal"].contains(&kind);
                let half = if whole { json!({"max": 0}) } else { json!({"max": 0.5}) };
                add("range", self.pick(&[json!({"min": -1}), json!({"min": 1, "max": 99}), half]));
            }
            "timestamp" if self.chance(60) => {
                add("timestampFormat", json!(self.pick(&["date-time", "epoch-seconds", "http-date"])));
            }
            _ => {}
        }
        traits
    }

    fn enumeration(&mut self) {
        let (id, remarks) = (self.id(), self.remarks());
        let mut names: Vec<String> = Vec::new();
        for _ in 0..1 + self.random.below(5) {
            names.push(self.other_name(&names));
        }
        let numbers = self.chance(30);
        if !numbers && self.chance(30) {
            let values = names
                .iter()
                .map(|name| json!({"value": format!("{name}{}", self.text()), "deprecated": self.chance(10)}));
            let values: Vec<Value> = values.collect();
            self.shapes.insert(id.clone(), json!({"type": "string", "traits": {"smithy.api#enum": values}}));
            self.pool.enums.push(id);
            return;
        }
        let mut members = Map::new();
        for (index, name) in names.iter().enumerate() {
            let mut traits = self.remarks();
            if numbers {
                traits.insert("smithy.api#enumValue".to_owned(), json!(i64::try_from(index).unwrap() * 7 - 7));
            } else if self.chance(50) {
                traits.insert("smithy.api#enumValue".to_owned(), json!(format!("{}{index}", self.text())));
            }
            members.insert(name.clone(), json!({"target": "smithy.api#Unit", "traits": traits}));
        }
        let kind = if numbers { "intEnum" } else { "enum" };
        self.shapes.insert(id.clone(), json!({"type": kind, "members": members, "traits": remarks}));
        self.pool.enums.push(id);
    }

    /// Adds a list or map of an existing shape.
    fn collection(&mut self) {
        let (id, mut traits) = (self.id(), self.remarks());
        let element = self.any_target();
        if self.chance(20) {
            traits.insert("smithy.api#sparse".to_owned(), json!({}));
        }
        let element = json!({"target": element});
        let shape = if self.chance(50) {
            traits.extend(self.constraints("list"));
            if self.chance(20) && !traits.contains_key("smithy.api#sparse") {
                traits.insert("smithy.api#uniqueItems".to_owned(), json!({}));
            }
            json!({"type": "list", "member": element, "traits": traits})
        } else {
            let enums = self.pool.enums.iter().filter(|id| self.kind(id) != "intEnum").cloned();
            let keys: Vec<String> = enums.chain(["smithy.api#String".to_owned()]).collect();
            json!({"type": "map", "key": {"target": self.pick(&keys)}, "value": element, "traits": traits})
        };
        self.shapes.insert(id.clone(), shape);
        self.pool.collections.push(id);
    }

    /// Returns the ID of a random data shape.
    pub(super) fn any_target(&mut self) -> String {
        let pool = &self.pool;
        let pools = [&pool.simple, &pool.simple, &pool.enums, &pool.collections, &pool.structures, &pool.unions]
            .map(Clone::clone);
        let pools: Vec<Vec<String>> = pools.into_iter().filter(|ids| !ids.is_empty()).collect();
        let ids = self.pick(&pools);
        self.pick(&ids)
    }

    /// Returns a structure with random members. Its required members target only structures with lower numbers, so that
    /// it has a finite value.
    pub(super) fn structure(&mut self, number: Option<usize>) -> Value {
        let mut members = Map::new();
        for _ in 0..self.random.below(7) {
            let taken: Vec<String> = members.keys().cloned().collect();
            let name = self.other_name(&taken);
            let member = self.member(number);
            members.insert(name, member);
        }
        let mut traits = self.remarks();
        if self.chance(5) {
            traits.insert("smithy.api#sensitive".to_owned(), json!({}));
        }
        json!({"type": "structure", "members": members, "traits": traits})
    }

    fn member(&mut self, number: Option<usize>) -> Value {
        let target = self.any_target();
        let (kind, mut traits) = (self.kind(&target), self.remarks());
        let mut add = |name: &str, value: Value| traits.insert(format!("smithy.api#{name}"), value);
        let position = self.pool.structures.iter().position(|id| *id == target);
        let ends = position.is_none_or(|at| number.is_none_or(|number| at < number));
        let defaults = ["structure", "union"].iter().all(|compound| kind != *compound) && self.chance(25);
        if defaults {
            let value = self.default(&target, &kind);
            add("default", value);
            if self.chance(20) {
                add("addedDefault", json!({}));
            }
        }
        if ends && kind != "union" && self.chance(25) {
            add("required", json!({}));
            if self.chance(10) {
                add("clientOptional", json!({}));
            }
        } else if self.chance(5) {
            let value = if self.chance(50) { json!({"reason": self.text()}) } else { json!({}) };
            add("recommended", value);
        }
        if self.chance(6) {
            add("sensitive", json!({}));
        }
        if self.chance(5) {
            add("jsonName", json!(format!("{}{}", self.name(), self.random.below(1000))));
        }
        if ["string", "blob"].contains(&kind.as_str()) && self.chance(5) {
            add("mediaType", json!("application/json"));
        }
        // A default must satisfy the constraints of its member.
        if !defaults {
            traits.extend(self.constraints(&kind));
        }
        if ["structure", "union"].contains(&kind.as_str()) && self.chance(20) {
            traits.insert("simba.api#boxed".to_owned(), json!({}));
        }
        json!({"target": target, "traits": traits})
    }

    /// Returns a random default for a member with this target. The default is null if other values might not satisfy
    /// the constraints of the target.
    fn default(&mut self, target: &str, kind: &str) -> Value {
        let constraints = ["length", "pattern", "range"].map(|name| format!("smithy.api#{name}"));
        match kind {
            _ if constraints.iter().any(|name| self.has(target, name)) || self.chance(8) => Value::Null,
            "list" | "set" => json!([]),
            "map" => json!({}),
            _ => match self.value(target, 0) {
                // Unlike a value in an example, a default must have the format of its shape.
                value if kind == "timestamp" && value.is_number() && self.is_text(target) => Value::Null,
                value => value,
            },
        }
    }

    /// Returns whether the format of a timestamp is a string.
    fn is_text(&self, id: &str) -> bool {
        let format = self.shape(id).and_then(|shape| shape["traits"]["smithy.api#timestampFormat"].as_str());
        format.is_some_and(|format| format != "epoch-seconds")
    }

    fn union(&mut self) -> Value {
        let mut members = Map::new();
        let first = self.pick(&["smithy.api#String", "smithy.api#Integer", "smithy.api#Unit"]);
        members.insert(self.name(), json!({"target": first}));
        for _ in 0..self.random.below(5) {
            let taken: Vec<String> = members.keys().cloned().collect();
            let name = self.other_name(&taken);
            let target = if self.chance(10) { "smithy.api#Unit".to_owned() } else { self.any_target() };
            let mut traits = self.remarks();
            if ["structure", "union"].contains(&self.kind(&target).as_str()) && self.chance(20) {
                let unit = target == "smithy.api#Unit";
                traits.extend((!unit).then(|| ("simba.api#boxed".to_owned(), json!({}))));
            }
            if self.chance(8) {
                traits.insert("smithy.api#sensitive".to_owned(), json!({}));
            }
            members.insert(name, json!({"target": target, "traits": traits}));
        }
        json!({"type": "union", "members": members, "traits": self.remarks()})
    }

    fn error(&mut self) {
        let id = self.id();
        let mut shape = self.structure(None);
        // Whether an error has a message affects generated code more than its other members do.
        let message = self.pick(&["message", "Message", "MESSAGE"]);
        if self.chance(70) {
            let traits = if self.chance(30) { json!({"smithy.api#required": {}}) } else { json!({}) };
            shape["members"][message] = json!({"target": "smithy.api#String", "traits": traits});
        } else if self.chance(30) {
            shape["members"]["explanation"] =
                json!({"target": "smithy.api#String", "traits": {"simba.api#errorMessage": {}}});
        }
        let (fault, status) = self.pick(&[("client", 404), ("server", 503)]);
        shape["traits"]["smithy.api#error"] = json!(fault);
        if self.chance(30) {
            shape["traits"]["smithy.api#httpError"] = json!(status);
        }
        if self.chance(30) {
            shape["traits"]["smithy.api#retryable"] = json!({"throttling": self.chance(50)});
        }
        if self.chance(30) {
            shape["traits"]["aws.protocols#awsQueryError"] = json!({"code": "Old.Code", "httpResponseCode": 400});
        }
        self.shapes.insert(id.clone(), shape);
        self.pool.errors.push(id);
    }

    /// Adds a structure in a Smithy 1.0 file, where numbers default to zero unless they are boxed.
    fn version_1(&mut self) {
        let (id, number, set) = (self.id(), self.id(), self.id());
        let boxed = json!({"smithy.api#box": {}});
        let members = json!({
            "primitive": {"target": "smithy.api#PrimitiveLong"},
            "boxed": {"target": "smithy.api#PrimitiveBoolean", "traits": boxed},
            "own": {"target": number, "traits": if self.chance(50) { boxed } else { json!({}) }},
            "set": {"target": set},
        });
        let kind = self.pick(&["integer", "double", "boolean", "byte"]);
        let traits = if self.chance(30) { json!({"smithy.api#box": {}}) } else { json!({}) };
        self.old.insert(number, json!({"type": kind, "traits": traits}));
        self.old.insert(set, json!({"type": "set", "member": {"target": "smithy.api#String"}}));
        self.old.insert(id.clone(), json!({"type": "structure", "members": members}));
        self.pool.structures.push(id);
    }

    /// Adds a mixin that some structures use. A separate file applies traits to these structures and to the member from
    /// the mixin.
    fn mixin(&mut self) {
        let id = self.id();
        let targets: Vec<String> =
            self.pool.structures.iter().filter(|id| self.shapes.contains_key(*id)).cloned().collect();
        let member = json!({"target": "smithy.api#String", "traits": {"smithy.api#documentation": self.text()}});
        self.shapes.insert(
            id.clone(),
            json!({"type": "structure", "members": {"mixedIn": member}, "traits": {"smithy.api#mixin": {}}}),
        );
        for target in targets.into_iter().filter(|_| self.chance(50)).collect::<Vec<_>>() {
            self.shapes[&target]["mixins"] = json!([{"target": id}]);
            let documentation = json!({"type": "apply", "traits": {"smithy.api#documentation": self.text()}});
            self.applied.insert(format!("{target}$mixedIn"), documentation);
            self.applied.insert(target, json!({"type": "apply", "traits": {"smithy.api#tags": ["mixed"]}}));
        }
    }

    /// Returns the members of a structure whose targets have this type.
    pub(super) fn members_of_type(&self, id: &str, kind: &str) -> Vec<(String, Value)> {
        self.members(id).into_iter().filter(|(_, member)| self.kind(target(member)) == kind).collect()
    }
}
