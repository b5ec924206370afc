"""Let the better writers of the settings write: a model takes seconds, so a worker calls this."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.models import Artwork, TextCall, TextRevision
from catalog.services.telling import facts_about, picture_of_render
from catalog.services.text_calls import DatabaseLedger, over_limit
from catalog.services.texts import keep_draft
from catalog.services.titles import free_title
from catalog.texts import CannotWrite, write_texts
from catalog.texts.writers import WRITERS, Writer
from genart.lib.errors import NotFound

log = logging.getLogger(__name__)
State = TextRevision.State


def write_better_texts(*, artwork_id: UUID, anew: bool = False) -> list[TextRevision]:
    """Let the better writers of the settings write, in every language; return what they wrote.

    Without `anew` it does nothing twice: a writer that wrote for this work is not asked again, and
    what a person wrote stays. With it every writer of the chain is asked, as if for the first time.

    Raises:
        NotFound: there is no such work.
    """
    artwork = (
        Artwork.objects.select_related(
            "collection", "render__job", "render__checkpoint", "render__style_version__style"
        )
        .filter(pk=artwork_id)
        .first()
    )
    if artwork is None:
        raise NotFound(f"There is no artwork {artwork_id}.", where="artwork_id")
    writers = chain_of_writers(slow_only=not anew)
    if not writers:
        return []
    picture = picture_of_render(artwork.render)
    facts = facts_about(artwork, picture)
    kept: list[TextRevision] = []
    for language in settings.TEXT_LANGUAGES:
        for writer in writers if anew else _not_asked(artwork, language, writers):
            try:
                draft = write_texts(
                    facts,
                    picture=picture,
                    language=language,
                    writers=[writer],
                    free_title=free_title(artwork, language),
                    ledger=DatabaseLedger(artwork.pk),
                )
            except CannotWrite as reason:
                log.warning("%s for %s: %s", writer.signature, artwork.pk, reason)
                continue
            kept.append(keep_draft(artwork=artwork, draft=draft, facts=facts))
            if kept[-1].state == State.LIVE:
                break
    return kept


def chain_of_writers(*, slow_only: bool = False) -> list[Writer]:
    """Return the writers of the settings in their order; what comes after a quick one never writes.

    Args:
        slow_only: only those before the first quick one: the ones that follow a publication.
    """
    found: list[Writer] = []
    for name in settings.TEXT_WRITERS:
        writer = WRITERS[name]()
        if not (slow_only and writer.is_quick):
            found.append(writer)
        if writer.is_quick:
            break
    return found


def missed_by_writers(*, before: datetime, limit: int) -> list[UUID]:
    """Return works on sale, newest first, for which no better writer of the settings wrote yet.

    Those that a person wrote for are left alone, and those that were tried since `before`.
    """
    signatures = [writer.signature for writer in chain_of_writers(slow_only=True)]
    if not signatures or over_limit(timezone.now()):
        return []
    english = TextRevision.objects.filter(artwork=OuterRef("pk"), language="en")
    told = english.filter(writer__in=signatures)
    by_a_person = english.filter(state=State.LIVE, writer__startswith="person:")
    tried = TextCall.objects.filter(artwork=OuterRef("pk"), asked_at__gte=before)
    works = Artwork.objects.filter(withdrawn_at=None, published_at__lt=before)
    left = works.exclude(Exists(told) | Exists(by_a_person) | Exists(tried))
    return list(left.order_by("-published_at", "-pk").values_list("pk", flat=True)[:limit])


def _not_asked(artwork: Artwork, language: str, writers: Sequence[Writer]) -> list[Writer]:
    """Return the writers that may still better what is live, best first."""
    rows = list(artwork.texts.filter(language=language).values_list("writer", "state"))
    if any(state == State.LIVE and writer.startswith("person:") for writer, state in rows):
        return []
    states = dict(rows[::-1])
    left = []
    for writer in writers:
        state = states.get(writer.signature)
        if state in (State.LIVE, State.PAST):
            break  # it wrote, and what comes after it is no better
        if state is None:
            left.append(writer)
    return left
