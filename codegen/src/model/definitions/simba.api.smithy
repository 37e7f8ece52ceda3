$version: "2.1"

// The value types of Simba's own traits.
namespace simba.api

structure boxed {}
structure endpointMember {}
string endpointNote
structure errorMessage {}
structure formQuery {}
structure presignedGet {}
map requestHeaders { key: String, value: String }
structure retry {
    @required
    @range(min: 1)
    baseDelayMillis: Long
    @required
    @range(min: 1)
    maxAttempts: Integer
}
string targetPrefix
structure treeHash {}
map waiterArguments { key: String, value: {String: String} }
