//! A small service, defined in the same way as in generated code.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use crate::body::Body;
use crate::client::Client;
use crate::clock::block_on;
use crate::config::{Builder, Config};
use crate::credentials::Credentials;
use crate::endpoint::{AuthScheme, Endpoint, Params, ResolveError};
use crate::error::{InputError, SdkError, UnknownError};
use crate::operation::{AccountIdEndpoints, Request, Service, push_host_label};
use crate::options::CallOptions;
use crate::protocol::aws_json::AwsJson;
use crate::response::Response;
use crate::schema::{self, AuthSchemeId, OperationSchema, Retryable, ServiceSchema, ShapeId};
use crate::testing::{ManualClock, MockTransport};

fn resolve(params: &Params<'_>) -> Result<Endpoint, ResolveError> {
    if let Some(url) = params.str(Params::ENDPOINT) {
        return Ok(Endpoint::new(url));
    }
    if let Some(house) = params.str("House") {
        return Ok(Endpoint::new(format!("https://{house}.toy.example.com")));
    }
    let region = params.str(Params::REGION).unwrap_or("global");
    if region == "mars-north-1" {
        return Err(ResolveError::rule("there is no endpoint in mars-north-1"));
    }
    if region == "everywhere" {
        let scheme = AuthScheme::new("sigv4").signing_name("toys").signing_region("us-east-1");
        return Ok(Endpoint::new("https://toy.example.com").auth_scheme(scheme));
    }
    let fips = if params.bool(Params::USE_FIPS) == Some(true) { "-fips" } else { "" };
    let suffix = if params.bool(Params::USE_DUAL_STACK) == Some(true) { "example.net" } else { "example.com" };
    let endpoint = Endpoint::new(format!("https://toy{fips}.{region}.{suffix}"));
    Ok(match params.str("Shelf") {
        Some(shelf) => endpoint.header("x-shelf", shelf),
        None => endpoint,
    })
}

pub(crate) static TOY_SCHEMA: ServiceSchema = ServiceSchema {
    id: ShapeId { namespace: "toy", name: "ToyBox_v1" },
    version: "2020-02-02",
    sdk_id: "Toy Box",
    signing_name: "toy",
    target_prefix: "ToyBox_v1",
    auth: &[AuthSchemeId::SigV4],
};

pub(crate) static TOY: Service = Service {
    schema: &TOY_SCHEMA,
    protocol: &AwsJson::V1_1,
    resolve_endpoint: resolve,
    account_id_endpoints: AccountIdEndpoints::Unsupported,
    retry: crate::retry::ServiceRetry::STANDARD,
    read_timeout: crate::timeout::ServiceReadTimeout::Standard,
    retryable: &[("Asleep", Retryable::Transient), ("TooKeen", Retryable::Throttling)],
    sensitive_errors: &[],
    events: crate::__events!(),
};

static GET_TOY: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.GetToy", schema::of::<GetToy>(), schema::of::<ToyOutput>());
static PEEK: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Peek", schema::of::<Peek>(), schema::of::<ToyOutput>())
        .with_auth(&[AuthSchemeId::SigV4, AuthSchemeId::NoAuth]);
static WATCH: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Watch", schema::of::<Watch>(), schema::of::<ToyOutput>())
        .with_long_poll(Duration::from_secs(400))
        .with_errors(&[schema::of::<Spent>()]);
static LOOK: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Look", schema::of::<Look>(), schema::of::<ToyOutput>())
        .with_auth(&[AuthSchemeId::NoAuth]);

static TELL_ME: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.TellMe", schema::of::<TellMe>(), schema::of::<ToyOutput>())
        .with_auth(&[AuthSchemeId::HttpBearerAuth]);

static EITHER: OperationSchema =
    OperationSchema::new(&TOY_SCHEMA, "ToyBox_v1.Either", schema::of::<Either>(), schema::of::<ToyOutput>())
        .with_auth(&[AuthSchemeId::SigV4, AuthSchemeId::HttpBearerAuth]);

/// The output of all operations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToyOutput {
    pub(crate) name: Option<String>,
    pub(crate) states: Vec<String>,
    pub(crate) broken: Option<bool>,
}

schema::structure! {
    ToyOutput: "toy", "ToyOutput";
    option "Name" name: String;
    required "States" states: List(String);
    option "Broken" broken: Boolean;
}

