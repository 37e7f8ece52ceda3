//! `cargo xtask import`: converts models in botocore's format to Smithy.
//!
//! This module reads and writes files. The conversion itself is in [`simba_codegen::import`].

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;
use simba_codegen::import::{self, Import, Remark, Source};

/// The output of `cargo xtask import --help`.
pub const HELP: &str = "\
Convert an AWS service's model from botocore's format (service-2.json) to Smithy.

Usage: cargo xtask import --service NAME --from DIR [--out DIR]
       cargo xtask import --partitions FILE [--out DIR]

Options:
    --service NAME      name of the service's directory in botocore/data, such as fsx
    --from DIR          directory with service-2.json (or .json.gz) and related files, or a directory that contains
                        NAME/VERSION/ with these files, such as botocore/data; the newest version is used
    --partitions FILE   partitions.json (default: the file in the directory of --from, if it exists)
    --out DIR           directory for NAME/model.json and partitions.json (default: models/ of this workspace)

Enum names, traits and unions that botocore's format does not have are read from import/NAME.json in the directory of
--out.
";

/// Runs the command.
///
/// # Errors
///
/// Returns a description of the problem, or one line for each part of the source that the importer does not support.
pub fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args)?;
    let mut partitions = options.partitions.clone();
    if let (Some(service), Some(from)) = (&options.service, &options.from) {
        import_service(service, from, &options.out)?;
        let beside = from.join("partitions.json");
        if partitions.is_none() && beside.is_file() {
            partitions = Some(beside);
        }
    }
    match partitions {
        Some(file) => import_partitions(&file, &options.out),
        None => Ok(()),
    }
}

struct Options {
    service: Option<String>,
    from: Option<PathBuf>,
    partitions: Option<PathBuf>,
    out: PathBuf,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self { service: None, from: None, partitions: None, out: workspace().join("models") };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let mut value =
                || args.next().ok_or_else(|| format!("missing value for `{name}`; see `cargo xtask import --help`"));
            match name.as_str() {
                "--service" => options.service = Some(value()?.clone()),
                "--from" => options.from = Some(PathBuf::from(value()?)),
                "--partitions" => options.partitions = Some(PathBuf::from(value()?)),
                "--out" => options.out = PathBuf::from(value()?),
                _ => {
                    return Err(format!("unexpected argument `{name}`; see `cargo xtask import --help`"));
                }
            }
        }
        let is_complete = match (&options.service, &options.from) {
            (Some(_), Some(_)) => true,
            (None, None) => options.partitions.is_some(),
            _ => false,
        };
        if is_complete {
            Ok(options)
        } else {
            Err("expected `--service` and `--from`, or `--partitions`; see `cargo xtask import --help`".to_owned())
        }
    }
}

/// Returns the root directory of the workspace.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

fn import_service(service: &str, from: &Path, out: &Path) -> Result<(), String> {
    let directory = service_directory(service, from)?;
    let additions = out.join("import").join(format!("{service}.json"));
    let import = Files::read(&directory, &additions)?.import().map_err(|problems| lines(&directory, &problems))?;
    for note in &import.notes {
        print_line!("note: {note}");
    }
    write(&out.join(service).join("model.json"), &import.model)
}

fn import_partitions(file: &Path, out: &Path) -> Result<(), String> {
    let partitions = read_json(file)?;
    let partitions = import::partitions(&partitions).map_err(|problems| lines(file, &problems))?;
    write(&out.join("partitions.json"), &partitions)
}

/// The parsed files of a service.
#[derive(Debug)]
pub(crate) struct Files {
    service: Value,
    others: BTreeMap<&'static str, Value>,
    additions: Option<Value>,
}

/// The names of the optional files other than `service-2.json`, without extensions.
const COMPANIONS: [&str; 4] = ["paginators-1", "waiters-2", "examples-1", "endpoint-rule-set-1"];

