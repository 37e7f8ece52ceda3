"""Calls operations of several services with botocore and random values, for comparison with generated clients.

The arguments are the number of cases for each operation, and services such as `lambda:Invoke,GetFunction`. Without
operations, all operations of the service are called. For each case, prints a line with a JSON object. The object
contains the input in the JSON form of the generated types, the response, the request that botocore sent, and the result
that botocore returned.
"""

import base64
import datetime
import json
import os
import random
import re
import sys
import types
import uuid

# The user's settings must not affect the results.
for variable in list(os.environ):
    if variable.startswith("AWS_"):
        del os.environ[variable]
os.environ["AWS_CONFIG_FILE"] = os.devnull
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.handlers
import botocore.serialize
import botocore.session

UTC = datetime.timezone.utc
# botocore generates idempotency tokens from random numbers, which are all zero here.
botocore.handlers.uuid = types.SimpleNamespace(uuid4=lambda: uuid.UUID(int=0, version=4))

PIECES = ["a", "Z9", " ", "/", "?", "&=", "+", "%20", '"', "\\", "é", "漢字", "😀", "~-_.", "*!'()", "arn:aws:x:y:1:z/1"]
HEADER_PIECES = ["a", "Z9", "; ", "/", "?&=", "+", "%20", "~-_.", "*!'()", "arn:aws:x:y:1:z/1", "é"]


# Required members that botocore sets if the caller does not.
DEFAULTS = {"glacier": ["accountId"]}

# Operations whose presigned requests are compared. Other SDKs presign them with `GET`.
PRESIGNED = {"polly": ["SynthesizeSpeech"]}

# The time at which requests are presigned.
NOW = datetime.datetime(2026, 1, 1, tzinfo=UTC)

# Members that contain the URL of the endpoint.
URLS = {"machinelearning": ["PredictEndpoint"]}


class Values:
    """Generates random values for shapes, in the JSON form of the generated types."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def structure(self, shape, input, depth=0):
        members = {}
        items = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            items = [self.random.choice(items)]
        for name, member in items:
            location = member.serialization.get("location")
            required = name in shape.required_members or location == "uri" or location == "statusCode"
            likely = required or self.random.random() < [0.7, 0.5, 0.35, 0.2, 0.1, 0][min(depth, 5)]
            if getattr(shape, "is_tagged_union", False) or likely:
                members[name] = self.value(member, input, location, depth + 1)
        return members

    def value(self, shape, input, location=None, depth=1):
        if getattr(shape, "is_document_type", False):
            return self.document(depth)
        if shape.serialization.get("jsonvalue"):
            return json.dumps(self.document(3), separators=(",", ":"), sort_keys=True)
        in_header = location in ("header", "headers")
        match shape.type_name:
            case "structure":
                return self.structure(shape, input, depth)
            case "list":
                least = 1 if location else 0
                return [self.value(shape.member, input, location, depth + 1) for _ in range(self.random.randint(least, 3))]
            case "map":
                keys = {self.text(shape.key, in_header, 1) for _ in range(self.random.randint(0, 3))}
                if in_header:
                    keys = {f"Key{index}" for index, _ in enumerate(keys)}
                return {key: self.value(shape.value, input, location, depth + 1) for key in sorted(keys)}
            case "string" | "character":
                return self.text(shape, in_header, 1 if location else 0)
            case "blob":
                return base64.b64encode(self.random.randbytes(self.random.randint(0, 20))).decode()
            case "boolean":
                return self.random.random() < 0.5
            case "integer":
                return self.random.choice([0, 1, -1, 2**31 - 1, -(2**31), self.random.randint(-1000, 1000)])
            case "long":
                return self.random.choice([0, 2**63 - 1, -(2**63), self.random.randint(-(2**40), 2**40)])
            case "float":
                return self.random.choice([0.0, 0.5, -1.25, 1024.0])
            case "double":
                return self.random.choice([0.0, 0.1, -1.5, 123456.789])
            case "timestamp":
                return self.random.randint(0, 4102444800)
        raise TypeError(shape.type_name)

    def text(self, shape, in_header, least):
        if getattr(shape, "enum", None) and self.random.random() < 0.8:
            return self.random.choice(shape.enum)
        pieces = HEADER_PIECES[:-1] if in_header else PIECES
        return "".join(self.random.choice(pieces) for _ in range(self.random.randint(least, 4))).strip() or "a" * least

    def document(self, depth):
        kinds = 6 if depth < 4 else 4
        match self.random.randrange(kinds):
            case 0:
                return self.random.random() < 0.5
            case 1:
                return self.random.randint(-(2**40), 2**40)
            case 2:
                return 0.5
            case 3:
                return self.random.choice(PIECES[:4])
            case 4:
                return [self.document(depth + 1) for _ in range(self.random.randrange(3))]
        return {f"k{index}": self.document(depth + 1) for index in range(self.random.randrange(3))}


def to_python(shape, value):
    """Converts a value to the form that a program passes to botocore."""
    if getattr(shape, "is_document_type", False):
        return value
    if shape.serialization.get("jsonvalue"):
        return json.loads(value)
    match shape.type_name:
        case "structure":
            return {name: to_python(shape.members[name], member) for name, member in value.items()}
        case "list":
            return [to_python(shape.member, element) for element in value]
        case "map":
            return {key: to_python(shape.value, element) for key, element in value.items()}
        case "blob":
            return base64.b64decode(value)
        case "timestamp":
            return datetime.datetime.fromtimestamp(value, UTC)
    return value


def to_json(shape, value):
    """Converts a value that botocore returned to its JSON form."""
    if getattr(shape, "is_document_type", False):
        return value
    if shape.serialization.get("jsonvalue"):
        return json.dumps(value, separators=(",", ":"), sort_keys=True)
    match shape.type_name:
        case "structure":
            return {name: to_json(shape.members[name], member) for name, member in value.items() if name in shape.members}
        case "list":
            return [to_json(shape.member, element) for element in value]
        case "map":
            return {key: to_json(shape.value, element) for key, element in value.items()}
        case "blob":
            value = value.read() if hasattr(value, "read") else value
            return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
        case "timestamp":
            if shape.serialization.get("timestampFormat") == "iso8601":
                return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return value.timestamp()
    return value


def output(shape, parsed):
    """Converts an output to its JSON form. As in Smithy's protocol tests, a blob from an empty body is not set."""
    parsed = to_json(shape, parsed)
    payload = shape.serialization.get("payload")
    if payload and not shape.members[payload].serialization.get("streaming") and parsed.get(payload) == "":
        del parsed[payload]
    return parsed


