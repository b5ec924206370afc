"""Erases a person: what is his alone is deleted, what is a record of something else loses his name.

The account's row stays as a number without a name, so that logs to which rows are only added stay
whole: they say that number 17 decided, and nobody can say who that was. Papers of purchases stay
as long as the law asks (`genart/retention/`). All happens in one transaction; files go after it.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from catalog.models import Artwork, CreditEntry, Order, Refund, TextRevision
from catalog.models.orders import new_secret
from curation.models import Candidate
from genart.accounts.models import User
from genart.accounts.services.sessions import end_every_session
from genart.lib.audit import note
from genart.lib.errors import StateConflict
from genart.privacy.holdings import Fate, Holding
from genart.privacy.inventory import holdings
from genart.privacy.inventory.purchases import orders_of
from genart.privacy.models import DataRequest
from genart.privacy.subject import Subject
from genart.retention.rules import end_of_papers
from genart.retention.services.forgetting import ERASED, OF_ORDER, anonymise_papers
from generation.models import Style

NAMES: tuple[tuple[type[Model], str, str | list[str]], ...] = (
    (Candidate, "reasons", ["Decision of user:{} taken back."]),
    (Artwork, "decided_by", "user:{}"),
    (Artwork, "withdrawn_reason", "{} took the approval back."),
    (TextRevision, "writer", "person:{}"),
    (Style, "name", "Sketch of {}"),
)
"""Columns that hold the user name in a sentence: table, column, the sentence."""


def obstacle(subject: Subject) -> str:
    """Return why somebody cannot be erased now, and what to do; empty where he can."""
    user = subject.user
    if user is not None and user.is_superuser:
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
        if not others.exists():
            return "You are the last administrator. Make somebody else one first."
    orders = orders_of(subject)
    if orders.filter(state=Order.State.PENDING, expires_at__gt=timezone.now()).exists():
        return (
            "An order waits for its payment. Pay it or cancel it first; unpaid, it ends by itself."
        )
    if Refund.objects.filter(order__in=orders, state=Refund.State.PENDING).exists():
        return "Money is on its way back to you. Ask again when it has arrived."
    return ""


def credits_left(subject: Subject) -> int:
    """Return how many cents of credits an erasure would give up."""
    if subject.user is None:
        return 0
    entries = CreditEntry.objects.filter(user=subject.user).values_list("cents", flat=True)
    return sum(entries)


@transaction.atomic
def erase(subject: Subject, *, request_id: UUID | None = None) -> dict[str, Any]:
    """Erase somebody; return rows by holding with their fate. Safe to repeat.

    Raises:
        StateConflict: he cannot be erased now; nothing was changed.
    """
    if subject.user is not None:
        User.objects.select_for_update().get(pk=subject.user.pk)
    why_not = obstacle(subject)
    if why_not:
        raise StateConflict(why_not)
    outcome: dict[str, Any] = {}
    files: list[str] = []
    for holding in holdings():
        count = holding.find(subject).count()
        if count:
            outcome[holding.name] = {"rows": count, "fate": holding.fate.name.lower()}
    files += _archives_of(subject, request_id)
    for holding in holdings():
        files += _apply(holding, subject)
    _empty_orders(subject)
    if subject.user is not None:
        _unname(subject.user)
    note(verb="person.erased", subject=subject.user, after={"request": str(request_id or "")})
    transaction.on_commit(lambda: _remove(files))
    return outcome


def _apply(holding: Holding, subject: Subject) -> list[str]:
    """Do to a holding's rows what its fate says; return the files that go with them."""
    rows = holding.find(subject)
    if holding.fate is Fate.DELETE:
        names = [
            name
            for column in holding.files
            for name in rows.exclude(**{column: ""}).values_list(column, flat=True)
        ]
        rows.order_by().delete()
        return names
    if holding.fate is Fate.BLANK and holding.blanks:
        rows.order_by().update(**holding.blanks)
    return []


def _empty_orders(subject: Subject) -> None:
    """Take from orders what no law asks for: all of those never paid, the address of the others.

    The secret changes, so that no mailed link opens them any more.
    """
    ids = list(orders_of(subject).values_list("pk", flat=True))
    orders = Order.objects.filter(pk__in=ids)
    orders.filter(paid_at=None).update(**OF_ORDER)
    orders.update(email="" if subject.user else ERASED)
    old = orders.filter(paid_at__lt=end_of_papers(timezone.now()))
    free = list(old.values_list("pk", flat=True))
    anonymise_papers(free)
    Order.objects.filter(pk__in=free).update(**OF_ORDER)
    for order in orders:
        Order.objects.filter(pk=order.pk).update(secret=new_secret())


def _unname(user: User) -> None:
    """Make an account a number: nobody can sign in, and no column says who it was."""
    was, now_called = user.get_username(), f"erased-{user.pk}"
    for table, column, sentence in NAMES:
        table._base_manager.filter(**{column: _naming(sentence, was)}).update(
            **{column: _naming(sentence, now_called)}
        )
    user.username, user.first_name, user.last_name, user.email = now_called, "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    end_every_session(user=user)


def _naming(sentence: str | list[str], name: str) -> str | list[str]:
    """Return a sentence, or a list of them, with a name in it."""
    if isinstance(sentence, str):
        return sentence.format(name)
    return [one.format(name) for one in sentence]


def _archives_of(subject: Subject, request_id: UUID | None) -> list[str]:
    """Say in the rows of somebody's archives that these are gone; return their files."""
    made = DataRequest.objects.filter(user=subject.user, email=subject.email).exclude(file="")
    names = list(made.values_list("file", flat=True))
    made.update(state=DataRequest.State.EXPIRED, file="")
    waiting = DataRequest.objects.filter(
        user=subject.user, email=subject.email, state=DataRequest.State.WAITING
    ).exclude(pk__in=[request_id] if request_id else [])
    waiting.update(state=DataRequest.State.CANCELLED)
    return names


def _remove(names: Iterable[str]) -> None:
    """Delete files; one that is gone already is gone."""
    for name in names:
        storages["originals"].delete(name)
