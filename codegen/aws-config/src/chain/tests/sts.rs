//! Tests assumed roles with a fake of STS.

use super::fake::Nowhere;
use super::*;

pub(super) fn xml(action: &str, id: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>\
         <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId>\
         <Arn>arn:aws:sts::123456789012:assumed-role/a/me</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>s/e+c</SecretAccessKey>\
         <SessionToken>to&amp;ken</SessionToken><Expiration>2026-11-22T11:00:00Z</Expiration>\
         </Credentials></{action}Result></{action}Response>"
    )
}

pub(super) fn refusal(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>not &lt;you&gt;</Message></Error></ErrorResponse>"
    )
}

/// Returns the credentials of the assumed role in [`xml`].
fn assumed(id: &str) -> Credentials {
    expected(id).account_id("123456789012")
}

pub(super) const ROLE: &str = "[default]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/a\n\
                    source_profile = base\nrole_session_name = me\nexternal_id = e/x\n\
                    duration_seconds = 1200\n[profile base]\naws_access_key_id = BASE\n\
                    aws_secret_access_key = secret\n";

#[test]
fn the_role_of_a_profile_is_assumed() {
    let sts = Fake::new([(200, xml("AssumeRole", "ROLE"))]);
    let environment = environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE);
    assert_eq!(search(&environment), Ok(assumed("ROLE")));
    let seen = &sts.seen()[0];
    assert_eq!(seen.line, "POST /");
    assert_eq!(
        seen.body,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa\
         &RoleSessionName=me&ExternalId=e%2Fx&DurationSeconds=1200",
    );
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(format!("http://{}", seen.header("host").unwrap()), sts.url());
    let signature = seen.header("authorization").unwrap();
    let start = "AWS4-HMAC-SHA256 Credential=BASE/20261122/eu-west-1/sts/aws4_request, ";
    assert!(signature.starts_with(start), "{signature}");
}

#[test]
fn a_role_is_assumed_with_another_role() {
    let sts = Fake::new([(200, xml("AssumeRole", "ONE")), (200, xml("AssumeRole", "TWO"))]);
    let config = format!("{ROLE}[profile top]\nrole_arn = top\nsource_profile = default");
    let vars = [("AWS_ENDPOINT_URL_STS", sts.url()), ("AWS_PROFILE", "top".into())];
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(search(&environment(&vars, &config)), Ok(assumed("TWO")));
    let seen = sts.seen();
    assert!(seen[0].body.contains("role%2Fa") && seen[1].body.contains("RoleArn=top"));
    assert!(seen[1].header("authorization").unwrap().contains("Credential=ONE/"));
    assert_eq!(seen[1].header("x-amz-security-token"), Some("to&ken"));
}

#[test]
fn a_role_is_assumed_with_credentials_from_the_environment() {
    let sts = Fake::new([(200, xml("AssumeRole", "ROLE"))]);
    let environment = environment(
        &[
            ("AWS_ENDPOINT_URL_STS", &sts.url()),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/never"),
            ("AWS_REGION", "us-east-2"),
        ],
        "[default]\nrole_arn = r\ncredential_source = Environment",
    );
    let error = search(&environment).unwrap_err();
    assert_eq!(
        error,
        "profile `default`: its `credential_source` has no credentials: AWS_ACCESS_KEY_ID is not \
         set",
    );
}

#[test]
fn a_role_is_assumed_with_credentials_from_the_container() {
    let container = Fake::new([(200, json("TASK"))]);
    let sts = Fake::new([(200, xml("AssumeRole", "ROLE"))]);
    let environment = environment(
        &[("AWS_ENDPOINT_URL_STS", &sts.url()), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container.url())],
        "[default]\nrole_arn = r\ncredential_source = EcsContainer",
    );
    assert_eq!(search(&environment), Ok(assumed("ROLE")));
    assert!(sts.seen()[0].header("authorization").unwrap().contains("Credential=TASK/"));
}

#[test]
fn the_error_for_a_rejected_role_is_one_line() {
    let sts = Fake::new([(403, refusal("AccessDenied"))]);
    let error = search(&environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE)).unwrap_err();
    assert_eq!(
        error,
        "profile `default`: cannot assume the role arn:aws:iam::1:role/a: STS returned \
         AccessDenied: not <you> (HTTP 403)",
    );
}

#[test]
fn a_response_without_complete_credentials_is_an_error() {
    let whole = xml("AssumeRole", "ROLE");
    let table = [
        (whole.replace("<SessionToken>to&amp;ken</SessionToken>", ""), "the response from STS has no `SessionToken`"),
        (whole.replace("s/e+c", ""), "the response from STS has no `SecretAccessKey`"),
        (whole.replace("2026-11-22T11:00:00Z", "soon"), "invalid expiration `soon` in the response from STS"),
    ];
    for (response, expected) in table {
        let sts = Fake::new([(200, response)]);
        assert_eq!(
            search(&environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE)).unwrap_err(),
            format!("profile `default`: cannot assume the role arn:aws:iam::1:role/a: {expected}"),
        );
    }
}

