//! The endpoints of AWS Sign-In.

use crate::chain::endpoint::PARTITIONS;

/// Returns the host of AWS Sign-In.
pub(super) fn host(region: &str, use_fips: bool, use_dual_stack: bool) -> String {
    let partition = PARTITIONS.find(region);
    let domain = match partition.name {
        "aws" => "aws.amazon.com",
        "aws-cn" => "amazonaws.cn",
        "aws-eusc" => "amazonaws-eusc.eu",
        "aws-iso" => "c2shome.ic.gov",
        "aws-iso-b" => "sc2shome.sgov.gov",
        "aws-iso-e" => "csphome.adc-e.uk",
        "aws-iso-f" => "csphome.hci.ic.gov",
        "aws-us-gov" => "amazonaws-us-gov.com",
        _ => partition.dns_suffix,
    };
    match (use_fips, use_dual_stack) {
        (false, false) => format!("{region}.signin.{domain}"),
        (true, false) if region == "us-gov-west-1" => format!("signin-fips.{domain}"),
        (true, false) if partition.name == "aws-us-gov" => format!("{region}.signin-fips.{domain}"),
        (true, false) => format!("signin-fips.{region}.{}", partition.dns_suffix),
        (false, true) => format!("signin.{region}.{}", partition.dual_stack_dns_suffix),
        (true, true) => format!("signin-fips.{region}.{}", partition.dual_stack_dns_suffix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_follow_partition_fips_and_dual_stack() {
        for (region, fips, dual_stack, expected) in [
            ("us-east-1", false, false, "us-east-1.signin.aws.amazon.com"),
            ("us-east-1", true, false, "signin-fips.us-east-1.amazonaws.com"),
            ("us-east-1", false, true, "signin.us-east-1.api.aws"),
            ("us-east-1", true, true, "signin-fips.us-east-1.api.aws"),
            ("cn-north-1", false, false, "cn-north-1.signin.amazonaws.cn"),
            ("cn-north-1", false, true, "signin.cn-north-1.api.amazonwebservices.com.cn"),
            ("us-gov-west-1", false, false, "us-gov-west-1.signin.amazonaws-us-gov.com"),
            ("us-gov-west-1", true, false, "signin-fips.amazonaws-us-gov.com"),
            ("us-gov-east-1", true, false, "us-gov-east-1.signin-fips.amazonaws-us-gov.com"),
            ("us-gov-west-1", false, true, "signin.us-gov-west-1.api.aws"),
            ("us-iso-east-1", false, false, "us-iso-east-1.signin.c2shome.ic.gov"),
            ("us-isob-east-1", false, false, "us-isob-east-1.signin.sc2shome.sgov.gov"),
            ("eu-isoe-west-1", false, false, "eu-isoe-west-1.signin.csphome.adc-e.uk"),
            ("us-isof-south-1", false, false, "us-isof-south-1.signin.csphome.hci.ic.gov"),
            ("eusc-de-east-1", false, false, "eusc-de-east-1.signin.amazonaws-eusc.eu"),
        ] {
            assert_eq!(host(region, fips, dual_stack), expected);
        }
    }
}
