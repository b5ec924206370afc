"""Reads of gaps: which are open, whose a phrase is, and whether a search finds anything by now."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.demand.phrases import Vector, alike, meaning, normalised
from catalog.listing import parse_listing
from catalog.models import Artwork, DemandGap, GapPhrase, Wish
from catalog.shelf import Shelf

State = DemandGap.State
LEAST_VISITORS = 3
"""So many visitors make a gap of searches without a result; one visitor's flood does not."""


def open_gaps() -> list[DemandGap]:
    """Return the gaps nobody has proposed anything for, the largest loss first.

    Enough visitors looked for them, or somebody waits to be told.
    """
    waits = Exists(Wish.objects.filter(gap=OuterRef("pk"), state=Wish.State.WAITING))
    wanted = DemandGap.objects.filter(Q(visitors__gte=LEAST_VISITORS) | Q(waits))
    return list(wanted.filter(state=State.OPEN).order_by("-lost_cents", "-visitors", "pk"))


def phrase_of(text: str) -> GapPhrase | None:
    """Return the phrase that a search is, where it belongs to a gap."""
    known = GapPhrase.objects.select_related("gap")
    return known.filter(words=normalised(text)).first()


def joinable() -> QuerySet[DemandGap]:
    """Return the gaps that a new wording may belong to: what is filled has its wordings found.

    A dismissed one takes them too, so that what was dismissed does not come back reworded.
    """
    return DemandGap.objects.filter(state__in=[State.OPEN, State.PROPOSED, State.DISMISSED])


def nearest_gap(words: str, gaps: list[tuple[DemandGap, str, Vector | None]]) -> DemandGap | None:
    """Return the gap a wording belongs to: the most alike, if any is alike at all.

    Args:
        words: normalised.
        gaps: each with its own normalised phrase and that phrase's meaning.
    """
    own = meaning(words)
    ranked = [(alike(words, theirs, own, vector), -gap.pk, gap) for gap, theirs, vector in gaps]
    likeness, _age, gap = max(ranked, default=(0.0, 0, None), key=lambda one: one[:2])
    return gap if likeness > 0 else None


def described(gap: DemandGap) -> tuple[DemandGap, str, Vector | None]:
    """Return a gap as `nearest_gap` takes it."""
    words = normalised(gap.phrase)
    return gap, words, meaning(words)


def finds(text: str) -> bool:
    """Tell whether the shop's search shows anything for a text."""
    return Shelf(parse_listing({"q": text})).total() > 0


def found_by(text: str, *, newer_than: datetime | None = None) -> Artwork | None:
    """Return a work on sale that a search for a text truly finds; a new one first.

    Words that were mended are other words. Nearness in meaning counts where the encoder knows every
    word: of others it knows nothing, and what it finds for them is chance.

    Args:
        text: of the search, as it was typed.
        newer_than: a moment; the first work published later is preferred.
    """
    shelf = Shelf(parse_listing({"q": text}))
    if shelf.search is None or shelf.search.mended or not shelf.total():
        return None
    works = shelf.page().items
    if meaning(normalised(text)) is None and shelf.search.words is not None:
        said = Artwork.objects.filter(entry__words=shelf.search.words)
        own = set(said.filter(pk__in=[work.pk for work in works]).values_list("pk", flat=True))
        works = [work for work in works if work.pk in own]
    new = [work for work in works if newer_than is not None and work.published_at > newer_than]
    return next(iter([*new, *works]), None)
