"""Many faults in a row, workers that die among them: the books stay true."""

import random

import pytest

from generation.models import RemoteCall, Render
from generation.remote import takeover
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.test_matrix import ENDS, is_the_picture, ledger_of
from tests.generation.remote.test_takeover import Killed, die_after_sending, lease_runs_out

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
