"""Passkeys against the real verification, with a key in software."""

import pytest
from django.test import Client

from genart.accounts.models import Passkey
from tests.accounts.soft_key import SoftKey

pytestmark = pytest.mark.django_db
ASK, ANSWER = "/accounts/passkeys/ask/", "/accounts/passkeys/answer/"


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_a_passkey_signs_in_without_a_password(client, buyer, enter, add_key, json_post):
    enter(client, "buyer")
    key = add_key(client)
    assert Passkey.objects.get().name == "Phone"
    other = Client()
    options = json_post(other, ASK, {}).json()
    assert options["userVerification"] == "required"
    assert options["allowCredentials"] == []
    answer = json_post(other, ANSWER, {"answer": key.get(options), "next": "/cart/"})
    assert (answer.json(), is_in(other)) == ({"next": "/cart/"}, True)
    assert other.session["proven_at"] > 0


def test_a_passkey_is_a_second_factor(client, curator, enter, add_key, json_post):
    enter(client, "curator")
    key = add_key(client)
    other = Client()
    assert enter(other, "curator", data={"next": "/review/"}).url == "/accounts/login/factor/"
    options = json_post(other, ASK, {}).json()
    assert len(options["allowCredentials"]) == 1
    answer = json_post(other, ANSWER, {"answer": key.get(options)})
    assert (answer.json(), is_in(other)) == ({"next": "/review/"}, True)


def test_next_of_a_passkey_never_leads_elsewhere(client, buyer, enter, add_key, json_post):
    enter(client, "buyer")
    key = add_key(client)
    other = Client()
    options = json_post(other, ASK, {}).json()
    sent = {"answer": key.get(options), "next": "https://evil.example/"}
    assert json_post(other, ANSWER, sent).json() == {"next": "/"}


def test_an_answer_counts_once(client, buyer, enter, add_key, json_post):
    enter(client, "buyer")
    key = add_key(client)
    other = Client()
    answer = key.get(json_post(other, ASK, {}).json())
    assert json_post(other, ANSWER, {"answer": answer}).status_code == 200
    third = Client()
    json_post(third, ASK, {})
    assert json_post(third, ANSWER, {"answer": answer}).status_code == 422
    assert json_post(other, ANSWER, {"answer": answer}).status_code == 422
    assert not is_in(third)


@pytest.mark.parametrize("wrong", ["site", "origin", "copy", "unverified", "unknown", "inactive"])
def test_answers_that_do_not_hold_let_nobody_in(client, buyer, enter, add_key, json_post, wrong):
    enter(client, "buyer")
    key = add_key(client)
    other = Client()
    if wrong == "copy":
        options = json_post(other, ASK, {}).json()
        json_post(other, ANSWER, {"answer": key.get(options)})
        other, key.count = Client(), 0
    options = json_post(other, ASK, {}).json()
    if wrong == "site":
        key.site = "evil.example"
    if wrong == "origin":
        key.origin = "http://localhost:8001"
    if wrong == "unverified":
        key.verifies = False
    if wrong == "unknown":
        key = SoftKey()
    if wrong == "inactive":
        buyer.is_active = False
        buyer.save()
    assert json_post(other, ANSWER, {"answer": key.get(options)}).status_code == 422
    assert not is_in(other)


def test_a_key_of_somebody_else_is_no_second_factor(
    client, buyer, curator, enter, add_key, json_post
):
    enter(client, "buyer")
    key = add_key(client)
    work = Client()
    enter(work, "curator")
    add_key(work)
    other = Client()
    enter(other, "curator")
    options = json_post(other, ASK, {}).json()
    assert json_post(other, ANSWER, {"answer": key.get(options)}).status_code == 422
    assert not is_in(other)


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "null", "{", '{"answer": 7}', '{"answer": {"rawId": 3}}', "[" * 5000,
     '{"answer": {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}}'],
)  # fmt: skip
def test_rubbish_is_refused_in_a_sentence(client, buyer, enter, json_post, sent):
    enter(client, "buyer")
    for path in [ANSWER, "/accounts/security/passkeys/add/"]:
        json_post(client, ASK, {})
        answer = json_post(client, path, sent)
        assert answer.status_code == 422
        assert answer.json()["detail"].endswith(".")


def test_adding_asks_for_a_fresh_proof_and_a_person(buyer_client, client, json_post):
    path = "/accounts/security/passkeys/new/"
    assert (json_post(client, path, {}).status_code, client.post(path).status_code) == (403, 403)
    assert json_post(buyer_client, path, {}).status_code == 428


def test_the_same_key_is_not_added_twice(client, buyer, enter, add_key, json_post):
    enter(client, "buyer")
    key = add_key(client)
    options = json_post(client, "/accounts/security/passkeys/new/", {}).json()
    assert [row["id"] for row in options["excludeCredentials"]] != []
    sent = {"answer": key.create(options), "name": "again"}
    assert json_post(client, "/accounts/security/passkeys/add/", sent).status_code == 422
    assert Passkey.objects.count() == 1


def test_a_person_removes_his_own_keys_only(client, buyer, other_buyer, enter, add_key):
    enter(client, "buyer")
    add_key(client)
    pk = Passkey.objects.get().pk
    other = Client()
    enter(other, "other_buyer")
    other.post(f"/accounts/security/passkeys/{pk}/remove/")
    assert Passkey.objects.exists()
    client.post(f"/accounts/security/passkeys/{pk}/remove/")
    assert not Passkey.objects.exists()
