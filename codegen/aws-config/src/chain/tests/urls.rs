//! Tests that URLs with passwords are rejected wherever they are set, and are never shown or sent.

use super::fake::Nowhere;
use super::*;

const STATIC: &str = "[default]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = base\n\
                      [profile base]\naws_access_key_id = BASE\naws_secret_access_key = secret\n";

const URLS: [&str; 7] = [
    "https://user:hush@example.com",
    "http://user:hush@127.0.0.1/",
    "https://user:hu/hush@example.com/",
    "https://user:hu?hush@example.com/",
    "https://user:hu#hush@example.com/",
    "user:hush@example.com",
    "ftp://user:hush@exa mple.com",
];

#[test]
fn a_password_in_a_url_is_rejected_and_never_shown_or_sent() {
    for url in URLS {
        for (variable, config) in [
            ("AWS_ENDPOINT_URL", STATIC),
            ("AWS_ENDPOINT_URL_STS", STATIC),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", ""),
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ""),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", ""),
        ] {
            refused(&environment(&[(variable, url), ("AWS_EC2_METADATA_DISABLED", "false")], config), variable);
        }
        // The password contains no ` #`, which would start a comment.
        for setting in ["endpoint_url = ", "services = s\n[services s]\nsts =\n endpoint_url = "] {
            let config = STATIC.replace("region = eu-west-1\n", "") + &format!("[default]\n{setting}{url}\n");
            refused(&environment(&[("AWS_REGION", "eu-west-1")], &config), setting);
        }
        let config = format!("[default]\nec2_metadata_service_endpoint = {url}\n");
        refused(&environment(&[("AWS_EC2_METADATA_DISABLED", "false")], &config), "ec2_metadata_service_endpoint");
    }
}

#[track_caller]
fn refused(environment: &Environment, setting: &str) {
    let shown = |text: String| assert!(!text.contains("hush"), "{setting}: {text}");
    match crate::from_environment(environment) {
        Ok(config) => shown(format!("{config:?} {config:#?} {:?}", config.to_builder())),
        Err(error) => shown(format!("{error} {error:?}")),
    }
    let nowhere = Arc::new(Nowhere::default());
    let error = search_through(environment, Arc::clone(&nowhere) as Arc<dyn Transport>).unwrap_err();
    assert_eq!(*nowhere.urls.lock().unwrap(), [""; 0], "{setting}: {error}");
    shown(error);
}

#[test]
fn a_query_may_be_a_secret_too() {
    let url = "https://example.com/credentials?token=hush";
    let environment = environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)], "");
    let nowhere = Arc::new(Nowhere::default());
    let error = search_through(&environment, Arc::clone(&nowhere) as Arc<dyn Transport>).unwrap_err();
    assert_eq!(*nowhere.urls.lock().unwrap(), [url]);
    assert!(!error.contains("hush"), "{error}");
    let insecure = super::environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/?token=hush")], "");
    let error = search(&insecure).unwrap_err();
    assert!(error.contains("`http://example.com/?***`"), "{error}");
}
