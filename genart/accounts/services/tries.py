"""Counts tries, in the database, and refuses those that are too many.

Guessing is slowed by name, by network and by session, without handing anybody the means to lock a
person out: a browser in which somebody has signed in before is counted for itself, so strangers'
tries do not close it, nor does the limit of its network; and a passkey signs in past all of it.
Names that do not exist are counted like those that do, so a refusal tells nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from genart.accounts.models import SignInTry, User
from genart.accounts.sealing import digest
from genart.lib.errors import GenartError

Kind, Outcome = SignInTry.Kind, SignInTry.Outcome
KEEP_DAYS = 90
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


class TooManyTries(GenartError):
    """Somebody tried too often: answered 429."""

    code = "too_often"
    status = 429


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries are let through within a time; `all_count`: those that went well too."""

    most: int
    within: timedelta
    all_count: bool = False


BY_NAME = {
    Kind.PASSWORD: Limit(10, QUARTER),
    Kind.FACTOR: Limit(8, QUARTER),
    Kind.RESET: Limit(3, HOUR, all_count=True),
}
BY_ADDRESS = {
    Kind.PASSWORD: Limit(50, QUARTER),
    Kind.FACTOR: Limit(50, QUARTER),
    Kind.PASSKEY: Limit(50, QUARTER),
    Kind.RESET: Limit(20, HOUR, all_count=True),
    Kind.SIGN_UP: Limit(20, HOUR, all_count=True),
}


@transaction.atomic
def begin_try(
    *, kind: SignInTry.Kind, name: str = "", address: str = "", device: str = ""
) -> SignInTry:
    """Write a try down before anything is checked, and let it through or not.

    Tries for one name follow each other, so that a hundred at once are no way around the limit.

    Args:
        kind: of what.
        name: whose, as typed; whether there is such a person makes no difference.
        address: the network address it comes from.
        device: digest of the browser, where its person has signed in with it before.

    Returns:
        The try; `REFUSED` where it is one too many: then check nothing, and say `refusal()`.
    """
    attempt = SignInTry(
        kind=kind,
        name_digest=name_digest(name) if name else "",
        address=network_of(address),
        device_digest=device,
    )
    with connection.cursor() as cursor:
        key = attempt.name_digest or str(attempt.address)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{kind}{key}"])
    if _is_too_many(attempt):
        attempt.outcome = Outcome.REFUSED
    attempt.save()
    return attempt


def end_try(*, attempt: SignInTry, passed: bool, user: User | None = None) -> None:
    """Say how a try went. Safe to repeat."""
    attempt.outcome = Outcome.PASSED if passed else Outcome.FAILED
    attempt.user = user
    attempt.save(update_fields=["outcome", "user"])


def refusal(attempt: SignInTry) -> TooManyTries:
    """Return the error of a refused try."""
    kind = Kind(attempt.kind)
    limit = BY_NAME.get(kind) or BY_ADDRESS[kind]
    minutes = int(limit.within.total_seconds() // 60)
    return TooManyTries(
        gettext("Too many tries. Wait %(minutes)s minutes and try again.") % {"minutes": minutes}
    )


def forgive(*, name: str) -> int:
    """Forget the failed tries for a name, so that its person need not wait; return how many."""
    wrong = SignInTry.objects.filter(name_digest=name_digest(name))
    return wrong.exclude(outcome=Outcome.PASSED).delete()[0]


def forget_old_tries() -> int:
    """Remove tries that are older than `KEEP_DAYS`; return how many."""
    before = timezone.now() - timedelta(days=KEEP_DAYS)
    return SignInTry.objects.filter(at__lt=before).delete()[0]


def name_digest(name: str) -> str:
    """Return the digest under which tries for a name are counted, however it is written."""
    return digest("name", name.strip().casefold()[:254])


def network_of(address: str) -> str | None:
    """Return what is counted as one place: an IPv4 address, or the first address of an IPv6 /64."""
    try:
        plain = ip_address(address.split("%")[0])
    except ValueError:
        return None
    if plain.version == 4:
        return str(plain)
    return str(ip_network((plain, 64), strict=False).network_address)


def _is_too_many(attempt: SignInTry) -> bool:
    """Tell whether a limit is reached: of the name in this kind of browser, or of the network."""
    kind = Kind(attempt.kind)
    by_name, by_address = BY_NAME.get(kind), BY_ADDRESS.get(kind)
    if by_name and attempt.name_digest:
        same = Q(name_digest=attempt.name_digest, device_digest=attempt.device_digest)
        if _counted(attempt, by_name).filter(same).count() >= by_name.most:
            return True
    if not by_address or not attempt.address or attempt.device_digest:
        return False
    return _counted(attempt, by_address).filter(address=attempt.address).count() >= by_address.most


def _counted(attempt: SignInTry, limit: Limit) -> QuerySet[SignInTry]:
    """Return the tries of a kind that a limit counts."""
    since = timezone.now() - limit.within
    counted = [Outcome.ASKED, Outcome.FAILED] + ([Outcome.PASSED] if limit.all_count else [])
    return SignInTry.objects.filter(kind=attempt.kind, at__gt=since, outcome__in=counted)
