"""`manage.py autoscale`: start and stop render workers on this machine as the queue asks."""

import signal
import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from genart.factory import parts
from genart.factory.fleet import Fleet
from generation import autoscale

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    """Run the autoscaler in the foreground."""

    help = "Start render workers when renders wait, stop them when nothing does."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the command line."""
        limits = autoscale.Limits()
        parser.add_argument("--least", type=int, default=limits.least, help="workers always there")
        parser.add_argument("--most", type=int, default=limits.most, help="workers at most")
        parser.add_argument("--idle-seconds", type=float, default=limits.idle_seconds)
        parser.add_argument("--renders-per-worker", type=int, default=limits.renders_per_worker)
        parser.add_argument("--patience-seconds", type=float, default=limits.patience_seconds)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C; then end the workers, which give back what they hold."""
        names = autoscale.Limits.__dataclass_fields__
        try:
            limits = autoscale.Limits(**{name: options[name] for name in names})
        except ValueError as error:
            raise CommandError(str(error)) from None
        ended: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: ended.append(received))
        parts.LOG_DIR.mkdir(parents=True, exist_ok=True)
        fleet = Fleet(limits, partial(parts.render_worker, name="elastic"), self._say)
        try:
            while not ended:
                self._tick(fleet)
                time.sleep(LOOK_SECONDS)
        finally:
            fleet.stop()

    def _tick(self, fleet: Fleet) -> None:
        """Look and act once; while the database is away everything stays as it is."""
        try:
            load = autoscale.look()
        except Error as error:
            self._say(f"The database does not answer ({error}); trying again")
            connection.close()
            return
        fleet.tick(load)

    def _say(self, text: str) -> None:
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {text}")
        self.stdout.flush()
