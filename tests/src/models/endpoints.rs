//! Random endpoint rules and their parameters.

use serde_json::{Map, Value, json};

use super::{Maker, operations::Operation, waiters::Leads};

impl Maker {
    /// Adds endpoint rules to most services. Returns the parameters that operations can set, with their types.
    pub(super) fn endpoint_rules(&mut self, service: &mut Map<String, Value>) -> Vec<(String, &'static str)> {
        if self.chance(30) {
            return Vec::new();
        }
        if self.chance(15) {
            let diagram: Value = serde_json::from_str(&crate::source("endpoint/diagram.json").text).unwrap();
            service.insert("smithy.rules#endpointBdd".to_owned(), diagram["rules"].clone());
            service.insert("smithy.rules#endpointTests".to_owned(), diagram["tests"].clone());
            return vec![("Shelf".to_owned(), "string")];
        }
        let mut parameters = json!({
            "Region": {"type": "string", "builtIn": "AWS::Region", "documentation": self.text()},
            "Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"},
        });
        let mut own: Vec<(String, &'static str)> = Vec::new();
        let mut settings = Map::new();
        for kind in ["string", "string", "boolean", "stringArray"] {
            let taken: Vec<String> = parameters.as_object().unwrap().keys().cloned().collect();
            let name = self.other_name(&taken);
            parameters[&name] = json!({"type": kind, "documentation": self.text()});
            if self.chance(50) {
                settings.insert(name.clone(), json!({"type": kind, "documentation": self.text()}));
            } else {
                own.push((name, kind));
            }
        }
        let mut rules = vec![json!({
            "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
            "endpoint": {"url": {"ref": "Endpoint"}}, "type": "endpoint"
        })];
        for (name, _) in own.iter().filter(|(_, kind)| *kind == "string") {
            rules.push(json!({
                "conditions": [
                    {"fn": "isSet", "argv": [{"ref": name}]},
                    {"fn": "isValidHostLabel", "argv": [{"ref": name}, false]}
                ],
                "endpoint": {"url": format!("https://{{{name}}}.example.com")}, "type": "endpoint"
            }));
        }
        let error = self.text().replace(['{', '}'], "");
        rules.push(json!({"conditions": [], "error": error, "type": "error"}));
        let value = json!({"version": "1.0", "parameters": parameters, "rules": rules});
        service.insert("smithy.rules#endpointRuleSet".to_owned(), value);
        let case = json!({
            "documentation": self.text(),
            "params": {"Endpoint": "https://here.example.com"},
            "expect": {"endpoint": {"url": "https://here.example.com"}}
        });
        service.insert("smithy.rules#endpointTests".to_owned(), json!({"version": "1.0", "testCases": [case]}));
        if !settings.is_empty() {
            service.insert("smithy.rules#clientContextParams".to_owned(), Value::Object(settings));
        }
        own
    }

    /// Adds endpoint parameters to an operation: constants, and paths into its input.
    pub(super) fn context_parameters(&mut self, operation: &mut Operation, parameters: &[(String, &str)]) {
        let mut paths = Vec::new();
        if let Some(input) = &operation.input {
            self.paths(input, "", 0, &mut paths);
        }
        let (mut fixed, mut followed) = (Map::new(), Map::new());
        for (name, kind) in parameters {
            let wanted = match *kind {
                "string" => Leads::String,
                "boolean" => Leads::Boolean,
                _ => Leads::Strings,
            };
            let fitting: Vec<String> =
                paths.iter().filter(|(_, leads)| *leads == wanted).map(|(path, _)| path.clone()).collect();
            if !fitting.is_empty() && self.chance(30) {
                followed.insert(name.clone(), json!({"path": self.pick(&fitting)}));
            } else if self.chance(30) {
                let value = match *kind {
                    "string" => json!(self.text()),
                    "boolean" => json!(true),
                    _ => json!([self.text()]),
                };
                fixed.insert(name.clone(), json!({"value": value}));
            }
        }
        for (id, map) in [("staticContextParams", fixed), ("operationContextParams", followed)] {
            if !map.is_empty() {
                operation.add(&format!("smithy.rules#{id}"), Value::Object(map));
            }
        }
    }
}
