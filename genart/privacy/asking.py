"""How commands say whom they mean: an account by its name, a guest by his address."""

from typing import Any

from django.core.management.base import CommandParser

from genart.accounts.models import User
from genart.lib.errors import NotFound
from genart.privacy.inventory import holdings
from genart.privacy.subject import Subject, guest


def add_person(parser: CommandParser) -> None:
    """Take --user or --email."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", help="name of the account")
    who.add_argument("--email", help="address of a guest; accounts are meant by their name only")


def person_of(options: dict[str, Any]) -> Subject:
    """Return whom a command means.

    Raises:
        NotFound: there is no such account, or nothing is held under the address.
    """
    if options.get("user"):
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise NotFound(f"There is no account {options['user']}.")
        return Subject(user=user)
    subject = guest(options["email"])
    if not any(holding.find(subject).exists() for holding in holdings()):
        raise NotFound(f"Nothing is held about the guest {subject}.")
    return subject
