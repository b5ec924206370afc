"""Verbs: let a version become current, refuse it, or take it back. A person's decisions.

Only a version whose golden prompts were compared becomes current. Styles on an older version of the
line get a new version of their own that uses it; which ones is written into the run, so that they
can return.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from genart.accounts.models import User
from genart.lib.errors import NotFound, StateConflict
from generation.licences import chain_objections, checkpoint_parts
from generation.models import Checkpoint, GoldenRun, Style
from generation.styles import next_version

State = GoldenRun.State


@transaction.atomic
def promote(*, run_id: int, by: User | None) -> GoldenRun:
    """Make the version of a compared run current, and have the styles of its line use it.

    Safe to repeat.

    Raises:
        NotFound: there is no such run.
        StateConflict: it was not compared, another version became current meanwhile, or its works
            could not be sold.
    """
    run = _locked(run_id)
    if run.state == State.PROMOTED:
        return run
    _check_promotion(run)
    line = run.checkpoint.line
    outdated = Style.objects.select_for_update(of=("self",)).filter(
        current_version__checkpoint__line=line
    )
    moved: dict[str, list[int | None]] = {}
    for style in outdated.exclude(current_version__checkpoint=run.checkpoint).order_by("pk"):
        after = next_version(style, checkpoint=run.checkpoint, created_by=by)
        moved[style.slug] = [style.current_version_id, after.pk]
    _make_current(run.checkpoint)
    run.figures = run.figures | {"styles": moved}
    return _decided(run, State.PROMOTED, by, run.reason)


@transaction.atomic
def refuse(*, run_id: int, by: User | None, reason: str) -> GoldenRun:
    """Leave a version unused, and say why. Safe to repeat.

    Raises:
        NotFound: there is no such run.
        StateConflict: it was decided on already.
    """
    run = _locked(run_id)
    if run.state == State.REFUSED:
        return run
    if run.state not in (State.COMPARED, State.FAILED):
        raise StateConflict(f"This run is {run.get_state_display().lower()}: it cannot be refused.")
    return _decided(run, State.REFUSED, by, reason or "Refused without a word.")


@transaction.atomic
def roll_back(*, run_id: int, by: User | None, reason: str = "") -> GoldenRun:
    """Make the version before current again; styles return to what they were. Safe to repeat.

    A style that was changed since keeps its changes and gets the older checkpoint.

    Raises:
        NotFound: there is no such run.
        StateConflict: it was not promoted, had no version before it, or a later one is current.
    """
    run = _locked(run_id)
    if run.state == State.ROLLED_BACK:
        return run
    if run.state != State.PROMOTED or run.baseline is None:
        raise StateConflict("Only a version that became current after another can be taken back.")
    if not run.checkpoint.is_current:
        raise StateConflict(f"A later version than {run.checkpoint} is current: take that back.")
    moved: dict[str, list[int | None]] = run.figures.get("styles", {})
    using = Style.objects.select_for_update(of=("self",)).filter(
        current_version__checkpoint=run.checkpoint
    )
    for style in using.order_by("pk"):
        before, after = moved.get(style.slug, [None, None])
        if before and style.current_version_id == after:
            style.current_version_id = before
            style.save(update_fields=["current_version"])
        else:
            next_version(style, checkpoint=run.baseline, created_by=by)
    _make_current(run.baseline)
    Checkpoint.objects.filter(pk=run.checkpoint_id).update(is_active=False)
    return _decided(run, State.ROLLED_BACK, by, reason or "Taken back.")


def _locked(run_id: int) -> GoldenRun:
    """Return a run; it and the versions of its line are locked, so that one decides at a time."""
    run = GoldenRun.objects.filter(pk=run_id).select_related("checkpoint").first()
    if run is None:
        raise NotFound("There is no such golden run.")
    line = Checkpoint.objects.select_for_update(no_key=True).filter(line=run.checkpoint.line)
    list(line.order_by("pk"))
    runs = GoldenRun.objects.select_for_update(of=("self",), no_key=True)
    return runs.select_related("checkpoint", "baseline").get(pk=run_id)


def _check_promotion(run: GoldenRun) -> None:
    if run.state != State.COMPARED:
        raise StateConflict(
            f"This run is {run.get_state_display().lower()}: only a compared one is promoted."
        )
    current = Checkpoint.objects.filter(line=run.checkpoint.line, is_current=True).first()
    if current and current.pk not in (run.baseline_id, run.checkpoint_id):
        raise StateConflict(
            f"{current} became current since: render the golden prompts anew and compare with it."
        )
    reasons = chain_objections(checkpoint_parts(run.checkpoint))
    if reasons:
        raise StateConflict(reasons[0])


def _make_current(version: Checkpoint) -> None:
    others = Checkpoint.objects.filter(line=version.line, is_current=True)
    others.exclude(pk=version.pk).update(is_current=False)
    Checkpoint.objects.filter(pk=version.pk).update(is_current=True, is_active=True)


def _decided(run: GoldenRun, state: str, by: User | None, reason: str) -> GoldenRun:
    run.state, run.reason = state, reason[:300]
    run.decided_by, run.decided_at = by, timezone.now()
    fields: list[Any] = ["state", "reason", "figures", "decided_by", "decided_at"]
    run.save(update_fields=fields)
    return run
