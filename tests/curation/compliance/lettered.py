"""Pictures for measuring: drawings of the house's painters, with words set on them or without."""

import colorsys
import io
import math
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from generation.house.compositing import coverage
from generation.house.finishes import FINISHES
from generation.house.painters import PAINTERS, draw, random_scene
from generation.palettes import PALETTES

SIDE = 512
ROOT = Path(__file__).parents[3]
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


@dataclass(frozen=True)
class Lettered:
    """A picture with words: what they say, how tall their capitals are, in which font."""

    image: Image.Image
    text: str
    cap_px: float
    font: str
    contrast: float


def drawing(seed: int, side: int = SIDE) -> Image.Image:
    """Draw a picture as the painters do, in a palette and a finish of the house."""
    chance = random.Random(seed)
    scene = random_scene(chance, sorted(PAINTERS)[seed % len(PAINTERS)])
    maps = torch.from_numpy(draw(scene, 64))[None]
    cover = coverage(maps, side, side)[0]
    palette = PALETTES[chance.choice(sorted(PALETTES))]
    finish = FINISHES[chance.choice(sorted(FINISHES))]
    pixels = finish(cover, palette.slots, np.random.default_rng(seed))
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))


@cache
def fonts() -> tuple[str, ...]:
    """Return the fonts at hand: the project's own, Pillow's, and the system's DejaVu."""
    files = sorted((ROOT / "static" / "fonts").glob("*.woff2"))
    own = [str(path) for path in files if not path.stem.endswith("-basic")]  # cut from the others
    system = [str(path) for path in sorted(DEJAVU.glob("*.ttf")) if "Math" not in path.name]
    return (*own, "pillow", *system)


def font_of(name: str, size: float, chance: random.Random) -> ImageFont.FreeTypeFont:
    """Load a font; one with several weights in any of them."""
    if name == "pillow":
        loaded = ImageFont.load_default(size)
        assert isinstance(loaded, ImageFont.FreeTypeFont)
        return loaded
    font = ImageFont.truetype(name, size)
    with suppress(OSError):  # a font of one weight
        font.set_variation_by_name(chance.choice(font.get_variation_names()))
    return font


def lettered(
    ground: Image.Image, text: str, seed: int, names: Sequence[str] = (), least_px: float = 18
) -> Lettered:
    """Set a word on a picture: any font, colour, opacity, slant (±15°), bend and place."""
    chance = random.Random(seed)
    name = chance.choice(names or fonts())
    size = least_px * math.exp(chance.uniform(0, math.log(96 / least_px)))
    sheet, cap = _sheet(text, name, size, chance, ground.width * 0.92)
    if chance.random() < 0.4:
        sheet = _bent(sheet, chance)
    sheet = sheet.rotate(chance.uniform(-15, 15), Image.Resampling.BICUBIC, expand=True)
    sheet = sheet.crop(sheet.getbbox())
    if sheet.width > ground.width or sheet.height > ground.height:
        return lettered(ground, text, seed + 100_003, names, least_px)
    place = (
        chance.randint(0, ground.width - sheet.width),
        chance.randint(0, ground.height - sheet.height),
    )
    color, contrast = _color(ground, sheet, place, chance)
    opacity = chance.uniform(0.6, 1.0)
    mask = sheet.point(lambda value: round(value * opacity))
    image = ground.copy()
    image.paste(Image.new("RGB", sheet.size, color), place, mask)
    if chance.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9)))
    if chance.random() < 0.3:
        image = _as_jpeg(image, chance.randint(60, 95))
    return Lettered(image, text, cap, Path(name).stem, contrast * opacity)


def _sheet(
    text: str, name: str, size: float, chance: random.Random, widest: float
) -> tuple[Image.Image, float]:
    """Draw a word in white on black, letters spaced by chance; return it and its capitals' height.

    `size` is the height of its capitals; a word that would be too wide is drawn smaller.
    """
    probe = font_of(name, 100, chance)
    top, bottom = probe.getbbox("H")[1], probe.getbbox("H")[3]
    points = size * 100 / (bottom - top)
    track = chance.choice((0, 0, 0, 0.04, 0.12))
    width = probe.getlength(text) * points / 100 + track * points * len(text)
    points *= min(1.0, widest / width)
    font = font_of(name, points, random.Random(chance.random()))
    sheet = Image.new("L", (round(min(width, widest) * 1.2 + 20), round(points * 2)), 0)
    pen, x = ImageDraw.Draw(sheet), 8.0
    for letter in text:
        pen.text((x, points * 0.4), letter, fill=255, font=font)
        x += font.getlength(letter) + track * points
    return sheet.crop(sheet.getbbox()), (bottom - top) * points / 100


def _bent(sheet: Image.Image, chance: random.Random) -> Image.Image:
    """Bend a word into a gentle wave."""
    pixels = np.asarray(sheet)
    height, width = pixels.shape
    depth = height * chance.uniform(0.1, 0.35)
    shift = depth * np.sin(np.linspace(0, math.pi * chance.choice((1, 2)), width))
    tall = np.zeros((height + 2 * math.ceil(depth) + 2, width), np.uint8)
    for column in range(width):
        start = math.ceil(depth) + round(shift[column])
        tall[start : start + height, column] = pixels[:, column]
    return Image.fromarray(tall)


def _color(
    ground: Image.Image, sheet: Image.Image, place: tuple[int, int], chance: random.Random
) -> tuple[tuple[int, int, int], float]:
    """Choose a colour that people can read on what lies below; return it and the contrast."""
    box = (*place, place[0] + sheet.width, place[1] + sheet.height)
    below = np.asarray(ground.crop(box), np.float32) / 255
    light = below @ np.array([0.299, 0.587, 0.114], np.float32)
    for _ in range(60):
        color = colorsys.hsv_to_rgb(chance.random(), chance.random(), chance.random())
        own = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
        contrast = float(np.quantile(np.abs(light - own), 0.2))
        if contrast > 0.25:
            break
    else:
        dark = float(np.median(light)) > 0.5
        color = (0.04, 0.04, 0.05) if dark else (0.98, 0.97, 0.95)
        contrast = float(np.quantile(np.abs(light - (0.04 if dark else 0.97)), 0.2))
    red, green, blue = (round(255 * part) for part in color)
    return (red, green, blue), contrast


def _as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")
