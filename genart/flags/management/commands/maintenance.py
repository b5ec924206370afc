"""`manage.py maintenance on|off|status`: close the shop for writing, and open it again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from genart.flags import maintenance, snapshot
from genart.flags.services import begin_maintenance, end_maintenance


class Command(BaseCommand):
    """Begin or end maintenance; every process follows within seconds."""

    help = "Let the shop be looked at and nothing be written, and workers begin nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be said."""
        parser.add_argument("do", choices=["on", "off", "status"])
        parser.add_argument("--message", default="", help="a sentence for visitors")
        parser.add_argument("--minutes", type=int, help="when it should be over")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what is so now."""
        if options["do"] == "on":
            begin_maintenance(message=options["message"], minutes=options["minutes"])
        elif options["do"] == "off":
            end_maintenance()
        snapshot.forget()
        said = "Maintenance is on: nothing is written." if maintenance.is_on() else "All is open."
        self.stdout.write(said)
