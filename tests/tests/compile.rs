//! Checks that generated crates and the examples in their documentation compile without warnings, for all fixtures and
//! for a model with hostile names and strings.
//!
//! The crates are members of a workspace in the target directory, and are built by a single run of Cargo.

use serde_json::{Map, Value, json};
use simba_codegen::Source;
use simba_tests::hostile::{INJECTIONS, KEYWORDS, OWN, PRELUDE};
use simba_tests::{Crates, generate, sources};

/// The models for the tested Smithy constructs. Each entry consists of the name of a crate and the fixtures that form
/// its model.
const CONSTRUCTS: [(&str, &[&str]); 43] = [
    ("toy-account-id", &["account_id"]),
    ("toy-auth", &["auth"]),
    ("toy-call-defaults", &["call_defaults"]),
    ("toy-collections", &["service", "collections"]),
    ("toy-context-params", &["context_params"]),
    ("toy-defaults", &["service", "defaults"]),
    ("toy-deprecated", &["deprecated"]),
    ("toy-doc-links", &["doc_links"]),
    ("toy-documentation", &["service", "documentation", "documentation-service"]),
    ("toy-empty-collections", &["empty_collections"]),
    ("toy-endpoint-member", &["endpoint_member"]),
    ("toy-enumeration", &["service", "enumeration"]),
    ("toy-error-message", &["error_message"]),
    ("toy-errors", &["errors"]),
    ("toy-event-streams", &["event_streams"]),
    ("toy-form-query", &["form_query"]),
    ("toy-host-prefix", &["host_prefix"]),
    ("toy-http-auth", &["http_auth"]),
    ("toy-http-bindings", &["http_bindings"]),
    ("toy-idempotency-token", &["service", "idempotency_token"]),
    ("toy-label-default", &["label_default"]),
    ("toy-literals", &["literals"]),
    ("toy-merged", &["merged-first", "merged-second"]),
    ("toy-mixins", &["service", "mixins", "mixins-applied"]),
    ("toy-pagination", &["pagination"]),
    ("toy-pagination-members", &["pagination_members"]),
    ("toy-presign", &["presign"]),
    ("toy-recursion", &["service", "recursion"]),
    ("toy-refused-text", &["refused_text"]),
    ("toy-rename", &["rename"]),
    ("toy-request-headers", &["request_headers"]),
    ("toy-reserved-names", &["reserved_names"]),
    ("toy-resources", &["resources"]),
    ("toy-sensitive-members", &["sensitive_members"]),
    ("toy-shared", &["shared"]),
    ("toy-strings-as-enums", &["strings_as_enums"]),
    ("toy-structure", &["service", "structure"]),
    ("toy-timestamps", &["service", "timestamps"]),
    ("toy-tree-hash", &["tree_hash"]),
    ("toy-union", &["service", "union"]),
    ("toy-values", &["service", "values"]),
    ("toy-version-1", &["version_1"]),
    ("toy-waiters", &["waiters"]),
];

#[test]
fn all_constructs_and_hostile_names_compile_without_warnings() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "compile");
    for (name, fixtures) in CONSTRUCTS {
        let fixtures: Vec<String> = fixtures.iter().map(|fixture| format!("constructs/{fixture}.json")).collect();
        let fixtures: Vec<&str> = fixtures.iter().map(String::as_str).collect();
        let mut files = generate(&sources(&fixtures), &Crates::options(name)).files;
        if name == "toy-reserved-names" {
            files.insert("tests/methods.rs".to_owned(), METHODS.to_owned());
        }
        if name == "toy-event-streams" {
            files.insert("tests/events.rs".to_owned(), EVENTS.to_owned());
        }
        crates.add(name, &files);
    }
    let streams = generate(&sources(&["odd/repeated_streams.smithy"]), &Crates::options("toy-repeated-streams"));
    crates.add("toy-repeated-streams", &streams.files);
    crates.add("hostile", &generate(&[hostile()], &Crates::options("hostile")).files);

    // Builds all crates, and runs all examples in their documentation.
    let features = ["--no-fail-fast", "--features", "blocking,testing"];
    crates.run(&[&["test", "--workspace", "--doc"], &features[..]].concat());
    crates.run(&[&["test", "--package", "toy-reserved-names", "--test", "methods"], &features[..]].concat());
    crates.run(&[&["test", "--package", "toy-event-streams", "--test", "events"], &features[..]].concat());
    let documented =
        ["hostile", "toy-doc-links", "toy-documentation", "toy-literals", "toy-refused-text", "toy-reserved-names"];
    let packages = documented.iter().flat_map(|name| ["--package", *name]);
    crates.run(&["doc", "--no-deps", "--features", "blocking,testing"].into_iter().chain(packages).collect::<Vec<_>>());
}

/// A test that reads the events of a stream from the bytes of a response.
const EVENTS: &str = r##"// The events of a mock are typed, in the order in which they are sent.
use toy_event_streams::{
    Config, Error,
    error::ServiceError,
    testing::{MockResponse, MockTransport, event, exception},
    types::{Moved, Scenes, Script},
};

