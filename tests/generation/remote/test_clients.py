"""What each client sends, and what it makes of answers that the matrix has not."""

import base64
import json
import time
import uuid
from typing import Any

import pytest
import requests

from genart.lib.errors import InvalidInput
from generation.models import Provider, RemoteCall
from generation.remote import http, loop
from generation.remote.clients import CLIENTS, client_of
from generation.remote.openai import OpenAIClient
from generation.remote.stability import SEEDS, seed_for
from generation.remote.types import (
    Failed,
    Made,
    Progress,
    RateLimited,
    Refused,
    Running,
    Spoilt,
    Unavailable,
)
from generation.remote.types import (
    Order as RemoteOrder,
)
from generation.verify import verify_render
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.servers.base import RETRY_AFTER_SECONDS, png_of
from tests.generation.remote.test_matrix import ledger_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]


def asked(**fields: Any) -> RemoteOrder:
    values = {"model": "painter-1", "prompt": "two hills", "negative_prompt": "text", "seed": 9}
    values |= {"width_px": 64, "height_px": 64, "steps": 4, "guidance": 3.5}
    return RemoteOrder(call_id=uuid.uuid4(), **values | fields)


def submit(kind: str, **fields: Any) -> Running | Made:
    return client_of(Provider.objects.get(slug=kind)).submit(asked(**fields), ignore)


def ignore(progress: Progress) -> None:
    """Hear of progress."""


def test_every_kind_has_a_client() -> None:
    assert set(CLIENTS) == set(Provider.Kind.values)


def test_a_rate_limit_says_how_long_to_wait(serve: Serve) -> None:
    for kind, seconds in (("openai", RETRY_AFTER_SECONDS), ("runpod", 7), ("stability", 30)):
        serve(kind, "rate_limited")
        with pytest.raises(RateLimited) as caught:
            submit(kind, model="core")
        assert caught.value.retry_after_seconds == seconds


def test_the_provider_rests_as_long_as_it_asks(serve: Serve, order: Order) -> None:
    serve("openai", "rate_limited")
    render, waits = order(), []

    loop.work_until_empty(on_wait=waits.append)

    provider = Provider.objects.get()
    render.refresh_from_db()
    assert waits == [RETRY_AFTER_SECONDS]
    assert (provider.failures, render.attempts, render.state) == (0, 0, "queued")
    rest = provider.closed_until - RemoteCall.objects.get().ended_at
    assert abs(rest.total_seconds() - RETRY_AFTER_SECONDS) < 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "12"}, 12),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "99999999"}, http.LONGEST_RETRY_SECONDS),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, http.RETRY_AFTER_SECONDS),
        ({}, http.RETRY_AFTER_SECONDS),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float) -> None:
    assert http.retry_after(headers) == seconds


def test_a_broken_connection_is_told_from_one_never_made(serve: Serve) -> None:
    server = serve("openai")
    provider = Provider.objects.get()
    server.close()
    with pytest.raises(Unavailable):
        http.exchange(provider, "GET", server.url)
    with pytest.raises(Unavailable):
        http.exchange(provider, "GET", "not an address")
    assert http.never_sent(requests.ConnectTimeout())
    assert not http.never_sent(requests.ReadTimeout())
    assert not http.never_sent(requests.ConnectionError("reset"))


def test_openai_asks_for_a_size_it_knows_and_cuts_it_down(serve: Serve, order: Order) -> None:
    serve("openai", options={"sizes": [[128, 128], [192, 128]]})

    render = drive(order(width_px=64, height_px=64))

    assert render.fingerprint["received"]["size_px"] == [128, 128]
    assert render.fingerprint["fitted"] is True
    assert render.state == "rendered"


@pytest.mark.parametrize("place", ["/files/1.png", "own", "elsewhere", "gone"])
def test_openai_compatible_servers_may_answer_with_an_address(
    place: str, serve: Serve, order: Order
) -> None:
    server: Any = serve("openai", price_cents=1)
    server.image_url = {
        "own": f"{server.host}/files/1.png",
        "elsewhere": "http://169.254.169.254/latest/meta-data",
        "gone": "/files/none.png",
    }.get(place, place)

    render = drive(order())

    if place in ("elsewhere", "gone"):
        assert render.state == "failed"
        assert ledger_of(render).states == ["spoilt", "spoilt"]
    else:
        assert render.state == "rendered"


