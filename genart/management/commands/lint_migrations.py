"""`manage.py lint_migrations`: would anybody notice the migrations that are not released yet?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from genart.migrations_lint.linting import lint
from genart.migrations_lint.releases import last_release


class Command(BaseCommand):
    """Say what would be noticed, or that nothing would. Needs no database."""

    help = (
        "Check that migrations since the last release lock no large table for long, and that the "
        "running release can read and write beside them."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a line for each finding.

        Raises:
            CommandError: there are some.
        """
        found = lint()
        for finding in found:
            self.stdout.write(str(finding))
        if found:
            raise CommandError(f"{len(found)} things would be noticed.")
        self.stdout.write(f"Nobody will notice the migrations since release {last_release()[0]}.")
