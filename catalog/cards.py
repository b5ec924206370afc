"""Cards of works, as pages hang them: drawn once, and kept by the process for who comes next.

A page of twenty-four cards is mostly these, and drawing them is most of the work for it. What a
card says depends on the work and on the language of the page; all of that is part of the key, so a
card is never old. What differs by visitor, the secret of its form and the page to come back to,
is put in when it is hung.
"""

import secrets
from collections import OrderedDict
from threading import Lock
from types import SimpleNamespace
from typing import Any

from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from catalog.models import Artwork

MOST_KEPT = 4_000
"""Some 3 KB each."""
SECRET, PAGE = (f"card{secrets.token_hex(16)}" for _ in range(2))
"""Stand for what differs by visitor; drawn anew by each process, so that no text can hold them."""


class Drawn:
    """The cards that were drawn last."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most, self.lock = most, Lock()
        self.cards: OrderedDict[Any, str] = OrderedDict()

    def get(self, key: Any) -> str | None:
        """Return a card, if it is kept."""
        with self.lock:
            if key in self.cards:
                self.cards.move_to_end(key)
            return self.cards.get(key)

    def keep(self, key: Any, card: str) -> None:
        """Keep a card, in the place of the one that was not asked for the longest."""
        with self.lock:
            self.cards[key] = card
            if len(self.cards) > self.most:
                self.cards.popitem(last=False)


DRAWN = Drawn()


def card(work: Artwork, context: Any, *, eager: bool = False, first: bool = False) -> SafeString:
    """Return a work's card as `ui/artwork_card.html` draws it.

    Args:
        work: what hangs.
        context: of the page: `prices`, `kept`, `request`, `csrf_token`.
        eager: it is seen without scrolling.
        first: it is the largest thing seen first.
    """
    kept, request = context.get("kept"), context.get("request")
    returns = request is not None and request.method == "GET"
    held = None if kept is None else work.pk in kept
    price = work.price_cents or (context.get("prices") or {}).get(work.tier)
    key = (*_shown(work), price, held, returns, eager, first)
    drawn = DRAWN.get(key)
    if drawn is None:
        drawn = _draw(work, price, held, returns=returns, eager=eager, first=first)
        DRAWN.keep(key, drawn)
    if held is not None:
        drawn = drawn.replace(SECRET, str(context.get("csrf_token") or ""))
        if returns:
            drawn = drawn.replace(PAGE, conditional_escape(request.get_full_path()))
    return mark_safe(drawn)  # noqa: S308  (drawn by a template)


def _shown(work: Artwork) -> tuple[Any, ...]:
    """Return everything of a work that its card shows, and in which language."""
    return (
        get_language(), work.pk, work.slug, work.title, work.alt_text, work.style_name, work.tier,
        getattr(work, "spoken_in", ""), work.width_px, work.height_px, work.placeholder,
        repr(work.derivatives),
    )  # fmt: skip


def _draw(
    work: Artwork, price: int | None, held: bool | None, *, returns: bool, eager: bool, first: bool
) -> str:
    """Draw a card for any visitor."""
    request = SimpleNamespace(method="GET" if returns else "POST", get_full_path=lambda: PAGE)
    return str(
        get_template("ui/artwork_card.html").render(
            {
                "work": work,
                "prices": {work.tier: price},
                "kept": None if held is None else {work.pk} if held else set(),
                "request": request,
                "csrf_token": SECRET,
                "eager": eager,
                "first": first,
            }
        )
    )
