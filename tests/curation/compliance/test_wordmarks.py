"""What readings mean: wordmarks, other lettering, or nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.compliance.lettering import Line
from curation.compliance.misreading import misreading
from curation.compliance.ocr import Box
from curation.compliance.wordmarks import WordmarkDetector
from curation.models import Mark

BOX = Box(np.array([[100, 200], [300, 200], [300, 250], [100, 250]], np.float32), 0.9)
WORDS = st.text("abcdefghijkl0158", min_size=1, max_size=10)


def line(*readings):
    return Line(tuple(readings), BOX)


def judged(*lines):
    return list(WordmarkDetector().findings(lines, 500, 500))


@pytest.fixture
def marks(db):
    Mark.objects.create(
        kind="word", name="Quimbra", key="quimbra", owner="Quimbra GmbH", nice_classes=[16],
        source="uspto", number="90000001",
    )  # fmt: skip


class TestFindings:
    def test_a_mark_is_named_with_its_owner_and_place(self, marks):
        (finding,) = judged(line(("QUIMBRA", 0.97), ("QUlMBRA", 0.9)))
        assert (finding.kind, finding.severity) == ("wordmark", "hold")
        assert finding.message == "It shows “QUIMBRA”: the mark Quimbra of Quimbra GmbH."
        assert finding.mark_id == Mark.objects.get().pk
        assert finding.box == pytest.approx((0.2, 0.4, 0.4, 0.1))
        assert finding.score == pytest.approx(0.97)
        assert finding.evidence["classes"] == [16]
        assert finding.evidence["register"] == "uspto 90000001"
        assert finding.evidence["readings"] == [["QUIMBRA", 0.97], ["QUlMBRA", 0.9]]

    def test_a_misread_letter_still_finds_it(self, marks):
        (finding,) = judged(line(("OUIMBRA", 0.9), ("0UIMBRA", 0.7)))
        assert finding.kind == "wordmark"
        assert finding.evidence["distance"] == 0.5

    def test_the_second_reading_may_be_the_right_one(self, marks):
        (finding,) = judged(line(("CIUMBRA", 0.93), ("QUIMBRA", 0.91)))
        assert finding.evidence["compared"] == "quimbra"

    def test_other_lettering_holds_where_two_readings_agree(self, marks):
        (finding,) = judged(line(("quiet hills", 0.95), ("quiet hiIls", 0.9)))
        assert (finding.kind, finding.mark_id) == ("lettering", None)
        assert judged(line(("quiet hills", 0.95))) == []
        assert judged(line(("DOMB", 0.86), ("OMIO", 0.76))) == []

    def test_an_installation_may_allow_lettering(self, marks, settings):
        settings.LETTERING_HOLDS = False
        assert judged(line(("quiet", 0.99), ("quiet", 0.99))) == []
        assert judged(line(("quimbra", 0.99), ("quimbra", 0.99)))[0].kind == "wordmark"

    @pytest.mark.parametrize("text", ["OOO", "III", ":::", "A", "8888", "品", "oo.", "V V"])
    def test_shapes_are_no_lettering(self, marks, text):
        assert judged(line((text, 0.99), (text, 0.99))) == []

    def test_a_doubtful_reading_finds_nothing(self, marks):
        assert judged(line(("quimbra", 0.55), ("quimbra", 0.5))) == []
        assert judged(line(("quimbra", 0.7))) == []


class TestMisreading:
    @given(WORDS, WORDS)
    def test_it_is_a_distance(self, a, b):
        assert misreading(a, b, 20) == misreading(b, a, 20)
        assert (misreading(a, b, 20) == 0) == (a == b)
        assert misreading(a, b, 20) <= max(len(a), len(b))

    @given(WORDS, WORDS, st.floats(0, 4))
    def test_a_limit_only_stops_early(self, a, b, limit):
        whole = misreading(a, b, 20)
        cut = misreading(a, b, limit)
        assert cut == whole if whole <= limit else cut > limit

    def test_letters_that_look_alike_are_cheap(self):
        assert misreading("0kapio", "okapio", 5) == 0.5
        assert misreading("xkapio", "okapio", 5) == 1.0
