"""Who is served next."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from generation.fairness import LONGEST_PATIENCE, PATIENCE, Head, choose, patience

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def head(
    number: int,
    *,
    checkpoint: int = 1,
    queued: float = 10,
    served: float | None = None,
    **order: Any,
) -> Head:
    """A head whose times are seconds before `NOW`."""
    return Head(
        UUID(int=number),
        f"group {checkpoint}",
        checkpoint,
        NOW - timedelta(seconds=queued),
        None if served is None else NOW - timedelta(seconds=served),
        **order,
    )


def test_nothing_waits() -> None:
    assert choose([], resident=(), now=NOW) is None


def test_a_job_never_served_comes_before_one_that_was() -> None:
    served, fresh = head(1, queued=50, served=1), head(2, queued=5)

    assert choose([served, fresh], resident=(), now=NOW) == fresh


def test_jobs_take_turns() -> None:
    lately, before = head(1, served=1), head(2, served=3)

    assert choose([lately, before], resident=(), now=NOW) == before


def test_a_resident_checkpoint_comes_first() -> None:
    cold, warm = head(1, checkpoint=1), head(2, checkpoint=2, served=1)

    assert choose([cold, warm], resident=[2], now=NOW) == warm


def test_but_nobody_waits_for_ever() -> None:
    waited = PATIENCE.total_seconds() + 1
    cold, warm = head(1, checkpoint=1, queued=waited), head(2, checkpoint=2, served=1)

    assert choose([cold, warm], resident=[2], now=NOW) == cold


def test_patience_counts_from_the_last_service() -> None:
    cold = head(1, checkpoint=1, queued=500, served=2)
    warm = head(2, checkpoint=2, queued=500, served=1)

    assert choose([cold, warm], resident=[2], now=NOW) == warm


seconds = st.floats(0, 600)


@given(
    st.lists(
        st.builds(
            head,
            st.integers(1, 9),
            checkpoint=st.integers(1, 3),
            queued=seconds,
            served=st.none() | seconds,
        ),
        min_size=1,
    ),
    st.sets(st.integers(1, 3)),
)
def test_the_longest_overdue_always_wins(heads: list[Head], resident: set[int]) -> None:
    chosen = choose(heads, resident=resident, now=NOW)

    assert chosen in heads
    oldest = min(entry.waiting_since for entry in heads)
    if NOW - oldest > PATIENCE:
        assert chosen is not None
        assert chosen.waiting_since == oldest


def test_a_higher_priority_comes_before_fair_turns() -> None:
    usual, urgent = head(1), head(2, checkpoint=2, served=1, priority=1)

    assert choose([usual, urgent], resident=[1], now=NOW) == urgent


def test_an_order_by_hand_comes_before_fair_turns() -> None:
    usual, second, first = head(1), head(2, place=2.0), head(3, served=1, place=1.0)

    assert choose([usual, second, first], resident=(), now=NOW) == first


def test_a_lower_priority_waits_longer_but_not_for_ever() -> None:
    waited = PATIENCE.total_seconds() * 3
    low, high = head(1, queued=waited, priority=-1), head(2, served=1)
    longer = head(1, queued=waited * 2, priority=-1)

    assert choose([low, high], resident=(), now=NOW) == high
    assert choose([longer, high], resident=(), now=NOW) == longer


@given(st.integers(0, 20))
def test_patience_grows_and_ends(steps: int) -> None:
    assert PATIENCE <= patience(steps) <= patience(steps + 1) <= LONGEST_PATIENCE