#[test]
fn events_arrive_after_the_response() -> Result<(), Error> {
    let mock = MockTransport::new();
    let messages = [
        event("initial-response", r#"{"Session": "first"}"#),
        event("moved", r#"{"To": "shelf"}"#),
        event("picture", "not JSON").with_header("Title", "bear"),
        event("danced", "{}"),
        exception("fellAsleep", r#"{"message": "good night"}"#),
        event("moved", "{}"),
    ];
    mock.respond("Watch", MockResponse::events(messages).expect("small messages"));
    let config = Config::builder().endpoint_url("https://toy.example.com").transport(mock).build();
    let response = toy_event_streams::blocking::Client::new(config).watch().send()?;
    assert_eq!(response.session, "first");
    let mut scenes = response.into_inner().scenes.blocking();
    let mut next = || scenes.next().expect("an event");
    assert!(matches!(next()?, Scenes::Moved(moved) if moved.to.as_deref() == Some("shelf")));
    let Scenes::Picture(picture) = next()? else { panic!("expected a picture") };
    assert_eq!((picture.title.as_deref(), picture.image.as_deref()), (Some("bear"), Some(&b"not JSON"[..])));
    assert_eq!(next()?, Scenes::Unknown("danced".to_owned()));
    let error = next().expect_err("the toys fall asleep");
    assert!(matches!(error.service(), Some(ServiceError::Asleep(_))), "{error:?}");
    assert_eq!(error.message(), Some("good night"));
    assert!(scenes.next().is_none());
    Ok(())
}

#[test]
fn events_are_sent_in_the_order_of_the_stream() -> Result<(), Error> {
    let mock = MockTransport::new();
    mock.respond("Perform", MockResponse::events([event("moved", "{}")]).expect("a small message"));
    let config = Config::builder().endpoint_url("https://toy.example.com").transport(mock.clone()).build();
    let script = [Script::Move(Moved::new().to("shelf")), Script::Move(Moved::new().to("box"))];
    let call = toy_event_streams::blocking::Client::new(config).perform("A bear moves", script.into_iter().collect());
    let response = call.stage("attic").send()?;
    assert!(matches!(response.into_inner().reviews.blocking().next().expect("an event")?, Scenes::Moved(_)));
    let body = String::from_utf8_lossy(mock.requests()[0].body()).into_owned();
    let places = [r#"{"Title":"A bear moves","Stage":"attic"}"#, r#"{"To":"shelf"}"#, r#"{"To":"box"}"#];
    let places = places.map(|part| body.find(part).expect("it is sent"));
    assert!(places.is_sorted(), "{body}");
    Ok(())
}
"##;

/// A test that calls renamed methods. They were renamed because every client already has methods with the original
/// names.
const METHODS: &str = r#"// Methods that were renamed can be called under their new names.
use toy_reserved_names::{
    Client, Config, Error, operation::get::GetResponse, settings::EndpointSettings, types::Part,
};

#[test]
fn settings() {
    let builder = Config::builder().region("us-east-1").region2("a").credentials(true).retry2("b").into2(true);
    let client = Client::new(builder.use_fips(true).use_fips2(true).use_fips3("c").clone2("d").build());
    let _call = client.clone().into2(toy_reserved_names::types::IntoShape::new(), toy_reserved_names::types::IntoError::new());
    let _response = GetResponse::default();
}

/// This function is compiled but not run.
pub async fn accessors(client: &Client) -> Result<Vec<Part>, Error> {
    let call = client.get().into_future2("a").into_future3("b").prepare2("c").with_options2("d").client("e").new2("f");
    let response = call.send().await?;
    assert!(response.status().is_success() && response.headers().is_empty() && response.attempts() == 1);
    let parts = [response.status2()?, response.headers2()?, response.request_id2()?, response.attempts2()?];
    let more = [response.map2()?, response.into_inner2()?, response.new2()?, response.clone2()?, response.into2()?];
    let rest = [response.try_into2()?, response.to_owned2()?, response.clone_from2()?, response.default2()?];
    Ok(parts.into_iter().chain(more).chain(rest).cloned().collect())
}
"#;

/// Returns a model in which all names are hostile.
fn hostile() -> Source {
    let names: Vec<&str> = [KEYWORDS, PRELUDE, OWN].concat();
    let injection = |index: usize| INJECTIONS[index % INJECTIONS.len()];
    let mut shapes = Map::new();
    let mut operations = Vec::new();
    let mut errors = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let doc = injection(index);
        shapes.insert(format!("h.types#{name}"), structure(&[name], "smithy.api#String", json!({}), doc));
        let enumeration = json!({"value": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": doc}}});
        let traits = json!({"smithy.api#documentation": doc, "smithy.api#deprecated": {"message": doc, "since": doc}});
        shapes.insert(format!("h.enums#{name}"), json!({"type": "enum", "members": enumeration, "traits": traits}));
        // The message of an error may be required, and the other members may have any names.
        let error = structure(&["message", name], "smithy.api#String", json!({"smithy.api#required": {}}), doc);
        shapes.insert(format!("h.errors#{name}"), with_trait(error, "smithy.api#error", json!("client")));
        errors.push(json!({"target": format!("h.errors#{name}")}));
        // The input has the name of the operation. It has a required and an optional member of the same type.
        let mut input = structure(&[name], "smithy.api#String", json!({"smithy.api#required": {}}), doc);
        input["members"]["Listed"] = json!({"target": "h#Texts"});
        shapes.insert(format!("h.inputs#{name}"), input);
        let output = structure(&[name, "New"], &format!("h.types#{name}"), json!({}), doc);
        shapes.insert(format!("h.outputs#{name}"), output);
        operations.push(json!({"target": format!("h.operations#{name}")}));
        shapes.insert(
            format!("h.operations#{name}"),
            json!({
                "type": "operation",
                "input": {"target": format!("h.inputs#{name}")},
                "output": {"target": format!("h.outputs#{name}")},
                "traits": {"smithy.api#documentation": doc}
            }),
        );
    }
    for required in [json!({}), json!({"smithy.api#required": {}})] {
        let kind = if required == json!({}) { "Optional" } else { "Required" };
        let input = structure(&names, "smithy.api#String", required, "All names as members.");
        shapes.insert(format!("h#{kind}Input"), input);
        let target = json!({"target": format!("h#{kind}Input")});
        shapes.insert(format!("h#{kind}"), json!({"type": "operation", "input": target, "errors": errors}));
        operations.push(json!({"target": format!("h#{kind}")}));
    }
    shapes.insert("h#Texts".to_owned(), json!({"type": "list", "member": {"target": "smithy.api#String"}}));
    add_enumerations(&names, &mut shapes);
    add_roots(&names, &mut shapes);
    operations.push(json!({"target": "h#Everything"}));
    shapes.insert(
        "h#Hostile".to_owned(),
        json!({
            "type": "service",
            "version": injection(1),
            "operations": operations,
            "traits": {
                "aws.protocols#awsJson1_1": {},
                "aws.api#service": {"sdkId": injection(5)},
                "smithy.api#title": INJECTIONS.concat(),
                "smithy.api#documentation": INJECTIONS.concat()
            }
        }),
    );
    // Names that differ only in case conflict, unless the model was converted from botocore's format.
    let metadata = json!({"simba.importedFrom": "botocore"});
    let text = json!({"smithy": "2.0", "metadata": metadata, "shapes": shapes}).to_string();
    Source { name: "hostile.json".to_owned(), text }
}

/// Adds an enumeration, a legacy enumeration, an integer enumeration and a union, each with a member for every name or
/// string.
fn add_enumerations(names: &[&str], shapes: &mut Map<String, Value>) {
    let unit = |value: Value| json!({"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": value}});
    let members = |value: fn(usize, &str) -> Value| -> Map<String, Value> {
        names.iter().enumerate().map(|(index, name)| ((*name).to_owned(), unit(value(index, name)))).collect()
    };
    let texts = members(|index, name| json!(format!("{name}{}", INJECTIONS[index % INJECTIONS.len()])));
    shapes.insert("h#AllNames".to_owned(), json!({"type": "enum", "members": texts}));
    let numbers = members(|index, _| json!(index));
    shapes.insert("h#AllNumbers".to_owned(), json!({"type": "intEnum", "members": numbers}));
    let union: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"target": format!("h.types#{name}")}))).collect();
    shapes.insert("h#AllUnion".to_owned(), json!({"type": "union", "members": union}));
    let values = names.iter().chain(INJECTIONS).filter(|value| !value.is_empty());
    let legacy: Vec<Value> = values.map(|value| json!({"value": value})).collect();
    shapes.insert("h#AllLegacy".to_owned(), json!({"type": "string", "traits": {"smithy.api#enum": legacy}}));
}

