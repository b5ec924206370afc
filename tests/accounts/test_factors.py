"""The second factor: codes of an app, codes on paper, and who must have one."""

import re
import time

import pyotp
import pytest
from django.core.management import call_command
from django.test import Client

from genart.accounts.models import Authenticator, RecoveryCode
from genart.accounts.services.recovery_codes import make_recovery_codes
from genart.audit.models import AuditEntry
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WORKSHOP = ["/studio/", "/review/", "/studio/queue/"]


def code_of(secret: str, ahead: int = 0) -> str:
    return pyotp.TOTP(secret).at(time.time() + 30 * ahead)


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_the_password_alone_signs_nobody_in_who_has_a_factor(client, curator, enter, secret_of):
    secret = secret_of(curator)
    answer = enter(client, "curator", data={"next": "/review/"})
    assert answer.url == "/accounts/login/factor/"
    assert not is_in(client)
    wrong = client.post("/accounts/login/factor/", {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (422, False)
    right = client.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert (right.url, is_in(client)) == ("/review/", True)


def test_no_code_counts_twice(client, curator, enter, secret_of):
    secret = secret_of(curator)
    code = code_of(secret)
    enter(client, "curator")
    client.post("/accounts/login/factor/", {"code": code})
    other = Client()
    enter(other, "curator")
    assert other.post("/accounts/login/factor/", {"code": code}).status_code == 422
    assert not is_in(other)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "1234567", "abc\0def", "x" * 5000])
def test_odd_codes_are_wrong_and_harmless(client, curator, enter, secret_of, code):
    secret_of(curator)
    enter(client, "curator")
    assert client.post("/accounts/login/factor/", {"code": code}).status_code == 422


def test_the_half_step_between_password_and_factor_ends(client, curator, enter, secret_of):
    secret = secret_of(curator)
    enter(client, "curator")
    session = client.session
    session["pending_person"]["at"] -= 601
    session["pending_person"] = dict(session["pending_person"])
    session.save()
    answer = client.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert (answer.url, is_in(client)) == ("/accounts/login/", False)


def test_a_new_password_in_between_ends_the_half_step(client, curator, enter, secret_of):
    secret = secret_of(curator)
    enter(client, "curator")
    curator.set_password("another long one")
    curator.save()
    client.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert not is_in(client)


def test_guessing_codes_ends_after_a_few(client, curator, enter, secret_of):
    secret = secret_of(curator)
    enter(client, "curator")
    for _ in range(8):
        client.post("/accounts/login/factor/", {"code": "000000"})
    answer = client.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert (answer.status_code, is_in(client)) == (429, False)


def test_a_recovery_code_opens_once_and_is_told_of(client, curator, enter, secret_of, mailoutbox):
    secret_of(curator)
    code = make_recovery_codes(user=curator)[3]
    assert not RecoveryCode.objects.filter(digest__contains=code).exists()
    enter(client, "curator")
    client.post("/accounts/login/factor/", {"code": f" {code.upper()} "})
    assert is_in(client)
    other = Client()
    enter(other, "curator")
    other.post("/accounts/login/factor/", {"code": code})
    assert not is_in(other)
    assert AuditEntry.objects.filter(verb="recovery_code.used", actor_id=curator.pk).count() == 1


def test_new_codes_end_the_old_ones(curator_client, curator, secret_of, enter):
    secret_of(curator)
    old = make_recovery_codes(user=curator)
    client = Client()
    enter(client, "curator")
    client.post("/accounts/login/factor/", {"code": old[0]})
    page = client.post("/accounts/security/codes/").content.decode()
    new = re.findall(r"<code>([a-z0-9-]+)</code>", page)
    assert len(set(new)) == 10
    assert not set(new) & set(old)
    other = Client()
    enter(other, "curator")
    assert other.post("/accounts/login/factor/", {"code": old[1]}).status_code == 422
    assert other.post("/accounts/login/factor/", {"code": new[1]}).status_code == 302


