"""Numbers: what the scoring CLIP sees in generated pictures, and how long a picture takes.

For: `train_house measure`, whose figures go into the model card. Not for: looking (`grid.py`).
The CLIP shares no weights with the denoiser; the same measure on painter pictures beside it
says how good the judge is. Next: `card.py`.
"""

import json
import time
from pathlib import Path
from random import Random

import open_clip
import torch
from PIL import Image
from torch.nn import functional

from generation.house import painters
from generation.house.captions import prompt_for
from generation.house.compositing import coverage
from generation.house.families import FAMILIES
from generation.house.finishes import applied
from generation.house.painters.scene import Scene
from generation.house.pipeline import HousePipeline
from generation.house.training.dataset import TAUGHT
from generation.palettes import PALETTES


class Judge:
    """The scoring CLIP as an open_clip folder."""

    def __init__(self, folder: Path) -> None:
        name = f"local-dir:{folder}"
        self.model, self.preprocess = open_clip.create_model_from_pretrained(name)
        self.tokenizer = open_clip.get_tokenizer(name)
        self.model.eval()

    @torch.no_grad()
    def nearest(self, pictures: list[Image.Image], labels: list[str]) -> list[int]:
        """Return for each picture the index of the label that fits best."""
        batch = torch.stack([self.preprocess(picture) for picture in pictures])
        seen = functional.normalize(self.model.encode_image(batch), dim=-1)
        read = functional.normalize(self.model.encode_text(self.tokenizer(labels)), dim=-1)
        return (seen @ read.T).argmax(1).tolist()


def scenes(per_family: int) -> list[Scene]:
    """Return the same scenes every time; none was in the training stream."""
    random = Random(77)  # noqa: S311
    return [painters.random_scene(random, slug) for slug in TAUGHT for _ in range(per_family)]


def prompt_of(scene: Scene) -> str:
    """Return the prompt that asks for a scene."""
    motifs = " ".join(FAMILIES[scene.family].motifs[motif] for motif in scene.motifs)
    return prompt_for(scene.family, scene.layout, scene.density, motifs, [])


def drawn(scene: Scene, slots: tuple[str, ...]) -> Image.Image:
    """Return the painter's picture of a scene, 256 pixels."""
    maps = torch.from_numpy(painters.draw(scene))[None]
    return Image.fromarray(applied("flat", coverage(maps, 256, 256)[0], slots, 0))


def adherence(pipeline: HousePipeline, judge: Judge, per_family: int = 4) -> dict[str, object]:
    """Return family, palette and layout accuracy of generated pictures and of painted ones."""
    wanted = scenes(per_family)
    names = list(PALETTES)
    toned = [names[index % len(names)] for index in range(len(wanted))]
    slots = [PALETTES[name].slots for name in toned]
    made: list[Image.Image] = []
    for start in range(0, len(wanted), 7):
        part = slice(start, start + 7)
        sources = [
            torch.Generator().manual_seed(5000 + start + i) for i in range(len(wanted[part]))
        ]
        made += pipeline(
            [prompt_of(scene) for scene in wanted[part]], slots=slots[part],
            height=256, width=256, generator=sources,
        ).images  # fmt: skip
    painted = [drawn(scene, colours) for scene, colours in zip(wanted, slots, strict=True)]
    figures: dict[str, object] = {}
    for name, pictures in (("generated", made), ("painted", painted)):
        figures |= _accuracies(name, judge, pictures, wanted, toned)
    return figures


def _accuracies(
    name: str, judge: Judge, pictures: list[Image.Image], wanted: list[Scene], toned: list[str]
) -> dict[str, object]:
    """Return zero-shot accuracies of one set of pictures."""
    families, palettes = list(FAMILIES), list(PALETTES)
    seen = judge.nearest(pictures, [FAMILIES[slug].phrases[0] for slug in families])
    hits = [families[index] == scene.family for index, scene in zip(seen, wanted, strict=True)]
    per = {
        slug: sum(h for h, scene in zip(hits, wanted, strict=True) if scene.family == slug)
        for slug in TAUGHT
    }
    coloured = judge.nearest(pictures, [PALETTES[slug].name.lower() for slug in palettes])
    right = [palettes[index] == slug for index, slug in zip(coloured, toned, strict=True)]
    return {
        f"{name} pictures judged as their family": round(sum(hits) / len(hits), 3),
        f"{name} pictures judged as their palette": round(sum(right) / len(right), 3),
        f"{name} hits per family (of {len(wanted) // len(TAUGHT)})": per,
    }


def speed(pipeline: HousePipeline) -> dict[str, object]:
    """Return seconds a picture of 512 x 512 with 12 steps, in batches of 1, 4 and 8."""
    figures: dict[str, object] = {}
    for batch in (1, 4, 8):
        slots = [PALETTES["terracotta"].slots] * batch
        started, worked = time.perf_counter(), time.process_time()
        pipeline([prompt_of(scenes(1)[0])] * batch, slots=slots, finish="paper")
        wall = (time.perf_counter() - started) / batch
        cpu = (time.process_time() - worked) / batch
        figures[f"seconds a picture at batch {batch}"] = f"{wall:.2f} (CPU time {cpu:.2f})"
    return figures


def measure(pipeline: HousePipeline, clip_folder: Path, target: Path) -> dict[str, object]:
    """Measure everything, write it to `target` as JSON, and return it."""
    pipeline.set_progress_bar_config(disable=True)
    figures = adherence(pipeline, Judge(clip_folder)) | speed(pipeline)
    target.write_text(json.dumps(figures, indent=1))
    return figures
