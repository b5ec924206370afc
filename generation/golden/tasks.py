"""Doorbell of golden runs: begin those that are due, compare those that are rendered."""

import logging
from collections.abc import Callable
from functools import partial

import dramatiq

from genart.lib.errors import GenartError
from generation.golden.rendering import start_run
from generation.golden.settling import settle_run
from generation.models import Checkpoint, GoldenRun

logger = logging.getLogger(__name__)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_golden() -> None:
    """Prove versions that wait for it, and compare what is rendered. May ring twice."""
    waiting = Checkpoint.objects.filter(
        state=Checkpoint.State.READY, is_current=False, golden_runs=None, added_by__isnull=False
    ).exclude(line="")
    for version in waiting.select_related("added_by"):
        if version.added_by:
            _try(partial(start_run, checkpoint_id=version.pk, by=version.added_by))
    rendering = GoldenRun.objects.filter(state=GoldenRun.State.RENDERING)
    for run_id in rendering.values_list("pk", flat=True):
        _try(partial(settle_run, run_id=run_id))


def _try(step: Callable[[], object]) -> None:
    """Let what is wrong with one not keep the others waiting."""
    try:
        step()
    except GenartError as error:
        logger.warning("A golden run did not go on: %s", error.message)
