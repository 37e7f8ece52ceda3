//! The services that are tested, and the program that calls them.
//!
//! The models come from the botocore that is installed for the tests. Each crate contains only a few operations, so
//! that all crates can be built in about a minute.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde_json::Value;
use simba_cli::files;
use simba_codegen::{Files, Options, Source, import};
use simba_tests::{Crates, generate, program, python, text, workspace};

/// A service: the name of its directory in botocore, and its operations.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) operations: &'static [&'static str],
}

const fn service(name: &'static str, operations: &'static [&'static str]) -> Service {
    Service { name, operations }
}

/// The services that are tested. Those that moto implements come first. For most of the others, a comment lists the
/// features that they add to the test.
pub(crate) const SERVICES: &[Service] = &[
    service("lambda", &["CreateFunction", "DeleteFunction", "GetFunction", "Invoke", "ListFunctions", "UntagResource"]),
    service(
        "apigateway",
        &["CreateRestApi", "DeleteRestApi", "GetExport", "GetRestApi", "GetRestApis", "ImportRestApi", "TagResource"],
    ),
    service(
        "efs",
        &["CreateFileSystem", "DeleteFileSystem", "DescribeFileSystems", "ListTagsForResource", "TagResource"],
    ),
    service("batch", &["DeregisterJobDefinition", "DescribeJobDefinitions", "RegisterJobDefinition"]),
    service("iot", &["CreateThing", "CreateTopicRule", "DeleteThing", "DescribeThing", "GetTopicRule", "ListThings"]),
    service(
        "glacier",
        &[
            "CreateVault",
            "DeleteVault",
            "GetJobOutput",
            "InitiateJob",
            "ListVaults",
            "UploadArchive",
            "UploadMultipartPart",
        ],
    ),
    service(
        "ebs",
        &["CompleteSnapshot", "GetSnapshotBlock", "ListSnapshotBlocks", "PutSnapshotBlock", "StartSnapshot"],
    ),
    service("iot-data", &["Publish", "UpdateThingShadow"]),
    // A greedy label, and numbers and times in headers.
    service("mediastore-data", &["DescribeObject", "GetObject", "ListItems", "PutObject"]),
    // A string as the payload, prefix headers, a map of query parameters, and times in ISO 8601.
    service("dataexchange", &["GetAsset", "SendApiAsset", "UpdateAsset"]),
    // JSON in headers.
    service("lex-runtime", &["PostContent", "PutSession"]),
    // Booleans and integers in headers, and numbers in labels.
    service("appconfig", &["CreateHostedConfigurationVersion", "GetHostedConfigurationVersion", "StopDeployment"]),
    // A label in the host.
    service("neptune-graph", &["ExecuteQuery", "GetQuery"]),
    // A union as the payload.
    service("medical-imaging", &["UpdateImageSetMetadata"]),
    // A document as the payload, a token in a header, and the status.
    service("bedrock-agentcore", &["GetAgentCard"]),
    // Query parameters from a map of lists, and a token in the query string.
    service("amp", &["DeleteAlertManagerDefinition", "ListScrapers"]),
    // Floats in the query string.
    service("geo-maps", &["GetStaticMap"]),
    // Epoch seconds in the query string, and JSON names.
    service("groundstation", &["ListGroundStationReservations"]),
    service("apigatewayv2", &["CreateApi", "GetApis"]),
    // Times in the query string.
    service("bedrock", &["ListCustomModels"]),
    // Lists in headers.
    service("entityresolution", &["BatchDeleteUniqueId"]),
    // Times in headers.
    service("connect", &["UpdateUserNotificationStatus"]),
    // Epoch seconds in bodies.
    service("mediatailor", &["CreateChannel"]),
    // Error messages in a member that is not named `message`.
    service("sso-oidc", &["CreateToken", "RegisterClient"]),
    // Query parameters that are sent as a form in the body.
    service("cloudsearchdomain", &["Search", "Suggest"]),
    // Presigned requests that contain the members of the body in the query string.
    service("polly", &["SynthesizeSpeech"]),
    // A member that contains the URL of the endpoint.
    service("machinelearning", &["Predict"]),
    // The rpcv2Cbor protocol.
    service("partnercentral-revenue-measurement", &[]),
];

/// Builds the program, and returns its path. Returns `None` if there is no Python.
pub(crate) fn build() -> Option<PathBuf> {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "services");
    let mut table = Table::default();
    let mut manifest = MANIFEST.to_owned();
    for (service, source) in SERVICES.iter().zip(sources(&python()?)) {
        let name = crate_name(service.name);
        let operations = service.operations.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let operations = (!operations.is_empty()).then_some(operations);
        let overlays = files::overlays(std::slice::from_ref(&source)).unwrap();
        overlays.iter().for_each(|overlay| check_overlay(overlay, &source));
        let sources: Vec<_> = std::iter::once(source).chain(overlays).collect();
        let files = generate(&sources, &Options { operations, ..Crates::options(&name) }).files;
        table.add(service.name, &name, &files);
        let _ = writeln!(
            manifest,
            "{name} = {{ path = \"../{name}\", default-features = false, features = [\"blocking\", \"testing\"] }}"
        );
        crates.add(&name, &files);
    }
    let program = |text: &str| text.to_owned();
    let files = Files::from([
        ("Cargo.toml".to_owned(), manifest),
        ("src/main.rs".to_owned(), program(include_str!("program/main.rs"))),
        ("src/calls.rs".to_owned(), program(include_str!("program/calls.rs"))),
        ("src/moto.rs".to_owned(), program(include_str!("program/moto.rs"))),
        ("src/table.rs".to_owned(), table.text()),
    ]);
    crates.add(PROGRAM, &files);
    Some(crates.build(PROGRAM))
}

