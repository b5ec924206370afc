"""Bring the register of wordmarks up to date with a trademark office's export."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.services.registers import Report, import_marks
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Import an export of a register, saying how far it came."""

    help = (
        "Import wordmarks from the USPTO's Trademark Applications XML, or from a table with the "
        "columns of TMview. Broken off, it goes on where it was; repeated, it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the register's name, and whether to begin anew."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="", help="the register: uspto, tmview … ")
        parser.add_argument("--restart", action="store_true", help="begin at the first entry")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, saying after each batch how far it came."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        source = options["source"] or ("uspto" if path.suffix.lower() == ".xml" else "tmview")
        try:
            report = import_marks(
                path=path, source=source, restart=options["restart"], tell=self._tell
            )
        except GenartError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{report.written} marks of {source} are up to date, {report.dead} of them dead; "
            f"{report.wordless} entries without words were left out."
            + (f" It went on after entry {report.resumed}." if report.resumed else "")
        )

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"{report.seen} entries read …")
