"""A forgotten password: a link by mail, and nothing to learn from asking."""

import re

import pytest
from django.test import Client

from genart.accounts.models import User
from genart.accounts.services.passwords import link_path
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
ASK = "/accounts/forgotten/"
NEW = {"new_password1": "quite a long one now", "new_password2": "quite a long one now"}


@pytest.mark.django_db(transaction=True)
def test_a_link_gives_a_new_password_once_and_ends_sessions(drain, mailoutbox, enter):
    make_user("ada")
    old = Client()
    enter(old, "ada")
    stranger = Client()
    assert stranger.post(ASK, {"email": "ADA@example.com"}).url == f"{ASK}?sent=1"
    drain()
    path = re.search(r"http://localhost:8000(/\S+)", mailoutbox[0].body)[1]
    page = stranger.get(path)
    assert page["Referrer-Policy"] == "same-origin"
    short = {"new_password1": "short", "new_password2": "short"}
    assert stranger.post(path, short).status_code == 422
    assert stranger.post(path, NEW).url == "/accounts/login/"
    assert old.get("/accounts/").status_code == 302
    assert stranger.get("/accounts/").status_code == 302
    assert stranger.get(path).status_code == 410
    assert enter(Client(), "ada", NEW["new_password1"]).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_the_same_for_an_unknown_address(drain, mailoutbox):
    make_user("ada")
    known = Client().post(ASK, {"email": "ada@example.com"}, follow=True)
    unknown = Client().post(ASK, {"email": "bob@example.com"}, follow=True)
    drain()
    token = r'"csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+'
    plain = [re.sub(token, "", page.content.decode()) for page in (known, unknown)]
    assert plain[0] == plain[1]
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_is_flooded_with_links(drain, mailoutbox):
    make_user("ada")
    answers = [Client().post(ASK, {"email": "ada@example.com"}).status_code for _ in range(6)]
    drain()
    assert answers == [302] * 6
    assert len(mailoutbox) == 3


def test_one_network_asks_only_so_often(client):
    answers = [client.post(ASK, {"email": f"p{n}@example.com"}).status_code for n in range(21)]
    assert answers == [302] * 20 + [429]


def test_a_link_does_not_get_around_the_second_factor(client, curator, enter, secret_of):
    secret_of(curator)
    client.post(link_path(curator), NEW)
    answer = enter(client, "curator", NEW["new_password1"])
    assert answer.url == "/accounts/login/factor/"
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize("key", ["AAAA", "MQ", "x", "%00", "9" * 200])
def test_links_of_nobody_have_ended(client, key):
    assert client.get(f"{ASK}{key}/abc-def/").status_code in (404, 410)


def test_closed_accounts_get_no_link(client, buyer):
    path = link_path(buyer)
    User.objects.update(is_active=False)
    assert client.post(path, NEW).status_code == 410
