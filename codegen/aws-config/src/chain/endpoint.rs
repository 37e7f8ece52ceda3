//! The default endpoints of the services that issue credentials.

use simba_runtime::endpoint::{Partition, Partitions};

/// Returns the host of a service. The rules are the same for STS, SSO and SSO OIDC.
pub(super) fn host(service: &str, region: &str, use_fips: bool, use_dual_stack: bool) -> String {
    if (service, region, use_fips, use_dual_stack) == ("sts", "aws-global", false, false) {
        return "sts.amazonaws.com".to_owned();
    }
    let partition = PARTITIONS.find(region);
    // In GovCloud, the default endpoints already conform to FIPS. Only the dual-stack endpoints have a FIPS variant.
    let is_fips = partition.name == "aws-us-gov" && !use_dual_stack;
    let fips = if use_fips && !is_fips { "-fips" } else { "" };
    let suffix = if use_dual_stack { partition.dual_stack_dns_suffix } else { partition.dns_suffix };
    format!("{service}{fips}.{region}.{suffix}")
}

/// The data from `models/partitions.json` that the host names depend on. A test compares it with the file, and a
/// differential test compares the host names with those of botocore.
pub(super) static PARTITIONS: Partitions = Partitions {
    default: partition("aws", "amazonaws.com", "api.aws", &[], &[]),
    others: &[
        partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", &["cn-"], &["aws-cn-global"]),
        partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", &["eusc-de-"], &[]),
        partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", &["us-iso-"], &["aws-iso-global"]),
        partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", &["us-isob-"], &["aws-iso-b-global"]),
        partition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", &["eu-isoe-"], &["aws-iso-e-global"]),
        partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", &["us-isof-"], &["aws-iso-f-global"]),
        partition("aws-us-gov", "amazonaws.com", "api.aws", &["us-gov-"], &["aws-us-gov-global"]),
    ],
};

const fn partition(
    name: &'static str,
    dns_suffix: &'static str,
    dual_stack_dns_suffix: &'static str,
    region_prefixes: &'static [&'static str],
    regions: &'static [&'static str],
) -> Partition {
    Partition {
        name,
        dns_suffix,
        dual_stack_dns_suffix,
        supports_fips: true,
        supports_dual_stack: true,
        implicit_global_region: "",
        region_prefixes,
        regions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_those_of_the_models() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/partitions.json");
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let partitions = json["partitions"].as_array().unwrap();
        assert_eq!(partitions.len(), 1 + PARTITIONS.others.len());
        for expected in partitions {
            let outputs = &expected["outputs"];
            let regions = expected["regions"].as_object().unwrap();
            assert!(!regions.is_empty(), "{expected}");
            for region in regions.keys() {
                let found = PARTITIONS.find(region);
                assert_eq!(found.name, expected["id"], "{region}");
                assert_eq!(found.dns_suffix, outputs["dnsSuffix"], "{region}");
                assert_eq!(found.dual_stack_dns_suffix, outputs["dualStackDnsSuffix"], "{region}");
                assert_eq!(found.supports_fips, outputs["supportsFIPS"], "{region}");
                assert_eq!(found.supports_dual_stack, outputs["supportsDualStack"], "{region}");
            }
        }
    }

    #[test]
    fn hosts_follow_partition_fips_and_dual_stack() {
        for (service, region, fips, dual_stack, expected) in [
            ("sts", "eu-west-1", false, false, "sts.eu-west-1.amazonaws.com"),
            ("sts", "eu-west-1", true, false, "sts-fips.eu-west-1.amazonaws.com"),
            ("sts", "eu-west-1", false, true, "sts.eu-west-1.api.aws"),
            ("sts", "eu-west-1", true, true, "sts-fips.eu-west-1.api.aws"),
            ("sts", "us-gov-west-1", true, false, "sts.us-gov-west-1.amazonaws.com"),
            ("sts", "us-gov-west-1", true, true, "sts-fips.us-gov-west-1.api.aws"),
            ("sts", "aws-global", false, false, "sts.amazonaws.com"),
            ("portal.sso", "cn-north-1", false, true, "portal.sso.cn-north-1.api.amazonwebservices.com.cn"),
            ("portal.sso", "us-gov-east-1", true, false, "portal.sso.us-gov-east-1.amazonaws.com"),
            ("oidc", "us-isob-east-1", true, false, "oidc-fips.us-isob-east-1.sc2s.sgov.gov"),
            ("oidc", "eusc-de-east-1", false, false, "oidc.eusc-de-east-1.amazonaws.eu"),
        ] {
            assert_eq!(host(service, region, fips, dual_stack), expected);
        }
    }
}
