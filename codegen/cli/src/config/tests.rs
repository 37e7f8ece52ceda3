use super::*;

fn source(text: &str) -> Source {
    Source { name: NAME.to_owned(), text: text.to_owned() }
}

fn problems(text: &str) -> Vec<String> {
    let mut report = Report::default();
    parse(&source(text), Path::new("/project"), None, &mut report);
    report.diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn a_client_has_paths_relative_to_the_file() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let runtime = "[package]\nname = \"simba-runtime\"\n";
    for (file, text) in [("project/LICENSE", ""), ("simba/codegen/runtime/Cargo.toml", runtime)] {
        let file = directory.path().join(file);
        std::fs::create_dir_all(file.parent().expect("a directory")).expect("the directory can be written");
        std::fs::write(file, text).expect("the directory can be written");
    }
    let project = directory.path().join("project");
    let text = r#"
        [client.weather]
        model = ["model", "more.smithy"]
        out = "crates/weather"
        operations = ["GetCity"]
        service = "Weather"
        crate-name = "weather-client"
        tests = true
        runtime = { path = "../simba/codegen/runtime" }
        aws-config = "0.1"
        workspace-root = true

        [client.weather.package]
        name = "acme-weather"
        version = "1.2.3"
        license-file = "LICENSE"
        description = "Weather"
        repository = "https://example.com"
        publish = ["ours"]

        [client.books]
        model = "books.smithy"
        out = "crates/books"
        package.publish = true
        runtime = { git = "https://example.com/simba", tag = "v1" }
    "#;
    let mut report = Report::default();
    let clients = parse(&source(text), &project, None, &mut report);
    assert_eq!(report.to_string(), "");
    let [(first, books), (second, weather)] = &clients[..] else { panic!("{clients:?}") };
    assert_eq!((first.as_str(), second.as_str()), ("books", "weather"));
    assert_eq!(weather.model, [project.join("model"), project.join("more.smithy")]);
    assert_eq!(weather.out, project.join("crates/weather"));
    assert_eq!(weather.options.operations.as_deref(), Some(&["GetCity".to_owned()][..]));
    assert_eq!(weather.options.service.as_deref(), Some("Weather"));
    assert_eq!(weather.options.crate_name.as_deref(), Some("weather-client"));
    assert_eq!(weather.options.tests, Tests::Emit);
    assert_eq!(weather.options.runtime, r#"{ path = "../../../simba/codegen/runtime" }"#);
    assert_eq!(weather.options.aws_config, r#""0.1""#);
    let package = Package {
        name: Some("acme-weather".to_owned()),
        version: Some("1.2.3".to_owned()),
        license: None,
        license_file: Some("../../LICENSE".to_owned()),
        description: Some("Weather".to_owned()),
        repository: Some("https://example.com".to_owned()),
        publish: Some(Publish::Registries(vec!["ours".to_owned()])),
        workspace_root: Some(true),
    };
    assert_eq!(weather.options.package, package);
    assert_eq!(books.options.package.publish, Some(Publish::Anywhere));
    assert_eq!(books.options.runtime, r#"{ git = "https://example.com/simba", tag = "v1" }"#);
    assert_eq!(books.options.tests, Tests::Omit);
}

#[test]
fn all_problems_have_a_position_and_a_fix() {
    let text = "\
clients = 1
[client.weather]
modle = \"weather.smithy\"
out = 3
operations = [\"GetCity\", 1, \"Get City\"]
service = \"\"
tests = \"yes\"
crate-name = \"9lives\"
runtime = { pth = \"x\" }
package.version = \"1.0\"
package.publish = 1
package.license = \" \"
package.license-file = \"nowhere\"
package.authors = []
[client.books]
model = \"books.smithy\"
[client.more]
model = \"books.smithy\"
out = \"x\"
[client.again]
model = []
out = \"y/../x\"
[client.within]
model = \"books.smithy\"
out = \"x/src/books\"
[client.beside]
model = \"books.smithy\"
out = \"x/books\"
[client]
other = 1
";
    let expected = "\
error: simba.toml:1:1: unknown key `clients`; did you mean `client`?
error: simba.toml:21:9: empty value for `model`
error: simba.toml:15:9: missing key `out`; add `out = \"client\"`
error: simba.toml:17:9: another client is generated into /project/x; set a different `out`
error: simba.toml:30:9: expected a table for `other`, found an integer
error: simba.toml:3:1: unknown key `modle`; did you mean `model`?
error: simba.toml:4:7: expected a string for `out`, found an integer
error: simba.toml:8:14: invalid crate name `9lives`; expected ASCII letters, digits, `-` and `_`, starting with a letter
error: simba.toml:5:26: expected an array of strings for `operations`, found an integer
error: simba.toml:5:29: invalid operation name `Get City`; expected a name such as `GetCity`
error: simba.toml:6:11: empty value for `service`
error: simba.toml:7:9: expected a boolean for `tests`, found a string
error: simba.toml:9:13: unknown key `pth`; did you mean `path`?
error: simba.toml:14:9: unknown key `authors`; expected one of `description`, `license`, `license-file`, `name`, `publish`, `repository`, `version`
error: simba.toml:13:24: `/project/nowhere` does not exist, or is not a file
error: simba.toml:10:19: invalid version `1.0`; expected three numbers, such as `1.0.0`
error: simba.toml:12:19: empty value for `license`
error: simba.toml:11:19: expected an array of strings for `publish`, found an integer
error: simba.toml:23:9: another client is generated into /project/x; set a different `out`";
    assert_eq!(problems(text).join("\n"), expected);
}

#[test]
fn known_keys_are_listed_if_none_is_similar() {
    let text = "target = 1\n[client.toy]\nmodel = \"toy.json\"\nout = \"toy\"\nlib = 1\nruntime = { features = [] }\n";
    let expected = "\
error: simba.toml:1:1: unknown key `target`; expected a table `[client.NAME]`
error: simba.toml:5:1: unknown key `lib`; expected one of `aws-config`, `crate-name`, `model`, `operations`, \
                    `out`, `package`, `runtime`, `service`, `tests`, `workspace-root`
error: simba.toml:6:13: unknown key `features`; expected one of `branch`, `git`, `path`, `registry`, \
                    `rev`, `tag`, `version`";
    assert_eq!(problems(text).join("\n"), expected);
}

#[test]
fn the_table_of_a_key_in_another_table_is_named() {
    let text = "\
model = \"a\"
[client.toy]
model = \"toy.json\"
output = \"toy\"
license = \"MIT\"
git = \"https://example.com\"
runtime = { version = \"0.1\", crate-name = \"toy\" }
[client.toy.package]
operations = [\"GetToy\"]
license-fil = \"LICENSE\"
";
    let expected = "\
error: simba.toml:1:1: unknown key `model`; move it to the table `[client.NAME]`
error: simba.toml:6:1: unknown key `git`; move it to the table `[client.toy.runtime]`
error: simba.toml:5:1: unknown key `license`; move it to the table `[client.toy.package]`
error: simba.toml:4:1: unknown key `output`; did you mean `out`?
error: simba.toml:7:30: unknown key `crate-name`; move it to the table `[client.toy]`
error: simba.toml:10:1: unknown key `license-fil`; did you mean `license-file`?
error: simba.toml:9:1: unknown key `operations`; move it to the table `[client.toy]`";
    assert_eq!(problems(text).join("\n"), expected);
}

#[test]
fn a_file_without_clients_or_with_wrong_syntax_is_an_error() {
    let none = "error: simba.toml:1:1: the file contains no client; \
                add a table `[client.NAME]` with the keys `model` and `out`";
    assert_eq!(problems("# nothing\n"), [none]);
    assert_eq!(problems("[client]\n"), [none]);
    let problems = problems("[client.weather\nmodel = \"é\" x\n");
    assert!(problems.iter().any(|problem| problem.starts_with("error: simba.toml:1:")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.starts_with("error: simba.toml:2:")), "{problems:?}");
}

#[test]
fn a_semicolon_in_a_value_is_part_of_the_message() {
    let text = "[client.toy]\nmodel = \"toy.json\"\nout = \"toy\"\ncrate-name = \"a; b\"\n";
    let mut report = Report::default();
    parse(&source(text), Path::new("/project"), None, &mut report);
    let [problem] = &report.diagnostics[..] else { panic!("{report}") };
    assert_eq!(problem.message, "invalid crate name `a; b`");
    let help = "expected ASCII letters, digits, `-` and `_`, starting with a letter";
    assert_eq!(problem.help.as_deref(), Some(help));
}
