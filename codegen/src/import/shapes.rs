//! Converts shapes: structures, unions, collections, and simple types with their constraints.

use serde_json::{Map, Value, json};

use super::additions::Additions;
use super::object_reader::ObjectReader;
use super::references::{Agreement, References, Role};
use super::traits::{Names, Traits, bounds, deprecation, is_identifier, timestamp_format};
use super::{Log, Model, add_trait, enums, http};

/// The data that is needed to convert a shape.
pub(super) struct Context<'a> {
    pub(super) shapes: &'a Map<String, Value>,
    pub(super) names: &'a Names,
    pub(super) references: &'a References<'a>,
    pub(super) additions: &'a Additions<'a>,
    /// Whether the protocol of the service has HTTP bindings.
    pub(super) has_bindings: bool,
}

impl Context<'_> {
    /// Converts every shape in the source, and adds it to `model`.
    pub(super) fn convert(&self, model: &mut Model, log: &mut Log) {
        for (name, shape) in self.shapes {
            let location = format!("shapes.{name}");
            if !is_identifier(name) {
                log.problem(
                    &location,
                    "invalid shape name; expected letters, digits and underscores, not starting with a digit",
                );
                continue;
            }
            let Some(mut object) = ObjectReader::open(&location, shape, log) else {
                continue;
            };
            if let Some(converted) = self.shape(name, &mut object, log) {
                object.finish(log);
                model.add(self.names.shape_id(name), converted, &location, log);
            }
        }
        self.add_json_strings(model, log);
        check_targets(model, self.names, self.shapes, log);
    }

    /// For each string shape that only some references mark as JSON, adds a second shape for the JSON strings.
    fn add_json_strings(&self, model: &mut Model, log: &mut Log) {
        for name in self.shapes.keys().filter(|name| self.references.holds_json(name) == Agreement::Some) {
            let mut shape = model.shape(&self.names.shape_id(name)).cloned().unwrap_or_default();
            add_trait(&mut shape, "smithy.api#mediaType", Value::from("application/json"));
            model.add(self.names.id(&json_string(name)), shape, &format!("shapes.{name}"), log);
        }
    }
}

/// Reports members whose target does not exist.
fn check_targets(model: &Model, names: &Names, shapes: &Map<String, Value>, log: &mut Log) {
    for name in shapes.keys() {
        let Some(shape) = model.shape(&names.shape_id(name)) else {
            continue;
        };
        let members = shape.get("members").and_then(Value::as_object);
        let members = members.into_iter().flatten().map(|(k, v)| (k.as_str(), v));
        let element =
            ["member", "key", "value"].into_iter().filter_map(|key| shape.get(key).map(|member| (key, member)));
        for (key, member) in members.chain(element) {
            let target = member.get("target").and_then(Value::as_str);
            let known = |id: &str| id.starts_with("smithy.api#") || model.shape(id).is_some();
            if let Some(id) = target.filter(|id| !known(id)) {
                log.problem(format!("shapes.{name}.{key}"), format!("shape `{id}` not found"));
            }
        }
    }
}

