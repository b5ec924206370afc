"""The whole flow: what happens in one app calls the next one up.

    render_finished  → curation.services.admit_render
    render_reopening → curation.services.reopening.let_go   (before a series' outlier is made anew)
    render_approved  → catalog.services.publish_artwork   (by an actor: derivatives take time)
    render_withdrawn → catalog.services.withdraw_artwork
    bought_out       → curation.services.add_protected_work   (by an actor: nothing like it again)

What specs and listings may say is screened by curation's register of names (`genart/lib/screens`).

Every step may run twice. `sweep` finds what a lost message left behind.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import dramatiq
from django.core.files.storage import storages
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from catalog import services as catalog
from catalog.models import Artwork
from catalog.signals import bought_out
from curation import queries as curation_queries
from curation import services as curation
from curation.compliance.screening import objection_to
from curation.services import reopening
from curation.signals import render_approved, render_withdrawn
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib import screens
from genart.lib.approval import Approval
from genart.lib.queue import ring
from generation import progress
from generation.models import Render
from generation.signals import render_finished, render_reopening

SWEEP_BATCH = 200
SETTLE = timedelta(seconds=10)  # the message sent at the time gets this long

screens.SCREENS.append(objection_to)


@receiver(render_finished)
def judge(sender: Any, render_id: UUID, **kwargs: Any) -> None:
    """Hand a finished render to curation."""
    curation.admit_render(render_id=render_id)
    reopening.take_up(render_id=render_id)


@receiver(render_reopening)
def let_go(sender: Any, render_id: UUID, **kwargs: Any) -> bool:
    """Let curation forget a picture that is made anew, if it is undecided."""
    return reopening.let_go(render_id=render_id)


@receiver(render_approved)
def list_for_sale(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """Ring the publisher for an approved render."""
    publish.send(str(approval.render_id))


@receiver(render_withdrawn)
def take_off_sale(sender: Any, render_id: UUID, reason: str, **kwargs: Any) -> None:
    """Withdraw the listing of a render whose approval was taken back."""
    catalog.withdraw_artwork(render_id=render_id, reason=reason)


@dramatiq.actor(queue_name="publish", max_retries=5)
def publish(render_id: str) -> None:
    """Publish one render if curation approves of it still. Safe to repeat."""
    approval = curation_queries.approval_of(UUID(render_id))
    if approval is None:
        return
    catalog.publish_artwork(approval=approval)
    job_id = Render.objects.values_list("job_id", flat=True).get(pk=approval.render_id)
    progress.announce(job_id, [approval.render_id])


@receiver(bought_out)
def protect_bought(sender: Any, artwork_id: UUID, **kwargs: Any) -> None:
    """Ring for a work that somebody bought exclusively."""
    ring(protect, str(artwork_id))


@dramatiq.actor(queue_name="default", max_retries=8)
def protect(artwork_id: str) -> None:
    """Let no new picture come near a work that was bought exclusively. Safe to repeat."""
    work = Artwork.objects.get(pk=artwork_id)
    with storages["originals"].open(work.original) as image:
        curation.protect_sold_work(key=artwork_id, title=work.title, image=image)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep() -> None:
    """Find renders that a lost message left unjudged, unlisted, or listed against a decision."""
    settled = timezone.now() - SETTLE
    rendered = Render.objects.filter(state=Render.State.RENDERED, finished_at__lt=settled)
    curation.admit_missed(before=settled)
    reopening.take_up_missed(before=settled)
    approved = rendered.filter(
        candidate__state="approved",
        candidate__decided_at__lt=settled,
        candidate__publish_at=None,  # else its time of grace still runs, or is about to be ended
    )
    unlisted = Q(artwork=None) | Q(artwork__withdrawn_by="curation")
    for render_id in _ids(approved.filter(unlisted)):
        publish.send(str(render_id))
    on_sale = rendered.filter(artwork__isnull=False, artwork__withdrawn_at=None)
    for render_id in _ids(on_sale.exclude(candidate__state="approved")):
        catalog.withdraw_artwork(render_id=render_id, reason="The approval was taken back.")
    sold = Artwork.objects.filter(withdrawn_by=Artwork.Withdrawer.BUYER).order_by("withdrawn_at")
    for artwork_id in curation.unprotected(map(str, sold.values_list("pk", flat=True))):
        ring(protect, artwork_id)


def _ids(renders: QuerySet[Render]) -> list[UUID]:
    """Return the ids of the next batch, oldest first."""
    return list(renders.order_by("finished_at").values_list("pk", flat=True)[:SWEEP_BATCH])
