"""A socket's person may do no more than the page's."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from genart.accounts.sockets import ProvenMiddleware

pytestmark = pytest.mark.django_db


def person_inside(user: Any, session: dict[str, Any]) -> Any:
    """Return the person as a consumer would see him."""
    seen: dict[str, Any] = {}

    async def consumer(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {"type": "websocket", "user": user, "session": session}
    asyncio.run(ProvenMiddleware(consumer)(scope, None, None))
    return seen["user"]


@pytest.mark.parametrize(("rule", "may"), [("optional", True), ("required", False)])
def test_without_proof_a_socket_shows_nothing_special(settings, curator, rule, may):
    settings.SECOND_FACTOR = rule
    assert person_inside(curator, {}).has_perm("curation.review") is may
    assert person_inside(AnonymousUser(), {}).is_anonymous
