"""`manage.py verify_render ID`: prove that an image can be made again."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError
from generation.models import Render
from generation.verify import verify_render


class Command(BaseCommand):
    """Render again and report equal bytes or the largest difference; status 1 if they differ."""

    help = "Render an image again and compare it with the stored one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        parser.add_argument("render", type=UUID, help="id of the render")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify one render."""
        render = Render.objects.select_related("checkpoint").filter(pk=options["render"]).first()
        if render is None:
            raise CommandError(f"There is no render {options['render']}.")
        try:
            result = verify_render(render)
        except GenartError as error:
            raise CommandError(error.message) from None
        if result.equal:
            self.stdout.write(self.style.SUCCESS(f"Equal to the byte: {render.sha256}"))
            return
        self.stdout.write(f"Not equal: the largest difference is {result.largest_difference}/255.")
        for name, (then, now) in result.changed.items():
            self.stdout.write(f"  {name}: {then} then, {now} now")
        raise SystemExit(1)