/// The input of `GetToy`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GetToy {
    pub(crate) token: Option<String>,
    pub(crate) shelf: Option<String>,
    pub(crate) prefix: Option<String>,
}

schema::structure! {
    GetToy: "toy", "GetToy";
    option "Token" token: String;
    option "Shelf" shelf: String;
    option "Prefix" prefix: String;
}

impl Request for GetToy {
    type Response = ToyOutput;
    type Error = UnknownError;
    const SERVICE: &'static Service = &TOY;
    const OPERATION: &'static OperationSchema = &GET_TOY;

    fn set_idempotency_token(&mut self, token: &mut dyn FnMut() -> String) {
        self.token.get_or_insert_with(token);
    }

    fn host_prefix(&self) -> Result<Option<String>, InputError> {
        let Some(value) = self.prefix.as_deref() else { return Ok(None) };
        let mut prefix = String::new();
        push_host_label(&mut prefix, "Prefix", Some(value))?;
        Ok(Some(prefix + "."))
    }

    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        if let Some(shelf) = &self.shelf {
            params.set("Shelf", shelf.as_str());
        }
    }
}

/// Implements an operation whose input has no members.
macro_rules! without_members {
    ($input:ident, $name:literal, $operation:ident) => {
        schema::structure! {
            $input: "toy", $name;
        }

        impl Request for $input {
            type Response = ToyOutput;
            type Error = UnknownError;
            const SERVICE: &'static Service = &TOY;
            const OPERATION: &'static OperationSchema = &$operation;
        }
    };
}

/// The input of `Look`, which needs no credentials.
pub(crate) struct Look;

without_members!(Look, "Look", LOOK);

/// The input of `Peek`, which is signed if credentials are available.
pub(crate) struct Peek;

without_members!(Peek, "Peek", PEEK);

/// The input of `TellMe`, which requires a bearer token.
pub(crate) struct TellMe;

without_members!(TellMe, "TellMe", TELL_ME);

/// The input of `Either`, which is authenticated with either a signature or a bearer token.
pub(crate) struct Either;

without_members!(Either, "Either", EITHER);

/// An error of `Watch` that the model does not mark as retryable.
#[derive(Debug)]
pub(crate) struct Spent;

schema::structure! {
    Spent: "toy", "Spent";
}

/// The input of `Watch`, a long poll.
pub(crate) struct Watch;

without_members!(Watch, "Watch", WATCH);

/// A client, its mock transport, and the clock that both use.
pub(crate) struct Toy {
    pub(crate) client: Client,
    pub(crate) mock: MockTransport,
    pub(crate) clock: ManualClock,
}

pub(crate) type CallResult = Result<Response<ToyOutput>, SdkError<UnknownError>>;

impl Toy {
    pub(crate) fn new() -> Self {
        Self::with(|config| config)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        Self::of(&TOY, change)
    }

    pub(crate) fn of(service: &'static Service, change: impl FnOnce(Builder) -> Builder) -> Self {
        let (mock, clock) = (MockTransport::new(), ManualClock::skipping());
        mock.clock(clock.clone());
        let config = Config::builder()
            .region("eu-west-1")
            .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
            .transport(mock.clone())
            .clock(clock.clone());
        Self { client: Client::new(service, change(config).build()), mock, clock }
    }

    pub(crate) fn get(&self) -> CallResult {
        self.get_with(CallOptions::new())
    }

    pub(crate) fn send<R: Request>(&self, request: R) -> Result<Response<R::Response>, SdkError<R::Error>> {
        block_on(self.client.send(request, CallOptions::new()))
    }

    pub(crate) fn get_with(&self, options: CallOptions) -> CallResult {
        block_on(self.client.send(GetToy::default(), options))
    }

    /// Returns the values of a header, one for each attempt.
    pub(crate) fn sent(&self, header: &str) -> Vec<String> {
        let value =
            |name: &str, request: &crate::testing::RecordedRequest| request.header(name).unwrap_or("-").to_owned();
        self.mock.requests().iter().map(|request| value(header, request)).collect()
    }

    /// Returns the waits between attempts.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.clock.slept()
    }
}

/// Returns a body whose stream fails.
pub(crate) fn broken_body() -> Body {
    struct Broken;

    impl Stream for Broken {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
            Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
        }
    }

    Body::from_stream(Broken, None)
}
