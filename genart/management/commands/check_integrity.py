"""`manage.py check_integrity`: is everything as it must be? Reads only; exit 1 where it is not."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.integrity import Violation, violations
from genart.integrity.rules import RULES
from genart.retention.models import Leftover

PATIENCE_MINUTES = 15


class Command(BaseCommand):
    """Ask every rule, and say what breaks it."""

    help = (
        "Check that every render is in one final state, every paid order delivered once, every "
        "published work checked, every file there; with --deep also that each is unchanged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to ask and how far."""
        names = [rule.name for rule in RULES]
        parser.add_argument("--only", nargs="+", default=[], choices=names, metavar="RULE")
        parser.add_argument("--deep", action="store_true", help="read every file to its end")
        parser.add_argument("--no-files", action="store_true", help="leave the storages alone")
        parser.add_argument(
            "--patience-minutes", type=float, default=PATIENCE_MINUTES,
            help="what is younger may still be on its way; 0 for a factory at rest",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a line for each fault; files that a sweep knows of are counted apart.

        Raises:
            CommandError: something is not as it must be.
        """
        found = violations(
            patience=timedelta(minutes=options["patience_minutes"]),
            with_files=not options["no_files"],
            deep=options["deep"],
            only=options["only"],
        )
        known = {str(row) for row in Leftover.objects.filter(parked_at=None)}
        faults = [one for one in found if not _is_known(one, known)]
        for one in faults:
            self.stdout.write(str(one))
        if len(found) > len(faults):
            count = len(found) - len(faults)
            self.stdout.write(f"{count} files of nobody are noticed and wait for the sweep.")
        if faults:
            raise CommandError(f"{len(faults)} things are not as they must be.")
        asked = len(options["only"]) or len(RULES)
        self.stdout.write(f"Nothing breaks any of {asked} rules.")


def _is_known(found: Violation, known: set[str]) -> bool:
    """Tell whether a fault is a file that the storage sweep has noticed already."""
    return found.rule == "file.orphaned" and found.subject in known
