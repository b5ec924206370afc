"""Verb: render the golden prompts of a line with a new version, and with the one before it."""

from django.db import transaction

from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation.compile import group_key
from generation.models import Checkpoint, GoldenPrompt, GoldenRun, Job

OPEN = (GoldenRun.State.RENDERING, GoldenRun.State.COMPARED)


def start_run(*, checkpoint_id: int, by: User) -> GoldenRun:
    """Render the line's golden prompts with a version and with the current one, to compare them.

    A run that is open is returned as it is, so this may be called again. Prompts that cannot be
    rendered as they are written end the run, with the reason.

    Args:
        checkpoint_id: of a version that is ready.
        by: who owns the jobs.

    Raises:
        NotFound: there is no such checkpoint.
        StateConflict: it is not ready, or belongs to no line.
    """
    with transaction.atomic():
        checkpoint = Checkpoint.objects.select_for_update(no_key=True).filter(pk=checkpoint_id)
        version = checkpoint.first()
        if version is None:
            raise NotFound("There is no such checkpoint.")
        if version.state != Checkpoint.State.READY or not version.line:
            raise StateConflict(f"{version} is not ready to be proved: look at its state and line.")
        earlier = version.golden_runs.filter(state__in=OPEN).first()
        if earlier:
            return earlier
        current = Checkpoint.objects.filter(line=version.line, is_current=True)
        baseline = current.exclude(pk=version.pk).first()
        run = GoldenRun.objects.create(checkpoint=version, baseline=baseline)
    try:
        with transaction.atomic():
            _submit(run, by)
    except InvalidInput as error:
        run.state, run.reason = GoldenRun.State.FAILED, error.message[:300]
        run.save(update_fields=["state", "reason"])
    return run


def _submit(run: GoldenRun, by: User) -> None:
    """Queue every prompt with both versions."""
    from generation.services.jobs import submit_job  # which imports the actors, these among them

    prompts = GoldenPrompt.objects.filter(line=run.checkpoint.line, is_active=True)
    for prompt in prompts:
        for version in filter(None, (run.checkpoint, run.baseline)):
            job, _is_new = submit_job(
                spec=prompt.spec | {"title": f"{prompt}: {version}"[:120]},
                owner=by,
                purpose=Job.Purpose.GOLDEN,
                golden_run=run,
                idempotency_key=f"golden-{run.pk}-{prompt.pk}-{version.pk}",
                priority=0,
            )
            _render_with(job, version)


def _render_with(job: Job, version: Checkpoint) -> None:
    """Let a job's renders use a version that its style does not use yet."""
    for render in job.renders.all():
        render.checkpoint = version
        render.group_key = group_key(render)
        render.save(update_fields=["checkpoint", "group_key"])
