//! Converts botocore's models of the services with supported protocols to Smithy.
//!
//! The models are read from the directory of an unpacked botocore. The conversion is that of `cargo xtask import`, but
//! without additions, and with AWS's endpoint tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use simba_codegen::Source;

use crate::import::{self, Files};

/// A model, or the reason why it cannot be converted.
pub(crate) struct Model {
    /// The name of the model's file or directory.
    pub(crate) name: String,
    pub(crate) sources: Result<Vec<Source>, String>,
}

/// Returns the model of the newest version of each service with a supported protocol, ordered by name. The models
/// include AWS's tests for the endpoint rules.
pub(crate) fn models(botocore: &Path) -> Result<Vec<Model>, String> {
    let models = names(botocore)?.into_iter().map(|name| model(botocore, &name));
    models.filter_map(Result::transpose).collect()
}

/// Returns the names of all services, including those without a supported protocol.
pub(crate) fn names(botocore: &Path) -> Result<Vec<String>, String> {
    let data = botocore.join("botocore/data");
    Ok(directories(&data)?.into_iter().filter(|name| import::service_directory(name, &data).is_ok()).collect())
}

/// Returns the model of the newest version of a service, or `None` if its protocol is not supported. The model includes
/// AWS's tests for the endpoint rules.
pub(crate) fn model(botocore: &Path, name: &str) -> Result<Option<Model>, String> {
    let directory = import::service_directory(name, &botocore.join("botocore/data"))?;
    let files = Files::read(&directory, Path::new(""))?;
    let tests = botocore.join("tests/functional/endpoint-rules").join(name).join("endpoint-tests-1.json");
    let model = || Model { sources: convert(name, &files, &tests), name: name.to_owned() };
    Ok(files.is_supported().then(model))
}

/// Serializes a Smithy model, after adding the given traits to its service.
pub(crate) fn source(name: &str, mut model: Value, traits: Vec<(&str, Value)>) -> Source {
    let shapes = model.get_mut("shapes").and_then(Value::as_object_mut);
    let is_service = |shape: &&mut Value| shape.get("type").and_then(Value::as_str) == Some("service");
    let service = shapes.and_then(|shapes| shapes.values_mut().find(is_service));
    if let Some(service) = service.and_then(Value::as_object_mut) {
        let own = service.entry("traits").or_insert_with(|| json!({}));
        if let Some(own) = own.as_object_mut() {
            own.extend(traits.into_iter().map(|(id, value)| (id.to_owned(), value)));
        }
    }
    Source { name: format!("{name}.json"), text: model.to_string() }
}

fn convert(name: &str, files: &Files, tests: &Path) -> Result<Vec<Source>, String> {
    let import =
        files.import().map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let mut traits = Vec::new();
    if tests.is_file() {
        let text = fs::read_to_string(tests).map_err(|error| format!("{}: {error}", tests.display()))?;
        let tests = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", tests.display()))?;
        traits.push(("smithy.rules#endpointTests", tests));
    }
    Ok(vec![source(name, import.model, traits)])
}

fn directories(data: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(data).map_err(|error| format!("{}: {error}", data.display()))?;
    let directories = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path: &PathBuf| path.is_dir());
    let mut names: Vec<String> = directories.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}
