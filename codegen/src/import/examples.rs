//! Converts `examples-1.json` into `@examples`: the data, without the prose.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::traits::Names;
use super::{Log, Model};

/// Adds the examples to their operations.
pub(super) fn apply(file: Option<&Value>, names: &Names, model: &mut Model, log: &mut Log) {
    let Some(mut root) = file.and_then(|file| Fields::open("examples", file, log)) else {
        return;
    };
    root.skip(&["version"]);
    if let Some(mut operations) = root.fields("examples", log) {
        for name in operations.keys() {
            let place = operations.at(name);
            let Some(list) = operations.list(name, log) else {
                continue;
            };
            let id = names.id(name);
            if model.shape(&id).is_none() {
                log.problem(place, format!("there is no operation `{name}`"));
                continue;
            }
            let examples: Vec<Value> = list
                .iter()
                .enumerate()
                .filter_map(|(index, example)| one(name, &place, index, example, log))
                .collect();
            if !examples.is_empty() {
                model.add_trait(&id, "smithy.api#examples", Value::Array(examples));
            }
        }
    }
    root.finish(log);
}

/// One example. Its title is the operation's name and, from the second on, a number.
fn one(name: &str, place: &str, index: usize, example: &Value, log: &mut Log) -> Option<Value> {
    let mut fields = Fields::open(format!("{place}.{index}"), example, log)?;
    fields.skip(&["comments", "description", "id", "title"]);
    let title = match index {
        0 => name.to_owned(),
        _ => format!("{name} {}", index + 1),
    };
    let mut value = Map::new();
    value.insert("title".to_owned(), Value::from(title));
    let input = fields.value("input").cloned();
    value.insert("input".to_owned(), input.unwrap_or_else(|| json!({})));
    if let Some(output) = fields.value("output") {
        value.insert("output".to_owned(), output.clone());
    }
    fields.finish(log);
    Some(Value::Object(value))
}
