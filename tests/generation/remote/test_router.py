"""The router on real rows: who gets what, and that budgets hold however many loops ask."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from generation import queue
from generation.models import Checkpoint, Job, Provider, RemoteCall, Render
from generation.remote import breaker, router
from generation.remote.market import Market
from generation.remote.types import Assignment
from tests import factories

pytestmark = pytest.mark.django_db


def foreign_style() -> Any:
    checkpoint = factories.make_checkpoint(slug="foreign", source="remote")
    return factories.make_style(version_fields={"checkpoint": checkpoint})


def make_waiting(count: int = 1, style: Any = None, job: Any = None, **fields: Any) -> list[Render]:
    style, job = style or foreign_style(), job or factories.make_job()
    return [
        factories.make_render(job=job, style=style, state="queued", **fields) for _ in range(count)
    ]


def assigned() -> Assignment:
    assignment = router.next_assignment()
    assert assignment is not None
    return assignment


def end_call(assignment: Assignment, state: str, cost: str = "0") -> None:
    """Do what the loop does when a call has ended without a picture."""
    attempt = RemoteCall.objects.filter(
        render=assignment.render, provider=assignment.provider
    ).count()
    RemoteCall.objects.create(
        render=assignment.render,
        provider=assignment.provider,
        attempt=attempt + 1,
        state=state,
        cost_cents=Decimal(cost),
    )
    queue.release(token=assignment.token)


def test_without_offers_nothing_is_asked_twice(django_assert_num_queries: Any) -> None:
    make_waiting()

    with django_assert_num_queries(1):
        assert router.next_assignment() is None


def test_a_render_is_claimed_for_its_provider() -> None:
    [render] = make_waiting()
    offer = factories.make_offer(price_cents=2)

    assignment = assigned()

    assert (assignment.render, assignment.offer) == (render, offer)
    render.refresh_from_db()
    assert (render.state, render.provider) == ("rendering", offer.provider.slug)
    assert render.lease_token == assignment.token
    assert router.next_assignment() is None


def test_our_own_workers_leave_foreign_checkpoints_alone() -> None:
    make_waiting()

    assert queue.claim_group(worker="w") is None


def test_an_offer_of_our_own_checkpoint_waits_for_our_workers() -> None:
    render = factories.make_render(state="queued")
    factories.make_offer(checkpoint=render.checkpoint, after_seconds=60)

    assert router.next_assignment() is None
    Render.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert assigned().render == render


def test_the_archive_lane_stays_at_home() -> None:
    render = factories.make_render(state="queued", lane="archive")
    factories.make_offer(checkpoint=render.checkpoint)

    assert router.next_assignment() is None


def test_a_refused_picture_goes_to_the_other_provider_and_stays_refused() -> None:
    make_waiting()
    cheap = factories.make_offer(price_cents=1)
    dear = factories.make_offer(price_cents=5)

    first = assigned()
    end_call(first, "refused")
    second = assigned()
    end_call(second, "refused")

    assert (first.offer, second.offer) == (cheap, dear)
    assert router.next_assignment() is None
    [*found] = Market().objections(first.render)
    assert [one.sentence.endswith("refused this picture.") for one in found if one] == [True, True]


def test_a_refusal_concerns_one_picture_only() -> None:
    make_waiting(count=2)
    factories.make_offer()

    refused = assigned()
    end_call(refused, "refused")

    assert assigned().render != refused.render


def test_many_refused_pictures_do_not_block_the_others() -> None:
    offer = factories.make_offer()
    renders = make_waiting(count=router.MOST_OF_A_HEAD + 2)
    for render in renders[:-1]:
        RemoteCall.objects.create(render=render, provider=offer.provider, state="refused")

    assert assigned().render == renders[-1]


def test_who_failed_is_asked_last() -> None:
    make_waiting()
    factories.make_offer(price_cents=1)
    dear = factories.make_offer(price_cents=5)

    end_call(assigned(), "failed")

    assert assigned().offer == dear


def test_a_render_whose_call_is_open_is_left_to_whoever_resumes_it() -> None:
    make_waiting()
    factories.make_offer()

    end_call(assigned(), "running")

    assert router.next_assignment() is None


def test_a_provider_makes_so_many_at_once_and_no_more() -> None:
    make_waiting(count=3)
    factories.make_offer(provider=factories.make_provider(most_at_once=2))

    taken = [router.next_assignment() for _ in range(3)]

    assert [bool(one) for one in taken] == [True, True, False]


def test_an_open_breaker_sends_renders_elsewhere() -> None:
    make_waiting(count=2)
    cheap, dear = factories.make_offer(price_cents=1), factories.make_offer(price_cents=5)
    for _ in range(breaker.TRIP_AFTER):
        breaker.note_failure(cheap.provider, "502")

    assert assigned().offer == dear


def test_a_probe_that_finds_no_render_leaves_the_breaker_as_it_was() -> None:
    [render] = make_waiting()
    offer = factories.make_offer()
    Provider.objects.update(
        failures=breaker.TRIP_AFTER, closed_until=timezone.now() - timedelta(seconds=1)
    )
    Render.objects.filter(pk=render.pk).update(state="cancelled")

    assert router._take(render, offer) is None
    assert Provider.objects.get().probe_until is None


def test_terms_that_forbid_sale_keep_a_series_away_but_not_a_preview() -> None:
    factories.make_offer(provider=factories.make_provider(allows_commercial_use=False))
    make_waiting()
    assert router.next_assignment() is None

    [preview] = make_waiting(job=factories.make_job(purpose="preview"))
    assert assigned().render == preview


def test_a_jobs_budget_counts_what_is_under_way_and_what_may_have_been_charged() -> None:
    job = factories.make_job(budget_cents=10)
    make_waiting(count=4, job=job)
    factories.make_offer(price_cents=4)

    first, second = assigned(), assigned()
    assert router.next_assignment() is None
    end_call(first, "failed", cost="0")
    end_call(second, "unknown", cost="4")
    assert assigned().render.job == job
    assert router.next_assignment() is None
    assert Market().spent_by_job(job) == 8


def test_a_days_budget_ends_at_midnight() -> None:
    make_waiting(count=3)
    factories.make_offer(price_cents=4, provider=factories.make_provider(daily_budget_cents=5))

    end_call(assigned(), "unknown", cost="4")
    assert router.next_assignment() is None
    RemoteCall.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert assigned()


def test_twice_in_doubt_is_never_paid_a_third_time() -> None:
    make_waiting()
    factories.make_offer(price_cents=1)

    for _ in range(2):
        end_call(assigned(), "unknown", cost="1")

    assert router.next_assignment() is None


def test_jobs_take_turns_and_priority_comes_first() -> None:
    style = foreign_style()
    large, small, urgent = (factories.make_job(priority=n) for n in (0, 0, 5))
    make_waiting(count=3, job=large, style=style)
    make_waiting(count=1, job=small, style=style)
    make_waiting(count=1, job=urgent, style=style)
    factories.make_offer(provider=factories.make_provider(most_at_once=9))

    order = [assigned().render.job for _ in range(5)]

    assert order == [urgent, large, small, large, large]


def test_paused_jobs_wait() -> None:
    make_waiting(job=factories.make_job(state=Job.State.PAUSED))
    factories.make_offer()

    assert router.next_assignment() is None


def test_switched_off_offers_and_providers_get_nothing() -> None:
    make_waiting()
    factories.make_offer(is_active=False)
    factories.make_offer(provider=factories.make_provider(is_active=False))

    assert router.next_assignment() is None


@pytest.mark.django_db(transaction=True)
def test_loops_that_ask_at_once_share_renders_budget_and_places() -> None:
    job = factories.make_job(budget_cents=20)
    make_waiting(count=12, job=job)
    for price in (3, 4):
        provider = factories.make_provider(most_at_once=3)
        factories.make_offer(price_cents=price, provider=provider)
    gate, taken = threading.Barrier(6), []

    def ask() -> None:
        gate.wait()
        try:
            while assignment := router.next_assignment():
                taken.append(assignment)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one.render.pk for one in taken}) == len(taken) == 5
    assert sum(one.offer.price_cents for one in taken) <= 20
    by_provider = [one.provider.slug for one in taken]
    assert max(by_provider.count(slug) for slug in by_provider) <= 3


def test_a_checkpoint_of_ours_is_claimed_by_one_of_both(db: None) -> None:
    render = factories.make_render(state="queued")
    factories.make_offer(checkpoint=render.checkpoint)
    assert render.checkpoint.source == Checkpoint.Source.HOUSE

    ours = queue.claim_group(worker="w")

    assert ours is not None
    assert router.next_assignment() is None


def test_jobs_that_spent_their_budget_do_not_block_the_others() -> None:
    style = foreign_style()
    offer = factories.make_offer(price_cents=4)
    for _ in range(3):
        job = factories.make_job(budget_cents=6)
        paid = factories.make_render(job=job, style=style)
        RemoteCall.objects.create(
            render=paid, provider=offer.provider, state="done", cost_cents="3"
        )
        make_waiting(job=job, style=style)
    [render] = make_waiting(style=style)

    waiting = router.candidates()

    assert waiting is not None
    assert list(waiting) == [render]
    assert assigned().render == render
