"""When all has gone quiet: is anything lost, doubled, unchecked or left over?"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.customers import Ledger
from tests.faults.running import Factory
from tests.faults.witness import Witness, WitnessFailed

REST_SECONDS = 1800.0


@dataclass
class Reckoning:
    """What is wrong, by what it is about; sentences. Nothing where all lists are empty."""

    renders: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    publications: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    leases: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def wrong(self) -> list[str]:
        """Return every sentence."""
        return [
            *self.renders, *self.orders, *self.publications, *self.files, *self.leases,
            *self.others,
        ]  # fmt: skip


KINDS = {
    "render.lease_kept": "leases",
    "render.call_forgotten": "leases",
    "candidate.scoring_stuck": "leases",
    "render": "renders",
    "order": "orders",
    "payment": "orders",
    "invoice": "orders",
    "artwork": "publications",
    "approval": "publications",
    "file": "files",
}
"""Rule, or what its name begins with, and the list its violations belong to."""


def reckon(
    factory: Factory, witness: Witness, ledger: Ledger, say: Callable[[str], None]
) -> Reckoning:
    """Wait until nothing is left to do, then hold the factory to its rules and its promises."""
    found = Reckoning()
    left = at_rest(witness, REST_SECONDS)
    if left:
        found.others.append(f"It did not come to rest: {left}.")
    left_over = witness.ask("swept")
    for line in look(witness):
        rule = line.partition(":")[0]
        kind = KINDS.get(rule) or KINDS.get(rule.partition(".")[0], "others")
        getattr(found, kind).append(line)
    rows = witness.ask(
        "promises",
        jobs=list(ledger.jobs),
        orders=list(ledger.orders),
        candidates=[*ledger.decisions, *ledger.unsure],
    )
    found.renders += renders_differ(ledger, rows)
    found.orders += orders_differ(ledger, rows)
    found.others += decisions_differ(ledger, rows)
    found.counts = rows["states"] | {"orders": len(rows["paid"]), "all": rows["all_renders"]}
    found.counts["swept_files"] = left_over
    say(f"rows: {found.counts}")
    for sentence in found.wrong():
        say(f"WRONG {sentence}")
    return found


def at_rest(witness: Witness, seconds: float) -> dict[str, int]:
    """Wait until nothing is left to do; return what is left when the time is up."""
    deadline, left = time.monotonic() + seconds, {"unknown": 1}
    while left and time.monotonic() < deadline:
        try:
            now: dict[str, int] = witness.ask("unfinished")
            left = {name: count for name, count in now.items() if count}
        except WitnessFailed as error:
            left = {str(error): 1}
        if left:
            time.sleep(1)
    return left


def look(witness: Witness) -> list[str]:
    """Return what breaks a rule and goes on breaking it while the sweeps have their turn."""
    lasting: set[str] = set()
    for number in range(8):
        now = set(witness.ask("broken"))
        lasting = now if not number else lasting & now
        if not lasting:
            break
        time.sleep(8)
    return sorted(lasting)


def renders_differ(ledger: Ledger, rows: dict[str, Any]) -> list[str]:
    """Return the series that are lost, doubled, or have not the renders that were promised."""
    found = Counter(key for key, _count in rows["jobs"])
    counts = dict(rows["jobs"])
    wrong = [f"The series {key} is lost." for key in ledger.jobs if key not in found]
    wrong += [f"The series {key} is there {n} times." for key, n in found.items() if n > 1]
    wrong += [
        f"The series {key} has {counts[key]} renders for {promised}."
        for key, promised in ledger.jobs.items()
        if key in counts and counts[key] != promised
    ]
    ends = {state: n for state, n in rows["states"].items() if state != "rendered"}
    return wrong + [f"{n} renders are {state}." for state, n in ends.items()]


def orders_differ(ledger: Ledger, rows: dict[str, Any]) -> list[str]:
    """Return the payments that gave nothing, or too much, and deliveries nobody paid for."""
    paid, grants, lines = set(rows["paid"]), dict(rows["grants"]), dict(rows["lines"])
    wrong = [f"The order {pk} was paid and is lost." for pk in ledger.orders if pk not in paid]
    wrong += [f"The order {pk} is paid by nobody." for pk in paid - set(ledger.orders)]
    for pk in ledger.orders:
        given, asked = grants.get(pk, 0), lines.get(pk, 0)
        if given != asked and pk not in rows["refunded_lines"]:
            wrong.append(f"The order {pk} has {asked} lines and gave {given} rights.")
    return wrong


def decisions_differ(ledger: Ledger, rows: dict[str, Any]) -> list[str]:
    """Return the candidates whose decision is lost or was written twice."""
    counts, opinions = dict(rows["decisions"]), set(rows["opinions"])
    lost = [pk for pk in ledger.decisions if not counts.get(pk) and pk not in opinions]
    twice = [pk for pk in {*ledger.decisions, *ledger.unsure} if counts.get(pk, 0) > 1]
    return [f"The candidate {pk} has {counts.get(pk, 0)} decisions for one." for pk in lost + twice]
