"""Signing after a listing changed, and the sweep that finds what was never signed.

Signing has a queue of its own: a hundred new works to sign must not stand before a payment.
"""

from datetime import timedelta
from uuid import UUID

import dramatiq
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.models import Artwork, SignedFile, TextRevision
from catalog.provenance.licence_facts import public_facts
from catalog.services.sealing import seal_artwork
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.queue import ring

SWEEP_BATCH = 50
LOOK_BACK = timedelta(days=2)
SETTLE = timedelta(seconds=20)  # the message sent at the time gets this long


@dramatiq.actor(queue_name="seal", max_retries=5)
def seal(artwork_id: str) -> None:
    """Sign the files of one work, if they do not say what it says. Safe to repeat."""
    seal_artwork(artwork_id=UUID(artwork_id))


@dramatiq.actor(queue_name="seal", max_retries=5)
def seal_anew(artwork_id: str) -> None:
    """Sign the files of one work again, whatever they say: for another certificate."""
    seal_artwork(artwork_id=UUID(artwork_id), anew=True)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_seals() -> None:
    """Ring for works without signed files, and for such whose texts or terms changed since."""
    masters = SignedFile.objects.filter(artwork=OuterRef("pk"), kind=SignedFile.Kind.ORIGINAL)
    settled = timezone.now() - SETTLE
    unsigned = Artwork.objects.filter(~Exists(masters), published_at__lt=settled)
    newer = TextRevision.objects.filter(
        artwork=OuterRef("pk"), language="en", state=TextRevision.State.LIVE,
        created_at__gt=timezone.now() - LOOK_BACK, created_at__lt=settled,
    )  # fmt: skip
    seen = SignedFile.objects.filter(
        artwork=OuterRef("artwork"), kind=SignedFile.Kind.ORIGINAL,
        signed_at__gt=OuterRef("created_at"),
    )  # fmt: skip
    changed = Artwork.objects.filter(Exists(newer.filter(~Exists(seen))))
    for pk in dict.fromkeys([*_newest(unsigned), *_newest(changed)]):
        ring(seal, str(pk))


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_terms() -> None:
    """Ring for works whose files name terms that are no longer the ones on sale."""
    url = public_facts().get("url", "")
    masters = SignedFile.objects.filter(artwork=OuterRef("pk"), kind=SignedFile.Kind.ORIGINAL)
    stale = Artwork.objects.filter(
        Exists(masters.filter(~Q(facts__terms=url))),
        ~Exists(masters.filter(facts__terms=url)),
    )
    for pk in _newest(stale):
        ring(seal, str(pk))


def _newest(works: QuerySet[Artwork]) -> list[UUID]:
    return list(works.order_by("-published_at").values_list("pk", flat=True)[:SWEEP_BATCH])
