$version: "2.1"

// The values of the traits of single AWS services.
namespace aws.customizations

structure s3UnwrappedXmlOutput {}
