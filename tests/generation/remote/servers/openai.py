"""`POST /v1/images/generations`, as OpenAI documents it, and as others vary it."""

import base64
import json
from typing import Any

from tests.generation.remote.servers.base import (
    HTML,
    KEY,
    RETRY_AFTER_SECONDS,
    FaultServer,
    Request,
    png_of,
)


class OpenAIServer(FaultServer):
    """Answers with base64; with `url` set, with an address; streams where asked to."""

    kind = "openai"
    options = {"fields": {"seed": "seed", "negative_prompt": "negative_prompt"}}

    def __init__(self, fault: str = "happy", times: int = 1) -> None:
        super().__init__(fault, times)
        self.image_url = ""
        self.files: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"{self.host}/v1"

    def answer(self, request: Request) -> None:
        if request.command == "GET":
            content = self.files.get(request.path)
            return request.reply(200 if content else 404, content or b"", "image/png")
        if request.headers.get("authorization") != f"Bearer {KEY}":
            sent = request.headers.get("authorization", "")
            return self.error(request, 401, "invalid_api_key", f"Incorrect API key: {sent}")
        if request.path != "/v1/images/generations":
            return self.error(request, 404, "unknown_url", "There is nothing here")
        if self.fails("rate_limited"):
            wait = str(RETRY_AFTER_SECONDS)
            return self.error(request, 429, "rate_limit_exceeded", "Slow down", retry_after=wait)
        if self.fails("refused"):
            told = "Your request was rejected by the safety system."
            return self.error(request, 400, "content_policy_violation", told)
        if self.fails("unavailable"):
            return self.error(request, 503, "server_error", "Overloaded")
        if self.fails("broken"):
            return self.error(request, 500, "server_error", "The server had an error")
        return self.images(request)

    def error(self, request: Request, status: int, code: str, told: str, **headers: str) -> None:
        error = {"message": told, "type": "image_generation_user_error", "param": None}
        request.reply_json(status, {"error": error | {"code": code}}, **headers)

    def images(self, request: Request) -> None:
        order = request.json()
        assert order["n"] == 1
        assert order["prompt"]
        width, height = map(int, order["size"].split("x"))
        self.charge(request.headers["x-client-request-id"])
        self.wait()
        if self.fails("dead"):
            return request.die(b'{"created": 1, "data": [{"b64_json": "iVBOR')
        if self.fails("html"):
            return request.reply(200, HTML, "text/html")
        seed = order["seed"] + (1 if self.fails("anothers") else 0)
        content = self.png((width, height), seed)
        if order.get("stream"):
            return self.streamed(request, content)
        image: dict[str, Any] = {"b64_json": base64.b64encode(content).decode()}
        if self.image_url:
            self.files["/files/1.png"] = content
            image = {"url": self.image_url}
        image["seed"] = seed
        return request.reply_json(200, {"created": 1, "data": [image]}, x_request_id="req_1")

    def streamed(self, request: Request, content: bytes) -> None:
        """Send two half-done pictures, then the finished one."""
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        parts = [("partial_image", png_of((64, 64), number)) for number in range(2)]
        for number, (name, part) in enumerate([*parts, ("completed", content)]):
            event = {"type": f"image_generation.{name}", "partial_image_index": number}
            event["b64_json"] = base64.b64encode(part).decode()
            line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
            request.wfile.write(line.encode())
            request.wfile.flush()
        request.close_connection = True
