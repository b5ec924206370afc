"""The training pictures: maps that add up, captions that are true, the same seed again."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from generation.house import captions, painters
from generation.house.families import FAMILIES


def test_every_family_has_a_painter_and_every_painter_a_family():
    assert list(FAMILIES) == list(painters.PAINTERS)
    assert len(FAMILIES) >= 14
    assert sum(family.sellable for family in FAMILIES.values()) >= 8


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("aspect", painters.ASPECTS)
def test_maps_cover_every_pixel_exactly_once(family, aspect):
    maps = painters.draw(painters.random_scene(Random(5), family, aspect))
    assert maps.shape == (6, round(64 * aspect[1]), round(64 * aspect[0]))
    assert maps.min() >= 0
    np.testing.assert_allclose(maps.sum(0), 1, atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_seed_repeats_and_another_seed_differs(family):
    scene = painters.random_scene(Random(8), family)
    assert np.array_equal(painters.draw(scene), painters.draw(scene))
    others = [painters.draw(replace(scene, seed=seed)) for seed in range(4)]
    assert any(not np.array_equal(others[0], other) for other in others[1:])


@pytest.mark.parametrize("family", FAMILIES)
def test_each_motif_and_each_layout_changes_the_picture(family):
    known = FAMILIES[family]
    scene = replace(painters.random_scene(Random(3), family), motifs=(), density=0.5)
    plain = painters.draw(scene)
    for motif in known.motifs:
        assert not np.array_equal(plain, painters.draw(replace(scene, motifs=(motif,)))), motif
    drawn = {painters.draw(replace(scene, layout=layout)).tobytes() for layout in known.layouts}
    assert len(drawn) == len(known.layouts)


def test_left_lies_left_of_right():
    def centre_of_ink(layout: str) -> float:
        scene = replace(
            painters.random_scene(Random(1), "ripples"), layout=layout, motifs=("core",)
        )
        core = painters.draw(scene)[5]
        return float((core.sum(0) * np.arange(64)).sum() / core.sum())

    assert centre_of_ink("left") < 26 < 38 < centre_of_ink("right")


@pytest.mark.parametrize("family", FAMILIES)
def test_captions_name_what_is_there_and_nothing_else(family):
    known = FAMILIES[family]
    random = Random(2)
    for _ in range(30):
        scene = painters.random_scene(random, family)
        text = captions.caption(family, scene.layout, scene.density, scene.motifs, random)
        subject, *tail = text.split(", ")
        assert any(subject.startswith(phrase) for phrase in known.phrases)
        for motif, phrase in known.motifs.items():
            assert (
                subject.endswith(phrase)
                or f" {phrase} " in f"{subject} "
                or (motif not in scene.motifs)
            )
        allowed = {*captions.LAYOUT_WORDS[scene.layout], *captions.MOODS, *captions.FILLERS}
        allowed |= set(captions.DENSITY_WORDS[scene.level])
        assert set(tail) <= allowed


def test_a_spec_compiles_to_the_dialect():
    compiled = captions.prompt_for(
        "boho-arches", "diagonal", 0.4, "arches over low hills", ["calm", "unheard-of"]
    )
    assert compiled == "boho arches over low hills, diagonal, balanced, calm"


def test_an_unsupported_layout_becomes_one_that_the_family_has():
    assert "centered" in captions.prompt_for("waves", "diagonal", 0.9, "", [])


@pytest.mark.parametrize(("family", "density"), [("no-such", 0.5), ("waves", 1.2)])
def test_bad_fields_are_refused_in_a_sentence(family, density):
    with pytest.raises(ValueError, match=r"no-such|Density"):
        captions.prompt_for(family, "centered", density, "", [])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_motif_can_be_asked_for_by_its_own_phrase(family):
    for motif, phrase in FAMILIES[family].motifs.items():
        assert motif in captions.motifs_in(family, phrase)
