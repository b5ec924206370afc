"""Verbs of the first tier, by subject.

`jobs.py`: ask for a series, stop it, try its failures again. Claims, leases and the ends of a
render are in `generation/queue.py`.
"""

from generation.services.jobs import UNFINISHED, cancel_job, retry_job, submit_job

__all__ = ["UNFINISHED", "cancel_job", "retry_job", "submit_job"]
