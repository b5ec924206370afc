"""Stability's REST API, v2beta: `POST /v2beta/stable-image/generate/{core,ultra,sd3}`.

Multipart form in, the image's bytes out, with its seed and `finish-reason` in headers. It knows
shapes and no sizes. The offer's `model` is the endpoint, with a variant where it has some:
`core`, `ultra`, `sd3/sd3.5-large`. `Provider.options`: `style_preset`, sent along.

There is no id to ask for a lost answer by, and none to cancel. Errors are not charged; a picture
that its filter blurred after it was made is.
"""

from generation.remote.forgetful import ForgetfulClient
from generation.remote.http import Answer, checked, exchange, json_in, message_in
from generation.remote.keys import key_of
from generation.remote.sizes import nearest_shape
from generation.remote.types import Made, OnProgress, Order, Refused, Running, Spoilt

SHAPES = ("1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
SEEDS = 4_294_967_294
"""Seeds go from 1 to this; 0 stands for any."""


class StabilityClient(ForgetfulClient):
    """Speaks `stable-image/generate`."""

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Ask for one image and wait for it."""
        endpoint = order.model.partition("/")[0] or "core"
        base = self.provider.base_url.rstrip("/")
        headers = {
            "Authorization": f"Bearer {key_of(self.provider)}",
            "Accept": "image/*",
            "stability-client-id": "genart",
            "stability-client-user-id": str(order.call_id),
        }
        answer = exchange(
            self.provider,
            "POST",
            f"{base}/v2beta/stable-image/generate/{endpoint}",
            headers=headers,
            files=self._form(order),
        )
        return self._made(self._checked(answer), seed_for(order.seed))

    def _form(self, order: Order) -> dict[str, tuple[None, str]]:
        fields = {
            "prompt": order.prompt,
            "negative_prompt": order.negative_prompt,
            "aspect_ratio": nearest_shape(order.size, SHAPES),
            "seed": str(seed_for(order.seed)),
            "output_format": "png",
            "style_preset": self.options.get("style_preset", ""),
            "model": order.model.partition("/")[2],
        }
        return {name: (None, value) for name, value in fields.items() if value}

    def _checked(self, answer: Answer) -> Answer:
        """Return a good answer; a 403 is the filter's where it says so, else a wrong key."""
        if answer.status == 403 and b"content_moderation" in answer.body:
            said = message_in(self.provider, answer)
            raise Refused(f"{self.provider.name} refuses the prompt: {said}")
        return checked(self.provider, answer)

    def _made(self, answer: Answer, seed: int) -> Made:
        if answer.content_type == "application/json":
            json_in(self.provider, answer)
            raise Spoilt(f"{self.provider.name} answers with JSON where a picture should be.")
        reason = answer.headers.get("finish-reason", "SUCCESS").upper()
        if reason == "CONTENT_FILTERED":
            raise Refused(f"{self.provider.name} blurred the picture it made.", charged=True)
        echo = answer.headers.get("seed", "")
        if echo.isdigit() and int(echo) != seed:
            raise Spoilt(f"{self.provider.name} sent the picture of another seed.")
        return Made(
            image=answer.body,
            remote_id=answer.headers.get("x-request-id", ""),
            seed=int(echo) if echo.isdigit() else None,
            fingerprint={"finish_reason": reason, "seed_sent": seed},
        )


def seed_for(seed: int) -> int:
    """Return a render's seed within the range that Stability takes."""
    return 1 + seed % SEEDS
