//! The table of partitions: turns the regular expressions for regions into what the runtime's
//! small matcher takes, and drops the regions whose names tell their partition.

use crate::ir::endpoint as ir;
use crate::model::endpoint_rules::{Partition, Partitions};

/// Decides on the table.
///
/// # Errors
///
/// Every problem found, each with its place inside `partitions.json`.
pub(super) fn lower(partitions: &Partitions) -> Result<ir::Partitions, Vec<String>> {
    let mut problems = Vec::new();
    let mut lowered = Vec::new();
    for (index, partition) in partitions.list.iter().enumerate() {
        match prefixes(&partition.region_regex) {
            Some(prefixes) => lowered.push((partition, lower_partition(partition, prefixes))),
            None => problems.push(format!(
                "partitions.json: partitions[{index}].regionRegex: cannot match \"{}\"; it has to \
                 be literals and groups of them, then \\-\\w+\\-\\d+",
                partition.region_regex
            )),
        }
    }
    match lowered.iter().position(|(partition, _)| partition.id == "aws") {
        Some(default) => lowered[..=default].rotate_right(1),
        None => {
            problems.push("partitions.json: there is no partition \"aws\", which unknown regions belong to".to_owned())
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut list = with_odd_regions(&lowered);
    let others = list.split_off(1);
    Ok(ir::Partitions { default: list.remove(0), others })
}

/// The partitions, each with the regions that belong to it although their names say otherwise.
fn with_odd_regions(lowered: &[(&Partition, ir::Partition)]) -> Vec<ir::Partition> {
    let named = |region: &str| lowered.iter().find(|(_, partition)| names(partition, region));
    let list = lowered.iter().map(|(model, partition)| {
        let is_odd = |region: &&String| named(region).is_none_or(|(named, _)| named.id != model.id);
        ir::Partition { regions: model.regions.iter().filter(is_odd).cloned().collect(), ..partition.clone() }
    });
    list.collect()
}

fn lower_partition(partition: &Partition, region_prefixes: Vec<String>) -> ir::Partition {
    ir::Partition {
        name: partition.id.clone(),
        dns_suffix: partition.dns_suffix.clone(),
        dual_stack_dns_suffix: partition.dual_stack_dns_suffix.clone(),
        supports_fips: partition.supports_fips,
        supports_dual_stack: partition.supports_dual_stack,
        implicit_global_region: partition.implicit_global_region.clone(),
        region_prefixes,
        regions: Vec::new(),
    }
}

/// Whether the runtime's matcher takes `region` for one of the partition's.
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

/// What may stand before `\w+\-\d+` in a region's name.
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

/// The text that a regular expression starts with, and what follows; `None` if it is none.
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
    fn a_regex_becomes_prefixes_or_nothing() {
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
