"""Creates backups with botocore for three seconds, one after another, and prints the number per second.

The endpoint and the credentials are read from environment variables.
"""

import time

import botocore.session

client = botocore.session.get_session().create_client("fsx")


def call():
    client.create_backup(FileSystemId="fs-0123456789abcdef0", Tags=[{"Key": "Name", "Value": "nightly"}])


for _ in range(20):
    call()
calls, started = 0, time.perf_counter()
while time.perf_counter() - started < 3:
    call()
    calls += 1
print(round(calls / (time.perf_counter() - started), 1))
