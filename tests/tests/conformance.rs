//! Runs protocol tests for the rules of all supported protocols. Each model in `fixtures/conformance` contains test
//! cases that its crate must pass.
//!
//! The crates are members of a workspace in the target directory, and are tested by a single run of Cargo. To test a
//! single model, run `cargo xtask conformance FIXTURE`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use simba_codegen::{Options, Tests};
use simba_tests::{Crates, fixture, generate, source, workspace};

#[test]
fn the_crates_of_the_fixtures_pass_their_test_cases() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
    let _ = fs::remove_dir_all(&directory);
    let mut members = Vec::new();
    let mut cases = 0;
    for name in fixtures() {
        let crate_name = format!("conformance-{}", name.replace('_', "-"));
        let options = Options { tests: Tests::Emit, ..Crates::options(&crate_name) };
        let generated = generate(&[source(&format!("conformance/{name}.json"))], &options);
        assert!(generated.warnings.diagnostics.is_empty(), "{name}: {}", generated.warnings);
        let mut files = generated.files;
        if let Some((_, test)) = MOCKS.iter().find(|(model, _)| *model == name) {
            files.insert("tests/mock.rs".to_owned(), (*test).to_owned());
            cases += 1;
        }
        for (path, text) in &files {
            let path = directory.join(&crate_name).join(path);
            fs::create_dir_all(path.parent().unwrap_or(&directory)).expect("the directory can be written");
            fs::write(path, text).expect("the directory can be written");
        }
        cases += generated.cases.protocol;
        members.push(crate_name);
    }
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    fs::write(directory.join("Cargo.toml"), manifest).expect("the directory can be written");
    fs::copy(workspace().join("Cargo.lock"), directory.join("Cargo.lock")).expect("the directory can be written");

    let output = simba_tests::cargo()
        .args([
            "test",
            "--workspace",
            "--no-default-features",
            "--features",
            "blocking",
            "--no-fail-fast",
            "--test",
            "protocol",
            "--test",
            "mock",
        ])
        .arg("--target-dir")
        .arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .current_dir(&directory)
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = said.lines().filter(|line| line.starts_with("test ") && line.ends_with(" ... ok")).count();
    assert_eq!(passed, cases, "{said}");
}

/// Tests of generated crates that use mocks in the same way as users' own tests do.
const MOCKS: [(&str, &str); 3] = [("rest_json", REST_MOCK), ("rpc_v2_cbor", CBOR_MOCK), ("rpc_v2_json", JSON_MOCK)];

const REST_MOCK: &str = r#"
use std::io::Read;

use conformance_rest_json::{
    Config, blocking::Client,
    operation::{
        describe::DescribeOutput, download::DownloadOutput, store::{StoreError, StoreInput, StoreOutput},
        upload::{UploadInput, UploadOutput},
    },
    primitives::{ByteStream, Document, Timestamp}, types::Kind,
    runtime::testing::{MockResponse, MockTransport},
};

