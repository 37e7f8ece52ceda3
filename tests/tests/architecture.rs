//! Checks the invariants in `ARCHITECTURE.md` against the code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::{TokenStream, TokenTree};
use simba_codegen::phases;
use simba_tests::{text, workspace};

/// Returns the relative path and the tokens of each source file in a directory, without tests and documentation.
fn files(directory: &Path) -> Vec<(String, Vec<String>)> {
    let mut files = Vec::new();
    let mut queue = vec![directory.to_path_buf()];
    while let Some(path) = queue.pop() {
        if path.is_dir() {
            queue.extend(fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let name = path.strip_prefix(directory).expect("it is below").display().to_string();
        if !name.ends_with(".rs") || name.split(['/', '.']).any(|part| part == "tests") {
            continue;
        }
        // Removes the tests at the end of the file.
        let code = text(&path);
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let mut tokens = Vec::new();
        flatten(code.parse().expect("it is Rust"), &mut tokens);
        files.push((name, tokens));
    }
    files.sort();
    files
}

/// Collects tokens, without `#[doc = …]`.
fn flatten(stream: TokenStream, tokens: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) if group.to_string().starts_with("[doc ") => {}
            TokenTree::Group(group) => flatten(group.stream(), tokens),
            TokenTree::Ident(ident) => tokens.push(ident.to_string()),
            TokenTree::Literal(literal) => tokens.push(literal.to_string()),
            TokenTree::Punct(punct) => tokens.push(punct.as_char().to_string()),
        }
    }
}

/// Returns the top-level modules to which the code of a file refers. Their names follow `crate::`, or a sequence of
/// `super::` that leads to the root.
fn modules(file: &str, code: &str) -> BTreeSet<String> {
    let to_the_root = "super::".repeat(file.split('/').count());
    ["crate::", &to_the_root].into_iter().flat_map(|root| names_after(root, code)).collect()
}

/// Returns the names that follow a path such as `crate::` in code, including those in groups.
fn names_after(path: &str, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(path) {
        // A path that starts with `$crate` is in a macro, and is used by the modules that call the macro.
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + path.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest],
        };
        for name in names {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            found.insert(name[..end].to_owned());
        }
    }
    found
}

/// Returns code without lines that are comments.
fn without_comments(code: &str) -> String {
    let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    lines.join("\n")
}

