//! Compares the code that is emitted for each Smithy construct with snapshots, which consist of complete files for
//! small models.
//!
//! If a template changes, the snapshots differ in a few readable lines. The crate in `generated/` serves as a large
//! snapshot.

use simba_codegen::{Options, Source};
use simba_tests::{generate, options, show, sources};

const ACT: &str = "src/operation/act.rs";

/// Generates a crate from fixtures, and compares some of its files with the snapshot of this name.
fn check(name: &str, fixtures: &[&str], paths: &[&str]) {
    let fixtures: Vec<String> = fixtures.iter().map(|fixture| format!("constructs/{fixture}.json")).collect();
    let fixtures: Vec<&str> = fixtures.iter().map(String::as_str).collect();
    let generated = generate(&sources(&fixtures), &options());
    assert_eq!(generated.warnings.to_string(), "");
    insta::assert_snapshot!(name, show(&generated.files, paths));
}

#[test]
fn structures() {
    check("structures", &["service", "structure"], &[ACT, "src/types/part.rs", "src/types/state.rs", "src/types.rs"]);
}

#[test]
fn enumerations() {
    let paths = ["src/types/speed.rs", "src/types/shade.rs", "src/types/level.rs", ACT];
    check("enumerations", &["service", "enumeration"], &paths);
}

#[test]
fn unions() {
    check("unions", &["service", "union"], &["src/types/choice.rs", ACT]);
}

#[test]
fn event_streams() {
    let files = [
        "src/types/scenes.rs",
        "src/types/script.rs",
        "src/operation/perform.rs",
        "src/operation/watch.rs",
        "Cargo.toml",
    ];
    check("event_streams", &["event_streams"], &files);
}

#[test]
fn collections() {
    check("collections", &["service", "collections"], &[ACT]);
}

#[test]
fn timestamps() {
    check("timestamps", &["service", "timestamps"], &[ACT]);
}

#[test]
fn values() {
    check("values", &["service", "values"], &[ACT]);
}

#[test]
fn defaults() {
    check("defaults", &["service", "defaults"], &[ACT, "src/types/settings.rs"]);
}

#[test]
fn recursion() {
    let paths = ["src/types/tree.rs", "src/types/branch.rs", "src/types/fruit.rs"];
    check("recursion", &["service", "recursion"], &paths);
}

#[test]
fn mixins_and_applied_traits() {
    check("mixins", &["service", "mixins", "mixins-applied"], &[ACT]);
}

#[test]
fn the_order_of_files_does_not_matter() {
    for files in [
        &["constructs/service.json", "constructs/mixins.json", "constructs/mixins-applied.json"][..],
        &["constructs/merged-first.json", "constructs/merged-second.json"],
    ] {
        let in_order = sources(files);
        let mut reversed = in_order.clone();
        reversed.reverse();
        assert_eq!(generate(&in_order, &options()).files, generate(&reversed, &options()).files);
    }
}

#[test]
fn the_traits_of_a_shape_in_two_files_are_merged() {
    check("merged", &["merged-first", "merged-second"], &["src/types/part.rs", "src/types/state.rs", ACT]);
}

#[test]
fn idempotency_tokens_and_host_labels_may_be_enumerations() {
    check("strings_as_enums", &["strings_as_enums"], &["src/operation/put.rs", "src/operation/get.rs"]);
}

#[test]
fn traits_for_other_tools_and_custom_traits_are_accepted() {
    let generated = generate(&sources(&["constructs/ignored_traits.json"]), &options());
    assert_eq!(generated.warnings.to_string(), "");
}

#[test]
fn smithy_1_0_has_boxes_instead_of_defaults() {
    check("version_1", &["version_1"], &[ACT]);
}

#[test]
fn sensitive_shapes_are_redacted() {
    let paths = [ACT, "src/operation/look.rs", "src/types/choice.rs", "src/error/refused.rs", "src/client.rs"];
    check("sensitive", &["sensitive"], &paths[1..]);
    check("sensitive_members", &["sensitive_members"], &paths[..1]);
}

#[test]
fn an_example_may_have_empty_collections() {
    check("empty_collections", &["empty_collections"], &["src/client.rs", "src/operation/put.rs"]);
}

