//! Tests the wire format of the committed crate: the examples in the model, sensitive members, open enumerations, and
//! serde.

use std::fmt::Debug;

use fsx::{
    Client, Config,
    operation::{
        copy_backup::CopyBackupRequest, create_backup::CreateBackupRequest,
        create_file_system::CreateFileSystemRequest, create_file_system_from_backup::CreateFileSystemFromBackupRequest,
        delete_backup::DeleteBackupRequest, delete_file_system::DeleteFileSystemRequest,
        describe_backups::DescribeBackupsRequest, describe_file_systems::DescribeFileSystemsRequest,
        list_tags_for_resource::ListTagsForResourceRequest, tag_resource::TagResourceRequest,
        untag_resource::UntagResourceRequest, update_file_system::UpdateFileSystemRequest,
    },
    runtime::{
        credentials::Credentials,
        operation::Request,
        serde_core,
        testing::{MockResponse, MockTransport},
    },
    types::{
        BackupType, CreateFileSystemOntapConfiguration, CreateFileSystemWindowsConfiguration, FileSystemType,
        OntapDeploymentType, SelfManagedActiveDirectoryConfiguration, StorageType, Tag,
    },
};
use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use simba_tests::{text, workspace};

/// Returns the example of an operation: its input and, if it has one, its output.
fn example(operation: &str) -> (Value, Value) {
    let model: Value = serde_json::from_str(&text(&workspace().join("models/fsx/model.json"))).expect("it is JSON");
    let shape = &model["shapes"][format!("com.amazonaws.fsx#{operation}")];
    let example = &shape["traits"]["smithy.api#examples"][0];
    assert!(example["input"].is_object(), "the model has an example of {operation}");
    let output = example.get("output").cloned().unwrap_or(json!({}));
    (example["input"].clone(), output)
}

/// Checks that the input and the output of an example are read and written in the wire format.
fn check<R>(operation: &str)
where
    R: Request + Serialize + DeserializeOwned + Clone + Debug + PartialEq,
    R::Response: Serialize + DeserializeOwned + Debug + PartialEq,
{
    assert_eq!(R::OPERATION.name, operation);
    let (input, output) = example(operation);
    let request: R = serde_json::from_value(input.clone()).expect("the input is a request");
    let body = request.to_body().expect("the request can be sent");
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("it is JSON"), input);

    let response = R::decode(output.to_string().as_bytes()).expect("the output is a response");
    assert_eq!(serde_json::to_value(&response).expect("it has a serde form"), output);
    let again: R::Response = serde_json::from_value(output).expect("serde's form is the wire format");
    assert_eq!(again, response);
}

