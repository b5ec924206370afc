"""`manage.py evaluate_house`: measure the house model and write `generation/house/REPORT.md`.

For: a front door to `generation/house/evaluation/`. Not for: what is measured, or goals: those are
checked by `make bench ONLY=house` with the same figures.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Measure all parts, or some, and write the report when nothing is missing."""

    help = "Measure the house model on held-out prompts; goes on where an earlier run stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("parts", nargs="*", help="only these parts; all when left out")
        parser.add_argument("--prompts", type=int, default=500, help="held-out prompts")
        parser.add_argument("--adapter-prompts", type=int, default=64, help="for each adapter")
        parser.add_argument("--out", type=Path, default=Path("var/house/evaluation"))
        parser.add_argument("--device", default="cpu", help="where the judge is trained")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the evaluation; torch is imported only then."""
        from generation.house.evaluation import report
        from generation.house.evaluation.running import PARTS, Evaluation

        run = Evaluation(
            out=options["out"],
            prompts=options["prompts"],
            adapter_prompts=options["adapter_prompts"],
            device=options["device"],
        )
        for name in options["parts"] or PARTS:
            self.stdout.write(f"{name}: {run.part(name)}")
        if not options["parts"]:
            self.stdout.write(f"Wrote {report.write(run)}.")