#[test]
fn the_content_of_a_stream_is_not_encoded_in_examples() {
    let text = r#"
        $version: "2"
        namespace toy
        use aws.protocols#restJson1
        @restJson1 service Toy { version: "1", operations: [Upload] }
        @http(method: "POST", uri: "/toys") operation Upload { input := { @required @httpPayload body: Body } }
        @streaming blob Body
    "#;
    let model = Source { name: "toy.smithy".to_owned(), text: text.to_owned() };
    let upload = &generate(&[model], &options()).files["src/operation/upload.rs"];
    assert!(upload.contains("ByteStream::from(b\"example\".as_slice())"), "{upload}");
}

#[test]
fn a_checksum_is_sent_if_any_trait_requires_it() {
    let generated = generate(&sources(&["odd/checksum_algorithm.json"]), &options());
    let has_checksum =
        |operation: &str| generated.files[&format!("src/operation/{operation}.rs")].contains("Checksum::Md5");
    assert_eq!(["check", "choose", "validate"].map(has_checksum), [true, false, true]);
}

#[test]
fn operations_of_resources_are_generated() {
    let paths = ["src/operation.rs", "src/operation/delete_box.rs", "src/client.rs", "src/lib.rs", "Cargo.toml"];
    check("resources", &["resources"], &paths);
}

#[test]
fn shapes_are_renamed() {
    check("rename", &["rename"], &["src/types.rs", "src/types/other_part.rs", "src/types/part.rs"]);
}

#[test]
fn each_code_of_a_retryable_error_is_retried() {
    let text = r#"
        $version: "2"
        namespace toy
        use aws.protocols#awsJson1_0
        use aws.protocols#awsQueryCompatible
        use aws.protocols#awsQueryError
        @awsJson1_0 @awsQueryCompatible
        service Toy { version: "1", operations: [Act], errors: [Busy], rename: { "toy#Busy": "Loaded" } }
        operation Act {}
        @awsQueryError(code: "Toy.Busy", httpResponseCode: 400) @retryable(throttling: true) @error("client")
        structure Busy { @required message: Secret }
        @sensitive string Secret
    "#;
    let model = Source { name: "toy.smithy".to_owned(), text: text.to_owned() };
    let client = &generate(&[model], &options()).files["src/client.rs"];
    for code in ["Loaded", "Busy", "Toy.Busy"] {
        assert!(client.contains(&format!("(\"{code}\", schema::Retryable::Throttling)")), "{code}: {client}");
    }
    assert!(client.contains("sensitive_errors: &[\"Loaded\", \"Busy\", \"Toy.Busy\"]"), "{client}");
}

#[test]
fn pagination() {
    let paths = ["src/operation/list_parts.rs", "src/operation/list_prices.rs", "src/operation/list_plain.rs"];
    check("pagination", &["pagination"], &paths);
}

/// Checks pagination and endpoint parameters for members that have a different name in Rust, a default, or an unusual
/// type.
#[test]
fn members_with_other_rust_names_are_paginated_and_set() {
    let generated = generate(&sources(&["constructs/pagination_members.json"]), &options());
    let compact = |path: &str| generated.files[path].split_whitespace().collect::<String>();
    for (path, expected) in [
        ("list_renamed", "self.page_token2=Some(token)"),
        ("list_renamed", "response.result.as_ref().and_then(|value|value.next_token2.as_ref())"),
        (
            "list_renamed",
            "letSome(response)=response.resultelse{returnVec::new();};response.foo_bar2.unwrap_or_default()}",
        ),
        ("list_default", "self.token=token;"),
        ("list_default", "Some(&response.next).filter(|token|!token.is_empty()).cloned()"),
        ("list_default", "letvalue=&self.bucket_name2;params.set(\"Bucket\",value.as_str());"),
        ("list_default", "letvalue=&self.fast;params.set(\"Fast\",*value);"),
        ("list_deep", "letresponse=response.page;response.items}"),
    ] {
        let found = compact(&format!("src/operation/{path}.rs"));
        assert!(found.contains(expected), "{path}: {expected} is not in {found}");
    }
}

#[test]
fn literals() {
    check("literals", &["literals"], &["src/types/values.rs", "src/operation/put.rs"]);
}

