"""SageMaker's runtime (`InvokeEndpoint`, `InvokeEndpointAsync`) and as much of S3 as it needs.

`work` is the container: JSON in; status, type and body out.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.generation.remote.servers.base import HTML, FaultServer, Request

ACCESS_KEY = "AKIATESTTESTTESTTEST"
Container = Callable[[bytes], tuple[int, bytes]]
PREFIX = "X-Amzn-SageMaker-"


class SageMakerServer(FaultServer):
    """One endpoint, `painter`, both real-time and asynchronous, and the bucket `renders`."""

    kind = "sagemaker"

    def __init__(
        self, fault: str = "happy", times: int = 1, container: Container | None = None
    ) -> None:
        super().__init__(fault, times)
        self.container = container or self.paint
        self.objects: dict[str, bytes] = {}

    def provider_options(self) -> dict[str, Any]:
        return {
            "endpoint": "painter",
            "region": "eu-central-1",
            "orders": "s3://renders/in",
            "output": "s3://renders/out",
            "failure": "s3://renders/failed",
            "s3_url": self.host,
        }

    def answer(self, request: Request) -> None:
        path = unquote(urlsplit(request.path).path)
        signed = request.headers.get("authorization", "")
        service = "sagemaker" if path.startswith("/endpoints/") else "s3"
        scope = f"/eu-central-1/{service}/aws4_request"
        if not signed.startswith(f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/"):
            return self.error(request, 403, "UnrecognizedClientException", "Invalid token.")
        assert scope in signed
        assert "Signature=" in signed
        if service == "s3":
            return self.s3(request, path.lstrip("/").removeprefix("renders").lstrip("/"))
        assert path.split("/")[2] == "painter"
        if self.fails("rate_limited"):
            return self.error(request, 429, "ThrottlingException", "Rate exceeded")
        if self.fails("unavailable"):
            return self.error(request, 503, "ServiceUnavailable", "Try again")
        if path.endswith("/async-invocations"):
            return self.queue(request)
        return self.invoke(request)

    def error(self, request: Request, status: int, code: str, told: str, **more: Any) -> None:
        content = {"Message": told, "message": told, **more}
        request.reply_json(status, content, x_amzn_ErrorType=code)

    def invoke(self, request: Request) -> None:
        """Run the container and pass its answer through."""
        call = request.headers[f"{PREFIX}Inference-Id"]
        status, body = self.worked(call, request.body)
        if status >= 400:
            told = f"Received client error ({status}) from primary"
            more = {"OriginalStatusCode": status, "OriginalMessage": body.decode()}
            return self.error(request, 424, "ModelError", told, **more)
        if self.fails("dead"):
            return request.die(body[: len(body) // 2])
        return request.reply(200, body)

    def worked(self, call: str, order: bytes) -> tuple[int, bytes]:
        """Return status and body of the container's answer, or of a fault."""
        if self.fails("refused"):
            return 400, b'{"error": "refused: not that"}'
        if self.fails("broken"):
            return 500, b'{"error": "CUDA out of memory"}'
        self.charge(call)
        self.wait()
        if self.fails("html"):
            return 200, HTML
        return self.container(order)

    def queue(self, request: Request) -> None:
        """Take an asynchronous order on; its answer appears in the bucket."""
        call = request.headers[f"{PREFIX}Inference-Id"]
        name = request.headers[f"{PREFIX}Filename"]
        assert int(request.headers[f"{PREFIX}RequestTTLSeconds"]) >= 60
        place = request.headers[f"{PREFIX}InputLocation"].removeprefix("s3://renders/")
        threading.Thread(target=self.later, args=(call, place, name), daemon=True).start()
        if self.fails("dead"):
            return request.die()
        body = json.dumps({"InferenceId": call}).encode()
        request.send_response(202)
        request.send_header(f"{PREFIX}OutputLocation", f"s3://renders/out/{name}")
        request.send_header(f"{PREFIX}FailureLocation", f"s3://renders/failed/{call}-error.out")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        return None

    def later(self, call: str, place: str, name: str) -> None:
        while self.hold.is_set():
            time.sleep(0.01)
        order = self.objects.get(place)
        status, body = self.worked(call, order) if order is not None else (400, b"no input")
        folder = "out/" + name if status < 400 else f"failed/{call}-error.out"
        self.objects[folder] = body

    def paint(self, body: bytes) -> tuple[int, bytes]:
        """Stand for our own container."""
        order = json.loads(body)
        call = "somebody-elses" if self.fails("anothers") else order["id"]
        content = self.png((order["width_px"], order["height_px"]), order["seed"])
        image = base64.b64encode(content).decode()
        answer = {"id": call, "image": image, "seed": order["seed"], "fingerprint": {}}
        return 200, json.dumps(answer).encode()

    def s3(self, request: Request, key: str) -> None:
        """Answer PUT, GET, DELETE and the list of a bucket."""
        if request.command == "PUT":
            self.objects[key] = request.body
            return request.reply(200, b"", ETag='"1"')
        if request.command == "DELETE":
            self.objects.pop(key, None)
            return request.reply(204, b"")
        query = parse_qs(urlsplit(request.path).query)
        if "list-type" in query:
            return self.listed(request, query["prefix"][0])
        if key not in self.objects:
            xml = f"<Error><Code>NoSuchKey</Code><Key>{escape(key)}</Key></Error>"
            return request.reply(404, xml.encode(), "application/xml")
        return request.reply(200, self.objects[key], "application/octet-stream")

    def listed(self, request: Request, prefix: str) -> None:
        keys = [key for key in list(self.objects) if key.startswith(prefix)]
        rows = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys)
        count = f"<KeyCount>{len(keys)}</KeyCount><IsTruncated>false</IsTruncated>"
        space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        xml = f"<ListBucketResult {space}>{count}{rows}</ListBucketResult>"
        request.reply(200, xml.encode(), "application/xml")
