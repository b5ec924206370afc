"""A few requests are worked on at once; who waits is let in in order, leaves, or is told to."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from genart.admission import Admission


class Crowd:
    """Visitors of an application that answers when it is told to."""

    def __init__(self, at_once: int, wait_seconds: float = 5) -> None:
        self.turns = Admission(self.work, at_once=at_once, wait_seconds=wait_seconds)
        self.working: list[str] = []
        self.most = 0
        self.begun: list[str] = []
        self.may_end: dict[str, asyncio.Event] = {}
        self.has_left: dict[str, asyncio.Event] = {}
        self.sent: dict[str, list[dict[str, Any]]] = {}

    async def work(self, scope: Any, receive: Any, send: Any) -> None:
        """Read the request, wait for the word, answer."""
        path = scope["path"]
        if (await receive())["type"] == "http.disconnect":
            return
        self.begun.append(path)
        self.working.append(path)
        self.most = max(self.most, len(self.working))
        try:
            await self.may_end[path].wait()
        finally:
            self.working.remove(path)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0)  # a slow reader
        await send({"type": "http.response.body", "body": b""})

    def come(self, path: str) -> asyncio.Task[None]:
        """Send a request, whole at once, and stay until told to leave."""
        self.may_end[path], self.has_left[path] = asyncio.Event(), asyncio.Event()
        parts = [{"type": "http.request", "body": b"", "more_body": False}]
        self.sent[path] = []

        async def receive() -> dict[str, Any]:
            if parts:
                return parts.pop()
            await self.has_left[path].wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            self.sent[path].append(message)

        return asyncio.ensure_future(
            self.turns({"type": "http", "path": path, "headers": []}, receive, send)
        )

    def status(self, path: str) -> int:
        """Return what a visitor was told."""
        return int(self.sent[path][0]["status"])


def within(story: Callable[[], Any]) -> None:
    asyncio.run(asyncio.wait_for(story(), 20))


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def test_who_waits_is_let_in_in_order() -> None:
    async def story() -> None:
        crowd = Crowd(at_once=2)
        visits = [crowd.come(f"/{number}") for number in range(5)]
        await settle()
        assert crowd.begun == ["/0", "/1"]
        crowd.may_end["/1"].set()
        await settle()
        assert crowd.begun == ["/0", "/1", "/2"]
        for event in crowd.may_end.values():
            event.set()
        await asyncio.gather(*visits)
        assert crowd.begun == [f"/{number}" for number in range(5)]
        assert (crowd.most, crowd.turns.free) == (2, 2)

    within(story)


def test_who_leaves_the_line_costs_nothing() -> None:
    async def story() -> None:
        crowd = Crowd(at_once=1)
        first, gone, last = (crowd.come(path) for path in ("/first", "/gone", "/last"))
        await settle()
        crowd.has_left["/gone"].set()
        await gone
        crowd.may_end["/first"].set()
        crowd.may_end["/last"].set()
        await asyncio.gather(first, last)
        assert crowd.begun == ["/first", "/last"]
        assert crowd.sent["/gone"] == []
        assert (crowd.turns.free, len(crowd.turns.line)) == (1, 0)

    within(story)


def test_who_waits_too_long_is_told_to_come_again() -> None:
    async def story() -> None:
        crowd = Crowd(at_once=1, wait_seconds=0.05)
        first = crowd.come("/first")
        await settle()
        await crowd.come("/page")
        await crowd.come("/api/v1/works")
        assert crowd.status("/page") == crowd.status("/api/v1/works") == 503
        assert "Very many people" in crowd.sent["/page"][1]["body"].decode()
        assert json.loads(crowd.sent["/api/v1/works"][1]["body"])["code"] == "unavailable"
        assert (b"retry-after", b"5") in crowd.sent["/page"][0]["headers"]
        crowd.may_end["/first"].set()
        await first
        assert crowd.turns.free == 1

    within(story)


def test_a_supervisor_never_waits() -> None:
    async def story() -> None:
        crowd = Crowd(at_once=1)
        first, asked = crowd.come("/first"), crowd.come("/healthz")
        await settle()
        assert crowd.begun == ["/first", "/healthz"]
        for event in crowd.may_end.values():
            event.set()
        await asyncio.gather(first, asked)

    within(story)


STEPS = st.lists(st.sampled_from(["come", "end", "leave", "break"]), max_size=40)


@given(st.integers(1, 3), STEPS, st.randoms(use_true_random=False))
def test_whatever_happens_no_turn_is_lost(at_once: int, steps: list[str], chance: Any) -> None:
    async def story() -> None:
        crowd = Crowd(at_once)
        visits: dict[str, asyncio.Task[None]] = {}
        for number, step in enumerate(steps):
            there = [path for path, visit in visits.items() if not visit.done()]
            if step == "come":
                visits[f"/{number}"] = crowd.come(f"/{number}")
            elif there and step == "end":
                crowd.may_end[chance.choice(there)].set()
            elif there and step == "leave":
                crowd.has_left[chance.choice(there)].set()
            elif there:
                visits[chance.choice(there)].cancel()
            if chance.random() < 0.7:
                await settle()
            assert len(crowd.working) <= at_once
        for event in crowd.may_end.values():
            event.set()
        await asyncio.gather(*visits.values(), return_exceptions=True)
        assert crowd.turns.free == at_once
        assert not crowd.turns.line

    within(story)
