"""A worker that can be killed: `python -m tests.generation.worker_process DATABASE`.

The parent loads the engine once and forks a child that renders; each time the child dies, it forks
the next one, as a supervisor would. It prints each child's process id.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from django.conf import settings

import generation.engine  # noqa: F401  (sets how torch's threads wait)

settings.DATABASES["default"]["NAME"] = sys.argv[1]

import django  # noqa: E402

django.setup()

from generation import queue, work  # noqa: E402


def render_for_ever() -> None:
    """Do what the actors do, without a broker."""
    while True:
        queue.reap_expired()
        work.work_until_empty()
        time.sleep(0.05)


def main() -> None:
    """Keep one child at work."""
    import generation.engine.session  # noqa: F401  (torch, before the fork)

    while True:
        child = os.fork()
        if child == 0:
            render_for_ever()
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
