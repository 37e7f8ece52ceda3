//! Creates, lists, reads and deletes resources in moto, with blocking clients.

use std::collections::BTreeSet;

use lambda::runtime::{config::Config, credentials::Credentials, primitives::ByteStream};

pub(crate) fn run(url: &str) {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    let config = Config::builder().region("us-east-1").endpoint_url(url).credentials_provider(credentials).build();
    functions(&lambda::blocking::Client::new(config.clone()));
    rest_apis(&apigateway::blocking::Client::new(config.clone()));
    file_systems(&efs::blocking::Client::new(config.clone()));
    job_definitions(&batch::blocking::Client::new(config.clone()));
    things(&iot::blocking::Client::new(config.clone()), &iot_data::blocking::Client::new(config.clone()));
    archives(&glacier::blocking::Client::new(config.clone()));
    blocks(&ebs::blocking::Client::new(config));
}

/// Tests blobs and maps in bodies, the status as a member, and an error.
fn functions(client: &lambda::blocking::Client) {
    use lambda::{operation::get_function::GetFunctionError, types::FunctionCode};

    let code = [0, 159, 146, 150];
    for name in ["first", "second"] {
        let code = FunctionCode::new().zip_file(code.as_slice());
        let call = client.create_function(name, "arn:aws:iam::123456789012:role/tester", code);
        let created = call.runtime("python3.12").handler("main.handler").tags([("größe", "✓")]).send().unwrap();
        assert_eq!(created.status(), 201);
        assert_eq!(created.function_name.as_deref(), Some(name));
        assert_eq!(created.code_size, Some(4));
    }
    let listed = client.list_functions().max_items(1).items().collect::<Result<Vec<_>, _>>().unwrap();
    let names: BTreeSet<_> = listed.iter().filter_map(|function| function.function_name.as_deref()).collect();
    assert_eq!(names, BTreeSet::from(["first", "second"]));

    let read = client.get_function("first").send().unwrap();
    assert_eq!(read.tags()["größe"], "✓");
    let arn = read.configuration.as_ref().unwrap().function_arn.clone().unwrap();
    // The ARN is a label, and the keys are in the query string.
    assert_eq!(client.untag_resource(&arn, ["größe", "a&b"]).send().unwrap().status(), 204);
    assert!(client.get_function("first").send().unwrap().tags.clone().unwrap_or_default().is_empty());

    assert_eq!(client.delete_function("first").send().unwrap().status_code, Some(204));
    let error = client.get_function("first").send().unwrap_err();
    assert!(matches!(error.service(), Some(GetFunctionError::ResourceNotFoundException(_))), "{error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
}

/// Tests pagination, and payloads that are documents.
fn rest_apis(client: &apigateway::blocking::Client) {
    let created = client.create_rest_api("über/apis?").description("a").send().unwrap();
    let id = created.id.clone().unwrap();
    let read = client.get_rest_api(&id).send().unwrap();
    assert_eq!((&read.name, &read.created_date), (&created.name, &created.created_date));
    assert!(read.created_date.is_some());

    let info = r#"{"title": "imported", "description": "a", "version": "1"}"#;
    let definition = format!(r#"{{"openapi": "3.0.0", "info": {info}, "paths": {{}}}}"#);
    let imported = client.import_rest_api(definition.as_bytes()).fail_on_warnings(true).send().unwrap();
    assert_eq!(imported.name.as_deref(), Some("imported"));
    let listed = client.get_rest_apis().items().collect::<Result<Vec<_>, _>>().unwrap();
    let names: BTreeSet<_> = listed.iter().filter_map(|api| api.name.as_deref()).collect();
    assert_eq!(names, BTreeSet::from(["imported", "über/apis?"]));

    client.delete_rest_api(&id).send().unwrap();
    let error = client.get_rest_api(&id).send().unwrap_err();
    assert_eq!(error.code(), Some("NotFoundException"), "{error}");
}

/// Tests pagination markers, idempotency tokens, and tags.
fn file_systems(client: &efs::blocking::Client) {
    use efs::{operation::create_file_system::CreateFileSystemError, types::Tag};

    let made: BTreeSet<String> =
        (0..3).map(|_| client.create_file_system().send().unwrap().file_system_id.clone()).collect();
    let pages = client.describe_file_systems().max_items(2).pages().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(pages.iter().map(|page| page.file_systems().len()).collect::<Vec<_>>(), [2, 1]);
    let ids = pages.iter().flat_map(|page| page.file_systems()).map(|found| found.file_system_id.clone());
    assert_eq!(ids.collect::<BTreeSet<_>>(), made);

    let id = made.first().unwrap();
    client.tag_resource(id, [Tag::new("größe", "a/b c")]).send().unwrap();
    let tags = client.list_tags_for_resource(id).send().unwrap();
    assert!(tags.tags().contains(&Tag::new("größe", "a/b c")), "{tags:?}");

    client.create_file_system().creation_token("used").send().unwrap();
    let error = client.create_file_system().creation_token("used").send().unwrap_err();
    assert!(matches!(error.service(), Some(CreateFileSystemError::FileSystemAlreadyExists(_))), "{error:?}");
    assert_eq!(client.delete_file_system(id).send().unwrap().status(), 204);
}

fn job_definitions(client: &batch::blocking::Client) {
    use batch::types::{ContainerProperties, JobDefinitionType, ResourceRequirement, ResourceType};

    let resources =
        [ResourceRequirement::new("1", ResourceType::Vcpu), ResourceRequirement::new("128", ResourceType::Memory)];
    let properties =
        ContainerProperties::new().image("busybox").command(["echo", "é"]).resource_requirements(resources);
    let call = client.register_job_definition("job", JobDefinitionType::Container).container_properties(properties);
    let made = call.parameters([("a", "b")]).send().unwrap();
    let listed = client.describe_job_definitions().status("ACTIVE").items().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].job_definition_arn, made.job_definition_arn);
    assert_eq!(listed[0].container_properties.as_ref().unwrap().command.as_deref().unwrap(), ["echo", "é"]);

    client.deregister_job_definition(&made.job_definition_arn).send().unwrap();
    let listed = client.describe_job_definitions().status("ACTIVE").send().unwrap();
    assert_eq!(listed.job_definitions(), []);
}

