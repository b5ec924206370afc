"""`manage.py stop_factory`: end the factory that runs on this data folder."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from genart.factory.lock import FactoryLock
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """End a factory that runs elsewhere and wait for its end."""

    help = "End the factory that runs on this data folder, and wait until nothing is left of it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Stop it; none running is no error."""
        try:
            stopped = FactoryLock(settings.DATA_DIR).stop_holder()
        except GenartError as error:
            raise CommandError(error.message) from None
        self.stdout.write("The factory has stopped." if stopped else "No factory is running.")
