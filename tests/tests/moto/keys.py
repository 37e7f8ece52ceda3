"""Creates an IAM user and a role that can use FSx, with six calls that moto does not verify.

Prints a line with the ID and secret of the user's key, and a line with the ID, secret and token of a session of the
role.
"""

import json
import sys

import boto3


def statement(**what):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **what}]})


settings = {
    "endpoint_url": sys.argv[1],
    "region_name": "us-east-1",
    "aws_access_key_id": "unchecked",
    "aws_secret_access_key": "unchecked",
}
iam, sts = boto3.client("iam", **settings), boto3.client("sts", **settings)
may_use_fsx = statement(Action="fsx:*", Resource="*")

iam.create_user(UserName="tester")
iam.put_user_policy(UserName="tester", PolicyName="fsx", PolicyDocument=may_use_fsx)
key = iam.create_access_key(UserName="tester")["AccessKey"]
print(key["AccessKeyId"], key["SecretAccessKey"])

trust = statement(Action="sts:AssumeRole", Principal={"AWS": "*"})
role = iam.create_role(RoleName="tester", AssumeRolePolicyDocument=trust)["Role"]
iam.put_role_policy(RoleName="tester", PolicyName="fsx", PolicyDocument=may_use_fsx)
session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
print(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
