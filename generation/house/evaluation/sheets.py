"""Sheets to look at: nothing picked, seeds in order.

For: the report's contact sheet, and one grid of 64 for each of eight prompts in `docs/`. Not for:
numbers. Next: `report.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from generation.house.evaluation import making
from generation.house.evaluation.requests import Request, prompt_of
from generation.house.painters.scene import Scene
from generation.house.training.grid import sheet

CELL_PX, GRID_SIDE, JPEG_QUALITY = 128, 8, 84
SIZE_PX = 256
PROMPTS: tuple[tuple[str, str, float, tuple[str, ...], str, str], ...] = (
    ("boho-arches", "centered", 0.5, ("hills",), "terracotta", "paper"),
    ("mountains", "left", 0.5, ("moon",), "glacier", "paper"),
    ("ripples", "low", 0.5, ("core",), "ocean", "riso"),
    ("moon-night", "high", 0.5, ("crescent",), "midnight", "paper"),
    ("colour-field", "centered", 0.5, (), "plum", "watercolour"),
    ("abstract-blobs", "diagonal", 0.5, ("line",), "pastel", "watercolour"),
    ("stripes", "diagonal", 0.5, ("disc",), "citrus", "riso"),
    ("sunrise-rays", "centered", 0.5, ("sea",), "sunset", "riso"),
)
"""Family, layout, density, motifs, palette and finish of the eight grids."""


def grid_requests(row: int, count: int = GRID_SIDE**2) -> list[Request]:
    """Return one prompt with seeds 0, 1, 2 … and the finish's seeds with them."""
    family, layout, density, motifs, palette, finish = PROMPTS[row]
    scene = Scene(family, layout, density, motifs, 0)
    prompt = prompt_of(scene, ["calm"])
    return [Request(scene, prompt, palette, finish, seed) for seed in range(count)]


def write_grids(pipeline: Any, working: Path, target: Path) -> list[Path]:
    """Write the eight grids of 64 as JPEG; pictures made before are taken again."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for row, (family, *_rest) in enumerate(PROMPTS):
        pictures = making.made(pipeline, grid_requests(row), working / f"grid-{family}", SIZE_PX)
        page = sheet([_cell(picture) for picture in pictures], GRID_SIDE)
        written.append(_written(page, target / f"{family}.jpg"))
    return written


def contact_sheet(
    pictures: Sequence[Image.Image], requests: Sequence[Request], per_family: int, target: Path
) -> Path:
    """Write the first pictures of each family, a column each, as JPEG."""
    families = list(dict.fromkeys(request.scene.family for request in requests))
    rows = [
        [picture for picture, request in zip(pictures, requests, strict=True)
         if request.scene.family == family][:per_family]
        for family in families
    ]  # fmt: skip
    cells = [_cell(row[place]) for row in rows for place in range(per_family)]
    return _written(sheet(cells, 3 * per_family), target)


def _cell(picture: Image.Image) -> Image.Image:
    return picture.resize((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)


def _written(page: Image.Image, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    page.save(target, "JPEG", quality=JPEG_QUALITY)
    return target
