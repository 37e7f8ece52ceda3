//! Compares the signatures of our signer with those of botocore's signer, for the same requests.
//!
//! Some cases are not tested, since the signers differ on purpose. botocore signs the `Accept-Encoding` and
//! `Content-Length` headers, but our signer does not, since the HTTP client sets them. The other cases are a `Date`
//! header that the caller sets, tabs in headers, and paths that end with a dot segment. At the end of such a path, our
//! signer keeps a slash, as RFC 3986 requires, but botocore removes it.

use std::time::{Duration, SystemTime};

use fsx::credentials::Credentials;
use fsx::http::{HeaderName, HeaderValue, Request};
use fsx::runtime::sigv4::{PayloadHash, Signer, SigningParams, SigningSettings};
use fsx::testing::ManualClock;
use serde_json::{Value, json};

use super::calls::config;
use super::generate::{self, By};
use super::model::Model;
use super::operations::OPERATIONS;
use super::random::Random;

/// The number of requests for each operation.
const OF_EACH: usize = 4;

/// The number of arbitrary requests.
const OTHERS: usize = 200;

/// A request that our signer has signed.
pub(crate) struct Case {
    request: Request<String>,
    time: u64,
    key: String,
    secret: String,
    token: Option<String>,
    region: String,
    service: String,
}

/// Returns requests that our client has signed with `prepare`.
pub(crate) fn of_calls(model: &Model) -> Vec<Case> {
    let mut cases = Vec::new();
    for (operation, id) in OPERATIONS.iter().zip(model.operations()) {
        let random = &mut Random::new(4, operation.name);
        for number in 0..OF_EACH {
            let input = generate::value(model, model.input(id), By::Caller, random);
            let (key, secret) = (format!("AKID{number}"), printable(random, 40));
            let token = random.percent(50).then(|| printable(random, 300));
            let region = random.pick(&["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"]);
            let time = random.any() % 4_102_444_800;
            let mut credentials = Credentials::new(&key, &secret);
            credentials.session_token.clone_from(&token);
            let clock = ManualClock::new();
            clock.set(SystemTime::UNIX_EPOCH + Duration::from_secs(time));
            let config = config().to_builder().region(region).credentials_provider(credentials).clock(clock).build();
            let request = (operation.prepare)(config, &input).unwrap();
            let request = request.map(|body| String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap());
            let (region, service) = (region.to_owned(), "fsx".to_owned());
            cases.push(Case { request, time, key, secret, token, region, service });
        }
    }
    cases
}

/// Returns arbitrary requests, with other methods, paths, queries and headers.
pub(crate) fn of_anything() -> Vec<Case> {
    let random = &mut Random::new(5, "");
    // A single signer is used for all requests, to test that its cached key is replaced when necessary.
    let signer = Signer::new();
    (0..OTHERS).map(|_| anything(&signer, random)).collect()
}

fn anything(signer: &Signer, random: &mut Random) -> Case {
    let scheme = random.pick(&["http", "https"]);
    let host = random.pick(&["example.com", "example.com:8080", "127.0.0.1:5000", "[::1]:5000"]);
    let url = format!("{scheme}://{host}{}{}", path(random), query(random));
    let method = random.pick(&["POST", "GET", "PUT", "DELETE", "PATCH", "HEAD"]);
    let mut request = Request::builder().method(method).uri(&url).header("host", host);
    for _ in 0..random.below(8) {
        // The list is short, so that some names occur twice.
        let name = random.pick(&[
            "Content-Type",
            "X-Amz-Target",
            "My-Header1",
            "my-header2",
            "x-amz-meta-a",
            "x-a",
            "X-A-B",
            "Accept",
            "Cookie",
            "content-encoding",
            "User-Agent",
            "X-Amzn-Trace-Id",
            "Expect",
            "Connection",
            "traceparent",
            "TraceState",
            "Baggage",
            "Upgrade",
            "Keep-Alive",
            "Trailer",
            "Proxy-Authorization",
            "TE",
        ]);
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request = request.header(name, HeaderValue::from_str(&header(random)).unwrap());
    }
    let body = (0..random.below(3)).map(|_| generate::text(random)).collect::<String>();
    let request = request.body(body).unwrap();
    let mut case = Case {
        request,
        time: random.any() % 4_102_444_800,
        key: format!("AKID{}", random.below(3)),
        secret: (random.pick(&["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", "short"])).to_owned(),
        token: random.percent(30).then(|| printable(random, 100)),
        region: (random.pick(&["us-east-1", "aws-global"])).to_owned(),
        service: (random.pick(&["fsx", "dynamodb", "service"])).to_owned(),
    };
    if random.percent(20) {
        // This secret key is longer than a block of the hash function.
        case.secret = printable(random, 100);
    }
    case.sign(signer);
    case
}

