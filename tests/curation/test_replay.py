"""Gates on the decisions of the past: what they would have said, and whether that is worse."""

import pytest
from django.db import connection

from curation import services
from curation.models import Decision
from curation.replay import LOOK_SECONDS, compare, replaced_by, replay
from tests.curation.conftest import UNDECIDED, certify, make_gate
from tests.curation.judging import judge_many

RANKED = {"sharpness": {"reject": 0.2, "approve": 0.5}}
STRICT = {"sharpness": {"reject": 0.99, "approve": 1.0}}


@pytest.fixture
def past(brand, curator):
    """A gate, and thirty decisions of people: ten sharp ones refused, twenty approved."""
    gate = make_gate(brand, RANKED)
    judge_many(gate, [0.9] * 10, [False] * 10, curator)
    judge_many(gate, [0.8] * 15 + [0.3] * 5, [True] * 20, curator)
    return gate


def test_rules_alone_replay_as_if_all_that_passes_were_published(past):
    result = replay(past)
    assert result.people == {
        ("reject", "approve"): 10,
        ("approve", "approve"): 15,
        ("approve", "review"): 5,
    }
    assert (result.wrong_approvals, result.wrong_refusals, result.total) == (10, 0, 30)
    assert result.minutes == pytest.approx(5 * LOOK_SECONDS / 60)


def test_a_certificate_holds_back_what_ranks_too_low(past):
    certify(past, threshold=0.87)
    result = replay(past)
    assert result.people["approve", "review"] == 20
    low = next(flip for flip in result.flips if "certificate" in flip.verdict.reasons[0])
    assert low.verdict.verdict == "review"


def test_a_replay_names_what_would_change(gate, brand, judged):
    candidate = judged()
    result = replay(services.revise_gate(brand=brand, tier="commodity", rules=STRICT, user=None))
    (flip,) = result.flips
    assert (flip.candidate, flip.stands, flip.verdict.verdict) == (candidate, "approve", "reject")


def test_a_gate_replays_to_what_it_decided(gate, judged):
    judged()
    result = replay(gate)
    assert result.table == {("approve", "approve"): 1}
    assert result.flips == []


def test_rules_that_cannot_be_read_are_named(brand):
    gate = make_gate(brand, {"beauty": {"reject": 0, "approve": 1}})
    assert "There is no scorer beauty" in replay(gate).fault


def test_timed_decisions_say_what_a_look_costs(past, curator):
    candidate = judge_many(past, [0.5])[0]
    Decision.objects.create(candidate=candidate, verdict="approve", user=curator, took_ms=9000)
    assert replay(past).seconds == 9.0


def test_the_matrix_equals_what_sql_counts(past):
    """The same numbers by a query that shares no code with the replay."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FILTER (WHERE s.value >= 0.5 AND d.verdict = 'reject'),
                   count(*) FILTER (WHERE s.value >= 0.5 AND d.verdict = 'approve'),
                   count(*) FILTER (WHERE s.value < 0.5 AND d.verdict = 'approve')
            FROM curation_decision d
            JOIN curation_score s ON s.candidate_id = d.candidate_id AND s.scorer = 'sharpness'
            WHERE d.user_id IS NOT NULL""")
        wrong, right, sent = cursor.fetchone()
    people = replay(past).people
    assert people["reject", "approve"] == wrong
    assert people["approve", "approve"] == right
    assert people["approve", "review"] == sent


class TestCompare:
    def test_counts_what_only_one_of_them_gets_wrong(self, past, brand):
        strict = make_gate(brand, STRICT)
        comparison = compare(strict, past)
        assert (comparison.only_new, comparison.only_old) == (20, 10)
        assert comparison.labels == 30
        assert "it alone is wrong on 20" in comparison.objection
        assert comparison.wrong_approvals == -10
        assert compare(past, strict).objection == ""

    def test_people_are_never_contradicted_by_asking_them(self, past, brand):
        careful = make_gate(brand, UNDECIDED)
        comparison = compare(careful, past)
        assert (comparison.only_new, comparison.only_old) == (0, 10)
        assert comparison.minutes == pytest.approx(25 * LOOK_SECONDS / 60)

    def test_few_differences_are_no_objection(self, past, brand, curator):
        other = make_gate(brand, {"sharpness": {"reject": 0.35, "approve": 0.95}})
        comparison = compare(other, make_gate(brand, UNDECIDED))
        assert comparison.only_new == 5
        assert comparison.chance == pytest.approx(1 / 32)
        assert comparison.objection

    def test_the_gate_before_is_the_last_that_was_certified(self, past, brand):
        certify(past)
        make_gate(brand, UNDECIDED)  # never certified
        newest = make_gate(brand, STRICT)
        assert replaced_by(newest) == past
        assert replaced_by(past) is None
