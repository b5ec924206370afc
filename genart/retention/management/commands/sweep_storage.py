"""`manage.py sweep_storage`: files that no row names, and what becomes of them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from genart.retention.services.sweeping import Report, sweep_storage

SAYS = {
    "noticed": "noticed: no row names it",
    "parked": "parked: not named for long",
    "deleted": "deleted: parked for long",
    "put_back": "put back: a row names it after all",
    "foreign": "left alone: not in a folder that genart writes",
}


class Command(BaseCommand):
    """Sweep once and say what was done, or would be."""

    help = (
        "Look for stored files that no row names: they are noticed, after a grace period parked, "
        "and deleted some days later. Nothing that a row names is ever touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --dry-run."""
        parser.add_argument("--dry-run", action="store_true", help="say it, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep; one line a file, then the sums."""
        report = sweep_storage(now=timezone.now(), dry=options["dry_run"])
        for kind, says in SAYS.items():
            for name in getattr(report, kind):
                self.stdout.write(f"{name}: {says}")
        self.stdout.write(self._sums(report, options["dry_run"]))

    def _sums(self, report: Report, dry: bool) -> str:
        counts = ", ".join(
            f"{len(getattr(report, kind))} {says.partition(':')[0]}" for kind, says in SAYS.items()
        )
        return f"{'Would be: ' if dry else ''}{counts}; {report.bytes / 1e6:.1f} MB freed."
