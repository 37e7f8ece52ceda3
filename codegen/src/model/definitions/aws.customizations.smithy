$version: "2.1"

// The types of the values of traits for individual AWS services.
namespace aws.customizations

structure s3UnwrappedXmlOutput {}
