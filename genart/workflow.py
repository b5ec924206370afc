"""The whole flow: what happens in one app calls the next one up.

    render_finished  → curation.services.admit_render
    render_approved  → catalog.services.publish_artwork   (by an actor: derivatives take time)
    render_withdrawn → catalog.services.withdraw_artwork

Every step may run twice. `sweep` finds what a lost message left behind.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import dramatiq
from django.dispatch import receiver
from django.utils import timezone

from catalog import queries as catalog_queries
from catalog import services as catalog
from curation import queries as curation_queries
from curation import services as curation
from curation.signals import render_approved, render_withdrawn
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.approval import Approval
from generation import progress
from generation.models import Render
from generation.signals import render_finished

SWEEP_BATCH = 200


@receiver(render_finished)
def judge(sender: Any, render_id: UUID, **kwargs: Any) -> None:
    """Hand a finished render to curation."""
    curation.admit_render(render_id=render_id)


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


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep() -> None:
    """Find renders that a lost message left unjudged, or approved but not on sale."""
    for render_id in curation_queries.unadmitted_render_ids(limit=SWEEP_BATCH):
        curation.admit_render(render_id=render_id)
    settled = timezone.now() - timedelta(seconds=10)
    approved = curation_queries.approved_render_ids(before=settled)
    for render_id in catalog_queries.missing_from_shop(approved)[:SWEEP_BATCH]:
        publish.send(str(render_id))
    sold_without_approval = catalog_queries.listed_render_ids()
    for render_id in curation_queries.no_longer_approved(sold_without_approval):
        catalog.withdraw_artwork(render_id=render_id, reason="approval was withdrawn")
