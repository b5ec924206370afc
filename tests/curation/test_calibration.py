"""Places in a style: monotone, versioned, in words; the raw value stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import services
from curation.calibration import LEAST, STEPS, quantiles_of, scales_for, share_below
from curation.models import Scale, Score
from curation.recording import version_of
from tests.factories import make_style

values = st.lists(st.floats(0, 1), min_size=2, max_size=80)


@given(values, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_value_never_stands_lower(known, first, second):
    quantiles = quantiles_of(known)
    low, high = sorted((first, second))
    assert 0 <= share_below(quantiles, low) <= share_below(quantiles, high) <= 1


def test_the_ends_and_the_middle():
    quantiles = quantiles_of([index / 100 for index in range(101)])
    assert len(quantiles) == STEPS
    assert share_below(quantiles, 0.5) == pytest.approx(0.5)
    assert share_below(quantiles, 2) == 1
    assert share_below(quantiles, -1) == 0


def test_equal_values_stand_in_their_middle():
    assert share_below(quantiles_of([0.4] * 50), 0.4) == pytest.approx(0.5)


def scale(style, version=1, quantiles=(0.0, 0.2, 0.4, 0.6)):
    return Scale.objects.create(
        style=style,
        scorer="sharpness",
        scorer_version=version_of("sharpness"),
        version=version,
        quantiles=list(quantiles),
        pictures=50,
    )


def test_a_style_without_a_scale_uses_that_of_all(db):
    own, other = make_style(), make_style()
    scale(None)
    scale(own)
    newest = scale(own, version=2)
    key = ("sharpness", version_of("sharpness"))
    found = scales_for([own.pk, other.pk])
    assert found[own.pk, *key] == newest
    assert found[other.pk, *key].style is None


def test_evidence_keeps_the_raw_value_and_tells_the_place(judged, gate):
    style = make_style()
    scale(style)
    score = judged(style=style).scores.get(scorer="sharpness")
    assert score.value > 0.6
    assert score.evidence["place"]["share"] == 1
    assert score.evidence["place"]["words"] == "sharper than 100 % of this style"


def test_scales_are_followed_only_as_pictures_become_many_more(judged, gate):
    candidate = judged()
    version = version_of("sharpness")
    extra = [
        Score(candidate=candidate, scorer="sharpness", version=f"{version}.{n}", value=n / 100)
        for n in range(LEAST)
    ]
    Score.objects.bulk_create(extra)
    assert services.refit_scales() == 0  # other versions do not count
    Score.objects.filter(pk__in=[row.pk for row in extra]).delete()


def test_words_say_little_of_the_middle():
    from curation.calibration import _in_words

    assert _in_words("sharpness", 0.5, "this style") == "usual for this style"
    assert _in_words("sharpness", 0.1, "this style") == "softer than 90 % of this style"
    assert _in_words("no-such-scorer", 0.1, "this style") == ""
