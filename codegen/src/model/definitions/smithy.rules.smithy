$version: "2.1"

// The value types of the traits for endpoint rules. The rules themselves are checked when they are compiled.
namespace smithy.rules

map clientContextParams { key: String, value: ClientContextParam }
structure ClientContextParam { @required type: ContextParamType, documentation: String }
enum ContextParamType {
    STRING = "string"
    BOOLEAN = "boolean"
    STRING_ARRAY = "stringArray"
}
structure contextParam { @required name: String }
structure endpointBdd {
    @required
    version: String
    @required
    parameters: {String: Document}
    @required
    conditions: [Document]
    @required
    results: [Document]
    @required
    @range(min: -1)
    root: Integer
    @required
    @range(min: 0)
    nodeCount: Integer
    @required
    nodes: String
}
map endpointRuleSet { key: String, value: Document }
structure endpointTests { @required version: String, testCases: [EndpointTest] }
structure EndpointTest {
    documentation: String
    params: Document
    operationInputs: [OperationInput]
    @required
    expect: EndpointTestExpectation
}
structure OperationInput {
    @required
    operationName: String
    operationParams: Document
    builtInParams: Document
    clientParams: Document
}
union EndpointTestExpectation { error: String, endpoint: EndpointExpectation }
structure EndpointExpectation {
    url: String
    headers: {String: [String]}
    properties: {String: Document}
}
map operationContextParams { key: String, value: OperationContextParam }
structure OperationContextParam { @required path: String }
map staticContextParams { key: String, value: StaticContextParam }
structure StaticContextParam { @required value: Document }