/// Checks that generated code contains neither characters that change the direction of text nor links with schemes
/// other than `http` and `https`.
#[test]
fn unwanted_characters_and_links_are_removed() {
    check("refused_text", &["refused_text"], &["src/types/measure.rs", "src/operation/show.rs"]);
    let generated = generate(&sources(&["constructs/refused_text.json"]), &options());
    for (path, text) in &generated.files {
        assert!(!text.contains(['\u{202a}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2069}']), "{path}");
        for target in ["](javascript:", "](<", "](data:", "](../"] {
            assert!(!text.contains(target), "{path} links to {target}");
        }
    }
}

/// Checks that the name of a crate cannot be a keyword or the name of a crate that is part of Rust.
#[test]
fn names_of_crates_are_not_reserved() {
    let sources = sources(&["constructs/std.json"]);
    let options = |name: Option<&str>| Options { crate_name: name.map(str::to_owned), ..options() };
    assert_eq!(generate(&sources, &options(None)).crate_name, "std-client");
    for name in ["std", "core", "match", "Self", "crate", "proc-macro", "simba_runtime", "1st", "größe", "a b", ""] {
        let report = simba_codegen::generate(&sources, &options(Some(name))).expect_err("the name is rejected");
        assert!(report.to_string().contains(&format!("invalid crate name `{name}`")), "{report}");
    }
}

#[test]
fn host_prefixes() {
    let paths = ["src/operation/fixed.rs", "src/operation/labelled.rs"];
    check("host_prefix", &["host_prefix"], &paths);
}

#[test]
fn endpoint_parameters() {
    check("context_params", &["context_params"], &[ACT, "src/endpoint.rs"]);
}

#[test]
fn endpoints_contain_the_account_id_of_the_credentials() {
    check("account_id", &["account_id"], &["src/client.rs", "src/endpoint.rs", "Cargo.toml"]);
}

#[test]
fn the_url_of_the_endpoint_is_a_member() {
    check("endpoint_member", &["endpoint_member"], &["src/operation/ask.rs", "src/operation/guess.rs"]);
}

#[test]
fn idempotency_tokens() {
    check("idempotency_token", &["service", "idempotency_token"], &[ACT]);
}

#[test]
fn authentication_checksums_and_compression() {
    let operations = ["src/operation/signed.rs", "src/operation/open.rs", "src/operation/either.rs"];
    let paths =
        [operations[0], operations[1], operations[2], "src/operation/checked.rs", "src/client.rs", "Cargo.toml"];
    check("auth", &["auth"], &paths);
}

#[test]
fn requests_contain_api_keys_and_user_names() {
    let paths =
        ["src/operation/key.rs", "src/operation/login.rs", "src/operation/either.rs", "src/client.rs", "Cargo.toml"];
    check("http_auth", &["http_auth"], &paths);
}

#[test]
fn http_bindings() {
    let operations = ["find", "put", "upload", "peek"].map(|name| format!("src/operation/{name}.rs"));
    check("http_bindings", &["http_bindings"], &operations.each_ref().map(String::as_str));
}

#[test]
fn constant_headers() {
    check("request_headers", &["request_headers"], &["src/operation/find.rs", "src/operation/peek.rs"]);
}

#[test]
fn defaults_of_labels_are_sent_and_other_defaults_of_inputs_are_not() {
    check("label_default", &["label_default"], &["src/client.rs", "src/operation/find.rs"]);
}

#[test]
fn a_query_is_sent_as_a_form() {
    check("form_query", &["form_query"], &["src/operation/find.rs"]);
}

#[test]
fn the_message_of_an_error_is_another_member() {
    check("error_message", &["error_message"], &["src/error/denied.rs"]);
}

#[test]
fn endpoint_discovery_is_documented() {
    let generated = generate(&sources(&["odd/endpoint_note.json"]), &options());
    let root = &generated.files["src/lib.rs"];
    assert!(root.contains("//! Each box has an endpoint of its own, which `DescribeBoxes` returns."), "{root}");
}

#[test]
fn presigned_requests_have_the_body_in_the_query() {
    check("presign", &["presign"], &["src/operation/say.rs"]);
}

#[test]
fn bodies_have_tree_hashes() {
    check("tree_hash", &["tree_hash"], &["src/operation/upload.rs", "Cargo.toml"]);
}

