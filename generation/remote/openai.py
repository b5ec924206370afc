"""OpenAI's images endpoint, and the many servers that speak its protocol.

`POST {base}/images/generations`, one image a call. The servers differ: some answer with base64,
some with an address, some know sizes and seeds that OpenAI does not. `Provider.options`:

* `fields`: which of `seed`, `negative_prompt`, `steps`, `guidance` the server takes, and under
  which name: `{"seed": "seed", "steps": "num_inference_steps"}`;
* `response_format`: `b64_json` for servers that would answer with an address;
* `sizes`: those it knows, `[[1024, 1024], …]`; one that covers the size wanted is asked for;
* `stream`: true where it streams half-done pictures (`partial_images`); `quality`, `extra`: sent
  along as they are.

There is no way to ask for a lost answer and none to cancel, so an answer that breaks off is
`Unknown`. The call's id goes along as `X-Client-Request-Id` and `Idempotency-Key`, for servers that
heed them.
"""

import json
from collections.abc import Iterator
from typing import Any

import requests

from generation.remote.forgetful import ForgetfulClient
from generation.remote.http import Answer, checked, chunks, exchange, json_in, opened, retry_after
from generation.remote.keys import cleansed, key_of
from generation.remote.pictures import decoded, image_in
from generation.remote.sizes import covering
from generation.remote.types import (
    Failed,
    Made,
    OnProgress,
    Order,
    Progress,
    RateLimited,
    Refused,
    RemoteError,
    Running,
    Spoilt,
    Unavailable,
    Unknown,
)

REFUSALS = {"content_policy_violation", "moderation_blocked", "content_filter", "safety_violation"}
EMPTY_ACCOUNT = {"insufficient_quota", "billing_hard_limit_reached", "invalid_api_key"}


class OpenAIClient(ForgetfulClient):
    """Speaks `images/generations`."""

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Ask for one image and wait for it."""
        arguments: dict[str, Any] = {"headers": self._headers(order), "json": self._body(order)}
        url = f"{self.provider.base_url.rstrip('/')}/images/generations"
        if self.options.get("stream"):
            return self._streamed(url, arguments, on_progress)
        answer = exchange(self.provider, "POST", url, **arguments)
        found, request_id = self._checked(answer), answer.headers.get("x-request-id", "")
        return self._own(self._made(found, request_id), order)

    def _headers(self, order: Order) -> dict[str, str]:
        key = key_of(self.provider)
        headers = {"X-Client-Request-Id": str(order.call_id), "Idempotency-Key": str(order.call_id)}
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    def _body(self, order: Order) -> dict[str, Any]:
        width, height = covering(order.size, self.options.get("sizes"))
        body: dict[str, Any] = {"prompt": order.prompt, "n": 1, "size": f"{width}x{height}"}
        if order.model:
            body["model"] = order.model
        for field, name in self.options.get("fields", {}).items():
            body[name] = getattr(order, field)
        for name in ("response_format", "quality"):
            if self.options.get(name):
                body[name] = self.options[name]
        if self.options.get("stream"):
            body |= {"stream": True, "partial_images": self.options.get("partial_images", 2)}
        return body | self.options.get("extra", {})

    def _checked(self, answer: Answer) -> dict[str, Any]:
        """Return a good answer's JSON; say what the documented codes of errors mean."""
        error = self._error(answer) if answer.status >= 400 else {}
        code = str(error.get("code") or error.get("type") or "")
        if code in REFUSALS | EMPTY_ACCOUNT:
            raise self._named(code, error)
        found = json_in(self.provider, checked(self.provider, answer))
        if "data" not in found and isinstance(found.get("error"), dict):
            raise self._named(str(found["error"].get("code") or "error"), found["error"])
        return found

    def _error(self, answer: Answer) -> dict[str, Any]:
        try:
            found = json.loads(answer.body)["error"]
        except (ValueError, KeyError, TypeError):
            return {}
        return found if isinstance(found, dict) else {}

    def _named(self, code: str, error: dict[str, Any], headers: Any = None) -> RemoteError:
        """Return the error of a code that OpenAI documents."""
        told = cleansed(str(error.get("message", "")), self.provider)
        said = f"{self.provider.name} answers {code}: {told}"
        if code in REFUSALS:
            return Refused(said)
        if code in EMPTY_ACCOUNT:
            return Unavailable(said)
        if code == "rate_limit_exceeded":
            return RateLimited(said, retry_after_seconds=retry_after(headers or {}))
        return Failed(said)

    def _made(self, found: dict[str, Any], request_id: str) -> Made:
        images = found.get("data")
        if not isinstance(images, list) or not images or not isinstance(images[0], dict):
            raise Spoilt(f"{self.provider.name} answers without a picture.")
        first = images[0]
        seed = first.get("seed", found.get("seed"))
        told: dict[str, Any] = {name: found[name] for name in ("usage", "created") if name in found}
        if first.get("revised_prompt"):
            told["revised_prompt"] = first["revised_prompt"]
        return Made(
            image=image_in(self.provider, first),
            remote_id=str(found.get("id") or request_id),
            seed=seed if isinstance(seed, int) else None,
            fingerprint=told,
        )

    def _own(self, made: Made, order: Order) -> Made:
        """Return an answer, unless it names another seed than the one sent."""
        if "seed" in self.options.get("fields", {}) and made.seed not in (None, order.seed):
            raise Spoilt(f"{self.provider.name} sent the picture of another seed.")
        return made

    def _streamed(self, url: str, arguments: dict[str, Any], on_progress: OnProgress) -> Made:
        """Read server-sent events: half-done pictures, then the finished one."""
        with opened(self.provider, "POST", url, **arguments) as (response, deadline):
            kind = response.headers.get("content-type", "")
            if response.status_code >= 400 or "event-stream" not in kind:
                body = b"".join(chunks(response, deadline))
                answer = Answer(response.status_code, response.headers, body)
                return self._made(self._checked(answer), response.headers.get("x-request-id", ""))
            for event in events(response, deadline):
                name = str(event.get("type", ""))
                if name.endswith(".partial_image"):
                    on_progress(Progress(preview=decoded(str(event.get("b64_json", "")))))
                elif name.endswith(".completed"):
                    return self._made({**event, "data": [event]}, "")
                elif "error" in event:
                    error = event["error"] if isinstance(event["error"], dict) else {}
                    raise self._named(str(error.get("code") or "error"), error)
        raise Unknown(f"{self.provider.name} stopped streaming before the picture was finished.")


def events(response: requests.Response, deadline: float) -> Iterator[dict[str, Any]]:
    """Yield the JSON of each server-sent event; what is none is passed over."""
    rest = b""
    for chunk in chunks(response, deadline):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                try:
                    event = json.loads(line[5:])
                except ValueError:
                    continue
                if isinstance(event, dict):
                    yield event
