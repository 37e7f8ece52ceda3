//! Copies endpoint rules and partitions without their documentation.

use serde_json::{Map, Value};

use super::object_reader::ObjectReader;
use super::{Log, Remark};

/// Copies an endpoint rule set without its documentation.
pub(super) fn endpoint_rules(rules: &Value, log: &mut Log) -> Value {
    let mut rules = rules.clone();
    match &mut rules {
        Value::Object(root) => {
            for parameter in children(root, "parameters") {
                strip(parameter);
            }
            strip_rules(root);
        }
        _ => log.problem("endpointRuleSet", "expected an object"),
    }
    rules
}

fn strip_rules(holder: &mut Map<String, Value>) {
    holder.shift_remove("documentation");
    if let Some(Value::Array(rules)) = holder.get_mut("rules") {
        for rule in rules {
            if let Value::Object(rule) = rule {
                strip_rules(rule);
            }
        }
    }
}

fn strip(value: &mut Value) {
    if let Value::Object(object) = value {
        object.shift_remove("documentation");
    }
}

fn children<'a>(holder: &'a mut Map<String, Value>, key: &str) -> impl Iterator<Item = &'a mut Value> {
    holder.get_mut(key).and_then(Value::as_object_mut).into_iter().flat_map(|object| object.values_mut())
}

/// Copies `partitions.json` without the display names of regions.
///
/// # Errors
///
/// Returns all problems with the file, such as missing or unsupported keys.
pub fn partitions(file: &Value) -> Result<Value, Vec<Remark>> {
    let mut log = Log::default();
    let copy = copy_partitions(file, &mut log);
    match copy {
        Some(copy) if log.problems.is_empty() => Ok(copy),
        _ => Err(log.problems),
    }
}

fn copy_partitions(file: &Value, log: &mut Log) -> Option<Value> {
    let mut root = ObjectReader::open("partitions", file, log)?;
    let version = root.str("version", log);
    let version = root.required("version", version, log)?;
    let list = root.list("partitions", log);
    let list = root.required("partitions", list, log)?;
    let mut copies = Vec::new();
    for (index, partition) in list.iter().enumerate() {
        let mut object = ObjectReader::open(format!("partitions.{index}"), partition, log)?;
        let mut copy = Map::new();
        for key in ["id", "regionRegex", "outputs"] {
            let value = object.value(key);
            let value = object.required(key, value, log)?;
            copy.insert(key.to_owned(), value.clone());
        }
        let mut regions = Map::new();
        if let Some(mut given) = object.nested("regions", log) {
            for name in given.keys() {
                let Some(mut region) = given.nested(name, log) else {
                    continue;
                };
                region.skip(&["description"]);
                // The format allows a region to override outputs of its partition, which the generator does not
                // support, and which no region of AWS does. The remaining keys are reported.
                region.finish(log);
                regions.insert(name.to_owned(), Value::Object(Map::new()));
            }
        }
        copy.insert("regions".to_owned(), Value::Object(regions));
        object.finish(log);
        copies.push(Value::Object(copy));
    }
    root.finish(log);
    let mut copy = Map::new();
    copy.insert("version".to_owned(), Value::from(version));
    copy.insert("partitions".to_owned(), Value::Array(copies));
    Some(Value::Object(copy))
}
