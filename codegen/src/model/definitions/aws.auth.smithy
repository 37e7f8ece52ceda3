$version: "2.1"

// The value types of AWS's authentication traits.
namespace aws.auth

@authDefinition
structure cognitoUserPools { @required providerArns: [String] }
@length(min: 1)
list cognitoUserPoolsScopes { member: String }
@authDefinition
structure sigv4 { @required @length(min: 1) name: String }
@authDefinition
structure sigv4a { @required @length(min: 1) name: String }
structure unsignedPayload {}
