$version: "2.1"

// The value type of the `simpleRestJson` protocol trait.
namespace alloy

@protocolDefinition
structure simpleRestJson {}
