"""Runs jobs with botocore, for peer.rs.

The argument is a file with one job per line, as a JSON object. A job is a call to an FSx operation with its response, a
request to sign, or a service whose URL is to be determined. Prints a line about botocore, and then a line for each job.
"""

import datetime
import json
import os
import sys

# The user's settings must not affect the results.
for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.devnull
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.endpoint_provider
import botocore.exceptions
import botocore.session

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Caller:
    """A botocore client. Its transport records the request and returns the response of the job."""

    def __init__(self):
        self.client = botocore.session.Session().create_client(
            "fsx",
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=botocore.config.Config(
                # Random values violate constraints that only the service enforces.
                parameter_validation=False,
                retries={"total_max_attempts": 1, "mode": "standard"},
            ),
        )
        self.client.meta.events.register("before-send.fsx", self.send)
        self.response = None
        self.request = None

    def send(self, request, **_):
        self.request = request
        headers = botocore.awsrequest.HeadersDict(self.response["headers"])
        response = botocore.awsrequest.AWSResponse(request.url, self.response["status"], headers, None)
        # The `content` property would read the body from the connection.
        response._content = self.response["body"].encode()
        return response

    def call(self, job):
        self.response = job["response"]
        try:
            parsed = self.client._make_api_call(job["operation"], job["input"])
            parsed.pop("ResponseMetadata")
            outcome = {"parsed": parsed}
        except botocore.exceptions.ClientError as error:
            outcome = {"error": self.error(error)}
        request = self.request
        return {
            "method": request.method,
            "url": request.url,
            "headers": {name.lower(): text(value) for name, value in request.headers.items()},
            "body": json.loads(request.body),
            **outcome,
        }

    def error(self, error):
        response = dict(error.response)
        status = response.pop("ResponseMetadata")["HTTPStatusCode"]
        head = response.pop("Error")
        shape = self.client.meta.service_model.shape_for_error_code(head["Code"])
        return {
            "code": head["Code"],
            "message": head["Message"],
            "status": status,
            "shape": shape and shape.name,
            "members": response,
        }


def sign(job):
    """Returns the `Authorization` header of a request that botocore signs at the time of the job."""
    now = datetime.datetime.fromtimestamp(job["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda **_: now
    request = botocore.awsrequest.AWSRequest(job["method"], job["url"], data=job["body"].encode())
    for name, value in job["headers"]:
        request.headers.add_header(name, value)
    credentials = botocore.credentials.Credentials(job["key"], job["secret"], job["token"])
    botocore.auth.SigV4Auth(credentials, job["service"], job["region"]).add_auth(request)
    return {"authorization": request.headers["Authorization"]}


class Hosts:
    """Resolves URLs with botocore's endpoint rules."""

    def __init__(self):
        self.loader = botocore.session.Session().get_component("data_loader")
        self.partitions = self.loader.load_data("partitions")
        self.rules = {}

    def url(self, job):
        service = job["service"]
        if service not in self.rules:
            rules = self.loader.load_service_model(service, "endpoint-rule-set-1")
            self.rules[service] = botocore.endpoint_provider.EndpointProvider(rules, self.partitions)
        parameters = {"Region": job["region"], "UseFIPS": job["use_fips"], "UseDualStack": job["use_dual_stack"]}
        if service == "sts":
            parameters["UseGlobalEndpoint"] = False
        return {"url": self.rules[service].resolve_endpoint(**parameters).url}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def plain(value):
    """Converts a time to microseconds since 1970, which both clients represent exactly."""
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    raise TypeError(f"{value!r} cannot be converted to JSON")


def main():
    caller = Caller()
    operations = caller.client.meta.service_model.operation_names
    print(json.dumps({"botocore": botocore.__version__, "operations": list(operations)}))
    kinds = {"call": caller.call, "sign": sign, "host": Hosts().url}
    with open(sys.argv[1], encoding="utf-8") as jobs:
        for line in jobs:
            job = json.loads(line)
            print(json.dumps(kinds[job["kind"]](job), default=plain))


main()