class Raw:
    """A response body from which botocore reads a stream."""

    def __init__(self, body):
        self.body = body

    def read(self, *_, **__):
        body, self.body = self.body, b""
        return body

    def stream(self, *_, **__):
        yield self.read()


class Service:
    def __init__(self, name):
        self.name = name
        self.client = botocore.session.Session().create_client(
            name,
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=botocore.config.Config(
                # Random values violate constraints that only the service enforces.
                parameter_validation=False,
                retries={"total_max_attempts": 1, "mode": "standard"},
            ),
        )
        self.model = self.client.meta.service_model
        self.client.meta.events.register(f"before-send.{self.model.service_id.hyphenize()}", self.send)
        self.serializer = botocore.serialize.create_serializer(self.model.resolved_protocol, False)

    def send(self, request, **_):
        self.request = request
        headers = botocore.awsrequest.HeadersDict(self.response["headers"])
        body = bytes.fromhex(self.response["body"])
        response = botocore.awsrequest.AWSResponse(request.url, self.response["status"], headers, Raw(body))
        response._content = body
        return response

    def case(self, name, number):
        operation = self.model.operation_model(name)
        values = Values(f"{self.name}.{name}.{number}")
        call = values.structure(operation.input_shape, True) if operation.input_shape else {}
        for label in re.findall(r"{(\w+)}", (operation.endpoint or {}).get("hostPrefix", "")):
            call[label] = values.random.choice(["a", "Z-9"])
        for member in URLS.get(self.name, []):
            call[member] = values.random.choice(["https://a.example.com", "https://b.example.com:8443"])
        for member in DEFAULTS.get(self.name, []):
            if values.random.random() < 0.5:
                call.pop(member, None)
        self.response = self.error(operation, values) if number % 4 == 3 else self.success(operation, values)
        presigned = name in PRESIGNED.get(self.name, [])
        streams = operation.input_shape.members.items() if operation.input_shape else []
        job = {
            "service": self.name,
            "operation": name,
            "number": number,
            "input": call,
            "stream": next((member for member, shape in streams if shape.serialization.get("streaming")), None),
            "response": self.response,
            "presigned": presigned,
        }
        try:
            arguments = to_python(operation.input_shape, call) if operation.input_shape else {}
            parsed = self.client._make_api_call(name, arguments)
            parsed.pop("ResponseMetadata")
            outcome = {"parsed": output(operation.output_shape, parsed) if operation.output_shape else {}}
        except botocore.exceptions.ClientError as error:
            outcome = {"error": self.outcome_of_error(operation, error)}
        body = self.request.body or b""
        body = body.read() if hasattr(body, "read") else body
        theirs = {
            "method": self.request.method,
            "url": self.request.url,
            "headers": {key.lower(): text(value) for key, value in self.request.headers.items()},
            "body": (body.encode() if isinstance(body, str) else bytes(body)).hex(),
            **outcome,
        }
        if presigned:
            theirs["presigned"] = self.presigned(name, arguments)
        return {**job, "theirs": theirs}

    def presigned(self, name, arguments):
        """Returns the parts of a presigned URL: the part before the query, and the sorted parameters."""
        method = botocore.xform_name(name)
        botocore.auth.get_current_datetime = lambda **_: NOW
        url = self.client.generate_presigned_url(method, Params=arguments, ExpiresIn=60, HttpMethod="GET")
        base, _, query = url.partition("?")
        return {"base": base, "parameters": sorted(query.split("&"))}

    def serialize(self, shape, value):
        """Returns the headers and body of a response, which are those of a request with this shape as its input."""
        value = to_python(shape, value)
        status = next((n for n, m in shape.members.items() if m.serialization.get("location") == "statusCode"), None)
        value.pop(status, None)
        operation = types.SimpleNamespace(
            name="Response",
            http={"method": "POST", "requestUri": "/"},
            input_shape=shape,
            endpoint=None,
            service_model=self.model,
            metadata=self.model.metadata,
            has_event_stream_input=False,
            has_event_stream_output=False,
            get_event_stream_input=lambda: None,
        )
        request = self.serializer.serialize_to_request(value, operation)
        body = request["body"]
        return dict(request["headers"]), body.encode() if isinstance(body, str) else body

    def success(self, operation, values):
        shape = operation.output_shape
        value = values.structure(shape, False) if shape else {}
        headers, body = self.serialize(shape, value) if shape else ({}, b"")
        return self.written(operation.http.get("responseCode", 200), headers, body)

    def error(self, operation, values):
        shapes = operation.error_shapes
        shape = values.random.choice(shapes) if shapes and values.random.random() < 0.9 else None
        code = shape.error_code if shape else "NewError"
        headers, body = self.serialize(shape, values.structure(shape, False)) if shape else ({}, b"{}")
        if self.model.resolved_protocol == "smithy-rpc-v2-cbor":
            code = f"aws.x#{shape.name if shape else code}"
            # This is a map of indefinite length: the members of the error without their head, the code, and the break
            # code.
            body = b"\xbf" + (body[1:] if shape else b"") + b"\x66__type" + cbor_text(code) + b"\xff"
        elif self.model.resolved_protocol == "json":
            # botocore reads neither the header nor `code` in this protocol.
            body = json.dumps({**json.loads(body or b"{}"), "__type": f"aws.x#{code}"}).encode()
        elif values.random.random() < 0.7:
            headers["x-amzn-errortype"] = code + values.random.choice(["", ":http://internal.amazon.com/coral/"])
        else:
            body = json.dumps({**json.loads(body or b"{}"), "code": code}).encode()
        return self.written(values.random.choice([400, 404, 409, 500]), headers, body)

    def written(self, status, headers, body):
        # botocore preserves the case of header names, but Rust's HTTP libraries do not.
        headers = {key.lower(): text(value) for key, value in headers.items() if key.lower() != "content-length"}
        if self.model.resolved_protocol == "smithy-rpc-v2-cbor":
            headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}
        headers.setdefault("content-type", "application/json")
        headers["x-amzn-requestid"] = "id"
        return {"status": status, "headers": headers, "body": body.hex()}

    def outcome_of_error(self, operation, error):
        response = dict(error.response)
        status = response.pop("ResponseMetadata")["HTTPStatusCode"]
        head = response.pop("Error")
        shapes = [shape for shape in operation.error_shapes if shape.error_code == head["Code"] or shape.name == head["Code"]]
        members = to_json(shapes[0], response) if shapes else None
        return {"code": head["Code"], "status": status, "message": head["Message"] or None, "structure": members}


def cbor_text(text):
    """Encodes a short string as CBOR."""
    return bytes([0x78, len(text)]) + text.encode()


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def main():
    cases = int(sys.argv[1])
    for word in sys.argv[2:]:
        name, _, operations = word.partition(":")
        service = Service(name)
        for operation in operations.split(",") if operations else service.model.operation_names:
            for number in range(cases):
                print(json.dumps(service.case(operation, number)))


main()
