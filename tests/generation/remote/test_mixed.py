"""Many faults in a row, workers that die among them: the books stay true."""

import random
import threading

import pytest

from generation.models import Provider, RemoteCall, Render
from generation.remote import breaker, takeover
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.test_matrix import ENDS, is_the_picture, ledger_of
from tests.generation.remote.test_takeover import (
    Killed,
    die_after_sending,
    lease_runs_out,
    run_and_close,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

RENDERS = 8
HARMLESS = ("happy", "refused")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDS)
def test_the_books_stay_true_whatever_happens(
    kind: str, serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(kind)
    faults = [fault for fault in ENDS[kind] if fault not in HARMLESS]
    server = serve(kind)
    server.faults = chance.choices(faults, k=3 * RENDERS)
    for _number in range(RENDERS):
        render = order(seed=chance.randrange(2**40))
        if chance.random() < 0.4:
            die_after_sending(kind, monkeypatch)
        until_ended(render)

        ledger = ledger_of(render)
        assert render.state in ("rendered", "failed")
        assert ledger.states.count("done") == (render.state == "rendered")
        paid = [cents for cents in ledger.booked if cents]
        charged = [call for call in server.charges if call in calls_of(render.pk)]
        assert len(set(charged)) == len(charged)
        assert len(paid) >= len(charged)
        assert len(paid) <= 2
        assert float(render.cost_cents) == sum(paid)
        if render.state == "rendered":
            assert is_the_picture(render)
        else:
            assert render.error
    assert not takeover.has_adrift()


@pytest.mark.slow
def test_the_books_stay_true_with_several_loops(serve: Serve, order: Order) -> None:
    chance = random.Random(7)
    servers = [serve(kind, timeout_seconds=2, most_at_once=3) for kind in ("openai", "runpod")]
    for server in servers:
        faults = [fault for fault in ENDS[server.kind] if fault not in HARMLESS]
        server.faults = chance.choices(faults, k=10)
    renders = [order(seed=chance.randrange(2**40)) for _number in range(2 * RENDERS)]

    for _round in range(30):
        loops = [threading.Thread(target=run_and_close) for _number in range(4)]
        for thread in loops:
            thread.start()
        for thread in loops:
            thread.join()
        for provider in Provider.objects.all():
            breaker.reset(provider)
        if not Render.objects.filter(state__in=["queued", "rendering"]).exists():
            break

    charges = [call for server in servers for call in server.charges]
    paid = RemoteCall.objects.filter(cost_cents__gt=0)
    assert len(set(charges)) == len(charges) <= paid.count()
    assert {str(call.pk) for call in paid} >= set(charges)
    for render in renders:
        render.refresh_from_db()
        states = ledger_of(render).states
        assert render.state in ("rendered", "failed")
        assert states.count("done") == (render.state == "rendered")
        assert sum(bool(cents) for cents in ledger_of(render).booked) <= 3


def until_ended(render: Render) -> None:
    """Drive a render to its end; where a worker dies, another comes when its lease has run out."""
    for _round in range(4):
        try:
            if drive(render).state in ("rendered", "failed"):
                return
        except Killed:
            lease_runs_out(render)


def calls_of(render_id: object) -> set[str]:
    calls = RemoteCall.objects.filter(render=render_id).values_list("pk", flat=True)
    return set(map(str, calls))