impl Context<'_> {
    fn shape(&self, name: &str, object: &mut ObjectReader<'_>, log: &mut Log) -> Option<Map<String, Value>> {
        // `box` applies only to Java. See the documentation of the `import` module.
        object.skip(&["documentation", "documentationUrl", "box"]);
        let kind = object.str("type", log);
        let kind = object.required("type", kind, log)?;
        let mut traits = Traits::default();
        deprecation(object, &mut traits, log);
        traits.mark("smithy.api#sensitive", object.flag("sensitive", log));
        let mut shape = match kind {
            "structure" => self.structure(name, object, &mut traits, log)?,
            "list" => self.list(object, &mut traits, log)?,
            "map" => self.map(object, &mut traits, log)?,
            "string" => self.string(name, object, &mut traits, log),
            "character" => of_type("string"),
            "blob" => self.blob(name, object, &mut traits, log),
            "timestamp" => {
                timestamp_format(object, &mut traits, log);
                of_type("timestamp")
            }
            "boolean" => of_type("boolean"),
            _ => {
                let Some(number) = number_type(kind) else {
                    log.problem(object.location(), format!("unknown type `{kind}`"));
                    return None;
                };
                bounds("smithy.api#range", object, &mut traits, log);
                of_type(number)
            }
        };
        traits.put(&mut shape);
        Some(shape)
    }

    fn structure(
        &self,
        name: &str,
        object: &mut ObjectReader<'_>,
        traits: &mut Traits,
        log: &mut Log,
    ) -> Option<Map<String, Value>> {
        // `synthetic` and `wrapper` affect only generated classes and XML. `event` is redundant, since the union of the
        // event stream refers to its events.
        object.skip(&["synthetic", "wrapper", "event"]);
        // The skipped keys contain the names and the order of XML elements in older protocols, which the service may
        // also support.
        object.skip(&["xmlOrder", "xmlNamespace", "locationName"]);
        let mut required = object.strings("required", log);
        let members = object.nested("members", log);
        let members = object.required("members", members, log)?;
        if object.flag("document", log) {
            if !members.is_empty() {
                log.problem(members.location(), "a document type cannot have members");
            }
            return Some(of_type("document"));
        }
        let is_stream = object.flag("eventstream", log);
        let is_marked = object.flag("union", log) || is_stream;
        let is_added = self.additions.is_union(name);
        if is_added && is_marked {
            log.problem(format!("additions.unions.{name}"), "already a union in the source; remove this entry");
        }
        let is_union = is_marked || is_added;
        traits.mark("smithy.api#streaming", is_stream);
        self.error(name, object, traits, log);
        match self.references.role(name) {
            _ if is_union => {}
            Role::Input => traits.mark("smithy.api#input", true),
            Role::Output => traits.mark("smithy.api#output", true),
            Role::Shared => {}
        }

        for member in &required {
            if !members.has(member) {
                log.problem(object.at("required"), format!("member `{member}` not found"));
            }
        }
        if is_union && !required.is_empty() {
            log.note(object.at("required"), "ignored: members of a union cannot be required");
            required.clear();
        }
        let payload = object.str("payload", log);
        if let Some(member) = payload.filter(|member| !members.has(member)) {
            log.problem(object.at("payload"), format!("member `{member}` not found"));
        }
        if payload.is_some() && !self.has_bindings {
            log.note(object.at("payload"), "ignored: the protocol has no HTTP bindings");
        }
        let converted = self.members(members, &required, payload, log);
        let mut shape = of_type(if is_union { "union" } else { "structure" });
        shape.insert("members".to_owned(), Value::Object(converted));
        Some(shape)
    }

    fn members(
        &self,
        mut object: ObjectReader<'_>,
        required: &[&str],
        payload: Option<&str>,
        log: &mut Log,
    ) -> Map<String, Value> {
        let mut converted = Map::new();
        for name in object.keys() {
            let Some(mut member) = object.nested(name, log) else {
                continue;
            };
            if !is_identifier(name) {
                log.problem(
                    member.location(),
                    "invalid member name; expected letters, digits and underscores, not starting with a digit",
                );
            }
            let mut traits = Traits::default();
            traits.mark("smithy.api#required", required.contains(&name));
            structure_member(&mut member, &mut traits, log);
            let wire_name = if !self.has_bindings {
                body_member(&mut member, name, log)
            } else {
                if payload == Some(name) {
                    member.skip(&["locationName"]);
                    traits.mark("smithy.api#httpPayload", true);
                } else {
                    http::member(&mut member, name, self.shapes, &mut traits, log);
                }
                name
            };
            if let Some(reference) = self.reference(member, traits, log) {
                converted.insert(wire_name.to_owned(), reference);
            }
        }
        converted
    }

    /// Converts the traits of an error: its fault, its HTTP status, its code in the query protocol, and whether it is
    /// retryable.
    fn error(&self, name: &str, object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
        let is_exception = object.flag("exception", log);
        let is_fault = object.flag("fault", log) || self.references.is_server_error(name);
        let details = object.nested("error", log);
        let is_error = is_exception || details.is_some() || self.references.is_error(name);
        let mut is_server = is_fault;
        if let Some(mut details) = details {
            let status = details.number("httpStatusCode", log);
            let code = details.str("code", log);
            let is_sender = details.value("senderFault").and_then(Value::as_bool);
            details.finish(log);
            let is_server_status = status.and_then(Value::as_u64).is_some_and(|s| s >= 500);
            // Without `senderFault`, the status determines the fault.
            is_server |= is_sender.map_or(is_server_status, |is_sender| !is_sender);
            if let Some(status) = status {
                traits.add("smithy.api#httpError", status.clone());
            }
            if let Some(code) = code {
                let status = status.cloned().unwrap_or(json!(400));
                traits.add("aws.protocols#awsQueryError", json!({ "code": code, "httpResponseCode": status }));
            }
        }
        if let Some(mut retryable) = object.nested("retryable", log) {
            let throttling = retryable.flag("throttling", log);
            retryable.finish(log);
            let value = if throttling { json!({ "throttling": true }) } else { json!({}) };
            traits.add("smithy.api#retryable", value);
        }
        if is_error {
            let blame = if is_server { "server" } else { "client" };
            traits.add("smithy.api#error", blame);
        }
    }

    fn list(&self, object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) -> Option<Map<String, Value>> {
        bounds("smithy.api#length", object, traits, log);
        traits.mark("smithy.api#sparse", object.flag("sparse", log));
        // In Smithy, `@xmlFlattened` belongs to members, and only XML protocols read it.
        object.skip(&["flattened"]);
        let mut shape = of_type("list");
        shape.insert("member".to_owned(), self.element("member", object, log)?);
        Some(shape)
    }

    fn map(&self, object: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) -> Option<Map<String, Value>> {
        bounds("smithy.api#length", object, traits, log);
        traits.mark("smithy.api#sparse", object.flag("sparse", log));
        object.skip(&["flattened", "locationName"]);
        let mut shape = of_type("map");
        for key in ["key", "value"] {
            shape.insert(key.to_owned(), self.element(key, object, log)?);
        }
        Some(shape)
    }

    /// Converts the member of a list, or the key or value of a map.
    fn element(&self, key: &str, object: &mut ObjectReader<'_>, log: &mut Log) -> Option<Value> {
        let element = object.nested(key, log);
        let mut element = object.required(key, element, log)?;
        // `locationName` and `flattened` affect only XML.
        element.skip(&["locationName", "flattened"]);
        self.reference(element, Traits::default(), log)
    }

    /// Converts a reference to a shape, including the properties that all references can have. `traits` contains the
    /// traits that have already been converted.
    fn reference(&self, mut object: ObjectReader<'_>, mut traits: Traits, log: &mut Log) -> Option<Value> {
        object.skip(&["documentation", "box"]);
        deprecation(&mut object, &mut traits, log);
        timestamp_format(&mut object, &mut traits, log);
        let target = object.str("shape", log);
        let target = object.required("shape", target, log)?;
        let is_json = object.flag("jsonvalue", log) && self.references.holds_json(target) == Agreement::Some;
        if object.flag("streaming", log) && self.references.is_streamed(target) == Agreement::Some {
            log.note(
                object.location(),
                format!("`streaming` is ignored, since other references to `{target}` do not have it"),
            );
        }
        object.finish(log);
        let mut reference = Map::new();
        let target = if is_json { json_string(target) } else { target.to_owned() };
        reference.insert("target".to_owned(), Value::from(self.names.shape_id(&target)));
        traits.put(&mut reference);
        Some(Value::Object(reference))
    }

    fn string(
        &self,
        name: &str,
        object: &mut ObjectReader<'_>,
        traits: &mut Traits,
        log: &mut Log,
    ) -> Map<String, Value> {
        bounds("smithy.api#length", object, traits, log);
        if let Some(pattern) = object.str("pattern", log) {
            traits.add("smithy.api#pattern", pattern);
        }
        if self.references.holds_json(name) == Agreement::All {
            traits.add("smithy.api#mediaType", "application/json");
        }
        let values = object.strings("enum", log);
        if values.is_empty() {
            return of_type("string");
        }
        let names = self.additions.enum_names(name);
        let members = enums::members(object.location(), &values, names, log);
        let mut shape = of_type("enum");
        shape.insert("members".to_owned(), Value::Object(members));
        shape
    }

    fn blob(
        &self,
        name: &str,
        object: &mut ObjectReader<'_>,
        traits: &mut Traits,
        log: &mut Log,
    ) -> Map<String, Value> {
        bounds("smithy.api#length", object, traits, log);
        let is_streaming = object.flag("streaming", log) || self.references.is_streamed(name) == Agreement::All;
        traits.mark("smithy.api#streaming", is_streaming);
        let needs_length = object.flag("requiresLength", log);
        traits.mark("smithy.api#requiresLength", needs_length);
        of_type("blob")
    }
}

