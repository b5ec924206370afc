"""`manage.py backup FOLDER`: the database of this moment and every file, while all works on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.backup.saving import save
from genart.factory.standing_by import database_running
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Write a backup and say what is in it."""

    help = "Write the database of this moment and every file into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, help="made by this command")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Write it; a factory that runs is not disturbed."""
        try:
            with database_running(alone=False):
                manifest = save(folder.absolute())
        except GenartError as error:
            raise CommandError(error.message) from None
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"{rows:,} rows and {manifest['files']:,} files are in {folder}.")
