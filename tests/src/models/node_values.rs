//! Random values for shapes.

use serde_json::{Map, Value, json};

use super::{Maker, target};
use crate::mutation::Choose;

/// Returns a number as a string in brackets, since `serde_json` would round the number. [`with_raw_numbers`] removes
/// the quotation marks and the brackets.
pub(super) fn raw(number: &str) -> Value {
    json!(format!("⟦{number}⟧"))
}

/// Replaces each string from [`raw`] in a JSON document with the number that it contains.
pub(super) fn with_raw_numbers(text: &str) -> String {
    text.replace("\"⟦", "").replace("⟧\"", "")
}

const FLOATS: [&str; 7] = ["0", "-0.5", "1e300", "1e-300", "3", "\"NaN\"", "\"-Infinity\""];
const INTEGERS: [&str; 4] = ["0", "98765432109876543210987", "-1", "18446744073709551616"];
const DECIMALS: [&str; 4] = ["0.1", "98765432109876543210987.123456789012345678901", "-1e-30", "7"];

impl Maker {
    /// Returns a random value for a member.
    pub(super) fn member_value(&mut self, member: &Value, depth: usize) -> Value {
        let format = member["traits"]["smithy.api#timestampFormat"].as_str().map(str::to_owned);
        self.value_as(target(member), format, depth)
    }

    /// Returns a random value for a shape.
    pub(super) fn value(&mut self, id: &str, depth: usize) -> Value {
        self.value_as(id, None, depth)
    }

    fn value_as(&mut self, id: &str, format: Option<String>, depth: usize) -> Value {
        match self.kind(id).as_str() {
            "list" | "set" => self.list(id, depth),
            "map" => self.map(id, depth),
            "structure" => self.structure_value(id, depth),
            "union" => self.union_value(id, depth),
            "enum" | "intEnum" => self.known_value(id),
            "string" if self.has(id, "smithy.api#enum") => {
                let values = self.shape(id).unwrap()["traits"]["smithy.api#enum"].as_array().unwrap().clone();
                self.pick(&values)["value"].clone()
            }
            "timestamp" => {
                let own = self.shape(id).and_then(|shape| shape["traits"]["smithy.api#timestampFormat"].as_str());
                let format = format.or_else(|| own.map(str::to_owned));
                self.timestamp(format.as_deref())
            }
            kind => self.simple_value(kind),
        }
    }

    /// Returns a random value of a simple type that is not an enumeration or a timestamp.
    pub(super) fn simple_value(&mut self, kind: &str) -> Value {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        match kind {
            "string" => json!(self.text()),
            "blob" => json!(self.pick(&["", "YWJj", "AAEC/w==", "Kys="])),
            "boolean" => json!(self.chance(50)),
            "byte" => json!(self.pick(&[0, 1, -128, 127])),
            "short" => json!(self.pick(&[0, 1, -32768, 32767])),
            "integer" => json!(self.pick(&[0, 1, i32::MIN, i32::MAX])),
            "long" => json!(self.pick(&[0, 1, i64::MIN, i64::MAX])),
            "float" => parse(self.pick(&["0", "1.5", "-0.25", "\"NaN\"", "\"Infinity\""])),
            "double" => parse(self.pick(&FLOATS)),
            "bigInteger" => raw(self.pick(&INTEGERS)),
            "bigDecimal" => raw(self.pick(&DECIMALS)),
            "document" => self.document(),
            other => panic!("{other} is not a simple type"),
        }
    }

    fn document(&mut self) -> Value {
        let text = self.text();
        self.pick(&[
            json!(true),
            json!(0),
            json!(1.5),
            json!(""),
            json!([]),
            json!({}),
            json!({(text): [null, {"a": 1}]}),
        ])
    }

    /// Returns a random timestamp in the given format, or as a number.
    pub(super) fn timestamp(&mut self, format: Option<&str>) -> Value {
        match format {
            Some("date-time") if self.chance(80) => {
                json!(self.pick(&["1985-04-12T23:20:50Z", "1985-04-12T23:20:50.520Z", "0001-01-01T00:00:00Z"]))
            }
            Some("http-date") if self.chance(80) => json!("Tue, 29 Apr 2014 18:30:38 GMT"),
            _ => self.pick(&[json!(0), json!(1.5), json!(-86400.25), json!(253_402_300_799_u64)]),
        }
    }

    /// Returns a random value of an enumeration.
    pub(super) fn known_value(&mut self, id: &str) -> Value {
        let members = self.members(id);
        let (name, member) = self.pick(&members);
        member["traits"].get("smithy.api#enumValue").cloned().unwrap_or_else(|| json!(name))
    }

    fn list(&mut self, id: &str, depth: usize) -> Value {
        let sparse = self.has(id, "smithy.api#sparse");
        let member = self.shape(id).unwrap()["member"].clone();
        let length = if depth > 4 { 0 } else { self.random.below(3) };
        let element = |maker: &mut Self| match sparse && maker.chance(30) {
            true => Value::Null,
            false => maker.member_value(&member, depth + 1),
        };
        (0..length).map(|_| element(self)).collect()
    }

    fn map(&mut self, id: &str, depth: usize) -> Value {
        let sparse = self.has(id, "smithy.api#sparse");
        let shape = self.shape(id).unwrap().clone();
        let length = if depth > 4 { 0 } else { self.random.below(3) };
        let mut map = Map::new();
        for _ in 0..length {
            let key = self.member_value(&shape["key"], depth + 1).as_str().unwrap().to_owned();
            let value =
                if sparse && self.chance(30) { Value::Null } else { self.member_value(&shape["value"], depth + 1) };
            map.insert(key, value);
        }
        Value::Object(map)
    }

    fn structure_value(&mut self, id: &str, depth: usize) -> Value {
        let mut value = Map::new();
        for (name, member) in self.members(id) {
            let required = member["traits"].get("smithy.api#required").is_some();
            if required || (depth < 4 && self.chance(50)) {
                value.insert(name, self.member_value(&member, depth + 1));
            }
        }
        Value::Object(value)
    }

    fn union_value(&mut self, id: &str, depth: usize) -> Value {
        let members = self.members(id);
        // The first member of a union always has a simple type.
        let (name, member) = if depth > 3 { members[0].clone() } else { self.pick(&members) };
        let value =
            if target(&member) == "smithy.api#Unit" { json!({}) } else { self.member_value(&member, depth + 1) };
        json!({(name): value})
    }
}
