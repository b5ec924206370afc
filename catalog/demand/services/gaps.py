"""Verbs of gaps: asked for, proposed, filled, dismissed, opened again; found in `finding.py`."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from catalog.demand.gaps import (
    described,
    found_by,
    joinable,
    nearest_gap,
    phrase_of,
)
from catalog.demand.phrases import PHRASE_LIMIT, meaning, normalised
from catalog.models import Artwork, DemandGap, GapPhrase
from catalog.shelf import on_sale
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.screens import objection
from generation.models import Job

State = DemandGap.State
LOCK = 0x67656E6172740012
LOOKED_AT = 3
"""So many wordings of a gap are looked for when it is asked whether something fills it."""


@transaction.atomic
def gap_for(*, text: str) -> DemandGap:
    """Return the gap that a search belongs to, made where there is none. Safe to repeat.

    Raises:
        InvalidInput: the text says nothing, or the screens object to it.
    """
    words = normalised(text)
    if not words:
        raise InvalidInput("Write what you look for in a word or two.", where="q")
    against = objection(text)
    if against:
        raise InvalidInput(
            gettext("We will not have this: %(against)s") % {"against": against}, where="q"
        )
    lock_gaps()
    known = phrase_of(text)
    if known is not None:
        return known.gap
    gap = nearest_gap(words, [described(one) for one in joinable()])
    shown = " ".join(text.split())
    gap = gap or new_gap(shown)
    return add_phrase(gap, words, shown).gap


@transaction.atomic
def propose_gap(*, gap_id: int, job: Job) -> DemandGap:
    """Note that a job was made to fill a gap. Safe to repeat; what is over stays over."""
    gap = _locked(gap_id)
    if gap.state in (State.OPEN, State.PROPOSED):
        gap.state, gap.job = State.PROPOSED, job
        gap.save(update_fields=["state", "job"])
    return gap


@transaction.atomic
def dismiss_gap(*, gap_id: int, by: User | None = None) -> DemandGap:
    """Say that the shop will not have this. Safe to repeat.

    Raises:
        StateConflict: it is filled already.
    """
    gap = _locked(gap_id)
    if gap.state == State.FILLED:
        raise StateConflict(f"{gap} is filled already.")
    if gap.state != State.DISMISSED:
        gap.dismissed_by = by
        close_gap(gap, State.DISMISSED, "dismissed_by")
    return gap


@transaction.atomic
def reopen_gap(*, gap_id: int) -> DemandGap:
    """Take a dismissal back. Safe to repeat; what is not dismissed stays as it is."""
    gap = _locked(gap_id)
    if gap.state == State.DISMISSED:
        gap.state, gap.closed_at, gap.dismissed_by = State.OPEN, None, None
        gap.save(update_fields=["state", "closed_at", "dismissed_by"])
    return gap


def fill_gap(*, gap_id: int, artwork_id: UUID) -> DemandGap:
    """Note which work fills a gap, and tell those who wait for it, each once. Safe to repeat.

    Filled before, it keeps its first work; whoever was not told yet is told now.

    Raises:
        NotFound: no such gap, or no such work on sale.
        StateConflict: it was dismissed.
    """
    from catalog.demand.services.wishes import tell_wishes

    with transaction.atomic():
        gap = _locked(gap_id)
        if gap.state == State.DISMISSED:
            raise StateConflict(f"{gap} was dismissed. Open it again first.")
        if gap.state != State.FILLED:
            artwork = on_sale().filter(pk=artwork_id).first()
            if artwork is None:
                raise NotFound("There is no such work on sale.", where="artwork")
            gap.artwork = artwork
            close_gap(gap, State.FILLED, "artwork")
    tell_wishes(gap_id=gap.pk)
    return gap


def check_gaps() -> list[DemandGap]:
    """Fill the gaps that works published since the last look fill; return which. Safe to repeat.

    A work fills a gap when the gap's job made it, or a search for one of its wordings finds it.
    """
    newest = on_sale().aggregate(at=Max("published_at"))["at"]
    waiting = DemandGap.objects.filter(state__in=[State.OPEN, State.PROPOSED])
    filled = []
    for gap in waiting.filter(Q(checked_at=None) | Q(checked_at__lt=newest)) if newest else ():
        work = _filling(gap)
        if work is not None:
            filled.append(fill_gap(gap_id=gap.pk, artwork_id=work.pk))
        DemandGap.objects.filter(pk=gap.pk).update(checked_at=newest)
    return filled


def _filling(gap: DemandGap) -> Artwork | None:
    """Return a work on sale that fills a gap, one of its own job first."""
    if gap.job_id is not None:
        own = on_sale().filter(render__job=gap.job_id).order_by("-quality", "pk").first()
        if own is not None:
            return own
    texts = [gap.phrase, *gap.phrases.values_list("text", flat=True)[:LOOKED_AT]]
    found = (found_by(text, newer_than=gap.first_seen_at) for text in dict.fromkeys(texts))
    return next((work for work in found if work is not None), None)


def _locked(gap_id: int) -> DemandGap:
    gap = DemandGap.objects.select_for_update(of=["self"]).filter(pk=gap_id).first()
    if gap is None:
        raise NotFound("There is no such gap.", where="gap")
    return gap


def close_gap(gap: DemandGap, state: str, *changed: str) -> None:
    """End a gap, and store the other fields that were changed."""
    gap.state, gap.closed_at = state, timezone.now()
    gap.save(update_fields=["state", "closed_at", *changed])


def lock_gaps() -> None:
    """Let one at a time decide which wording belongs where."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def new_gap(text: str) -> DemandGap:
    """Make an open gap that is called by a text."""
    vector = meaning(normalised(text))
    return DemandGap.objects.create(
        phrase=text[:PHRASE_LIMIT], vector=[] if vector is None else vector.tolist()
    )


def add_phrase(gap: DemandGap, words: str, text: str) -> GapPhrase:
    """Give a wording to a gap; one that belongs to another stays there."""
    fields = {"gap": gap, "text": text[:PHRASE_LIMIT]}
    return GapPhrase.objects.get_or_create(words=words, defaults=fields)[0]