def test_openai_streams_half_done_pictures(
    serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[bytes] = []
    monkeypatch.setattr("generation.previews.keep", lambda found: kept.extend(found.values()))
    serve("openai", options={"stream": True})

    render = drive(order())

    assert render.state == "rendered"
    assert [content[8:12] for content in kept] == [b"WEBP", b"WEBP"]


def test_openai_tells_an_empty_account_from_a_rate_limit() -> None:
    client = OpenAIClient(Provider(name="Cloud"))
    error = {"message": "You exceeded your current quota"}
    assert isinstance(client._named("insufficient_quota", error), Unavailable)
    assert isinstance(client._named("rate_limit_exceeded", error), RateLimited)
    assert isinstance(client._named("moderation_blocked", error), Refused)


def test_stability_charges_for_what_it_blurs(serve: Serve, order: Order) -> None:
    server = serve("stability", "filtered", times=9)

    render = drive(order())

    assert ledger_of(render).states == ["refused"]
    assert ledger_of(render).booked == [4]
    assert len(server.charges) == 1
    assert render.state == "failed"
    assert "blurred" in render.error


def test_stability_takes_the_endpoint_from_the_offer(serve: Serve) -> None:
    server = serve("stability")
    submit("stability", model="ultra")
    submit("stability", model="sd3/sd3.5-large", width_px=1200, height_px=800)
    assert [path.rpartition("/")[2] for path in server.seen] == ["ultra", "sd3"]
    with pytest.raises(Unavailable, match="404"):
        submit("stability", model="nothing")


def test_seeds_fit_stability() -> None:
    assert {seed_for(seed) for seed in (0, SEEDS)} == {1}
    assert seed_for(SEEDS - 1) == SEEDS
    assert 1 <= seed_for(2**53 - 1) <= SEEDS


def test_runpod_shows_steps_and_previews(
    serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def painting(job: dict[str, Any]) -> Any:
        for step in (1, 2):
            preview = base64.b64encode(png_of((64, 64), step)).decode()
            yield {"step": step, "steps": 2, "preview": preview}
            time.sleep(0.3)
        yield from server.paint(job)

    kept: list[bytes] = []
    monkeypatch.setattr("generation.previews.keep", lambda found: kept.extend(found.values()))
    server: Any = serve("runpod", handler=painting, timeout_seconds=20)

    render = drive(order())

    assert render.state == "rendered"
    assert kept
    assert all(content[8:12] == b"WEBP" for content in kept)


def test_runpod_may_answer_at_once_and_charges_by_time(serve: Serve, order: Order) -> None:
    server = serve("runpod", options={"sync": True, "cents_per_second": 1000, "stream": False})

    render = drive(order())

    call = RemoteCall.objects.get()
    assert render.state == "rendered"
    assert server.seen[0].endswith("/runsync")
    assert 0 < call.cost_cents != 4
    assert render.cost_cents == call.cost_cents


def test_runpod_serves_other_workers_too(serve: Serve, order: Order) -> None:
    def diffusers_worker(job: dict[str, Any]) -> Any:
        asked = job["input"]
        content = png_of((asked["width"], asked["height"]), asked["seed"])
        yield {"images": ["data:image/png;base64," + base64.b64encode(content).decode()]}

    server: Any = serve("runpod", handler=diffusers_worker, options={"input": "plain"})
    server.charge = lambda what: server.charges.append(what)
    real = server.work

    def work(job: dict[str, Any]) -> None:
        job["input"]["id"] = "plain"
        real(job)

    server.work = work
    render = drive(order())
    assert render.state == "rendered"
    assert server.charges == ["plain"]


@pytest.mark.parametrize(
    ("error", "kind"), [("refused: 10000 steps", Refused), ("CUDA out of memory", Failed)]
)
def test_a_worker_may_finish_with_an_error(error: str, kind: type[Exception], serve: Serve) -> None:
    def failing(body: bytes) -> tuple[int, bytes]:
        return 200, json.dumps({"error": error}).encode()

    serve("sagemaker", container=failing)
    with pytest.raises(kind, match=error):
        submit("sagemaker")


def test_sagemaker_refuses_bare_images_from_our_own_worker_only(serve: Serve) -> None:
    serve("sagemaker", container=lambda _body: (200, png_of((64, 64), 9)))
    with pytest.raises(Spoilt):
        submit("sagemaker")
    Provider.objects.update(options=Provider.objects.get().options | {"input": "plain"})
    assert isinstance(submit("sagemaker"), Made)


def test_nobody_here_can_repeat_what_only_a_provider_makes(serve: Serve, order: Order) -> None:
    serve("openai")
    with pytest.raises(InvalidInput, match="was made by openai"):
        verify_render(drive(order()))


def test_what_one_refuses_another_makes(serve: Serve, order: Order) -> None:
    serve("stability", "refused", times=9, price_cents=1)
    serve("openai", price_cents=9)

    render = drive(order())

    assert (render.state, render.provider) == ("rendered", "openai")
    assert ledger_of(render).states == ["refused", "done"]


def test_what_one_cannot_make_now_another_makes(serve: Serve, order: Order) -> None:
    serve("stability", "unavailable", times=99, price_cents=1)
    serve("openai", price_cents=9)
    render = order()

    loop.work_until_empty()

    render.refresh_from_db()
    assert (render.state, render.provider) == ("rendered", "openai")
