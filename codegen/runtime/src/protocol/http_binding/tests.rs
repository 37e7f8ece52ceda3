use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};

use crate::{
    body::Body,
    clock::block_on,
    codec::MemoryLimit,
    primitives::{Blob, ByteStream, Document, Timestamp},
    protocol::{ClientProtocol, rest_json::RestJson},
    schema::{
        self, AuthSchemeId, ErrorCorrection, OperationSchema, SerializableShape, ServiceSchema, ShapeId, StaticSchema,
        Unit,
    },
};

#[derive(Clone, Debug, Default, PartialEq)]
struct Input {
    name: String,
    path: Option<String>,
    since: Option<Timestamp>,
    tags: Option<Vec<String>>,
    more: Option<BTreeMap<String, String>>,
    modified: Option<Timestamp>,
    words: Option<Vec<String>>,
    metadata: Option<BTreeMap<String, String>>,
    document: Option<String>,
    size: Option<f64>,
}

schema::structure! {
    Input: "test", "Input";
    required "Name" name: String [HttpLabel];
    option "Path" path: String [HttpLabel];
    option "Since" since: Timestamp [HttpQuery("since")];
    option "Tags" tags: List(String) [HttpQuery("tag")];
    option "More" more: Map(String; String) [HttpQueryParams];
    option "Modified" modified: Timestamp [HttpHeader("If-Modified-Since")];
    option "Words" words: List(String) [HttpHeader("X-Words")];
    option "Metadata" metadata: Map(String; String) [HttpPrefixHeaders("X-Meta-")];
    option "Document" document: String [HttpHeader("X-Document"), MediaType("application/json")];
    option "Size" size: Double [JsonName("size")];
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Upload {
    data: Option<Blob>,
}

schema::structure! {
    Upload: "test", "Upload";
    option "Data" data: Blob [HttpPayload];
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Output {
    status: Option<i32>,
    count: Option<i64>,
    dates: Option<Vec<Timestamp>>,
    metadata: Option<BTreeMap<String, String>>,
    name: Option<String>,
}

schema::structure! {
    Output: "test", "Output";
    option "Status" status: Integer [HttpResponseCode];
    option "Count" count: Long [HttpHeader("X-Count")];
    option "Dates" dates: List(Timestamp) [HttpHeader("X-Dates")];
    option "Metadata" metadata: Map(String; String) [HttpPrefixHeaders("X-Meta-")];
    option "Name" name: String;
}

static SERVICE: ServiceSchema = ServiceSchema {
    id: ShapeId { namespace: "test", name: "Test" },
    version: "1",
    sdk_id: "Test",
    signing_name: "test",
    target_prefix: "Test",
    auth: &[AuthSchemeId::NoAuth],
};

fn operation(uri: &'static str) -> OperationSchema {
    OperationSchema::new(&SERVICE, "Test.Put", Input::SCHEMA, Output::SCHEMA).with_http("PUT", uri)
}

#[test]
fn the_query_of_a_form_is_the_body() {
    static FIND: OperationSchema =
        OperationSchema::new(&SERVICE, "Test.Find", crate::schema::Unit::SCHEMA, Output::SCHEMA)
            .with_http("GET", "/find?format=short")
            .with_form_query();
    let request = RestJson.serialize_request(&FIND, &crate::schema::Unit).unwrap();
    assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("POST", "/find"));
    assert_eq!(header(request.headers(), "content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body().as_bytes().unwrap(), "format=short");
}

fn request(uri: &'static str, input: &dyn SerializableShape) -> Result<Request<Body>, String> {
    RestJson.serialize_request(&operation(uri), input).map_err(|error| error.to_string())
}

fn response(headers: &[(&'static str, &str)], body: &'static str) -> Result<Output, String> {
    let mut response = Response::builder().status(203);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let mut output = Output::corrected();
    let mut response = response.body(Body::from(body)).unwrap();
    let read = RestJson.deserialize_response(&mut response, MemoryLimit::NONE, &mut output);
    read.map(|()| output).map_err(|error| error.to_string())
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn each_member_is_in_the_part_of_its_binding() {
    let input = Input {
        name: "a b".to_owned(),
        path: Some("x/y".to_owned()),
        since: Some(Timestamp::new(1, 0)),
        tags: Some(vec!["one".to_owned(), "&".to_owned()]),
        more: Some(map(&[("tag", "shadowed"), ("fixed", "shadowed"), ("other", "")])),
        modified: Some(Timestamp::new(1_576_540_098, 0)),
        words: Some(vec!["plain".to_owned(), "a,b".to_owned(), "\"".to_owned()]),
        metadata: Some(map(&[("color", "red")])),
        document: Some("{\"a\":1}".to_owned()),
        size: Some(2.5),
    };
    let request = request("/{Name}/{Path+}?fixed=1", &input).unwrap();
    assert_eq!(request.method(), "PUT");
    assert_eq!(request.uri(), "/a%20b/x/y?fixed=1&since=1970-01-01T00%3A00%3A01Z&tag=one&tag=%26&other=");
    let headers = request.headers();
    assert_eq!(header(headers, "if-modified-since"), Some("Mon, 16 Dec 2019 23:48:18 GMT"));
    assert_eq!(header(headers, "x-words"), Some(r#"plain, "a,b", "\"""#));
    assert_eq!(header(headers, "x-meta-color"), Some("red"));
    assert_eq!(header(headers, "x-document"), Some("eyJhIjoxfQ=="));
    assert_eq!(header(headers, "content-type"), Some("application/json"));
    assert_eq!(request.body().as_bytes().unwrap(), r#"{"size":2.5}"#);
}

#[test]
fn the_parameters_of_the_pattern_are_percent_encoded() {
    let input =
        Input { name: "n".to_owned(), more: Some(map(&[("a b", "shadowed"), ("a%20b", "c")])), ..Input::default() };
    let uri = "/{Name}?a%20b=1";
    let sent = request(uri, &input).unwrap().map(|body| body.as_bytes().cloned().unwrap());
    assert_eq!(sent.uri(), "/n?a%20b=1&a%2520b=c");
    let mut read = Input::default();
    RestJson.deserialize_request(&operation(uri), &sent, &mut read).unwrap();
    assert_eq!(read.more, Some(map(&[("a%20b", "c")])));
}

#[test]
fn a_service_reads_what_was_sent() {
    let input = Input {
        name: "a/b".to_owned(),
        path: Some("x/ä y".to_owned()),
        since: Some(Timestamp::new(1, 0)),
        tags: Some(vec!["one".to_owned(), "&,".to_owned(), String::new()]),
        more: Some(map(&[("other", "+ %"), ("ä", "")])),
        modified: Some(Timestamp::new(1_576_540_098, 0)),
        words: Some(vec!["plain".to_owned(), "a,b".to_owned(), "\"".to_owned()]),
        metadata: Some(map(&[("color", "red")])),
        document: Some("{\"a\":1}".to_owned()),
        size: Some(f64::INFINITY),
    };
    let uri = "/of/{Name}/{Path+}?fixed=1";
    let sent = request(uri, &input).unwrap().map(|body| body.as_bytes().cloned().unwrap());
    let mut read = Input::default();
    RestJson.deserialize_request(&operation(uri), &sent, &mut read).unwrap();
    assert_eq!(read, input);
    let error = RestJson.deserialize_request(&operation("/{Name}/to"), &sent, &mut read).unwrap_err();
    assert_eq!(error.to_string(), "the path `/of/a%2Fb/x/%C3%A4%20y` does not match `/{Name}/to`");
}

/// Returns the list that a service reads from an `x-words` header with the given value.
fn words(header: &str) -> Option<Vec<String>> {
    let received = Request::builder().uri("/a").header("x-words", header).body(Bytes::new()).unwrap();
    let mut read = Input::default();
    RestJson.deserialize_request(&operation("/{Name}"), &received, &mut read).unwrap();
    read.words
}

#[test]
fn a_list_in_a_header_keeps_its_empty_elements() {
    for list in [&[][..], &[""], &["", ""], &["a", ""], &["", "a"], &["a", "", "b,", " "]] {
        let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
        let input = Input { name: "a".to_owned(), words: Some(list.clone()), ..Input::default() };
        let sent = request("/{Name}", &input).unwrap();
        let header = header(sent.headers(), "x-words").unwrap();
        assert_eq!(header, header.trim(), "HTTP/2 forbids spaces at the ends of a value");
        assert_eq!(words(header), Some(list), "{header}");
    }
    // Other implementations do not quote empty elements.
    assert_eq!(words("a,").unwrap(), ["a", ""]);
    assert_eq!(words(",").unwrap(), ["", ""]);
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    headers: Option<BTreeMap<String, String>>,
    parameters: Option<BTreeMap<String, String>>,
    data: Option<Blob>,
}

schema::structure! {
    Everything: "test", "Everything";
    option "Headers" headers: Map(String; String) [HttpPrefixHeaders("")];
    option "Parameters" parameters: Map(String; String) [HttpQueryParams];
    option "Data" data: Blob [HttpPayload];
}

#[test]
fn maps_are_read_without_headers_of_the_protocol_and_the_client() {
    for operation in [operation("/"), operation("/?fixed=1"), operation("/").with_form_query()] {
        let input = Everything {
            headers: Some(map(&[("color", "red")])),
            parameters: Some(map(&[("size", "9")])),
            data: (!operation.form_query).then(|| Blob::from("bytes".as_bytes())),
        };
        let sent = RestJson.serialize_request(&operation, &input).unwrap();
        assert!(sent.headers().contains_key("content-type"));
        let (mut head, body) = sent.into_parts();
        head.headers.insert("host", http::HeaderValue::from_static("example.com"));
        head.uri = format!("{}{}api-key=k", head.uri, if operation.form_query { "?" } else { "&" }).parse().unwrap();
        let sent = Request::from_parts(head, body.as_bytes().cloned().unwrap());
        let mut read = Everything::default();
        RestJson.deserialize_request(&operation, &sent, &mut read).unwrap();
        assert_eq!(read, input);
    }
}

#[test]
fn labels_are_read_without_the_path_of_the_endpoint() {
    let input = Input { name: "a".to_owned(), path: Some("x/y".to_owned()), ..Input::default() };
    let operation = operation("/{Name}/{Path+}");
    let mut sent = RestJson.serialize_request(&operation, &input).unwrap();
    *sent.uri_mut() = format!("/base/path{}", sent.uri()).parse().unwrap();
    let (head, body) = sent.into_parts();
    let sent = Request::from_parts(head, body.as_bytes().cloned().unwrap());
    let mut read = Input::default();
    RestJson.deserialize_request(&operation, &sent, &mut read).unwrap();
    assert_eq!(read, input);
}

#[test]
fn keys_that_are_the_same_header_are_an_error() {
    let error = |entries: &[(&str, &str)]| {
        let input = Input { name: "a".to_owned(), metadata: Some(map(entries)), ..Input::default() };
        request("/{Name}", &input).err()
    };
    let expected = "cannot serialize the request: Input.Metadata: the keys `Color` and `color` name the same header \
                    (header names are case-insensitive)";
    assert_eq!(error(&[("Color", "red"), ("Size", "9"), ("color", "blue")]).as_deref(), Some(expected));
    assert_eq!(error(&[("Color", "red"), ("Colour", "blue")]), None);
}

#[test]
fn a_payload_is_sent_as_it_is() {
    let upload = Upload { data: Some(Blob::from("bytes".as_bytes())) };
    let request = request("/", &upload).unwrap();
    assert_eq!(header(request.headers(), "content-type"), Some("application/octet-stream"));
    assert_eq!(request.body().as_bytes().unwrap(), "bytes");
}

#[derive(Debug, Default)]
struct Streamed {
    data: ByteStream,
}

schema::structure! {
    Streamed: "test", "Streamed";
    required "Data" data: Blob [HttpPayload, RequiresLength, Streaming];
}

#[test]
fn a_stream_is_sent_and_received_without_reading_it() {
    let data = || ByteStream::from(Body::wrap(Body::from("bytes")));
    let streamed = Streamed { data: data() };
    let sent = request("/", &streamed).unwrap();
    assert_eq!(header(sent.headers(), "content-type"), Some("application/octet-stream"));
    assert_eq!((sent.body().as_bytes(), sent.body().content_length()), (None, Some(5)));
    assert_eq!(
        request("/", &streamed).unwrap_err(),
        "cannot serialize the request: Streamed.Data: the stream has already been sent, and can be read only once"
    );
    let mut received = Streamed::default();
    let mut response = Response::new(data().into_body());
    RestJson.deserialize_response(&mut response, MemoryLimit::NONE, &mut received).unwrap();
    assert_eq!(block_on(received.data.collect()).unwrap(), "bytes");
}

#[cfg(any(test, feature = "testing"))]
#[test]
fn the_stream_of_a_mock_response_is_created_from_bytes() {
    use crate::testing::MockResponse;
    let error = |data: ByteStream| MockResponse::ok(&Streamed { data }).err().map(|error| error.to_string());
    assert_eq!(error(ByteStream::from("bytes")), None);
    let expected = "the stream of a mock response must be created from bytes";
    assert_eq!(error(ByteStream::from(Body::wrap(Body::from("bytes")))).as_deref(), Some(expected));
}

#[test]
fn a_stream_of_unknown_length_is_an_error_if_the_length_is_required() {
    struct Nothing;
    impl futures_core::Stream for Nothing {
        type Item = Result<Bytes, std::io::Error>;
        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(None)
        }
    }
    let streamed = Streamed { data: ByteStream::from_stream(Nothing, None) };
    assert_eq!(
        request("/", &streamed).unwrap_err(),
        "cannot serialize the request: Streamed.Data: the length of the stream must be known; pass it to `ByteStream::from_stream`"
    );
}

#[test]
fn an_input_without_a_body_has_no_content_type() {
    for input in [&Unit as &dyn SerializableShape, &Upload { data: None }] {
        let request = request("/", input).unwrap();
        assert_eq!((header(request.headers(), "content-type"), request.body().as_bytes().unwrap().len()), (None, 0));
    }
}

#[test]
fn an_input_that_cannot_be_a_request_is_an_error() {
    let named = |name: &str| Input { name: name.to_owned(), ..Input::default() };
    let metadata = |key: &str, value: &str| Input { metadata: Some(map(&[(key, value)])), ..named("a") };
    let error = |uri: &'static str, input: &dyn SerializableShape| request(uri, input).unwrap_err();
    for (found, expected) in [
        (error("/{Name}", &named("")), "empty `Name`, which is part of the path"),
        (error("/{Path+}", &named("a")), "missing `Path`, which is part of the path"),
        (error("/{Name}", &named("..")), "invalid segment `..` in `Name`, which is part of the path"),
        (error("/{Name}", &metadata("a b", "c")), "Input.Metadata: a map key is not a valid header name"),
        (error("/{Name}", &metadata("a", "b\n")), "Input.Metadata: the value is not valid in a header"),
        (
            error("/", &Document::from("a")),
            "operations of this protocol cannot be called by name, because only the model describes how they map to HTTP",
        ),
    ] {
        assert_eq!(found, format!("cannot serialize the request: {expected}"));
    }
    let operation = OperationSchema::new(&SERVICE, "Test.Put", Input::SCHEMA, Output::SCHEMA);
    assert_eq!(
        RestJson.serialize_request(&operation, &named("a")).unwrap_err().to_string(),
        "cannot serialize the request: the operation Put has no HTTP binding"
    );
}

#[test]
fn a_response_is_read_from_its_status_headers_and_body() {
    let dates = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:19 GMT";
    let headers = [("x-count", "7"), ("x-dates", dates), ("x-meta-color", "red"), ("x-other", "no")];
    let output = response(&headers, r#"{"Name":"a","Count":8,"Status":9}"#).unwrap();
    let expected = Output {
        status: Some(203),
        count: Some(7),
        dates: Some(vec![Timestamp::new(1_576_540_098, 0), Timestamp::new(1_576_540_099, 0)]),
        metadata: Some(map(&[("color", "red")])),
        name: Some("a".to_owned()),
    };
    assert_eq!(output, expected);
    assert_eq!(response(&[("x-count", "")], ""), Ok(Output { status: Some(203), ..Output::default() }));
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Opened {
    id: String,
}

schema::structure! {
    Opened: "test", "Opened";
    required "Id" id: String [HttpHeader("X-Id"), Required];
}

#[test]
fn a_response_without_a_required_header_is_an_error() {
    let opened = |headers: &[(&str, &str)]| {
        let mut response = Response::new(Body::empty());
        for (name, value) in headers {
            response.headers_mut().insert(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let mut opened = Opened::default();
        let read = RestJson.deserialize_response(&mut response, MemoryLimit::NONE, &mut opened);
        read.map(|()| opened.id).map_err(|error| error.to_string())
    };
    assert_eq!(opened(&[("x-id", "7")]), Ok("7".to_owned()));
    assert_eq!(opened(&[]), Err("Opened.Id: the response has no header `X-Id`".to_owned()));
}

#[test]
fn a_malformed_response_is_an_error() {
    assert_eq!(
        response(&[("x-count", "many")], ""),
        Err("Output.Count: expected an integer, found a string that cannot be parsed".to_owned())
    );
    assert_eq!(response(&[], "null"), Err("expected a structure, found null".to_owned()));
    assert_eq!(response(&[], "[{}]"), Err("expected a structure, found a list".to_owned()));
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Misplaced {
    input: Option<Input>,
}

schema::structure! {
    Misplaced: "test", "Misplaced";
    option "Input" input: Structure [HttpHeader("X-Input")];
}

#[test]
fn a_structure_in_a_header_is_an_error() {
    const ERROR: &str = "the HTTP binding does not support the type of the member";
    let misplaced = Misplaced { input: Some(Input::default()) };
    assert_eq!(
        request("/", &misplaced).unwrap_err(),
        format!("cannot serialize the request: Misplaced.Input: {ERROR}")
    );
    let response = Response::builder().header("x-input", "a");
    let (mut response, mut output) = (response.body(Body::empty()).unwrap(), Misplaced::default());
    let read = RestJson.deserialize_response(&mut response, MemoryLimit::NONE, &mut output);
    assert_eq!(read.unwrap_err().to_string(), format!("Misplaced.Input: {ERROR}"));
}

#[test]
fn the_code_of_an_error_comes_from_the_header_then_the_body() {
    let code = |header: &str, body: &'static str| {
        let response = Response::builder().status(400).header("x-amzn-errortype", header);
        RestJson.error_metadata(&response.body(Bytes::from_static(body.as_bytes())).unwrap()).code
    };
    assert_eq!(code("a#Header:http://x/", r#"{"code":"Code","__type":"Type"}"#).as_deref(), Some("Header"));
    assert_eq!(code("", r#"{"code":"a#Code","__type":"Type"}"#).as_deref(), Some("Code"));
    assert_eq!(code("", r#"{"code":5,"__type":"Type"}"#).as_deref(), Some("Type"));
    assert_eq!(code("", "<html>"), None);
}

#[cfg(feature = "event-stream")]
#[test]
fn the_payload_of_an_event_is_a_json_object() {
    let mut output = Output::default();
    let mut read = |payload: &'static str| {
        let payload = Bytes::from_static(payload.as_bytes());
        RestJson.deserialize_payload(payload, MemoryLimit::NONE, &mut output).map_err(|error| error.to_string())
    };
    assert_eq!(read(r#"{"Name":"a"}"#), Ok(()));
    assert_eq!(read(""), Ok(()));
    assert_eq!(read("null"), Err("expected a structure, found null".to_owned()));
    assert_eq!(output.name.as_deref(), Some("a"));
    let (content_type, payload) = RestJson.serialize_payload(&output).unwrap();
    assert_eq!((content_type, &payload[..]), ("application/json", &br#"{"Name":"a"}"#[..]));
}
