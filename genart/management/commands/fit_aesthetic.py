"""`manage.py fit_aesthetic`: fit the workmanship scorer on drawings and their ruins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Draw, spoil, fit, and write `curation/scorers/aesthetic.json`."""

    help = "Fit the weights of the scorer `aesthetic` anew; minutes on one core."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many drawings, and the seed."""
        parser.add_argument("--count", type=int, default=1500)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fit, write, and print the card."""
        from curation.scorers import aesthetic, fitting

        fitted = fitting.fit(options["count"], options["seed"])
        fitting.write(fitted, aesthetic.WEIGHTS)
        self.stdout.write(str(fitted["card"]))
        self.stdout.write("Raise the version of the scorer when the weights changed.")
