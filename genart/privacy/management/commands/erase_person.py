"""`manage.py erase_person`: the end of the data of an account, or of a guest who wrote to us."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from genart.lib.errors import GenartError
from genart.privacy.asking import add_person, person_of
from genart.privacy.models import DataRequest
from genart.privacy.services import requests


class Command(BaseCommand):
    """Erase at once with --yes; else say what is held. Make sure first that it is he who asks."""

    help = "Erase an account (--user) or a guest (--email): what is held is told, --yes does it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and --yes."""
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="do it now; it cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what is held, or erase it."""
        from genart.privacy.inventory import holdings

        try:
            subject = person_of(options)
            if not options["yes"]:
                for holding in holdings():
                    count = holding.find(subject).count()
                    if count:
                        self.stdout.write(f"{holding.title} ({count}): {holding.fate.value}")
                self.stdout.write("Nothing was changed; --yes erases it.")
                return
            asked = requests.ask_erasure(subject=subject)
        except GenartError as error:
            raise CommandError(error.message) from None
        DataRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now())
        if not requests.fulfil(request_id=asked.pk):
            asked.refresh_from_db()
            raise CommandError(asked.problem or "Somebody else is at it just now.")
        asked.refresh_from_db()
        for name, done in asked.outcome.items():
            self.stdout.write(f"{name}: {done['rows']} ({done['fate']})")
