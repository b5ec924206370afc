"""`manage.py run_scheduler`: send the periodic messages until SIGTERM."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from genart.scheduler import Scheduler


class Command(BaseCommand):
    """Run the scheduler in the foreground."""

    help = "Send the periodic messages. Several may run; one of them is active."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        ended: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: ended.append(received))
        Scheduler().run(lambda: bool(ended))
