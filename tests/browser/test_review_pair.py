"""Two curators in two browsers work one queue to its end: nothing is decided twice, nothing lost.

How fast that goes is measured by `make bench ONLY=curation.queue`.
"""

import threading

import pytest

from curation.models import Assignment, Candidate, Decision
from tests.bench.curation import queue as bench
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user

ASKED = 4
KNOWN = 10


@pytest.mark.parametrize(
    "count", [pytest.param(60, marks=pytest.mark.slow), pytest.param(1_000, marks=pytest.mark.slow)]
)
def test_two_curators_share_a_queue(transactional_db, base_url, count):
    people = [make_user("ada", "curators"), make_user("ben", "curators")]
    elsewhere(bench.fill, waiting=count, known=KNOWN)
    asked = elsewhere(bench.ask_blindly, count=ASKED)
    waiting = set(Candidate.objects.filter(state="review").values_list("pk", flat=True))
    results = {}
    threads = [
        threading.Thread(
            target=bench.one_curator, args=(base_url, bench.cookie_of(user), user.pk, results)
        )
        for user in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 2, "a browser did not come to the end"
    made = list(Decision.objects.values_list("candidate", "user", "input", "took_ms"))
    assert len(made) == len(waiting) == count
    assert {candidate for candidate, *_rest in made} == waiting
    assert {user for _candidate, user, *_rest in made} == {user.pk for user in people}
    assert {way for *_rest, way, _took in made} == {"key"}
    assert all(took is not None for *_rest, took in made)
    assert not Candidate.objects.filter(state="review").exists()
    assert Assignment.objects.filter(pk__in=asked, state="done").count() == ASKED
    assert bench.unseen(results) == set()
    unused = sum(seen["unused"] for seen in results.values())
    assert sum(seen["done"] for seen in results.values()) == count + ASKED + unused
    assert sum(seen["wrong"] for seen in results.values()) <= max(3, count // 100)
