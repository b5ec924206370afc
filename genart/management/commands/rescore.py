"""`manage.py rescore`: measure pictures again by scorers or a CLIP that are new."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Add scores of the versions in use to pictures that lack them."""

    help = "Add scores of the versions in use; nothing is overwritten, no decision changes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which pictures and which scorers."""
        parser.add_argument("--candidate", action="append", type=UUID, default=[])
        parser.add_argument("--style", default="", help="slug")
        parser.add_argument("--brand", default="", help="slug")
        parser.add_argument("--scorer", action="append", default=[])
        parser.add_argument("--later", action="store_true", help="let a worker do it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, or ring for it, and say what was done."""
        from curation import services

        scope = {key: options[key] for key in ("style", "brand")} | {"scorers": options["scorer"]}
        try:
            if options["later"]:
                services.rescore_later(**scope)
                self.stdout.write("A worker measures them again, batch by batch.")
                return
            done = services.rescore(candidates=options["candidate"], **scope)
        except GenartError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{done.pictures} pictures measured, {done.rows} scores added.")
