//! Random services and operations.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Maker;
use crate::mutation::Choose;

const REST: &str = "aws.protocols#restJson1";
const PROTOCOLS: [&str; 5] = [
    "aws.protocols#awsJson1_0",
    "aws.protocols#awsJson1_1",
    REST,
    "smithy.protocols#rpcv2Cbor",
    "smithy.protocols#rpcv2Json",
];

/// Returns the protocol of a service with these traits.
fn protocol_of(service: &Map<String, Value>) -> &'static str {
    PROTOCOLS.iter().find(|protocol| service.contains_key(**protocol)).unwrap()
}

/// An operation that is being created.
pub(super) struct Operation {
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
    pub(super) traits: Map<String, Value>,
}

impl Operation {
    pub(super) fn add(&mut self, name: &str, value: Value) {
        self.traits.insert(name.to_owned(), value);
    }
}

impl Maker {
    /// Adds the service and everything that it refers to.
    pub(super) fn service(&mut self) {
        let id = self.id();
        let mut traits = self.service_traits();
        let parameters = self.endpoint_rules(&mut traits);
        let mut operations: Vec<Value> = Vec::new();
        for _ in 0..2 + self.random.below(4) {
            let operation = self.operation(&traits, &parameters);
            operations.push(json!({"target": operation}));
        }
        if self.chance(20) {
            operations.push(json!({"target": self.streaming()}));
        }
        if self.chance(20) {
            operations.push(json!({"target": self.events(&traits)}));
        }
        let mut service = json!({"type": "service", "version": self.text(), "operations": operations});
        if self.chance(40) {
            let bound = operations.split_off(operations.len() / 2);
            let resource = self.id();
            self.shapes.insert(resource.clone(), json!({"type": "resource", "identifiers": {}, "operations": bound}));
            service["operations"] = json!(operations);
            service["resources"] = json!([{"target": resource}]);
        }
        if self.chance(30) && !self.pool.errors.is_empty() {
            let errors = self.pool.errors.clone();
            service["errors"] = json!([{"target": self.pick(&errors)}]);
        }
        if self.chance(30) {
            // Only shapes that the service uses can be renamed.
            let mut reachable = BTreeSet::new();
            self.reach(&service, &mut reachable);
            let structures: Vec<String> =
                self.pool.structures.iter().filter(|id| reachable.contains(*id)).cloned().collect();
            if !structures.is_empty() {
                let renamed = self.pick(&structures);
                service["rename"] = json!({(renamed): format!("Renamed{}", self.name())});
            }
        }
        service["traits"] = Value::Object(traits);
        self.shapes.insert(id, service);
    }

