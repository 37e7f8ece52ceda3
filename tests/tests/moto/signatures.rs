//! Tests signatures. The server verifies them with AWS's signer for Python.

use fsx::{
    Client, Config, blocking,
    credentials::Credentials,
    error::SdkError,
    operation::create_file_system::CreateFileSystemError,
    types::{FileSystemType, Tag},
};

use crate::{server::Server, wait};

/// The number of requests that moto does not verify. `keys.py` sends these requests to create the keys that are needed
/// for verification.
const UNCHECKED: u32 = 6;

type Made = Result<(), SdkError<CreateFileSystemError>>;

#[test]
fn only_valid_signatures_are_accepted() {
    let Some(server) = Server::strict(UNCHECKED) else { return };
    let keys = server.ask("keys.py");
    let keys: Vec<Vec<&str>> = keys.lines().map(|line| line.split(' ').collect()).collect();
    let [user, session] = &keys[..] else { panic!("keys.py printed {keys:?}") };
    let [id, secret] = user[..] else { panic!("keys.py printed {user:?}") };
    let [session_id, session_secret, token] = session[..] else { panic!("keys.py printed {session:?}") };

    for make in [awaited, blocking] {
        let make = |credentials| {
            make(
                Config::builder()
                    .region("eu-west-1")
                    .endpoint_url(&server.url)
                    .credentials_provider(credentials)
                    .build(),
            )
        };
        make(Credentials::new(id, secret)).unwrap();
        make(Credentials::new(session_id, session_secret).session_token(token)).unwrap();

        refused(make(Credentials::new(id, "not the secret")), "SignatureDoesNotMatch");
        refused(make(Credentials::new(session_id, secret).session_token(token)), "SignatureDoesNotMatch");
        refused(make(Credentials::new("AKIAIOSFODNN7EXAMPLE", secret)), "InvalidClientTokenId");
    }
}

/// Checks that the server rejected a call with this code. Moto returns the code in the XML format of IAM.
fn refused(made: Made, code: &str) {
    let error = made.expect_err("the server accepted an invalid request");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403), "{error}");
    let body = String::from_utf8_lossy(error.raw_body().expect("there is a response"));
    assert!(body.contains(code), "{body}");
}

fn awaited(config: Config) -> Made {
    let call = Client::new(config).create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"]);
    wait(call.tags([tag()]).send()).map(drop)
}

fn blocking(config: Config) -> Made {
    let call = blocking::Client::new(config).create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"]);
    call.tags([tag()]).send().map(drop)
}

/// Returns a tag with non-ASCII characters, which affect the hash of the body.
fn tag() -> Tag {
    Tag::new("größe", "✓")
}
