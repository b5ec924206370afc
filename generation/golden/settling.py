"""Verb: compare what a golden run rendered, once everything is rendered."""

import io
from typing import Any

from django.db import transaction
from PIL import Image

from generation import queries
from generation.golden.comparing import compared, summary
from generation.models import GoldenRun, Job, Render

State = Render.State
UNFINISHED = (State.QUEUED, State.RENDERING)


def settle_run(*, run_id: int) -> bool:
    """Write how far a run's pictures are from the older ones; return whether it is settled now.

    Safe to repeat. It waits for renders that are under way. A picture of the new version that
    failed ends the run; one of the older version is looked for in its own golden run, and else
    left out.
    """
    run = GoldenRun.objects.filter(pk=run_id, state=GoldenRun.State.RENDERING).first()
    if run is None:
        return False
    renders = list(
        Render.objects.filter(job__golden_run=run)
        .select_related("job")
        .order_by("job__created_at", "index")
    )
    if any(render.state in UNFINISHED for render in renders):
        return False
    mine = [render for render in renders if render.checkpoint_id == run.checkpoint_id]
    failed = [render for render in mine if render.state != State.RENDERED]
    if failed:
        reason = failed[0].error or "A golden render was cancelled."
        return _end(run, GoldenRun.State.FAILED, {}, reason)
    pairs = [_pair(render, _older(render, run, renders)) for render in mine]
    figures = {"pairs": pairs, "worst": summary([pair["figures"] for pair in pairs])}
    return _end(run, GoldenRun.State.COMPARED, figures, _remark(run, pairs))


def _older(render: Render, run: GoldenRun, renders: list[Render]) -> Render | None:
    """Return the older version's picture of the same prompt: of this run, or of its own."""
    for other in renders:
        same = (other.job.spec_hash, other.index) == (render.job.spec_hash, render.index)
        if same and other.checkpoint_id == run.baseline_id and other.state == State.RENDERED:
            return other
    return (
        Render.objects.filter(
            job__purpose=Job.Purpose.GOLDEN,
            job__spec_hash=render.job.spec_hash,
            index=render.index,
            checkpoint=run.baseline,
            state=State.RENDERED,
        )
        .order_by("-finished_at")
        .first()
        if run.baseline
        else None
    )


def _pair(new: Render, old: Render | None) -> dict[str, Any]:
    """Return what is written of one picture and its older counterpart."""
    figures = compared(_picture(new), _picture(old)) if old else {}
    return {
        "prompt": new.job.title.partition(":")[0],
        "new": str(new.pk),
        "old": str(old.pk) if old else "",
        "figures": figures,
        "adherence": {"new": new.adherence, "old": old.adherence if old else {}},
    }


def _picture(render: Render) -> Image.Image:
    return Image.open(io.BytesIO(queries.original_bytes(render)))


def _remark(run: GoldenRun, pairs: list[dict[str, Any]]) -> str:
    if not pairs:
        return "Its line has no golden prompts: nothing was compared."
    missing = sum(not pair["old"] for pair in pairs)
    if run.baseline and missing:
        return f"{missing} pictures of {run.baseline} could not be made: look at the new ones."
    return "" if run.baseline else "There is no version before it."


@transaction.atomic
def _end(run: GoldenRun, state: str, figures: dict[str, Any], reason: str) -> bool:
    """Write the outcome, unless somebody else did."""
    waiting = GoldenRun.objects.filter(pk=run.pk, state=GoldenRun.State.RENDERING)
    return bool(waiting.update(state=state, figures=figures, reason=reason[:300]))
