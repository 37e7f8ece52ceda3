$version: "2.1"

// The type of the value of the `simpleRestJson` protocol trait.
namespace alloy

@protocolDefinition
structure simpleRestJson {}
