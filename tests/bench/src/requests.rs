//! Requests as JSON. They are deserialized for this project's client. For AWS's client, equal requests are built in
//! code.

use serde_json::{Value, json};

/// The body of a small request, which is `CreateBackup` for a single file system.
pub const CREATE_BACKUP_BODY: &str =
    r#"{"FileSystemId":"fs-0123456789abcdef0","ClientRequestToken":"token","Tags":[{"Key":"Name","Value":"nightly"}]}"#;

/// The number of quotas in the large request. It is the maximum that the service accepts.
pub const QUOTAS: i32 = 500;
/// The number of clients in the large request. It is the maximum that the service accepts.
pub const CLIENTS: i32 = 25;
/// The number of tags in the large request. It is the maximum that the service accepts.
pub const TAGS: i32 = 50;

/// Returns the body of a large request, which is `CreateVolume` for OpenZFS with the maximum numbers of quotas, clients
/// and tags.
#[must_use]
pub fn large_request() -> Vec<u8> {
    let quotas: Vec<Value> =
        (0..QUOTAS).map(|id| json!({ "Type": "USER", "Id": id, "StorageCapacityQuotaGiB": 100 + id })).collect();
    let clients: Vec<Value> = (0..CLIENTS)
        .map(|n| json!({ "Clients": format!("10.0.{n}.0/24"), "Options": ["rw", "crossmnt", "no_root_squash"] }))
        .collect();
    let tags: Vec<Value> =
        (0..TAGS).map(|n| json!({ "Key": format!("key-{n}"), "Value": format!("the value of tag {n}") })).collect();
    let settings = json!({
        "ParentVolumeId": "fsvol-0123456789abcdef0",
        "StorageCapacityQuotaGiB": 10_000,
        "RecordSizeKiB": 128,
        "DataCompressionType": "ZSTD",
        "NfsExports": [{ "ClientConfigurations": clients }],
        "UserAndGroupQuotas": quotas,
    });
    let request = json!({
        "ClientRequestToken": "token",
        "VolumeType": "OPENZFS",
        "Name": "projects",
        "Tags": tags,
        "OpenZFSConfiguration": settings,
    });
    request.to_string().into_bytes()
}