/// Checks that deserialization with serde is strict, so that no part of a program's JSON is dropped silently.
#[test]
fn serde_rejects_values_of_another_type() {
    let request = |more: &str| {
        let json = format!(r#"{{"FileSystemType":"LUSTRE","SubnetIds":["subnet-1"]{more}}}"#);
        serde_json::from_str::<CreateFileSystemRequest>(&json).map_err(|error| error.to_string())
    };
    assert!(request("").is_ok());
    assert!(request(r#","LustreConfiguration":null"#).is_ok_and(|request| request.lustre_configuration.is_none()));
    for (more, place) in [
        (r#","LustreConfiguration":"oops""#, "CreateFileSystemRequest.LustreConfiguration: expected a structure"),
        (r#","WindowsConfiguration":[]"#, "CreateFileSystemRequest.WindowsConfiguration: expected a structure"),
        (r#","Tags":[5]"#, "CreateFileSystemRequest.Tags: expected a structure, found a number"),
    ] {
        let error = request(more).expect_err(more);
        assert!(error.contains(place), "{error}");
    }
    assert!(serde_json::from_str::<Tag>("[]").expect_err("a list").to_string().contains("expected a structure"));
}

/// Returns the headers of a call with settings from these environment variables.
fn headers(variables: &[(&str, &str)]) -> fsx::http::HeaderMap {
    let mock = MockTransport::new();
    mock.respond("DeleteBackup", MockResponse::json("{}"));
    let environment = fsx::config::Environment::fixed(variables.iter().copied());
    let config = fsx::config::from_environment(&environment).expect("the settings are valid");
    let config = config.to_builder().region("eu-west-1").credentials_provider(Credentials::new("id", "secret"));
    let client = Client::new(config.transport(mock.clone()).build());
    let call = client.delete_backup("backup-0123456789abcdef0").send();
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(call).expect("a response");
    mock.requests()[0].http().headers().clone()
}

#[test]
fn lambda_functions_send_their_trace_and_environment() {
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let lambda = [
        ("AWS_LAMBDA_FUNCTION_NAME", "sweep"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
        ("_X_AMZN_TRACE_ID", trace),
    ];
    let sent = headers(&lambda);
    assert_eq!(sent["x-amzn-trace-id"], trace);
    let agent = sent["user-agent"].to_str().expect("it is ASCII");
    assert!(agent.contains(" exec-env/AWS_Lambda_provided.al2023 "), "{agent}");
    assert!(!sent["authorization"].to_str().expect("it is ASCII").contains("x-amzn-trace-id"), "proxies change it");
    // The trace ID is not sent if the program runs outside Lambda, or if the variable that contains the ID is not set.
    assert!(!headers(&lambda[2..]).contains_key("x-amzn-trace-id"));
    assert!(!headers(&lambda[..2]).contains_key("x-amzn-trace-id"));
}

#[test]
fn the_examples_in_the_model_are_sent_and_read() {
    check::<CopyBackupRequest>("CopyBackup");
    check::<CreateBackupRequest>("CreateBackup");
    check::<CreateFileSystemRequest>("CreateFileSystem");
    check::<CreateFileSystemFromBackupRequest>("CreateFileSystemFromBackup");
    check::<DeleteBackupRequest>("DeleteBackup");
    check::<DeleteFileSystemRequest>("DeleteFileSystem");
    check::<DescribeBackupsRequest>("DescribeBackups");
    check::<DescribeFileSystemsRequest>("DescribeFileSystems");
    check::<ListTagsForResourceRequest>("ListTagsForResource");
    check::<TagResourceRequest>("TagResource");
    check::<UntagResourceRequest>("UntagResource");
    check::<UpdateFileSystemRequest>("UpdateFileSystem");
}

#[test]
fn a_request_is_built_from_its_members() {
    let (input, _) = example("CreateFileSystem");
    let windows = CreateFileSystemWindowsConfiguration::new(32)
        .active_directory_id("d-1234abcd12")
        .aliases(["accounting.corp.example.com"])
        .automatic_backup_retention_days(30)
        .daily_automatic_backup_start_time("05:00")
        .weekly_maintenance_start_time("1:05:00");
    let request = CreateFileSystemRequest::new(FileSystemType::Windows, ["subnet-1234abcd"])
        .client_request_token("a8ca07e4-61ec-4399-99f4-19853801bcd5")
        .kms_key_id("arn:aws:kms:us-east-1:012345678912:key/1111abcd-2222-3333-4444-55556666eeff")
        .security_group_ids(["sg-edcd9784"])
        .storage_capacity(3200)
        .storage_type(StorageType::Hdd)
        .tags([Tag::new("Name", "MyFileSystem")])
        .windows_configuration(windows);
    let body = request.to_body().expect("the request can be sent");
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("it is JSON"), input);
}

#[test]
fn setters_of_lists_and_maps_add_and_fields_replace() {
    let [one, two, three] = ["1", "2", "3"].map(|value| Tag::new("Key", value));
    let mut request = CreateBackupRequest::new().tags([one.clone()]).tags([two.clone(), three.clone()]);
    assert_eq!(request.tags.as_deref(), Some(&[one.clone(), two.clone(), three][..]));
    request = request.tags(Vec::<Tag>::new());
    assert_eq!(request.tags.as_ref().map(Vec::len), Some(3));
    request.tags = Some(vec![two.clone()]);
    assert_eq!(request.tags, Some(vec![two.clone()]));
    assert_eq!(CreateBackupRequest::new().tags(Vec::<Tag>::new()).tags, Some(Vec::new()));

    let windows = CreateFileSystemWindowsConfiguration::new(8).aliases(["a"]).aliases(["b"]);
    assert_eq!(windows.aliases, Some(vec!["a".to_owned(), "b".to_owned()]));

    let (mock, config) = (MockTransport::new(), Config::builder().region("us-east-1"));
    mock.respond("CreateBackup", MockResponse::json("{}"));
    let client =
        Client::new(config.credentials_provider(Credentials::new("id", "secret")).transport(mock.clone()).build());
    let call = client.create_backup().tags([one.clone()]).volume_id("a").tags([two.clone()]).volume_id("b");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(call.send()).expect("the mock responds");
    let sent: CreateBackupRequest = mock.requests_of("CreateBackup")[0].request().expect("the request has this type");
    assert_eq!((sent.tags, sent.volume_id.as_deref()), (Some(vec![one, two]), Some("b")));
}

/// Returns a request with two passwords, one of which is in a nested structure.
fn secretive() -> CreateFileSystemRequest {
    let directory = SelfManagedActiveDirectoryConfiguration::new("corp.example.com", ["10.0.0.1"])
        .user_name("Admin")
        .password("hunter2");
    let windows = CreateFileSystemWindowsConfiguration::new(8).self_managed_active_directory_configuration(directory);
    let ontap = CreateFileSystemOntapConfiguration::new(OntapDeploymentType::MultiAz1).fsx_admin_password("hunter2");
    CreateFileSystemRequest::new("ONTAP", ["subnet-1"]).windows_configuration(windows).ontap_configuration(ontap)
}

#[test]
fn passwords_are_sent_but_not_printed() {
    let request = secretive();
    let body = String::from_utf8(request.to_body().expect("the request can be sent").to_vec()).expect("it is UTF-8");
    assert_eq!(body.matches("hunter2").count(), 2, "{body}");
    for shown in [format!("{request:?}"), format!("{request:#?}"), format!("{:?}", vec![Some(Box::new(request))])] {
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(shown.matches("*** redacted ***").count(), 2, "{shown}");
        assert!(shown.contains("corp.example.com"), "{shown}");
    }
}

#[test]
fn no_password_in_the_model_is_printed() {
    // In this request, all sensitive members of the model have a secret value, which must not be printed.
    let model: Value = serde_json::from_str(&text(&workspace().join("models/fsx/model.json"))).expect("it is JSON");
    let shapes = model["shapes"].as_object().expect("it has shapes");
    let sensitive = |id: &str| shapes.get(id).is_some_and(|shape| !shape["traits"]["smithy.api#sensitive"].is_null());
    let members: Vec<String> = shapes
        .iter()
        .flat_map(|(id, shape)| shape["members"].as_object().into_iter().flatten().map(move |member| (id, member)))
        .filter(|(_, (_, member))| member["target"].as_str().is_some_and(sensitive))
        .map(|(id, (name, _))| format!("{}.{name}", id.rsplit('#').next().unwrap_or(id)))
        .collect();
    assert!(members.iter().any(|member| member == "SelfManagedActiveDirectoryConfiguration.Password"), "{members:?}");
    for member in members {
        let (structure, name) = member.split_once('.').expect("it has a structure");
        let path = workspace().join("generated/fsx/src").join(format!("types/{}.rs", snake(structure)));
        let path = if path.is_file() {
            path
        } else {
            let operation = structure.trim_end_matches("Request").trim_end_matches("Response");
            workspace().join(format!("generated/fsx/src/operation/{}.rs", snake(operation)))
        };
        let text = text(&path);
        let row = text.lines().find(|row| row.contains(&format!(" \"{name}\" "))).unwrap_or_default();
        let field = row.split(':').next().and_then(|row| row.rsplit(' ').next()).unwrap_or_default();
        assert!(text.contains(&format!(".field(\"{field}\", &schema::Redacted)")), "{structure}.{name} is shown");
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (index, c) in name.char_indices() {
        if c.is_ascii_uppercase() && index > 0 && !name[..index].ends_with(|before: char| before.is_ascii_uppercase()) {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[test]
fn enumerations_are_open() {
    let known: BackupType = serde_json::from_value(json!("AWS_BACKUP")).expect("it is a string");
    assert_eq!(known, BackupType::AwsBackup);
    let unknown: BackupType = serde_json::from_value(json!("WEEKLY")).expect("it is a string");
    assert_eq!(unknown, BackupType::Unknown("WEEKLY".to_owned()));
    assert_eq!(serde_json::to_value(&unknown).expect("it has a serde form"), json!("WEEKLY"));
    assert_eq!((unknown.to_string().as_str(), unknown.as_str()), ("WEEKLY", "WEEKLY"));
    assert_eq!(BackupType::from("AUTOMATIC"), BackupType::Automatic);
    assert_eq!(BackupType::VALUES, ["AUTOMATIC", "USER_INITIATED", "AWS_BACKUP"]);
    for value in BackupType::VALUES {
        assert_eq!(BackupType::from(*value).as_str(), *value);
        assert!(!matches!(BackupType::from(*value), BackupType::Unknown(_)));
    }
}

#[test]
fn parsing_rejects_unknown_values_of_enumerations() {
    for value in BackupType::VALUES {
        assert_eq!(value.parse(), Ok(BackupType::from(*value)));
    }
    for wrong in ["WEEKLY", "automatic", " AUTOMATIC", ""] {
        let error = wrong.parse::<BackupType>().expect_err("it is not a value");
        assert_eq!(error.to_string(), "unknown value; expected `AUTOMATIC`, `USER_INITIATED` or `AWS_BACKUP`");
    }
}

#[test]
fn an_unset_member_is_not_sent() {
    let body = CreateBackupRequest::new().to_body().expect("the request can be sent");
    assert_eq!(body, "{}");
    let empty: [Tag; 0] = [];
    let body = CreateBackupRequest::new().tags(empty).to_body().expect("the request can be sent");
    assert_eq!(body, r#"{"Tags":[]}"#);
}

#[test]
fn the_idempotency_token_is_set_once() {
    let mut request = CreateBackupRequest::new();
    request.set_idempotency_token(&mut || "first".to_owned());
    request.set_idempotency_token(&mut || "second".to_owned());
    assert_eq!(request.client_request_token.as_deref(), Some("first"));
}
