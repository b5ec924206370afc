"""A provider that answers on this machine, and renders that only it can make."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from generation import heartbeat
from generation.models import Job, Offer, Provider, Render
from generation.remote import breaker, errand, loop
from tests.factories import (
    make_checkpoint,
    make_job,
    make_offer,
    make_provider,
    make_render,
    make_style,
)
from tests.generation.remote.servers import SERVERS, FaultServer
from tests.generation.remote.servers.base import KEY
from tests.generation.remote.servers.sagemaker import ACCESS_KEY

PRICE_CENTS = 4
ROUNDS = 6
TIMEOUT_SECONDS = 2

Serve = Callable[..., FaultServer]
Order = Callable[..., Render]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask running orders often; stop the heartbeat afterwards."""
    monkeypatch.setattr(errand, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(errand, "LONGEST_PAUSE_SECONDS", 0.05)
    errand.stopping.clear()
    yield
    errand.stopping.clear()
    heartbeat.stop()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Serve]:
    """Start a server of a kind and offer the checkpoint `foreign` by it."""
    servers: list[FaultServer] = []
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setenv("TEST_AWS_KEY", f"{ACCESS_KEY}:secret-of-the-account")

    def serve(kind: str, fault: str = "happy", **fields: Any) -> FaultServer:
        extra = {
            name: fields.pop(name) for name in ("times", "handler", "container") if name in fields
        }
        options = fields.pop("options", {})
        price, checkpoint = fields.pop("price_cents", PRICE_CENTS), fields.pop("checkpoint", None)
        server = SERVERS[kind](fault, **extra)
        servers.append(server)
        values = {"slug": kind, "kind": kind, "base_url": server.url}
        values["timeout_seconds"] = TIMEOUT_SECONDS
        values["key_variable"] = "TEST_AWS_KEY" if kind.startswith("sagemaker") else "TEST_KEY"
        values["options"] = server.provider_options() | options
        make_offer(
            provider=make_provider(**values | fields), checkpoint=checkpoint, price_cents=price
        )
        return server

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def order(db: None) -> Order:
    """Queue a render of the checkpoint `foreign`; `job` fields by `job_fields`."""

    def order(**fields: Any) -> Render:
        checkpoint = make_checkpoint(slug="foreign", source="remote")
        job: Job = make_job(**fields.pop("job_fields", {}))
        style = make_style(version_fields={"checkpoint": checkpoint})
        return make_render(style=style, job=job, state="queued", **{"seed": 4711} | fields)

    return order


def drive(render: Render) -> Render:
    """Let loops run, and the pauses of circuit breakers pass, until a render has ended."""
    for _round in range(ROUNDS):
        loop.work_until_empty()
        render.refresh_from_db()
        if render.state not in ("queued", "rendering"):
            break
        for provider in Provider.objects.all():
            breaker.reset(provider)
    return render


def offer_of(kind: str) -> Offer:
    return Offer.objects.get(provider__slug=kind)
