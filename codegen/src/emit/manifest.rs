//! The crate's `Cargo.toml`.

use std::fmt::Write as _;

use crate::{
    Package, Publish, Tests,
    ir::{Checksum, Compression, Service},
};

/// The parts of the manifest that do not come from the model.
#[derive(Clone, Debug)]
pub(crate) struct Manifest<'a> {
    /// The dependency on the runtime, as TOML, such as `{ path = "../../codegen/runtime" }`.
    pub(crate) runtime: &'a str,
    /// The dependency on `simba-aws-config`, as TOML.
    pub(crate) aws_config: &'a str,
    /// The fields that the owner of the crate sets.
    pub(crate) package: &'a Package,
    /// Whether the crate contains tests that are generated from the protocol tests in its model.
    pub(crate) tests: Tests,
}

impl Manifest<'_> {
    /// Returns the contents of `Cargo.toml`.
    pub(crate) fn text(&self, service: &Service) -> String {
        let mut text = concat!("# ", notice!(), "\n\n").to_owned();
        text.push_str(&package_table(self.package, service));
        text.push_str(DOCS_RS);
        text.push_str("\n[features]\n");
        let applies = |feature: &&str| service.is_aws || !needs_aws(feature);
        for (feature, enables) in FEATURES.into_iter().filter(|(feature, _)| applies(feature)) {
            let http2 = (feature == "default" && service.requires_http2()).then_some(&HTTP2);
            let enables = enables.iter().filter(|enabled| applies(enabled)).chain(http2);
            let enables: Vec<String> = enables.map(|enabled| format!("\"{enabled}\"")).collect();
            let _ = writeln!(text, "{feature} = [{}]", enables.join(", "));
        }
        text.push_str("\n[dependencies]\n");
        if service.is_aws {
            let _ = writeln!(text, "simba-aws-config = {}", dependency(self.aws_config, &[]));
        }
        let _ = writeln!(text, "simba-runtime = {}", dependency(self.runtime, &runtime_features(service)));
        if self.tests == Tests::Emit {
            let runtime = dependency(self.runtime, &["protocol-tests"]);
            let _ = write!(
                text,
                "
[dev-dependencies]
simba-runtime = {runtime}
"
            );
        }
        if self.package.workspace_root == Some(true) {
            text.push_str("\n[workspace]\n");
        }
        text
    }
}

/// Returns the `package` table, followed by a `lib` table if the library has a different name than the package.
fn package_table(package: &Package, service: &Service) -> String {
    let default = format!("A client for {}.", service.title);
    let description = package.description.as_deref().unwrap_or(&default);
    let publish = match &package.publish {
        None | Some(Publish::Never) => "false".to_owned(),
        Some(Publish::Anywhere) => "true".to_owned(),
        Some(Publish::Registries(names)) => {
            let names: Vec<String> = names.iter().map(|name| string(name)).collect();
            format!("[{}]", names.join(", "))
        }
    };
    let mut table = format!(
        "[package]\nname = \"{}\"\ndescription = {}\nversion = {}\nedition = \"2024\"\nrust-version = \"1.88\"\n",
        package.name.as_deref().unwrap_or(&service.crate_name),
        string(description),
        string(package.version.as_deref().unwrap_or("0.1.0")),
    );
    let optional =
        [("license", &package.license), ("license-file", &package.license_file), ("repository", &package.repository)];
    for (key, value) in optional {
        if let Some(value) = value {
            let _ = writeln!(table, "{key} = {}", string(value));
        }
    }
    let _ = writeln!(table, "publish = {publish}");
    if package.name.as_ref().is_some_and(|name| *name != service.crate_name) {
        let _ = write!(table, "\n[lib]\nname = \"{}\"\n", service.crate_name.replace('-', "_"));
    }
    table
}

/// Returns a basic TOML string. It is escaped like a JSON string, except that the delete character is also escaped.
fn string(value: &str) -> String {
    serde_json::Value::String(value.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

/// The settings for docs.rs. They enable all features, so that the documentation contains all items, each with the
/// feature that it requires.
const DOCS_RS: &str = "\n[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n";

/// The features of the crate, each with the features of dependencies that it enables.
const FEATURES: [(&str, &[&str]); 12] = [
    ("default", &["rustls", "credentials", "login", "serde"]),
    ("rustls", &["simba-runtime/rustls"]),
    ("aws-lc", &["simba-runtime/aws-lc"]),
    (HTTP2, &["simba-runtime/http2"]),
    ("credentials", &["simba-aws-config/credentials"]),
    ("login", &["simba-aws-config/login"]),
    ("aws-config", &["simba-runtime/aws-config"]),
    ("blocking", &["simba-aws-config/blocking", "simba-runtime/blocking"]),
    ("serde", &["simba-runtime/serde"]),
    ("serde_json", &["simba-runtime/serde_json"]),
    ("testing", &["simba-runtime/testing"]),
    ("tracing", &["simba-aws-config/tracing", "simba-runtime/tracing"]),
];

/// Returns whether a feature exists only in crates for AWS services.
fn needs_aws(feature: &str) -> bool {
    matches!(feature, "credentials" | "login" | "aws-config") || feature.starts_with("simba-aws-config/")
}

/// The feature that is enabled by default if an operation requires HTTP/2. The blocking client does not support HTTP/2,
/// so users must be able to disable the feature. The dependency on the runtime therefore does not enable it.
const HTTP2: &str = "http2";

/// Returns the features of the runtime that this service needs.
fn runtime_features(service: &Service) -> Vec<&'static str> {
    let mut features = service.protocol.features.to_vec();
    if service.has_event_streams() {
        features.push("event-stream");
    }
    if service.operations.iter().any(|operation| operation.compression == Compression::Gzip) {
        features.push("gzip");
    }
    if service.operations.iter().any(|operation| operation.checksum == Checksum::Md5) {
        features.push("md5");
    }
    if service.operations.iter().any(|operation| operation.checksum == Checksum::TreeHash) {
        features.push("tree-hash");
    }
    if service.may_use_sigv4a() {
        features.push("sigv4a");
    }
    if service.may_use_http_auth() {
        features.push("http-auth");
    }
    features
}

/// Returns a dependency without default features. `line` is the TOML value that the user specified: a version, or a
/// table.
fn dependency(line: &str, features: &[&str]) -> String {
    let line = line.trim();
    let keys = match line.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(keys) => keys.trim().trim_end_matches(',').to_owned(),
        None => format!("version = {line}"),
    };
    let mut text = format!("{{ {keys}, default-features = false");
    if !features.is_empty() {
        let features: Vec<String> = features.iter().map(|feature| format!("\"{feature}\"")).collect();
        let _ = write!(text, ", features = [{}]", features.join(", "));
    }
    text.push_str(" }");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_for_toml() {
        assert_eq!(string("a \"b\" \\ \n\u{7f}\u{1b}"), r#""a \"b\" \\ \n\u007f\u001b""#);
    }

    #[test]
    fn a_dependency_is_a_version_or_a_table() {
        assert_eq!(dependency("\"0.1\"", &[]), "{ version = \"0.1\", default-features = false }");
        assert_eq!(
            dependency("{ path = \"../runtime\" }", &["gzip"]),
            "{ path = \"../runtime\", default-features = false, features = [\"gzip\"] }"
        );
    }
}
