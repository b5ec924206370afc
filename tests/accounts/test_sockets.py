"""A socket's person may do no more than the page's, and hears nothing once he is signed out."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from genart.accounts import sockets
from genart.accounts.services.sessions import end_every_session, end_session
from genart.accounts.sockets import ProvenMiddleware
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
WORD = {"type": "websocket.send", "text": "news"}


def said(scope: dict[str, Any], words: int = 1) -> tuple[list[Any], Any]:
    """Let a consumer speak; return what the browser got, and the person as the consumer saw him."""
    got: list[Any] = []

    async def consumer(inside: Any, receive: Any, send: Any) -> None:
        for _ in range(words):
            await send(WORD)
        await send({"type": "websocket.close", "code": 1000})

    async def send(message: Any) -> None:
        got.append((message["type"].partition(".")[2], message.get("code")))

    asyncio.run(ProvenMiddleware(consumer)(scope, None, send))
    return got, scope["user"]


def scope_of(user: Any) -> dict[str, Any]:
    session = signed_in(user).session
    return {"type": "websocket", "user": user, "session": session}


@pytest.mark.parametrize(("rule", "may"), [("optional", True), ("required", False)])
def test_without_proof_a_socket_shows_nothing_special(settings, curator, rule, may):
    settings.SECOND_FACTOR = rule
    _got, inside = said(scope_of(curator))
    assert inside.has_perm("curation.review") is may
    stranger = {"type": "websocket", "user": AnonymousUser(), "session": {}}
    assert said(stranger)[1].is_anonymous


@pytest.mark.parametrize("end", ["nothing", "logout", "one", "all", "closed", "password"])
def test_who_is_signed_out_hears_no_more(monkeypatch, curator, client, enter, end):
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 0)
    enter(client, "curator")
    scope = {"type": "websocket", "user": curator, "session": client.session}
    if end == "logout":
        client.post("/accounts/logout/")
    if end == "one":
        end_session(user=curator, pk=curator.sessions.get().pk)
    if end == "all":
        end_every_session(user=curator)
    if end == "closed":
        type(curator).objects.update(is_active=False)
    if end == "password":
        curator.set_password("another long one")
        curator.save()
    got, _inside = said(scope, words=2)
    heard = [("send", None), ("send", None), ("close", 1000)]
    assert got == (heard if end == "nothing" else [("close", 4401)])


def test_a_socket_looks_now_and_then_only(curator, django_assert_num_queries):
    scope = scope_of(curator)
    with django_assert_num_queries(0):
        got, _inside = said(scope, words=50)
    assert len(got) == 51
