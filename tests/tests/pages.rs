//! Tests pagination in FSx with a mock: when iteration ends, and which operations are paginated.

use fsx::{
    Config, blocking, operation,
    runtime::{
        credentials::Credentials,
        testing::{MockResponse, MockTransport},
    },
};
use serde_json::{Value, json};

/// Returns a blocking client and its mock.
fn client(operation: &str, pages: &[Value]) -> (blocking::Client, MockTransport) {
    let mock = MockTransport::new();
    for page in pages {
        mock.respond(operation, MockResponse::json(page.to_string()));
    }
    let config = Config::builder().region("us-east-1").credentials_provider(Credentials::new("id", "secret"));
    (blocking::Client::new(config.transport(mock.clone()).build()), mock)
}

/// Returns the members of each request.
fn sent(mock: &MockTransport) -> Vec<Value> {
    mock.requests().iter().map(|request| serde_json::from_slice(request.body()).expect("it is JSON")).collect()
}

/// Returns a list with one backup.
fn backups(id: &str) -> Value {
    json!([{"BackupId": id, "CreationTime": 0, "Lifecycle": "AVAILABLE", "Type": "AUTOMATIC", "FileSystem": {}}])
}

#[test]
fn pages_are_requested_until_there_is_no_token() {
    for last in [json!({"Backups": backups("b")}), json!({"Backups": backups("b"), "NextToken": ""})] {
        let first = json!({"Backups": backups("a"), "NextToken": "more"});
        let empty = json!({"Backups": [], "NextToken": "still more"});
        let (client, mock) = client("DescribeBackups", &[first, empty, last]);
        let found: Result<Vec<_>, _> = client.describe_backups().max_results(1).items().collect();
        let ids: Vec<String> = found.expect("three pages").into_iter().map(|backup| backup.backup_id).collect();
        assert_eq!(ids, ["a", "b"]);
        let with = |token: &str| json!({"MaxResults": 1, "NextToken": token});
        assert_eq!(sent(&mock), [json!({"MaxResults": 1}), with("more"), with("still more")]);
    }
}

#[test]
fn operations_that_other_sdks_do_not_paginate_have_items() {
    let tags = [json!({"Tags": [{"Key": "a", "Value": "1"}], "NextToken": "t"}), json!({"Tags": []})];
    let (tagged, mock) = client("ListTagsForResource", &tags);
    let found: Result<Vec<_>, _> =
        tagged.list_tags_for_resource("arn:aws:fsx:us-east-1:1:file-system/fs-1").items().collect();
    assert_eq!(found.expect("two pages").len(), 1);
    let request: operation::list_tags_for_resource::ListTagsForResourceRequest =
        mock.requests()[1].request().expect("the request has this type");
    assert_eq!((request.resource_arn.ends_with("fs-1"), request.next_token.as_deref()), (true, Some("t")));

    let aliases = [json!({"Aliases": [{"Name": "a"}], "NextToken": "t"}), json!({"Aliases": [{"Name": "b"}]})];
    let (aliased, _) = client("DescribeFileSystemAliases", &aliases);
    let found: Result<Vec<_>, _> = aliased.describe_file_system_aliases("fs-1").items().collect();
    assert_eq!(found.expect("two pages").len(), 2);
}
