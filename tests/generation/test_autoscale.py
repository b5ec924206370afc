"""How many workers there should be, by property and by example."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from generation import queue
from generation.autoscale import Crew, Limits, Load, look, wanted
from generation.models import Render
from tests import factories

loads = st.builds(
    Load,
    waiting=st.integers(min_value=0, max_value=500),
    oldest_seconds=st.floats(min_value=0, max_value=10_000),
)
crews = st.builds(
    Crew,
    running=st.integers(min_value=0, max_value=8),
    busy=st.integers(min_value=0, max_value=8),
    idle_seconds=st.floats(min_value=0, max_value=1000),
    grown_seconds=st.floats(min_value=0, max_value=1000),
)
bounds = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)


@given(loads, crews, bounds)
def test_never_outside_the_limits_never_none_while_something_waits(
    load: Load, crew: Crew, bound: list[int]
) -> None:
    limits = Limits(least=bound[0], most=bound[1])

    number = wanted(load, limits, crew)

    assert limits.least <= number <= limits.most
    if load.waiting and limits.most:
        assert number >= 1
        assert number >= min(crew.running, limits.most)


@given(crews)
def test_busy_workers_stay_and_idle_ones_go_after_the_pause(crew: Crew) -> None:
    limits = Limits(most=8, idle_seconds=60)

    number = wanted(Load(), limits, crew)

    assert number == (crew.running if crew.idle_seconds < 60 else crew.busy)


@pytest.mark.parametrize(("waiting", "number"), [(0, 0), (1, 1), (8, 1), (9, 2), (17, 3), (400, 4)])
def test_a_long_queue_is_met_at_once(waiting: int, number: int) -> None:
    limits = Limits(most=4, idle_seconds=0, renders_per_worker=8)

    assert wanted(Load(waiting=waiting), limits, Crew()) == number


def test_a_late_render_brings_one_more_worker_at_a_time() -> None:
    limits = Limits(most=4, patience_seconds=60)
    late = Load(waiting=1, oldest_seconds=61)

    assert wanted(late, limits, Crew(running=1, grown_seconds=61)) == 2
    assert wanted(late, limits, Crew(running=2, grown_seconds=5)) == 2


@pytest.mark.parametrize("bad", [{"least": 3, "most": 2}, {"least": -1}, {"renders_per_worker": 0}])
def test_limits_that_cannot_hold_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="worker"):
        Limits(**bad)


@pytest.mark.django_db
def test_the_load_leaves_out_paused_jobs_and_what_providers_make() -> None:
    factories.make_render(state="queued")
    factories.make_render(state="queued")
    factories.make_render(state="queued", job=factories.make_job(state="paused"))
    factories.make_offer()
    foreign = factories.make_checkpoint(slug="foreign")
    style = factories.make_style(version_fields={"checkpoint": foreign})
    factories.make_render(state="queued", style=style)
    queue.claim_group(worker="here:1/elastic", limit=1)
    Render.objects.filter(state="queued").update(created_at=timezone.now() - timedelta(seconds=90))

    load = look()

    assert (load.waiting, load.busy) == (1, frozenset({"here:1/elastic"}))
    assert load.oldest_seconds == pytest.approx(90, abs=20)
