//! The data behind `aws.partition`: the partitions of AWS and their regions.

/// A partition of AWS: a group of regions with its own accounts and DNS names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The name in ARNs, such as `aws` or `aws-cn`.
    pub name: &'static str,
    /// The DNS suffix of endpoints.
    pub dns_suffix: &'static str,
    /// The DNS suffix of dual-stack endpoints.
    pub dual_stack_dns_suffix: &'static str,
    /// Whether the partition has FIPS endpoints.
    pub supports_fips: bool,
    /// Whether the partition has dual-stack endpoints (IPv4 and IPv6).
    pub supports_dual_stack: bool,
    /// The signing region for services that have no regions.
    pub implicit_global_region: &'static str,
    /// The prefixes of region names. A region name consists of a prefix and `WORD-NUMBER`.
    pub region_prefixes: &'static [&'static str],
    /// The regions whose names do not match a prefix.
    pub regions: &'static [&'static str],
}

impl Partition {
    /// Returns whether `region` matches this partition's naming scheme, such as `us-` + `east` + `-` + `1`.
    fn names(&self, region: &str) -> bool {
        self.region_prefixes.iter().filter_map(|prefix| region.strip_prefix(prefix)?.split_once('-')).any(
            |(word, number)| {
                !word.is_empty()
                    && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && !number.is_empty()
                    && number.bytes().all(|b| b.is_ascii_digit())
            },
        )
    }
}

/// All partitions known when the code was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitions {
    /// The partition of regions that match no other partition.
    pub default: Partition,
    /// The other partitions.
    pub others: &'static [Partition],
}

impl Partitions {
    /// Returns the partition of `region`.
    ///
    /// A region that is not listed and does not match a naming scheme belongs to the default partition, so that regions
    /// newer than the data still have an endpoint.
    #[must_use]
    pub fn find(&self, region: &str) -> &Partition {
        let all = || std::iter::once(&self.default).chain(self.others);
        all()
            .find(|partition| partition.regions.contains(&region))
            .or_else(|| all().find(|partition| partition.names(region)))
            .unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn partition(
        name: &'static str,
        region_prefixes: &'static [&'static str],
        regions: &'static [&'static str],
    ) -> Partition {
        Partition {
            name,
            dns_suffix: "example.com",
            dual_stack_dns_suffix: "dual.example.com",
            supports_fips: true,
            supports_dual_stack: true,
            implicit_global_region: "us-east-1",
            region_prefixes,
            regions,
        }
    }

    #[test]
    fn a_region_is_found_by_list_then_by_name_then_by_default() {
        static PARTITIONS: Partitions = Partitions {
            default: partition("main", &["us-", "eu-"], &["main-global"]),
            others: &[partition("iso", &["us-iso-"], &["us-odd-1"]), partition("de", &["eusc-de-"], &[])],
        };
        for (region, expected) in [
            ("us-east-1", "main"),
            ("eu-west-12", "main"),
            ("main-global", "main"),
            ("us-iso-east-1", "iso"),
            ("us-odd-1", "iso"),
            ("eusc-de-east-1", "de"),
            ("mars-north-1", "main"),
            ("", "main"),
        ] {
            assert_eq!(PARTITIONS.find(region).name, expected, "{region}");
        }
        let iso = &PARTITIONS.others[0];
        for not_iso in ["us-iso-east", "us-iso-east-", "us-iso--1", "us-iso-east-1a", "us-iso-a-b-1"] {
            assert!(!iso.names(not_iso), "{not_iso}");
        }
    }
}
