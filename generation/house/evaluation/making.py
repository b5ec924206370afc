"""Make the pictures of requests, one file each, so that a run that was stopped goes on.

For: every figure about the model. Not for: the shop. Pictures are those of the shipped pipeline
with its defaults; the batch a picture is made in depends on its place only, so a second run
makes the same ones. Next: `running.py`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from generation.house.evaluation.pictures import drawn
from generation.house.evaluation.requests import Request

BATCH, SIZE_PX = 8, 256

Wear = Callable[[Request], str]


def made(
    pipeline: Any,
    requests: Sequence[Request],
    folder: Path,
    size_px: int = SIZE_PX,
    word: Wear = lambda request: request.prompt,
) -> list[Image.Image]:
    """Return a picture per request, from `folder` or made now and kept there.

    `word` says with which prompt a request is made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{index:04d}.png" for index in range(len(requests))]
    for start in range(0, len(requests), BATCH):
        part = slice(start, start + BATCH)
        if all(path.exists() for path in paths[part]):
            continue
        wanted = requests[part]
        images = pipeline(
            [word(request) for request in wanted],
            slots=[request.slots for request in wanted],
            height=size_px, width=size_px,
            generator=[torch.Generator().manual_seed(request.seed) for request in wanted],
            finish=[request.finish for request in wanted],
            finish_seeds=[request.seed for request in wanted],
        ).images  # fmt: skip
        for path, image in zip(paths[part], images, strict=True):
            image.save(path.with_suffix(".part"), "PNG")
            path.with_suffix(".part").replace(path)
        print(f"{folder.name}: {min(start + BATCH, len(requests))} of {len(requests)}", flush=True)
    return [Image.open(path).convert("RGB") for path in paths]


def painted(requests: Sequence[Request], size_px: int = SIZE_PX) -> list[Image.Image]:
    """Return the painters' pictures of the same scenes, in the same colours and finishes."""
    return [drawn(request.scene, request.slots, request.finish, size_px) for request in requests]


def shipped_pipeline() -> Any:
    """Return the pipeline that ships, silent."""
    from generation.house import PIPELINE_DIR
    from generation.house.pipeline import HousePipeline

    pipeline = HousePipeline.from_pretrained(PIPELINE_DIR)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
