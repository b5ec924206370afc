"""`manage.py fit_copy_key`: fit the map that makes the short keys by which copies are proposed.

For: `curation/compliance/copy-key.npz`, which ships. Needed again only where the features in
`curation/fingerprint.py` change; then every key must be made anew, so their method's name changes
too. Takes about two minutes.
"""

import io
from random import Random
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image

from curation import fingerprint
from curation.fingerprint import KEY_DIM, KEY_MAP, Floats

COPIES = 8


class Command(BaseCommand):
    """Draw pictures, make copies of each, fit Fisher's discriminant, write it."""

    help = "Fit the map from a picture's features to the short key by which copies are found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--pictures", type=int, default=1500)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fit and write."""
        random = Random(11)  # noqa: S311
        rows = [
            np.stack([fingerprint.features(_seen(copy)) for copy in copies(picture, random)])
            for picture in drawn(options["pictures"], random)
        ]
        mean, matrix = discriminant(np.stack(rows))
        np.savez(KEY_MAP, mean=mean.astype(np.float16), matrix=matrix.astype(np.float16))
        self.stdout.write(f"{KEY_MAP.name}: {matrix.shape[0]} features to {matrix.shape[1]}.")


def _seen(picture: Image.Image) -> Floats:
    return fingerprint.picture_signature(picture)


def drawn(count: int, random: Random) -> list[Image.Image]:
    """Draw pictures of all families in any palette."""
    from generation.house import painters
    from generation.palettes import PALETTES

    palettes = list(PALETTES.values())
    return [
        painted(painters.draw(painters.random_scene(random), 144), random.choice(palettes).slots)
        for _ in range(count)
    ]


def painted(maps: Floats, slots: tuple[str, ...]) -> Image.Image:
    """Return coverage maps `(6, h, w)` in six colours."""
    table = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in slots])
    pixels = np.einsum("shw,sc->hwc", maps, table.astype(np.float32), optimize=True)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def copies(picture: Image.Image, random: Random) -> list[Image.Image]:
    """Return a picture and copies: cropped, brighter or darker, encoded anew."""
    return [picture, *(_copy(picture, random) for _ in range(COPIES - 1))]


def _copy(picture: Image.Image, random: Random) -> Image.Image:
    width, height = picture.size
    part = [random.uniform(0.84, 1.0) for _ in range(2)]
    left, top = ((1 - share) * random.random() for share in part)
    box = (left * width, top * height, (left + part[0]) * width, (top + part[1]) * height)
    result = picture.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]
    if random.random() < 0.4:
        factor = random.uniform(0.85, 1.15)
        result = result.point([min(255, round(level * factor)) for level in range(256)] * 3)
    if random.random() < 0.3:
        buffer = io.BytesIO()
        result.save(buffer, "JPEG", quality=random.randint(25, 95))
        result = Image.open(buffer).convert("RGB")
    return result


def discriminant(rows: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the map that parts pictures best beside the spread of their copies.

    Args:
        rows: features, shape `(pictures, copies, features)`.
    """
    import scipy.linalg

    middles = rows.mean(axis=1)
    mean = middles.mean(axis=0)
    within = (rows - middles[:, None]).reshape(-1, rows.shape[2])
    inside = within.T @ within / len(within)
    between = np.cov(middles.T)
    ridge = 0.02 * np.trace(inside) / len(inside) * np.eye(len(inside))
    _, vectors = scipy.linalg.eigh(between, inside + ridge)
    return mean, np.ascontiguousarray(vectors[:, ::-1][:, :KEY_DIM])
