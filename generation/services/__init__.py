"""Verbs of the first tier, by subject.

`jobs.py`: ask for a series, stop it, try its failures again. `ordering.py`: priority, pause,
resume, order by hand. `pictures.py`: keep what specs may follow. `checkpoints.py`, `adding.py`,
`adapters.py`: add base models and adapters. Claims, leases and the ends of a render are in
`generation/queue.py`.
"""

from generation.services.jobs import UNFINISHED, cancel_job, retry_job, submit_job
from generation.services.ordering import (
    move_job,
    pause_job,
    release_place,
    resume_job,
    set_priority,
)
from generation.services.pictures import keep_picture

__all__ = [
    "UNFINISHED",
    "cancel_job",
    "keep_picture",
    "move_job",
    "pause_job",
    "release_place",
    "resume_job",
    "retry_job",
    "set_priority",
    "submit_job",
]
