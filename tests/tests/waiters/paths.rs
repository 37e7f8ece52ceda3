//! Tests that compiled paths give the same results as JMESPath. A generated crate is built and run, and its results are
//! compared with those of the `jmespath` crate for the same responses.

use std::{fmt::Write, fs, path::Path};

use serde_json::{Map, Value, json};
use simba_codegen::{Options, Package};
use simba_tests::{Crates, generate, workspace};

use super::with_waiters;

/// Paths whose value is a boolean or null.
const PATHS: &[&str] = &[
    "Ready",
    "!Ready",
    "\"Ready\"",
    "Status == 'DONE'",
    "Status != 'DONE'",
    "'DONE' == Status",
    "Status == `null`",
    "Count > `1`",
    "Count >= `2` && Count < `10`",
    "!(Count <= `-1`)",
    "Total == Count",
    "Level == `2`",
    "Count == `2` || Status == 'DONE' && Ready",
    "(Count == `2` || Status == 'DONE') && Ready",
    "Ready && Count > `1`",
    "Ready || Count > `1`",
    "When == `null`",
    "First.Name == 'a'",
    "First.Inner.Inner.State == 'READY'",
    "First.Inner.Size > First.Size",
    "First && Ready",
    "Parts && length(Parts) > `0`",
    "First.type == 'x'",
    "Parts[0].Name == 'a'",
    "Parts[-1].Name == 'c'",
    "Parts[7].Name == 'c'",
    "length(Parts) == `3`",
    "length(Parts[]) > `0`",
    "length(Parts[?State == 'READY']) == length(Parts)",
    "length(Parts[?!(State == 'READY' && Size == `1`)]) == `0`",
    "length(Parts[?Size > `1`].Name) == `1`",
    "length(Parts[*].Inner) == `1`",
    "length(Parts[*].Tags) == `3`",
    "length(Parts[].Tags[]) == `2`",
    "length(Parts[].Tags[] | [?@ == 'x']) == `1`",
    "length(Parts[?Tags].Name) == `1`",
    "length(Parts[?length(Tags) > `1`]) == `1`",
    "length(Parts[?contains(Tags, 'x')]) == `1`",
    "length(Parts[].[Name, State][]) == `5`",
    "contains(Parts[].Name, 'b')",
    "contains(Parts[].State, Status)",
    "contains(Status, 'ON')",
    "starts_with(Status, 'DO')",
    "ends_with(Parts[0].Name, 'a')",
    "length(Status) == `4`",
    "length(Status || '') > `0`",
    // JMESPath returns an error if a function that is evaluated has an argument that is null.
    "length(Status) == length(First.Name)",
    "!(length(Status) == `4`)",
    "length(Status) == `4` || Total == `5`",
    "Ready || length(Status) == `4`",
    "Ready && starts_with(Status, 'D')",
    "First.Tags && length(First.Inner.Name) > `0`",
    "length(Parts[?starts_with(State, 'R')]) >= `0`",
    "length(Parts[?Size < `5` && starts_with(State, 'R')]) == `0`",
    "length(Parts[?Inner].Inner[?length(State) > `0`]) == `0`",
    "contains(Parts[?length(Inner.Name) > `0`].Name, 'a')",
    "contains(Parts[].Name, First.Name)",
    // Some of these values are read although the result does not depend on them.
    "length(Parts) == `null`",
    "not_null(`true`, contains(Labels.*, 'red'))",
    "length(First.Tags) == length(First.Name) || First.Size == `1`",
    "length(Choice.Text) == `5`",
    "length(Choice.Part.Tags) == `0`",
    "length(Status) > `0` && `0` == length(Labels)",
    "length(Gaps) > `0`",
    "length(Gaps) != `0`",
    "Ready && length(Parts[?Size == `1`].Name) == `1`",
    "!Parts || length(Parts) >= `3`",
    "(Status || First.Name) == 'a'",
    "(Status && First.Name) == 'a'",
    "not_null(Status, First.State, 'none') == 'none'",
    "not_null(First, Parts[0]).Name == 'a'",
    "length(Labels) == `2`",
    "contains(keys(Labels), 'color')",
    "contains(values(Labels), 'red')",
    "contains(Labels.*, 'red')",
    "contains(keys(PartsByName), 'READY')",
    "length(PartsByName.*.Inner) == `0`",
    "length(PartsByName.*.Name) == `1`",
    "Choice.Text == 'hello'",
    "Choice.Part.Name == 'a'",
    "Choice.Number > `3`",
    "length(Gaps) == `3`",
    "length(Gaps[*]) == `2`",
    "length(Gaps[?@ == 'x']) == `1`",
    "Gaps[1] == 'y'",
    "length(Rows) == `2`",
    "length(Rows[]) == `3`",
    "length(Rows[*][0]) == `2`",
    "length(Rows[?length(@) > `1`]) == `1`",
    "Rows[0][1] == 'q'",
    "contains(Rows[], 'q')",
    "length([Status, First.Name]) == `2`",
    "length(First.[Name, State]) == `2`",
    "[Status, First.Name][0] == 'DONE'",
    "length([Rows[0], Rows[1]][]) == `3`",
    "Parts[].Name | [0] == 'a'",
    "Parts | length(@) > `1` && length(@) < `9`",
    "length(Labels.* || `[]`) > `0`",
    "`true`",
    "Parts[*].Inner.Inner | length(@) == `0`",
];

