"""`POST /v2beta/stable-image/generate/{core,ultra,sd3}`: a form in, an image out."""

from email import message_from_bytes
from email.message import Message

from tests.generation.remote.servers.base import HTML, KEY, FaultServer, Request

SIZES = {"1:1": (96, 96), "3:2": (96, 64), "2:3": (64, 96)}
"""Smaller than the real ones, and larger than what the tests ask for."""


def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a multipart form."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.body).get_payload()
    assert isinstance(parts, list)
    return {name_of(part): str(part.get_payload()).strip() for part in parts}


def name_of(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))


class StabilityServer(FaultServer):
    """Checks form and key, as the documentation says."""

    kind = "stability"

    def answer(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return self.error(request, 401, "unauthorized", "authorization: invalid key")
        root, _slash, endpoint = request.path.rpartition("/")
        if root != "/v2beta/stable-image/generate" or endpoint not in ("core", "ultra", "sd3"):
            return self.error(request, 404, "not_found", "no such endpoint")
        form = form_of(request)
        if not form.get("prompt") or form.get("aspect_ratio") not in SIZES:
            return self.error(request, 400, "bad_request", "aspect_ratio: invalid")
        if self.fails("rate_limited"):
            return self.error(request, 429, "rate_limit_exceeded", "150 requests in 10 seconds")
        if self.fails("refused"):
            told = "Your request was flagged by our content moderation system"
            return self.error(request, 403, "content_moderation", told)
        if self.fails("unavailable"):
            return self.error(request, 503, "service_unavailable", "come back later")
        if self.fails("broken"):
            return self.error(request, 500, "internal_error", "an unexpected error")
        return self.image(request, form)

    def error(self, request: Request, status: int, name: str, told: str) -> None:
        request.reply_json(status, {"id": "a1b2", "name": name, "errors": [told]})

    def image(self, request: Request, form: dict[str, str]) -> None:
        assert request.headers["accept"] == "image/*"
        seed = int(form["seed"])
        assert 0 < seed <= 4_294_967_294
        self.charge(request.headers["stability-client-user-id"])
        self.wait()
        if self.fails("dead"):
            return request.die()
        if self.fails("html"):
            return request.reply(200, HTML, "text/html")
        if self.fails("filtered"):
            blurred = self.png(SIZES[form["aspect_ratio"]], 0)
            headers = {"finish_reason": "CONTENT_FILTERED", "seed": str(seed)}
            return request.reply(200, blurred, "image/png", **headers)
        if self.fails("anothers"):
            seed += 1
        content = self.png(SIZES[form["aspect_ratio"]], seed)
        headers = {"finish_reason": "SUCCESS", "seed": str(seed), "x_request_id": "st-1"}
        return request.reply(200, content, "image/png", **headers)
