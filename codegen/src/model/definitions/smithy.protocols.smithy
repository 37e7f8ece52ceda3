$version: "2.1"

// The value types of Smithy's RPC protocol traits.
namespace smithy.protocols

@protocolDefinition
structure rpcv2Cbor { http: [String], eventStreamHttp: [String] }
@protocolDefinition
structure rpcv2Json { http: [String], eventStreamHttp: [String] }