#[test]
fn a_transient_failure_is_retried() {
    let sts = Fake::new([(503, String::new()), (429, refusal("Throttling")), (200, xml("AssumeRole", "ROLE"))]);
    let environment = environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE);
    assert_eq!(search(&environment), Ok(assumed("ROLE")));
    let sts = Fake::new([const { (500, String::new()) }; 3]);
    let environment = super::environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE);
    let error = search(&environment).unwrap_err();
    assert!(error.ends_with("(HTTP 500)"), "{error}");
    assert_eq!(sts.seen().len(), 3);
}

#[test]
fn a_web_identity_comes_from_variables_or_from_a_profile() {
    let variables: &[(&str, &str)] =
        &[("AWS_ROLE_ARN", "arn:r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_SESSION_NAME", "pod")];
    let profile = "[default]\nrole_arn = arn:r\nweb_identity_token_file = /token\n\
                   role_session_name = pod";
    for (vars, config) in [(variables, ""), (&[][..], profile)] {
        let sts = Fake::new([(200, xml("AssumeRoleWithWebIdentity", "POD"))]);
        let url = sts.url();
        let vars: Vec<_> = vars.iter().copied().chain([("AWS_ENDPOINT_URL", url.as_str())]).collect();
        let environment = environment(&vars, config).file("/token", "j.w/t\n");
        assert_eq!(search(&environment), Ok(assumed("POD")));
        let seen = &sts.seen()[0];
        assert_eq!(
            seen.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Ar\
             &RoleSessionName=pod&WebIdentityToken=j.w%2Ft",
        );
        assert_eq!(seen.header("authorization"), None);
    }
}

#[test]
fn an_unreadable_token_and_a_missing_variable_are_errors() {
    let vars = [("AWS_ROLE_ARN", "arn:r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")];
    assert_eq!(
        search(&environment(&vars, "")).unwrap_err(),
        "cannot assume the role arn:r: cannot read the web identity token /token: entity not found",
    );
    assert_eq!(
        search(&environment(&vars[1..], "")).unwrap_err(),
        "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both or neither",
    );
}

#[test]
fn the_endpoint_of_sts_depends_on_the_region() {
    let table: &[(&[(&str, &str)], &str)] = &[
        (&[], "https://sts.us-east-1.amazonaws.com/"),
        (&[("AWS_REGION", "eu-west-1")], "https://sts.eu-west-1.amazonaws.com/"),
        (&[("AWS_REGION", "cn-north-1")], "https://sts.cn-north-1.amazonaws.com.cn/"),
        (
            &[("AWS_REGION", "us-east-1"), ("AWS_USE_FIPS_ENDPOINT", "true")],
            "https://sts-fips.us-east-1.amazonaws.com/",
        ),
        (
            &[("AWS_REGION", "us-gov-west-1"), ("AWS_USE_FIPS_ENDPOINT", "true")],
            "https://sts.us-gov-west-1.amazonaws.com/",
        ),
        (
            &[
                ("AWS_REGION", "us-gov-west-1"),
                ("AWS_USE_FIPS_ENDPOINT", "true"),
                ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
            ],
            "https://sts-fips.us-gov-west-1.api.aws/",
        ),
        (&[("AWS_ENDPOINT_URL", "http://x:1/base/")], "http://x:1/base/"),
    ];
    for (vars, url) in table {
        let vars: Vec<_> =
            vars.iter().copied().chain([("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")]).collect();
        let nowhere = Arc::new(Nowhere::default());
        let environment = environment(&vars, "").file("/token", "t");
        let error = search_through(&environment, nowhere.clone()).unwrap_err();
        assert!(error.ends_with("nothing gets through"), "{error}");
        assert_eq!(*nowhere.urls.lock().unwrap(), [*url]);
    }
}

#[test]
fn the_endpoint_of_the_clients_service_does_not_apply_to_sts() {
    let environment = environment(&[("AWS_REGION", "eu-west-1")], ROLE);
    let config = crate::from_environment(&environment).unwrap();
    let config = config.to_builder().endpoint_url("http://localhost:4566").build();
    let nowhere = Arc::new(Nowhere::default());
    let transport: Arc<dyn Transport> = nowhere.clone();
    let clock: Arc<dyn Clock> = Arc::new(Still);
    assert!(block_on(simba_runtime::__private::components::credentials(&config, &transport, &clock).get()).is_err());
    assert_eq!(*nowhere.urls.lock().unwrap(), ["https://sts.eu-west-1.amazonaws.com/"]);
}
