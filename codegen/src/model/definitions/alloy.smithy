$version: "2.1"

// The values of the trait of the protocol `simpleRestJson`.
namespace alloy

@protocolDefinition
structure simpleRestJson {}
