"""`manage.py export_outlet`: make a bundle for another outlet, here and now."""

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Artwork, Collection, OutletExport
from catalog.outlets import OUTLETS
from catalog.services.collections import works_of
from catalog.services.outlets import make_export, open_bundle, start_export
from catalog.shelf import on_sale
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Make a bundle."""

    help = f"Make a bundle of works for another outlet: {', '.join(OUTLETS)}."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take outlet, works and where to write."""
        parser.add_argument("outlet")
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--collection", help="slug of a collection")
        chosen.add_argument("--style", help="slug of a style")
        chosen.add_argument("--all", action="store_true", help="every work on sale")
        parser.add_argument("--enlarge", action="store_true",
                            help="enlarge small works, where the outlet takes it")  # fmt: skip
        parser.add_argument("--out", required=True, help="the zip to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, write it, and say what was held."""
        try:
            works = self._works(options).values_list("pk", flat=True)
            export = start_export(
                outlet=options["outlet"], artwork_ids=works, upscale=options["enlarge"]
            )
            made = make_export(export_id=export.pk) or export
            self._tell(made)
            self._write(made, Path(options["out"]))
        except GenartError as error:
            raise CommandError(error.message) from error

    def _works(self, options: dict[str, Any]) -> Any:
        if options["all"]:
            return on_sale()
        if options["style"]:
            return on_sale().filter(style_slug=options["style"])
        found = Collection.objects.filter(slug=options["collection"]).first()
        if found is None:
            raise CommandError(f"There is no collection “{options['collection']}”.")
        return Artwork.objects.filter(pk__in=works_of(found).values("pk"))

    def _tell(self, export: OutletExport) -> None:
        items = export.items.select_related("artwork")
        for item in items.filter(included=False):
            self.stdout.write(f"held: {item.artwork.title}: {' '.join(item.reasons)}")
        included = items.filter(included=True).count()
        self.stdout.write(f"{included} of {items.count()} works for {export.outlet}")

    def _write(self, export: OutletExport, target: Path) -> None:
        if export.state == OutletExport.State.FAILED:
            raise CommandError(export.problem)
        with open_bundle(export=export) as file, target.open("wb") as out:
            shutil.copyfileobj(file, out)
        self.stdout.write(f"written: {target}")
