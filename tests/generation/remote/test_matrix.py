"""Every provider with every fault: no render lost, nothing paid twice unseen, a clear state.

`ENDS` says what each fault must come to: the states of the calls, in order. What is booked is
compared with what the server says it charged.
"""

import io
from typing import NamedTuple

import pytest
from django.core.files.storage import storages
from PIL import Image

from generation.models import RemoteCall, Render
from generation.remote.stability import seed_for
from tests.generation.remote.conftest import PRICE_CENTS, Order, Serve, drive
from tests.generation.remote.servers.base import KEY, png_of
from tests.generation.remote.servers.sagemaker import ACCESS_KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

DONE = ["done"]
AGAIN = ["failed", "done"]
TWICE = ["unknown", "done"]
SPOILT = ["spoilt", "done"]
REFUSED = ["refused"]

SYNCHRONOUS = {
    "happy": DONE,
    "slow": DONE,
    "too_slow": TWICE,
    "rate_limited": AGAIN,
    "unavailable": AGAIN,
    "broken": AGAIN,
    "refused": REFUSED,
    "dead": TWICE,
    "html": SPOILT,
    "truncated": SPOILT,
    "wrong_size": SPOILT,
    "anothers": SPOILT,
}
ENDS = {
    "openai": SYNCHRONOUS,
    "stability": SYNCHRONOUS,
    "sagemaker": SYNCHRONOUS,
    # What breaks after the order was taken on is asked for again by its id, for nothing.
    "sagemaker-async": SYNCHRONOUS | {"dead": DONE},
    "runpod": SYNCHRONOUS
    | {"dead": DONE, "html": DONE, "anothers": DONE, "too_slow": AGAIN}
    | {"dead_at_run": TWICE, "html_at_run": TWICE, "forgotten": DONE},
}
LATE = {("sagemaker-async", "too_slow")}
"""Given up, and perhaps there when it is looked for before anything is paid again."""


class Ledger(NamedTuple):
    """What the ledger says of a render."""

    states: list[str]
    booked: list[float]
    errors: list[str]


def ledger_of(render: Render) -> Ledger:
    calls = RemoteCall.objects.filter(render=render).order_by("created_at")
    return Ledger(
        [call.state for call in calls],
        [float(call.cost_cents) for call in calls],
        [call.error for call in calls],
    )


@pytest.mark.parametrize(
    ("kind", "fault"), [(kind, fault) for kind, faults in ENDS.items() for fault in faults]
)
def test_a_provider_with_a_fault(kind: str, fault: str, serve: Serve, order: Order) -> None:
    server, render = serve(kind, fault), order()

    drive(render)

    ledger = ledger_of(render)
    assert ledger.states == ENDS[kind][fault] or ((kind, fault) in LATE and ledger.states == DONE)
    assert sum(1 for cents in ledger.booked if cents) == len(server.charges)
    assert float(render.cost_cents) == sum(ledger.booked) == PRICE_CENTS * len(server.charges)
    assert all(call_id in map(str, ids(render)) for call_id in server.charges)
    assert all(bool(error) == (state != "done") for state, error in zip(*ledger[::2], strict=True))
    if fault == "refused":
        assert render.state == "failed"
        assert render.error
    else:
        assert render.state == "rendered"
        assert is_the_picture(render)


def ids(render: Render) -> list[object]:
    return list(RemoteCall.objects.filter(render=render).values_list("pk", flat=True))


def is_the_picture(render: Render) -> bool:
    """Return whether the stored file is the picture of the render's own seed, with its papers."""
    with storages["originals"].open(render.file) as file:
        stored = Image.open(io.BytesIO(file.read()))
    paper = render.fingerprint
    assert stored.size == (render.width_px, render.height_px)
    assert paper["provider"] == render.provider
    assert paper["seed"] == render.seed
    if render.provider == "stability":  # it knows shapes and no sizes: scaled down
        assert paper["received"]["size_px"] == [96, 96]
        return paper["seed_echo"] == seed_for(render.seed)
    own = Image.open(io.BytesIO(png_of(stored.size, render.seed)))
    return stored.tobytes() == own.tobytes()


@pytest.mark.parametrize("kind", ENDS)
def test_two_payments_in_vain_are_the_most(kind: str, serve: Serve, order: Order) -> None:
    server, render = serve(kind, "truncated", times=9), order()

    drive(render)

    assert render.state == "failed"
    assert "paid for 2 times in vain" in render.error
    assert ledger_of(render).states == ["spoilt", "spoilt"]
    assert len(server.charges) == 2


@pytest.mark.parametrize("kind", ["openai", "stability", "sagemaker"])
def test_nothing_is_asked_for_again_beyond_the_jobs_budget(
    kind: str, serve: Serve, order: Order
) -> None:
    server, render = serve(kind, "dead"), order(job_fields={"budget_cents": 7})

    drive(render)

    assert ledger_of(render).states == ["unknown"]
    assert len(server.charges) == 1
    assert render.state == "queued"  # a person may raise the budget; the job page says so


@pytest.mark.parametrize("kind", ENDS)
def test_a_provider_that_is_not_there(
    kind: str, serve: Serve, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    server, render = serve(kind), order()
    server.close()

    drive(render)

    ledger = ledger_of(render)
    assert set(ledger.states) == {"failed"}
    assert not any(ledger.booked)
    assert (render.state, render.attempts) == ("queued", 0)
    told = caplog.text + "".join(ledger.errors)
    assert KEY not in told
    assert ACCESS_KEY not in told
