"""`manage.py restore FOLDER`: a backup in the place of the database, and its files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.backup.restoring import restore
from genart.factory.standing_by import database_running
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Restore a backup and say what came back."""

    help = "Check a backup and put it in the place of the database and beside the files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and --replace."""
        parser.add_argument("folder", type=Path, help="made by `manage.py backup`")
        parser.add_argument(
            "--replace", action="store_true", help="give up what the database holds now"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Restore it; the factory must not run."""
        try:
            with database_running(alone=True):
                manifest = restore(folder.absolute(), replace=options["replace"])
        except GenartError as error:
            raise CommandError(error.message) from None
        rows = sum(manifest["rows"].values())
        self.stdout.write(
            f"{rows:,} rows and {manifest['files']:,} files of {manifest['made_at']} are back."
        )
