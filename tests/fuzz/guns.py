"""The guns: one for each kind of input, each firing a number of shots at the site from one seed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from genart.accounts.models import User
from genart.lib.errors import InvalidInput
from generation.outlook import outlook_of
from tests.fuzz import values
from tests.fuzz.crawl import Form, follow
from tests.fuzz.range import Tally
from tests.fuzz.shop import Shop
from tests.fuzz.sockets import fire_messages
from tests.generation.random_specs import specs

STARTS = {
    "stranger": ["/", "/browse/", "/cart/", "/verify/", "/accounts/login/", "/accounts/signup/"],
    "buyer": ["/", "/library/", "/orders/", "/accounts/", "/cart/", "/lightboxes/", "/saved/"],
    "admin": ["/studio/", "/review/", "/studio/sales/", "/review/gates/", "/admin/", "/library/"],
}
ALWAYS = [
    "/healthz", "/robots.txt", "/llms.txt", "/sitemap.xml", "/feeds/new.atom", "/suggest/?q=a",
    "/bom.json", "/api/v1/artworks", "/api/v1/artworks/facets", "/api/v1/jobs/x", "/media/x",
    "/files/x", "/pay/x/", "/library/found/x/", "/wishes/x/", "/lightbox/x/", "/certificates/x/",
    "/studio/jobs/new/", "/studio/queue/", "/review/stack/", "/review/grid/", "/review/counter/",
    "/studio/sales/lines.csv", "/api/v1/certificates/x", "/metrics", "/readyz",
]  # fmt: skip
"""Addresses that no page links to, or only sometimes."""
NAMES = (
    "q", "sort", "color", "style", "page", "after", "limit", "like", "picture", "price", "fresh",
    "tier", "licence", "category", "size", "next", "lang", "state", "do", "job", "o", "e", "p",
    "_popup", "_to_field", "since", "days", "brand", "kind", "show", "id__in", "is_active__exact",
)  # fmt: skip
METHODS = ("head", "options", "put", "delete", "trace", "patch")
HOOK = "/webhooks/payments/"


@dataclass(slots=True)
class Site:
    """What there is to shoot at, as each kind of visitor sees it.

    Attributes:
        visitors: name → whom the client is signed in as.
        addresses: name → pages that this visitor reached.
        forms: name → forms that this visitor was shown.
    """

    shop: Shop
    visitors: dict[str, User | None]
    addresses: dict[str, list[str]]
    forms: dict[str, list[Form]]

    def client(self, name: str) -> Client:
        """Return a fresh browser of a visitor."""
        client = Client(raise_request_exception=False, headers={"host": "localhost"})
        user = self.visitors[name]
        if user is not None:
            client.force_login(user)
        return client


def survey(shop: Shop, most: int) -> Site:
    """Follow the site as each visitor, over `most` pages each."""
    visitors: dict[str, User | None] = {"stranger": None, "buyer": shop.buyer, "admin": shop.admin}
    site = Site(shop, visitors, {}, {})
    for name in visitors:
        found = follow(site.client(name), [*STARTS[name], *ALWAYS], most)
        site.addresses[name], site.forms[name] = found
    return site


def fire_pages(tally: Tally, site: Site, seed: int, count: int) -> None:
    """Ask for pages with strange addresses, headers and cookies."""
    chance = Random(seed)
    clients = {name: site.client(name) for name in site.visitors}
    for shot in range(count):
        name = chance.choice(list(clients))
        if shot % 500 == 499:
            clients[name] = site.client(name)  # a session may be gone, and cookies add up
        address = strange_address(chance, chance.choice(site.addresses[name]))
        headers = dict(values.header(chance) for _ in range(chance.choice((0, 1, 1, 3))))
        method = chance.choices(
            ("get", "head", "options", "put", "delete", "trace"), (94, *[1] * 5)
        )
        told = f"{name} {method[0]} {address!r} {headers!r}"
        send = getattr(clients[name], method[0])
        cookie = strange_cookie(chance) if chance.random() < 0.1 else None
        tally.fire("pages", told, partial(answer_to, send, clients[name], address, headers, cookie))


def answer_to(
    send: Callable[..., Any],
    client: Client,
    address: str,
    headers: dict[str, str],
    cookie: tuple[str, str] | None,
) -> str:
    """Send one request and read its answer to the end; return the status."""
    kept = client.cookies.output()
    if cookie:
        client.cookies[cookie[0]] = cookie[1]
    try:
        answer = send(address, headers=headers)
        if answer.streaming:
            for _ in answer:
                pass
        answer.close()
        return str(answer.status_code)
    finally:
        if cookie:
            client.cookies.clear()
            client.cookies.load(kept.replace("Set-Cookie: ", ""))


def strange_address(chance: Random, address: str) -> str:
    """Return an address near one that is there."""
    parts = urlsplit(address)
    query = [part.partition("=")[::2] for part in parts.query.split("&") if part]
    for _ in range(chance.choice((0, 1, 1, 2, 6))):
        name = chance.choice(NAMES)
        query.append((name, quote(values.sendable(values.word(chance)))))
    if query and chance.random() < 0.5:
        at = chance.randrange(len(query))
        value = values.sendable(values.near(chance, query[at][1]))
        query[at] = query[at][0], quote(value)
    path = parts.path
    if chance.random() < 0.25:
        steps = path.split("/")
        at = chance.randrange(len(steps))
        steps[at] = quote(values.sendable(values.near(chance, steps[at])))
        path = "/" + "/".join(steps).lstrip("/")
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in query)}"[:8000]


def strange_cookie(chance: Random) -> tuple[str, str]:
    """Return a cookie that nobody set."""
    names = (settings.SESSION_COOKIE_NAME, "csrftoken", "messages", "theme", "cart", "lang", "x")
    value = values.sendable(values.word(chance)).encode("ascii", "replace").decode()
    return chance.choice(names), "".join(sign for sign in value if sign.isprintable())[:3000]


def fire_forms(tally: Tally, site: Site, seed: int, count: int) -> None:
    """Send forms with some fields as they should be and others not."""
    chance = Random(seed)
    clients = {name: site.client(name) for name in site.visitors}
    for shot in range(count):
        name = chance.choice([name for name, forms in site.forms.items() if forms])
        if shot % 50 == 49:
            clients[name] = site.client(name)
        form = chance.choice(site.forms[name])
        data = strange_fields(chance, form)
        headers = {"hx-request": "true"} if chance.random() < 0.3 else {}
        told = f"{name} {form.method} {form.action!r} {data!r} {headers!r}"
        send = clients[name].post if form.method == "post" else clients[name].get
        tally.fire("forms", told, partial(sent, send, form.action, data, headers), writes=True)


def sent(send: Callable[..., Any], action: str, data: Any, headers: dict[str, str]) -> str:
    """Send a form; return the status of the answer."""
    answer = send(action, data, headers=headers)
    answer.close()
    return str(answer.status_code)


def strange_fields(chance: Random, form: Form) -> dict[str, Any]:
    """Return the fields of a form, some of them changed, left out, doubled, or made up."""
    data: dict[str, Any] = {}
    for name, value in form.fields:
        way = chance.random()
        if way < 0.45:
            data[name] = value
        elif way < 0.9:
            data[name] = values.sendable(values.near(chance, value))
        elif way < 0.94:
            data[name] = [value, values.sendable(values.word(chance))]
    for name in form.files:
        if chance.random() < 0.8:
            data[name] = SimpleUploadedFile(*values.upload(chance))
    if chance.random() < 0.3:
        data[chance.choice(NAMES)] = values.sendable(values.word(chance))
    return data


def fire_uploads(tally: Tally, site: Site, seed: int, count: int) -> None:
    """Send files that are not what they should be, wherever a file is taken."""
    chance = Random(seed)
    places = [(name, form) for name, forms in site.forms.items() for form in forms if form.files]
    token = {"authorization": f"Bearer {site.shop.token}"}
    calls = (("/api/v1/verify", "file"), ("/api/v1/artworks/search-by-picture", "file"))
    calls += (("/api/v1/pictures", "image"), ("/api/v1/scores", "image"))
    clients = {name: site.client(name) for name in site.visitors}
    for _ in range(count):
        file = SimpleUploadedFile(*values.upload(chance))
        if chance.random() < 0.5 or not places:
            action, field = chance.choice(calls)
            data: dict[str, Any] = {field: file, "name": values.sendable(values.word(chance))}
            data |= {"rights": "own", "prompt": "x"}
            client, headers, name = clients["stranger"], token, "token"
        else:
            name, form = chance.choice(places)
            action, client, headers = form.action, clients[name], {}
            data = dict(form.fields) | dict.fromkeys(form.files[:1], file)
        told = f"{name} post {action!r} {file.name!r} {file.size} bytes {file.content_type}"
        tally.fire("uploads", told, partial(sent, client.post, action, data, headers), writes=True)


def fire_specs(tally: Tally, seed: int, count: int) -> None:
    """Have random design specs resolved, half of them broken."""
    for spec in specs(seed, count):
        tally.fire("specs", repr(spec)[:600], partial(resolved, spec))


def resolved(spec: Any) -> str:
    """Resolve a spec to what it would render; return whether it had a plan or a fault."""
    try:
        outlook_of(spec, lane="standard")
    except InvalidInput as error:
        return "fault" if error.as_dict()["detail"] else "no words"
    return "plan"


def fire_bodies(tally: Tally, site: Site, seed: int, count: int) -> None:
    """Send JSON bodies to the API and to the payment webhook, sound, broken and hostile."""
    chance = Random(seed)
    client = site.client("stranger")
    work, job = site.shop.works[0].pk, site.shop.job.pk
    candidate = site.shop.candidates[0].pk
    calls: list[tuple[str, str, Any]] = [
        ("post", "/api/v1/jobs/preview", None),
        ("post", "/api/v1/jobs", None),
        ("put", f"/api/v1/cart/items/{work}", {"licence": "personal"}),
        ("put", "/api/v1/cart/code", {"code": "SPRING"}),
        ("post", "/api/v1/cart/quote", {"country": "DE", "vat_id": "", "use_credits": False}),
        ("post", "/api/v1/orders", {"country": "DE", "agree": True, "expected_cents": 900}),
        ("post", f"/api/v1/candidates/{candidate}/decisions", {"verdict": "reject", "note": "x"}),
        ("post", f"/api/v1/jobs/{job}/cancel", {}),
        ("post", HOOK, {"id": "evt_1", "type": "paid", "reference": "x", "amount_cents": 900}),
    ]
    drawn = specs(seed, count)
    for document in drawn:
        method, path, body = chance.choice(calls)
        sound = {"spec": document, "lane": "standard"} if body is None else body
        content = strange_json(chance, sound)
        headers = {} if path == HOOK else {"authorization": f"Bearer {site.shop.token}"}
        headers |= dict([values.header(chance)]) if chance.random() < 0.2 else {}
        for name in ("content-type", "content-length"):  # a wrong length ends at the server's door
            headers.pop(name, None)
        told = f"{method} {path} {content[:500]!r} {headers.keys()}"
        send = getattr(client, method)
        tally.fire("bodies", told, partial(posted, send, path, content, headers), writes=True)


def posted(send: Callable[..., Any], path: str, content: bytes, headers: dict[str, str]) -> str:
    """Send a JSON body; return the status."""
    answer = send(path, content, content_type="application/json", headers=headers)
    return str(answer.status_code)


def strange_json(chance: Random, sound: Any) -> bytes:
    """Return a body: as it should be, with a wrong value, or no JSON any more."""
    way = chance.random()
    if isinstance(sound, dict) and sound and way < 0.5:
        key = chance.choice(sorted(sound))
        wrong = (None, True, -1, 10**30, 0.5, [], {}, [[]], values.word(chance), {"a": None})
        sound = sound | {key: chance.choice(wrong)}
    try:
        text = json.dumps(sound).encode()
    except (ValueError, RecursionError):
        return b'{"spec": ' + b"[" * 3000
    return values.mangled(chance, text) if way > 0.8 else text


def fire_all(tally: Tally, site: Site, seed: int, counts: dict[str, int]) -> None:
    """Fire as many shots of each kind as `counts` says."""
    fire_specs(tally, seed, counts.get("specs", 0))
    fire_pages(tally, site, seed, counts.get("pages", 0))
    fire_forms(tally, site, seed, counts.get("forms", 0))
    fire_uploads(tally, site, seed, counts.get("uploads", 0))
    fire_bodies(tally, site, seed, counts.get("bodies", 0))
    fire_messages(tally, site, seed, counts.get("messages", 0))
