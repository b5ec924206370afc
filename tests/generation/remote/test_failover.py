"""Failing over, end to end: real clients, real loop, servers that misbehave as documented."""

from typing import Any

import pytest

from generation.models import Job, Provider, RemoteCall, Render
from generation.remote import breaker, loop, router
from generation.waiting import why_waiting
from tests.generation.remote.conftest import Order, Serve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]
CHEAP, DEAR = 1, 9


def ended(render: Render) -> Render:
    loop.work_until_empty()
    render.refresh_from_db()
    return render


def calls(render: Render) -> list[tuple[str, str]]:
    rows = RemoteCall.objects.filter(render=render).order_by("created_at")
    return list(rows.values_list("provider__slug", "state"))


@pytest.mark.parametrize(
    ("fault", "state"), [("refused", "refused"), ("unavailable", "failed"), ("broken", "failed")]
)
def test_who_refuses_or_breaks_is_followed_by_the_next(
    fault: str, state: str, serve: Serve, order: Order
) -> None:
    first = serve("stability", fault, price_cents=CHEAP)
    second = serve("openai", price_cents=DEAR)

    render = ended(order())

    assert (render.state, render.provider) == ("rendered", "openai")
    assert calls(render) == [("stability", state), ("openai", "done")]
    assert render.cost_cents == DEAR
    assert (len(first.charges), len(second.charges)) == (0, 1)


def test_a_refused_picture_does_not_count_against_the_provider(serve: Serve, order: Order) -> None:
    serve("stability", "refused", price_cents=CHEAP)
    serve("openai", price_cents=DEAR)

    ended(order())

    assert Provider.objects.get(slug="stability").failures == 0


def test_a_provider_that_is_away_is_left_alone_after_three(serve: Serve, order: Order) -> None:
    first = serve("stability", "unavailable", times=9, price_cents=CHEAP)
    serve("openai", price_cents=DEAR, most_at_once=9)
    renders = [order() for _ in range(6)]

    loop.work_until_empty()

    assert {ended(render).state for render in renders} == {"rendered"}
    assert len(first.seen) == breaker.TRIP_AFTER
    provider = Provider.objects.get(slug="stability")
    assert (provider.failures, provider.closed_until is not None) == (breaker.TRIP_AFTER, True)


def test_refused_by_everybody_is_said_on_the_page(
    serve: Serve, order: Order, curator_client: Any
) -> None:
    serve("stability", "refused", price_cents=CHEAP)
    serve("openai", "refused", price_cents=DEAR)

    render = ended(order())

    assert sorted(calls(render)) == [("openai", "refused"), ("stability", "refused")]
    if render.state == "queued":
        assert why_waiting(render.job).startswith("Nobody can make it with")
    else:
        assert render.state == "failed"
        assert render.error
    page = curator_client.get(render.job.get_absolute_url()).content.decode()
    assert "refus" in page.lower() or render.error in page


def test_a_spent_budget_stops_the_next_and_says_so(serve: Serve, order: Order) -> None:
    serve("openai", price_cents=4)
    first = ended(order(job_fields={"budget_cents": 6}))
    second = order()
    Render.objects.filter(pk=second.pk).update(job=first.job)

    assert router.next_assignment() is None
    assert "2.00 are left of the job's budget" in why_waiting(Job.objects.get(pk=first.job_id))
