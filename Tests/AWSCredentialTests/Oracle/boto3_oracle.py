"""Says what boto3 and botocore make of files and environment.

Prints a line of JSON with the ports of its fakes. Then answers each line of JSON on standard input, a question, with one
line. A set-up is looked at in a process of its own that has nothing but its own environment. The fakes live until
standard input ends; the other side may use them too.
"""

import json
import os
import re
import shlex
import socket
import sys
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    import boto3
    import botocore.configloader
    import botocore.exceptions
    import botocore.loaders
    import botocore.utils
    from botocore.endpoint_provider import EndpointProvider
except ImportError as error:
    sys.exit(f"boto3 is missing: {error}")

EXPIRATION = "2099-01-01T00:00:00Z"


def keys(access_key, **more):
    return {
        "AccessKeyId": access_key,
        "SecretAccessKey": "FAKESECRET",
        "Token": "FAKETOKEN",
        "Expiration": EXPIRATION,
        **more,
    }


class Fake(BaseHTTPRequestHandler):
    """A service on loopback. The first part of the path chooses how it behaves."""

    def answer(self, status, body=""):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class InstanceMetadata(Fake):
    TOKEN = "FAKEIMDSTOKEN"

    def do_PUT(self):
        if self.path.startswith("/v1only/"):
            return self.answer(405)
        if "X-aws-ec2-metadata-token-ttl-seconds" not in self.headers:
            return self.answer(400)
        self.answer(200, self.TOKEN)

    def do_GET(self):
        mode, _, path = self.path.partition("/latest/meta-data/")
        mode = mode[1:]
        if mode != "v1only" and self.headers.get("X-aws-ec2-metadata-token") != self.TOKEN:
            return self.answer(401)
        if path == "placement/region":
            return self.answer(200, "ap-southeast-2")
        if not path.startswith("iam/security-credentials/") or mode == "norole":
            return self.answer(404)
        if path == "iam/security-credentials/":
            return self.answer(200, "fake-role")
        if mode == "untrusted":
            return self.answer(200, {"Code": "AssumeRoleUnauthorizedAccess", "Message": "not trusted"})
        self.answer(200, keys("ASIAFAKEINSTANCE", Code="Success"))


class Container(Fake):
    def do_GET(self):
        if self.path == "/plain":
            self.answer(200, keys("ASIAFAKECONTAINER"))
        elif self.path == "/token" and self.headers.get("Authorization") == "FAKEAUTHORIZATION":
            self.answer(200, keys("ASIAFAKEAUTHORIZED"))
        else:
            self.answer(403)


class STS(Fake):
    """Gives out an access key that tells how it was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = dict(urllib.parse.parse_qsl(body))
        action = fields["Action"]
        if action == "AssumeRole":
            by = re.search("Credential=([^/]+)/", self.headers["Authorization"])[1]
        else:
            by = fields["WebIdentityToken"]
        session = fields["RoleSessionName"]
        told = [
            fields["RoleArn"].rpartition("/")[2],
            by,
            "" if session.startswith("botocore-session") else session,
            fields.get("ExternalId", ""),
            fields.get("DurationSeconds", ""),
        ]
        self.answer(
            200,
            f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
            <AccessKeyId>ASIA({",".join(told)})</AccessKeyId><SecretAccessKey>FAKESECRET</SecretAccessKey>
            <SessionToken>FAKETOKEN</SessionToken><Expiration>{EXPIRATION}</Expiration>
            </Credentials></{action}Result></{action}Response>""",
        )


def serve(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def look(setup):
    """The credentials, region and endpoint of a set-up; for each of them `error` when there is one, and why."""
    why = []

    def attempt(function):
        try:
            return function()
        except BaseException as error:
            why.append(f"{type(error).__name__}: {error}")
            return "error"

    session = attempt(lambda: boto3.Session(profile_name=setup["profile"] or None))
    if session == "error":
        return {"credentials": "error", "hasToken": False, "region": "error", "endpoint": "error", "why": why}

    def credentials():
        found = session.get_credentials()
        return found and found.get_frozen_credentials()

    def region():
        botocore.utils.validate_region_name(session.region_name)
        return session.region_name

    def endpoint():
        if not setup["service"]:
            return None
        return session.client(setup["service"], aws_access_key_id="a", aws_secret_access_key="b").meta.endpoint_url

    found = attempt(credentials)
    return {
        "credentials": found if found == "error" else found.access_key if found else "none",
        "hasToken": bool(found and found != "error" and found.token),
        "region": attempt(region),
        "endpoint": attempt(endpoint),
        "why": why,
    }


def look_in_child(setup):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        # Away from a terminal, where one that asks for a code would wait.
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        # botocore would wait a second before it asks again.
        botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0
        os.environ.clear()
        os.environ.update(setup["environment"])
        os.chdir(setup["home"])
        os.write(writer, json.dumps(look(setup)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer)


def endpoints(question):
    """The host of each service in each region, by botocore's rule sets; None where they know none."""
    loader = botocore.loaders.Loader()
    partitions = loader.load_data("partitions")
    hosts = []
    for service in question["services"]:
        rules = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        for region in question["regions"]:
            for fips, dual in [(False, False), (True, False), (False, True), (True, True)]:
                try:
                    hosts.append(rules.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual).url)
                except botocore.exceptions.EndpointProviderError:
                    hosts.append(None)
    return hosts


def words(question):
    """Each line's words; None where it has none."""

    def split(line):
        try:
            return shlex.split(line)
        except ValueError:
            return None

    return [split(line) for line in question["lines"]]


def settings(question):
    """What botocore reads in each file: `{section: {name: text, or a nested object}}`; None where it refuses."""

    def read(text):
        with tempfile.NamedTemporaryFile("wb") as file:
            file.write(text.encode())
            file.flush()
            try:
                return botocore.configloader.raw_config_parse(file.name)
            except botocore.exceptions.ConfigParseError:
                return None

    return [read(text) for text in question["files"]]


def warm_up():
    """Reads botocore's own data once for all children, since that is most of what a set-up takes."""
    load = botocore.loaders.JSONFileLoader.load_file
    kept = {}

    def load_once(self, path):
        if path not in kept:
            kept[path] = load(self, path)
        return kept[path]

    botocore.loaders.JSONFileLoader.load_file = load_once
    for service in ["sts", "autoscaling"]:
        boto3.client(service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def main():
    # A port where nobody listens, for as long as this process lives.
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    ports = {
        "imds": serve(InstanceMetadata),
        "container": serve(Container),
        "sts": serve(STS),
        "closed": closed.getsockname()[1],
    }
    answers = {"look": look_in_child, "endpoints": endpoints, "words": words, "settings": settings}
    # Children have no standard input to ask on.
    commands = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    warm_up()
    print(json.dumps(ports), flush=True)
    for line in commands:
        question = json.loads(line)
        print(json.dumps(answers[question["ask"]](question)), flush=True)


main()
