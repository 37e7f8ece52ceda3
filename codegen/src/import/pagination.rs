//! Converts `paginators-1.json` to `@paginated`, as far as Smithy can express the pagination.

use serde_json::{Map, Value};

use super::object_reader::ObjectReader;
use super::traits::{Names, is_identifier};
use super::{Log, Model};

/// The operation whose pagination is converted.
struct Operation<'a> {
    model: &'a Model,
    input: String,
    output: String,
}

/// Adds `@paginated` to the operations that the file contains.
pub(super) fn apply(file: Option<&Value>, names: &Names, model: &mut Model, log: &mut Log) {
    let Some(mut root) = file.and_then(|file| ObjectReader::open("paginators", file, log)) else {
        return;
    };
    root.skip(&["version"]);
    if let Some(mut entries) = root.nested("pagination", log) {
        for name in entries.keys() {
            let Some(mut object) = entries.nested(name, log) else {
                continue;
            };
            let id = names.id(name);
            let Some(operation) = Operation::find(model, &id) else {
                log.problem(object.location(), format!("unknown operation `{name}`"));
                continue;
            };
            let value = operation.paginated(&mut object, log);
            object.finish(log);
            if let Some(value) = value {
                model.add_trait(&id, "smithy.api#paginated", Value::Object(value));
            }
        }
    }
    root.finish(log);
}

impl<'a> Operation<'a> {
    fn find(model: &'a Model, id: &str) -> Option<Self> {
        let operation = model.shape(id)?;
        let target = |key: &str| Some(operation.get(key)?.get("target")?.as_str()?.to_owned());
        Some(Self { model, input: target("input")?, output: target("output")? })
    }

    /// Returns the value of `@paginated`. If Smithy cannot express the pagination, adds a note and returns `None`.
    fn paginated(&self, object: &mut ObjectReader<'_>, log: &mut Log) -> Option<Map<String, Value>> {
        // `non_aggregate_keys` are members that a client takes from the first page when it merges pages. Smithy has no
        // counterpart.
        object.skip(&["non_aggregate_keys", "py_input_token"]);
        let more = object.str("more_results", log);
        let input = self.one("input_token", object, log);
        let output = self.one("output_token", object, log);
        let size = object.str("limit_key", log);
        let items = self.items(object, log);
        let mut value = Map::new();
        value.insert("inputToken".to_owned(), self.in_input(input?, object, log)?);
        value.insert("outputToken".to_owned(), self.in_output(output?, object, log)?);
        if let Some(items) = items {
            value.insert("items".to_owned(), Value::from(items));
        }
        if let Some(size) = size {
            value.insert("pageSize".to_owned(), self.in_input(size, object, log)?);
        }
        if let Some(more) = more {
            log.note(
                object.location(),
                format!("`{more}` is ignored: in Smithy, only an absent token ends pagination"),
            );
        }
        Some(value)
    }

    /// Reads a key that contains the name of a member or a list of names. Smithy supports only a single name.
    fn one<'b>(&self, key: &str, object: &mut ObjectReader<'b>, log: &mut Log) -> Option<&'b str> {
        let value = object.value(key);
        match object.required(key, value, log)? {
            Value::String(one) => Some(one),
            Value::Array(several) => {
                if let [Value::String(one)] = several.as_slice() {
                    return Some(one);
                }
                log.note(
                    object.at(key),
                    "Smithy supports only one token; the operation is imported without pagination",
                );
                None
            }
            _ => {
                log.problem(object.at(key), "expected a string or a list of strings");
                None
            }
        }
    }

    /// Returns the output member that contains the items: the only list or map among the result keys.
    fn items<'b>(&self, object: &mut ObjectReader<'b>, log: &mut Log) -> Option<&'b str> {
        let keys: Vec<&str> = match object.value("result_key")? {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => {
                log.problem(object.at("result_key"), "expected a string or a list of strings");
                return None;
            }
        };
        let mut collections = keys.iter().filter(|path| {
            let target = self.resolve(path).and_then(|id| self.model.shape(id));
            let kind = target.and_then(|shape| shape.get("type")?.as_str());
            matches!(kind, Some("list" | "map"))
        });
        match (collections.next(), collections.next()) {
            (Some(one), None) => Some(one),
            _ => {
                let keys = keys.join("`, `");
                log.note(
                    object.at("result_key"),
                    format!("expected one list or map, found `{keys}`; pages are imported without items"),
                );
                None
            }
        }
    }

    fn in_input(&self, name: &str, object: &ObjectReader<'_>, log: &mut Log) -> Option<Value> {
        if self.model.member_target(&self.input, name).is_some() {
            return Some(Value::from(name));
        }
        log.note(
            object.location(),
            format!("`{name}` is not a member of the input; the operation is imported without pagination"),
        );
        None
    }

    fn in_output(&self, path: &str, object: &ObjectReader<'_>, log: &mut Log) -> Option<Value> {
        if self.resolve(path).is_some() {
            return Some(Value::from(path));
        }
        log.note(
            object.location(),
            format!("`{path}` is not a path to a member of the output; the operation is imported without pagination"),
        );
        None
    }

    /// Returns the ID of the shape at a path in the output, such as `a.b`.
    fn resolve(&self, path: &str) -> Option<&str> {
        let mut id = self.output.as_str();
        for name in path.split('.') {
            if !is_identifier(name) {
                return None;
            }
            id = self.model.member_target(id, name)?;
        }
        Some(id)
    }
}
