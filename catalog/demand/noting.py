"""What pages call: note what was shown and done, when the answer has been sent.

A page hands over `Signal`s; nothing is written before the response is closed, and then in one piece
(`buffer.py`). Programs, pages loaded ahead, and the shop's own people are left out. Sales and
refunds are written by `record_sold` and `record_refunded` in the transaction that makes them true.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.demand.buffer import append
from catalog.demand.phrases import normalised
from catalog.demand.rows import Row
from catalog.demand.visitors import is_ahead, is_own, is_program, visitor_of
from catalog.models import Artwork, DemandEvent, OrderLine, PageKind, SignalKind

LAST_POSITION = 100_000


class Signal(NamedTuple):
    """Something that happened on a page."""

    kind: SignalKind
    page: PageKind
    artwork: UUID | None = None
    position: int | None = None
    search: str = ""


def shown(
    page: PageKind, works: Iterable[Artwork], *, start: int = 0, search: str = ""
) -> list[Signal]:
    """Return the impressions of works that stand side by side.

    Args:
        page: where.
        works: in their order.
        start: place of the first one.
        search: what was looked for, in words.
    """
    mark = search_mark(search)
    return [
        Signal(SignalKind.IMPRESSION, page, work.pk, place, mark)
        for place, work in enumerate(works, start=start)
    ]


def noted(request: HttpRequest, response: HttpResponse, signals: Sequence[Signal]) -> HttpResponse:
    """Note signals when a response has been sent; return the response."""
    if signals and counts(request, response):
        write = partial(keep, request, list(signals))
        response._resource_closers.append(write)  # type: ignore[attr-defined]
    return response


def counts(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether what a page shows is a signal: a person asked for it, and got it."""
    return (
        settings.DEMAND_SIGNALS
        and request.method in ("GET", "POST")
        and response.status_code < 400
        and not is_program(request)
        and not is_ahead(request)
        and not is_own(request)
    )


def keep(request: HttpRequest, signals: Sequence[Signal]) -> None:
    """Hand signals of one visitor to the buffer."""
    visitor, now_ms = visitor_of(request), int(timezone.now().timestamp() * 1000)
    append(
        [
            Row(one.kind.value, one.page.value, one.artwork.hex if one.artwork else None,
                one.position, visitor, one.search, now_ms)
            for one in signals
        ]
    )  # fmt: skip


def search_mark(text: str) -> str:
    """Return the hash that stands for what was looked for; empty for no words."""
    words = normalised(text)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def place_of(text: str) -> int:
    """Return the place that a request says its first work has; 0 where it says none."""
    return min(int(text), LAST_POSITION) if text.isdecimal() and len(text) < 9 else 0


def record_sold(*, lines: Iterable[OrderLine]) -> None:
    """Note sales; called inside the transaction that grants the rights."""
    _record(SignalKind.SALE, lines)


def record_refunded(*, lines: Iterable[OrderLine]) -> None:
    """Note what was paid back; called inside the transaction that ends the rights."""
    _record(SignalKind.REFUND, lines)


def _record(kind: SignalKind, lines: Iterable[OrderLine]) -> None:
    now = timezone.now()
    common: dict[str, Any] = {"kind": kind, "page": PageKind.ORDER, "day": now.date(), "at": now}
    works = [line.artwork_id for line in lines if line.artwork_id is not None]
    DemandEvent.objects.bulk_create(DemandEvent(artwork_id=work, **common) for work in works)
