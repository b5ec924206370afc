"""The page: who may see it, what its buttons do, what its socket sends, and its bounded queries."""

import asyncio

import pytest
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.autopilot import services
from catalog.autopilot.cycle import run_cycle
from catalog.autopilot.rules import is_frozen
from catalog.models import AutopilotProposal, DemandGap
from catalog.urls import websocket_urlpatterns
from generation.models import Job
from tests.catalog.autopilot.conftest import set_mode
from tests.generation.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, ACT = "/studio/autopilot/", "/studio/autopilot/act/"


def test_strangers_sign_in_and_buyers_are_refused(stranger, buyer_client):
    assert stranger.get(PAGE).status_code == 302
    assert buyer_client.get(PAGE).status_code == 403
    assert buyer_client.post(ACT, {"freeze": "1", "reason": "x"}).status_code == 403
    assert not is_frozen()


def test_a_new_factory_is_told_what_will_happen(curator_client):
    text = curator_client.get(PAGE).content.decode()
    assert "Nothing waits for you" in text and "first work on sale" in text
    assert "It believes nothing yet" in text
    assert reverse("catalog:autopilot") in curator_client.get("/").content.decode()


def test_proposals_are_approved_and_dismissed(shop, curator_client):
    gap = DemandGap.objects.create(phrase="a blue moon", searches=6, visitors=5, lost_cents=1800)
    run_cycle(slot="one")
    text = curator_client.get(PAGE).content.decode()
    first, second = AutopilotProposal.objects.order_by("position")[:2]
    assert first.sentence in text.replace("&#x27;", "'") and gap.phrase in text
    assert "A render earns" in text and 'class="plot plot--strip"' in text

    answer = curator_client.post(ACT, {"approve": str(first.pk)}, follow=True)
    assert "Approved" in answer.content.decode()
    assert Job.objects.get(proposal=first).renders.count() == first.renders
    answer = curator_client.post(ACT, {"dismiss": str(second.pk)}, headers={"HX-Request": "true"})
    assert 'id="autopilot-proposals"' in answer.content.decode()
    assert "hx-swap-oob" in answer.content.decode() and "<html" not in answer.content.decode()
    second.refresh_from_db()
    assert (second.state, second.decided_by.username) == ("dismissed", "curator")

    set_mode("suggest", renders_per_day=first.renders + 4)
    curator_client.post(ACT, {"approve_all": "1"})
    made = AutopilotProposal.objects.filter(state="submitted")
    assert sum(one.renders for one in made) <= first.renders + 4
    assert made.count() > 1 and AutopilotProposal.objects.filter(state="waiting").exists()
    answer = curator_client.post(ACT, {"approve_all": "1"}, follow=True)
    assert "Approved" in answer.content.decode() or "no room" in answer.content.decode()


@pytest.mark.parametrize(
    "form", [{}, {"approve": "nonsense"}, {"dismiss": "0" * 32}, {"freeze": "1"}]
)
def test_bad_input_is_answered_with_a_sentence(curator_client, form):
    answer = curator_client.post(ACT, form, follow=True)
    assert answer.status_code == 200 and "toast--error" in answer.content.decode()
    assert not is_frozen()


def test_the_button_freezes_and_lets_go_on(curator_client):
    curator_client.post(ACT, {"freeze": "1", "reason": "a flood of clicks"})
    text = curator_client.get(PAGE).content.decode()
    assert is_frozen() and "a flood of clicks" in text and 'name="unfreeze"' in text
    curator_client.post(ACT, {"unfreeze": "1", "reason": "they were bots"})
    assert not is_frozen()


def test_queries_do_not_grow_with_what_is_shown(shop, curator_client):
    set_mode("shadow")
    run_cycle(slot="one")
    curator_client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        curator_client.get(PAGE)
    run_cycle(slot="two")
    for number in range(4):
        services.freeze(reason=f"reason {number}", kind=f"kind-{number}")
        DemandGap.objects.create(phrase=f"gap {number}", searches=4, visitors=3)
    with CaptureQueriesContext(connection) as many:
        curator_client.get(PAGE)
    assert len(many) <= len(few) + 1


def test_the_socket_sends_what_changed(curator, buyer):
    application = URLRouter(websocket_urlpatterns)

    async def run():
        from channels.db import database_sync_to_async

        for user in (AnonymousUser(), buyer):
            assert not await Socket(application, "/ws/autopilot/", user).connect()
        client = Socket(application, "/ws/autopilot/", curator)
        assert await client.connect()
        first = await client.receive()
        await database_sync_to_async(services.freeze)(reason="look at this")
        second = await client.receive()
        await client.disconnect()
        return first, second

    first, second = asyncio.run(run())
    assert 'id="autopilot-state"' in first and "look at this" not in first
    assert "look at this" in second and "hx-swap-oob" in second
