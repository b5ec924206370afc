"""`manage.py protect_log`: keep the log of decisions safe from the application's own role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.ownership import as_owner, is_protected, protect, statements


class Command(BaseCommand):
    """Print or say what the owner of the tables has to say, and tell whether it holds."""

    help = (
        "Print the statements by which the application's database role loses the right to change "
        "the log of decisions. With --do they are run as the role of DATABASE_OWNER_URL."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --do."""
        parser.add_argument("--do", action="store_true", help="run them as the owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the statements, or run them; then tell whether the log is safe."""
        role = settings.DATABASE_ROLE
        if not options["do"]:
            self.stdout.write("-- The tables must belong to another role, which migrates:")
            self.stdout.write("-- set DATABASE_OWNER_URL to it, and run these as that role.")
            self.stdout.write("".join(f"{statement};\n" for statement in statements(role)))
            return
        if settings.DATABASE_OWNER is None:
            raise CommandError("Set DATABASE_OWNER_URL to the role that owns the tables.")
        with as_owner():
            protect(role)
            if not is_protected(role):
                raise CommandError(
                    f"{role} can still change the log: it owns the tables, is a member of the "
                    "role that does, or is a superuser."
                )
        self.stdout.write(f"{role} can read the log and add to it, no more.")
