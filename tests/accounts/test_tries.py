"""How often somebody may try, and that no stranger locks a person out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from genart.accounts.models import SignInTry
from genart.accounts.services import tries
from genart.accounts.services.tries import begin_try, forgive, name_digest, network_of
from tests.conftest import make_user

Kind, Outcome = SignInTry.Kind, SignInTry.Outcome
pytestmark = pytest.mark.django_db


def fail_often(enter, name: str, times: int = 12, **more) -> int:
    """Type a wrong password again and again; return the last status."""
    return [enter(Client(), name, "wrong", **more).status_code for _ in range(times)][-1]


def test_a_stranger_does_not_lock_a_person_out_of_his_own_browser(client, enter):
    make_user("ada")
    enter(client, "ada")
    client.post("/accounts/logout/")
    assert fail_often(enter, "ada", REMOTE_ADDR="203.0.113.9") == 429
    assert enter(Client(), "ada").status_code == 429
    assert enter(client, "ada").status_code == 302


def test_a_known_browser_guesses_no_longer_than_others(client, enter):
    make_user("ada")
    enter(client, "ada")
    client.post("/accounts/logout/")
    statuses = [enter(client, "ada", "wrong").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_browser_known_for_one_person_is_a_stranger_for_another(client, enter):
    make_user("ada")
    make_user("bob")
    enter(client, "bob")
    client.post("/accounts/logout/")
    fail_often(enter, "ada")
    assert enter(client, "ada").status_code == 429


def test_nobody_learns_whether_a_name_exists(enter):
    make_user("ada")
    pages = []
    for name in ("ada", "nobody-like-this"):
        answers = [enter(Client(), name, "wrong") for _ in range(11)]
        said = [answer.context["form"].non_field_errors() for answer in answers]
        pages.append(([answer.status_code for answer in answers], said))
    assert pages[0] == pages[1]
    assert not SignInTry.objects.filter(name_digest__contains="ada").exists()


def test_one_network_guesses_many_names_only_so_often(enter):
    make_user("ada")
    place = {"REMOTE_ADDR": "198.51.100.7"}
    for number in range(50):
        begin_try(kind=Kind.PASSWORD, name=f"name{number}", address="198.51.100.7")
    assert enter(Client(), "ada", **place).status_code == 429
    assert enter(Client(), "ada", REMOTE_ADDR="198.51.100.8").status_code == 302


def test_a_crowded_network_keeps_nobody_out_of_his_own_browser(client, enter):
    make_user("ada")
    enter(client, "ada")
    client.post("/accounts/logout/")
    for number in range(60):
        begin_try(kind=Kind.PASSWORD, name=f"name{number}", address="127.0.0.1")
    assert enter(client, "ada").status_code == 302


def test_waiting_ends_and_forgiving_ends_it_sooner(enter):
    make_user("ada")
    fail_often(enter, "ada")
    SignInTry.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert enter(Client(), "ada").status_code == 302
    fail_often(enter, "ada")
    assert enter(Client(), "ada").status_code == 429
    assert forgive(name="ADA") > 10
    assert enter(Client(), "ada").status_code == 302


def test_refused_tries_do_not_prolong_the_wait():
    for _ in range(30):
        last = begin_try(kind=Kind.PASSWORD, name="ada")
    assert last.outcome == Outcome.REFUSED
    assert SignInTry.objects.exclude(outcome=Outcome.REFUSED).count() == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("", None),
     ("fe80::1%eth0", "fe80::"), ("nonsense", None)],
)  # fmt: skip
def test_an_ipv6_network_counts_as_one_place(address, network):
    assert network_of(address) == network


def test_names_are_counted_however_they_are_written():
    assert name_digest(" Ada ") == name_digest("ada") != name_digest("adb")


def test_signing_up_is_limited_by_network(client):
    for number in range(20):
        begin_try(kind=Kind.SIGN_UP, address="127.0.0.1")
        assert number < 20
    sent = {"username": "ada", "email": "a@example.com", "password1": "a long walk home",
            "password2": "a long walk home"}  # fmt: skip
    assert client.post("/accounts/signup/", sent).status_code == 429
    assert client.get("/accounts/").status_code == 302


def test_old_tries_are_forgotten():
    old = begin_try(kind=Kind.PASSWORD, name="ada")
    SignInTry.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=91))
    new = begin_try(kind=Kind.PASSWORD, name="ada")
    assert tries.forget_old_tries() == 1
    assert list(SignInTry.objects.all()) == [new]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_tries_at_once_are_no_way_around_the_limit():
    def attempt(_number: int) -> str:
        try:
            return begin_try(kind=Kind.PASSWORD, name="ada", address="192.0.2.1").outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(attempt, range(100)))
    assert outcomes.count(Outcome.ASKED) == 10
