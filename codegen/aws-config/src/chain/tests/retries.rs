//! Tests which failures of the services are retried, and when.

use super::sso::{CACHE, SESSION, renewable, role_credentials, token};
use super::sts::{ROLE, refusal, xml};
use super::*;
use simba_runtime::random::Random;
use simba_runtime::testing::ManualClock;

const WEB_IDENTITY: [(&str, &str); 2] = [("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")];

#[test]
fn errors_of_sts_are_classified_by_their_codes() {
    for (code, again) in [
        ("Throttling", true),
        ("ThrottlingException", true),
        ("RequestTimeout", true),
        ("IDPCommunicationError", false),
        ("AccessDenied", false),
    ] {
        let sts = Fake::new([(400, refusal(code)), (200, xml("AssumeRole", "ROLE"))]);
        let result = search(&environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE));
        assert_eq!(result.is_ok(), again, "{code}: {result:?}");
    }
    for (code, again) in [
        ("Throttling", true),
        ("IDPCommunicationError", true),
        ("InvalidIdentityToken", true),
        ("ExpiredTokenException", false),
    ] {
        let sts = Fake::new([(400, refusal(code)), (200, xml("AssumeRoleWithWebIdentity", "POD"))]);
        let vars = [WEB_IDENTITY[0], WEB_IDENTITY[1], ("AWS_ENDPOINT_URL_STS", &*sts.url())];
        let result = search(&environment(&vars, "").file("/token", "t"));
        assert_eq!(result.is_ok(), again, "{code}: {result:?}");
    }
}

#[test]
fn errors_of_sso_and_containers_are_classified_by_their_codes() {
    for (header, body, again) in [
        ("x-amzn-errortype: TooManyRequestsException:http://internal/", "{}", true),
        ("server: fake", r#"{"__type": "com.amazonaws.sso#TooManyRequestsException"}"#, true),
        ("x-amzn-errortype: InvalidRequestException", "{}", false),
    ] {
        let portal = Fake::with_header(header, [(400, body.to_owned()), role_credentials()]);
        let vars = [("AWS_ENDPOINT_URL_SSO", &*portal.url())];
        let result = search(&environment(&vars, SESSION).file(CACHE, token("2026-11-22T12:00:00Z")));
        assert_eq!(result.is_ok(), again, "{header} {body}: {result:?}");
    }
    let task =
        Fake::new([(400, r#"{"code": "ThrottlingException", "message": "slowly"}"#.to_owned()), (200, json("TASK"))]);
    assert_eq!(search(&environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &task.url())], "")), Ok(expected("TASK")));
}

#[test]
fn errors_of_sso_oidc_are_classified_by_their_codes() {
    for (code, again) in [("slow_down", true), ("invalid_grant", false)] {
        let renewed = r#"{"accessToken": "new", "expiresIn": 3600}"#.to_owned();
        let oidc = Fake::new([(400, format!(r#"{{"error": "{code}"}}"#)), (200, renewed)]);
        let portal = Fake::new([role_credentials()]);
        let urls = [("AWS_ENDPOINT_URL_SSO", &*portal.url()), ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url())];
        let result = search(&environment(&urls, SESSION).file(CACHE, renewable("2026-11-22T09:00:00Z")));
        assert_eq!(result.is_ok(), again, "{code}: {result:?}");
    }
}

#[test]
fn a_token_that_the_portal_rejects_is_recognized_by_the_code_too() {
    let header = "x-amzn-errortype: UnauthorizedException";
    let portal = Fake::with_header(header, [(403, r#"{"message": "Session token not found or invalid"}"#.to_owned())]);
    let vars = [("AWS_ENDPOINT_URL_SSO", &*portal.url())];
    let error = search(&environment(&vars, SESSION).file(CACHE, token("2026-11-22T12:00:00Z"))).unwrap_err();
    assert!(error.ends_with("SSO rejected the token; sign in with `aws sso login --profile default`"), "{error}");
}

#[test]
fn a_wrong_clock_is_corrected_by_the_clock_of_sts() {
    let expired = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>\
                   <Message>Signature expired</Message></Error></ErrorResponse>";
    for (date, again) in [("date: Sun, 22 Nov 2026 11:00:00 GMT", true), ("date: Sun, 22 Nov 2026 10:01:00 GMT", false)]
    {
        let sts = Fake::with_header(date, [(403, expired.to_owned()), (200, xml("AssumeRole", "ROLE"))]);
        let result = search(&environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE));
        assert_eq!(result.is_ok(), again, "{date}: {result:?}");
        let times: Vec<_> = sts.seen().iter().map(|seen| seen.header("x-amz-date").unwrap().to_owned()).collect();
        assert_eq!(times, ["20261122T100000Z", "20261122T110000Z"][..if again { 2 } else { 1 }]);
    }
}

#[test]
fn the_clock_correction_can_be_disabled() {
    let denied = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>".to_owned();
    let sts = Fake::with_header("date: Sun, 22 Nov 2026 11:00:00 GMT", [(403, denied)]);
    let vars = [("AWS_ENDPOINT_URL_STS", &*sts.url()), ("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "true")];
    assert!(search(&environment(&vars, ROLE)).is_err());
    assert_eq!(sts.seen().len(), 1);
}

#[derive(Debug)]
struct Fixed(u64);

impl Random for Fixed {
    fn bits(&self) -> u64 {
        self.0
    }
}

/// Returns the pauses between three attempts, in milliseconds.
fn pauses(bits: u64, header: &'static str, failure: &(u16, String)) -> Vec<u64> {
    let sts = Fake::with_header(header, [failure.clone(), failure.clone(), failure.clone()]);
    let environment = environment(&[("AWS_ENDPOINT_URL_STS", &sts.url())], ROLE);
    let config = crate::from_environment(&environment).unwrap().to_builder().random(Fixed(bits)).build();
    let transport: Arc<dyn Transport> = Arc::new(Direct);
    let clock = ManualClock::skipping();
    let cache = simba_runtime::__private::components::credentials(
        &config,
        &transport,
        &(Arc::new(clock.clone()) as Arc<dyn Clock>),
    );
    assert!(block_on(cache.get()).is_err());
    clock.slept().iter().map(|pause| pause.as_micros().div_ceil(1000) as u64).collect()
}

#[test]
fn pauses_grow_and_are_random() {
    let (down, busy) = ((500, String::new()), (400, refusal("Throttling")));
    let table = [
        (u64::MAX, "server: fake", &down, [100, 200]),
        (u64::MAX / 2, "server: fake", &down, [50, 100]),
        (0, "server: fake", &down, [0, 0]),
        (u64::MAX, "server: fake", &busy, [1000, 2000]),
        // The pause is as long as the service requests, but at most five seconds longer than the backoff.
        (0, "x-amz-retry-after: 1500", &busy, [1500, 1500]),
        (0, "x-amz-retry-after: 86400000", &busy, [5000, 5000]),
        // `Retry-After` is ignored, as in the AWS SDKs.
        (0, "retry-after: 86400", &busy, [0, 0]),
    ];
    for (bits, header, failure, expected) in table {
        assert_eq!(pauses(bits, header, failure), expected, "{header} {failure:?}");
    }
}
