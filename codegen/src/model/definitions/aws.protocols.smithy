$version: "2.1"

// The value types of AWS's protocol traits.
namespace aws.protocols

@mixin
structure HttpVersions { http: [String], eventStreamHttp: [String] }

@protocolDefinition
structure awsJson1_0 with [HttpVersions] {}
@protocolDefinition
structure awsJson1_1 with [HttpVersions] {}
@protocolDefinition
structure awsQuery {}
structure awsQueryCompatible {}
structure awsQueryError { @required code: String, @required httpResponseCode: Integer }
@protocolDefinition
structure ec2Query {}
@pattern("^[a-zA-Z_][a-zA-Z_0-9-]*$")
string ec2QueryName
structure httpChecksum {
    requestAlgorithmMember: String
    requestChecksumRequired: Boolean
    requestValidationModeMember: String
    responseAlgorithms: ChecksumAlgorithms
}
@length(min: 1)
@uniqueItems
list ChecksumAlgorithms { member: ChecksumAlgorithm }
enum ChecksumAlgorithm { CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH64, XXHASH3, XXHASH128 }
@protocolDefinition
structure restJson1 with [HttpVersions] {}
@protocolDefinition
structure restXml with [HttpVersions] { noErrorWrapping: Boolean }