fn path(random: &mut Random) -> String {
    let mut path = String::new();
    for _ in 0..random.below(6) {
        path.push('/');
        path.push_str(random.pick(&[
            "",
            ".",
            "..",
            "a",
            "b.c",
            "~x_-",
            "%20",
            "%E6%BC%A2",
            "a%2Fb",
            "$&+,:;=@",
            "(!*')",
        ]));
    }
    // The last segment is not a dot segment.
    path + random.pick(&["/", "/end"])
}

/// Returns a query in the form that botocore does not change: fully percent-encoded.
fn query(random: &mut Random) -> String {
    let parameters = (0..random.below(4)).map(|_| {
        let name = random.pick(&["a", "A", "a-b", "Param", "%E1%88%B4", "x%20y"]);
        format!("{name}={}", random.pick(&["", "1", "2", "v%2Fw", "%3D", "~"]))
    });
    let parameters: Vec<_> = parameters.collect();
    if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) }
}

/// Returns a random header value with significant spaces.
fn header(random: &mut Random) -> String {
    let words = (0..random.below(5)).map(|_| random.pick(&["a", " ", "   ", "\"b   c\"", ";,=", "VALUE", "x/y+z"]));
    words.collect()
}

fn printable(random: &mut Random, length: usize) -> String {
    (0..length).map(|_| char::from(b'!' + u8::try_from(random.below(94)).unwrap())).collect()
}

impl Case {
    fn sign(&mut self, signer: &Signer) {
        let mut credentials = Credentials::new(&self.key, &self.secret);
        credentials.session_token.clone_from(&self.token);
        let signing = SigningParams {
            credentials: &credentials,
            region: &self.region,
            service: &self.service,
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(self.time),
            settings: SigningSettings::default(),
        };
        let (mut parts, body) = std::mem::take(&mut self.request).into_parts();
        signer.sign(&mut parts, PayloadHash::Sha256(body.as_bytes()), signing).unwrap();
        self.request = Request::from_parts(parts, body);
    }

    /// Returns the case as a job for botocore, which signs the same request.
    pub(crate) fn job(&self) -> Value {
        // Headers that signing adds, or that botocore's HTTP client sets after signing.
        let others = ["authorization", "x-amz-date", "x-amz-security-token", "content-length"];
        let headers = self.request.headers().iter().filter(|(name, _)| !others.contains(&name.as_str()));
        let headers: Vec<_> = headers.map(|(name, value)| json!([name.as_str(), value.to_str().unwrap()])).collect();
        json!({
            "kind": "sign",
            "method": self.request.method().as_str(),
            "url": self.request.uri().to_string(),
            "headers": headers,
            "body": self.request.body(),
            "time": self.time,
            "key": self.key,
            "secret": self.secret,
            "token": self.token,
            "region": self.region,
            "service": self.service,
        })
    }

    /// Returns the difference between the signatures.
    pub(crate) fn compare(&self, theirs: &Value) -> Option<String> {
        let ours = self.request.headers()["authorization"].to_str().unwrap();
        let theirs = theirs["authorization"].as_str().unwrap();
        let job = self.job();
        (ours != theirs).then(|| format!("ours is\n  {ours}\nbotocore's is\n  {theirs}\nfor {job}"))
    }
}
