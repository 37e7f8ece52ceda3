"""Calls FSx with botocore for the cases in settings.rs.

The arguments are a file with one case per line, as a JSON object, and a directory that is used as the home directory.
Prints a line about botocore, and then a line for each case: the requests of one call, including the requests for
credentials, or the error.
"""

import json
import os
import re
import sys
import time
import urllib.parse

# The user's settings must not affect the results. botocore determines the home directory when it is imported.
HOME = sys.argv[2]
os.makedirs(os.path.join(HOME, ".aws", "sso", "cache"), exist_ok=True)
os.chdir(HOME)
for name in list(os.environ):
    if name.startswith(("AWS_", "BOTO")):
        del os.environ[name]
os.environ["HOME"] = HOME

import botocore
import botocore.awsrequest
import botocore.httpsession
import botocore.session

# There are no delays between attempts.
time.sleep = lambda _: None

WRITTEN = {}
LOADER = botocore.session.Session().get_component("data_loader")


class Service:
    """A mock of AWS, which records requests and returns credentials."""

    def __init__(self, responses, endpoints):
        self.responses = responses
        self.endpoints = {path: (status, body) for path, status, body in endpoints}
        self.requests = []

    def send_to_endpoint(self, request):
        """Responds in place of the container endpoint and the instance metadata service."""
        path = urllib.parse.urlparse(request.url).path
        if not path.startswith("/latest/"):
            self.requests.append(compared("container credentials", request))
        status, body = self.endpoints.get(path, (404, ""))
        return respond(request, status, body)

    def send(self, request, event_name, **_):
        operation = event_name.rpartition(".")[2]
        self.requests.append(compared(operation, request))
        return respond(request, 200 if operation in self.responses else 500, self.responses.get(operation, ""))


def respond(request, status, body):
    response = botocore.awsrequest.AWSResponse(request.url, status, botocore.awsrequest.HeadersDict(), None)
    # The `content` property would read the body from the connection.
    response._content = body.encode()
    return response


def compared(operation, request):
    """Returns the parts of a request that are compared."""
    headers = {name.lower(): text(value) for name, value in request.headers.items()}
    url, _, query = request.url.partition("?")
    credential = re.search(r"Credential=([^/]*)/[^/]*/([^/]*)/", headers.get("authorization", ""))
    app = re.search(r" app/(\S+)", headers.get("user-agent", ""))
    form = text(request.body) if "form" in headers.get("content-type", "") else ""
    return {
        "operation": operation,
        "url": url,
        "query": sorted(query.split("&")),
        "form": sorted(map(list, urllib.parse.parse_qsl(form))),
        "key": credential and credential[1],
        "region": credential and credential[2],
        "token": headers.get("x-amz-security-token"),
        "bearer": headers.get("x-amz-sso_bearer_token"),
        "authorization": headers.get("authorization") if operation == "container credentials" else None,
        "features": features(headers.get("user-agent", "")) if operation.startswith("Describe") else None,
        "app": app[1] if app and operation.startswith("Describe") else None,
    }


def features(agent):
    """Returns the features in a user agent that describe the source of the credentials."""
    known = "e g h i k n o p q r s t u v w z 0 3 AC AD".split()
    found = re.search(r" m/(\S+)", agent)
    codes = {code for code in (found[1].split(",") if found else []) if code in known}
    # botocore reports `n`, which means keys in a profile, for every source profile.
    return sorted(codes - {"n"} if "o" in codes else codes)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def write(name, contents):
    """Writes a file in the home directory, or removes it if there are no contents."""
    path = os.path.join(HOME, name)
    if contents is None:
        if os.path.exists(path):
            os.remove(path)
    elif WRITTEN.get(name) != contents:
        with open(path, "wb") as file:
            file.write(contents)
    WRITTEN[name] = contents


def outcome(case):
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(case["vars"])
    for name, contents in case["files"].items():
        write(name, contents.encode())
    for name in ("config", "credentials"):
        write(os.path.join(".aws", name), None if case[name] is None else bytes.fromhex(case[name]))

    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    service = Service(case["responses"], case["endpoints"])
    botocore.httpsession.URLLib3Session.send = service.send_to_endpoint
    session.register("before-send", service.send)
    try:
        client = session.create_client("fsx")
        client.describe_file_systems()
    except Exception as error:
        # This also catches errors in this script, which then appear in the reported difference.
        return {"refused": f"{type(error).__name__}: {error}"}
    retries = client.meta.config.retries
    return {
        "requests": service.requests,
        "mode": retries["mode"],
        "attempts": retries.get("total_max_attempts", 3),
        "ca_bundle": session.get_config_variable("ca_bundle"),
    }


def main():
    print(json.dumps({"botocore": botocore.__version__}))
    with open(sys.argv[1], encoding="utf-8") as cases:
        for line in cases:
            print(json.dumps(outcome(json.loads(line))))


main()
