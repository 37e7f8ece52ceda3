//! Converts botocore's protocol tests to Smithy protocol tests.
//!
//! Each file contains suites, which consist of shapes and test cases. Suites that do not conflict are combined, so that
//! there are only a few models. The cases become traits of operations and errors.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value, json};
use simba_codegen::{Source, import};

/// The files with suites for the supported protocols, in the `input` and `output` directories of
/// `tests/unit/protocols`.
const FILES: [&str; 7] = [
    "json.json",
    "json_1_0.json",
    "json_1_0-query-compatible.json",
    "rest-json.json",
    "smithy-rpc-v2-cbor.json",
    "smithy-rpc-v2-cbor-query-compatible.json",
    "smithy-rpc-v2-cbor-non-query-compatible.json",
];

/// Converts all suites in an unpacked botocore. Returns the models, each with its name.
pub(super) fn models(botocore: &Path) -> Result<Vec<(String, Source)>, String> {
    let mut groups: Vec<Group> = Vec::new();
    for direction in ["input", "output"] {
        for file in FILES {
            let path = botocore.join("tests/unit/protocols").join(direction).join(file);
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let found: Vec<Value> =
                serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            for suite in found {
                let suite = Group::of(suite).map_err(|problem| format!("{}: {problem}", path.display()))?;
                match groups.iter_mut().find(|group| group.agrees(&suite)) {
                    Some(group) => group.extend(suite),
                    None => groups.push(suite),
                }
            }
        }
    }
    let models = groups.into_iter().enumerate().map(|(index, group)| {
        let name = format!("suites_{index}");
        Ok((name.clone(), group.model(&name)?))
    });
    models.collect()
}

/// Suites that are combined into one service.
struct Group {
    metadata: Map<String, Value>,
    operations: BTreeMap<String, Value>,
    shapes: BTreeMap<String, Value>,
    /// The cases for requests and responses. Each consists of a trait, the shape to which it is applied, and its value.
    cases: Vec<(&'static str, String, Value)>,
}

impl Group {
    fn of(mut suite: Value) -> Result<Self, String> {
        let mut take = |key: &str| suite.get_mut(key).map(Value::take);
        let endpoint = take("clientEndpoint");
        let metadata = object(take("metadata")).ok_or("missing `metadata` in a suite")?;
        let shapes = object(take("shapes")).unwrap_or_default().into_iter().collect();
        let cases = take("cases").ok_or("missing `cases` in a suite")?;
        let text = |key: &str| metadata.get(key).and_then(Value::as_str);
        let protocol = match (text("protocol"), text("jsonVersion")) {
            (Some("rest-json"), _) => "aws.protocols#restJson1",
            (Some("smithy-rpc-v2-cbor"), _) => "smithy.protocols#rpcv2Cbor",
            (_, Some("1.0")) => "aws.protocols#awsJson1_0",
            (_, Some("1.1")) => "aws.protocols#awsJson1_1",
            _ => return Err("invalid `jsonVersion` in a suite; expected `1.0` or `1.1`".to_owned()),
        };
        let mut group = Self { metadata, operations: BTreeMap::new(), shapes, cases: Vec::new() };
        for case in cases.as_array().into_iter().flatten() {
            group.case(case, protocol, endpoint.as_ref()).ok_or_else(|| format!("invalid case: {case}"))?;
        }
        Ok(group)
    }

    fn case(&mut self, case: &Value, protocol: &str, endpoint: Option<&Value>) -> Option<()> {
        let given = case.get("given")?;
        let operation = given.get("name")?.as_str()?.to_owned();
        let id = case.get("id").or_else(|| case.get("description"))?;
        let mut converted = json!({ "id": id, "protocol": protocol });
        let (id, target) = match case.get("serialized") {
            Some(expected) => {
                set(&mut converted, "params", case.get("params"));
                for key in ["method", "headers", "requireHeaders", "forbidHeaders", "body"] {
                    set(&mut converted, key, expected.get(key));
                }
                let uri = expected.get("uri")?.as_str()?;
                let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
                converted["uri"] = json!(path);
                converted["queryParams"] = query.split('&').filter(|part| !part.is_empty()).collect();
                converted["bodyMediaType"] = json!(media_type(protocol, expected.get("body")));
                // Unlike `resolvedHost`, `host` includes the path of the endpoint.
                let host = expected.get("host").and_then(Value::as_str).and_then(|host| host.split('/').next());
                set(&mut converted, "resolvedHost", host.map(|host| json!(host)).as_ref());
                let host = endpoint.and_then(Value::as_str).and_then(|url| url.split_once("://"));
                set(&mut converted, "host", host.map(|(_, host)| json!(host)).as_ref());
                ("smithy.test#httpRequestTests", operation.clone())
            }
            None => {
                let response = case.get("response")?;
                set(&mut converted, "code", response.get("status_code"));
                set(&mut converted, "headers", response.get("headers"));
                if protocol == "smithy.protocols#rpcv2Cbor" {
                    // The protocol requires this header. botocore does not check it, and one of its cases lacks it.
                    converted["headers"]["smithy-protocol"] = json!("rpc-v2-cbor");
                }
                set(&mut converted, "body", response.get("body"));
                set(&mut converted, "params", case.get("error").or_else(|| case.get("result")));
                let target = match case.get("errorCode").and_then(Value::as_str) {
                    None => operation.clone(),
                    Some(code) => {
                        converted["vendorParamsShape"] = json!("aws.protocoltests.config#ErrorCodeParams");
                        converted["vendorParams"] = json!({ "code": code });
                        self.error(given, code)?
                    }
                };
                ("smithy.test#httpResponseTests", target)
            }
        };
        self.cases.push((id, target, converted));
        self.operations.insert(operation, given.clone());
        Some(())
    }

