"""Prints botocore's defaults for long polls, attempts, and delays, which defaults.rs compares with the overlays."""

import json
import sys

import botocore
from botocore.retries import standard

print(json.dumps({"botocore": botocore.__version__}))
with open(sys.argv[1], encoding="utf-8") as jobs:
    for _ in jobs:
        polls = standard.RetryHandler._LONG_POLLING_OPERATIONS
        delays = standard.ExponentialBackoff._SERVICE_BACKOFF_CONFIG
        print(
            json.dumps(
                {
                    "polls": {service: sorted(operations) for service, operations in polls.items()},
                    "attempts": standard._SERVICE_MAX_ATTEMPTS,
                    "delays": {
                        service: round(delay["non_throttling_base_scale"] * 1000) for service, delay in delays.items()
                    },
                }
            )
        )
