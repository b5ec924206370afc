"""A buyer with some of everything, and a guest beside him who must never come along."""

from typing import Any

import pytest

from catalog.models import Cart, DemandGap, SavedSearch, SentMail, Wish
from catalog.services.papers import issue_invoice
from genart.accounts.models import ApiToken
from genart.privacy.subject import Subject, guest
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_artwork, make_licence, make_user


@pytest.fixture
def work(db: None) -> Any:
    """A published work with its files."""
    return make_artwork()


@pytest.fixture
def zoe(work: Any) -> Any:
    """An account that bought, saved, laid aside and waits."""
    user = make_user("zoe", first_name="Zoë", last_name="Ångström")
    order = paid_order([work], buyer=user, bill_to="Zoë Ångström\nStraße 1")
    issue_invoice(order=order)
    SentMail.objects.create(key=f"receipt:{order.pk}", to=user.email, subject="Receipt")
    cart = Cart.objects.create(user=user)
    cart.items.create(artwork=work, licence=make_licence("personal"))
    user.lightboxes.create(title="Küche").items.create(artwork=work)
    SavedSearch.objects.create(
        user=user, name="arches", query="q=arches", seen_until=user.date_joined,
        told_until=user.date_joined,
    )  # fmt: skip
    gap = DemandGap.objects.create(phrase="moon")
    Wish.objects.create(gap=gap, user=user, text="moon", state="waiting")
    ApiToken.objects.create(user=user, sha256="5" * 64, scopes=["orders:read"])
    return user


@pytest.fixture
def guest_order(work: Any) -> Any:
    """What a guest bought, who uses the account's address."""
    order = paid_order([work], email="zoe@example.com", bill_to="A guest\nSomewhere")
    issue_invoice(order=order)
    SentMail.objects.create(key=f"receipt:{order.pk}", to="zoe@example.com", subject="Receipt")
    return order


@pytest.fixture
def subject(zoe: Any) -> Subject:
    """The account as a subject."""
    return Subject(user=zoe)


@pytest.fixture
def stranger_subject() -> Subject:
    """The guest as a subject."""
    return guest("Zoe@example.com")
