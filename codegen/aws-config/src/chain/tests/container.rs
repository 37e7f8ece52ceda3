//! Tests credentials from the container credentials endpoint.

use super::fake::Nowhere;
use super::*;

#[test]
fn a_token_is_sent_to_a_full_uri() {
    let fake = Fake::new([(200, json("TASK"))]);
    let uri = format!("{}/creds?id=1", fake.url());
    let vars =
        [("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc")];
    assert_eq!(search(&environment(&vars, "")), Ok(expected("TASK")));
    let seen = &fake.seen()[0];
    assert_eq!(seen.line, "GET /creds?id=1");
    assert_eq!(seen.header("authorization"), Some("Basic abc"));
}

#[test]
fn the_account_id_is_read() {
    let fake = Fake::new([(200, json("TASK").replace("\"Token\"", "\"AccountId\": \"123456789012\", \"Token\""))]);
    let found = search(&environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &fake.url())], ""));
    assert_eq!(found, Ok(expected("TASK").account_id("123456789012")));
}

#[test]
fn a_token_in_a_file_takes_precedence() {
    let fake = Fake::new([(200, json("POD"))]);
    let vars = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "wrong"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"),
    ];
    let environment = environment(&vars, "").file("/token", "right\n");
    assert_eq!(search(&environment), Ok(expected("POD")));
    assert_eq!(fake.seen()[0].header("authorization"), Some("right"));
}

#[test]
fn a_relative_uri_is_for_ecs_and_takes_precedence() {
    let nowhere = Arc::new(Nowhere::default());
    let vars = [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/y"),
    ];
    let error = search_through(&environment(&vars, ""), nowhere.clone()).unwrap_err();
    assert_eq!(*nowhere.urls.lock().unwrap(), ["http://169.254.170.2/v2/x"]);
    assert_eq!(error, "container credentials: cannot send a request to http://169.254.170.2: nothing gets through",);
}

#[test]
fn no_request_is_sent_to_a_host_that_must_not_receive_the_token() {
    let nowhere = Arc::new(Nowhere::default());
    let vars = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/x"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"),
    ];
    let error = search_through(&environment(&vars, ""), nowhere.clone()).unwrap_err();
    assert!(nowhere.urls.lock().unwrap().is_empty());
    assert_eq!(
        error,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI: invalid value `http://example.com/x`; expected an https URL, or an \
         http URL whose host is localhost, a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]",
    );
}

#[test]
fn a_relative_uri_is_a_path() {
    let vars = [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2/x?token=hush")];
    assert_eq!(
        search(&environment(&vars, "")).unwrap_err(),
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: invalid value `v2/x?***`; expected a path that starts with a slash",
    );
}

#[test]
fn a_token_that_cannot_be_sent_is_not_shown() {
    let vars = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/x"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\nhush"),
    ];
    assert_eq!(
        search(&environment(&vars, "")).unwrap_err(),
        "container credentials: the header `authorization` contains a character that is not allowed in HTTP headers",
    );
}

#[test]
fn responses_of_the_endpoint() {
    let table = [
        (
            (403, r#"{"code": "AccessDenied", "message": "no"}"#),
            "container credentials: the endpoint returned an error: AccessDenied: no (HTTP 403)",
        ),
        ((404, "gone\n"), "container credentials: the endpoint returned an error: gone (HTTP 404)"),
        ((200, "gone"), "container credentials: the response is not valid JSON"),
        ((200, "{}"), "container credentials: the response has no `AccessKeyId`"),
        (
            (200, r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": "soon"}"#),
            "container credentials: the `Expiration` in the response is not a valid time",
        ),
        // If a member of the wrong type were ignored, requests with the credentials would fail later.
        (
            (200, r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "Token": 1}"#),
            "container credentials: the `Token` in the response is not a string",
        ),
        (
            (200, r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": 1795341600}"#),
            "container credentials: the `Expiration` in the response is not a string",
        ),
        (
            (200, r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "AccountId": 12345678901}"#),
            "container credentials: the `AccountId` in the response is not a string",
        ),
    ];
    for ((status, body), expected) in table {
        let fake = Fake::new([(status, body.to_owned())]);
        let vars = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*fake.url())];
        assert_eq!(search(&environment(&vars, "")).unwrap_err(), expected);
    }
    let fake = Fake::new([(200, r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": ""}"#.to_owned())]);
    assert!(search(&environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &fake.url())], "")).is_err());
}
