//! Tests how changes to the client are described: its waiters, settings and methods.

use simba_codegen::diff::{
    Effect::{Addition, Behavior, Breaking},
    diff,
};

use crate::{
    edits::{assert_described, source},
    options,
};

const OLD: &str = r#"
    $version: "2"
    namespace example.books
    use aws.auth#sigv4
    use aws.protocols#awsJson1_0
    use aws.protocols#restJson1
    use smithy.rules#clientContextParams
    use smithy.waiters#waitable

    @awsJson1_0
    @sigv4(name: "books")
    @clientContextParams(shelf: { type: "string" })
    service Library { version: "2026-01-01", operations: [GetBook, ListBooks] }

    @http(method: "POST", uri: "/book")
    @waitable(
        BookLent: {
            minDelay: 2, maxDelay: 60
            acceptors: [
                { state: "success", matcher: { output:
                    { path: "State", comparator: "stringEquals", expected: "LENT" } } }
                { state: "failure", matcher: { output:
                    { path: "Owner", comparator: "stringEquals", expected: "NOBODY" } } }
            ]
        }
        BookReturned: {
            acceptors: [
                { state: "success", matcher: { output:
                    { path: "Owner", comparator: "stringEquals", expected: "LIBRARY" } } }
            ]
        }
    )
    operation GetBook { input: Selection, output := { State: String, Owner: String } }

    @http(method: "POST", uri: "/books")
    @paginated(inputToken: "Next", outputToken: "Next", items: "Books")
    operation ListBooks {
        input: Selection
        output := { Next: String, Other: String, Mark: Mark, Books: Names, Lent: Names }
    }

    structure Selection { @required Id: String, Shelf: String, Next: String, Other: String, Mark: Mark }
    list Names { member: String }
    enum Mark { FIRST }
"#;

const LENT: &str = "Client::wait_until_book_lent";
const RETURNED: &str = "Client::wait_until_book_returned";
const SETTINGS: &str = "settings::EndpointSettings";

#[test]
fn each_change_of_waiters_is_described() {
    assert_described(
        "waiters",
        OLD,
        &[
            ("        BookLent: {", "        BookSold: {", Some((Breaking, LENT, "removed"))),
            (
                "        BookLent: {",
                "        BookSold: {",
                Some((Addition, "Client::wait_until_book_sold", "new waiter")),
            ),
            (
                "BookLent: {\n            minDelay",
                "BookLent: {\n            deprecated: true\n            minDelay",
                Some((Behavior, LENT, "deprecated, so using it causes a warning")),
            ),
            (
                "minDelay: 2, maxDelay: 60",
                "minDelay: 5",
                Some((Behavior, LENT, "the delay between polls changed from `2 to 60 seconds` to `5 to 120 seconds`")),
            ),
            (r#"expected: "LENT""#, r#"expected: "SOLD""#, Some((Behavior, LENT, "the acceptors changed"))),
            (r#"path: "State""#, r#"path: "Owner""#, Some((Behavior, LENT, "the acceptors changed"))),
            (r#"state: "failure""#, r#"state: "retry""#, Some((Behavior, LENT, "the acceptors changed"))),
            (
                "    @waitable(",
                "    @simba.api#waiterArguments(BookLent: { shelf: \"Shelf\" })\n    @waitable(",
                Some((
                    Breaking,
                    LENT,
                    "the signature changed from `(id: String) -> Wait<operation::get_book::GetBookRequest>` to \
                     `(id: String, shelf: String) -> Wait<operation::get_book::GetBookRequest>`",
                )),
            ),
            (
                "@required Id: String, Shelf",
                "@required Id: String, @required Shelf",
                Some((
                    Breaking,
                    RETURNED,
                    "the signature changed from `(id: String) -> Wait<operation::get_book::GetBookRequest>` to \
                     `(id: String, shelf: String) -> Wait<operation::get_book::GetBookRequest>`",
                )),
            ),
        ],
    );
}

/// The waiters of an operation share the functions that evaluate their paths.
#[test]
fn a_waiter_does_not_change_with_the_others() {
    let (old, new) = (source(OLD.to_owned()), source(OLD.replace("BookLent", "Lent")));
    let found = diff(&old, &new, &options()).expect("both models are valid");
    let lines: Vec<String> = found.changes.iter().map(|change| format!("{}: {}", change.item, change.what)).collect();
    assert_eq!(lines, [format!("{LENT}: removed"), "Client::wait_until_lent: new waiter".to_owned()]);
}

#[test]
fn each_change_of_settings_is_described() {
    assert_described(
        "settings",
        OLD,
        &[
            (
                r#"@clientContextParams(shelf: { type: "string" })"#,
                "",
                Some((Breaking, SETTINGS, "the method `shelf` was removed")),
            ),
            (
                r#"shelf: { type: "string" }"#,
                r#"shelf: { type: "string" }, row: { type: "boolean" }"#,
                Some((Addition, SETTINGS, "the method `row` was added")),
            ),
            (
                r#"shelf: { type: "string" }"#,
                r#"shelf: { type: "stringArray" }"#,
                Some((
                    Breaking,
                    SETTINGS,
                    "the parameter of the method `shelf` changed from `String` to `Vec<String>`",
                )),
            ),
        ],
    );
}

#[test]
fn each_change_of_the_client_is_described() {
    assert_described(
        "client",
        OLD,
        &[
            ("@awsJson1_0", "@restJson1", Some((Breaking, "Client", "the method `call_raw` was removed"))),
            (
                "@sigv4(name: \"books\")\n",
                "@sigv4(name: \"books\")\n@httpBasicAuth\n@auth([httpBasicAuth])\n",
                Some((Behavior, "Client", "the default authentication changed")),
            ),
        ],
    );
}

#[test]
fn each_change_of_pagination_is_described() {
    let item = "operation::list_books::ListBooks";
    assert_described(
        "pagination",
        OLD,
        &[
            (
                r#"outputToken: "Next""#,
                r#"outputToken: "Other""#,
                Some((Behavior, item, "the pagination token changed from `Next = Next` to `Next = Other`")),
            ),
            (
                r#"inputToken: "Next", outputToken: "Next""#,
                r#"inputToken: "Mark", outputToken: "Mark""#,
                Some((Breaking, item, "the type of the pagination token changed from `String` to `types::Mark`")),
            ),
            (
                r#"items: "Books""#,
                r#"items: "Lent""#,
                Some((Behavior, item, "the member that `items` reads changed from `Books` to `Lent`")),
            ),
        ],
    );
}

#[test]
fn a_change_of_the_errors_of_an_event_stream_is_described() {
    let model = OLD.replace("State: String, Owner: String }", "State: String, Owner: String, events: Events }")
        + r#"
    @streaming
    union Events { state: State, lost: Lost }
    structure State { Names: Names }
    @error("client")
    structure Lost {}
"#;
    assert_described(
        "events",
        &model,
        &[(
            "lost: Lost }",
            "Lost: Lost }",
            Some((Behavior, "types::Events", "the errors of the event stream changed")),
        )],
    );
}
