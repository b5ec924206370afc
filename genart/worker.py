"""What `dramatiq genart.worker` loads: Django, the broker and every app's actors.

`run_factory` starts one process for the queue `render` and one for the other queues. More workers
may run anywhere that reaches the same database, broker and files.
"""

import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genart.settings")

import django

django.setup()

from django.utils.module_loading import autodiscover_modules  # noqa: E402
from dramatiq.middleware import Middleware  # noqa: E402

from genart.embedded.process import end_with_parent  # noqa: E402
from genart.lib.queue import broker  # noqa: E402


class EndWithMaster(Middleware):
    """Let a worker process end when its master is killed, instead of working on unseen."""

    def after_process_boot(self, broker: object) -> None:
        """Ask the kernel to tell this process of its parent's end."""
        ask_kernel = end_with_parent(signal.SIGTERM)
        if ask_kernel:
            ask_kernel()


broker.add_middleware(EndWithMaster())
autodiscover_modules("tasks")
