"""Creates the role of the Lambda functions in the tests."""

import sys

import boto3

iam = boto3.client(
    "iam",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="unchecked",
    aws_secret_access_key="unchecked",
)
iam.create_role(RoleName="tester", AssumeRolePolicyDocument="{}")