    /// Collects the shapes to which a definition refers, directly or through other shapes.
    fn reach(&self, definition: &Value, reachable: &mut BTreeSet<String>) {
        match definition {
            Value::Object(entries) => {
                for (key, value) in entries.iter().filter(|(key, _)| *key != "traits") {
                    match value.as_str().filter(|_| key == "target") {
                        Some(id) if reachable.insert(id.to_owned()) => {
                            self.reach(self.shape(id).unwrap_or(&Value::Null), reachable);
                        }
                        Some(_) => {}
                        None => self.reach(value, reachable),
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.reach(element, reachable)),
            _ => {}
        }
    }

    fn service_traits(&mut self) -> Map<String, Value> {
        let mut traits = self.remarks();
        let mut add = |name: &str, value: Value| traits.insert(name.to_owned(), value);
        add(self.pick(&PROTOCOLS), json!({}));
        if self.chance(20) {
            add("aws.protocols#awsQueryCompatible", json!({}));
        }
        if self.chance(70) {
            add("aws.auth#sigv4", json!({"name": "model"}));
            if self.chance(20) {
                add("aws.auth#sigv4a", json!({"name": "model"}));
            }
            if self.chance(20) {
                add("smithy.api#httpBearerAuth", json!({}));
            }
            if self.chance(20) {
                add("smithy.api#httpBasicAuth", json!({}));
            }
            if self.chance(20) {
                add("smithy.api#httpApiKeyAuth", json!({"name": "X-Key", "in": "header", "scheme": "Key"}));
            }
            if self.chance(20) {
                add("smithy.api#auth", json!(["aws.auth#sigv4"]));
            }
        }
        if self.chance(60) {
            add("aws.api#service", json!({"sdkId": self.text(), "endpointPrefix": "model"}));
        }
        if self.chance(50) {
            add("smithy.api#title", json!(self.text()));
        }
        if self.chance(20) {
            add("simba.api#targetPrefix", json!("Model_20260101"));
        }
        if self.chance(10) {
            add("simba.api#endpointNote", json!("Find the endpoint with `GetEndpoint`."));
        }
        if self.chance(20) {
            add("simba.api#retry", json!({"baseDelayMillis": 25, "maxAttempts": 4}));
        }
        if self.chance(30) {
            add(
                "smithy.api#paginated",
                json!({"inputToken": "pageToken", "outputToken": "pageToken", "pageSize": "pageSize"}),
            );
        }
        traits
    }

    fn operation(&mut self, service: &Map<String, Value>, parameters: &[(String, &'static str)]) -> String {
        let id = self.id();
        let mut operation = Operation { input: None, output: None, traits: self.remarks() };
        let rest = service.contains_key(REST);
        if self.chance(90) {
            let mut input = self.structure(None);
            if self.chance(50) {
                input["traits"]["smithy.api#input"] = json!({});
            }
            self.special_members(&mut input, &mut operation, parameters);
            if rest {
                self.bind_input(&mut input, &mut operation);
            }
            operation.input = Some(self.insert(input));
        } else if rest {
            operation.add("smithy.api#http", json!({"method": "GET", "uri": "/", "code": 200}));
        }
        if self.chance(90) {
            let mut output = self.structure(None);
            if rest {
                self.bind_output(&mut output);
            }
            if self.chance(50) {
                output["traits"]["smithy.api#output"] = json!({});
            }
            operation.output = Some(self.insert(output));
        } else if self.chance(50) {
            let structures = self.pool.structures.clone();
            operation.output = Some(self.pick(&structures));
        }
        if self.chance(40) {
            self.paginate(&mut operation, service.contains_key("smithy.api#paginated"));
        }
        if self.chance(60) {
            self.waiters(&mut operation);
        }
        self.context_parameters(&mut operation, parameters);
        self.flags(&mut operation);
        let errors: Vec<String> = self.pool.errors.clone().into_iter().filter(|_| self.chance(50)).collect();
        if self.chance(60) {
            self.examples(&mut operation, &errors);
        }
        if self.chance(40) {
            self.protocol_tests(&mut operation, service);
        }
        let targets: Vec<Value> = errors.iter().map(|error| json!({"target": error})).collect();
        let mut shape = json!({"type": "operation", "errors": targets, "traits": operation.traits});
        for (role, id) in [("input", operation.input), ("output", operation.output)] {
            if let Some(id) = id {
                shape[role] = json!({"target": id});
            }
        }
        self.shapes.insert(id.clone(), shape);
        id
    }

    /// Adds a structure under a new ID, and returns the ID.
    fn insert(&mut self, structure: Value) -> String {
        let id = self.id();
        self.shapes.insert(id.clone(), structure);
        id
    }

    /// Adds a member with a new name, and returns the name.
    pub(super) fn add_member(&mut self, structure: &mut Value, target: &str, traits: Value) -> String {
        let members = structure["members"].as_object_mut().unwrap();
        let taken: Vec<String> = members.keys().cloned().collect();
        let name = self.other_name(&taken);
        structure["members"][&name] = json!({"target": target, "traits": traits});
        name
    }

    /// Adds special members to an input: an idempotency token, a host label, and endpoint parameters.
    fn special_members(&mut self, input: &mut Value, operation: &mut Operation, parameters: &[(String, &str)]) {
        let enums: Vec<String> = self.pool.enums.iter().filter(|id| self.kind(id) != "intEnum").cloned().collect();
        let strings = [enums, vec!["smithy.api#String".to_owned(); 3]].concat();
        if self.chance(30) {
            let target = self.pick(&strings);
            let mut traits = json!({"smithy.api#idempotencyToken": {}});
            if self.chance(30) {
                traits["smithy.api#required"] = json!({});
            }
            self.add_member(input, &target, traits);
        }
        if self.chance(20) {
            let target = self.pick(&strings);
            let label = self.add_member(input, &target, json!({"smithy.api#required": {}, "smithy.api#hostLabel": {}}));
            let prefix = format!("{}{{{label}}}.", self.pick(&["", "data-", "a.b."]));
            operation.add("smithy.api#endpoint", json!({"hostPrefix": prefix}));
        }
        if self.chance(10) {
            self.add_member(input, "smithy.api#String", json!({"simba.api#endpointMember": {}}));
        }
        for (name, kind) in parameters {
            let target = match *kind {
                "string" => self.pick(&strings),
                "boolean" => "smithy.api#Boolean".to_owned(),
                _ => continue,
            };
            if self.chance(20) {
                let mut traits = json!({"smithy.rules#contextParam": {"name": name}});
                match self.random.below(3) {
                    0 => traits["smithy.api#required"] = json!({}),
                    1 if target == "smithy.api#String" => traits["smithy.api#default"] = json!("a-default"),
                    _ => {}
                }
                self.add_member(input, &target, traits);
            }
        }
    }

    /// Adds an HTTP binding to an operation, and members that are bound to the path, the query, headers, or the body.
    fn bind_input(&mut self, input: &mut Value, operation: &mut Operation) {
        let mut uri = format!("/{}", self.pick(&["", "a", "a/b"]));
        if self.chance(50) {
            let traits = json!({"smithy.api#required": {}, "smithy.api#httpLabel": {}});
            let target = self.pick(&["smithy.api#String", "smithy.api#Long", "smithy.api#Timestamp"]);
            let label = self.add_member(input, target, traits);
            let greedy = if target.ends_with("String") { self.pick(&["", "+"]) } else { "" };
            uri = format!("{}/{{{label}{greedy}}}", uri.trim_end_matches('/'));
        }
        let query = self.pick(&["", "?x", "?x=y&z"]);
        let method = self.pick(&["DELETE", "GET", "PATCH", "POST", "PUT"]);
        if method == "GET" && self.chance(30) {
            operation.add("simba.api#formQuery", json!({}));
        }
        operation.add("smithy.api#http", json!({"method": method, "uri": format!("{uri}{query}"), "code": 200}));
        let strings = self.map_of_strings();
        for (name, value, targets) in [
            ("smithy.api#httpQuery", json!("q"), vec!["smithy.api#String", "smithy.api#Boolean", "smithy.api#Double"]),
            ("smithy.api#httpHeader", json!("X-Header"), vec!["smithy.api#Timestamp", "smithy.api#Integer"]),
            ("smithy.api#httpPrefixHeaders", json!("X-Prefix-"), vec![strings.as_str()]),
            ("smithy.api#httpQueryParams", json!({}), vec![strings.as_str()]),
        ] {
            if self.chance(30) {
                let target = self.pick(&targets);
                self.add_member(input, target, json!({(name): value}));
            }
        }
        self.bind_payload(input);
    }

    fn bind_output(&mut self, output: &mut Value) {
        if self.chance(30) {
            self.add_member(output, "smithy.api#Integer", json!({"smithy.api#httpResponseCode": {}}));
        }
        if self.chance(30) {
            self.add_member(output, "smithy.api#String", json!({"smithy.api#httpHeader": "X-Header"}));
        }
        if self.chance(30) {
            let members = output["members"].as_object_mut().unwrap();
            members.retain(|_, member| is_bound(member));
        }
        self.bind_payload(output);
    }

    /// Adds a member that is the whole body, if all other members have a binding.
    fn bind_payload(&mut self, structure: &mut Value) {
        let members = structure["members"].as_object().unwrap();
        if members.values().all(is_bound) {
            let mut targets = vec!["smithy.api#Blob".to_owned(), "smithy.api#String".to_owned()];
            targets.extend(self.pool.structures.iter().chain(&self.pool.unions).cloned());
            let target = self.pick(&targets);
            self.add_member(structure, &target, json!({"smithy.api#httpPayload": {}}));
        }
    }

    /// Adds a map of strings, and returns its ID.
    fn map_of_strings(&mut self) -> String {
        let string = json!({"target": "smithy.api#String"});
        self.insert(json!({"type": "map", "key": string, "value": string}))
    }

    /// Adds pagination to an operation. The token and the items may be nested in the output.
    fn paginate(&mut self, operation: &mut Operation, inherits: bool) {
        let (Some(input), Some(output)) = (operation.input.clone(), operation.output.clone()) else { return };
        let Some(mut request) = self.shapes.get(&input).cloned() else { return };
        let mut response = match self.shapes.get(&output) {
            Some(response) if !self.pool.structures.contains(&output) => response.clone(),
            _ => return,
        };
        let mut value = json!({});
        if inherits && self.chance(50) {
            request["members"]["pageToken"] = json!({"target": "smithy.api#String"});
            request["members"]["pageSize"] = json!({"target": "smithy.api#Integer"});
            response["members"]["pageToken"] = json!({"target": "smithy.api#String"});
        } else {
            let token = self.add_member(&mut request, "smithy.api#String", json!({}));
            value["inputToken"] = json!(token);
            value["outputToken"] = json!(self.nested(&mut response, "smithy.api#String"));
            if self.chance(50) {
                value["pageSize"] = json!(self.add_member(&mut request, "smithy.api#Integer", json!({})));
            }
        }
        if self.chance(80) {
            let collections = self.pool.collections.clone();
            let collection = self.pick(&collections);
            value["items"] = json!(self.nested(&mut response, &collection));
        }
        self.shapes.insert(input, request);
        self.shapes.insert(output, response);
        operation.add("smithy.api#paginated", value);
    }

    /// Adds a member to a structure, or to a new nested structure. Returns the path to the member.
    fn nested(&mut self, structure: &mut Value, target: &str) -> String {
        let traits = if self.chance(30) { json!({"smithy.api#required": {}}) } else { json!({}) };
        if self.chance(60) {
            return self.add_member(structure, target, traits);
        }
        let mut inner = self.structure(None);
        let rest = self.nested(&mut inner, target);
        let inner = self.insert(inner);
        let name = self.add_member(structure, &inner, traits);
        format!("{name}.{rest}")
    }

    /// Adds traits that affect how an operation is sent.
    fn flags(&mut self, operation: &mut Operation) {
        let member =
            operation.input.clone().and_then(|input| Some(self.members_of_type(&input, "string").first()?.0.clone()));
        for (name, value, percent) in [
            ("smithy.api#httpChecksumRequired", json!({}), 10),
            ("aws.protocols#httpChecksum", json!({"requestChecksumRequired": true}), 10),
            ("smithy.api#requestCompression", json!({"encodings": ["gzip"]}), 10),
            ("aws.api#clientDiscoveredEndpoint", json!({"required": false}), 10),
            ("smithy.api#longPoll", json!({"timeoutMillis": 65_000}), 10),
            ("simba.api#requestHeaders", json!({"X-Constant": "a b"}), 10),
            ("simba.api#presignedGet", json!({}), 10),
            ("smithy.api#optionalAuth", json!({}), 10),
            ("smithy.api#auth", self.pick(&[json!([]), json!(["aws.auth#sigv4"])]), 10),
            (self.pick(&["smithy.api#readonly", "smithy.api#idempotent"]), json!({}), 20),
        ] {
            if self.chance(percent) {
                operation.add(name, value);
            }
        }
        let has_checksum = ["smithy.api#httpChecksumRequired", "smithy.api#requestCompression"]
            .iter()
            .any(|id| operation.traits.contains_key(*id));
        if !has_checksum && self.chance(10) {
            operation.add("simba.api#treeHash", json!({}));
        }
        if let Some(member) = member.filter(|_| self.chance(5)) {
            operation.add("aws.protocols#httpChecksum", json!({"requestAlgorithmMember": member}));
        }
    }

    fn examples(&mut self, operation: &mut Operation, errors: &[String]) {
        let mut examples = Vec::new();
        for _ in 0..1 + self.random.below(2) {
            let mut example = json!({"title": self.text(), "documentation": self.text()});
            if let Some(input) = &operation.input {
                example["input"] = self.value(input, 0);
            }
            match &operation.output {
                _ if self.chance(20) && !errors.is_empty() => {
                    let error = self.pick(errors);
                    example["error"] = json!({"shapeId": error, "content": self.value(&error, 0)});
                }
                Some(output) => example["output"] = self.value(output, 0),
                None => {}
            }
            examples.push(example);
        }
        operation.add("smithy.api#examples", json!(examples));
    }

    /// Adds protocol tests. Bodies are not compared, since the tests only need to compile.
    fn protocol_tests(&mut self, operation: &mut Operation, service: &Map<String, Value>) {
        let protocol = protocol_of(service);
        let body = if protocol.ends_with("Cbor") { "v/8=" } else { "{}" };
        let common = json!({"id": format!("Case{}", self.name()), "protocol": protocol, "documentation": self.text()});
        let with = |more: Value| {
            let mut case = common.clone();
            case.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!([case])
        };
        let params = operation.input.as_ref().map_or(json!({}), |input| self.value(input, 2));
        operation.add("smithy.test#httpRequestTests", with(json!({"method": "POST", "uri": "/", "params": params})));
        let params = operation.output.as_ref().map_or(json!({}), |output| self.value(output, 2));
        operation.add("smithy.test#httpResponseTests", with(json!({"code": 200, "body": body, "params": params})));
        if self.chance(30) {
            let request = json!({"method": "POST", "uri": "/", "body": "{"});
            let malformed = with(json!({"request": request, "response": {"code": 400}}));
            operation.add("smithy.test#httpMalformedRequestTests", malformed);
        }
    }

    /// Adds an operation whose output, and possibly also input, is an event stream.
    fn events(&mut self, service: &Map<String, Value>) -> String {
        let event = |members: Value| json!({"type": "structure", "members": members});
        let headed = self.insert(event(json!({
            "header": {"target": "smithy.api#String", "traits": {"smithy.api#eventHeader": {}}},
            "payload": {"target": "smithy.api#Blob", "traits": {"smithy.api#eventPayload": {}}},
        })));
        let plain = self.insert(event(json!({"text": {"target": "smithy.api#String"}})));
        let members = json!({"headed": {"target": headed}, "plain": {"target": plain}});
        let union = self.insert(json!({
            "type": "union", "members": members, "traits": {"smithy.api#streaming": {}}
        }));
        let message = json!({"events": {"target": union, "traits": {"smithy.api#httpPayload": {}}}});
        let output = self.insert(event(message.clone()));
        let mut operation = json!({"type": "operation", "output": {"target": output}});
        if self.chance(50) {
            let input = self.insert(event(message));
            operation["input"] = json!({"target": input});
        }
        operation["traits"] = json!({"smithy.api#http": {"method": "POST", "uri": "/", "code": 200}});
        if self.chance(50) {
            let headers = json!({":message-type": {"string": "event"}, ":event-type": {"string": "plain"}});
            let event = json!({"type": "response", "params": {"plain": {"text": "a"}}, "headers": headers});
            let case = json!({"id": format!("Case{}", self.name()), "protocol": protocol_of(service), "events": [event], "expectation": {"success": {}}});
            operation["traits"]["smithy.test#eventStreamTests"] = json!([case]);
        }
        self.insert(operation)
    }

    /// Adds an operation whose input and output are streams. It is omitted from clients if the protocol has no HTTP
    /// bindings.
    fn streaming(&mut self) -> String {
        let (id, blob) = (self.id(), self.id());
        let mut traits = json!({"smithy.api#streaming": {}});
        if self.chance(50) {
            traits["smithy.api#requiresLength"] = json!({});
        }
        self.shapes.insert(blob.clone(), json!({"type": "blob", "traits": traits}));
        let mut of_member = self.pick(&[json!({"smithy.api#required": {}}), json!({"smithy.api#default": ""})]);
        of_member["smithy.api#httpPayload"] = json!({});
        let [input, output] = ["body", "content"].map(|name| {
            let members = json!({(name): {"target": blob, "traits": of_member}});
            self.insert(json!({"type": "structure", "members": members}))
        });
        let mut traits = json!({"smithy.api#http": {"method": "POST", "uri": "/", "code": 200}});
        if self.chance(50) {
            traits["aws.auth#unsignedPayload"] = json!({});
        }
        let operation =
            json!({"type": "operation", "input": {"target": input}, "output": {"target": output}, "traits": traits});
        self.shapes.insert(id.clone(), operation);
        id
    }
}

/// Returns whether a member has an HTTP binding.
pub(super) fn is_bound(member: &Value) -> bool {
    member["traits"].as_object().is_some_and(|traits| traits.keys().any(|id| id.starts_with("smithy.api#http")))
}
