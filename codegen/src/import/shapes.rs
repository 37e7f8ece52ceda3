//! Converts shapes: structures, unions, collections, and simple types with their constraints.

use serde_json::{Map, Value, json};

use super::extras::Extras;
use super::fields::Fields;
use super::traits::{Names, Traits, bounds, deprecation, is_identifier, timestamp_format};
use super::usage::{Agreement, Role, Usage};
use super::{Log, Model, add_trait, enums, http};

/// The data that the conversion of every shape needs.
pub(super) struct Context<'a> {
    pub(super) shapes: &'a Map<String, Value>,
    pub(super) names: &'a Names,
    pub(super) usage: &'a Usage<'a>,
    pub(super) extras: &'a Extras<'a>,
    /// Whether the protocol of the service has HTTP bindings.
    pub(super) has_bindings: bool,
}

impl Context<'_> {
    /// Converts every shape of the source, and adds it to `model`.
    pub(super) fn convert(&self, model: &mut Model, log: &mut Log) {
        for (name, shape) in self.shapes {
            let place = format!("shapes.{name}");
            if !is_identifier(name) {
                log.problem(
                    &place,
                    "invalid shape name; expected letters, digits and underscores, not starting with a digit",
                );
                continue;
            }
            let Some(mut fields) = Fields::open(&place, shape, log) else {
                continue;
            };
            if let Some(converted) = self.shape(name, &mut fields, log) {
                fields.finish(log);
                model.add(self.names.shape_id(name), converted, &place, log);
            }
        }
        self.add_json_strings(model, log);
        check_targets(model, self.names, self.shapes, log);
    }

    /// Adds strings that contain JSON for the references to shapes that are plain strings elsewhere.
    fn add_json_strings(&self, model: &mut Model, log: &mut Log) {
        for name in self.shapes.keys().filter(|name| self.usage.holds_json(name) == Agreement::Some) {
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
    fn shape(&self, name: &str, fields: &mut Fields<'_>, log: &mut Log) -> Option<Map<String, Value>> {
        // `box` only applies to Java, see the documentation of the `import` module.
        fields.skip(&["documentation", "documentationUrl", "box"]);
        let kind = fields.str("type", log);
        let kind = fields.required("type", kind, log)?;
        let mut traits = Traits::default();
        deprecation(fields, &mut traits, log);
        traits.mark("smithy.api#sensitive", fields.flag("sensitive", log));
        let mut shape = match kind {
            "structure" => self.structure(name, fields, &mut traits, log)?,
            "list" => self.list(fields, &mut traits, log)?,
            "map" => self.map(fields, &mut traits, log)?,
            "string" => self.string(name, fields, &mut traits, log),
            "character" => of_type("string"),
            "blob" => self.blob(name, fields, &mut traits, log),
            "timestamp" => {
                timestamp_format(fields, &mut traits, log);
                of_type("timestamp")
            }
            "boolean" => of_type("boolean"),
            _ => {
                let Some(number) = number_type(kind) else {
                    log.problem(fields.place(), format!("unknown type `{kind}`"));
                    return None;
                };
                bounds("smithy.api#range", fields, &mut traits, log);
                of_type(number)
            }
        };
        traits.put(&mut shape);
        Some(shape)
    }

    fn structure(
        &self,
        name: &str,
        fields: &mut Fields<'_>,
        traits: &mut Traits,
        log: &mut Log,
    ) -> Option<Map<String, Value>> {
        // `synthetic` and `wrapper` apply to generated classes and XML; `event` follows from the event stream.
        fields.skip(&["synthetic", "wrapper", "event"]);
        // XML names and order, for older protocols that the service may also support.
        fields.skip(&["xmlOrder", "xmlNamespace", "locationName"]);
        let mut required = fields.strings("required", log);
        let members = fields.fields("members", log);
        let members = fields.required("members", members, log)?;
        if fields.flag("document", log) {
            if !members.is_empty() {
                log.problem(members.place(), "a document type cannot have members");
            }
            return Some(of_type("document"));
        }
        let is_stream = fields.flag("eventstream", log);
        let is_marked = fields.flag("union", log) || is_stream;
        let is_added = self.extras.is_union(name);
        if is_added && is_marked {
            log.problem(format!("extras.unions.{name}"), "the source contains the same fact; remove this entry");
        }
        let is_union = is_marked || is_added;
        traits.mark("smithy.api#streaming", is_stream);
        self.error(name, fields, traits, log);
        match self.usage.role(name) {
            _ if is_union => {}
            Role::Input => traits.mark("smithy.api#input", true),
            Role::Output => traits.mark("smithy.api#output", true),
            Role::Shared => {}
        }

        for member in &required {
            if !members.has(member) {
                log.problem(fields.at("required"), format!("member `{member}` not found"));
            }
        }
        if is_union && !required.is_empty() {
            log.note(fields.at("required"), "ignored: members of a union cannot be required");
            required.clear();
        }
        let payload = fields.str("payload", log);
        if let Some(member) = payload.filter(|member| !members.has(member)) {
            log.problem(fields.at("payload"), format!("member `{member}` not found"));
        }
        if payload.is_some() && !self.has_bindings {
            log.note(fields.at("payload"), "ignored: the protocol has no HTTP bindings");
        }
        let converted = self.members(members, &required, payload, log);
        let mut shape = of_type(if is_union { "union" } else { "structure" });
        shape.insert("members".to_owned(), Value::Object(converted));
        Some(shape)
    }

    fn members(
        &self,
        mut fields: Fields<'_>,
        required: &[&str],
        payload: Option<&str>,
        log: &mut Log,
    ) -> Map<String, Value> {
        let mut converted = Map::new();
        for name in fields.keys() {
            let Some(mut member) = fields.fields(name, log) else {
                continue;
            };
            if !is_identifier(name) {
                log.problem(member.place(), "invalid member name; expected letters, digits and underscores");
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

    /// Converts the traits of an error: the fault, the HTTP status, and whether it is retryable.
    fn error(&self, name: &str, fields: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) {
        let is_exception = fields.flag("exception", log);
        let is_fault = fields.flag("fault", log) || self.usage.is_server_error(name);
        let details = fields.fields("error", log);
        let is_error = is_exception || details.is_some() || self.usage.is_error(name);
        let mut is_server = is_fault;
        if let Some(mut details) = details {
            let status = details.number("httpStatusCode", log);
            let code = details.str("code", log);
            let is_sender = details.value("senderFault").and_then(Value::as_bool);
            details.finish(log);
            let is_server_status = status.and_then(Value::as_u64).is_some_and(|s| s >= 500);
            // The status decides if there is no `senderFault`.
            is_server |= is_sender.map_or(is_server_status, |is_sender| !is_sender);
            if let Some(status) = status {
                traits.add("smithy.api#httpError", status.clone());
            }
            if let Some(code) = code {
                let status = status.cloned().unwrap_or(json!(400));
                traits.add("aws.protocols#awsQueryError", json!({ "code": code, "httpResponseCode": status }));
            }
        }
        if let Some(mut retryable) = fields.fields("retryable", log) {
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

    fn list(&self, fields: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) -> Option<Map<String, Value>> {
        bounds("smithy.api#length", fields, traits, log);
        traits.mark("smithy.api#sparse", fields.flag("sparse", log));
        // Smithy has this trait on members, and only XML reads it.
        fields.skip(&["flattened"]);
        let mut shape = of_type("list");
        shape.insert("member".to_owned(), self.element("member", fields, log)?);
        Some(shape)
    }

    fn map(&self, fields: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) -> Option<Map<String, Value>> {
        bounds("smithy.api#length", fields, traits, log);
        traits.mark("smithy.api#sparse", fields.flag("sparse", log));
        fields.skip(&["flattened", "locationName"]);
        let mut shape = of_type("map");
        for key in ["key", "value"] {
            shape.insert(key.to_owned(), self.element(key, fields, log)?);
        }
        Some(shape)
    }

    /// Converts the member of a list, or the key or value of a map.
    fn element(&self, key: &str, fields: &mut Fields<'_>, log: &mut Log) -> Option<Value> {
        let element = fields.fields(key, log);
        let mut element = fields.required(key, element, log)?;
        // Names of XML elements, which do not apply to JSON.
        element.skip(&["locationName", "flattened"]);
        self.reference(element, Traits::default(), log)
    }

    /// Converts a reference to a shape, with the properties that any reference may have. `traits` are its other
    /// traits.
    fn reference(&self, mut fields: Fields<'_>, mut traits: Traits, log: &mut Log) -> Option<Value> {
        fields.skip(&["documentation", "box"]);
        deprecation(&mut fields, &mut traits, log);
        timestamp_format(&mut fields, &mut traits, log);
        let target = fields.str("shape", log);
        let target = fields.required("shape", target, log)?;
        let is_json = fields.flag("jsonvalue", log) && self.usage.holds_json(target) == Agreement::Some;
        if fields.flag("streaming", log) && self.usage.is_streamed(target) == Agreement::Some {
            log.note(
                fields.place(),
                format!("`streaming` is ignored, since other references to `{target}` do not have it"),
            );
        }
        fields.finish(log);
        let mut reference = Map::new();
        let target = if is_json { json_string(target) } else { target.to_owned() };
        reference.insert("target".to_owned(), Value::from(self.names.shape_id(&target)));
        traits.put(&mut reference);
        Some(Value::Object(reference))
    }

    fn string(&self, name: &str, fields: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) -> Map<String, Value> {
        bounds("smithy.api#length", fields, traits, log);
        if let Some(pattern) = fields.str("pattern", log) {
            traits.add("smithy.api#pattern", pattern);
        }
        if self.usage.holds_json(name) == Agreement::All {
            traits.add("smithy.api#mediaType", "application/json");
        }
        let values = fields.strings("enum", log);
        if values.is_empty() {
            return of_type("string");
        }
        let names = self.extras.enum_names(name);
        let members = enums::members(fields.place(), &values, names, log);
        let mut shape = of_type("enum");
        shape.insert("members".to_owned(), Value::Object(members));
        shape
    }

    fn blob(&self, name: &str, fields: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) -> Map<String, Value> {
        bounds("smithy.api#length", fields, traits, log);
        let is_streaming = fields.flag("streaming", log) || self.usage.is_streamed(name) == Agreement::All;
        traits.mark("smithy.api#streaming", is_streaming);
        let needs_length = fields.flag("requiresLength", log);
        traits.mark("smithy.api#requiresLength", needs_length);
        of_type("blob")
    }
}

/// Converts the properties that only members of structures and unions may have.
fn structure_member(member: &mut Fields<'_>, traits: &mut Traits, log: &mut Log) {
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
    if let Some(mut parameter) = member.fields("contextParam", log) {
        if let Some(name) = parameter.str("name", log) {
            traits.add("smithy.rules#contextParam", json!({ "name": name }));
        }
        parameter.finish(log);
    }
    // XML names, for older protocols that the service may also support.
    member.skip(&["queryName", "xmlNamespace", "xmlAttribute"]);
    // Values that the type of the member does not restrict.
    member.skip(&["enum"]);
}

/// Returns the name of a member in the body, for protocols without HTTP bindings.
fn body_member<'a>(member: &mut Fields<'a>, name: &'a str, log: &mut Log) -> &'a str {
    if member.str("location", log).is_some() {
        log.note(member.place(), "`location` is ignored: the protocol sends all members in the body");
    }
    let wire_name = member.str("locationName", log).unwrap_or(name);
    if wire_name != name {
        // awsJson ignores `@jsonName` in Smithy, so the member needs its wire name.
        log.note(member.place(), format!("imported under the wire name `{wire_name}`"));
    }
    wire_name
}

/// Returns the name of a string that contains JSON, where the string `name` itself does not always.
fn json_string(name: &str) -> String {
    format!("SynthesizedJson{name}")
}

/// Returns Smithy's name for a numeric type.
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
