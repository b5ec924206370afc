"""Where a person is signed in, and how each end of it comes about."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from genart.accounts.models import Device, PersonSession
from genart.accounts.services import sessions
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_signing_in_changes_the_key_of_the_session(client, buyer, enter):
    client.get("/accounts/passkeys/ask/")
    client.post("/accounts/passkeys/ask/", {}, content_type="application/json")
    before = client.cookies["sessionid"].value
    enter(client, "buyer")
    after = client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()


def test_a_person_sees_where_he_is_signed_in_and_ends_one(buyer, other_buyer, enter):
    here, there, stranger = Client(headers={"User-Agent": FIREFOX}), Client(), Client()
    for browser in (here, there):
        enter(browser, "buyer")
    enter(stranger, "other_buyer")
    page = here.get("/accounts/security/").content.decode()
    assert "Firefox on Linux" in page
    assert page.count("this one") == 1
    row = PersonSession.objects.exclude(agent=FIREFOX).get(user=buyer)
    stranger.post(f"/accounts/security/sessions/{row.pk}/end/")
    assert is_in(there)
    here.post(f"/accounts/security/sessions/{row.pk}/end/")
    assert (is_in(there), is_in(here), is_in(stranger)) == (False, True, True)
    again = here.post(f"/accounts/security/sessions/{row.pk}/end/", follow=True)
    assert "has ended already" in again.content.decode()


def test_signing_out_everywhere_leaves_only_this_session(buyer, enter):
    here, there = Client(), Client()
    enter(here, "buyer")
    enter(there, "buyer")
    unlisted = signed_in(buyer)
    old_key = here.cookies["sessionid"].value
    here.post("/accounts/security/sessions/end/")
    assert (is_in(here), is_in(there), is_in(unlisted)) == (True, False, False)
    assert here.cookies["sessionid"].value != old_key
    assert PersonSession.objects.filter(user=buyer).count() == 1
    here.post("/accounts/security/sessions/end/")
    assert is_in(here)


def test_a_new_password_ends_the_other_sessions_and_is_told(
    buyer, enter, worker, drain, mailoutbox
):
    here, there = Client(), Client()
    enter(here, "buyer")
    enter(there, "buyer")
    new = {"new_password1": "quite a long one now", "new_password2": "quite a long one now"}
    assert here.post("/accounts/security/password/", new).url == "/accounts/security/"
    assert (is_in(here), is_in(there)) == (True, False)
    drain()
    assert "Your password was changed." in [mail.body.split("\n")[0] for mail in mailoutbox]


@pytest.mark.django_db(transaction=True)
def test_a_browser_not_seen_before_is_told_of_once(buyer, enter, drain, mailoutbox):
    first, second = Client(), Client()
    enter(first, "buyer")
    enter(second, "buyer")
    second.post("/accounts/logout/")
    enter(second, "buyer")
    drain()
    assert len(mailoutbox) == 1
    assert "had not seen before" in mailoutbox[0].body
    assert Device.objects.filter(user=buyer).count() == 2


def test_the_browsers_id_is_kept_from_scripts_and_other_pages(client, buyer, enter, settings):
    settings.SESSION_COOKIE_SECURE = True
    enter(client, "buyer")
    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["path"] == "/accounts/"
    assert not Device.objects.filter(digest__contains=cookie.value).exists()


def test_lists_forget_what_has_ended(client, buyer, enter):
    enter(client, "buyer")
    assert sessions.forget_ended_sessions() == 0
    Session.objects.all().delete()
    assert sessions.forget_ended_sessions() == 1


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/security/", "/library/", "/orders/"])
def test_no_cache_keeps_a_private_page(buyer_client, path):
    assert "no-store" in buyer_client.get(path)["Cache-Control"]


def test_a_strangers_page_does_not_touch_a_session(client):
    answer = client.get("/browse/")
    assert "sessionid" not in answer.cookies
    assert not Session.objects.exists()
