"""The demo accounts of a development factory: one for each kind of person who uses genart."""

import json
import logging
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from genart.accounts.models import User
from genart.lib.files import write_whole

logger = logging.getLogger(__name__)

ROLES = {"admin": [], "curator": ["studio", "curators"], "buyer": []}
"""Who there is, and the groups of each."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(slots=True)
class Account:
    """A demo account as kept in the data folder.

    Attributes:
        username: its name.
        password: what it was made with.
        hashed: the stored form of that password; another one in the database means changed.
        changed: whether somebody chose another password since.
    """

    username: str
    password: str
    hashed: str = ""
    changed: bool = False


def demo_accounts() -> list[Account]:
    """Return the demo accounts, made on the first call. Safe to repeat.

    Their passwords are random, made once, and kept in `accounts.json` of the data folder, which
    only its owner can read.
    """
    path = settings.DATA_DIR / "accounts.json"
    kept = _read(path)
    accounts = [_account(username, kept.get(username)) for username in ROLES]
    _write(path, accounts)
    return accounts


def _account(username: str, kept: Account | None) -> Account:
    """Return one account; make its user where there is none."""
    account = kept or Account(username, new_password())
    user = User.objects.filter(username=username).first()
    if user is None:
        user = _create(account)
        account.hashed = user.password
    account.changed = user.password != account.hashed
    return account


def _create(account: Account) -> User:
    """Make the user of an account with its groups."""
    is_admin = account.username == "admin"
    user: User = User.objects.create_user(
        account.username,
        f"{account.username}@example.com",
        account.password,
        is_staff=is_admin,
        is_superuser=is_admin,
    )
    user.groups.set(Group.objects.filter(name__in=ROLES[account.username]))
    return user


def new_password() -> str:
    """Return a random password of twelve letters in three groups, about 59 bits."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _read(path: Path) -> dict[str, Account]:
    """Return the accounts kept in `path`; none where it cannot be read.

    Then the passwords are unknown, and the users keep them: they are shown as changed.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {row["username"]: Account(**row) for row in rows}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError) as error:
        logger.warning("%s cannot be read (%s) and is written anew.", path, error)
        return {}


def _write(path: Path, accounts: list[Account]) -> None:
    """Keep the accounts in a file that only its owner can read."""
    content = json.dumps([asdict(account) for account in accounts], indent=1)
    write_whole(path, content.encode(), mode=0o600)
