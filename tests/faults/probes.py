"""Is the factory whole again: every part alive and heard since a moment, and its doors open."""

import contextlib
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.faults.running import Factory
from tests.faults.witness import Witness, WitnessFailed

PARTS = ("postgres", "valkey", "web", "worker-render", "worker-remote", "worker-tasks", "scheduler")
MOST_WAITING = 60
"""Messages of sweeps that may wait; of more, some must be seen to be taken."""


@dataclass
class Moment:
    """What was known at a moment, to tell later what has been heard since.

    Attributes:
        at: seconds that only rise.
        seen: queues of a worker → when it was last seen, by its own clock.
        head: the message that was next at the last look.
        lacking: what was missed then.
        lacked: what was missed → for how many seconds.
    """

    at: float = field(default_factory=time.monotonic)
    seen: dict[str, float] = field(default_factory=dict)
    head: str = ""
    lacking: str = ""
    lacked: dict[str, float] = field(default_factory=dict)

    def worst(self) -> str:
        """Return what was missed longest, and for how long; empty where nothing was."""
        name, seconds = max(self.lacked.items(), key=lambda item: item[1], default=("", 0.0))
        return f"{seconds:.0f} s: {name}" if name else ""


class Probes:
    """Looks at a factory as an operator would."""

    def __init__(self, factory: Factory, witness: Witness) -> None:
        self.factory, self.witness = factory, witness
        self._seen: dict[str, float] = {}

    def now(self) -> Moment:
        """Return what is known now, or was when the database answered last."""
        with contextlib.suppress(WitnessFailed):
            self._seen = self.witness.ask("pulse")["workers"]
        return Moment(seen=self._seen)

    def lacking(self, since: Moment) -> str:
        """Return what is not as it should be, in a few words; empty when all is well."""
        for part in PARTS:
            if not self.factory.pids_of(part):
                return f"{part} does not run"
        if not self.ready():
            return "readyz does not say so"
        before = since.head
        try:
            pulse: dict[str, Any] = self.witness.ask("pulse")
        except WitnessFailed as error:
            return str(error)
        self._seen = pulse["workers"]
        if not pulse["scheduled"]:
            return "no scheduler holds its lock"
        waiting, since.head = pulse["waiting"]["default"], pulse["head"]
        if waiting > MOST_WAITING and (not before or since.head == before):
            return f"{waiting} messages wait and nobody takes them"
        beating = {
            queues for queues, seen in pulse["workers"].items() if seen != since.seen.get(queues)
        }
        for queue in ("render", "remote", "score"):
            if not any(queue in queues.split("+") for queues in beating):
                return f"the worker of {queue} does not beat"
        return ""

    def wait_whole(self, since: Moment, seconds: float) -> float | None:
        """Return how many seconds pass from a moment until the factory is whole; `None`: never."""
        while time.monotonic() < since.at + seconds:
            began = time.monotonic()
            since.lacking = self.lacking(since)
            if not since.lacking:
                return time.monotonic() - since.at
            time.sleep(0.1)
            name = since.lacking.lstrip("0123456789 ")  # how many wait differs from look to look
            since.lacked[name] = since.lacked.get(name, 0.0) + time.monotonic() - began
        return None

    def ready(self) -> bool:
        """Tell whether it says that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.factory.url}/readyz", timeout=5) as answer:
                return bool(json.load(answer)["ready"])
        except (OSError, ValueError, urllib.error.URLError):
            return False
