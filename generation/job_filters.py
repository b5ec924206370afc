"""Which jobs the studio's list shows: by state, owner, style and words. Bad values are ignored."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from genart.accounts.models import User
from generation.models import Job, Render, Style

STATES = {
    "under-way": "Under way",
    "waiting": "Waiting",
    "paused": "Paused",
    "finished": "Finished",
    "failed": "With failures",
    "cancelled": "Cancelled",
}
SEARCH_LENGTH = 100


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What somebody chose; empty words choose everything."""

    state: str = ""
    owner: str = ""
    style: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "JobFilter":
        """Read the query string of the list."""
        state = query.get("state", "")
        return cls(
            state=state if state in STATES else "",
            owner=_clean(query.get("owner", "")),
            style=_clean(query.get("style", "")),
            words=_clean(query.get("q", "")),
        )

    @property
    def is_empty(self) -> bool:
        """Whether every job is shown."""
        return not (self.state or self.owner or self.style or self.words)

    def apply(self, jobs: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of some jobs that were chosen."""
        if self.owner:
            jobs = jobs.filter(owner__username=self.owner)
        if self.style:
            jobs = jobs.filter(_some(style_version__style__slug=self.style))
        if self.words:
            jobs = jobs.filter(_matches(self.words))
        return jobs.filter(_in_state(self.state)) if self.state else jobs


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what the form offers: states, owners of any job, styles."""
    owners = User.objects.filter(Exists(Job.objects.filter(owner=OuterRef("pk"))))
    names = owners.order_by("username").values_list("username", flat=True)
    return {
        "states": list(STATES.items()),
        "owners": [(name, name) for name in names],
        "styles": list(Style.objects.order_by("name").values_list("slug", "name")),
    }


def _clean(text: str) -> str:
    """Return typed text without what PostgreSQL does not store."""
    return text.replace("\x00", "").strip()[:SEARCH_LENGTH]


def _some(**fields: Any) -> Exists:
    return Exists(Render.objects.filter(job=OuterRef("pk"), **fields))


def _matches(words: str) -> Q:
    """Return jobs whose title, collection or subject has the words, or whose id it is."""
    try:
        return Q(pk=UUID(words))
    except ValueError:
        pass
    return (
        Q(title__icontains=words)
        | Q(collection__icontains=words)
        | Q(spec__subject__icontains=words)
    )


def _in_state(state: str) -> Q:
    states = Render.State
    queued, rendering = _some(state=states.QUEUED), _some(state=states.RENDERING)
    active = Q(state=Job.State.ACTIVE)
    return {
        "under-way": Q(rendering),
        "waiting": active & Q(queued) & ~Q(rendering),
        "paused": Q(state=Job.State.PAUSED),
        "finished": ~Q(state=Job.State.CANCELLED) & ~Q(queued) & ~Q(rendering),
        "failed": Q(_some(state=states.FAILED)),
        "cancelled": Q(state=Job.State.CANCELLED),
    }[state]
