"""Take off every second factor of a person: `manage.py reset_factors USER`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.accounts.models import User
from genart.accounts.services.factors import reset_factors
from genart.accounts.services.notices import tell
from genart.accounts.services.sessions import end_every_session


class Command(BaseCommand):
    """First aid for whoever has lost phone, keys and paper, the last administrator included."""

    help = "Remove passkeys, authenticator and recovery codes of a person, and end his sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the person."""
        parser.add_argument("user", help="username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, write it down, and tell the person by mail."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user named {options['user']}.")
        reset_factors(user=user)
        end_every_session(user=user)
        tell(user=user, notice="factors_reset")
        self.stdout.write(f"{user} signs in with the password alone, until a new factor is added.")
