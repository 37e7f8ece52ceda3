$version: "2.1"

// The value types of traits for individual AWS services.
namespace aws.customizations

structure s3UnwrappedXmlOutput {}
