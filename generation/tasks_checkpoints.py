"""Doorbells about checkpoints: look at the files of one that was added. May ring twice."""

import dramatiq

from genart.lib.queue import ring
from generation.models import Checkpoint
from generation.services.adding import finish_adding

DAY_MS = 86_400_000


@dramatiq.actor(queue_name="default", max_retries=0, time_limit=DAY_MS)
def look_at_files(checkpoint_id: int) -> None:
    """Fetch, check and hash a checkpoint's files."""
    finish_adding(checkpoint_id=checkpoint_id)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_adding() -> None:
    """Ring again for checkpoints that wait: a doorbell was lost, or their process vanished."""
    waiting = Checkpoint.objects.filter(state=Checkpoint.State.ADDING)
    for checkpoint_id in waiting.values_list("pk", flat=True):
        ring(look_at_files, checkpoint_id)
