"""`manage.py prepare`: bring database, static files and first rows to this release."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError
from genart.lib.session import lock

LOCK = 0x67656E6172740100  # "genart", lock of whoever prepares


class Command(BaseCommand):
    """What `run_factory` does before it starts, for servers that are started by others."""

    help = (
        "Check the settings, migrate, make the rows a shop starts with, and gather static files. "
        "Safe to repeat, and beside itself: the second one waits for nothing and does nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --static and --database, for images that have one of both already."""
        parser.add_argument("--static", action="store_true", help="gather static files only")
        parser.add_argument("--database", action="store_true", help="leave static files alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is due; an error is one sentence and status 1."""
        from genart.factory import prepare

        try:
            if not options["database"]:
                prepare.collect_static()
            if not options["static"]:
                self._database()
        except GenartError as error:
            raise CommandError(error.message) from None

    def _database(self) -> None:
        from genart.factory import prepare

        prepare.require_checks()
        with lock(LOCK) as is_ours:
            if not is_ours:
                self.stdout.write("Another process prepares the database.")
                return
            prepare.migrate()
            prepare.load_defaults()
        self.stdout.write("The database is ready.")
