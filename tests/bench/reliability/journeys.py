"""What visitors come for: buyers look around and sometimes buy, curators decide, programs read."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.bench.reliability.visitor import Visitor, found

WORKS = r'href="(/art/[\w-]+/)"'
PICTURES = r"(/media/[\w./-]+\.(?:webp|png|jpg))"
SEARCHES = ("arches", "quiet hills", "moon", "terrazzo", "blue waves", "scalop", "rings", "calm")
FILTERS = ("color=teal", "style=style-3", "orientation=square", "color=orange&style=style-5")
LOOKED_AT = (200, 410)
"""410: a curator's second look has taken the work off sale, and its page says so."""
Journey = Callable[[Visitor], Awaitable[None]]


async def look_around(visitor: Visitor) -> None:
    """Come in, browse, look closely at some works; one in twelve buys the last of them."""
    chance = visitor.chance
    if chance.random() < 0.3:
        visitor.http.cookies.clear()  # somebody new
    await seen(visitor, await visitor.get("browse", "/"))
    page = await visitor.get("browse", "/browse/")
    await seen(visitor, page)
    for _ in range(chance.randrange(1, 5)):
        way = chance.random()
        if way < 0.2:
            page = await visitor.get("browse", f"/browse/?{chance.choice(FILTERS)}")
        elif way < 0.45:
            asked = chance.choice(SEARCHES).replace(" ", "+")
            page = await visitor.get("search", f"/browse/?q={asked}")
        elif way < 0.6:
            onward = found(r'href="(/browse/\?[^"]*after=[^"]+)"', page)
            if onward:
                page = await visitor.get("browse", onward[0].replace("&amp;", "&"))
        else:
            path = chance.choice(offered(page))
            await seen(visitor, await visitor.get("browse", path, expected=LOOKED_AT))
        await visitor.think()
    if chance.random() < 1 / 12:
        await buy(visitor, chance.choice(offered(page)))


def offered(page: httpx2.Response | None) -> list[str]:
    """Return the works on a page that have files; where it shows none, every such work."""
    return [path for path in found(WORKS, page) if path in ON_SHOW] or sorted(ON_SHOW)


async def seen(visitor: Visitor, page: httpx2.Response | None) -> None:
    """Fetch a picture or two of a page: the browser has the others, which never change."""
    pictures = [name for name in found(PICTURES, page) if name in PUBLISHED]
    for name in visitor.chance.sample(pictures, min(2, len(pictures))):
        await visitor.get("picture", name, expected=(200, 304))
    await visitor.think()


PUBLISHED: set[str] = set()
"""Addresses of pictures that have a file: most works of the measurement have none."""
ON_SHOW: set[str] = set()
"""Addresses of the works whose pictures these are."""


async def buy(visitor: Visitor, work: str) -> None:
    """Put a work into the cart, pay for it at the test gateway, and open the order."""
    page = await visitor.get("browse", work, expected=LOOKED_AT)
    numbers = found(r'name="artwork" value="([\w-]+)"', page)
    if not numbers:
        return None
    await visitor.think()
    wanted = {"artwork": numbers[0], "licence": "personal"}
    added = await visitor.post("buy", "/cart/add/", wanted, expected=(200, 302, 303, 409))
    if added is None or added.status_code == 409:
        return None  # taken off sale while one looked at it
    await visitor.get("buy", "/checkout/")
    await visitor.think()
    who = {"email": "ada@example.com", "country": "DE", "agree": "on", "do": "pay"}
    to_gateway = await visitor.post("buy", "/checkout/", who, expected=(200, 302, 303, 409))
    if to_gateway is not None and to_gateway.status_code == 409:
        return None  # taken off sale a moment ago, and said so
    if to_gateway is None or "location" not in to_gateway.headers:
        return visitor.notes.failed("buy", "the checkout did not lead to the gateway")
    paying = onward(to_gateway)
    await visitor.get("buy", paying)
    answer = await visitor.post("buy", paying, {"answer": "pay"})
    for _ in range(3):
        if answer is None or "location" not in answer.headers:
            break
        answer = await visitor.get("buy", onward(answer))
    return None


def onward(answer: httpx2.Response) -> str:
    """Return where an answer leads, on the host that the visitor came to."""
    parts = urlsplit(answer.headers["location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


async def review(visitor: Visitor) -> None:
    """Look at what waits and decide on it."""
    page = await visitor.get("curate", "/review/")
    waiting = found(r'action="(/review/[0-9a-f-]{36}/decide/)', page)
    await visitor.think()
    if waiting:
        verdict: dict[str, Any] = {"verdict": visitor.chance.choice(("approve", "reject"))}
        if verdict["verdict"] == "reject":
            verdict["reason"] = "taste"
        await visitor.post("curate", waiting[0], verdict, expected=(200, 302, 303, 409))


async def call_api(visitor: Visitor) -> None:
    """Read a page of works, one of them, the facets, and what became of a job."""
    listed = await visitor.get("api", "/api/v1/artworks?limit=24")
    await visitor.think()
    if listed is not None and listed.json()["items"]:
        work = visitor.chance.choice(listed.json()["items"])
        await visitor.get("api", f"/api/v1/artworks/{work['id']}")
    await visitor.think()
    await visitor.get("api", "/api/v1/artworks/facets?color=teal")
    await visitor.think()
