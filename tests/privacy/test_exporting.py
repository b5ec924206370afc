"""The archive holds everything about its person, papers included, and nothing about others."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from pypdf import PdfReader

from genart.lib.errors import StateConflict
from genart.privacy.models import DataRequest
from genart.privacy.services import requests
from genart.privacy.subject import Subject
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def archive_of(subject) -> zipfile.ZipFile:
    asked = requests.ask_export(subject=subject)
    assert requests.fulfil(request_id=asked.pk)
    asked.refresh_from_db()
    assert asked.state == "ready"
    with storages["originals"].open(asked.file) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_it_holds_every_kind_of_row_and_the_papers(subject, zoe):
    archive = archive_of(subject)

    told = {name: json.loads(archive.read(name)) for name in archive.namelist()
            if name.endswith(".json")}  # fmt: skip
    assert {"account.json", "orders.json", "invoices.json", "licences.json", "mails.json",
            "cart-items.json", "lightbox-items.json", "saved-searchs.json", "wishes.json",
            "tokens.json", "requests.json"} <= told.keys()  # fmt: skip
    assert told["account.json"][0]["first_name"] == "Zoë"
    assert told["orders.json"][0]["bill_to"].startswith("Zoë Ångström")
    assert told["lightboxes.json"][0]["title"] == "Küche"
    papers = [name for name in archive.namelist() if name.startswith("papers/")]
    assert len(papers) == 2
    invoice = next(name for name in papers if "certificate" not in name)
    text = PdfReader(io.BytesIO(archive.read(invoice))).pages[0].extract_text()
    assert "Zoë Ångström" in text
    guide = archive.read("README.txt").decode()
    assert all(name in guide for name in told)


def test_it_holds_no_secret_and_nobody_elses_data(subject, zoe, guest_order):
    archive = archive_of(subject)

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode(
        "utf-8", "replace"
    )
    assert zoe.password not in everything and "5" * 64 not in everything
    assert zoe.orders.get().secret not in everything
    assert str(guest_order.pk) not in everything and "A guest" not in everything


def test_a_guest_gets_what_his_address_bought_and_nothing_of_the_account(
    zoe, guest_order, stranger_subject
):
    archive = archive_of(stranger_subject)

    [order] = json.loads(archive.read("orders.json"))
    assert order["id"] == str(guest_order.pk)
    assert "account.json" not in archive.namelist()
    assert len(json.loads(archive.read("mails.json"))) == 2  # both went to his address


def test_a_copy_under_way_is_not_asked_twice_and_three_a_day_are_enough(subject):
    first = requests.ask_export(subject=subject)
    assert requests.ask_export(subject=subject) == first
    for _ in range(2):
        requests.fulfil(request_id=first.pk)
        first = requests.ask_export(subject=subject)
    requests.fulfil(request_id=first.pk)

    with pytest.raises(StateConflict, match="tomorrow"):
        requests.ask_export(subject=subject)


def test_made_twice_it_is_one_file(subject):
    asked = requests.ask_export(subject=subject)
    assert requests.fulfil(request_id=asked.pk)
    assert not requests.fulfil(request_id=asked.pk)
    _folders, files = storages["originals"].listdir("exports")
    assert files == [f"{asked.pk}.zip"]


def test_an_archive_is_removed_when_its_time_is_over(subject):
    asked = requests.ask_export(subject=subject)
    requests.fulfil(request_id=asked.pk)
    asked.refresh_from_db()
    assert asked.expires_at - asked.done_at == timedelta(days=7)
    DataRequest.objects.update(expires_at=timezone.now())

    requests.sweep()

    name = asked.file
    asked.refresh_from_db()
    assert (asked.state, asked.file) == ("expired", "")
    assert not storages["originals"].exists(name)


def test_somebody_without_anything_gets_his_account_alone(db):
    archive = archive_of(Subject(user=make_user("new")))
    assert set(archive.namelist()) == {
        "account.json", "requests.json", "audit.json", "README.txt",
    }  # fmt: skip
