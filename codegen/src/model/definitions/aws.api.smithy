$version: "2.1"

// The value types of AWS's traits for services and resources.
namespace aws.api

structure arn {
    @required
    template: String
    absolute: Boolean
    noRegion: Boolean
    noAccount: Boolean
    resourceDelimiter: ResourceDelimiter
    reusable: Boolean
}
enum ResourceDelimiter {
    SLASH = "/"
    COLON = ":"
}
structure arnReference { type: String, resource: String, service: String }
structure awsChunked {}
structure clientDiscoveredEndpoint { @required required: Boolean }
structure clientEndpointDiscovery {
    @required
    @idRef(failWhenMissing: true, selector: "operation")
    operation: String
    @idRef(failWhenMissing: true, selector: "structure[trait|error]")
    error: String
}
structure clientEndpointDiscoveryId {}
structure controlPlane {}
enum data {
    CONTENT = "content"
    ACCOUNT = "account"
    USAGE = "usage"
    TAGGING = "tagging"
    PERMISSIONS = "permissions"
}
structure dataPlane {}
structure service {
    @required
    sdkId: String
    @pattern("^[a-z0-9.\\-]{1,63}$")
    arnNamespace: String
    @pattern("^[A-Z][A-Za-z0-9]+$")
    cloudFormationName: String
    cloudTrailEventSource: String
    docId: String
    endpointPrefix: String
    @pattern("^[^:].*$")
    @length(min: 1, max: 255)
    cloudWatchNamespace: String
}
structure tagEnabled { disableDefaultOperations: Boolean, apiConfig: TaggableServiceApiConfig }
structure TaggableServiceApiConfig {
    @idRef(failWhenMissing: true, selector: "service > operation")
    tagApi: String
    @idRef(failWhenMissing: true, selector: "service > operation")
    untagApi: String
    @idRef(failWhenMissing: true, selector: "service > operation")
    listTagsApi: String
}
structure taggable { property: String, apiConfig: TaggableApiConfig, disableSystemTags: Boolean }
structure TaggableApiConfig {
    @required
    @idRef(failWhenMissing: true, selector: "resource > operation")
    tagApi: String
    @required
    @idRef(failWhenMissing: true, selector: "resource > operation")
    untagApi: String
    @required
    @idRef(failWhenMissing: true, selector: "resource > operation")
    listTagsApi: String
}
