"""Agreement of raters, against a published example and a slow second implementation."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import agreement, services
from curation.agreement import krippendorff_alpha
from curation.models import Assignment
from tests.conftest import make_user

_ = None
CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
"""Krippendorff (2011), section C: four observers, twelve units, missing data; alpha is 0.743."""


def test_the_published_example():
    assert krippendorff_alpha(zip(*CODERS, strict=True)) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        ([], None),
        ([["a"], [None, "b"]], None),
        ([["a", "a"], ["a", "a"]], None),
        ([["a", "a"], ["b", "b"]], 1.0),
    ],
)
def test_the_edges(units, alpha):
    assert krippendorff_alpha(units) == alpha


def slowly(units):
    """Alpha by its definition: one minus observed over expected disagreement, pair by pair."""
    kept = [[value for value in unit if value is not None] for unit in units]
    kept = [unit for unit in kept if len(unit) > 1]
    values = [value for unit in kept for value in unit]
    if len(set(values)) < 2:
        return None
    n = len(values)
    observed = sum(
        sum(one != other for one, other in permutations(unit, 2)) / (len(unit) - 1) for unit in kept
    )
    expected = sum(one != other for one, other in permutations(values, 2))
    return 1 - (observed / n) / (expected / (n * (n - 1)))


@given(
    st.lists(
        st.lists(st.sampled_from(["approve", "reject", "review", None]), max_size=5), max_size=12
    )
)
def test_agrees_with_the_definition(units):
    fast, slow = krippendorff_alpha(units), slowly(units)
    assert (fast is None) == (slow is None)
    if fast is not None:
        assert fast == pytest.approx(slow)
        assert fast <= 1 + 1e-12


class TestOpinions:
    @pytest.fixture
    def people(self, curator):
        return [curator, make_user("ada", "curators"), make_user("ben", "curators")]

    def opinion(self, candidate, user, verdict, expected="", purpose="second"):
        services.assign(candidate=candidate, purpose=purpose, propensity=0.5, expected=expected)
        reason = "taste" if verdict == "reject" else ""
        services.decide(candidate_id=candidate.pk, user=user, verdict=verdict, reason=reason)

    def test_by_brand_and_by_pair(self, waiting, people):
        curator, ada, _ben = people
        for candidate, second in zip(
            waiting(4), ("approve", "approve", "approve", "reject"), strict=True
        ):
            services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
            self.opinion(candidate, ada, second)
        brand = Assignment.objects.first().candidate.brand_id
        found = agreement.by_brand()[brand]
        assert (found.units, found.equal) == (4, 3)
        assert found.alpha == pytest.approx(0.0, abs=0.2)
        assert list(agreement.by_pair()) == [("ada", "curator")]

    def test_known_answers_and_pace(self, waiting, people):
        curator, ada, ben = people
        first, second = waiting(2)
        services.decide(candidate_id=first.pk, user=curator, verdict="approve")
        services.claim(candidate_id=second.pk, user=curator)
        services.decide(candidate_id=second.pk, user=curator, verdict="approve", took_ms=0)
        first.refresh_from_db()
        services.mark_gold(candidate=first, expected="approve")
        for user, verdict in ((ada, "approve"), (ben, "reject")):
            services.decide(candidate_id=first.pk, user=user, verdict=verdict, reason="taste")
        assert [(row.username, row.met, row.right) for row in agreement.on_known_answers()] == [
            ("ada", 1, 1),
            ("ben", 1, 0),
        ]
        assert [(row.username, row.decisions) for row in agreement.pace()] == [("curator", 1)]
