$version: "2.1"

// The value types of Smithy's traits. The documentation of the traits, and the selectors that restrict where they can
// be applied, are omitted.
namespace smithy.api

@length(min: 1)
string NonEmptyString

@pattern("^[a-zA-Z_][a-zA-Z_0-9-]*(:[a-zA-Z_][a-zA-Z_0-9-]*)?$")
string xmlName

structure addedDefault {}
@uniqueItems
list auth { member: String }
structure authDefinition { traits: TraitIds }
structure box {}
structure clientOptional {}
structure cors {
    origin: NonEmptyString
    origins: {NonEmptyString: NonEmptyString}
    maxAge: Integer
    additionalAllowedHeaders: [NonEmptyString]
    additionalExposedHeaders: [NonEmptyString]
}
document default
structure deprecated { message: String, since: String }
string documentation
structure endpoint { @required hostPrefix: NonEmptyString }
@length(min: 1)
list enum { member: EnumDefinition }
structure EnumDefinition {
    @required
    value: NonEmptyString
    @pattern("^[a-zA-Z_]+[a-zA-Z_0-9]*$")
    name: String
    documentation: String
    tags: [NonEmptyString]
    deprecated: Boolean
}
document enumValue
enum error {
    CLIENT = "client"
    SERVER = "server"
}
structure eventHeader {}
structure eventPayload {}
list examples { member: Example }
structure Example {
    @required
    title: String
    documentation: String
    input: Document
    output: Document
    error: ExampleError
    allowConstraintErrors: Boolean
}
structure ExampleError { shapeId: String, content: Document }
@length(min: 1)
map externalDocumentation { key: NonEmptyString, value: NonEmptyString }
structure hostLabel {}
structure http {
    @required
    method: NonEmptyString
    @required
    uri: NonEmptyString
    @range(min: 100, max: 999)
    code: Integer
}
@authDefinition
structure httpApiKeyAuth {
    @required
    name: NonEmptyString
    @required
    in: HttpApiKeyLocation
    scheme: NonEmptyString
}
enum HttpApiKeyLocation {
    HEADER = "header"
    QUERY = "query"
}
@authDefinition
structure httpBasicAuth {}
@authDefinition
structure httpBearerAuth {}
structure httpChecksumRequired {}
@authDefinition
structure httpDigestAuth {}
integer httpError
@length(min: 1)
string httpHeader
structure httpLabel {}
structure httpPayload {}
string httpPrefixHeaders
@length(min: 1)
string httpQuery
structure httpQueryParams {}
structure httpResponseCode {}
structure idempotencyToken {}
structure idempotent { exists: IdempotentErrors, notFound: IdempotentErrors }
list IdempotentErrors { @idRef(selector: "[trait|error]") member: String }
structure idRef { selector: String, failWhenMissing: Boolean, errorMessage: String }
structure input {}
structure internal {}
string jsonName
structure length { min: Long, max: Long }
structure longPoll { @required @range(min: 1) timeoutMillis: Integer }
string mediaType
structure metadata { @required @length(min: 1) key: String }
structure mixin { localTraits: TraitIds }
structure nestedProperties {}
structure noReplace {}
structure notProperty {}
structure optionalAuth {}
structure output {}
structure paginated {
    inputToken: NonEmptyString
    outputToken: NonEmptyString
    items: NonEmptyString
    pageSize: NonEmptyString
}
string pattern
structure private {}
structure property { name: String }
structure protocolDefinition { traits: TraitIds, noInlineDocumentSupport: Boolean }
structure range { min: BigDecimal, max: BigDecimal }
structure readonly {}
structure recommended { reason: String }
list references { member: Reference }
structure Reference {
    @required
    resource: NonEmptyString
    ids: {NonEmptyString: NonEmptyString}
    service: NonEmptyString
    rel: NonEmptyString
}
structure requestCompression { @required encodings: [String] }
structure required {}
structure requiresLength {}
@length(min: 1)
string resourceIdentifier
structure retryable { throttling: Boolean }
structure sensitive {}
string since
structure sparse {}
structure streaming {}
list suppress { @length(min: 1) member: String }
list tags { member: String }
enum timestampFormat {
    DATE_TIME = "date-time"
    EPOCH_SECONDS = "epoch-seconds"
    HTTP_DATE = "http-date"
}
string title
structure trait {
    selector: String
    structurallyExclusive: StructurallyExclusive
    conflicts: [NonEmptyString]
    breakingChanges: TraitDiffRules
}
enum StructurallyExclusive {
    MEMBER = "member"
    TARGET = "target"
}
@length(min: 1)
list TraitDiffRules { member: TraitDiffRule }
structure TraitDiffRule {
    path: String
    @required
    change: TraitChangeType
    severity: Severity
    message: String
}
enum TraitChangeType {
    UPDATE = "update"
    ADD = "add"
    REMOVE = "remove"
    PRESENCE = "presence"
    ANY = "any"
}
enum Severity { NOTE, WARNING, DANGER, ERROR }
list TraitIds { @idRef(failWhenMissing: true, selector: "[trait|trait]") member: String }
map traitValidators { @length(min: 1) key: String, value: TraitValidator }
structure TraitValidator { @required selector: String, message: String, severity: Severity }
structure uniqueItems {}
structure unitType {}
structure unstable {}
structure xmlAttribute {}
structure xmlFlattened {}
structure xmlNamespace {
    @required
    uri: NonEmptyString
    @pattern("^[a-zA-Z_][a-zA-Z_0-9-]*$")
    prefix: NonEmptyString
}