def test_an_app_is_set_up_by_its_first_code(client, buyer, enter):
    enter(client, "buyer")
    page = client.get("/accounts/security/authenticator/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "data:image/svg+xml" in page
    path = "/accounts/security/authenticator/"
    assert client.post(path, {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    assert client.post(path, {"code": code_of(secret)}).url == "/accounts/security/"
    assert secret not in Authenticator.objects.get().sealed_secret


def test_what_proves_a_person_changes_only_after_a_fresh_proof(client, buyer, enter):
    stale = signed_in(buyer)
    for path in ["authenticator/", "authenticator/remove/", "codes/", "password/"]:
        answer = stale.post(f"/accounts/security/{path}")
        assert answer.url.startswith("/accounts/security/confirm/")
    wrong = stale.post("/accounts/security/confirm/", {"password": "no"})
    assert wrong.status_code == 422
    stale.post("/accounts/security/confirm/", {"password": "password"})
    assert stale.get("/accounts/security/authenticator/").status_code == 200


def test_another_mail_address_needs_a_fresh_proof_too(buyer_client, buyer, client, enter):
    sent = {"first_name": "", "last_name": "", "email": "new@example.com"}
    assert buyer_client.post("/accounts/", sent).url.startswith("/accounts/security/confirm/")
    buyer.refresh_from_db()
    assert buyer.email == "buyer@example.com"
    enter(client, "buyer")
    client.post("/accounts/", sent)
    buyer.refresh_from_db()
    assert buyer.email == "new@example.com"


@pytest.mark.parametrize("path", WORKSHOP)
def test_required_keeps_the_workshop_closed_until_there_is_a_factor(settings, curator_client, path):
    assert curator_client.get(path).status_code == 200
    settings.SECOND_FACTOR = "required"
    assert curator_client.get(path).url == "/accounts/security/"
    htmx = curator_client.get(path, headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"] == "/accounts/security/"


def test_required_takes_every_power_from_a_session_without_proof(
    settings, admin_client, curator_client, buyer_client
):
    settings.SECOND_FACTOR = "required"
    assert admin_client.get("/admin/").url == "/accounts/security/"
    assert curator_client.get("/").wsgi_request.user.has_perm("curation.review") is False
    assert admin_client.get("/").wsgi_request.user.has_perm("catalog.view_order") is False
    assert buyer_client.get("/library/").status_code == 200
    assert buyer_client.get("/review/").status_code == 403


def test_who_has_proved_himself_works_and_proves_again_after_half_a_day(
    settings, client, curator, enter, secret_of
):
    settings.SECOND_FACTOR = "required"
    secret = secret_of(curator)
    enter(client, "curator")
    client.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert client.get("/review/").status_code == 200
    session = client.session
    session["proven_at"] -= 12 * 3600
    session.save()
    assert client.get("/review/").url == "/accounts/login/factor/?next=%2Freview%2F"
    again = {"code": code_of(secret, 1), "next": "/review/"}
    assert client.post("/accounts/login/factor/", again).url == "/review/"
    assert client.get("/review/").status_code == 200


def test_the_last_factor_of_who_must_have_one_stays(settings, client, curator, enter, secret_of):
    settings.SECOND_FACTOR = "required"
    secret = secret_of(curator)
    enter(client, "curator")
    client.post("/accounts/login/factor/", {"code": code_of(secret)})
    client.post("/accounts/security/authenticator/remove/")
    assert Authenticator.objects.filter(user=curator).exists()
    settings.SECOND_FACTOR = "optional"
    client.post("/accounts/security/authenticator/remove/")
    assert not Authenticator.objects.filter(user=curator).exists()


def test_a_key_may_be_changed_and_what_it_sealed_still_opens(settings, curator, secret_of):
    from genart.accounts.services.factors import use_code

    secret = secret_of(curator)
    codes = make_recovery_codes(user=curator)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "quite another one"
    assert use_code(user=curator, code=code_of(secret)) == "authenticator"
    assert use_code(user=curator, code=codes[0]) == "recovery code"
    assert use_code(user=curator, code=codes[0]) == ""


def test_a_command_takes_all_factors_off_and_writes_it_down(curator, curator_client, secret_of):
    secret_of(curator)
    call_command("reset_factors", "curator")
    assert not Authenticator.objects.exists()
    assert not is_in(curator_client)
    entry = AuditEntry.objects.get(verb="factors.reset")
    assert (entry.actor_id, entry.subject_id) == (None, str(curator.pk))
