"""`manage.py train_house`: train, look at and export the house model.

For: a front door to `generation/house/training/`. Not for: the training itself, which also
runs without Django as `python -m generation.house.training`.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generation.house.training.command import add_arguments, run


class Command(BaseCommand):
    """Run one step, or all of them."""

    help = "Train the house model on pictures drawn here, look at it, export its weights."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options that both front doors share."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the step; torch is imported only then."""
        run(options)