#[test]
fn a_mock_writes_members_where_they_are_bound() {
    let mut stored = StoreOutput::default();
    stored.code = Some(202);
    stored.owner = Some("ann".to_owned());
    stored.tags = Some(vec!["a".to_owned(), "b, c".to_owned()]);
    stored.made = Some(Timestamp::new(5, 0));
    stored.notes = Some("{}".to_owned());
    stored.meta = Some([("one".to_owned(), "1".to_owned())].into());
    stored.material = Some("wood".to_owned());
    stored.kind = Some(Kind::Soft(true));
    let mut downloaded = DownloadOutput::default();
    downloaded.length = Some(5);
    downloaded.content = ByteStream::from("bytes");
    let mut uploaded = UploadOutput::default();
    uploaded.receipt = Some("no. 1".to_owned());
    let mut described = DescribeOutput::default();
    described.any = Some(Document::from("text"));

    let mock = MockTransport::new();
    mock.respond("Store", MockResponse::ok(&stored).unwrap());
    mock.respond("Store", MockResponse::error("Broken", "in two"));
    mock.respond("Download", MockResponse::ok(&downloaded).unwrap());
    mock.respond("Upload", MockResponse::ok(&uploaded).unwrap());
    mock.respond("Describe", MockResponse::ok(&described).unwrap());
    let config = Config::builder().endpoint_url("http://localhost").transport(mock.clone());
    let client = Client::new(config.build());

    let response = client.store("a", "b").send().unwrap();
    assert_eq!(response.status().as_u16(), 202);
    assert_eq!(response.headers()["x-tags"], "a, \"b, c\"");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.into_inner(), stored);
    let error = client.store("a/b", "c/d?").color("red&").send().unwrap_err();
    assert!(matches!(error.service(), Some(StoreError::Broken(_))), "{error}");
    let sent: StoreInput = mock.requests_of("Store")[1].request().unwrap();
    assert_eq!((sent.r#box.as_str(), sent.path.as_str(), sent.color.as_deref()), ("a/b", "c/d?", Some("red&")));
    let error = mock.requests_of("Store")[0].request::<UploadInput>().unwrap_err();
    assert_eq!(error.to_string(), "the request is for `Store`, not for `Upload`");

    let response = client.download(1).send().unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    let output = response.into_inner();
    let mut read = String::new();
    output.content.into_reader().read_to_string(&mut read).unwrap();
    assert_eq!((output.length, read.as_str()), (Some(5), "bytes"));
    assert_eq!(client.upload("a").content("many bytes").send().unwrap().into_inner(), uploaded);
    assert_eq!(mock.requests_of("Upload")[0].body(), "many bytes");
    assert_eq!(client.describe().send().unwrap().into_inner(), described);
}
"#;

const JSON_MOCK: &str = r#"
use conformance_rpc_v2_json::{
    Config, blocking::Client, operation::put::{PutError, PutOutput},
    runtime::testing::{MockResponse, MockTransport},
};

#[test]
fn a_mock_sends_the_header_of_the_protocol() {
    let mut sent_back = PutOutput::default();
    sent_back.name = Some("bear".to_owned());
    let mock = MockTransport::new();
    mock.respond("Put", MockResponse::ok(&sent_back).unwrap());
    mock.respond("Put", MockResponse::error("Broken", "in two"));
    let client = Client::new(Config::builder().endpoint_url("http://localhost").transport(mock).build());
    assert_eq!(client.put().send().unwrap().into_inner(), sent_back);
    let error = client.put().send().unwrap_err();
    assert!(matches!(error.service(), Some(PutError::Broken(_))), "{error}");
}
"#;

const CBOR_MOCK: &str = r#"
use conformance_rpc_v2_cbor::{
    Config, blocking::Client, operation::put::{PutError, PutInput, PutOutput}, primitives::Timestamp,
    runtime::testing::{MockResponse, MockTransport},
};

#[test]
fn a_mock_supports_cbor() {
    let mut sent_back = PutOutput::default();
    sent_back.made = Some(Timestamp::new(5, 0));
    let mock = MockTransport::new();
    mock.respond("Put", MockResponse::ok(&sent_back).unwrap());
    mock.respond("Put", MockResponse::error("Broken", "in two"));
    mock.respond("Put", MockResponse::json("{\"name\": \"bear\", \"weight\": 1.5}"));
    let config = Config::builder().endpoint_url("http://localhost").transport(mock.clone());
    let client = Client::new(config.build());
    let put = || client.put().photo(b"abc".to_vec()).made(Timestamp::new(7, 0)).send();

    assert_eq!(put().unwrap().into_inner(), sent_back);
    let error = put().unwrap_err();
    assert!(matches!(error.service(), Some(PutError::Broken(_))), "{error}");
    let response = put().unwrap();
    assert_eq!((response.name.as_deref(), response.weight), (Some("bear"), Some(1.5)));
    let sent: PutInput = mock.requests()[0].request().unwrap();
    assert_eq!((sent.photo.unwrap().as_ref(), sent.made), (b"abc".as_slice(), Some(Timestamp::new(7, 0))));
}
"#;

/// Returns the names of the models in `fixtures/conformance`.
fn fixtures() -> Vec<String> {
    let entries = fs::read_dir(fixture("conformance")).expect("the fixtures exist");
    let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(|entry| stem(entry.ok()?.path())).collect();
    names.sort();
    names
}
