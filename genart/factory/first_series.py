"""The first series: what an empty factory commissions, so that a new shop has pictures.

The specs are the files of `generation/data/first_series/`, written like any other.
"""

import json
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from genart.accounts.models import User
from genart.lib.terminal import bar
from generation.models import Job, Render
from generation.services import submit_job

SPECS = settings.BASE_DIR / "generation" / "data" / "first_series"
KEY = "first-series/"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a number of renders are, from the queue to the shop."""

    total: int = 0
    rendered: int = 0
    failed: int = 0
    published: int = 0
    review: int = 0
    rejected: int = 0

    @property
    def finished(self) -> bool:
        """Whether every render has found its place."""
        return self.published + self.review + self.rejected + self.failed >= self.total

    def __str__(self) -> str:
        """Return the counts in words."""
        done = (
            f"{self.rendered}"
            if self.rendered == self.total
            else f"{self.rendered} of {self.total}"
        )
        words = [
            f"{done} rendered",
            f"{self.published} published",
            f"{self.review} in review",
            f"{self.rejected} rejected",
        ]
        if self.failed:
            words.append(f"{self.failed} failed")
        return " · ".join(words)


def commission_first_series(owner: User) -> int:
    """Submit the first series where no job was ever submitted; return how many jobs that made."""
    if Job.objects.exists():
        return 0
    with transaction.atomic():
        for path in sorted(SPECS.glob("*.json")):
            spec = json.loads(path.read_text(encoding="utf-8"))
            submit_job(spec=spec, owner=owner, idempotency_key=f"{KEY}{path.stem}")
    return Job.objects.count()


def first_series_progress() -> Progress:
    """Return how far the first series is; all zero where there is none."""
    failed = Q(state__in=[Render.State.FAILED, Render.State.CANCELLED])
    counts = Render.objects.filter(job__idempotency_key__startswith=KEY).aggregate(
        total=Count("pk"),
        rendered=Count("pk", filter=Q(state=Render.State.RENDERED)),
        failed=Count("pk", filter=failed),
        published=Count("pk", filter=Q(artwork__isnull=False)),
        review=Count("pk", filter=Q(candidate__state="review")),
        rejected=Count("pk", filter=Q(candidate__state__in=["rejected", "withdrawn"])),
    )
    return Progress(**counts)


class Watch:
    """Follows the first series and says, line by line, how far it is."""

    def __init__(self) -> None:
        self.started_at = time.monotonic()
        self.first = first_series_progress()
        self.progress = self.first

    def look(self) -> str:
        """Count anew and return the line to show."""
        self.progress = now = first_series_progress()
        placed = now.published + now.review + now.rejected + now.failed
        share = bar(now.rendered + placed, 2 * now.total)
        return f"  {share}  {now}{self._time_left()}"

    def _time_left(self) -> str:
        """Return the expected rest, from the speed so far; empty while nothing is known."""
        made = self.progress.rendered - self.first.rendered
        left = self.progress.total - self.progress.rendered - self.progress.failed
        if made < 2 or left <= 0:
            return ""
        seconds = (time.monotonic() - self.started_at) / made * left
        return f" · about {seconds / 60:.0f} min left" if seconds >= 90 else " · nearly there"
