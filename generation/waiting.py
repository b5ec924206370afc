"""Why a job's renders wait: a sentence where it is more than their turn. Reads only."""

from collections.abc import Iterator
from functools import cached_property

from generation.models import Checkpoint, Job, Lane, Render
from generation.queries import render_workers
from generation.remote.market import Market

MOST_SENTENCES = 4
PAUSED = "It is paused: nothing more of it is started until it is resumed."
NO_WORKER = "No worker of this factory renders now: it goes on when one starts."


def why_waiting(job: Job) -> str:
    """Return why nothing of a job can start now, in sentences; empty where it only takes time.

    A job whose checkpoints only providers have may wait for good: no offer, none that can make it,
    a spent budget. One of our own needs a worker.
    """
    queued = job.renders.filter(state=Render.State.QUEUED)
    remote = Checkpoint.Source.REMOTE
    sources = set(queued.order_by().values_list("checkpoint__source", flat=True).distinct())
    reasons = Reasons()
    sentences = [reasons.of_foreign(job)] if remote in sources else []
    sentences += [reasons.of_ours(job)] if sources - {remote} else []
    return " ".join(dict.fromkeys(filter(None, sentences)))


class Reasons:
    """Why jobs wait, with what all of them share read once."""

    @cached_property
    def market(self) -> Market:
        """The offers as they stand."""
        return Market()

    @cached_property
    def workers(self) -> int:
        """How many workers of our own render."""
        return render_workers()

    def of_ours(self, job: Job) -> str:
        """Return why renders of a job that our own workers make wait; empty: for their turn."""
        if job.state != Job.State.ACTIVE:
            return PAUSED if job.state == Job.State.PAUSED else ""
        return "" if self.workers else NO_WORKER

    def of_foreign(self, job: Job) -> str:
        """Return why renders of a job that only providers make wait; empty: for their turn.

        The first render of each checkpoint stands for the others.
        """
        if job.state != Job.State.ACTIVE:
            return PAUSED if job.state == Job.State.PAUSED else ""
        foreign = job.renders.filter(
            state=Render.State.QUEUED, checkpoint__source=Checkpoint.Source.REMOTE
        ).select_related("job", "checkpoint", "style_version__checkpoint")
        firsts = foreign.order_by("checkpoint_id", "index").distinct("checkpoint_id")
        sentences = [sentence for render in firsts for sentence in self._of_one(render)]
        return " ".join(dict.fromkeys(sentences[:MOST_SENTENCES]))

    def _of_one(self, render: Render) -> Iterator[str]:
        """Yield why one render waits; nothing where some offer serves it now."""
        name = render.checkpoint.name
        if render.lane == Lane.ARCHIVE:
            yield f"The archive lane is rendered on our own workers only, and {name} is not here."
            return
        found = self.market.objections(render)
        if not found:
            yield f"No provider offers {name}: add an offer in the admin, or choose another style."
        if not found or None in found:
            return
        objections = [one for one in found if one]
        if all(one.is_lasting for one in objections):
            yield f"Nobody can make it with {name} as it stands:"
        yield from (one.sentence for one in objections)
