"""What adapters change: a family's accuracy without and with its LoRA, the word's scenes, the base.

For: the adapters' figures. Not for: training them (`training/adapter.py`). Next: `running.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image
from safetensors.torch import load_file

from generation.house.captions import LAYOUT_WORDS
from generation.house.evaluation import judge, making, measuring
from generation.house.evaluation.requests import Request, held_out, taught
from generation.house.families import FAMILIES
from generation.house.integrity import sha256_of
from generation.house.training import adapter, inversion

BASE_PROMPTS = 8


def shipped() -> dict[str, Path]:
    """Return the adapters that lie with the weights: name → safetensors file."""
    return {path.stem: path for path in sorted(adapter.ADAPTERS.glob("*/*.safetensors"))}


def measured(eye: judge.Judge, folder: Path, count: int, files: dict[str, Path]) -> dict[str, Any]:
    """Return each adapter's figures, and whether base prompts stay bit-identical beside them."""
    pipeline = making.shipped_pipeline()
    base = held_out(BASE_PROMPTS, taught())
    before = making.made(pipeline, base, _fresh(folder / "base"))
    figures: dict[str, Any] = {}
    for name, path in files.items():
        if name == inversion.TRIGGER:
            figures[name] = embedding(pipeline, eye, folder, count, path)
        else:
            figures[name] = lora(pipeline, eye, folder, name, count, path)
    after = making.made(pipeline, base, _fresh(folder / "base-after"))
    same = [
        np.array_equal(np.asarray(one), np.asarray(other))
        for one, other in zip(before, after, strict=True)
    ]
    return {"adapters": figures, "base_identical": sum(same) / len(same)}


def lora(
    pipeline: Any, eye: judge.Judge, folder: Path, family: str, count: int, path: Path
) -> dict[str, float]:
    """Return the family's accuracy without its LoRA and with it; the LoRA is off afterwards."""
    asked = held_out(count, [family])
    without = making.made(pipeline, asked, folder / f"{family}-without")
    pipeline.load_lora_weights(load_file(path), adapter_name=family.replace("-", "_"))
    pipeline.enable_lora()
    pipeline.set_adapters(family.replace("-", "_"))
    worn = making.made(pipeline, asked, folder / f"{family}-with-{sha256_of(path)[:8]}")
    pipeline.disable_lora()
    return {
        "without": family_share(eye, without, asked),
        "with": family_share(eye, worn, asked),
        "painted": family_share(eye, making.painted(asked), asked),
    }


def embedding(
    pipeline: Any, eye: judge.Judge, folder: Path, count: int, path: Path
) -> dict[str, float]:
    """Return how often the word alone gives its scene: family, layout and density, all three.

    Without the embedding the prompt is the same word, which the base does not know.
    """
    asked = held_out(count, [inversion.FAMILY])
    random = Random(3)  # noqa: S311
    scenes = inversion.scenes(random, count)
    told = [replace(request, scene=scene) for request, scene in zip(asked, scenes, strict=True)]
    trigger = inversion.TRIGGER
    without = making.made(pipeline, told, folder / "word-without", word=lambda _r: trigger)
    pipeline.load_textual_inversion(load_file(path), token=f"<{trigger}>")
    kept = folder / f"word-with-{sha256_of(path)[:8]}"
    worn = making.made(pipeline, told, kept, word=lambda _r: f"<{trigger}>")
    pipeline.unload_textual_inversion(f"<{trigger}>")
    return {
        "without": scene_share(eye, without, told),
        "with": scene_share(eye, worn, told),
        "painted": scene_share(eye, making.painted(told), told),
    }


def family_share(
    eye: judge.Judge, pictures: Sequence[Image.Image], asked: Sequence[Request]
) -> float:
    """Return the share of pictures that the judge names by their family."""
    found = measuring.named_as_asked(measuring.seen(eye, pictures), asked)
    return float(found["family_accuracy"])


def scene_share(
    eye: judge.Judge, pictures: Sequence[Image.Image], asked: Sequence[Request]
) -> float:
    """Return the share of pictures whose family, layout and density are all as asked."""
    odds = measuring.seen(eye, pictures)
    families, layouts = list(FAMILIES), list(LAYOUT_WORDS)
    hits = []
    for row, request in enumerate(asked):
        scene = request.scene
        known = FAMILIES[scene.family].layouts
        place = max(known, key=lambda name: odds["layout"][row][layouts.index(name)])
        hits.append(
            families[int(odds["family"][row].argmax())] == scene.family
            and place == scene.layout
            and int(odds["density"][row].argmax()) == scene.level
        )
    return round(sum(hits) / len(hits), 4)


def _fresh(folder: Path) -> Path:
    """Return the folder without pictures of an earlier run: these must be made now."""
    for path in folder.glob("*.png"):
        path.unlink()
    return folder
