"""What AWS's own library makes of calls and answers.

Reads lines from standard input, each a JSON list of questions, and writes for each a line with the JSON list of
verdicts, or of a text that says what went wrong with the questions:

    {"service", "operation", "parameters",      the call, in boto3's words
     "region", "credentials", "time",           what it is made with
     "endpoint", "account",                     moto's, to make the call; else nothing is sent
     "status", "headers", "body",               the answer to read when nothing is sent; the body in base64
     "seed",                                    or: make an answer up in the shape that botocore's model has
     "presign"}                                 or: only sign the address, for so many seconds

    {"request": {method, scheme, host, path, query, headers, form or json or body},
     "answer": as botocore reads it, every scalar as text,
     "error": {code, message, status} instead,
     "body": the answer that was made up, in base64,
     "url": the signed address}
"""

import base64
import datetime
import io
import json
import random
import sys
import traceback
import urllib.parse
import xml.sax.saxutils

import botocore.auth
import botocore.awsrequest
import botocore.exceptions
import botocore.session
from botocore.config import Config

session = botocore.session.get_session()
clients = {}

# Of a service that speaks several protocols we speak the query protocol, where botocore takes a newer one.
loader = session.get_component("data_loader")
load_service_model = loader.load_service_model


def in_our_protocol(*arguments, **options):
    model = load_service_model(*arguments, **options)
    if "query" not in model.get("metadata", {}).get("protocols", []):
        return model
    return {**model, "metadata": {**model["metadata"], "protocol": "query", "protocols": ["query"]}}


loader.load_service_model = in_our_protocol


