#!/usr/bin/env python3
"""Signs requests with botocore: one JSON object a line in, one JSON string a line out."""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SIGNERS = {
    ("header", "s3"): botocore.auth.S3SigV4Auth,
    ("query", "s3"): botocore.auth.S3SigV4QueryAuth,
    ("header", "ec2"): botocore.auth.SigV4Auth,
    ("query", "ec2"): botocore.auth.SigV4QueryAuth,
}


def sign(case):
    now = datetime.datetime.strptime(case["date"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: now
    request = AWSRequest(method=case["method"], url=case["url"], data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers[name] = value  # Adds, and does not replace.
    credentials = Credentials(case["key"], case["secret"], case.get("token"))
    options = {"expires": case["lifetime"]} if case["form"] == "query" else {}
    signer = SIGNERS[case["form"], case["service"]](credentials, case["service"], case["region"], **options)
    signer.add_auth(request)
    if case["form"] == "query":
        return request.url.rpartition("&X-Amz-Signature=")[2]
    return request.headers["Authorization"]


for line in sys.stdin:
    print(json.dumps(sign(json.loads(line))))
