"""The lines that say which mark it is, and whether there is one."""

import hashlib
import json
import shutil
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.compliance import logos
from curation.compliance.markfinder import WEIGHTS, fitting
from curation.compliance.markfinder.line import FILE, NUMBERS, Lines, digest, lines

LINE = {"bias": -3.0, "place": 4.0, "likeness": 1.0, "share": 2.0, "intricacy": 0.5}


@given(st.fixed_dictionaries({name: st.floats(-1e6, 1e6) for name in NUMBERS}))
def test_a_probability_whatever_the_numbers(numbers):
    assert 0 <= Lines(LINE, LINE, 0.5).likely(numbers) <= 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_it_rises_with_a_number_of_positive_weight(one, other):
    low, high = sorted((one, other))
    rest = dict.fromkeys(NUMBERS, 0.5)
    found = [Lines(LINE, LINE, 0.5).likely(rest | {"place": place}) for place in (low, high)]
    assert found[0] <= found[1]


def test_the_shipped_lines_were_fitted_and_hold_few_clean_pictures():
    kept = json.loads((WEIGHTS / FILE).read_text())
    assert kept["fitted_on"]["pictures"] >= 600
    assert kept["fitted_on"]["clean_held"] <= 0.01 < 0.8 <= kept["fitted_on"]["marked_held"]
    assert len(digest(WEIGHTS)) == 4


@pytest.mark.slow
def test_a_fit_writes_lines_that_tell_marks_from_grounds(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    for module in (fitting, logos):
        monkeypatch.setattr(module, "WEIGHTS", folder)
    chance = Random(3)

    def draw():
        tone = [chance.randrange(60, 200) for _ in range(3)]
        return np.full((128, 128, 3), tone, np.uint8)

    written = fitting.fit(draw, 36)
    assert written["fitted_on"]["marked_held"] > written["fitted_on"]["clean_held"]
    assert lines(folder).sure == written["sure"]
    sums = json.loads((folder / "manifest.json").read_text())["sha256"]
    assert sums[FILE] == hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def forget():
    yield
    lines.cache_clear()
