"""What is measured of a picture: right on painters' pictures, quick, and never outside 0 … 1."""

from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generation.adherence import measure, next_seed, outside
from generation.adherence.tolerances import excess
from generation.compile import SLOT_WEIGHTS
from generation.house.families import FAMILIES
from generation.palettes import PALETTES
from generation.spec import SEED_LIMIT


def ordered(scene: Any, name: str, **changes: Any) -> Any:
    """Return what is read of a render that asked for a scene."""
    pairs = zip(PALETTES[name].slots, SLOT_WEIGHTS, strict=True)
    values = {
        "layout": scene.layout,
        "density": scene.density,
        "palette": [{"hex": color, "weight": weight} for color, weight in pairs],
        "width_px": 256,
        "height_px": 256,
        "style_version": SimpleNamespace(motif=scene.family, tolerances={}),
        "job": SimpleNamespace(spec={}),
    }
    return SimpleNamespace(**(values | changes))


def painted(seed: int, family: str, palette: str) -> tuple[Any, Image.Image]:
    from generation.house import painters
    from generation.house.training.adherence import drawn

    scene = painters.random_scene(Random(seed), family)
    return scene, drawn(scene, PALETTES[palette].slots, "paper")


@pytest.mark.parametrize("family", ["boho-arches", "sun-and-hills", "vases", "ripples"])
def test_a_painter_s_picture_is_as_asked_and_another_order_is_not(family: str) -> None:
    for seed in range(500, 504):
        scene, image = painted(seed, family, "terracotta")
        right = measure(ordered(scene, "terracotta"), image)["distances"]
        assert right["layout"] < 0.5
        assert right["palette"] < 0.1
        assert right["size"] == 0

        others = [name for name in FAMILIES[family].layouts if name != scene.layout]
        for other in others:
            assert (
                measure(ordered(scene, "terracotta", layout=other), image)["distances"]["layout"]
                > 0.5
            )
        assert measure(ordered(scene, "sage"), image)["distances"]["palette"] > right["palette"]


def test_size_is_exact() -> None:
    scene, image = painted(1, "stripes", "sage")
    assert measure(ordered(scene, "sage", width_px=264), image)["distances"]["size"] == 1


def test_a_layout_that_its_family_does_not_know_is_not_measured() -> None:
    scene, image = painted(1, "waves", "sage")
    measured = measure(ordered(scene, "sage", layout="anywhere"), image)
    assert "layout" not in measured["distances"]
    assert "layout" not in measure(ordered(scene, "sage"), image)["distances"]  # it has one only


@given(
    st.integers(8, 90),
    st.integers(8, 90),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 0xFFFFFF), st.floats(0.01, 1)), min_size=1, max_size=8),
    st.sampled_from([*FAMILIES, ""]),
    st.floats(0, 1),
)
def test_every_picture_gets_distances_from_0_to_1(
    width: int, height: int, seed: int, colors: Any, family: str, density: float
) -> None:
    chance = np.random.default_rng(seed)
    pixels = chance.integers(0, 256, (height, width, 3)) * chance.integers(0, 2)
    palette = [{"hex": f"#{code:06X}", "weight": weight} for code, weight in colors]
    scene = SimpleNamespace(family=family, layout="centered", density=density)
    render = ordered(scene, "sage", palette=palette)

    distances = measure(render, Image.fromarray(pixels.astype(np.uint8)))["distances"]

    assert all(0 <= value <= 1 for value in distances.values())


@given(st.integers(0, SEED_LIMIT - 1), st.integers(1, 20))
def test_the_next_seed_is_the_same_everywhere_and_another(seed: int, turn: int) -> None:
    assert next_seed(seed, turn) == next_seed(seed, turn) != seed
    assert 0 <= next_seed(seed, turn) < SEED_LIMIT
    assert next_seed(seed, 0) == seed
    assert len({next_seed(seed, n) for n in range(21)}) == 21


def test_the_next_seed_never_changes() -> None:
    assert next_seed(7, 1) == 7311231103160473
    assert next_seed(7, 2) == 4359766285471008


NAMES = st.dictionaries(
    st.sampled_from(["palette", "shares", "layout", "density", "size"]), st.floats(0, 1)
)


@given(NAMES, NAMES)
def test_outside_is_what_has_an_excess(distances: Any, tolerances: Any) -> None:
    render: Any = SimpleNamespace(
        job=SimpleNamespace(spec={}), style_version=SimpleNamespace(tolerances=tolerances)
    )
    sentence = outside(render, {"distances": distances})
    assert (sentence is not None) == (excess(distances, tolerances) > 0)


def test_the_spec_s_tolerance_goes_before_the_style_s() -> None:
    render: Any = SimpleNamespace(
        job=SimpleNamespace(spec={"tolerances": {"palette": 0.5}}),
        style_version=SimpleNamespace(
            tolerances={"palette": 0.1, "layout": 0.4, "odd": 0, "size": True}
        ),
    )
    assert outside(render, {"distances": {"palette": 0.3, "layout": 0.2, "size": 1}}) is None
    assert outside(render, {"distances": {"palette": 0.3, "layout": 0.5}}) == (
        "Too far from its order: its layout (0.50, allowed 0.4)."
    )