const PROGRAM: &str = "call-services";

const MANIFEST: &str = "\
[package]
name = \"call-services\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[features]

[dependencies]
serde_json = \"1\"
";

fn crate_name(service: &str) -> String {
    service.replace('-', "_")
}

/// Checks that no shape in the overlay was omitted because its name is wrong. A service may have a different name in
/// the model.
fn check_overlay(overlay: &Source, model: &Source) {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (used, whole) = (parse(&overlay.text), parse(&text(&workspace().join(&overlay.name))));
    let services = &whole["metadata"]["simba.overlay"];
    let is_service =
        |id: &str| services == id || services.as_array().is_some_and(|ids| ids.iter().any(|one| one == id));
    for id in whole["shapes"].as_object().unwrap().keys() {
        assert!(used["shapes"].get(id).is_some() || is_service(id), "{}: {id} is not in {}", overlay.name, model.name);
    }
}

/// Returns the models of all services.
fn sources(python: &Path) -> Vec<Source> {
    let script = workspace().join("tests/tests/services/models.py");
    let output = program(python).arg(script).args(SERVICES.iter().map(|service| service.name)).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| source(&serde_json::from_str(line).unwrap())).collect()
}

fn source(files: &Value) -> Source {
    let file = |name: &str| files.get(name);
    let imported = import::import(&import::Source {
        service: &files["service-2"],
        paginators: file("paginators-1"),
        waiters: file("waiters-2"),
        examples: None,
        endpoint_rules: file("endpoint-rule-set-1"),
        additions: None,
    });
    let model = imported.unwrap_or_else(|problems| panic!("{problems:?}")).model;
    Source { name: "model.json".to_owned(), text: model.to_string() }
}

/// The source code of the table of operations.
#[derive(Default)]
struct Table {
    operations: String,
    errors: String,
}

impl Table {
    fn add(&mut self, service: &str, name: &str, files: &Files) {
        let of = |directory: &'static str| {
            files.iter().filter_map(move |(path, text)| {
                Some((path.strip_prefix(directory)?.strip_suffix(".rs")?, text.as_str()))
            })
        };
        for (module, text) in of("src/operation/") {
            let request = between(text, "impl operation::Request for ", " {").unwrap();
            let response = between(text, "type Response = ", ";").unwrap();
            let set = match members(text, request).find(|member| member.is_stream) {
                Some(Member { field, .. }) => format!("|request, stream| request.{field} = stream"),
                None => "|_, _| ()".to_owned(),
            };
            let json = match members(text, response).any(|member| member.is_stream) {
                true => object(members(text, response)),
                false => "|response| json(&response)".to_owned(),
            };
            let path = format!("{name}::operation::{module}::{request}");
            let _ = writeln!(self.operations, "        operation::<{path}>({service:?}, {name}_error, {set}, {json}),");
        }
        let _ = writeln!(
            self.errors,
            "\nfn {name}_error(error: &(dyn Error + 'static)) -> Option<Value> {{\n    let _ = error;\n    None"
        );
        for (_, text) in of("src/error/") {
            for error in structures(text) {
                let _ = writeln!(self.errors, "        .or_else(|| structure::<{name}::error::{error}>(error))");
            }
        }
        let _ = writeln!(self.errors, "}}");
    }

    fn text(&self) -> String {
        let Self { operations, errors } = self;
        format!(
            "use std::error::Error;\n\nuse serde_json::Value;\n\n\
             use crate::calls::{{Operation, json, object, operation, stream, structure}};\n\n\
             #[allow(deprecated)]\npub(crate) fn operations() -> Vec<Operation> {{\n    vec![\n{operations}    ]\n}}\n{errors}"
        )
    }
}

/// A member of a structure.
struct Member<'a> {
    name: &'a str,
    field: &'a str,
    is_stream: bool,
}

/// Returns the members of a structure, from the rows of its schema.
fn members<'a>(text: &'a str, structure: &str) -> impl Iterator<Item = Member<'a>> {
    let rows = between(text, &format!("\n    {structure}: \""), "\n}").unwrap_or_default();
    rows.lines().skip(1).filter_map(|row| {
        let (name, rest) = row.split_once('"')?.1.split_once("\" ")?;
        let is_stream = between(rest, "[", "]").is_some_and(|traits| traits.contains("Streaming"));
        Some(Member { name, field: rest.split_once(':')?.0, is_stream })
    })
}

/// Returns the code that converts an output with a stream to JSON.
fn object<'a>(members: impl Iterator<Item = Member<'a>>) -> String {
    let members = members.map(|Member { name, field, is_stream }| match is_stream {
        true => format!("({name:?}, stream(response.{field}))"),
        false => format!("({name:?}, json(&response.{field}))"),
    });
    format!("|response| object([{}])", members.collect::<Vec<_>>().join(", "))
}

/// Returns the part of a string between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

/// Returns the names of the structures in a file.
fn structures(text: &str) -> impl Iterator<Item = &str> {
    let names = text.lines().filter_map(|line| line.strip_prefix("pub struct "));
    names.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
}
