"""A visitor with a browser of its own: cookies, a clock on each answer, a note of what failed.

A visitor waits for an answer before it thinks about the next, as a person does; requests of all
visitors share this process's event loop.
"""

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

ANSWER_SECONDS = 30


@dataclass(slots=True)
class Notes:
    """What visitors saw.

    Attributes:
        begins_at: on the monotonic clock; what came before is warming up and not timed.
        times_ms: kind → milliseconds of each answer, to its last byte.
        errors: kind and what was wrong → how often.
    """

    begins_at: float = 0.0
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    pushes: Counter[int] = field(default_factory=Counter)

    def took(self, kind: str, began_at: float) -> None:
        """Note an answer of now to a request of then."""
        if began_at >= self.begins_at:
            passed = (time.perf_counter() - began_at) * 1000
            self.times_ms.setdefault(kind, []).append(passed)

    def failed(self, kind: str, what: str) -> None:
        """Note an error; those count at any time."""
        self.errors[kind, what] += 1


class Visitor:
    """A browser, and the person before it.

    Args:
        site: `http://…` of the shop.
        seed: of what it does.
        notes: where it writes.
        headers: sent with each request, such as a token or a session's cookie.
        think_seconds: mean of its pauses.
    """

    def __init__(
        self,
        site: str,
        seed: int,
        notes: Notes,
        transport: httpx2.AsyncHTTPTransport,
        *,
        cookies: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        think_seconds: float,
    ) -> None:
        self.chance, self.notes, self.think_seconds = Random(seed), notes, think_seconds
        self.http = httpx2.AsyncClient(
            base_url=site,
            transport=transport,
            cookies=cookies,
            headers=headers,
            timeout=ANSWER_SECONDS,
            follow_redirects=False,
        )

    async def think(self) -> None:
        """Pause."""
        await asyncio.sleep(min(self.chance.expovariate(1 / self.think_seconds), 60))

    async def get(self, kind: str, path: str, **words: Any) -> httpx2.Response | None:
        """Fetch an address; `None` where that failed."""
        return await self._ask(kind, "GET", path, **words)

    async def post(self, kind: str, path: str, data: Any, **words: Any) -> httpx2.Response | None:
        """Send a form, with the secret that the site gave this browser."""
        secret = self.http.cookies.get("csrftoken", "")
        return await self._ask(
            kind, "POST", path, data=data, headers={"X-CSRFToken": secret}, **words
        )

    async def _ask(self, kind: str, method: str, path: str, **words: Any) -> Any:
        expected = words.pop("expected", (200, 302, 303))
        began_at = time.perf_counter()
        try:
            answer = await self.http.request(method, path, **words)
        except httpx2.HTTPError as error:
            self.notes.failed(kind, f"{type(error).__name__} {shortened(path)}")
            return None
        if answer.status_code not in expected:
            self.notes.failed(kind, f"{answer.status_code} {shortened(path)}")
            return None
        self.notes.took(kind, began_at)
        return answer


def shortened(path: str) -> str:
    """Return a path without what differs between pages of one kind."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d+", "*", path.partition("?")[0])


def found(pattern: str, answer: httpx2.Response | None) -> list[str]:
    """Return what a pattern finds in a page, without doubles, in the page's order."""
    return list(dict.fromkeys(re.findall(pattern, answer.text))) if answer is not None else []
