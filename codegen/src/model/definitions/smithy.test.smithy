$version: "2.1"

// The value types of the traits for protocol tests.
namespace smithy.test

@length(min: 1)
list httpRequestTests { member: HttpRequestTestCase }
structure HttpRequestTestCase with [TestCase, HttpRequest] { params: Document }
@length(min: 1)
list httpResponseTests { member: HttpResponseTestCase }
structure HttpResponseTestCase with [TestCase, HttpResponse] { params: Document }
@length(min: 1)
list httpMalformedRequestTests { member: HttpMalformedRequestTestCase }
structure HttpMalformedRequestTestCase {
    @required
    @pattern("^[A-Za-z_][A-Za-z0-9_]+$")
    id: String
    @required
    protocol: String
    @required
    request: Document
    @required
    response: Document
    documentation: String
    tags: [String]
    testParameters: {String: [String]}
}
@length(min: 1)
list eventStreamTests { member: EventStreamTestCase }
structure EventStreamTestCase with [TestCase] {
    initialRequestParams: Document
    initialRequest: Document
    initialRequestShape: String
    initialResponseParams: Document
    initialResponse: Document
    initialResponseShape: String
    events: [Event]
    expectation: TestExpectation
}
structure Event {
    @required
    type: EventType
    params: Document
    headers: {String: EventHeaderValue}
    forbidHeaders: [String]
    requireHeaders: [String]
    body: Blob
    bodyMediaType: String
    bytes: Blob
    vendorParams: Document
    vendorParamsShape: String
}
enum EventType {
    REQUEST = "request"
    RESPONSE = "response"
}
union EventHeaderValue {
    boolean: Boolean
    byte: Byte
    short: Short
    integer: Integer
    long: Long
    blob: Blob
    string: String
    timestamp: Timestamp
}
union TestExpectation { success: Unit, failure: TestFailure }
structure TestFailure { @idRef(failWhenMissing: true, selector: "[trait|error]") errorId: String }

@mixin
structure TestCase {
    @required
    @pattern("^[A-Za-z_][A-Za-z0-9_]+$")
    id: String
    @required
    protocol: String
    authScheme: String
    vendorParams: Document
    vendorParamsShape: String
    documentation: String
    tags: [String]
    appliesTo: AppliesTo
}
enum AppliesTo {
    CLIENT = "client"
    SERVER = "server"
}
@mixin
structure HttpMessage {
    headers: {String: String}
    forbidHeaders: [String]
    requireHeaders: [String]
    body: String
    bodyMediaType: String
}
@mixin
structure HttpRequest with [HttpMessage] {
    @required
    @length(min: 1)
    method: String
    @required
    @length(min: 1)
    uri: String
    host: String
    resolvedHost: String
    queryParams: [String]
    forbidQueryParams: [String]
    requireQueryParams: [String]
}
@mixin
structure HttpResponse with [HttpMessage] { @required @range(min: 100, max: 599) code: Integer }