/// Converts the properties that only members of structures and unions can have.
fn structure_member(member: &mut ObjectReader<'_>, traits: &mut Traits, log: &mut Log) {
    for (key, id) in [
        ("idempotencyToken", "smithy.api#idempotencyToken"),
        ("hostLabel", "smithy.api#hostLabel"),
        ("eventpayload", "smithy.api#eventPayload"),
        ("eventheader", "smithy.api#eventHeader"),
        ("endpointdiscoveryid", "aws.api#clientEndpointDiscoveryId"),
        ("flattened", "smithy.api#xmlFlattened"),
        ("sensitive", "smithy.api#sensitive"),
    ] {
        traits.mark(id, member.flag(key, log));
    }
    if let Some(mut parameter) = member.nested("contextParam", log) {
        if let Some(name) = parameter.str("name", log) {
            traits.add("smithy.rules#contextParam", json!({ "name": name }));
        }
        parameter.finish(log);
    }
    // The skipped keys contain names of XML elements and query parameters in older protocols, which the service may
    // also support.
    member.skip(&["queryName", "xmlNamespace", "xmlAttribute"]);
    // An `enum` in a reference does not affect the type of the member.
    member.skip(&["enum"]);
}

/// Returns the name of a member in the body, for protocols without HTTP bindings.
fn body_member<'a>(member: &mut ObjectReader<'a>, name: &'a str, log: &mut Log) -> &'a str {
    if member.str("location", log).is_some() {
        log.note(member.location(), "`location` is ignored: the protocol sends all members in the body");
    }
    let wire_name = member.str("locationName", log).unwrap_or(name);
    if wire_name != name {
        // In Smithy, awsJson ignores `@jsonName`, so the name of the member must be its wire name.
        log.note(member.location(), format!("imported under the wire name `{wire_name}`"));
    }
    wire_name
}

/// Returns the name of the shape for JSON strings, which is added if `name` is also used for other strings.
fn json_string(name: &str) -> String {
    format!("SynthesizedJson{name}")
}

/// Returns Smithy's name for a numeric type, or `None` if the type is not numeric.
fn number_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "byte" => "byte",
        "short" => "short",
        "integer" => "integer",
        "long" => "long",
        "float" => "float",
        "double" => "double",
        "biginteger" | "bigInteger" => "bigInteger",
        "bigdecimal" | "bigDecimal" => "bigDecimal",
        _ => return None,
    })
}

fn of_type(kind: &str) -> Map<String, Value> {
    let mut shape = Map::new();
    shape.insert("type".to_owned(), Value::from(kind));
    shape
}
