$version: "2.1"

// The values of the traits of Smithy's RPC protocols.
namespace smithy.protocols

@protocolDefinition
structure rpcv2Cbor { http: [String], eventStreamHttp: [String] }
@protocolDefinition
structure rpcv2Json { http: [String], eventStreamHttp: [String] }
