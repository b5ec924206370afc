"""What the numbers of two networks mean."""

from hypothesis import given
from hypothesis import strategies as st

from curation.compliance.contract import Subject
from curation.compliance.nudity import BODY_SURE, SAFE, NudityDetector, judged
from curation.compliance.people import Part
from tests.factories import make_picture, make_render

BOX = (0.1, 0.1, 0.2, 0.2)


def part(score, label="FEMALE_BREAST_EXPOSED"):
    return Part(label, score, BOX)


@given(st.floats(0, SAFE - 0.001), st.floats(0.25, BODY_SURE - 0.001))
def test_a_doubtful_body_in_a_safe_picture_is_nothing(whole, score):
    assert judged(whole, [part(score)], "x") == []


@given(st.floats(SAFE, 1))
def test_an_unsafe_picture_is_held_and_never_refused(whole):
    assert [finding.severity for finding in judged(whole, [], "x")] == ["hold"]


def test_a_sure_body_is_held_with_its_place():
    found = judged(0.05, [part(0.8)], "x")
    assert found[0].box == BOX and found[0].score == 0.8


def test_covered_parts_and_feet_are_nothing():
    assert judged(0.05, [part(0.9, "FEET_EXPOSED"), part(0.9, "FEMALE_BREAST_COVERED")], "x") == []


def test_this_art_is_clear(db):
    subject = Subject(make_picture(256, 256), make_render())
    assert NudityDetector().inspect(subject) == []
