"""Credits: prepaid spending of an account. One credit stands for one cent of price.

The balance is the sum of entries that are never changed. What takes credits away holds the row
lock of the account; each entry has a key that says what it is for, so that nothing counts twice.
For VAT a pack is a voucher for many purposes (Directive 2006/112/EC, Article 30a): none is due when
it is bought, all when it is spent.
"""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_noop

from catalog.models import CreditEntry, Order
from genart.accounts.models import User
from genart.lib import audit


def balance_of(user: User | None) -> int:
    """Return an account's credits, in cents; a guest has none."""
    if user is None:
        return 0
    total = CreditEntry.objects.filter(user=user).aggregate(sum=Sum("cents"))["sum"]
    return int(total or 0)


def add_entry(*, user: User, cents: int, reason: str, key: str, order: Order | None = None) -> bool:
    """Write a movement; return whether it is new. Nothing is written for no cents."""
    if not cents:
        return False
    _entry, created = CreditEntry.objects.get_or_create(
        key=key, defaults={"user": user, "cents": cents, "reason": reason[:120], "order": order}
    )
    return created


def give_credits(*, user: User, cents: int, reason: str, key: str) -> bool:
    """Give an account credits, for a reason that its holder reads. Safe to repeat by the key."""
    with transaction.atomic():
        is_new = add_entry(user=user, cents=cents, reason=reason, key=f"gift:{key}"[:80])
        if is_new:
            audit.note(verb="credits.given", subject=user, after={"cents": cents, "reason": reason})
    return is_new


def lock_account(user: User) -> None:
    """Hold the account's credits until the end of the transaction."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def spend_on(order: Order) -> bool:
    """Take the credits of an order from its account, unless it holds them already.

    The caller holds the order's lock. Return False, with nothing taken, where they do not suffice.
    """
    if not order.credits_cents or order.buyer is None or held_by(order):
        return True
    lock_account(order.buyer)
    if balance_of(order.buyer) < order.credits_cents:
        return False
    return _move(order, -order.credits_cents, gettext_noop("Spent on licences"))


def return_from(order: Order) -> bool:
    """Give back the credits that an order holds and that will not be needed."""
    held = held_by(order)
    return bool(held) and _move(order, held, gettext_noop("Returned: the order was not paid"))


def held_by(order: Order) -> int:
    """Return the credits that an order holds now: what was taken less what went back."""
    moved = order.creditentry_set.filter(key__startswith="order:").aggregate(sum=Sum("cents"))
    return -int(moved["sum"] or 0)


def _move(order: Order, cents: int, reason: str) -> bool:
    assert order.buyer is not None  # noqa: S101  (an order with credits has an account)
    number = order.creditentry_set.filter(key__startswith="order:").count()
    key = f"order:{order.pk}:{number}"
    return add_entry(user=order.buyer, cents=cents, reason=reason, key=key, order=order)
