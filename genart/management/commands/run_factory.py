"""`manage.py run_factory`: the whole of genart on this machine, until Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from genart.lib.errors import GenartError
from genart.lib.terminal import Terminal


class Command(BaseCommand):
    """Start servers, web, workers and scheduler under one supervisor."""

    help = "Start everything on this machine and keep it running. Ctrl-C ends it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the factory; an error that stops the start is one sentence and status 1."""
        from genart.factory.run import Factory

        try:
            Factory(Terminal()).run()
        except GenartError as error:
            raise CommandError(error.message) from None
