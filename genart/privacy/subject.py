"""Whose data it is: an account, or a guest who bought with nothing but an address."""

from dataclasses import dataclass

from genart.accounts.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the rows know him.

    An account's address is not proven, so rows that an address alone names are never its own.

    Attributes:
        user: the account; `None` for a guest.
        email: a guest's address, in lower case; empty for an account.
    """

    user: User | None = None
    email: str = ""

    def __str__(self) -> str:
        """Name him for an operator."""
        return self.user.get_username() if self.user else self.email


def guest(email: str) -> Subject:
    """Return the guest of an address."""
    return Subject(email=email.strip().lower())
