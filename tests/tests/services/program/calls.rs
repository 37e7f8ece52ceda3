//! Runs the calls in a file, which contains one JSON object per line. For each call, prints the request, and the output
//! or the error. The input and the output are in the JSON form of the generated types.

use std::{
    error::Error,
    fs,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use lambda::runtime::{
    call::CallOptions,
    client::Client,
    config::Config,
    credentials::Credentials,
    http::{HeaderName, HeaderValue, Uri},
    operation::Request,
    primitives::{Blob, ByteStream},
    random::Random,
    retry::RetryConfig,
    serde_core::{Serialize, de::DeserializeOwned},
    testing::{ManualClock, MockResponse, MockTransport},
};
use serde_json::{Value, json};

/// A function that converts a modeled error of a service to JSON. Returns `None` for any other error.
type ReadError = fn(&(dyn Error + 'static)) -> Option<Value>;

/// An operation of a service.
pub(crate) struct Operation {
    service: &'static str,
    name: &'static str,
    call: Box<dyn Fn(&Value) -> Value>,
}

/// Runs the calls in a file.
pub(crate) fn run(file: &str) {
    let operations = crate::table::operations();
    for line in fs::read_to_string(file).unwrap().lines() {
        let job: Value = serde_json::from_str(line).unwrap();
        let operation = operations
            .iter()
            .find(|operation| job["service"] == operation.service && job["operation"] == operation.name)
            .unwrap_or_else(|| panic!("no operation {}.{}", job["service"], job["operation"]));
        println!("{}", (operation.call)(&job));
    }
}

/// Returns an operation. `set` sets the stream of the request, and `json` converts the output to JSON.
pub(crate) fn operation<R: Request + DeserializeOwned>(
    service: &'static str,
    read_error: ReadError,
    set: fn(&mut R, ByteStream),
    json: fn(R::Response) -> Value,
) -> Operation {
    let call = move |job: &Value| call::<R>(job, read_error, set, json);
    Operation { service, name: &R::OPERATION.name, call: Box::new(call) }
}

fn call<R: Request + DeserializeOwned>(
    job: &Value,
    read_error: ReadError,
    set: fn(&mut R, ByteStream),
    json: fn(R::Response) -> Value,
) -> Value {
    let mut input = job["input"].clone();
    let stream = job["stream"].as_str().and_then(|name| input.as_object_mut()?.remove(name));
    let mut request: R = match serde_json::from_value(input.clone()) {
        Ok(request) => request,
        Err(error) => return json!({ "problem": format!("the input cannot be read: {error}") }),
    };
    if let Some(bytes) = stream {
        let bytes: Blob = serde_json::from_value(bytes).unwrap();
        set(&mut request, ByteStream::from(bytes.as_ref().to_vec()));
    }
    let mock = MockTransport::new();
    mock.respond(R::OPERATION.name.to_string(), response(&job["response"]));
    let config = Config::builder()
        .region("us-east-1")
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret"))
        .retry(RetryConfig::off())
        .random(Zeros)
        .clock(ManualClock::new())
        .transport(mock.clone())
        .build();
    let client = Client::new(R::SERVICE, config);
    let outcome = now(client.send(request, CallOptions::new()));
    let Some(sent) = mock.requests().pop() else {
        return json!({ "problem": outcome.err().map(|error| error.to_string()) });
    };
    let headers = sent.http().headers().iter();
    let headers: Value =
        headers.map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes())))).collect();
    let mut called = json!({
        "method": sent.http().method().as_str(),
        "url": sent.http().uri().to_string(),
        "headers": headers,
        "body": sent.body().iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
    });
    if job["presigned"] == true {
        let request: R = serde_json::from_value(input).unwrap();
        called["presigned"] = match now(client.presign(request, CallOptions::new(), Duration::from_secs(60))) {
            Ok(signed) => presigned(signed.uri()),
            Err(error) => json!(error.to_string()),
        };
    }
    match outcome {
        Ok(response) => {
            called["parsed"] = json(response.into_inner());
        }
        Err(error) => {
            let structure = error.service().and_then(|error| read_error(error.source()?));
            called["error"] = json!({
                "code": error.code(),
                "status": error.status().map(|status| status.as_u16()),
                "message": error.message().filter(|message| !message.is_empty()),
                "structure": structure,
                "shown": error.to_string(),
            });
        }
    }
    called
}

/// Returns the parts of a presigned URL: the part before the query, and the sorted parameters.
fn presigned(uri: &Uri) -> Value {
    let uri = uri.to_string();
    let (base, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_unstable();
    json!({ "base": base, "parameters": parameters })
}

fn response(response: &Value) -> MockResponse {
    let body = response["body"].as_str().unwrap();
    let bytes: Vec<u8> =
        (0..body.len()).step_by(2).map(|at| u8::from_str_radix(&body[at..at + 2], 16).unwrap()).collect();
    let mut mock = MockResponse::json(bytes).status(response["status"].as_u64().unwrap().try_into().unwrap());
    for (name, value) in response["headers"].as_object().unwrap() {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        mock = mock.header(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
    }
    mock
}

/// Returns the JSON form of a value.
pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Returns the JSON form of a stream's bytes.
pub(crate) fn stream(stream: ByteStream) -> Value {
    json(&Blob::from(now(stream.collect()).unwrap().to_vec()))
}

/// Returns the JSON form of a structure. Members that are null are omitted.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Returns a modeled error of the type `E` as JSON, or `None` if the error has a different type.
pub(crate) fn structure<E: Error + Serialize + 'static>(error: &(dyn Error + 'static)) -> Option<Value> {
    Some(serde_json::to_value(error.downcast_ref::<E>()?).unwrap())
}

/// Random numbers that are all zero, as in botocore's process, so that both clients send the same idempotency tokens.
#[derive(Debug)]
struct Zeros;

impl Random for Zeros {
    fn bits(&self) -> u64 {
        0
    }
}

/// Returns the result of a future that is ready immediately, since the mock responds without a delay.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the mock responds at once"),
    }
}
