"""Time and cost out of what was measured, and an honest nothing where nothing was."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation.estimates import estimate, own_cents, pace_of
from generation.models import Job, Render, Style, Worker
from generation.outlook import outlook_of
from tests.generation.specs import SMALL

SQUARE, LARGE = (64, 64, 4), (128, 64, 4)


def test_the_pace_is_that_of_the_same_size() -> None:
    pace = pace_of(SQUARE, [(SQUARE, 2.0), (SQUARE, 4.0), (LARGE, 50.0)])

    assert pace is not None
    assert (pace.seconds, pace.measured, pace.is_scaled) == (3.0, 2, False)


def test_another_size_is_scaled_by_pixels_and_steps() -> None:
    pace = pace_of((128, 128, 8), [(LARGE, 5.0), (SQUARE, 1.0)])

    assert pace is not None
    assert (pace.seconds, pace.measured, pace.is_scaled) == (20.0, 1, True)


def test_nothing_measured_is_nothing_said() -> None:
    assert pace_of(SQUARE, []) is None


def rendered(render: Render, seconds: float, batch: int, **fields: Any) -> None:
    """Note that a render was made."""
    end = timezone.now()
    values = {
        "state": "rendered",
        "file": "x",
        "sha256": "0" * 64,
        "finished_at": end,
        "started_at": end - timedelta(seconds=seconds),
        "fingerprint": {"batch_size": batch},
    }
    Render.objects.filter(pk=render.pk).update(**values | fields)


@pytest.mark.django_db
def test_a_series_is_estimated_from_finished_renders(
    style: Style, submit: Any, settings: Any
) -> None:
    settings.RENDER_HOUR_CENTS = 3600
    assert outlook_of(SMALL).estimate.compute_seconds is None
    one, other = submit(count=2).renders.order_by("index")
    rendered(one, 8, 2)
    rendered(other, 100, 1, provider="somewhere")

    found = outlook_of(SMALL | {"count": 3}).estimate

    assert (found.compute_seconds, found.measured, found.is_scaled) == (12.0, 1, False)
    assert (found.wall_seconds, found.workers, found.cents) == (12.0, 0, 12.0)
    assert own_cents(12) == 12.0


@pytest.mark.django_db
def test_workers_share_the_time(style: Style, submit: Any) -> None:
    rendered(submit().renders.get(), 10, 1)
    now = timezone.now()
    for name in "ab":
        Worker.objects.create(name=name, queues=["render"], started_at=now, seen_at=now)

    found = outlook_of(SMALL | {"count": 4}).estimate

    assert (found.compute_seconds, found.wall_seconds) == (40.0, 20.0)


@pytest.mark.django_db
def test_other_lanes_say_nothing(style: Style, submit: Any) -> None:
    rendered(submit().renders.get(), 10, 1)

    assert outlook_of(SMALL, lane="archive").estimate.compute_seconds is None
    assert estimate([]).cents == 0
    assert Job.objects.get().outlook["estimate"]["compute_seconds"] is None