/// Tests labels with a slash, times, and structures and blobs as the payload.
fn things(client: &iot::blocking::Client, data: &iot_data::blocking::Client) {
    use iot::types::{Action, AttributePayload, TopicRulePayload};

    for index in 0..3 {
        let attributes = AttributePayload::new().attributes([("index", index.to_string())]);
        client.create_thing(format!("thing:{index}")).attribute_payload(attributes).send().unwrap();
    }
    let pages = client.list_things().max_results(2).pages().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(pages.iter().map(|page| page.things().len()).collect::<Vec<_>>(), [2, 1]);
    let read = client.describe_thing("thing:1").send().unwrap();
    assert_eq!(read.attributes()["index"], "1");

    let rule = TopicRulePayload::new("SELECT 1", [Action::new()]).description("é");
    client.create_topic_rule("rule", rule).send().unwrap();
    let read = client.get_topic_rule("rule").send().unwrap();
    let rule = read.rule.as_ref().unwrap();
    assert_eq!(rule.description.as_deref(), Some("é"));
    assert!(rule.created_at.is_some());

    let shadow = br#"{"state": {"desired": {"a": 1}}}"#;
    let updated = data.update_thing_shadow("thing:1", shadow.as_slice()).send().unwrap();
    let text = String::from_utf8_lossy(updated.payload.as_ref().unwrap().as_ref()).into_owned();
    assert!(text.contains(r#""desired""#), "{text}");

    client.delete_thing("thing:1").send().unwrap();
    assert_eq!(client.describe_thing("thing:1").send().unwrap_err().code(), Some("ResourceNotFoundException"));
}

/// Tests a stream in a request. Moto returns the hash of the stream in a header.
fn archives(client: &glacier::blocking::Client) {
    client.create_vault("vault").send().unwrap();
    let call = client.upload_archive("vault").body(ByteStream::from("hello")).archive_description("a; b");
    let made = call.send().unwrap();
    assert_eq!(made.status(), 201);
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!(made.checksum.as_deref(), Some(sha256));
    let listed = client.list_vaults().account_id("-").send().unwrap();
    assert_eq!((listed.vault_list()[0].number_of_archives, listed.vault_list()[0].size_in_bytes), (Some(1), Some(5)));
}

/// Tests streams in both directions, with their properties in headers.
fn blocks(client: &ebs::blocking::Client) {
    use std::io::Read;

    use ebs::types::ChecksumAlgorithm;

    let bytes: Vec<u8> = (0..512 * 1024_u32).flat_map(|index| index.to_be_bytes()).take(512 * 1024).collect();
    let snapshot = client.start_snapshot(1).description("é").send().unwrap();
    assert_eq!(snapshot.block_size, Some(512));
    let id = snapshot.snapshot_id.clone().unwrap();
    let length = i32::try_from(bytes.len()).unwrap();
    let data = ByteStream::from(bytes.clone());
    let put = client.put_snapshot_block(&id, 7, data, length, "sum", ChecksumAlgorithm::Sha256).send().unwrap();
    assert_eq!(put.status(), 201);
    assert_eq!(put.checksum.as_deref(), Some("sum"));

    let listed = client.list_snapshot_blocks(&id).send().unwrap();
    let [block] = listed.blocks() else { panic!("{listed:?}") };
    let read = client.get_snapshot_block(&id, 7, block.block_token.as_ref().unwrap()).send().unwrap().into_inner();
    assert_eq!((read.data_length, read.checksum.as_deref()), (Some(length), Some("sum")));
    let mut content = Vec::new();
    read.block_data.into_reader().read_to_end(&mut content).unwrap();
    assert!(content == bytes, "{} bytes of {length}", content.len());
}