#[test]
fn a_byte_order_mark_is_ignored() {
    let mut marked = sources(&["constructs/call_defaults.json"]);
    marked[0].text.insert(0, '\u{feff}');
    assert_eq!(generate(&marked, &options()).operations, 1);
}

#[test]
fn services_have_their_own_retry_and_timeout_defaults() {
    check("call_defaults", &["call_defaults"], &["src/client.rs", "src/operation/watch.rs"]);
}

#[test]
fn errors() {
    let errors = ["src/error.rs", "src/error/throttled.rs", "src/error/toy_broken.rs", "src/error/unknown.rs"];
    let paths = [errors[0], errors[1], errors[2], errors[3], ACT, "src/client.rs"];
    check("errors", &["errors"], &paths);
}

#[test]
fn inputs_and_outputs_may_be_shared_or_missing() {
    let paths = ["src/operation/get_box.rs", "src/operation/put_box.rs", "src/operation/ping.rs", "src/types.rs"];
    check("shared", &["shared"], &paths);
}

#[test]
fn methods_of_a_response_do_not_hide_those_of_a_shared_output() {
    let generated = generate(&sources(&["odd/shared_output.json"]), &options());
    let has =
        |file: &str, method: &str| generated.files[file].contains(&format!("pub fn {method}(&self) -> &[String]"));
    assert!(has("src/types/shelf.rs", "headers2") && has("src/types/inside.rs", "headers"));
}

#[test]
fn documentation() {
    let paths = [ACT, "src/lib.rs", "src/client.rs"];
    check("documentation", &["service", "documentation", "documentation-service"], &paths);
}

/// Checks that names in documentation are replaced with Rust names, which become links if their meaning is unambiguous.
#[test]
fn names_in_documentation_are_links() {
    let generated = generate(&sources(&["constructs/doc_links.json"]), &options());
    let documentation = |path: &str| {
        let lines = generated.files[path].lines().filter_map(|line| line.trim_start().strip_prefix("//"));
        lines.flat_map(|line| line.trim_start_matches(['/', '!']).split_whitespace()).collect::<Vec<_>>().join(" ")
    };
    for (path, expected) in [
        ("lib", "Start with [`list_parts`](crate::Client::list_parts)."),
        // A summary contains no link, since it also appears in places where the path may be invalid.
        ("client", "Gets a part that `list_parts` lists."),
        ("operation/get_part", "Gets a part that [`list_parts`](crate::Client::list_parts) lists."),
        (
            "operation/get_part",
            "Set [`part_name`](field@GetPartRequest::part_name), and [`type`](method@Self::type) to",
        ),
        // Only the first occurrence of a name is a link. `max_parts` is not a link, since only a request has this
        // member.
        ("operation/get_part", "`list_parts` accepts `max_parts`."),
        ("operation/get_part", "whose [`box_size`](field@crate::types::Part::box_size) may be absent."),
        // A name that is also the value of an enumeration is not changed.
        ("operation/get_part", "[`PartNotFound`](crate::error::PartNotFound), never with `TurnOn`, `Missing` or"),
        ("operation/get_part", "See `list_parts`."),
        // A waiter that is omitted has no method.
        (
            "operation/get_part",
            "with [`wait_until_part_found`](crate::Client::wait_until_part_found), not with `PartBroken`.",
        ),
        (
            "operation/get_part",
            "The `part_name`, or the `Name` of a tag. With [`type`](field@Self::type), it is unique.",
        ),
        ("operation/get_part", "The kind of part for `PartName`: `PartName` or `TurnOn`."),
        ("types/part", "without a [`name`](field@Self::name), and `max_parts` does not limit it."),
        ("types/part", "A part in a box of [`box_size`](field@Self::box_size)."),
        ("error", "The part of `get_part` does not exist."),
    ] {
        let found = documentation(&format!("src/{path}.rs"));
        assert!(found.contains(expected), "{path} lacks {expected:?}:\n{found}");
    }
}

#[test]
fn deprecated_items_cause_warnings_only_for_users() {
    check("deprecated", &["deprecated"], &["src/lib.rs", ACT, "src/types/choice.rs"]);
}
