"""The gate by property: it is monotone, careful, and says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.gate import Bounds, Evidence, judge, parse_rules
from genart.lib.errors import InvalidInput

NAMES = ("palette", "prompt", "sharpness")
RANK = {"reject": 0, "review": 1, "approve": 2}
unit = st.floats(0, 1)
scores = st.fixed_dictionaries(dict.fromkeys(NAMES, unit))
rules = st.fixed_dictionaries(
    {name: st.tuples(unit, unit).map(lambda pair: Bounds(*sorted(pair))) for name in NAMES}
)
findings = st.lists(st.just("It is very close to another."), max_size=1)


@given(scores, rules, findings, findings, st.sampled_from(NAMES), unit)
def test_raising_a_score_never_makes_the_verdict_worse(values, bounds, holds, blocks, name, more):
    before = judge(Evidence(values, holds=holds, blocks=blocks), bounds, "commodity")
    raised = values | {name: max(values[name], more)}
    after = judge(Evidence(raised, holds=holds, blocks=blocks), bounds, "commodity")
    assert RANK[after.verdict] >= RANK[before.verdict]


@given(scores, rules, findings, findings)
def test_premium_always_meets_a_person(values, bounds, holds, blocks):
    evidence = Evidence(values, holds=holds, blocks=blocks)
    assert judge(evidence, bounds, "premium").verdict == "review"


@given(scores, rules, st.sampled_from(NAMES), findings)
def test_a_missing_score_is_neither_published_nor_refused(values, bounds, name, blocks):
    values.pop(name)
    assert judge(Evidence(values, blocks=blocks), bounds, "commodity").verdict == "review"


@given(scores, rules, findings)
def test_a_failed_scorer_is_neither_published_nor_refused(values, bounds, blocks):
    evidence = Evidence(values, blocks=blocks, failures={"ocr": "the reader crashed."})
    verdict = judge(evidence, bounds, "commodity")
    assert verdict.verdict == "review"
    assert "the reader crashed." in verdict.reasons[0]


@given(scores, rules, findings, findings)
def test_approval_means_every_bound_passes_and_nothing_is_found(values, bounds, holds, blocks):
    verdict = judge(Evidence(values, holds=holds, blocks=blocks), bounds, "commodity")
    passes = all(values[name] >= bounds[name].approve for name in NAMES)
    assert (verdict.verdict == "approve") == (passes and not holds and not blocks)


@given(scores, rules, findings, findings, st.sampled_from(["commodity", "premium"]))
def test_every_verdict_has_reasons_and_a_doubt(values, bounds, holds, blocks, tier):
    verdict = judge(Evidence(values, holds=holds, blocks=blocks), bounds, tier)
    assert verdict.reasons
    assert all(reason[0].isupper() and reason[-1] == "." for reason in verdict.reasons)
    assert 0 <= verdict.doubt <= 1


def test_the_reason_is_a_sentence_a_curator_reads():
    evidence = Evidence(
        {"palette": 0.93, "sharpness": 0.22},
        praises={"palette": "its colours are close to the palette"},
        blames={"sharpness": "it is soft"},
    )
    bounds = {"palette": Bounds(0.3, 0.7), "sharpness": Bounds(0.1, 0.3)}
    assert judge(evidence, bounds, "commodity").reasons == (
        "Its colours are close to the palette (0.93), "
        "but it is soft: sharpness 0.22 is under 0.30.",
    )


def test_values_that_read_alike_are_written_longer():
    verdict = judge(Evidence({"palette": 0.6999}), {"palette": Bounds(0.3, 0.7)}, "commodity")
    assert verdict.reasons == ("This is weak: palette 0.70 is under 0.7000.",)


def test_doubt_is_greatest_between_the_bounds():
    bounds = {"palette": Bounds(0.2, 0.6)}
    doubts = [judge(Evidence({"palette": v}), bounds, "commodity").doubt for v in (0.4, 0.55, 1.0)]
    assert doubts == sorted(doubts, reverse=True)
    assert doubts[0] == 1


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ({}, "rules"),
        ({"beauty": {"reject": 0, "approve": 1}}, "rules.beauty"),
        ({"palette": {"reject": 0.5}}, "rules.palette"),
        ({"palette": [0, 1]}, "rules.palette"),
        ({"palette": {"reject": 0.8, "approve": 0.2}}, "rules.palette"),
        ({"palette": {"reject": -1, "approve": 0.2}}, "rules.palette"),
    ],
)
def test_wrong_rules_are_named(raw, where):
    with pytest.raises(InvalidInput) as caught:
        parse_rules(raw, NAMES)
    assert caught.value.where == where


def test_good_rules_are_read():
    raw = {"palette": {"reject": 0.2, "approve": 1}}
    assert parse_rules(raw, NAMES) == {"palette": Bounds(0.2, 1.0)}
