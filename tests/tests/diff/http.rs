//! Tests how changes to HTTP traits are described.

use simba_codegen::diff::{Effect, diff};

use crate::{
    edits::{Reported, assert_described, source},
    options,
};

const OLD: &str = r#"
    $version: "2"
    namespace example.books
    use aws.protocols#restJson1
    use aws.auth#sigv4

    @restJson1
    @sigv4(name: "books")
    service Library { version: "2026-01-01", operations: [GetBook] }

    // Some edits move members to the body.
    @suppress(["HttpMethodSemantics", "HttpResponseCodeSemantics"])
    @http(method: "GET", uri: "/books/{Id}", code: 200)
    operation GetBook { input: GetBookInput, output: GetBookOutput, errors: [Lost] }

    structure GetBookInput {
        @required @httpLabel Id: String
        @httpQuery("page") Page: Integer
        @httpHeader("X-Shelf") Shelf: String
        @httpPrefixHeaders("X-Meta-") Metadata: Metadata
    }
    map Metadata { key: String, value: String }

    structure GetBookOutput {
        @httpResponseCode Status: Integer
        @httpPayload @required Cover: Cover
    }
    blob Cover
    union Place { shelf: String, box: Timestamp }

    @error("client")
    @httpError(404)
    structure Lost { @httpHeader("X-Place") Place: String, Near: Place }
"#;

/// Checks the description of each change. Each row contains an edit to the model, and the change that must be reported.
/// If no change is reported, both models generate the same crate.
#[test]
fn each_change_of_http_traits_is_described() {
    use Effect::{Behavior, Breaking};
    let get_book = "Client::get_book";
    let request = "operation::get_book::GetBookInput";
    let response = "operation::get_book::GetBookOutput";
    let rows: &[(&str, &str, Option<Reported>)] = &[
        (
            r#"method: "GET""#,
            r#"method: "PUT""#,
            Some((
                Behavior,
                get_book,
                "the method and URI of the request changed from `GET /books/{Id}` to `PUT /books/{Id}`",
            )),
        ),
        (
            r#"uri: "/books/{Id}""#,
            r#"uri: "/book/{Id}?v=2""#,
            Some((
                Behavior,
                get_book,
                "the method and URI of the request changed from `GET /books/{Id}` to `GET /book/{Id}?v=2`",
            )),
        ),
        ("@http(", "@simba.api#formQuery @http(", Some((Behavior, get_book, "the request is now sent as a form"))),
        (
            "@http(",
            "@aws.auth#unsignedPayload @http(",
            Some((Behavior, get_book, "the request is now signed without its body")),
        ),
        (
            "@http(",
            "@simba.api#presignedGet @http(",
            Some((Behavior, get_book, "the request is now presigned as a `GET`")),
        ),
        (
            "@restJson1\n",
            "@restJson1(http: [\"h2\"])\n",
            Some((Behavior, get_book, "the request is now sent over HTTP/2 only")),
        ),
        (
            "@http(",
            "@endpoint(hostPrefix: \"books.\") @http(",
            Some((Behavior, get_book, "the host prefix or the endpoint parameters changed")),
        ),
        ("@http(", "@auth([]) @http(", Some((Behavior, get_book, "the authentication changed"))),
        (
            "@http(",
            "@auth([]) @http(",
            Some((Breaking, "operation::get_book::GetBook", "the method `presign` was removed")),
        ),
        (
            r#"@httpQuery("page")"#,
            r#"@httpQuery("p")"#,
            Some((Behavior, request, "the serialized form of the field `page` changed")),
        ),
        (
            r#"@httpHeader("X-Shelf")"#,
            "",
            Some((Behavior, request, "the serialized form of the field `shelf` changed")),
        ),
        (
            r#"@httpPrefixHeaders("X-Meta-")"#,
            "@httpQueryParams",
            Some((Behavior, request, "the serialized form of the field `metadata` changed")),
        ),
        (
            "@httpResponseCode ",
            r#"@httpHeader("X-Status") "#,
            Some((Behavior, response, "the serialized form of the field `status` changed")),
        ),
        (
            r#"@httpHeader("X-Place")"#,
            "",
            Some((Behavior, "error::Lost", "the serialized form of the field `place` changed")),
        ),
        (
            "box: Timestamp",
            "@jsonName(\"Box\") box: Timestamp",
            Some((Behavior, "types::Place", "the serialized form of the variant `Box` changed")),
        ),
        (
            "    blob Cover",
            "    @streaming blob Cover",
            Some((
                Breaking,
                response,
                "now has a stream: `Clone`, `PartialEq` and serde's traits are no longer implemented",
            )),
        ),
        // A change of this code has no effect, since the client uses the status of the response.
        ("code: 200", "code: 201", None),
        (
            "@httpError(404)",
            "@httpError(410)",
            Some((Behavior, "error::Lost", "the code, fault, message or HTTP status changed")),
        ),
    ];
    assert_described("http", OLD, rows);
}

#[test]
fn additions_to_an_operation_are_described() {
    let lines = |old: String| {
        let (old, new) = (source(old), source(OLD.to_owned()));
        let found = diff(&old, &new, &options()).expect("both models are valid");
        found.changes.iter().map(|change| format!("{}: {}", change.item, change.what)).collect::<Vec<_>>()
    };
    let unsigned = lines(OLD.replace("@http(", "@auth([]) @http("));
    let expected = "operation::get_book::GetBook: the method `presign` was added".to_owned();
    assert!(unsigned.contains(&expected), "{unsigned:#?}");
    let without_input = lines(OLD.replace("input: GetBookInput, ", "").replace("/books/{Id}", "/books"));
    let expected = "Client::get_book: the request is now sent with an input".to_owned();
    assert!(without_input.contains(&expected), "{without_input:#?}");
    let streamed = lines(OLD.replace("    blob Cover", "    @streaming blob Cover"));
    let expected = "operation::get_book::GetBookOutput: \
                    no longer has a stream: `Clone`, `PartialEq` and serde's traits are now implemented";
    assert!(streamed.iter().any(|line| line == expected), "{streamed:#?}");
}