/// Adds an operation whose output refers to every shape, so that every shape becomes a type.
fn add_roots(names: &[&str], shapes: &mut Map<String, Value>) {
    let mut members = Map::new();
    for (index, name) in names.iter().enumerate() {
        let traits = json!({"smithy.api#documentation": INJECTIONS[index % INJECTIONS.len()]});
        for kind in ["types", "enums"] {
            let target = format!("h.{kind}#{name}");
            members.insert(format!("{kind}{index}"), json!({"target": target, "traits": traits}));
        }
    }
    for kind in ["Names", "Numbers", "Union", "Legacy"] {
        members.insert(kind.to_owned(), json!({"target": format!("h#All{kind}")}));
    }
    shapes.insert("h#EverythingOutput".to_owned(), json!({"type": "structure", "members": members}));
    let output = json!({"target": "h#EverythingOutput"});
    shapes.insert("h#Everything".to_owned(), json!({"type": "operation", "output": output}));
}

/// Returns a structure whose members have these names, the same target and the same traits.
fn structure(names: &[&str], target: &str, traits: Value, doc: &str) -> Value {
    let members: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"target": target, "traits": traits}))).collect();
    json!({"type": "structure", "members": members, "traits": {"smithy.api#documentation": doc}})
}

fn with_trait(mut shape: Value, id: &str, value: Value) -> Value {
    shape["traits"][id] = value;
    shape
}
