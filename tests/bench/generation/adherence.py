"""Is what was asked for and not given found out? On painters' pictures, whose scenes are the truth.

The pictures are others than those that the numbers were fitted to. Each is measured against its own
order and against orders that it does not fulfil; the area under the curve is how often a wrong one
gets the larger distance.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from PIL import Image

from genart.ml.picture import encode_image
from generation.adherence import calibration, measure
from generation.adherence.features import features, small_lab
from generation.compile import SLOT_WEIGHTS
from generation.consistency.likeness import outliers
from generation.house import PIPELINE_DIR
from generation.house.captions import prompt_for
from generation.house.families import FAMILIES
from generation.house.painters import random_scene
from generation.house.pipeline import HousePipeline
from generation.house.training.adherence import pictures
from generation.palettes import PALETTES
from tests.bench import Figure, percentile

PER_FAMILY = 12
PICTURES, HOUSE_PICTURES = 10, 4
LIMITS = {"palette": 0.2, "layout": 0.7, "density": 0.35}
"""Tolerances at which the shares of found and of wronged pictures are told."""


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    painted = list(pictures(PER_FAMILY, seed=2))
    own: dict[str, list[float]] = defaultdict(list)
    other: dict[str, list[float]] = defaultdict(list)
    for scene, palette, image in painted:
        compared(scene, palette, image, own, other)
    for name, goal in (("palette", ">=0.98"), ("layout", ">=0.98"), ("density", ">=0.93")):
        yield Figure(f"adherence_{name}_auc", auc(own[name], other[name]), "share", goal)
        limit = LIMITS[name]
        found, wronged = np.array(other[name]) > limit, np.array(own[name]) > limit
        yield Figure(f"adherence_{name}_found_at_{limit}", float(found.mean()), "share")
        yield Figure(
            f"adherence_{name}_wronged_at_{limit}", float(wronged.mean()), "share", "<=0.05"
        )
    yield Figure("adherence_layout_auc_unknown_family", unknown_family(painted), "share", ">=0.8")
    yield from house()
    yield from speed(painted[0])
    yield from strangers()


def compared(scene: Any, palette: str, image: Image.Image, own: Any, other: Any) -> None:
    """Note the distances of a picture from its order, and from one wrong in each respect."""
    right = measure(order(scene, palette, image), image)["distances"]
    for name in LIMITS.keys() & right.keys():
        own[name].append(right[name])
    chance = Random(scene.seed)
    wrong = {"palette": order(scene, chance.choice([p for p in PALETTES if p != palette]), image)}
    layouts = [name for name in FAMILIES[scene.family].layouts if name != scene.layout]
    if layouts:
        wrong["layout"] = order(scene, palette, image, layout=chance.choice(layouts))
    density = chance.choice([value for value in (0.1, 0.5, 0.9) if level(value) != scene.level])
    wrong["density"] = order(scene, palette, image, density=density)
    for name, asked in wrong.items():
        other[name].append(measure(asked, image)["distances"][name])


def order(scene: Any, palette: str, image: Image.Image, **changes: Any) -> Any:
    """Return what is read of a render that asks for a scene in a palette."""
    shares = zip(PALETTES[palette].slots, SLOT_WEIGHTS, strict=True)
    values = {
        "layout": scene.layout,
        "density": scene.density,
        "palette": [{"hex": color, "weight": weight} for color, weight in shares],
        "width_px": image.width,
        "height_px": image.height,
        "style_version": SimpleNamespace(motif=scene.family),
    }
    return SimpleNamespace(**(values | changes))


def level(density: float) -> int:
    """Return 0 sparse, 1 balanced or 2 dense."""
    return min(2, int(density * 3))


def auc(own: list[float], other: list[float]) -> float:
    """Return how often a wrong order is farther than a right one; ties count half."""
    right, wrong = np.array(own)[None], np.array(other)[:, None]
    return float((wrong > right).mean() + (wrong == right).mean() / 2)


def unknown_family(painted: list[Any]) -> float:
    """Return the same for layouts where the family has no numbers of its own."""
    own: list[float] = []
    other: list[float] = []
    for scene, _palette, image in painted:
        if len(FAMILIES[scene.family].layouts) < 2:
            continue
        shown = calibration.layouts_shown(features(small_lab(image)), calibration.GENERAL)
        for name in FAMILIES[scene.family].layouts:
            (own if name == scene.layout else other).append(1 - shown[name])
    return auc(own, other)


def house() -> Iterator[Figure]:
    """The same on pictures of the house model, which is not told how it is measured."""
    own: dict[str, list[float]] = defaultdict(list)
    other: dict[str, list[float]] = defaultdict(list)
    for scene, palette, image in rendered():
        compared(scene, palette, image, own, other)
    for name in LIMITS:
        yield Figure(f"adherence_{name}_auc_house_model", auc(own[name], other[name]), "share")


def rendered() -> Iterator[tuple[Any, str, Image.Image]]:
    """Yield `(scene, palette, picture)` of each family of the shop, as the house model draws it."""
    pipeline = HousePipeline.from_pretrained(PIPELINE_DIR)
    pipeline.set_progress_bar_config(disable=True)
    random = Random(4)
    for family in (info for info in FAMILIES.values() if info.sellable):
        scenes = [random_scene(random, family.slug) for _ in range(HOUSE_PICTURES)]
        palettes = [random.choice(list(PALETTES)) for _ in scenes]
        seeds = [scene.seed % 2**31 for scene in scenes]
        images = pipeline(
            [prompt_for(family.slug, one.layout, one.density, "", []) for one in scenes],
            slots=[PALETTES[palette].slots for palette in palettes],
            height=256,
            width=256,
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
            finish="paper",
            finish_seeds=seeds,
        ).images
        yield from zip(scenes, palettes, images, strict=True)


def speed(painted: Any) -> Iterator[Figure]:
    """How long one picture of 512 px takes, all in all."""
    scene, palette, image = painted
    large = image.resize((512, 512))
    asked, spent = order(scene, palette, large), []
    for _ in range(40):
        started = time.perf_counter()
        measure(asked, large)
        spent.append(1000 * (time.perf_counter() - started))
    yield Figure("adherence_measure_p50", percentile(spent, 0.5), "ms", "<=15")
    yield Figure("adherence_measure_p95", percentile(spent, 0.95), "ms")


def strangers() -> Iterator[Figure]:
    """One picture of another family and palette in each series of likes: is it, alone, found?"""
    random = Random(5)
    looks: dict[str, list[Any]] = defaultdict(list)
    for scene, palette, image in pictures(PICTURES + 1, seed=3):
        looks[scene.family].append((palette, encode_image(image)))
    found = alarms = 0
    for family in FAMILIES:
        rows = np.stack([look for _palette, look in looks[family][:PICTURES]])
        alarms += len(outliers(rows, {}))
        odd = random.choice([name for name in FAMILIES if name != family])
        mixed = np.concatenate([rows, looks[odd][PICTURES][1][None]])
        found += PICTURES in {outlier.place for outlier in outliers(mixed, {})[:1]}
    yield Figure("consistency_stranger_comes_first", found / len(FAMILIES), "share", ">=0.7")
    yield Figure("consistency_false_alarms", alarms / (len(FAMILIES) * PICTURES), "share", "<=0.05")
