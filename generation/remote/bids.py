"""Which offer a render goes to: what speaks against each, and which of the others is best. Pure.

`router.py` feeds it rows; `generation/waiting.py` shows what speaks against every offer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from generation.models import Lane

MOST_DOUBTFUL = 2
"""Calls of one render with an unknown end, each perhaps paid, after which no more are made."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a render asks of whoever makes it.

    Attributes:
        control: kind of its control image; empty: none.
        reference: what it refers to, `embedding` or `image`; empty: nothing.
        adapters: what it wears, as `slug@version`.
        waited_seconds: since it was queued.
        is_foreign: whether no worker of our own can make it.
        budget_left_cents: what its job may still spend; `None`: no limit.
        refused_by: slugs of the providers that refused this picture.
        failures: how often it failed, by slug of the provider.
        doubtful: its calls of which nobody knows whether they were charged.
    """

    lane: str
    width_px: int
    height_px: int
    control: str = ""
    reference: str = ""
    adapters: tuple[str, ...] = ()
    waited_seconds: float = 0
    is_foreign: bool = True
    budget_left_cents: Decimal | None = None
    refused_by: frozenset[str] = frozenset()
    failures: Mapping[str, int] = field(default_factory=dict)
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Bid:
    """An offer as it stands now.

    Attributes:
        slug: of the provider.
        capabilities: `min_px`, `max_px`, `multiple_px` of a side; `sizes` as `[[width, height],
            …]`; `most_pixels`; `controls`, `references` as lists of kinds; `adapters` as a list
            of `slug@version`, or true for any. A size not mentioned is free, the rest is lacking.
        latency_seconds: of late for one image; `None`: not known yet.
        lets_through: what the circuit breaker says.
        rests_until: until when the breaker is open, if it is.
        busy: images that the provider makes for us now.
        budget_left_cents: what may still be spent there today; `None`: no limit.
        objections: sentences of the licence algebra.
    """

    slug: str
    name: str
    price_cents: Decimal
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    after_seconds: float = 0
    latency_seconds: float | None = None
    lets_through: bool = True
    rests_until: datetime | None = None
    last_error: str = ""
    busy: int = 0
    most_at_once: int = 1
    budget_left_cents: Decimal | None = None
    objections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an offer does not serve a render; a lasting one does not go by itself."""

    sentence: str
    is_lasting: bool


def best(need: Need, bids: Iterable[Bid], *, second_cents: float) -> Bid | None:
    """Return the bid to take, or `None` where something speaks against each.

    A provider where this render failed less often comes first; then the one that costs less,
    the time counted as money. One whose latency is not known counts as instant, so it is tried.

    Args:
        need: of the render.
        bids: every offer of its checkpoint.
        second_cents: what a second of waiting is worth.
    """

    def rank(bid: Bid) -> tuple[int, float, str]:
        waiting = second_cents * (bid.latency_seconds or 0.0)
        return need.failures.get(bid.slug, 0), float(bid.price_cents) + waiting, bid.slug

    return min((bid for bid in bids if objection(need, bid) is None), key=rank, default=None)


def objection(need: Need, bid: Bid) -> Objection | None:
    """Return what speaks against an offer, what lasts before what passes; `None`: nothing."""
    lasting = lack(need, bid) or _unwanted(need, bid)
    if lasting:
        return Objection(f"{bid.name}: {lasting}", is_lasting=True)
    passing = _not_now(need, bid)
    return Objection(f"{bid.name}: {passing}", is_lasting=False) if passing else None


def lack(need: Need, bid: Bid) -> str:
    """Say which capability an offer lacks for a render; empty: none."""
    can = bid.capabilities
    if need.lane == Lane.ARCHIVE:
        return "the archive lane is rendered on our own workers only."
    if not fits(need.width_px, need.height_px, can):
        return f"does not make {need.width_px} × {need.height_px} px."
    if need.control and need.control not in can.get("controls", ()):
        return f"knows no control of the kind {need.control}."
    if need.reference and need.reference not in can.get("references", ()):
        return f"takes no {need.reference} as reference."
    offered = can.get("adapters", ())
    missing = [name for name in need.adapters if offered is not True and name not in offered]
    return f"does not have {', '.join(missing)}." if missing else ""


def fits(width_px: int, height_px: int, can: Mapping[str, Any]) -> bool:
    """Return whether capabilities allow a size."""
    sizes = can.get("sizes")
    if sizes and [width_px, height_px] not in [list(size) for size in sizes]:
        return False
    step = can.get("multiple_px", 1)
    sides = (width_px, height_px)
    return (
        min(sides) >= can.get("min_px", 0)
        and max(sides) <= can.get("max_px", max(sides))
        and not any(side % step for side in sides)
        and width_px * height_px <= can.get("most_pixels", width_px * height_px)
    )


def _unwanted(need: Need, bid: Bid) -> str:
    """Say what else speaks against an offer until a person changes it; empty: nothing."""
    if bid.objections:
        return bid.objections[0]
    if bid.slug in need.refused_by:
        return "refused this picture."
    if need.doubtful >= MOST_DOUBTFUL:
        return f"{need.doubtful} calls ended without an answer and may have been charged."
    if need.budget_left_cents is not None and bid.price_cents > need.budget_left_cents:
        left = max(need.budget_left_cents, Decimal(0))
        return f"costs {bid.price_cents:.2f} cents, and {left:.2f} are left of the job's budget."
    return ""


def _not_now(need: Need, bid: Bid) -> str:
    """Say why an offer must wait; empty: it need not."""
    if not bid.lets_through:
        until = f" until {bid.rests_until:%H:%M:%S}" if bid.rests_until else ""
        reason = f" ({bid.last_error.rstrip('.')})" if bid.last_error else ""
        return f"is left alone after errors{until}{reason}."
    if bid.budget_left_cents is not None and bid.price_cents > bid.budget_left_cents:
        return "its budget of today is spent."
    if bid.busy >= bid.most_at_once:
        return f"makes {bid.busy} pictures for us already."
    if not need.is_foreign and need.waited_seconds < bid.after_seconds:
        return f"is used after a wait of {bid.after_seconds:.0f} s."
    return ""