/// Returns the responses. In the last one, all members are absent.
fn responses() -> Vec<Value> {
    let part = |name: &str| json!({"Name": name, "State": "READY", "Size": 1, "Tags": []});
    let mut full = json!({
        "Status": "DONE", "Ready": true, "Count": 2, "Total": 2, "Level": 2, "When": 1.5,
        "Parts": [part("a"), part("b"), part("c")],
        "First": part("a"),
        "Labels": {"color": "red", "size": "big"},
        "PartsByName": {"READY": part("a")},
        "Choice": {"Text": "hello"},
        "Gaps": ["x", null, "y"],
        "Rows": [["p", "q"], ["r"]],
    });
    let inner = json!({"Name": "i", "Tags": [], "Size": 5, "Inner": {"Name": "j", "Tags": [], "State": "READY"}});
    full["First"]["Inner"] = inner.clone();
    let mut half = json!({
        "Status": "", "Ready": false, "Count": -1, "Total": 5, "Level": 7,
        "Parts": [{"Name": "a", "Tags": ["x", "y"], "Size": 9, "Inner": inner}, part("b"), {"Name": "c", "Tags": []}],
        "First": {"Name": "a", "Tags": [], "type": "x"},
        "Labels": {},
        "PartsByName": {},
        "Choice": {"Part": part("a")},
        "Gaps": [null],
        "Rows": [[], ["q"]],
    });
    let odd = json!({"Status": "a", "Ready": null, "Parts": [], "Choice": {"Number": 4}, "Gaps": [], "Rows": [], "First": null, "Labels": {}, "PartsByName": {}});
    half["Parts"][1]["State"] = json!("FROM_THE_FUTURE");
    vec![full, half, odd, json!({"Parts": [], "Gaps": [], "Rows": [], "Labels": {}, "PartsByName": {}}), json!({})]
}

#[test]
fn compiled_paths_match_jmespath() {
    let mut waiters = Map::new();
    for (index, path) in PATHS.iter().enumerate() {
        let acceptor = |state: &str, expected: &str| json!({"state": state, "matcher": {"output": {"path": path, "comparator": "booleanEquals", "expected": expected}}});
        let waiter = json!({"acceptors": [acceptor("success", "true"), acceptor("failure", "false")]});
        waiters.insert(format!("Path{index}"), waiter);
    }
    // The directory of the crate is inside the workspace, but the crate is not a member of it.
    let package = Package { workspace_root: Some(true), ..Package::default() };
    let options = Options { package, ..Crates::options("paths") };
    let generated = generate(&[with_waiters(waiters)], &options);
    assert_eq!(generated.warnings.to_string(), "");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paths");
    let mut files = generated.files;
    files.insert("src/main.rs".to_owned(), program());
    for (path, text) in &files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("the directory can be created");
        fs::write(path, text).expect("the file can be written");
    }
    fs::copy(workspace().join("Cargo.lock"), directory.join("Cargo.lock")).expect("the file can be written");

    let responses = responses();
    let verdicts = run(&directory);
    assert_eq!(verdicts.lines().count(), PATHS.len() * responses.len());
    let mut different = String::new();
    for (line, found) in verdicts.lines().enumerate() {
        let (path, response) = (PATHS[line / responses.len()], &responses[line % responses.len()]);
        let expected = evaluate(path, response);
        if found != expected {
            let _ = writeln!(different, "{path} is {found} instead of {expected} for {response}");
        }
    }
    assert_eq!(different, "");
}

/// Evaluates a path with JMESPath. Returns `neither` if the result is an error, or a value other than true and false.
fn evaluate(path: &str, response: &Value) -> &'static str {
    let expression = jmespath::compile(path).expect("the path is JMESPath");
    let variable = jmespath::Variable::from_json(&response.to_string()).expect("the response is JSON");
    match expression.search(variable).as_deref() {
        Ok(jmespath::Variable::Bool(true)) => "true",
        Ok(jmespath::Variable::Bool(false)) => "false",
        Ok(_) | Err(_) => "neither",
    }
}

/// Returns a program that runs every waiter with every response.
fn program() -> String {
    let waits: String =
        (0..PATHS.len()).map(|index| format!("|client| client.wait_until_path{index}(\"s\"),\n")).collect();
    let responses: String = responses().iter().map(|response| format!("{:?},\n", response.to_string())).collect();
    format!(
        r#"//! Asks waiters about responses.

use std::future::IntoFuture;
use std::pin::pin;
use std::task::{{Context, Poll, Waker}};

use paths::runtime::testing::{{MockResponse, ManualClock, MockTransport}};
use paths::runtime::{{config::Config, credentials::Credentials, waiter::Wait}};
use paths::{{Client, operation::look::LookRequest}};

const RESPONSES: &[&str] = &[{responses}];
const WAITS: &[fn(&Client) -> Wait<LookRequest>] = &[{waits}];

fn main() {{
    for wait in WAITS {{
        for response in RESPONSES {{
            let mock = MockTransport::new();
            mock.respond_with("Look", |_| MockResponse::json(*response));
            let config = Config::builder()
                .endpoint_url("https://toy.example.com")
                .region("us-east-1")
                .credentials_provider(Credentials::new("id", "secret"))
                .transport(mock)
                .clock(ManualClock::skipping());
            let client = Client::new(config.build());
            let mut future = pin!(wait(&client).max_wait(std::time::Duration::from_secs(1)).into_future());
            let ended = loop {{
                if let Poll::Ready(ended) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {{
                    break ended;
                }}
            }};
            println!("{{}}", match ended {{
                Ok(_) => "true",
                Err(error) if error.is_timeout() => "neither",
                Err(error) if error.call().is_some() => panic!("{{error}}"),
                Err(_) => "false",
            }});
        }}
    }}
}}
"#
    )
}

/// Runs the program, and returns its output.
fn run(directory: &Path) -> String {
    let output = simba_tests::cargo()
        .args(["run", "--quiet", "--no-default-features", "--features", "testing", "--target-dir"])
        .arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR")))
        .current_dir(directory)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
