//! Reads the table of partitions. The regular expressions for regions are converted to prefixes, since the runtime
//! supports only prefixes.

use serde_json::Value as Json;

use crate::ir::endpoint as ir;

use super::reader::{Reader, join};

/// Reads AWS's `partitions.json`.
///
/// # Errors
///
/// Returns every problem with its location in the file.
pub(super) fn read(text: &str) -> Result<ir::Partitions, Vec<String>> {
    let file: Json = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut reader = Reader::default();
    let partitions = partitions(&mut reader, &file);
    match partitions {
        Some(partitions) if reader.problems.is_empty() => Ok(partitions),
        _ => Err(reader.problems),
    }
}

fn partitions(reader: &mut Reader, file: &Json) -> Option<ir::Partitions> {
    let object = reader.object("", file)?;
    reader.only("", object, &["partitions", "version"]);
    let items = reader.required("", object, "partitions", Reader::items)?;
    let mut list: Vec<_> = items.into_iter().filter_map(|(at, json)| partition(reader, &at, json)).collect();
    let Some(default) = list.iter().position(|partition| partition.name == "aws") else {
        return reader.problem("partitions", "missing partition `aws`, the default for unknown regions");
    };
    list[..=default].rotate_right(1);
    let mut list = without_regular_regions(&list);
    let others = list.split_off(1);
    Some(ir::Partitions { default: list.pop()?, others })
}

/// Returns the partitions without the regions that the runtime can find by the prefixes of their names.
fn without_regular_regions(list: &[ir::Partition]) -> Vec<ir::Partition> {
    let named = |region: &str| list.iter().find(|partition| names(partition, region));
    let partitions = list.iter().map(|partition| {
        let is_irregular = |region: &&String| named(region).is_none_or(|named| named.name != partition.name);
        let regions = partition.regions.iter().filter(is_irregular).cloned().collect();
        ir::Partition { regions, ..partition.clone() }
    });
    partitions.collect()
}

fn partition(reader: &mut Reader, at: &str, json: &Json) -> Option<ir::Partition> {
    let object = reader.object(at, json)?;
    reader.only(at, object, &["id", "regionRegex", "regions", "outputs"]);
    let mut regions = Vec::new();
    for (at, name, json) in reader.required(at, object, "regions", Reader::members)? {
        let region = reader.object(&at, json)?;
        reader.only(&at, region, &["description"]);
        regions.push(name.to_owned());
    }
    let name = reader.required(at, object, "id", Reader::string)?.to_owned();
    let regex = reader.required(at, object, "regionRegex", Reader::string)?;
    let Some(region_prefixes) = prefixes(regex) else {
        let message = format!(
            "unsupported regular expression `{regex}`; expected literals and groups of literals, then `\\-\\w+\\-\\d+`"
        );
        return reader.problem(&join(at, "regionRegex"), &message);
    };
    let outputs = reader.required(at, object, "outputs", Reader::object)?;
    let at = join(at, "outputs");
    // `name` is not read, since it is equal to the partition's ID.
    let known =
        ["name", "dnsSuffix", "dualStackDnsSuffix", "supportsFIPS", "supportsDualStack", "implicitGlobalRegion"];
    reader.only(&at, outputs, &known);
    Some(ir::Partition {
        name,
        dns_suffix: reader.required(&at, outputs, "dnsSuffix", Reader::string)?.to_owned(),
        dual_stack_dns_suffix: reader.required(&at, outputs, "dualStackDnsSuffix", Reader::string)?.to_owned(),
        supports_fips: reader.required(&at, outputs, "supportsFIPS", Reader::bool)?,
        supports_dual_stack: reader.required(&at, outputs, "supportsDualStack", Reader::bool)?,
        implicit_global_region: reader.required(&at, outputs, "implicitGlobalRegion", Reader::string)?.to_owned(),
        region_prefixes,
        regions,
    })
}

/// Returns whether the runtime finds `region` in the partition by a prefix of the region's name.
fn names(partition: &ir::Partition, region: &str) -> bool {
    let rest = partition.region_prefixes.iter();
    rest.filter_map(|prefix| region.strip_prefix(prefix.as_str())?.split_once('-')).any(|(word, number)| {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        !word.is_empty()
            && word.bytes().all(is_word)
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Returns the prefixes that precede `\w+\-\d+` in a regular expression for regions, or `None` if it has a different
/// form.
fn prefixes(regex: &str) -> Option<Vec<String>> {
    let mut rest = regex.strip_prefix('^')?.strip_suffix(r"\w+\-\d+$")?;
    let mut prefixes = vec![String::new()];
    while !rest.is_empty() {
        let alternatives = if let Some(group) = rest.strip_prefix('(') {
            let (group, after) = group.split_once(')')?;
            rest = after;
            let words = group.split('|').map(|word| literal(word).filter(|(_, rest)| rest.is_empty()));
            words.map(|word| word.map(|(word, _)| word)).collect::<Option<Vec<_>>>()?
        } else {
            let (word, after) = literal(rest)?;
            rest = after;
            vec![word]
        };
        prefixes =
            prefixes.iter().flat_map(|prefix| alternatives.iter().map(move |word| format!("{prefix}{word}"))).collect();
    }
    prefixes.iter().all(|prefix| prefix.ends_with('-')).then_some(prefixes)
}

/// Splits a regular expression into the literal string at its start and the rest. Returns `None` if it does not start
/// with a literal string.
fn literal(regex: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = regex;
    loop {
        let mut chars = rest.chars();
        match chars.next() {
            Some('\\') => match chars.next()? {
                c @ ('-' | '.') => text.push(c),
                _ => return None,
            },
            Some(c) if c.is_ascii_alphanumeric() || c == '-' => text.push(c),
            _ => break,
        }
        rest = chars.as_str();
    }
    (!text.is_empty()).then_some((text, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supported_regex_becomes_prefixes() {
        let some = |prefixes: &[&str]| Some(prefixes.iter().map(|p| (*p).to_owned()).collect());
        assert_eq!(prefixes(r"^(us|eu)\-\w+\-\d+$"), some(&["us-", "eu-"]));
        assert_eq!(prefixes(r"^us\-iso\-\w+\-\d+$"), some(&["us-iso-"]));
        assert_eq!(prefixes(r"^eusc\-(de|fr)\-\w+\-\d+$"), some(&["eusc-de-", "eusc-fr-"]));
        for unknown in [
            r"^us\-\w+\-\d$",
            r"us\-\w+\-\d+$",
            r"^us-?\-\w+\-\d+$",
            r"^(us|e+)\-\w+\-\d+$",
            r"^us\w+\-\d+$",
            r"^(us\-\w+\-\d+$",
            r"^\w+\-\d+$",
        ] {
            assert_eq!(prefixes(unknown), None, "{unknown}");
        }
    }
}
