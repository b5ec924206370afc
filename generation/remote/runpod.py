"""RunPod serverless, version 2: `/run`, `/runsync`, `/status`, `/stream`, `/cancel`.

`base_url` is `https://api.runpod.ai/v2`. `Provider.options`:

* `endpoint`: its id there;
* `input`: `genart` for our own worker (`generation/serve/runpod_handler.py`), else `plain`;
* `stream`: true where the handler yields its progress; others use `progress_update`;
* `sync`: true to send by `/runsync`, which saves a question where images take seconds;
* `cents_per_second`: price of its time; without it, an image costs what the offer says.

An order has an id once `/run` has answered; whatever breaks after that is asked for by it, as long
as RunPod keeps results (half an hour). If the answer to `/run` itself is lost, nobody can ask.
"""

from typing import Any
from urllib.parse import quote

from generation.models import Provider
from generation.remote.http import Answer, checked, exchange, json_in
from generation.remote.inputs import input_for, is_ours, made_from
from generation.remote.keys import cleansed, key_of
from generation.remote.pictures import decoded
from generation.remote.types import (
    Failed,
    Gone,
    Made,
    OnProgress,
    Order,
    Progress,
    RateLimited,
    Refused,
    Running,
    Spoilt,
    Unavailable,
    Unknown,
)
from generation.serve.contract import REFUSAL

ASK_SECONDS = 30.0


class RunPodClient:
    """Speaks the protocol of one serverless endpoint."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.options: dict[str, Any] = provider.options or {}
        base = provider.base_url.rstrip("/")
        self.root = f"{base}/{quote(str(self.options.get('endpoint', '')))}".rstrip("/")

    def expected_id(self, order: Order) -> str:
        """Return nothing: RunPod gives the id."""
        return ""

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Queue an order, or with `sync` wait for it for as long as RunPod does."""
        path = "runsync" if self.options.get("sync") else "run"
        timeout_ms = 1000 * self.provider.timeout_seconds
        body = {
            "input": input_for(self.provider, order),
            "policy": {"executionTimeout": max(timeout_ms, 5000), "ttl": max(timeout_ms, 10_000)},
        }
        answer = checked(self.provider, self._send("POST", path, json=body))
        try:
            found = json_in(self.provider, answer)
        except Spoilt as error:
            raise Unknown(error.message) from None
        if not isinstance(found.get("id"), str) or not found["id"]:
            raise Unknown(f"{self.provider.name} took the order on and gave no id for it.")
        return self._outcome(order, found, found["id"])

    def poll(self, order: Order, remote_id: str) -> Running | Made:
        """Ask how far an order is."""
        found = self._asked(f"status/{quote(remote_id)}")
        if found.get("id") != remote_id:
            raise Unknown(f"{self.provider.name} answers about another order.")
        outcome = self._outcome(order, found, remote_id)
        in_progress = isinstance(outcome, Running) and found.get("status") == "IN_PROGRESS"
        if in_progress and self.options.get("stream"):
            return Running(remote_id, self._streamed(remote_id))
        return outcome

    def cancel(self, remote_id: str) -> None:
        """Take an order off the queue, or stop its worker."""
        self._send("POST", f"cancel/{quote(remote_id)}", seconds=ASK_SECONDS)

    def _send(self, method: str, path: str, **arguments: Any) -> Answer:
        headers = {"Authorization": f"Bearer {key_of(self.provider)}"}
        return exchange(self.provider, method, f"{self.root}/{path}", headers=headers, **arguments)

    def _asked(self, path: str) -> dict[str, Any]:
        """Return the JSON of a question. Nothing that goes wrong here says anything of the order.

        Raises:
            Gone: RunPod does not know the order any more.
            RateLimited, Unavailable, Unknown: ask again later.
        """
        answer = self._send("GET", path, seconds=ASK_SECONDS)
        if answer.status == 404:
            raise Gone(f"{self.provider.name} does not know the order any more.")
        try:
            return json_in(self.provider, checked(self.provider, answer))
        except (Failed, Refused, Spoilt) as error:
            raise Unavailable(error.message) from None

    def _outcome(self, order: Order, found: dict[str, Any], remote_id: str) -> Running | Made:
        """Return what a job's status means."""
        status, output = found.get("status"), found.get("output")
        if status == "COMPLETED":
            cost = self._cost_cents(found)
            return made_from(self.provider, order, output, remote_id=remote_id, cost_cents=cost)
        if status in ("FAILED", "TIMED_OUT", "CANCELLED"):
            self._give_up(status, found)
        return Running(remote_id, progress_in(output))

    def _give_up(self, status: str, found: dict[str, Any]) -> None:
        """Raise what an order that ended without a picture means."""
        money: dict[str, Any] = {
            "charged": bool(found.get("executionTime")),
            "cost_cents": self._cost_cents(found),
        }
        told = cleansed(str(found.get("error") or ""), self.provider)
        if is_ours(self.provider) and REFUSAL in told:
            raise Refused(f"{self.provider.name}: {told}", **money)
        raise Failed(f"{self.provider.name} answers {status}: {told}", **money)

    def _cost_cents(self, found: dict[str, Any]) -> float | None:
        """Return what an image's time costs, where a price of time is known."""
        rate, milliseconds = self.options.get("cents_per_second"), found.get("executionTime")
        if rate is None or not isinstance(milliseconds, int | float):
            return None
        return float(rate) * milliseconds / 1000

    def _streamed(self, remote_id: str) -> Progress | None:
        """Return the last progress that the handler yielded since the last question."""
        try:
            parts = self._asked(f"stream/{quote(remote_id)}").get("stream")
        except (Gone, RateLimited, Unavailable, Unknown):
            return None
        outputs = [part.get("output") for part in parts or () if isinstance(part, dict)]
        steps = [found for found in map(progress_in, outputs) if found]
        return steps[-1] if steps else None


def progress_in(output: Any) -> Progress | None:
    """Return what a running handler says of itself: `{"step": 3, "preview": base64}`."""
    if isinstance(output, list):
        output = output[-1] if output else None
    if not isinstance(output, dict) or not isinstance(output.get("step"), int):
        return None
    try:
        return Progress(step=output["step"], preview=decoded(str(output.get("preview") or "")))
    except Spoilt:
        return Progress(step=output["step"])
