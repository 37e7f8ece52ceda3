//! The fields of a manifest that are set by the owner of a generated crate.

/// The fields of `Cargo.toml` that are set by the owner of a crate. If a field is `None`, its default is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The name of the package. The default is the name of the crate.
    pub name: Option<String>,
    /// The version. The default is `0.1.0`.
    pub version: Option<String>,
    /// The license, as an SPDX expression. By default, there is none.
    pub license: Option<String>,
    /// The path of the file with the license text, relative to the directory of the crate. By default, there is none.
    pub license_file: Option<String>,
    /// The description. The default contains the title of the service.
    pub description: Option<String>,
    /// The URL of the source repository. By default, there is none.
    pub repository: Option<String>,
    /// The registries to which the crate may be published. By default, the crate must not be published.
    pub publish: Option<Publish>,
    /// Whether the crate is the root of a workspace. By default, it is not, so that it can be a member of another
    /// workspace.
    pub workspace_root: Option<bool>,
}

/// The registries to which a crate may be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publish {
    /// The crate must not be published.
    Never,
    /// The crate may be published to any registry.
    Anywhere,
    /// The crate may be published to the registries with these names.
    Registries(Vec<String>),
}

impl Package {
    /// Replaces the fields that are `None` with those of `other`. A license and the file of a license replace each
    /// other, so both are kept if either is set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let (license, license_file) = match (self.license, self.license_file) {
            (None, None) => (other.license, other.license_file),
            set => set,
        };
        Self {
            name: self.name.or(other.name),
            version: self.version.or(other.version),
            license,
            license_file,
            description: self.description.or(other.description),
            repository: self.repository.or(other.repository),
            publish: self.publish.or(other.publish),
            workspace_root: self.workspace_root.or(other.workspace_root),
        }
    }
}

/// Returns the dependency on `simba-aws-config` that corresponds to a dependency on the runtime. A path is replaced
/// with the path of `simba-aws-config` in the same parent directory, since a path refers to a single package.
pub(crate) fn aws_config_beside(runtime: &str) -> String {
    let beside = || {
        let (before, rest) = runtime.split_once("path")?;
        let (equals, rest) = rest.split_once('"').filter(|(equals, _)| equals.trim() == "=")?;
        let (path, after) = rest.split_once('"')?;
        let start = path.trim_end_matches('/').rfind('/').map_or(0, |slash| slash + 1);
        let (parent, directory) = path.split_at(start);
        let directory = directory.replace("runtime", "aws-config");
        Some(format!("{before}path{equals}\"{parent}{directory}\"{after}"))
    };
    beside().unwrap_or_else(|| runtime.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_aws_config_is_next_to_that_of_the_runtime() {
        for (runtime, expected) in [
            (r#"{ path = "../runtime/codegen/runtime" }"#, r#"{ path = "../runtime/codegen/aws-config" }"#),
            (r#"{path="vendor/simba-runtime/", version = "1"}"#, r#"{path="vendor/simba-aws-config/", version = "1"}"#),
            (r#"{ path = "runtime" }"#, r#"{ path = "aws-config" }"#),
            (r#"{ git = "https://example.com/path/runtime" }"#, r#"{ git = "https://example.com/path/runtime" }"#),
            (r#""0.1""#, r#""0.1""#),
            ("", ""),
        ] {
            assert_eq!(aws_config_beside(runtime), expected);
        }
    }
}
