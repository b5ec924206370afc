"""Find bought works again without an account: a mailed link opens all orders of an address.

The answer is the same whether an address is known or not, and takes as long: an actor looks. A link
ends after an hour. Who opened it has the mail box, so an account may take the orders over.
"""

from hashlib import sha256

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from catalog.models import Grant, Order
from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput
from genart.lib.languages import language_now
from genart.lib.queue import send_on_commit

SALT = "catalog.recovery"
LINK_SECONDS = 3600
MAILS_AN_HOUR = 3
"""To one address, so that nobody is flooded with mails he did not ask for."""
ASKS_AN_HOUR = 20
"""From one visitor's address."""


class TooOften(GenartError):
    """Asked too often: answered 429."""

    code = "too_often"
    status = 429


class LinkEnded(GenartError):
    """The mailed link is too old, or was cut off: answered 410."""

    code = "link_ended"
    status = 410


def ask_recovery(*, email: str, visitor: str) -> None:
    """Have a link sent to an address, if anything was bought by it.

    Args:
        email: as typed.
        visitor: the network address that asks.

    Raises:
        InvalidInput: this is no address.
        TooOften: this visitor asked too often.
    """
    from catalog.tasks_papers import send_recovery  # late: workers import the verbs

    plain = email.strip().lower()
    odd = " " in plain or not plain.isprintable()
    if odd or "@" not in plain.strip("@") or len(plain) > 254:
        raise InvalidInput(
            "Write the address you bought with, as in ada@example.com.", where="email"
        )
    _count(visitor)
    send_on_commit(send_recovery, plain, language_now())


def sign_address(email: str) -> str:
    """Return the secret of a mailed link."""
    return signing.dumps(email, salt=SALT)


def address_of(secret: str) -> str:
    """Return the address that a link was mailed to.

    Raises:
        LinkEnded: it is too old, or was cut off.
    """
    try:
        email: str = signing.loads(secret, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        raise LinkEnded("This link has ended. Ask for a new one; that takes a minute.") from None
    return email


def orders_of(email: str) -> QuerySet[Order]:
    """Return what was bought by an address, newest first."""
    paid = Order.objects.filter(email__iexact=email, paid_at__isnull=False)
    return paid.select_related("buyer").prefetch_related("lines__artwork", "lines__credit_pack")


@transaction.atomic
def claim_orders(*, user: User, email: str) -> int:
    """Give a guest's orders to an account, by an address whose mail was opened; return how many.

    Safe to repeat. Orders of another account stay where they are.
    """
    rows = Order.objects.select_for_update(no_key=True).filter(email__iexact=email, buyer=None)
    ids = [order.pk for order in rows.order_by("pk")]
    Order.objects.filter(pk__in=ids).update(buyer=user)
    Grant.objects.filter(order_line__order__in=ids, buyer=None).update(buyer=user)
    return len(ids)


def mail_key(email: str) -> str:
    """Return what the keys of mails to an address begin with; the address is not in it."""
    return f"find:{sha256(email.encode()).hexdigest()[:24]}:"


def _count(visitor: str) -> None:
    key = f"find:{sha256(visitor.encode()).hexdigest()[:24]}"
    cache.add(key, 0, 3600)
    try:
        asked = cache.incr(key)
    except ValueError:  # it ended in between
        return
    if asked > ASKS_AN_HOUR:
        raise TooOften("That was often. Wait an hour, then ask again.")
