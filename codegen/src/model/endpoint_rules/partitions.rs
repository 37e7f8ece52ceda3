//! The partitions of the cloud, as AWS's `partitions.json` lists them.

use serde_json::{Map, Value as Json};

use super::json::{Reader, join};

/// All partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitions {
    /// In the file's order.
    pub(crate) list: Vec<Partition>,
}

/// A separate part of the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// Its name in ARNs.
    pub(crate) id: String,
    /// What the names of its regions look like, a regular expression.
    pub(crate) region_regex: String,
    /// The names of its regions.
    pub(crate) regions: Vec<String>,
    /// What the names of its endpoints end in.
    pub(crate) dns_suffix: String,
    /// What the names of its endpoints for IPv4 and IPv6 end in.
    pub(crate) dual_stack_dns_suffix: String,
    /// Whether it has endpoints that conform to FIPS 140.
    pub(crate) supports_fips: bool,
    /// Whether it has endpoints for IPv4 and IPv6.
    pub(crate) supports_dual_stack: bool,
    /// The region that services without regions sign for.
    pub(crate) implicit_global_region: String,
}

/// Reads `partitions.json`.
///
/// # Errors
///
/// Every problem found, each with its place inside the file.
pub(crate) fn partitions(file: &Json) -> Result<Partitions, Vec<String>> {
    let mut reader = Reader::default();
    let list = list(&mut reader, file);
    reader.finish(list.map(|list| Partitions { list }))
}

fn list(reader: &mut Reader, json: &Json) -> Option<Vec<Partition>> {
    let object = reader.object("", json)?;
    reader.only("", object, &["partitions", "version"]);
    let list = reader.member("", object, "partitions")?;
    let list = reader.array("partitions", list)?;
    reader.each("partitions", list, partition)
}

fn partition(reader: &mut Reader, at: &str, json: &Json) -> Option<Partition> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["id", "regionRegex", "regions", "outputs"]);
    let regions = reader.member(at, object, "regions")?;
    let regions = reader.object(&join(at, "regions"), regions)?;
    let regions = reader.each_member(&join(at, "regions"), regions, |reader, at, name, json| {
        let region = reader.object(at, json)?;
        reader.only(at, region, &["description"]);
        Some(name.to_owned())
    })?;
    let outputs = reader.member(at, object, "outputs")?;
    let outputs_at = join(at, "outputs");
    let outputs = reader.object(&outputs_at, outputs)?;
    // `name` repeats the partition's id.
    reader.only(
        &outputs_at,
        outputs,
        &["name", "dnsSuffix", "dualStackDnsSuffix", "supportsFIPS", "supportsDualStack", "implicitGlobalRegion"],
    );
    Some(Partition {
        id: text(reader, at, object, "id")?,
        region_regex: text(reader, at, object, "regionRegex")?,
        regions,
        dns_suffix: text(reader, &outputs_at, outputs, "dnsSuffix")?,
        dual_stack_dns_suffix: text(reader, &outputs_at, outputs, "dualStackDnsSuffix")?,
        supports_fips: flag(reader, &outputs_at, outputs, "supportsFIPS")?,
        supports_dual_stack: flag(reader, &outputs_at, outputs, "supportsDualStack")?,
        implicit_global_region: text(reader, &outputs_at, outputs, "implicitGlobalRegion")?,
    })
}

fn text(reader: &mut Reader, at: &str, object: &Map<String, Json>, key: &str) -> Option<String> {
    let json = reader.member(at, object, key)?;
    reader.string(&join(at, key), json)
}

fn flag(reader: &mut Reader, at: &str, object: &Map<String, Json>, key: &str) -> Option<bool> {
    let json = reader.member(at, object, key)?;
    reader.bool(&join(at, key), json)
}
