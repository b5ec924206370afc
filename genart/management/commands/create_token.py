"""Make an API token: `manage.py create_token USER --scope jobs:write --scope jobs:read`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.accounts.models import ApiToken, User
from genart.accounts.services import create_token
from genart.lib.errors import InvalidInput


class Command(BaseCommand):
    """Print a new token's secret once; only its hash is kept."""

    help = "Make an API token for a user and print its secret, which cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the user, the scopes and a name."""
        parser.add_argument("user", help="username")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            help=f"one of {', '.join(ApiToken.Scope.values)}; may be repeated",
        )
        parser.add_argument("--name", default="token", help="to recognise it by in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the token."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user named {options['user']}.")
        try:
            _token, secret = create_token(user=user, scopes=options["scope"], name=options["name"])
        except InvalidInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)
