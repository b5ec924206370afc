"""People who use the factory while it breaks: they commission, decide and buy, and keep count.

Each asks again until it is answered, as a browser's user or a program would, with the same key.
What was answered is a promise: the ledger remembers it, and `reckoning.py` holds the factory to it.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.faults.running import Factory

ASK_SECONDS = 15
PAUSE_SECONDS = 0.3
STYLES = ("boho-arches", "mountains", "ripples", "stripes", "moon-night", "colour-field")
PALETTES = ("terracotta", "sage", "ocean", "glacier", "sunset", "midnight")
SCOPES = {
    "curator": ("jobs:write", "jobs:read", "candidates:read", "candidates:decide"),
    "buyer": ("orders:read", "orders:write"),
    "admin": ("orders:read", "orders:write"),
}
MOST_WAITING = 12
"""No further series is commissioned while so many renders wait."""


@dataclass
class Ledger:
    """What people were promised.

    Attributes:
        jobs: key → renders that were promised.
        orders: id → lines, of orders whose payment the gateway took.
        decisions: candidate → verdict.
        unsure: candidates of which it was said only that somebody had decided already.
        answers: status or error → how often it was the answer.
    """

    jobs: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return it in a line."""
        said = ", ".join(f"{name} × {count}" for name, count in self.answers.most_common(12))
        return (
            f"{len(self.jobs)} series with {sum(self.jobs.values())} renders, "
            f"{len(self.orders)} payments, {len(self.decisions)} decisions; answers: {said}"
        )


class Customers:
    """A curator who commissions, one who decides, and two buyers, each in a thread.

    Args:
        factory: which must be open.
        seed: of what they choose.
        waiting: returns how many renders wait; raises while that cannot be known.
    """

    def __init__(self, factory: Factory, seed: int, waiting: Callable[[], int]) -> None:
        self.factory, self.seed, self.waiting = factory, seed, waiting
        self.ledger = Ledger()
        self.tokens: dict[str, str] = {}
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Sign in and start."""
        for user, scopes in SCOPES.items():
            words = [word for scope in scopes for word in ("--scope", scope)]
            self.tokens[user] = self.factory.manage("create_token", user, *words).split()[-1]
        for name, work in (
            ("commissioner", self._commission),
            ("curator", self._decide),
            ("buyer", lambda person: self._buy(person, "buyer")),
            ("admin", lambda person: self._buy(person, "admin")),
        ):
            person = Person(self, name)
            thread = threading.Thread(
                target=person.repeat, args=[work, self._over], name=name, daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Let each finish what it has begun."""
        self._over.set()
        for thread in self._threads:
            thread.join(300)

    def _commission(self, person: "Person") -> None:
        """Ask for a small series, where few renders wait."""
        if self.waiting() >= MOST_WAITING:
            time.sleep(1)
            return
        key, count = f"fault-{self.seed}-{len(self.ledger.jobs)}", person.chance.randint(1, 4)
        spec = {
            "version": 1,
            "title": f"Series {key}",
            "style": person.chance.choice(STYLES),
            "subject": "calm shapes",
            "palette": {"name": person.chance.choice(PALETTES)},
            "size": {"width_px": 256, "height_px": 256},
            "count": count,
            "seed": person.chance.randrange(2**40),
            "tier": "commodity",
        }
        answer = person.until_answered(
            "POST", "/api/v1/jobs", "curator", json={"spec": spec}, key=key
        )
        assert answer.status_code == 202, answer.text
        self.ledger.jobs[key] = answer.json()["renders"]

    def _decide(self, person: "Person") -> None:
        """Decide on what waits for a person."""
        listed = person.ask("GET", "/api/v1/candidates?state=review&limit=10", "curator")
        for row in listed.json()["items"] if listed and listed.ok else []:
            verdict = "approve" if person.chance.random() < 0.8 else "reject"
            answer = person.until_answered(
                "POST",
                f"/api/v1/candidates/{row['id']}/decisions",
                "curator",
                json={"verdict": verdict, "reason": "" if verdict == "approve" else "taste"},
            )
            if answer.status_code == 201:
                self.ledger.decisions[row["id"]] = verdict
            elif answer.status_code == 409:  # by a try that was not answered, or by the gate
                self.ledger.unsure.add(row["id"])

    def _buy(self, person: "Person", user: str) -> None:
        """Buy a work or two, and now and then pay twice at once."""
        listed = person.ask("GET", "/api/v1/artworks?limit=40")
        works = listed.json()["items"] if listed and listed.ok else []
        if not works:
            time.sleep(1)
            return
        chosen = person.chance.sample(works, min(len(works), person.chance.randint(1, 2)))
        for work in chosen:
            licence = person.chance.choices(
                ("personal", "commercial", "extended", "exclusive"), (6, 6, 3, 1)
            )[0]
            answer = person.until_answered(
                "PUT", f"/api/v1/cart/items/{work['id']}", user, json={"licence": licence}
            )
            if not answer.ok:
                person.ask("DELETE", f"/api/v1/cart/items/{work['id']}", user)
        asked = {"country": "DE", "agree": True, "bill_to": "Ada Lovelace\nLondon"}
        answer = person.until_answered("POST", "/api/v1/orders", user, json=asked)
        if answer.status_code == 201 and answer.json()["pay_url"]:
            self._pay(person, answer.json())
        else:
            self._empty_cart(person, user)

    def _empty_cart(self, person: "Person", user: str) -> None:
        """Drop what cannot be bought."""
        cart = person.ask("GET", "/api/v1/cart", user)
        for line in cart.json()["lines"] if cart and cart.ok else []:
            person.ask("DELETE", f"/api/v1/cart/items/{line['artwork_id']}", user)

    def _pay(self, person: "Person", order: dict[str, Any]) -> None:
        """Pay at the gateway's page, until it has taken the payment."""
        times = 2 if person.chance.random() < 0.2 else 1
        for _try in range(200):
            clicks = [threading.Thread(target=person.pay, args=[order]) for _ in range(times)]
            for click in clicks:
                click.start()
            for click in clicks:
                click.join()
            if order["id"] in person.paid:
                self.ledger.orders[order["id"]] = len(order["lines"])
                return
            if order["id"] in person.closed:
                return
            time.sleep(PAUSE_SECONDS)


