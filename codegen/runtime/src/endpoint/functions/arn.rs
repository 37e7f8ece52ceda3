//! Amazon Resource Names, as `aws.parseArn` parses them.

/// The parts of an Amazon Resource Name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account_id: &'a str,
    resource_id: Vec<&'a str>,
}

impl<'a> Arn<'a> {
    /// Returns the partition, such as `aws`.
    #[must_use]
    pub fn partition(&self) -> &'a str {
        self.partition
    }

    /// Returns the service, such as `s3`.
    #[must_use]
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// Returns the region, which is empty for global resources.
    #[must_use]
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// Returns the account ID, which is empty for resources without an account.
    #[must_use]
    pub fn account_id(&self) -> &'a str {
        self.account_id
    }

    /// Returns the resource ID, split at `:` and `/`.
    #[must_use]
    pub fn resource_id(&self) -> &[&'a str] {
        &self.resource_id
    }
}

/// Implements `aws.parseArn`: parses `arn:partition:service:region:account:resource`.
///
/// Returns `None` if a part is missing, or if the partition, the service or the resource is empty.
#[must_use]
pub fn parse_arn(arn: &str) -> Option<Arn<'_>> {
    let mut parts = arn.splitn(6, ':');
    if parts.next()? != "arn" {
        return None;
    }
    let arn = Arn {
        partition: parts.next()?,
        service: parts.next()?,
        region: parts.next()?,
        account_id: parts.next()?,
        resource_id: parts.next()?.split([':', '/']).collect(),
    };
    let complete = !arn.partition.is_empty() && !arn.service.is_empty() && arn.resource_id != [""];
    complete.then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts_of_which_three_may_not_be_empty() {
        let arn = parse_arn("arn:aws:ec2:us-east-1:012345678910:vpc/vpc-1:x").unwrap();
        assert_eq!(
            (arn.partition(), arn.service(), arn.region(), arn.account_id()),
            ("aws", "ec2", "us-east-1", "012345678910")
        );
        assert_eq!(arn.resource_id(), ["vpc", "vpc-1", "x"]);

        let global = parse_arn("arn:aws:s3:::bucket").unwrap();
        assert_eq!((global.region(), global.account_id()), ("", ""));

        for bad in [
            "",
            "arn",
            "arn:aws:s3::bucket",
            "arn::s3:::bucket",
            "arn:aws::::bucket",
            "arn:aws:s3:::",
            "urn:aws:s3:::bucket",
        ] {
            assert_eq!(parse_arn(bad), None, "{bad}");
        }
    }
}
