"""Make the data of a release: a working shop by its own verbs, and a row in every other table.

Run at each release, and commit the folder that it writes:

    UPGRADE_BACKUP=$PWD/tests/genart/upgrade/release-0.2 \
        .venv/bin/python -m pytest tests/genart/upgrade/make_backup.py

What is kept is an ordinary backup, so that reading it back proves `restore` as well.
"""

import os
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog import defaults as catalog_defaults
from catalog import services as catalog
from catalog.models import (
    Artwork,
    CollectionPick,
    DemandGap,
    Grant,
    Order,
    Redirect,
    Refund,
    TestCheckout,
    Wish,
)
from catalog.provenance.delivery import deliver
from catalog.services import shelving
from catalog.services.lightboxes import make_lightbox
from catalog.services.mails import send_receipt_mail
from catalog.services.sealing import seal_artwork
from catalog.services.searches import save_search
from curation import defaults as curation_defaults
from curation.models import Candidate, Comparison, Decision, Gate
from genart.accounts.services import create_token
from genart.backup.saving import save
from generation import defaults as generation_defaults
from generation.models import Style
from generation.services.pictures import keep_picture
from tests.catalog.money.conftest import buyer_of, cart_with, paid_order
from tests.conftest import make_user
from tests.factories import make_artwork, make_job, make_picture, make_render, png_bytes
from tests.genart.upgrade.filling import fill

pytestmark = pytest.mark.django_db(transaction=True)
EMPTY = {"django_session"}
"""Tables that may be empty: nothing in them outlives a release."""


def test_make_the_data_of_this_release(broker):
    folder = Path(os.environ["UPGRADE_BACKUP"])
    for app in (generation_defaults, curation_defaults, catalog_defaults):
        app.load()
    curator = make_user("curator", "studio", "curators")
    buyer = make_user("Zoë", first_name="Zoë", last_name="Ångström")
    make_user("admin", is_staff=True, is_superuser=True)
    works = make_shop(curator)
    for work in works:
        seal_artwork(artwork_id=work.pk)
    buy_and_refund(buyer, works)
    for order in Order.objects.exclude(paid_at=None):
        send_receipt_mail(order_id=order.pk)
    keep_things(buyer, curator, works)
    judge(curator)
    shelving.fold()
    fill_the_rest()

    save(folder)

    empty = {model._meta.db_table for model in tables() if not model._base_manager.exists()}
    assert empty <= EMPTY


def make_shop(curator):
    style = Style.objects.get(slug="boho-arches")
    job = make_job(owner=curator, title="Vier Bögen – “né”", collection="arches")
    works = [
        make_artwork(render=make_render(job=job, style_version=style.current_version, index=place))
        for place in range(4)
    ]
    for state in ("queued", "failed", "cancelled"):
        make_render(job=job, style_version=style.current_version, state=state)
    catalog.withdraw_artwork(render_id=works[3].render_id, reason="The approval was taken back.")
    return works


def buy_and_refund(buyer, works):
    zoe = buyer_of(buyer, email="zoe@example.com", bill_to="Zoë Ångström\nStraße 1")
    whole = paid_order(buyer, works[0], buyer=zoe)
    paid_order(None, works[1])
    back = paid_order(buyer, works[1], works[2], buyer=zoe)
    catalog.refund_order(order=back, lines=[back.lines.first()], reason="Too dark.")
    catalog.start_order(cart=cart_with(None, works[2]), buyer=buyer_of(None))
    cart_with(buyer, works[2])
    assert Order.objects.filter(state="paid").count() >= 2 and Refund.objects.exists()
    assert TestCheckout.objects.exists() and whole.invoices.count() == 1
    deliver(Grant.objects.filter(order_line__order=whole).get())


def keep_things(buyer, curator, works):
    box = make_lightbox(user=buyer, title="Für später")
    box.items.create(artwork=works[0], note="für die Küche")
    save_search(user=buyer, query="q=arches&color=red")
    create_token(user=curator, scopes=["jobs:read"], name="script")
    keep_picture(content=png_bytes(make_picture(80, 80)), name="Skizze", rights="ours", by=curator)
    gap = fill(DemandGap, closed_at=None, state="open")
    fill(Wish, gap=gap, user=buyer, email="", state="waiting", told_at=None)
    fill(CollectionPick, artwork=works[0])
    fill(Redirect)
    fill(LogEntry, user=curator)


def judge(curator):
    for work in Artwork.objects.all():
        candidate = fill(
            Candidate, render=work.render, state="approved", sample_share=0.1, publish_at=None,
            retry_at=None,
        )  # fmt: skip
        fill(
            Decision, candidate=candidate, user=curator, gate=Gate.objects.first(),
            verdict="approve",
        )  # fmt: skip
    winner, loser = Candidate.objects.all()[:2]
    fill(Comparison, winner=winner, loser=loser, user=curator)


def fill_the_rest():
    """Give every table that has no row yet one or two."""
    for model in tables():
        for _ in range(2):
            if model._base_manager.count() < 2:
                try:
                    with transaction.atomic():
                        fill(model, **FIXED.get(model._meta.label, {}))
                except (IntegrityError, TypeError) as error:
                    if not model._base_manager.exists():
                        print(f"{model._meta.label}: {error}")


FIXED = {
    "catalog.Promotion": {"percent_off": 10, "cents_off": 0},
    "catalog.AutopilotProposal": {"state": "waiting"},
    "curation.Assignment": {"state": "open"},
    "catalog.AutopilotAlarm": {"lifted_at": timezone.now()},
}


def tables():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
