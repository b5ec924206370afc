"""The judge of shots: it must see each fault, or a run without any says nothing."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.factories import make_collection
from tests.fuzz import range as shooting
from tests.fuzz.range import Tally

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_5xx_and_an_error_are_hits() -> None:
    tally = Tally()

    def fail() -> str:
        raise KeyError("x")

    tally.fire("pages", "a", lambda: "500")
    tally.fire("pages", "b", lambda: "503")
    tally.fire("pages", "c", fail)
    tally.fire("pages", "d", lambda: "404")

    assert tally.faults == {"5xx": 2, "error": 1}
    assert tally.shots["pages"] == 4


def test_what_takes_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shooting, "PATIENCE_SECONDS", 0.2)
    tally = Tally()

    def stubborn() -> str:
        try:
            time.sleep(20)
        except Exception:  # as code on the way may
            time.sleep(20)
        return "200"

    tally.fire("pages", "a", stubborn)

    assert tally.faults == {"hang": 1}


def test_a_refusal_that_wrote_is_a_hit_and_an_acceptance_is_not() -> None:
    tally = Tally()

    def write(status: str) -> str:
        make_collection()
        return status

    tally.fire("forms", "a", lambda: write("422"), writes=True)
    tally.fire("forms", "b", lambda: write("302"), writes=True)
    tally.fire("forms", "c", lambda: "422", writes=True)

    assert tally.faults == {"half-written": 1}
    assert "1 × catalog_collection" in next(iter(tally.hits.values()))


def test_a_refused_visitor_may_be_remembered() -> None:
    tally = Tally()

    def remember() -> str:
        Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
        return "422"

    tally.fire("forms", "a", remember, writes=True)

    assert tally.faults == {}
