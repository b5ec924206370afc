"""`manage.py export_person`: the archive of an account, or of a guest who wrote to the shop."""

from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError
from genart.privacy.asking import add_person, person_of
from genart.privacy.services import requests


class Command(BaseCommand):
    """Write the archive to a file; make sure first that it is he who asks."""

    help = "Write everything about an account (--user) or a guest (--email) into a ZIP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and the file."""
        add_person(parser)
        parser.add_argument("--to", type=Path, required=True, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the archive at once, whatever workers there are."""
        try:
            subject = person_of(options)
            asked = requests.ask_export(subject=subject)
            requests.fulfil(request_id=asked.pk)
        except GenartError as error:
            raise CommandError(error.message) from None
        asked.refresh_from_db()
        with storages["originals"].open(asked.file) as file:
            options["to"].write_bytes(file.read())
        if subject.user is None:  # a guest has no page to fetch it from
            requests.remove_archive(asked)
        for name, count in asked.outcome.items():
            self.stdout.write(f"{name}: {count}")
        self.stdout.write(f"{options['to']}: {asked.size_bytes:,} bytes, SHA-256 {asked.sha256}")
