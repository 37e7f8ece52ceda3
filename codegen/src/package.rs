//! The parts of a manifest that belong to the owner of a generated crate.

/// The fields of `Cargo.toml` that the owner of a crate sets; those that are `None` get a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The name that the package is published under, by default that of the crate.
    pub name: Option<String>,
    /// The version, by default `0.1.0`.
    pub version: Option<String>,
    /// The license as an SPDX expression, by default absent.
    pub license: Option<String>,
    /// The description, by default made from the service's title.
    pub description: Option<String>,
    /// The URL of the source repository, by default absent.
    pub repository: Option<String>,
    /// Where the crate may be published, by default nowhere.
    pub publish: Option<Publish>,
    /// Whether the crate is the root of a workspace of its own, by default not: it may be a member of another one.
    pub workspace_root: Option<bool>,
}

/// Where a crate may be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publish {
    /// Nowhere.
    Never,
    /// To any registry.
    Anywhere,
    /// To the registries of these names.
    Registries(Vec<String>),
}

impl Package {
    /// Takes the fields that are `None` from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            version: self.version.or(other.version),
            license: self.license.or(other.license),
            description: self.description.or(other.description),
            repository: self.repository.or(other.repository),
            publish: self.publish.or(other.publish),
            workspace_root: self.workspace_root.or(other.workspace_root),
        }
    }
}
