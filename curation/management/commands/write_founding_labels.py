"""`manage.py write_founding_labels`: keep what was said of a founding sample with the project."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from curation.founding.labels import FILE, Founding, write


class Command(BaseCommand):
    """Every picture of the sample counts: those that are not refused are approved."""

    help = "Write the labels of a founding sample into curation/data/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        parser.add_argument("--sample", type=Path, default=settings.BASE_DIR / "var" / "founding")
        parser.add_argument("--refused", default="", help="numbers and ranges: 3,17,40-42")
        parser.add_argument("--file", type=Path, default=FILE, help="where to write them")
        parser.add_argument("--note", default="", help="who judged what, in words")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the sample, write the labels."""
        folder = Path(options["sample"])
        try:
            content = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
            rows = np.load(folder / "sample.npz")["rows"]
        except OSError as error:
            raise CommandError(f"There is no sample in {folder}: {error.strerror}.") from None
        refused = numbers(options["refused"])
        unknown = sorted(number for number in refused if not 1 <= number <= len(rows))
        if unknown:
            raise CommandError(f"The sample has pictures 1 to {len(rows)}, not {unknown}.")
        accepted = np.array([number not in refused for number in range(1, len(rows) + 1)])
        founding = Founding(
            names=tuple(content["names"]),
            rows=rows,
            scores=tuple(content["scores"]),
            passes=np.array(content["passes"], bool),
            accepted=accepted,
            versions=content["versions"],
            note=options["note"] or content["title"],
        )
        size = write(founding, Path(options["file"]))
        self.stdout.write(
            f"{len(founding)} labels, {int((~accepted).sum())} refused, "
            f"{int(founding.passes.sum())} pass the rules: {options['file']}, {size / 1000:.0f} kB."
        )


def numbers(text: str) -> set[int]:
    """Return the numbers of a list such as `3,17,40-42`.

    Raises:
        CommandError: something in it is not a number.
    """
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _dash, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise CommandError(f"{part} is not a number or a range such as 40-42.")
        found.update(range(int(first), int(last or first) + 1))
    return found
