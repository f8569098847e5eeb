"""A Secrets Manager for scripts/bench, on loopback: prints its port, gives everybody the same secret, ends with its input."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = json.dumps({"username": "app", "password": "correct horse"})
ANSWER = json.dumps({"ARN": "app", "Name": "app", "VersionId": "1", "SecretString": SECRET}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers any call with the secret."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
