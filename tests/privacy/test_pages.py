"""The page of one's own data: seen, copied, erased, taken back; by its person alone."""

import io
import zipfile

import pytest
from django.core.management import call_command
from django.utils import timezone

from genart.privacy.models import DataRequest
from genart.privacy.services import requests
from genart.privacy.subject import Subject
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_zoe(zoe):
    return signed_in(zoe)


def test_it_says_what_is_held_and_what_becomes_of_it(client_of_zoe):
    page = client_of_zoe.get("/accounts/data/").content.decode()
    assert "Invoices and credit notes" in page and "as long as the tax law asks" in page
    assert "Your lightboxes" in page and "Your decisions" not in page
    assert "Searches, without a word of who asked: 400 days" in page


def test_a_copy_is_asked_for_and_fetched_by_its_person_alone(
    client_of_zoe, zoe, buyer_client, stranger
):
    assert client_of_zoe.post("/accounts/data/export/").status_code == 302
    asked = DataRequest.objects.get()
    address = f"/accounts/data/export/{asked.pk}/"
    assert client_of_zoe.get(address).status_code == 404  # not made yet
    requests.fulfil(request_id=asked.pk)

    answer = client_of_zoe.get(address)
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert "account.json" in names and "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert address in client_of_zoe.get("/accounts/data/").content.decode()
    assert buyer_client.get(address).status_code == 404
    assert stranger.get(address).status_code == 302


def test_an_end_asks_for_the_password_and_may_be_taken_back(client_of_zoe, zoe):
    wrong = client_of_zoe.post("/accounts/data/erasure/", {"password": "x", "sure": "on"})
    assert wrong.status_code == 422 and "not your password" in wrong.content.decode()
    unsure = client_of_zoe.post("/accounts/data/erasure/", {"password": "password"})
    assert unsure.status_code == 422 and not DataRequest.objects.exists()

    right = {"password": "password", "sure": "on"}
    assert client_of_zoe.post("/accounts/data/erasure/", right).status_code == 302
    assert "Your account ends on" in client_of_zoe.get("/accounts/data/").content.decode()
    client_of_zoe.post("/accounts/data/erasure/cancel/")
    assert DataRequest.objects.get().state == "cancelled"
    assert "Erase my account" in client_of_zoe.get("/accounts/data/").content.decode()


def test_what_stands_in_the_way_is_said_beside_the_form(admin_client):
    answer = admin_client.post("/accounts/data/erasure/", {"password": "password", "sure": "on"})
    assert answer.status_code == 422
    assert "last administrator" in answer.content.decode()


def test_an_account_without_a_password_gives_its_name(client_of_zoe, zoe):
    zoe.set_unusable_password()
    zoe.save()
    client = signed_in(zoe)
    wrong = client.post("/accounts/data/erasure/", {"password": "x", "sure": "on"})
    assert wrong.status_code == 422
    assert (
        client.post("/accounts/data/erasure/", {"password": "zoe", "sure": "on"}).status_code == 302
    )


def test_a_copy_is_made_by_a_worker(client_of_zoe, broker):
    from genart.privacy.tasks import fulfil_request, sweep_requests

    client_of_zoe.post("/accounts/data/export/")
    asked = DataRequest.objects.get()
    fulfil_request(str(asked.pk))
    asked.refresh_from_db()
    assert asked.state == "ready"
    DataRequest.objects.update(expires_at=timezone.now())
    sweep_requests()
    asked.refresh_from_db()
    assert asked.state == "expired"


def test_its_person_is_told_by_mail(client_of_zoe, zoe, drain, mailoutbox):
    client_of_zoe.post("/accounts/data/export/")
    client_of_zoe.post("/accounts/data/erasure/", {"password": "password", "sure": "on"})
    drain()

    bodies = [mail.body for mail in mailoutbox if mail.to == [zoe.email]]
    assert any("A copy of your data is ready" in body for body in bodies)
    assert any("Your account will be erased" in body for body in bodies)


def test_an_operator_writes_the_archive_to_a_file(zoe, guest_order, tmp_path, capsys):
    call_command("export_person", "--user", "zoe", "--to", str(tmp_path / "zoe.zip"))
    assert "account.json" in zipfile.ZipFile(tmp_path / "zoe.zip").namelist()
    call_command("export_person", "--email", "zoe@example.com", "--to", str(tmp_path / "g.zip"))
    assert "orders.json" in zipfile.ZipFile(tmp_path / "g.zip").namelist()
    assert DataRequest.objects.get(user=None).state == "expired"


def test_the_admin_shows_requests_and_lets_nobody_change_them(admin_client, zoe):
    requests.ask_export(subject=Subject(user=zoe))
    asked = DataRequest.objects.get()
    assert admin_client.get("/admin/privacy/datarequest/").status_code == 200
    page = admin_client.get(f"/admin/privacy/datarequest/{asked.pk}/change/")
    assert page.status_code == 200 and 'name="state"' not in page.content.decode()
    assert admin_client.get("/admin/privacy/datarequest/add/").status_code == 403
    assert admin_client.get("/admin/retention/forgotten/").status_code == 200
    assert admin_client.get("/admin/retention/leftover/").status_code == 200