    /// Returns the name of an operation's error with the given code.
    fn error(&self, operation: &Value, code: &str) -> Option<String> {
        let errors = operation.get("errors")?.as_array()?.iter();
        let mut names = errors.filter_map(|error| error.get("shape")?.as_str());
        let own = |name: &str| self.shapes.get(name)?.pointer("/error/code")?.as_str();
        names.find(|name| *name == code || own(name) == Some(code)).map(str::to_owned)
    }

    /// Returns whether the groups can be combined: their metadata is the same, they have no operation in common, and
    /// shapes with the same name are equal.
    fn agrees(&self, other: &Self) -> bool {
        fn same(left: &BTreeMap<String, Value>, right: &BTreeMap<String, Value>) -> bool {
            right.iter().all(|(name, value)| left.get(name).is_none_or(|own| own == value))
        }
        let operations = self.operations.keys().all(|name| !other.operations.contains_key(name));
        self.metadata == other.metadata && operations && same(&self.shapes, &other.shapes)
    }

    fn extend(&mut self, other: Self) {
        self.operations.extend(other.operations);
        self.shapes.extend(other.shapes);
        self.cases.extend(other.cases);
    }

    /// Converts the suites to a Smithy model with the importer, and adds the cases as traits.
    fn model(mut self, name: &str) -> Result<Source, String> {
        for (key, value) in [("serviceId", name), ("endpointPrefix", name), ("signatureVersion", "v4")] {
            self.metadata.entry(key).or_insert_with(|| json!(value));
        }
        let service = json!({
            "version": "2.0",
            "metadata": self.metadata,
            "operations": self.operations,
            "shapes": self.shapes,
        });
        let import = import::import(&import::Source::new(&service));
        let mut model = import.map_err(|problems| format!("{name}: {problems:?}"))?.model;
        let shapes = model.get_mut("shapes").and_then(Value::as_object_mut).ok_or("missing `shapes`")?;
        for (id, target, case) in self.cases {
            let shape = shapes.iter_mut().find(|(id, _)| id.rsplit('#').next() == Some(target.as_str()));
            let (_, shape) = shape.ok_or_else(|| format!("shape `{target}` not found"))?;
            let traits = &mut shape["traits"];
            match traits.get_mut(id).and_then(Value::as_array_mut) {
                Some(cases) => cases.push(case),
                None => traits[id] = json!([case]),
            }
        }
        Ok(Source { name: format!("{name}.json"), text: model.to_string() })
    }
}

fn object(value: Option<Value>) -> Option<Map<String, Value>> {
    match value {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Returns the media type of a body, which determines how it is compared. A body that is not JSON is compared byte by
/// byte.
fn media_type(protocol: &str, body: Option<&Value>) -> &'static str {
    let is_json = |body: &str| serde_json::from_str::<Value>(body).is_ok();
    match protocol {
        "smithy.protocols#rpcv2Cbor" => "application/cbor",
        _ if body.and_then(Value::as_str).is_some_and(is_json) => "application/json",
        _ => "application/octet-stream",
    }
}

fn set(case: &mut Value, key: &str, value: Option<&Value>) {
    if let Some(value) = value {
        case[key] = value.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_suites_are_reported() {
        let metadata = json!({ "jsonVersion": "1.0", "targetPrefix": "Toy", "protocol": "json" });
        for (suite, expected) in [
            (json!({}), "missing `metadata` in a suite"),
            (json!({ "metadata": metadata }), "missing `cases` in a suite"),
            (json!({ "metadata": {}, "cases": [] }), "invalid `jsonVersion` in a suite; expected `1.0` or `1.1`"),
            (json!({ "metadata": metadata, "cases": [{}] }), "invalid case: {}"),
        ] {
            assert_eq!(Group::of(suite).err().as_deref(), Some(expected));
        }
    }
}
