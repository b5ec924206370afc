"""Contact sheets: what the model makes, unpicked, and what the painters draw beside it.

For: looking. Not for: numbers (`generation/house/evaluation`). Next: `export.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch
from PIL import Image

from generation.house import painters
from generation.house.captions import prompt_for
from generation.house.compositing import coverage
from generation.house.families import FAMILIES
from generation.house.finishes import applied
from generation.house.pipeline import HousePipeline
from generation.house.training.dataset import TAUGHT
from generation.palettes import PALETTES


def request_of(family: str, random: Random) -> tuple[str, tuple[str, ...]]:
    """Return a random prompt of a family, and random colours."""
    known = FAMILIES[family]
    motifs = [phrase for phrase in known.motifs.values() if random.random() < 0.4]
    layout = random.choice(known.layouts)
    prompt = prompt_for(family, layout, random.random(), " ".join(motifs), ["calm"])
    return prompt, PALETTES[random.choice(list(PALETTES))].slots


def sheet(pictures: Sequence[Image.Image], columns: int, gap: int = 4) -> Image.Image:
    """Lay pictures of one size out in rows."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * (width + gap), rows * (height + gap)), "white")
    for index, picture in enumerate(pictures):
        place = (index % columns * (width + gap), index // columns * (height + gap))
        page.paste(picture, place)
    return page


def model_sheet(
    pipeline: HousePipeline, seeds: int, size_px: int = 256, guidance: float = 3.0, steps: int = 12,
    families: Sequence[str] = TAUGHT, finish: str = "flat",
) -> Image.Image:  # fmt: skip
    """Return all `families` in columns and `seeds` rows, nothing picked."""
    pipeline.set_progress_bar_config(disable=True)
    pictures = []
    for row in range(seeds):
        random = Random(100 + row)  # noqa: S311
        requests = [request_of(family, random) for family in families]
        sources = [torch.Generator().manual_seed(1000 * row + i) for i in range(len(families))]
        for start in range(0, len(families), 7):
            part = requests[start : start + 7]
            pictures += pipeline(
                [prompt for prompt, _ in part], slots=[colours for _, colours in part],
                height=size_px, width=size_px, num_inference_steps=steps, guidance_scale=guidance,
                generator=sources[start : start + 7], finish=finish,
            ).images  # fmt: skip
    return sheet(pictures, len(families))


def painter_sheet(rows: int = 4, size_px: int = 128) -> Image.Image:
    """Return pictures drawn by the painters, for comparison only."""
    random, pictures = Random(7), []  # noqa: S311
    for _ in range(rows):
        for family in FAMILIES:
            maps = torch.from_numpy(painters.draw(painters.random_scene(random, family)))[None]
            cover = coverage(maps, size_px, size_px)[0]
            colours = PALETTES[random.choice(list(PALETTES))].slots
            pictures.append(Image.fromarray(applied("flat", cover, colours, 0)))
    return sheet(pictures, len(FAMILIES))


def write(folder: Path, seeds: int = 4) -> Path:
    """Write `grid.png` from the working folder's last checkpoint; return its path."""
    from generation.house.training.export import averaged_pipeline

    pipeline, counters = averaged_pipeline(folder)
    target = folder / f"grid-{counters['samples']}.png"
    model_sheet(pipeline, seeds).save(target)
    return target
