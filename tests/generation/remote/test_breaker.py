"""The circuit breaker: its rule over random histories, and its rows under two threads."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from generation.models import Provider
from generation.remote import breaker
from generation.remote.breaker import FIRST_PAUSE, LONGEST_PAUSE, TRIP_AFTER, State

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Circuit:
    failures: int = 0
    closed_until: datetime | None = None
    probe_until: datetime | None = None


def fail(circuit: Circuit, now: datetime) -> None:
    after = breaker.after_failure(circuit, now)
    circuit.failures, circuit.closed_until = after.failures, after.closed_until


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=40))
def test_while_open_nothing_is_let_through_and_the_pause_never_shrinks(waits: list[int]) -> None:
    circuit, now, pauses = Circuit(), START, []
    for wait in waits:
        now += timedelta(seconds=wait)
        before = circuit.failures
        was_open = breaker.state_of(circuit, now) == State.OPEN
        assert not (was_open and breaker.lets_through(circuit, now))
        fail(circuit, now)
        assert circuit.failures == before + (not was_open)
        if circuit.failures >= TRIP_AFTER and not was_open:
            assert circuit.closed_until is not None
            pauses.append(circuit.closed_until - now)
    assert pauses == sorted(pauses)
    assert all(FIRST_PAUSE <= pause <= LONGEST_PAUSE for pause in pauses)


def test_it_opens_at_the_third_failure_and_tries_after_the_pause() -> None:
    circuit = Circuit()
    states = []
    for _ in range(TRIP_AFTER):
        states.append(breaker.state_of(circuit, START))
        fail(circuit, START)

    assert states == [State.CLOSED] * TRIP_AFTER
    assert breaker.state_of(circuit, START) == State.OPEN
    assert breaker.state_of(circuit, START + FIRST_PAUSE) == State.HALF_OPEN
    fail(circuit, START + FIRST_PAUSE)
    assert circuit.closed_until == START + 3 * FIRST_PAUSE


@given(st.integers(min_value=0, max_value=100_000))
def test_a_pause_has_a_longest_length(failures: int) -> None:
    assert FIRST_PAUSE <= breaker.pause(failures) <= LONGEST_PAUSE


@pytest.fixture
def provider(db: None) -> Provider:
    return Provider.objects.create(
        slug="cloud", name="Cloud", kind="openai", base_url="http://127.0.0.1:1", timeout_seconds=60
    )


def rest_is_over(provider: Provider) -> None:
    Provider.objects.filter(pk=provider.pk).update(
        failures=TRIP_AFTER, closed_until=timezone.now() - timedelta(seconds=1)
    )


def test_success_closes_and_latency_moves_slowly(provider: Provider) -> None:
    for _ in range(TRIP_AFTER - 1):
        breaker.note_failure(provider, "The server answered 502.")
    breaker.note_success(provider, 10)
    breaker.note_success(provider, 20)

    provider.refresh_from_db()
    assert (provider.failures, provider.closed_until, provider.last_error) == (0, None, "")
    assert provider.latency_seconds == pytest.approx(12)


def test_a_failure_is_remembered_with_its_sentence(provider: Provider) -> None:
    breaker.note_failure(provider, "x" * 1000)

    provider.refresh_from_db()
    assert (provider.failures, len(provider.last_error)) == (1, 300)
    assert breaker.admit(provider)


def test_a_late_success_does_not_close_an_open_breaker(provider: Provider) -> None:
    for _ in range(TRIP_AFTER):
        breaker.note_failure(provider, "no answer")
    breaker.note_success(provider, 3)

    provider.refresh_from_db()
    assert provider.latency_seconds == 3
    assert not breaker.admit(provider)


def test_a_rate_limit_rests_without_a_failure(provider: Provider) -> None:
    breaker.note_rate_limit(provider, 30)
    breaker.note_rate_limit(provider, 5)

    provider.refresh_from_db()
    assert provider.failures == 0
    assert not breaker.admit(provider)
    assert provider.closed_until is not None
    assert provider.closed_until > timezone.now() + timedelta(seconds=25)


def test_a_probe_that_fails_lengthens_the_pause_and_one_that_succeeds_closes(
    provider: Provider,
) -> None:
    rest_is_over(provider)
    assert breaker.admit(provider)
    breaker.note_failure(provider, "still down")
    provider.refresh_from_db()
    assert (provider.failures, provider.probe_until) == (TRIP_AFTER + 1, None)
    assert not breaker.admit(provider)

    rest_is_over(provider)
    assert breaker.admit(provider)
    breaker.note_success(provider, 1)
    assert breaker.admit(provider)
    assert breaker.admit(provider)


def test_a_person_closes_it(provider: Provider) -> None:
    for _ in range(TRIP_AFTER):
        breaker.note_failure(provider, "down")
    breaker.reset(provider)

    assert breaker.admit(provider)


def in_threads(count: int, action: object) -> list[object]:
    """Run an action in several threads at once, each with its own connection."""
    gate, results = threading.Barrier(count), []

    def run() -> None:
        gate.wait()
        try:
            results.append(action())  # type: ignore[operator]
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_several_that_ask_while_half_open_one_is_the_probe() -> None:
    provider = Provider.objects.create(
        slug="cloud", name="Cloud", kind="openai", base_url="http://127.0.0.1:1"
    )
    rest_is_over(provider)

    assert sorted(in_threads(4, lambda: breaker.admit(provider))) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_failures_at_once_are_all_counted_and_open_it_once() -> None:
    provider = Provider.objects.create(
        slug="cloud", name="Cloud", kind="openai", base_url="http://127.0.0.1:1"
    )
    in_threads(2, lambda: breaker.note_failure(provider, "down"))
    provider.refresh_from_db()
    assert provider.failures == 2

    in_threads(6, lambda: breaker.note_failure(provider, "down"))
    provider.refresh_from_db()
    assert provider.failures == TRIP_AFTER