impl Files {
    /// Reads the files in `directory`, and the additions in the file `additions` if it exists.
    pub(crate) fn read(directory: &Path, additions: &Path) -> Result<Self, String> {
        let Some(service) = read_either(directory, "service-2")? else {
            return Err(format!("{}: service-2.json not found", directory.display()));
        };
        let mut others = BTreeMap::new();
        for name in COMPANIONS {
            if let Some(value) = read_either(directory, name)? {
                others.insert(name, value);
            }
        }
        let additions = match additions.is_file() {
            true => Some(read_json(additions)?),
            false => None,
        };
        Ok(Self { service, others, additions })
    }

    /// Returns whether the service has a supported protocol.
    pub(crate) fn is_supported(&self) -> bool {
        let metadata = &self.service["metadata"];
        let all = metadata["protocols"].as_array().into_iter().flatten();
        all.chain([&metadata["protocol"]]).filter_map(Value::as_str).any(import::is_supported)
    }

    /// Converts the files.
    pub(crate) fn import(&self) -> Result<Import, Vec<Remark>> {
        import::import(&Source {
            service: &self.service,
            paginators: self.others.get("paginators-1"),
            waiters: self.others.get("waiters-2"),
            examples: self.others.get("examples-1"),
            endpoint_rules: self.others.get("endpoint-rule-set-1"),
            additions: self.additions.as_ref(),
        })
    }
}

/// Returns the directory with the files of a service: `from` itself, or the directory of the newest version in
/// `from/service`.
pub(crate) fn service_directory(service: &str, from: &Path) -> Result<PathBuf, String> {
    if holds_service(from) {
        return Ok(from.to_owned());
    }
    let versions = from.join(service);
    let entries = fs::read_dir(&versions).map_err(|error| format!("cannot read {}: {error}", versions.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| holds_service(path))
        // Versions are dates, so the newest version is the last in alphabetical order.
        .max()
        .ok_or_else(|| format!("service-2.json not found in the subdirectories of {}", versions.display()))
}

fn holds_service(directory: &Path) -> bool {
    directory.join("service-2.json").is_file() || directory.join("service-2.json.gz").is_file()
}

/// Reads `name.json` or `name.json.gz`. Returns `None` if neither exists.
fn read_either(directory: &Path, name: &str) -> Result<Option<Value>, String> {
    for ending in ["json", "json.gz"] {
        let path = directory.join(format!("{name}.{ending}"));
        if path.is_file() {
            return read_json(&path).map(Some);
        }
    }
    Ok(None)
}

fn read_json(path: &Path) -> Result<Value, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut bytes = fs::read(path).map_err(|error| failed(&error))?;
    if path.extension() == Some(OsStr::new("gz")) {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).map_err(|error| failed(&error))?;
        bytes = plain;
    }
    serde_json::from_slice(&bytes).map_err(|error| failed(&error))
}

/// Writes a value as formatted JSON if it differs from the contents of the file, and prints whether the file was
/// written.
fn write(path: &Path, value: &Value) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut text = serde_json::to_string_pretty(value).map_err(|error| failed(&error))?;
    text.push('\n');
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        print_line!("{}: unchanged", path.display());
        return Ok(());
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    }
    fs::write(path, text).map_err(|error| failed(&error))?;
    print_line!("{}: written", path.display());
    Ok(())
}

