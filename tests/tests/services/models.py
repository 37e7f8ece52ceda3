"""Prints botocore's files for the services in the arguments, as one line with a JSON object for each service."""

import json
import os
import sys

import botocore.exceptions
import botocore.session

NAMES = ["service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"]
loader = botocore.session.Session().get_component("data_loader")
for service in sys.argv[1:]:
    files = {}
    for name in NAMES:
        try:
            # If a path is passed, botocore does not add its own changes to service-2.
            version = loader.determine_latest_version(service, name)
            files[name] = loader.load_data(os.path.join(service, version, name))
        except botocore.exceptions.DataNotFoundError:
            pass
    print(json.dumps(files))
