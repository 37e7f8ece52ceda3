$version: "2.1"

// The value types of the traits for AWS's standard endpoints.
namespace aws.endpoints

structure dualStackOnlyEndpoints {}
structure endpointsModifier {}
structure rulesBasedEndpoints {}
structure standardPartitionalEndpoints {
    @required
    endpointPatternType: PartitionEndpointPattern
    partitionEndpointSpecialCases: {String: [PartitionEndpoint]}
}
enum PartitionEndpointPattern {
    SERVICE_DNSSUFFIX = "service_dnsSuffix"
    SERVICE_REGION_DNSSUFFIX = "service_region_dnsSuffix"
    AWS_RECOMMENDED = "aws_recommended"
}
structure PartitionEndpoint { endpoint: String, region: String, dualStack: Boolean, fips: Boolean }
structure standardRegionalEndpoints {
    partitionSpecialCases: {String: [PartitionSpecialCase]}
    regionSpecialCases: {String: [RegionSpecialCase]}
}
structure PartitionSpecialCase { @required endpoint: String, dualStack: Boolean, fips: Boolean }
structure RegionSpecialCase { @required endpoint: String, dualStack: Boolean, fips: Boolean, signingRegion: String }