/// Formats remarks, one per line.
fn lines(path: &Path, remarks: &[Remark]) -> String {
    let lines: Vec<String> = remarks.iter().map(|remark| format!("{}: {remark}", path.display())).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    //! Tests that run the command in temporary directories.

    use std::io::Write;

    use serde_json::json;

    use super::*;

    /// A directory that is deleted at the end of a test.
    struct Directory(tempfile::TempDir);

    impl Directory {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn write(&self, path: &str, bytes: &[u8]) {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }

        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.0.path().join(path)).unwrap()
        }

        fn run(&self, args: &str) -> Result<(), String> {
            let here = self.0.path().display().to_string();
            let args: Vec<String> = args.split(' ').map(|arg| arg.replace("HERE", &here)).collect();
            run(&args).map_err(|message| message.replace(&here, "HERE"))
        }
    }

    fn service(version: &str) -> Vec<u8> {
        let service = json!({
            "metadata": {
                "apiVersion": version,
                "protocol": "json",
                "serviceId": "Post",
                "targetPrefix": "Post"
            },
            "operations": { "Send": { "name": "Send" } },
            "shapes": { "Kind": { "type": "string", "enum": ["A"] } }
        });
        service.to_string().into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn the_newest_version_is_imported_with_its_other_files() {
        let directory = Directory::new();
        directory.write("data/post/2019-01-01/service-2.json", &service("2019-01-01"));
        directory.write("data/post/2020-02-02/service-2.json.gz", &gzip(&service("2020-02-02")));
        let examples = br#"{ "examples": { "Send": [{ "title": "Words" }] } }"#;
        directory.write("data/post/2020-02-02/examples-1.json", examples);
        directory.write("data/partitions.json", br#"{ "version": "1.1", "partitions": [] }"#);
        directory.write("out/import/post.json", br#"{ "enumNames": { "Kind": { "A": "FIRST" } } }"#);

        let command = "--service post --from HERE/data --out HERE/out";
        directory.run(command).unwrap();
        let text = directory.read("out/post/model.json");
        let model: Value = serde_json::from_str(&text).unwrap();
        let shape = |name: &str| &model["shapes"][format!("com.amazonaws.post#{name}")];
        assert_eq!(shape("Post")["version"], "2020-02-02");
        assert_eq!(shape("Send")["traits"]["smithy.api#examples"][0]["title"], "Send");
        assert!(shape("Kind")["members"]["FIRST"].is_object());
        assert!(text.ends_with("}\n"));
        assert!(directory.read("out/partitions.json").contains("1.1"));

        directory.run(command).unwrap();
        assert_eq!(directory.read("out/post/model.json"), text);
    }

    #[test]
    fn the_directory_of_a_version_can_be_imported() {
        let directory = Directory::new();
        directory.write("service-2.json", &service("2019-01-01"));
        directory.run("--service post --from HERE --out HERE/out").unwrap();
        assert!(directory.read("out/post/model.json").contains("2019-01-01"));
        assert!(!directory.0.path().join("out/partitions.json").exists());
    }

    #[test]
    fn problems_are_sentences_and_nothing_is_written() {
        let directory = Directory::new();
        directory.write("bad/service-2.json", b"{ \"metadata\": ");
        directory.write("odd/service-2.json", br#"{ "metadata": { "protocol": "json" } }"#);
        directory.write("cut/service-2.json.gz", &gzip(&service("1"))[..20]);
        let failure = |args: &str| directory.run(args).unwrap_err();
        assert_eq!(failure("--from"), "missing value for `--from`; see `cargo xtask import --help`");
        assert_eq!(failure("--form X"), "unexpected argument `--form`; see `cargo xtask import --help`");
        assert_eq!(
            failure("--service post"),
            "expected `--service` and `--from`, or `--partitions`; see `cargo xtask import --help`"
        );
        assert!(failure("--service post --from HERE --out HERE/out").starts_with("cannot read HERE/post: "));
        assert!(
            failure("--service post --from HERE/bad --out HERE/out")
                .starts_with("HERE/bad/service-2.json: EOF while parsing")
        );
        assert!(failure("--service post --from HERE/cut --out HERE/out").starts_with("HERE/cut/service-2.json.gz: "));
        assert_eq!(
            failure("--service post --from HERE/odd --out HERE/out"),
            "HERE/odd: metadata: missing `targetPrefix`"
        );
        directory.write("data/post/notes.txt", b"");
        assert_eq!(
            failure("--service post --from HERE/data --out HERE/out"),
            "service-2.json not found in the subdirectories of HERE/data/post"
        );
        assert!(!directory.0.path().join("out").exists());
    }

    #[test]
    fn the_committed_model_holds_no_prose() {
        let models = workspace().join("models");
        let model = fs::read_to_string(models.join("fsx/model.json")).unwrap();
        let partitions = fs::read_to_string(models.join("partitions.json")).unwrap();
        assert!(!model.contains("ocumentation\""));
        assert!(!partitions.contains("description"));
    }
}