/// Returns the top-level items of a group in braces, up to its end. The code starts after the opening brace.
fn top_level(group: &str) -> Vec<&str> {
    let (mut items, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(group[start..at].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(group[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// Panics if a file of a layer refers to a module that the layer must not depend on.
fn check_layer(source: &Path, layer: &str, unknown: impl Fn(&str) -> bool) {
    let mut checked = 0;
    for (name, _) in files(source) {
        if name != format!("{layer}.rs") && !name.starts_with(&format!("{layer}/")) {
            continue;
        }
        checked += 1;
        let code = text(&source.join(&name));
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        // Links in documentation are not restricted.
        let used = modules(&name, &without_comments(code));
        let wrong: Vec<String> = used.into_iter().filter(|module| unknown(module)).collect();
        assert!(wrong.is_empty(), "{name} uses {}", wrong.join(", "));
    }
    assert!(checked > 0, "there is no {layer}");
}

#[test]
fn no_phase_of_the_generator_refers_to_an_earlier_one() {
    let source = workspace().join("codegen/src");
    for (phase, later) in [
        ("model", &["lower", "ir", "emit", "render"][..]),
        ("ir", &["model", "lower", "emit", "render"]),
        ("lower", &["emit", "render"]),
        ("emit", &["model", "lower", "render"]),
    ] {
        check_layer(&source, phase, |module| later.contains(&module));
    }
}

/// The modules of the runtime. A module may import only earlier modules.
const LAYERS: [&str; 35] = [
    "sync",
    "date",
    "features",
    "root_cause",
    "identity",
    "body",
    "random",
    "clock",
    "offload",
    "primitives",
    "timeout",
    "url",
    "response",
    "events",
    "schema",
    "codec",
    "protocol",
    "sigv4",
    "endpoint",
    "error",
    "transport",
    "retry",
    "event_stream",
    "credentials",
    "interceptor",
    "config",
    "options",
    "user_agent",
    "operation",
    "client",
    "call",
    "pagination",
    "waiter",
    "testing",
    "private",
];

#[test]
fn each_module_of_the_runtime_imports_only_earlier_ones() {
    let source = workspace().join("codegen/runtime/src");
    for (index, layer) in LAYERS.iter().enumerate() {
        check_layer(&source, layer, |module| LAYERS[index + 1..].contains(&module));
    }
}

#[test]
fn every_module_of_the_runtime_is_in_a_layer() {
    let others = ["lib"];
    let source = workspace().join("codegen/runtime/src");
    let modules: BTreeSet<String> = files(&source)
        .into_iter()
        .map(|(name, _)| name.split(['/', '.']).next().unwrap_or_default().to_owned())
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    assert_eq!(modules, LAYERS.map(str::to_owned).into());
}

#[test]
fn the_client_does_not_depend_on_http_methods_or_a_protocol() {
    let client = workspace().join("codegen/runtime/src/client");
    for (file, tokens) in files(&client) {
        for token in tokens {
            let known = ["POST", "GET", "JsonCodec", "AwsJson", "aws_json"].contains(&token.as_str());
            assert!(!known && !token.to_lowercase().contains("x-amz-target"), "client/{file} contains {token}");
        }
    }
}

/// Checks that tests use the public modules of a client instead of `fsx::runtime`, which is hidden from the
/// documentation.
#[test]
fn tests_use_the_public_paths_of_a_client() {
    // The public modules do not include `fsx::error`, since it contains its own `ServiceError` instead of the
    // runtime's.
    let public = names_after("pub use simba_runtime::", &text(&workspace().join("generated/fsx/src/lib.rs")));
    assert!(public.contains("credentials") && public.contains("testing"));
    let mut checked = 0;
    for directory in ["tests/bench", "tests/examples", "tests/fuzz", "tests/src", "tests/tests"] {
        let directory = workspace().join(directory);
        for (file, _) in files(&directory) {
            let used = names_after("fsx::runtime::", &without_comments(&text(&directory.join(&file))));
            let wrong: Vec<&String> = used.intersection(&public).collect();
            assert!(wrong.is_empty(), "{file} uses `fsx::runtime` for {wrong:?}");
            checked += 1;
        }
    }
    assert!(checked > 100, "found {checked} files");
}

/// Names in the model that are not specific to the service, since they are also names in Smithy's prelude.
const COMMON: [&str; 1] = ["Unit"];

#[test]
fn the_generator_contains_no_shape_names_of_a_service() {
    let model: serde_json::Value =
        serde_json::from_str(&text(&workspace().join("models/fsx/model.json"))).expect("it is JSON");
    let shapes = model["shapes"].as_object().expect("it has shapes");
    let named = |kind: &str| matches!(kind, "structure" | "union" | "enum" | "operation" | "service" | "resource");
    let shapes = shapes.iter().filter(|(_, shape)| shape["type"].as_str().is_some_and(named));
    let names: BTreeSet<&str> = shapes.filter_map(|(id, _)| id.split('#').nth(1)).collect();
    assert!(names.contains("CreateBackup") && names.contains("FileSystem"));
    for phase in ["lower", "emit"] {
        for (file, tokens) in files(&workspace().join("codegen/src").join(phase)) {
            for token in tokens {
                let words = token.split(|c: char| !c.is_alphanumeric() && c != '_');
                let found: Vec<&str> = words.filter(|word| names.contains(word) && !COMMON.contains(word)).collect();
                assert!(found.is_empty(), "{phase}/{file} names {}: {token}", found.join(", "));
            }
        }
    }
}

/// The traits that the code reads. They are the arguments of calls to `get`, `has` and `string`, which are literals or
/// constants.
#[derive(Default)]
struct Reads {
    /// The arguments: literals and names of constants.
    arguments: BTreeSet<String>,
    /// The constants and variables whose values are string literals.
    constants: BTreeMap<String, String>,
}

impl Reads {
    fn collect(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let before = &tokens[..index];
            match token {
                TokenTree::Group(group) => {
                    let reads = |token: &TokenTree| ["get", "has", "string"].contains(&token.to_string().as_str());
                    if before.last().is_some_and(reads) {
                        self.arguments.extend(group.stream().into_iter().map(|argument| argument.to_string()));
                    }
                    self.collect(group.stream());
                }
                // Matches `const NAME: &str = "…";` and `let name = "…";`.
                TokenTree::Literal(literal) if before.last().is_some_and(|token| token.to_string() == "=") => {
                    let is_keyword = |token: &TokenTree| ["const", "let"].contains(&token.to_string().as_str());
                    if let Some(keyword) = before.iter().rposition(is_keyword) {
                        self.constants.insert(tokens[keyword + 1].to_string(), literal.to_string());
                    }
                }
                TokenTree::Literal(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn contains(&self, id: &str) -> bool {
        let literal = format!("{id:?}");
        let is_argument = |(name, value): (&String, &String)| *value == literal && self.arguments.contains(name);
        self.arguments.contains(&literal) || self.constants.iter().any(is_argument)
    }
}

#[test]
fn every_trait_that_is_listed_as_read_is_read() {
    let source = workspace().join("codegen/src");
    let mut reads = Reads::default();
    for phase in ["model", "lower"] {
        for (name, _) in files(&source.join(phase)) {
            let code = text(&source.join(phase).join(name));
            reads
                .collect(code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().parse().expect("it is Rust"));
        }
    }
    // The traits of protocols are read through the rows of the table in `lower/protocol.rs`.
    let table = text(&source.join("lower/protocol.rs"));
    let is_protocol = |id: &str| table.contains(&format!("id: {id:?}"));
    let listed: Vec<&str> = phases::traits_that_are_read().filter(|id| !is_protocol(id)).collect();
    assert!(listed.len() > 40 && !reads.contains("smithy.api#cors"), "{listed:?}");
    let unread: Vec<&str> = listed.into_iter().filter(|id| !reads.contains(id)).collect();
    assert!(unread.is_empty(), "no code reads {unread:?}; see KNOWN_TRAITS");
}

/// Returns whether code calls `zip`, except in `quote!`.
fn zips(stream: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => {
            let is_emitted = index >= 2 && tokens[index - 2].to_string() == "quote";
            !is_emitted && zips(group.stream())
        }
        TokenTree::Ident(ident) => ident == "zip",
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

#[test]
fn the_generator_does_not_zip_lists() {
    for phase in ["lower", "emit"] {
        let directory = workspace().join("codegen/src").join(phase);
        for (name, _) in files(&directory) {
            let code = text(&directory.join(&name));
            let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            assert!(
                !zips(code.parse().expect("it is Rust")),
                "{phase}/{name} zips lists: map one list of pairs instead"
            );
        }
    }
}

/// Returns the packages of a lock file, each with the names of its dependencies.
fn locked(path: &str) -> BTreeMap<String, BTreeSet<String>> {
    let quoted = |line: &str| line.split('"').nth(1).and_then(|value| value.split(' ').next()).unwrap_or("").to_owned();
    let lock = text(&workspace().join(path));
    let packages = lock.split("[[package]]").skip(1).map(|package| {
        let name = package.lines().find(|line| line.starts_with("name = ")).map(quoted).unwrap_or_default();
        (name, package.lines().filter(|line| line.starts_with(" \"")).map(quoted).collect())
    });
    packages.collect()
}

/// Returns the dependencies that one of this workspace's packages requires even without features, according to its
/// manifest.
fn required(package: &str) -> BTreeSet<String> {
    let directories = ["codegen", "codegen/aws-config", "codegen/runtime", "generated/fsx", "tests/bench"];
    let manifests = directories.iter().map(|directory| text(&workspace().join(directory).join("Cargo.toml")));
    let named = |manifest: &String| manifest.contains(&format!("\nname = \"{package}\"\n"));
    let manifest =
        manifests.into_iter().find(named).unwrap_or_else(|| panic!("the directory of {package} is not listed"));
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let needed = section.lines().filter(|line| !line.starts_with('#') && !line.contains("optional = true"));
    needed.filter_map(|line| Some(line.split_once([' ', '.', '='])?.0.to_owned())).collect()
}

/// Checks the lock files of the benchmarks that compare our clients with AWS's. These benchmarks are in separate
/// workspaces, which no test builds.
#[test]
fn the_lock_files_of_the_benchmarks_are_up_to_date() {
    let ours = locked("Cargo.lock");
    for file in ["tests/bench/peer/Cargo.lock", "tests/bench/services/Cargo.lock"] {
        let measured = locked(file);
        let in_both = measured.iter().filter(|(name, _)| name.starts_with("simba-"));
        assert!(in_both.clone().count() >= 2, "{file}");
        for (name, dependencies) in in_both {
            let more: Vec<&String> = dependencies.difference(&ours[name]).collect();
            assert!(more.is_empty(), "{file} is stale: {name} does not depend on {more:?}");
            let required = required(name);
            let missing: Vec<&String> = required.difference(dependencies).collect();
            assert!(missing.is_empty(), "{file} is stale: {name} depends on {missing:?}");
        }
        for (name, _) in
            measured.iter().filter(|(name, _)| ["simba-fsx", "dynamodb", "lambda"].contains(&name.as_str()))
        {
            let runtime = BTreeSet::from(["simba-aws-config", "simba-runtime"].map(str::to_owned));
            assert_eq!(measured[name], runtime, "{file}: {name}");
        }
    }
}

/// The variables and keys in AWS's "SDKs and Tools Reference Guide" of November 2026, and others that `botocore` and
/// `aws-config` read.
const SETTINGS_OF_AWS: &str = "
    AWS_ACCESS_KEY_ID AWS_ACCOUNT_ID AWS_ACCOUNT_ID_ENDPOINT_MODE AWS_AUTH_SCHEME_PREFERENCE AWS_BEARER_TOKEN_
    AWS_CA_BUNDLE AWS_CONFIG_FILE AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CREDENTIAL_EXPIRATION
    AWS_DEFAULTS_MODE AWS_DEFAULT_PROFILE AWS_DEFAULT_REGION AWS_DISABLE_CLOCK_SKEW_CORRECTION
    AWS_DISABLE_HOST_PREFIX_INJECTION AWS_DISABLE_REQUEST_COMPRESSION AWS_EC2_INSTANCE_PROFILE_NAME
    AWS_EC2_METADATA_DISABLED AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE
    AWS_EC2_METADATA_V1_DISABLED AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026 AWS_ENABLE_ENDPOINT_DISCOVERY
    AWS_ENDPOINT_DISCOVERY_ENABLED AWS_ENDPOINT_URL AWS_ENDPOINT_URL_ AWS_EXECUTION_ENV AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_IMDS_USE_IPV6
    AWS_LAMBDA_FUNCTION_NAME AWS_LOGIN_CACHE_DIRECTORY AWS_MAX_ATTEMPTS AWS_METADATA_SERVICE_NUM_ATTEMPTS
    AWS_METADATA_SERVICE_TIMEOUT AWS_NEW_RETRIES_2026 AWS_PROFILE AWS_REGION AWS_REQUEST_CHECKSUM_CALCULATION
    AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES AWS_RESPONSE_CHECKSUM_VALIDATION AWS_RETRY_MODE AWS_ROLE_ARN
    AWS_ROLE_SESSION_NAME AWS_S3_DISABLE_EXPRESS_SESSION_AUTH AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS
    AWS_S3_USE_ARN_REGION AWS_S3_US_EAST_1_REGIONAL_ENDPOINT AWS_SDK_UA_APP_ID AWS_SECRET_ACCESS_KEY
    AWS_SECURITY_TOKEN AWS_SESSION_TOKEN AWS_SHARED_CREDENTIALS_FILE AWS_SIGV4A_SIGNING_REGION_SET
    AWS_STS_REGIONAL_ENDPOINTS AWS_USE_DUALSTACK_ENDPOINT AWS_USE_FIPS_ENDPOINT AWS_WEB_IDENTITY_TOKEN_FILE
    BOTOCORE_TCP_KEEPALIVE

    account_id_endpoint_mode api_versions auth_scheme_preference aws_access_key_id aws_account_id
    aws_secret_access_key aws_session_token ca_bundle credential_process credential_source data_path defaults_mode
    disable_clock_skew_correction disable_ec2_metadata disable_host_prefix_injection disable_request_compression
    duration_seconds ec2_instance_profile_name ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode
    ec2_metadata_v1_disabled endpoint_discovery_enabled endpoint_url external_id ignore_configured_endpoint_urls
    imds_use_ipv6 login_session max_attempts metadata_service_num_attempts metadata_service_timeout mfa_serial output
    parameter_validation region request_checksum_calculation request_min_compression_size_bytes
    response_checksum_validation retry_mode role_arn role_session_name s3 sdk_ua_app_id services
    sigv4a_signing_region_set source_profile sso_account_id sso_region sso_registration_scopes sso_role_name
    sso_session sso_start_url sts_regional_endpoints tcp_keepalive use_dualstack_endpoint use_fips_endpoint
    web_identity_token_file";

#[test]
fn the_traits_of_simba_are_documented() {
    let definitions = text(&workspace().join("codegen/src/model/definitions/simba.api.smithy"));
    let (_, definitions) = definitions.split_once("namespace simba.api").unwrap();
    // A definition starts at the beginning of a line, with its type and name.
    let defined = definitions.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let defined: BTreeSet<&str> = defined.filter_map(|line| line.split(' ').nth(1)).collect();
    let document = text(&workspace().join("models/README.md"));
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `simba.api#")?.split('`').next());
    assert!(defined.len() >= 10, "{defined:?}");
    assert_eq!(rows.collect::<BTreeSet<_>>(), defined);
}

/// Checks that the page about settings in the documentation of `simba-aws-config` lists exactly the variables and keys
/// that the code reads. For each other AWS setting, the page must contain the reason why it is not read.
#[test]
fn the_settings_that_are_read_are_documented() {
    let directory = workspace().join("codegen/aws-config/src");
    let page = text(&directory.join("settings.md"));
    let (table, rest) = page.split_once("\n\n## Settings that are not read").expect("the table ends there");
    let code = |text: &str| -> BTreeSet<String> {
        let names = text.split('`').skip(1).step_by(2).map(|name| name.split('<').next().unwrap_or_default());
        let is_setting = |name: &&str| {
            name.starts_with(['A', 'B'])
                || !name.chars().any(|c| c != '_' && !c.is_ascii_lowercase() && !c.is_ascii_digit())
        };
        names.filter(is_setting).map(str::to_owned).collect()
    };
    fn cells(table: &str, index: usize) -> impl Iterator<Item = &str> {
        table.lines().filter_map(move |row| row.split('|').nth(index)).skip(2)
    }
    let names = |table| -> BTreeSet<String> { cells(table, 1).chain(cells(table, 2)).flat_map(code).collect() };
    let documented = names(table);
    let read: BTreeSet<String> = files(&directory)
        .into_iter()
        .flat_map(|(_, tokens)| tokens)
        .filter_map(|token| Some(token.strip_prefix('"')?.strip_suffix('"')?.to_owned()))
        .filter(|name| {
            name.starts_with("AWS_") && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .collect();
    let variables = documented.iter().filter(|name| name.starts_with("AWS_")).cloned().collect::<BTreeSet<_>>();
    assert_eq!(read, variables);
    let literals: BTreeSet<String> = files(&directory).into_iter().flat_map(|(_, tokens)| tokens).collect();
    for key in documented.iter().filter(|name| !name.starts_with("AWS_") && *name != "services") {
        assert!(literals.contains(&format!("{key:?}")), "{key} is documented, and no code reads it");
    }
    let not_read = names(rest);
    for name in not_read.iter().filter(|name| name.contains('_')) {
        assert!(!literals.contains(&format!("{name:?}")), "{name} is read, and documented as not read");
    }
    for (status, reason) in cells(rest, 3).zip(cells(rest, 4)) {
        assert!(["not applicable", "not supported"].contains(&status.trim()), "{status}");
        assert!(!reason.trim().is_empty());
    }
    for name in SETTINGS_OF_AWS.split_whitespace() {
        assert!(documented.contains(name) || not_read.contains(name), "{name} is not documented");
    }
}

/// Checks that error types do not derive `Debug`. If `main` returns an error, Rust prints the error's `Debug` output.
/// The output of a derived implementation would not start with the message.
#[test]
fn no_error_type_of_a_client_derives_debug() {
    // `UnknownError` contains data from a response, as the modeled errors of generated crates do.
    const DATA: [&str; 1] = ["UnknownError"];
    let mut errors = 0;
    for (path, tokens) in ["codegen/runtime/src", "codegen/aws-config/src"]
        .iter()
        .flat_map(|directory| files(&workspace().join(directory)))
    {
        let code = tokens.join(" ");
        for implementation in code.split(" Error for ").skip(1) {
            let name = implementation.split(' ').next().unwrap_or_default();
            if DATA.contains(&name) || name == "$" {
                continue;
            }
            errors += 1;
            let declared = ["struct", "enum"].iter().find_map(|kind| code.find(&format!("pub {kind} {name} ")));
            let before = &code[..declared.unwrap_or_else(|| panic!("{path} declares no {name}"))];
            // The last derive belongs to the type, unless there is another item in between.
            let derived = before.rsplit_once("# derive ").map_or("", |(_, derived)| derived);
            let derives_debug = derived.contains("Debug") && !derived.contains("pub ") && !derived.contains("fn ");
            assert!(!derives_debug, "{path}: derived Debug of {name}; see `debug_as_display`");
        }
    }
    assert!(errors > 15, "found {errors} error types");
}

#[test]
fn the_credentials_chain_does_not_block_the_executor() {
    // In chain.rs, the functions of `Context` access files on another thread.
    for (file, tokens) in files(&workspace().join("codegen/aws-config/src/chain")) {
        let accesses_environment = tokens.windows(3).any(|tokens| {
            matches!(tokens, [object, dot, method] if object == "environment" && dot == "." && (method == "read" || method == "replace"))
        });
        let accesses_files = tokens.iter().any(|token| token == "fs" || token == "File");
        assert!(!accesses_environment && !accesses_files, "chain/{file} reads or writes a file; use `Context`");
    }
}