def client(question):
    key = json.dumps([question.get(k) for k in ("service", "region", "credentials", "endpoint", "addressing")])
    if key not in clients:
        keys = question.get("credentials") or ["AKIDEXAMPLE", "secret", None]
        style = {"addressing_style": question["addressing"]} if question.get("addressing") else {}
        clients[key] = session.create_client(
            question["service"],
            region_name=question.get("region", "eu-west-1"),
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            aws_session_token=keys[2],
            endpoint_url=question.get("endpoint"),
            config=Config(
                retries={"max_attempts": 0}, signature_version="v4" if question["service"] != "s3" else "s3v4",
                s3=style, request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
    return clients[key]


class Raw(io.BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_):
        data = self.read()
        while data:
            yield data
            data = self.read()


def text(value):
    """Scalars as text, times as milliseconds."""
    if isinstance(value, dict):
        return {k: text(v) for k, v in value.items() if k != "ResponseMetadata"}
    if isinstance(value, list):
        return [text(v) for v in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return str(round(value.timestamp() * 1000))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return base64.b64encode(value.read()).decode()
    return str(value)


def described(request):
    url = urllib.parse.urlsplit(request.url)
    headers = {k.lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    result = {
        "method": request.method, "scheme": url.scheme, "host": url.netloc, "path": url.path,
        "query": dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)), "headers": headers,
    }
    kind = headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        result["form"] = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    elif kind.startswith("application/x-amz-json"):
        result["json"] = text(json.loads(body))
    else:
        result["body"] = base64.b64encode(body).decode()
    return result


# --- Answers that are made up ---

# What a service always sends, and a client may rely on.
ALWAYS = {
    "ARN", "AccessKeyId", "Account", "Arn", "AvailabilityZone", "ChangeSetId", "ChangeSetName", "CreationTime",
    "Credentials", "CurrentState", "DecodedMessage", "DestinationCidrBlock", "DeviceName", "EventId", "Expiration",
    "GroupId", "Id", "ImageId", "InstanceId", "Instances", "InstanceType",
    "Key", "Location", "LogicalResourceId", "Name", "Parameter", "PreviousState", "ResourceStatus", "ResourceType",
    "RouteTableId", "SecretAccessKey", "SessionToken",
    "SnapshotId", "StackId", "StackName", "StackStatus", "State", "TemplateBody", "Timestamp",
    "SubnetId", "UserId", "Value", "Version", "VersionId", "VolumeId", "VpcId",
}


def scalar(shape, name, rng):
    if shape.type_name == "boolean":
        return rng.choice(["true", "false"])
    if shape.type_name in ("integer", "long"):
        return str(rng.randrange(0, 1000000))
    if shape.type_name in ("float", "double"):
        return "2.5"
    moment = datetime.datetime.fromtimestamp(rng.randrange(10**9, 2 * 10**9), datetime.timezone.utc)
    # Some are text in the model, and times all the same.
    if shape.type_name == "timestamp" or name in ("CreationDate", "DeprecationTime", "LastLaunchedTime"):
        return moment.strftime("%Y-%m-%dT%H:%M:%S") + rng.choice(["Z", ".000Z"])
    if name == "Progress":
        return f"{rng.randrange(0, 101)}%"
    if name == "Output":
        return base64.encodebytes(bytes(rng.randrange(0, 256) for _ in range(200))).decode()
    if getattr(shape, "enum", None) and rng.random() < 0.8:
        return rng.choice(shape.enum)
    return rng.choice(["", "a<b>&\"c'", " zürich ", "中文"]) + f"{name}-{rng.randrange(0, 1000000)}"


def element(shape, tag, name, rng, depth):
    tag = shape.serialization.get("name", tag)
    if shape.type_name == "structure":
        inner = ""
        for member, sub in shape.members.items():
            if depth > 6 or (rng.random() < 0.1 and member not in ALWAYS):
                continue
            inner += element(sub, sub.serialization.get("name", member), member, rng, depth + 1)
        return f"<{tag}>{inner}</{tag}>"
    if shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")
        inner = "".join(
            element(shape.member, item, name, rng, depth + 1) for _ in range(rng.choice([1, 2] if name == "Instances" else [0, 1, 1, 2, 3])))
        return rng.choice([f"<{tag}>{inner}</{tag}>", f"<{tag}>\n  {inner}\n</{tag}>"]) if inner else f"<{tag}/>"
    if shape.type_name == "map":
        return ""
    return f"<{tag}>{xml.sax.saxutils.escape(scalar(shape, name, rng))}</{tag}>"


def json_value(shape, name, rng, depth=0):
    if shape.type_name == "structure":
        return {
            member: json_value(sub, member, rng, depth + 1)
            for member, sub in shape.members.items()
            if depth < 6 and (member in ALWAYS or rng.random() > 0.1)
        }
    if shape.type_name == "list":
        return [json_value(shape.member, name, rng, depth + 1) for _ in range(rng.choice([0, 1, 2]))]
    if shape.type_name == "map":
        return {}
    if shape.type_name == "blob":
        return base64.b64encode(rng.randbytes(20)).decode()
    if shape.type_name == "timestamp":
        return rng.randrange(10**9, 2 * 10**9) + 0.25
    value = scalar(shape, name, rng)
    return json.loads(value) if shape.type_name in ("boolean", "integer", "long", "float", "double") else value


def made_up(question):
    """An answer with nearly all that the model has. The last page of a list, since it has no next token."""
    rng = random.Random(question["seed"])
    service, operation = question["service"], question["operation"]
    model = session.get_service_model(service).operation_model(operation)
    if session.get_service_model(service).metadata["protocol"] == "json":
        value = json_value(model.output_shape, operation, rng)
        return json.dumps(value, ensure_ascii=rng.choice([True, False])).encode()
    inner = ""
    for member, shape in (model.output_shape.members if model.output_shape else {}).items():
        if member != "NextToken":
            inner += element(shape, shape.serialization.get("name", member), member, rng, 0)
    namespace = session.get_service_model(service).metadata.get("xmlNamespace", "http://ec2.amazonaws.com/doc/2016-11-15/")
    if service == "ec2":
        inner = f"<requestId>r-1</requestId>{inner}"
    else:
        inner = f"<{operation}Result>{inner}</{operation}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{operation}Response xmlns="{namespace}">{inner}</{operation}Response>'
    ).encode()


# --- One question ---


def verdict(question):
    result = {}
    body = base64.b64decode(question.get("body", ""))
    if "seed" in question:
        body = made_up(question)
        result["body"] = base64.b64encode(body).decode()

    def intercept(request, **_):
        if question.get("account"):
            request.headers["x-moto-account-id"] = question["account"]
        result["request"] = described(request)
        if question.get("endpoint") and "status" not in question:
            return None
        headers = botocore.awsrequest.HeadersDict(question.get("headers") or {})
        return botocore.awsrequest.AWSResponse(request.url, question.get("status", 200), headers, Raw(body))

    if question.get("time"):
        moment = datetime.datetime.fromtimestamp(question["time"], datetime.timezone.utc).replace(tzinfo=None)
        botocore.auth.get_current_datetime = lambda *_, **__: moment
    it = client(question)
    method = next(k for k, v in it.meta.method_to_api_mapping.items() if v == question["operation"])
    parameters = question.get("parameters") or {}
    for key in question.get("blobs", []):
        parameters[key] = base64.b64decode(parameters[key])
    if "presign" in question:
        result["url"] = it.generate_presigned_url(method, Params=parameters, ExpiresIn=question["presign"])
        return result
    it.meta.events.register_last("before-send", intercept, unique_id="oracle")
    try:
        result["answer"] = text(getattr(it, method)(**parameters))
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        result["error"] = {
            "code": error.response["Error"].get("Code", ""), "message": error.response["Error"].get("Message", ""),
            "status": str(status),
        }
    except botocore.exceptions.BotoCoreError as error:
        result["error"] = {"code": "", "message": f"{type(error).__name__}: {error}", "status": ""}
    except Exception as error:  # an empty answer where a shape is expected
        if "request" not in result:
            raise
        result["error"] = {"code": "", "message": repr(error), "status": ""}
    finally:
        it.meta.events.unregister("before-send", unique_id="oracle")
    return result


for line in sys.stdin:
    try:
        print(json.dumps([verdict(question) for question in json.loads(line)]), flush=True)
    except Exception:
        print(json.dumps([traceback.format_exc()]), flush=True)