class Person:
    """Somebody with a browser or a program."""

    def __init__(self, customers: Customers, name: str) -> None:
        self.customers = customers
        self.chance = random.Random(f"{customers.seed} {name}")
        self.paid: set[str] = set()
        self.closed: set[str] = set()

    def repeat(self, work: Callable[["Person"], None], over: threading.Event) -> None:
        """Do one thing after the other."""
        while not over.is_set():
            try:
                work(self)
            except Exception as error:  # such as an answer that was cut off: tried again
                self.note(type(error).__name__)
            over.wait(self.chance.uniform(0.1, 2 * PAUSE_SECONDS))

    def ask(
        self, method: str, path: str, user: str = "", *, key: str = "", json: Any = None
    ) -> requests.Response | None:
        """Return the answer, or `None` where there was none."""
        headers = {"Authorization": f"Bearer {self.customers.tokens[user]}"} if user else {}
        headers |= {"Idempotency-Key": key} if key else {}
        url = self.customers.factory.url + path
        try:
            answer = requests.request(
                method, url, headers=headers, json=json, timeout=ASK_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            self.note(type(error).__name__)
            return None
        self.note(str(answer.status_code))
        return answer

    def until_answered(self, *words: Any, **given: Any) -> requests.Response:
        """Ask until the factory itself has answered, whatever it says."""
        for _try in range(400):
            answer = self.ask(*words, **given)
            if answer is not None and answer.status_code not in (429, 500, 502, 503, 504):
                return answer
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"{words} was not answered.")

    def pay(self, order: dict[str, Any]) -> None:
        """Open the page of the test gateway and press its button; a paid page says so."""
        browser = requests.Session()
        try:
            page = browser.get(order["pay_url"], timeout=ASK_SECONDS)
            if page.status_code == 200 and "This page is closed." in page.text:
                self.closed.add(order["id"])
            if page.status_code == 200 and "This is paid" in page.text:
                self.paid.add(order["id"])
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            if page.status_code != 200 or token is None or 'value="pay"' not in page.text:
                self.note(f"pay {page.status_code}")
                return
            answer = browser.post(
                order["pay_url"],
                data={"answer": "pay", "csrfmiddlewaretoken": token[1]},
                headers={"Referer": order["pay_url"]},
                timeout=ASK_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self.note(f"pay {type(error).__name__}")
            return
        self.note(f"pay {answer.status_code}")  # whether it was taken, the page tells next time

    def note(self, answer: str) -> None:
        """Count an answer."""
        self.customers.ledger.answers[answer] += 1
