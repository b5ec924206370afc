"""Find gaps in the searches of the last weeks that found nothing, and count them anew.

A wording stays with its gap for good, so gaps keep their ids. A new one joins the gap it is most
alike (`phrases.alike`); those that join none are grouped among themselves, the commonest first, and
a group that enough visitors asked for becomes a gap.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.demand.failures import Failure, failures
from catalog.demand.gaps import LEAST_VISITORS, described, finds, joinable, nearest_gap
from catalog.demand.losses import conversion, lost
from catalog.demand.phrases import PHRASE_LIMIT, meaning
from catalog.demand.services.gaps import add_phrase, close_gap, lock_gaps, new_gap
from catalog.models import DemandGap, GapPhrase
from genart.lib.screens import objection

State = DemandGap.State
WINDOW_DAYS = 60


@transaction.atomic
def find_gaps(*, now: datetime | None = None) -> int:
    """Bring the gaps up to date with the searches of the last weeks; return how many are new.

    Safe to repeat and beside itself: wordings stay with their gap, and figures are counted anew.
    A wording that the screens object to never becomes a gap's; a gap whose own is objected to by
    now is dismissed.
    """
    lock_gaps()
    moment = now or timezone.now()
    since = moment - timedelta(days=WINDOW_DAYS)
    failed = failures(since=since)
    _dismiss_blocked()
    made = _place(failed)
    _count(failed, since)
    return made


def _dismiss_blocked() -> None:
    for gap in DemandGap.objects.filter(state__in=[State.OPEN, State.PROPOSED]):
        against = objection(gap.phrase)
        if against:
            gap.evidence = gap.evidence | {"blocked": against}
            close_gap(gap, State.DISMISSED, "evidence")


def _place(failed: dict[str, Failure]) -> int:
    """Give each wording to the gap it is most alike, or to a new one; return how many are new."""
    known = set(GapPhrase.objects.filter(words__in=failed).values_list("words", flat=True))
    gaps = [described(gap) for gap in joinable()]
    loose: list[list[Failure]] = []
    for one in sorted(failed.values(), key=lambda one: (-len(one.askers), one.words)):
        if one.words in known or not one.plain or objection(one.text):
            continue
        gap = nearest_gap(one.words, gaps)
        if gap is not None:
            add_phrase(gap, one.words, one.text)
        else:
            _group(one, loose)
    wanted = [group for group in loose if len(_askers(group)) >= LEAST_VISITORS]
    return sum(_open(group) for group in wanted)


def _group(one: Failure, groups: list[list[Failure]]) -> None:
    """Put a wording beside those that are alike, which were asked more often and stand first."""
    heads = [(DemandGap(pk=place), group[0].words, meaning(group[0].words))
             for place, group in enumerate(groups)]  # fmt: skip
    near = nearest_gap(one.words, heads)
    if near is None:
        groups.append([one])
    else:
        groups[near.pk].append(one)


def _open(group: list[Failure]) -> bool:
    """Make a gap of wordings that are alike, unless the shop has something for them by now."""
    if finds(group[0].text):
        return False
    gap = new_gap(group[0].text)
    for one in group:
        add_phrase(gap, one.words, one.text)
    return True


def _askers(group: Iterable[Failure]) -> set[Any]:
    return {asker for one in group for asker in one.askers}


def _count(failed: dict[str, Failure], since: datetime) -> None:
    """Count every gap's searches and visitors anew, and estimate what it costs."""
    known = conversion(since=since.date())
    for gap in DemandGap.objects.select_for_update(of=["self"]).prefetch_related("phrases"):
        phrases = list(gap.phrases.all())
        own = [failed[phrase.words] for phrase in phrases if phrase.words in failed]
        for phrase in phrases:
            one = failed.get(phrase.words)
            phrase.searches = len(one.askers) if one else 0
        GapPhrase.objects.bulk_update(phrases, ["searches"])
        _say(gap, own)
        gap.searches = sum(len(one.askers) for one in own)
        gap.visitors = len(_askers(own))
        gap.last_seen_at = max((one.last_at for one in own if one.last_at), default=None)
        gap.lost_cents, gap.lost_low_cents, gap.lost_high_cents = lost(gap.visitors, known)
        gap.evidence = gap.evidence | known.evidence | {"window_days": WINDOW_DAYS}
        gap.save()


def _say(gap: DemandGap, own: list[Failure]) -> None:
    """Call an open gap by its commonest wording; open a filled one that people miss again."""
    if gap.state == State.OPEN and own:
        best = max(own, key=lambda one: (len(one.askers), one.words))
        if objection(best.text) is None:
            gap.phrase = best.text[:PHRASE_LIMIT]
            vector = meaning(best.words)
            gap.vector = [] if vector is None else vector.tolist()
    closed = gap.closed_at
    if gap.state != State.FILLED or closed is None:
        return
    if sum(one.since(closed) for one in own) >= LEAST_VISITORS:
        gap.state, gap.closed_at = State.OPEN, None
        gap.evidence = gap.evidence | {"filled_before_by": str(gap.artwork_id)}
        gap.artwork = gap.job = gap.checked_at = None
