//! Facts about AWS services that their models do not contain. The `data` directory of this package is a symbolic link
//! to the `models` directory of the repository.

/// AWS's partitions, to which endpoint rules refer.
pub const PARTITIONS: &str = include_str!("../data/partitions.json");

/// The default read timeouts of AWS's services.
pub const READ_TIMEOUTS: &str = include_str!("../data/read_timeouts.json");

macro_rules! overlays {
    ($($name:literal),*) => {
        [$((concat!("models/overlays/", $name), include_str!(concat!("../data/overlays/", $name)))),*]
    };
}

/// The names and contents of the overlays. Each overlay is merged with the models of the services to which it applies.
pub(crate) const OVERLAYS: [(&str, &str); 18] = overlays![
    "apigateway.json",
    "apigatewaymanagementapi.json",
    "cloudsearchdomain.json",
    "dynamodb.json",
    "dynamodbstreams.json",
    "glacier.json",
    "kinesis.json",
    "kinesisvideoarchivedmedia.json",
    "kinesisvideomedia.json",
    "kinesisvideosignaling.json",
    "kinesisvideowebrtcstorage.json",
    "machinelearning.json",
    "mediastoredata.json",
    "polly.json",
    "sfn.json",
    "sqs.json",
    "ssooidc.json",
    "swf.json"
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn all_overlays_are_included() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/overlays");
        let files = crate::files::files_in(&directory, &["json"]).expect("the directory can be read");
        let names = files.iter().filter_map(|file| file.file_name()?.to_str());
        let included = OVERLAYS.iter().filter_map(|(name, _)| name.rsplit('/').next());
        assert_eq!(names.collect::<Vec<_>>(), included.collect::<Vec<_>>());
    }
}
