"""The live page's socket: who may listen, what is sent, and that nothing is missed."""

import asyncio
from typing import Any

import pytest
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser

from generation import progress, queue
from generation.models import Job, Render
from generation.services import cancel_job
from generation.urls import websocket_urlpatterns
from tests.generation.conftest import Submit
from tests.generation.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)

application = URLRouter(websocket_urlpatterns)


def socket(job: Job, user: Any) -> Socket:
    return Socket(application, f"/ws/jobs/{job.pk}/", user)


def listen(job: Job, user: Any, *actions: Any) -> list[str]:
    """Join, run each action in a thread of its own, and return what was sent after each."""

    async def run() -> list[str]:
        client = socket(job, user)
        assert await client.connect()
        sent = [await client.receive()]
        for action in actions:
            await database_sync_to_async(action)()
            sent.append(await client.receive())
        await client.disconnect()
        return sent

    return asyncio.run(run())


def test_a_stranger_and_another_buyer_may_not_listen(submit: Submit, buyer: Any) -> None:
    job = submit()

    async def refused(user: Any) -> bool:
        return not await socket(job, user).connect()

    assert asyncio.run(refused(AnonymousUser()))
    assert asyncio.run(refused(buyer))


def test_the_owner_may_listen(submit: Submit, buyer: Any) -> None:
    job = submit()
    Job.objects.update(owner=buyer)

    assert f'id="tile-{job.renders.get().pk}"' in listen(job, buyer)[0]


def test_joining_sends_the_whole_present_state(submit: Submit, curator: Any) -> None:
    job = submit(count=2)

    [state] = listen(job, curator)

    assert state.count('hx-swap-oob="true"') == 3
    assert '<section id="job-head"' in state
    assert "0 of 2 finished" in state


def test_a_change_sends_the_tile_and_the_counts(submit: Submit, curator: Any) -> None:
    job = submit(count=2)

    def finish() -> None:
        claim = queue.claim_group(worker="w", limit=1)
        assert claim is not None
        picture = queue.Picture(b"png", b"webp", "a" * 64, {"batch_size": 1})
        queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture)
        progress.announce(job.pk, claim.ids)

    change = listen(job, curator, finish)[1]

    assert change.count('id="tile-') == 1
    assert "1 of 2 finished" in change
    assert "/thumb/" in change


def test_a_step_sends_the_tile_alone(submit: Submit, curator: Any) -> None:
    job = submit(count=2)

    def step() -> None:
        claim = queue.claim_group(worker="w", limit=1)
        assert claim is not None
        queue.note_step(token=claim.token, render_ids=claim.ids, step=3)
        progress.announce(job.pk, claim.ids, kind="step")

    sent = listen(job, curator, step)[1]

    assert sent.count("hx-swap-oob") == 1
    assert '<progress class="tile__steps" max="4" value="3"' in sent


def test_a_cancelled_job_says_so(submit: Submit, curator: Any) -> None:
    job = submit(count=2)

    sent = listen(job, curator, lambda: cancel_job(job_id=job.pk))[1]

    assert "<strong>Cancelled</strong>" in sent
    assert sent.count('data-state="cancelled"') == 2


def test_events_are_numbered_and_a_late_step_is_dropped(submit: Submit, curator: Any) -> None:
    from channels.layers import get_channel_layer

    job = submit()
    ids = [str(job.renders.get().pk)]
    assert [progress.next_sequence(job.pk) for _ in range(3)] == [1, 2, 3]

    async def run() -> None:
        client = socket(job, curator)
        await client.connect()
        await client.receive()
        layer = get_channel_layer()
        for sequence, heard in [(5, True), (4, False), (5, False), (6, True)]:
            event = progress.JobEvent(
                type="job.event", kind="step", sequence=sequence, render_ids=ids
            )
            await layer.group_send(progress.group_name(job.pk), event)
            if heard:
                await client.receive()
            else:
                assert await client.hears_nothing()
        await client.disconnect()

    asyncio.run(run())


def test_a_page_whose_job_vanished_stays_quiet(submit: Submit, curator: Any) -> None:
    job = submit()

    async def run() -> None:
        client = socket(job, curator)
        await client.connect()
        await client.receive()
        await database_sync_to_async(Render.objects.all().delete)()
        await database_sync_to_async(Job.objects.all().delete)()
        await database_sync_to_async(lambda: progress.announce(job.pk, []))()
        assert await client.hears_nothing()
        await client.disconnect()

    asyncio.run(run())


def test_the_session_says_who_listens(submit: Submit, curator_client: Any) -> None:
    job = submit()
    cookie = curator_client.cookies["sessionid"].value

    async def run() -> bool:
        client = Socket(
            AuthMiddlewareStack(application),
            f"/ws/jobs/{job.pk}/",
            headers=[(b"cookie", f"sessionid={cookie}".encode())],
        )
        connected = await client.connect()
        await client.disconnect()
        return connected

    assert asyncio.run(run())
